//! What is decided about changes, held against a model that goes through everything each time, with the
//! records in maps.

use booqing_protocol::message::{Cursor, Outgoing};
use booqing_protocol::scan::Stretch;
use booqing_protocol::{
    Digest, Number, Part, PartClass, Route, Routing, Slot, VERSION, YEAR_CLASS, decode,
};
use proptest::prelude::*;

use super::super::ledger::{DeskState, State};
use super::super::numbering::End;
use super::*;

mod numbered;

/// An administration in maps.
#[derive(Debug, Default)]
struct Maps {
    rev: u64,
    sealed: Vec<i64>,
    desks: BTreeMap<Id, DeskState>,
    results: BTreeMap<(Id, u64), StoredResult>,
    days: BTreeMap<(Id, i64), u64>,
    records: BTreeMap<Id, (Standing, Vec<u8>)>,
    passed: Vec<(Id, Standing)>,
    ends: BTreeMap<Id, End>,
    digest: Digest,
}

type Done<T> = Result<T, StorageError>;

impl Ledger for Maps {
    fn state(&mut self) -> Done<State> {
        Ok(State { epoch: 1, rev: self.rev, since: 0, sealed: self.sealed.clone() })
    }

    fn lock(&mut self) -> Done<State> {
        self.state()
    }

    fn set_rev(&mut self, rev: u64) -> Done<()> {
        self.rev = rev;
        Ok(())
    }

    fn set_sealed(&mut self, years: &[i64]) -> Done<()> {
        self.sealed = years.to_vec();
        Ok(())
    }

    fn desk(&mut self, desk: Id) -> Done<DeskState> {
        Ok(self.desks.get(&desk).copied().unwrap_or_default())
    }

    fn put_desk(&mut self, desk: Id, state: DeskState) -> Done<()> {
        self.desks.insert(desk, state);
        Ok(())
    }

    fn results(&mut self, desk: Id, numbers: &[u64]) -> Done<HashMap<u64, StoredResult>> {
        let found = |n: &u64| Some((*n, self.results.get(&(desk, *n))?.clone()));
        Ok(numbers.iter().filter_map(found).collect())
    }

    fn put_results(&mut self, desk: Id, results: &[(u64, StoredResult)]) -> Done<()> {
        self.results.extend(results.iter().map(|(n, result)| ((desk, *n), result.clone())));
        Ok(())
    }

    fn begin_day(&mut self, desk: Id, day: i64, last_n: u64) -> Done<()> {
        self.days.entry((desk, day)).or_insert(last_n);
        Ok(())
    }

    fn forget_results(&mut self, desk: Id, before: i64, last_n: u64) -> Done<()> {
        let noted = self.days.range((desk, i64::MIN)..=(desk, before)).next_back();
        if let Some(noted) = noted.map(|(_, noted)| (*noted).min(last_n)) {
            self.results.retain(|(of, n), _| *of != desk || *n > noted);
        }
        Ok(())
    }

    fn standing(&mut self, ids: &[Id]) -> Done<HashMap<Id, Standing>> {
        let found = |id: &Id| Some((*id, self.records.get(id)?.0.clone()));
        Ok(ids.iter().filter_map(found).collect())
    }

    fn put_passed(&mut self, passed: &[(Id, Standing)]) -> Done<()> {
        self.passed.extend_from_slice(passed);
        Ok(())
    }

    fn passed(
        &mut self,
        _: &[booqing_protocol::recall::Between],
        _: usize,
    ) -> Done<Vec<(usize, booqing_protocol::message::Passed)>> {
        unreachable!("a push asks for none")
    }

    fn put_records(&mut self, records: &[NewRecord<'_>]) -> Done<()> {
        for NewRecord { id, standing, bytes } in records {
            self.records.insert(*id, (standing.clone(), bytes.to_vec()));
        }
        Ok(())
    }

    fn occupied(&mut self, within: &[Slot]) -> Done<Vec<(Id, Slot)>> {
        let slots = self.records.iter().filter_map(|(id, (one, _))| Some((*id, one.slot?)));
        Ok(slots.filter(|(_, slot)| within.iter().any(|one| one.overlaps(slot))).collect())
    }

    fn series_ends(&mut self, ids: &[Id]) -> Done<HashMap<Id, End>> {
        let found = |id: &Id| Some((*id, self.ends.get(id)?.clone()));
        Ok(ids.iter().filter_map(found).collect())
    }

    fn put_series_ends(&mut self, ends: &[(Id, End)]) -> Done<()> {
        self.ends.extend(ends.iter().cloned());
        Ok(())
    }

    fn digest(&mut self) -> Done<Digest> {
        Ok(self.digest.clone())
    }

    fn add_to_digest(&mut self, changes: &BTreeMap<BucketKey, BTreeMap<u8, Bucket>>) -> Done<()> {
        for (key, parts) in changes {
            let whole = self.digest.0.entry(key.clone()).or_default();
            *whole = parts.values().fold(*whole, |whole, part| whole.plus(*part));
        }
        Ok(())
    }

    fn parts(&mut self, _: &BucketKey) -> Done<BTreeMap<u8, Bucket>> {
        unreachable!("a push asks for none")
    }

    fn counted(
        &mut self,
        _: &BucketKey,
        _: &std::collections::BTreeSet<u8>,
    ) -> Done<Vec<booqing_protocol::compare::Counted>> {
        unreachable!("a push asks for none")
    }

    fn after(&mut self, _: u64, _: &mut dyn FnMut(Id, u64, Vec<u8>) -> bool) -> Done<()> {
        unreachable!("a push asks for none")
    }

    fn deleted(&mut self) -> Done<u64> {
        unreachable!("a push asks for none")
    }

    fn stretch(
        &mut self,
        stretch: &Stretch,
        _: Option<Id>,
        each: &mut dyn FnMut(Id, u64, Vec<u8>) -> bool,
    ) -> Done<()> {
        let Stretch::Bucket { class, fiscal_year } = stretch else { unreachable!("none") };
        for (id, (one, bytes)) in &self.records {
            if !one.deleted && one.class == *class && one.fiscal_year == *fiscal_year {
                each(*id, one.rev, bytes.clone());
            }
        }
        Ok(())
    }

    fn bytes(&mut self, ids: &[Id]) -> Done<HashMap<Id, (u64, Vec<u8>)>> {
        let found = |id: &Id| {
            let (one, bytes) = self.records.get(id)?;
            Some((*id, (one.rev, bytes.clone())))
        };
        Ok(ids.iter().filter_map(found).collect())
    }
}

/// What somebody makes of a record.
#[derive(Debug, Clone)]
enum Made {
    /// A booking of a room, in a year; with `None` it is in none.
    Booking { id: u8, place: Option<(u8, i64, i64)>, year: i64 },
    /// A room, for one at a time or for many.
    Room { id: u8, exclusive: bool },
    /// A fiscal year, one of two records of it.
    Year { twin: bool, year: i64, sealed: bool },
    /// It is deleted.
    Gone { id: u8, year: i64 },
    /// A document, with or without a number.
    Document { id: u8, given: numbered::Given, year: i64, gone: bool },
    /// A number series.
    Series { id: u8, first: u32, closed: bool, last: Option<u32>, gone: bool },
}

/// A record that is sent: what is made of which, and whether upon what is there.
#[derive(Debug, Clone)]
struct Sent {
    made: Made,
    knows: bool,
}

fn made() -> impl Strategy<Value = Made> {
    let year = 2024..2026_i64;
    let place = proptest::option::weighted(0.9, (0..2_u8, 0..12_i64, 1..4_i64));
    prop_oneof![
        12 => (0..6_u8, place, year.clone())
            .prop_map(|(id, place, year)| Made::Booking { id, place, year }),
        2 => (0..2_u8, proptest::bool::weighted(0.8))
            .prop_map(|(id, exclusive)| Made::Room { id, exclusive }),
        1 => (any::<bool>(), year.clone(), any::<bool>())
            .prop_map(|(twin, year, sealed)| Made::Year { twin, year, sealed }),
        1 => (0..6_u8, year).prop_map(|(id, year)| Made::Gone { id, year }),
        10 => numbered::made(),
    ]
}

/// Pushes of two desks: sets of records.
fn pushes() -> impl Strategy<Value = Vec<(u8, Vec<Vec<Sent>>)>> {
    let sent =
        (made(), proptest::bool::weighted(0.95)).prop_map(|(made, knows)| Sent { made, knows });
    let set = proptest::collection::vec(sent, 0..4);
    let push = (1..3_u8, proptest::collection::vec(set, 0..4));
    proptest::collection::vec(push, 0..14)
}

fn booking_id(id: u8) -> Id {
    Id([0x10 + id; 16])
}

fn room_id(id: u8) -> Id {
    Id([0x40 + id; 16])
}

/// What an administration is in the model: its records as they stand, nothing else.
#[derive(Debug, Default)]
struct Model {
    records: BTreeMap<Id, SealedRecord>,
    counter: u64,
}

impl Model {
    /// The record as a desk sends it that knows what is there, or does not.
    fn record(&mut self, author: Id, sent: &Sent) -> SealedRecord {
        let mut routing = Routing::default();
        let mut route = |name: &str, value| routing.0.insert(name.to_owned(), value);
        let (id, class) = match sent.made {
            Made::Booking { id, place, year } => {
                route("fiscal_year", Route::Number(year));
                if let Some((room, from, length)) = place {
                    route("resource", Route::Record(room_id(room)));
                    route("occupied_from", Route::Number(from));
                    route("occupied_until", Route::Number(from + length));
                }
                (booking_id(id), "booking")
            }
            Made::Room { id, exclusive } => {
                route("exclusive", Route::Flag(exclusive));
                (room_id(id), "resource")
            }
            Made::Year { twin, year, sealed } => {
                let state = if sealed { "sealed" } else { "closed" };
                route("fiscal_year", Route::Number(year));
                route("state", Route::Word(state.to_owned()));
                let last = u8::try_from(year - 2000).expect("a year");
                (Id([0x60 + last + if twin { 0x40 } else { 0 }; 16]), YEAR_CLASS)
            }
            Made::Gone { id, year } => {
                route("fiscal_year", Route::Number(year));
                (booking_id(id), "booking")
            }
            Made::Document { id, given, year, gone } => {
                route("fiscal_year", Route::Number(year));
                let id = Id([0x20 + id; 16]);
                if !gone {
                    self.give(&mut routing, id, given);
                }
                (id, DOCUMENT_CLASS)
            }
            Made::Series { id, first, closed, last, .. } => {
                let state = if closed { "closed" } else { "open" };
                route("state", Route::Word(state.to_owned()));
                route("first", Route::Number(first.into()));
                if let Some(last) = last {
                    route("last", Route::Number(last.into()));
                }
                (numbered::series_id(id), SERIES_CLASS)
            }
        };
        self.counter += 1;
        let there = self.records.get(&id);
        let lineage = there.filter(|_| sent.knows).map_or(Hash::default(), next_lineage);
        let lineage = if sent.knows { lineage } else { Hash([0xee; 16]) };
        SealedRecord {
            id,
            class: class.to_owned(),
            version: there.map_or(0, |there| there.version) + 1,
            lineage,
            author,
            routing,
            seed: [0; 12].into(),
            parts: vec![Part {
                class: PartClass::Working,
                sealed: self.counter.to_be_bytes().to_vec().into(),
                seed: None,
            }],
            deleted: match sent.made {
                Made::Gone { .. } => true,
                Made::Document { gone, .. } | Made::Series { gone, .. } => gone,
                _ => false,
            },
        }
    }

    fn is_sealed(&self, year: i64) -> bool {
        let mut years = self.records.values().filter(|one| one.class == YEAR_CLASS && !one.deleted);
        years.any(|one| one.routing.fiscal_year() == year && one.routing.is_sealed())
    }

    /// What becomes of a set, by going through everything.
    fn expect(&self, set: &[SealedRecord], rev: u64) -> Outcome {
        let mut stale = Vec::new();
        for (index, record) in set.iter().enumerate() {
            let there = self.records.get(&record.id);
            let refuse =
                |code: &str| Outcome::Refused { code: code.to_owned(), record: Some(record.id) };
            if set[..index].iter().any(|one| one.id == record.id) {
                return refuse("record_twice");
            }
            let years = [Some(record), there].into_iter().flatten();
            let is_sealed = years.map(|one| one.routing.fiscal_year()).any(|y| self.is_sealed(y));
            if record.class != YEAR_CLASS && is_sealed {
                return refuse("year_sealed");
            }
            if record.lineage != there.map_or(Hash::default(), next_lineage) {
                stale.push(record.id);
            }
        }
        if !stale.is_empty() {
            return Outcome::Stale { records: stale };
        }
        if let Some(outcome) = self.misnumbered(set) {
            return outcome;
        }
        // As it would be, were all of it stored.
        let mut then = self.records.clone();
        then.extend(set.iter().map(|record| (record.id, record.clone())));
        let is_new = |record: &SealedRecord| {
            record.slot().is_some()
                && self.records.get(&record.id).and_then(SealedRecord::slot) != record.slot()
        };
        let wants: Vec<&SealedRecord> = set.iter().filter(|record| is_new(record)).collect();
        let mut occupied = Vec::new();
        for (index, record) in wants.iter().enumerate() {
            let slot = record.slot().expect("a slot");
            let room = then.get(&slot.resource);
            if !room.is_some_and(|room| !room.deleted && room.routing.is_exclusive()) {
                continue;
            }
            // Those of the set that come later in it do not count yet.
            let later = |id: Id| wants[index..].iter().any(|one| one.id == id);
            let others = then.values().filter(|one| !later(one.id));
            let mut over: Vec<(Slot, Id)> =
                others.filter_map(|one| Some((one.slot()?, one.id))).collect();
            over.retain(|(other, _)| other.overlaps(&slot));
            over.sort_unstable_by_key(|(slot, id)| (slot.from, slot.until, *id));
            if let Some((_, by)) = over.first() {
                occupied.push(booqing_protocol::message::Occupied { record: record.id, by: *by });
            }
        }
        if !occupied.is_empty() {
            return Outcome::Occupied { records: occupied };
        }
        Outcome::Accepted { rev: rev + u64::from(!set.is_empty()) }
    }
}

fn next_lineage(record: &SealedRecord) -> Hash {
    record.lineage.followed_by(Hash::of(&record.to_bytes().expect("bytes")))
}

/// What all records add up to.
fn counted(records: &BTreeMap<Id, SealedRecord>) -> Digest {
    let mut digest = Digest::default();
    for record in records.values().filter(|record| !record.deleted) {
        let key = (record.class.clone(), record.routing.fiscal_year());
        let bucket = digest.0.entry(key).or_default();
        *bucket = bucket.with(Hash::of(&record.to_bytes().expect("bytes")));
    }
    digest
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    /// Whatever desks send: every outcome is that of the model, what is added up on the way is what there
    /// is, a push that comes again is answered byte for byte and stored once.
    #[test]
    fn what_becomes_of_changes_is_what_the_model_says(pushes in pushes()) {
        let (mut maps, mut model) = (Maps::default(), Model::default());
        for (desk, sets) in pushes {
            let desk = Id([desk; 16]);
            let last = maps.desk(desk).expect("read").last_n;
            let (mut changes, mut expected) = (Vec::new(), Vec::new());
            let mut rev = maps.rev;
            for (set, n) in sets.iter().zip(last + 1..) {
                let records: Vec<_> = set.iter().map(|sent| model.record(desk, sent)).collect();
                let outcome = model.expect(&records, rev);
                if let Outcome::Accepted { rev: accepted } = outcome {
                    rev = accepted;
                    model.records.extend(records.iter().map(|one| (one.id, one.clone())));
                }
                expected.push(outcome);
                let bytes = |record: &SealedRecord| record.to_bytes().expect("bytes").into();
                let records = records.iter().map(|one| Outgoing { record: bytes(one) }).collect();
                changes.push(ChangeSet { n, records });
            }
            let acknowledged = Cursor { epoch: 1, rev: maps.rev };
            let (version, administration) = (VERSION, Id([9; 16]));
            let sent = Push { version, administration, acknowledged, changes };
            let answer = push(&mut maps, desk, &sent, 0).expect("asked").expect("pushed");
            let outcome = |bytes| decode::<ChangeResult>(bytes).expect("a result").outcome;
            let outcomes: Vec<Outcome> =
                answer.results.iter().map(|bytes| outcome(bytes.as_slice())).collect();
            prop_assert_eq!(outcomes, expected);
            prop_assert_eq!(answer.head, rev);
            let root = counted(&model.records).root().expect("a root");
            prop_assert_eq!(answer.root, Some(root));

            let before = format!("{:?}", maps.records);
            let again = push(&mut maps, desk, &sent, 0).expect("asked").expect("pushed again");
            prop_assert_eq!(&answer.results, &again.results);
            prop_assert_eq!((before, rev), (format!("{:?}", maps.records), maps.rev));
        }
        let there: BTreeMap<Id, Vec<u8>> =
            maps.records.iter().map(|(id, (_, bytes))| (*id, bytes.clone())).collect();
        let expected: BTreeMap<Id, Vec<u8>> =
            model.records.iter().map(|(id, one)| (*id, one.to_bytes().expect("bytes"))).collect();
        prop_assert_eq!(there, expected);
        numbered::check(&model.records);
    }
}
