//! Files and PostgreSQL answer alike, whatever they are asked.

use std::sync::Arc;

use booqing_hub::Storage;
use booqing_hub::storage::Desk;
use booqing_hub::storage::embedded::Embedded;
use booqing_protocol::compare::{Compare, Fetch, Range};
use booqing_protocol::message::{ChangeSet, Cursor, Push};
use booqing_protocol::scan::{Scan, Stretch};
use booqing_protocol::{Hash, Id, Refusal, Route, SealedRecord, VERSION};
use fastrand::Rng;

use crate::backing;
use crate::fixture::{change, record, upon};

const ADMINISTRATION: Id = Id([9; 16]);
const SEEDS: std::ops::Range<u64> = 0..40;
const STEPS: usize = 60;

/// One storage of the two, and how its epoch is told.
struct Side {
    storage: Arc<dyn Storage>,
    epoch: u64,
}

impl Side {
    fn new(storage: Arc<dyn Storage>) -> Self {
        storage.create_administration(ADMINISTRATION, "Kantoor").expect("an administration");
        let mut side = Self { storage, epoch: 0 };
        side.learn();
        side
    }

    /// Epochs are random, and the one thing in which the two differ.
    fn learn(&mut self) {
        let compare =
            Compare { version: VERSION, administration: ADMINISTRATION, ranges: Vec::new() };
        let desk = Desk { id: Id([1; 16]), administration: ADMINISTRATION };
        let compared = self.storage.compare(desk, &compare).expect("asked").expect("compared");
        self.epoch = compared.cursor.epoch;
    }

    /// A cursor of the test's: epoch 1 is the one of now, 2 is another.
    fn cursor(&self, cursor: Cursor) -> Cursor {
        let epoch = match cursor.epoch {
            1 => self.epoch,
            2 => self.epoch ^ 2,
            other => other,
        };
        Cursor { epoch, ..cursor }
    }

    fn own(&self, cursor: &mut Cursor) {
        assert_eq!(cursor.epoch, self.epoch);
        cursor.epoch = 1;
    }
}

/// What is asked of both.
enum Step {
    Push(Id, Push),
    Pull(Cursor),
    Compare(Id, Compare),
    Fetch(Fetch),
    Manifest,
    Scan(Scan),
    BeginAgain,
}

impl Side {
    /// What it answers, in words; the epoch is told as 1.
    fn answer(&mut self, step: &Step) -> String {
        let desk = |id| Desk { id, administration: ADMINISTRATION };
        match step {
            Step::Push(id, push) => {
                let acknowledged = self.cursor(push.acknowledged);
                let push = Push { acknowledged, ..push.clone() };
                format!("{:?}", self.storage.push(desk(*id), &push, 0).expect("asked"))
            }
            Step::Pull(cursor) => {
                let pulled = self
                    .storage
                    .pull(desk(Id([1; 16])), self.cursor(*cursor), cursor.rev)
                    .expect("asked");
                let pulled = pulled.map(|mut page| {
                    self.own(&mut page.cursor);
                    // The records of one revision have no order among themselves.
                    page.records.sort_by_key(|one| (one.rev, one.record.to_vec()));
                    page
                });
                format!("{pulled:?}")
            }
            Step::Compare(id, compare) => {
                let compared = self.storage.compare(desk(*id), compare).expect("asked");
                let compared = compared.map(|mut compared| {
                    self.own(&mut compared.cursor);
                    compared
                });
                format!("{compared:?}")
            }
            Step::Fetch(fetch) => {
                let fetched = self.storage.fetch(desk(Id([1; 16])), fetch).expect("asked");
                let fetched = fetched.map(|mut fetched| {
                    self.own(&mut fetched.cursor);
                    fetched
                });
                format!("{fetched:?}")
            }
            Step::Manifest => {
                let told = self.storage.manifest(desk(Id([1; 16]))).expect("asked");
                let told = told.map(|mut manifest| {
                    self.own(&mut manifest.at);
                    manifest
                });
                format!("{told:?}")
            }
            Step::Scan(scan) => {
                let scan = Scan { at: self.cursor(scan.at), ..scan.clone() };
                format!("{:?}", self.storage.scan(desk(Id([1; 16])), &scan).expect("asked"))
            }
            Step::BeginAgain => {
                let before = self.epoch;
                self.storage.begin_again(ADMINISTRATION).expect("begun");
                self.learn();
                format!("another epoch: {}", self.epoch != before)
            }
        }
    }
}

/// What two desks know, so that most of what they ask is possible.
struct Office {
    dice: Rng,
    /// The versions of each record, as the desks believe.
    records: Vec<SealedRecord>,
    head: u64,
    last: [u64; 2],
    sent: [Vec<ChangeSet>; 2],
}

impl Office {
    fn step(&mut self) -> Step {
        match self.dice.u8(0..20) {
            0..10 => self.push(),
            10..12 => Step::Pull(self.cursor()),
            12 => Step::Manifest,
            13 => Step::Scan(self.scan()),
            14..16 => {
                let id = Id([self.dice.u8(1..=2); 16]);
                let ranges = (0..self.dice.usize(0..4)).map(|_| self.range()).collect();
                Step::Compare(
                    id,
                    Compare { version: VERSION, administration: ADMINISTRATION, ranges },
                )
            }
            16..19 => {
                let count = self.dice.usize(0..80);
                let any = |_| self.dice.choice(&self.records).map_or(Id([5; 16]), |one| one.id);
                let records = (0..count).map(any).chain([Id([6; 16])]).collect();
                Step::Fetch(Fetch { version: VERSION, administration: ADMINISTRATION, records })
            }
            _ => Step::BeginAgain,
        }
    }

    fn cursor(&mut self) -> Cursor {
        let epoch = self.dice.choice([0, 1, 1, 1, 2]).unwrap_or_default();
        let beyond = if self.dice.u8(0..10) == 0 { 3 } else { 0 };
        Cursor { epoch, rev: self.dice.u64(0..=self.head) + beyond }
    }

    fn scan(&mut self) -> Scan {
        let stretches = (0..self.dice.usize(0..5)).map(|_| match self.dice.u8(0..4) {
            0 => Stretch::Deleted,
            _ => {
                let Range { class, fiscal_year, .. } = self.range();
                Stretch::Bucket { class, fiscal_year }
            }
        });
        let stretches = stretches.collect();
        let after = self
            .dice
            .bool()
            .then(|| self.dice.choice(&self.records).map_or(Id([5; 16]), |record| record.id));
        let at = self.cursor();
        Scan { version: VERSION, administration: ADMINISTRATION, at, stretches, after }
    }

    fn range(&mut self) -> Range {
        let class = self.dice.choice(["client", "booking", "nothing"]).unwrap_or_default();
        Range {
            class: class.to_owned(),
            fiscal_year: self.dice.i64(2020..2024),
            tail: (0..self.dice.usize(0..3))
                .map(|_| self.dice.u8(0..16))
                .collect::<Vec<u8>>()
                .into(),
        }
    }

    fn push(&mut self) -> Step {
        let desk = self.dice.usize(0..2);
        let id = Id([u8::try_from(desk).unwrap_or_default() + 1; 16]);
        let mut changes = Vec::new();
        // Some of it again, as after a lost reply.
        let again = self.dice.usize(0..3);
        changes.extend(self.sent[desk].iter().rev().take(again).rev().cloned());
        let mut n = self.last[desk];
        for _ in 0..self.dice.usize(0..4) {
            n += 1;
            let count = self.dice.usize(0..4);
            let records: Vec<_> = (0..count).map(|_| self.record(id)).collect();
            changes.push(change(n, &records));
        }
        match self.dice.u8(0..20) {
            0 => changes.push(change(n + 5, &[])),
            1 => changes.insert(0, change(1, &[record(4_000, 1, 3)])),
            2 => changes.push(ChangeSet {
                n: n + 1,
                records: vec![booqing_protocol::message::Outgoing { record: vec![1].into() }],
            }),
            _ => {}
        }
        let acknowledged = self.cursor();
        Step::Push(
            id,
            Push { version: VERSION, administration: ADMINISTRATION, acknowledged, changes },
        )
    }

    /// A new record, the next version of one, or something that does not fit.
    fn record(&mut self, author: Id) -> SealedRecord {
        let size = self.dice.usize(0..60);
        let next = match self.dice.choice(&self.records).cloned() {
            Some(known) if self.dice.u8(0..3) > 0 => {
                let mut next = upon(&known, known.version + 1, size);
                match self.dice.u8(0..12) {
                    0 => next.lineage = Hash([1; 16]),
                    1 => next.deleted = true,
                    2 => {
                        let year = Route::Number(self.dice.i64(2020..2024));
                        next.routing.0.insert("fiscal_year".to_owned(), year);
                    }
                    3 => next.class = "nothing".to_owned(),
                    _ => {}
                }
                next
            }
            _ => {
                let mut new = record(self.dice.u16(0..500), 1, size);
                new.id.0[15] = self.dice.u8(..);
                if self.dice.u8(0..8) == 0 {
                    new.class = self
                        .dice
                        .choice(["resource", "fiscal_year"])
                        .unwrap_or_default()
                        .to_owned();
                }
                new
            }
        };
        let next = self.checked(next);
        let author = if self.dice.u8(0..20) == 0 { Id([3; 16]) } else { author };
        SealedRecord { author, ..next }
    }

    /// Lets a record be one that a hub looks at: a room, a booking of one, a year that may be sealed.
    fn checked(&mut self, mut record: SealedRecord) -> SealedRecord {
        let mut routes = Vec::new();
        match record.class.as_str() {
            "resource" => routes.push(("exclusive", Route::Flag(self.dice.u8(0..4) > 0))),
            "fiscal_year" => {
                let state = if self.dice.u8(0..6) == 0 { "sealed" } else { "open" };
                routes.push(("state", Route::Word(state.to_owned())));
            }
            _ => {
                let rooms: Vec<Id> = self
                    .records
                    .iter()
                    .filter(|one| one.class == "resource")
                    .map(|one| one.id)
                    .collect();
                if let Some(room) = self.dice.choice(&rooms).copied() {
                    let from = self.dice.i64(0..20);
                    let until = from + self.dice.i64(0..4);
                    routes.extend([
                        ("resource", Route::Record(room)),
                        ("occupied_from", Route::Number(from)),
                        ("occupied_until", Route::Number(until)),
                    ]);
                }
            }
        }
        let routes = routes.into_iter().map(|(name, value)| (name.to_owned(), value));
        record.routing.0.extend(routes);
        record
    }

    /// Notes what was accepted, as the desks will have it after their next pull.
    fn learn(&mut self, step: &Step, side: &Side) {
        let Step::Push(id, push) = step else { return };
        let desk = usize::from(id.0[0]) - 1;
        let compare =
            Compare { version: VERSION, administration: ADMINISTRATION, ranges: Vec::new() };
        let asked = Desk { id: *id, administration: ADMINISTRATION };
        let known = side.storage.compare(asked, &compare).expect("asked").expect("compared");
        for change in &push.changes {
            if change.n > self.last[desk] && change.n <= known.last_n {
                self.sent[desk].push(change.clone());
            }
        }
        self.last[desk] = known.last_n;
        self.head = known.cursor.rev;
        let page = side.storage.pull(asked, Cursor::default(), 0).expect("asked").expect("a page");
        self.records = page
            .records
            .iter()
            .map(|one| SealedRecord::from_bytes(&one.record).expect("a record"))
            .collect();
        self.records.sort_by_key(|one| one.id);
    }
}

#[test]
fn both_answer_alike_from_the_same_seeds() {
    let (mut outcomes, mut records) = ([0_usize; 6], 0);
    for seed in SEEDS {
        let (files, database) =
            (tempfile::tempdir().expect("one"), tempfile::tempdir().expect("two"));
        let embedded = Arc::new(Embedded::open(files.path()).expect("storage"));
        let mut sides = [Side::new(embedded), Side::new(backing::open(database.path()))];
        let mut office = Office {
            dice: Rng::with_seed(seed),
            records: Vec::new(),
            head: 0,
            last: [0; 2],
            sent: [Vec::new(), Vec::new()],
        };
        for number in 0..STEPS {
            let step = office.step();
            let [one, two] = sides.each_mut().map(|side| side.answer(&step));
            assert_eq!(one, two, "seed {seed}, step {number}");
            office.learn(&step, &sides[0]);
            let refusals = [Refusal::EpochChanged, Refusal::Gap { expected: 0 }];
            let sealed = format!("{:?}", b"year_sealed");
            let told = [
                "Ok(",
                &format!("{:?}", refusals[0]),
                "Gap",
                "ForkedDesk",
                // Within the bytes of a result, as the answer shows them.
                sealed.trim_matches(['[', ']']),
                "130, 3, 129, ",
            ];
            for (count, told) in outcomes.iter_mut().zip(told) {
                *count += usize::from(one.contains(told));
            }
        }
        records += office.records.len();
    }
    let seeds = SEEDS.count();
    assert!(records > 10 * seeds, "{records} records in {seeds} worlds are few");
    assert!(outcomes.iter().all(|count| *count > 5), "each kind of answer was tried: {outcomes:?}");
}
