//! Whatever a hub answers to whatever it is asked, altered by a seed: what nobody here made never comes
//! in, what was entered here is never lost, and a first sync or a repair that says it came to its end has
//! what there is.

use std::collections::{BTreeMap, BTreeSet};

use booqing_protocol::compare::Contents;
use booqing_protocol::message::{ChangeResult, Incoming, Outcome};
use booqing_protocol::{Hash, Id, SealedRecord, decode, encode};
use booqing_sync::engine::Ask;
use booqing_sync::local::{Work, answered};
use booqing_sync::{Consent, Effect, Engine, Event, Summary, SyncError};
use serde_json::json;

use crate::fixture::{Desk, Office, id};

/// Rows by class and id, as text.
type Rows = BTreeMap<(&'static str, booqing_model::Id), String>;

fn rows(desk: &Desk) -> Rows {
    let mut rows = Rows::new();
    for class in ["client", "booking", "conflict"] {
        for id in desk.cache.read(|reader| reader.ids(class)).expect("read") {
            let row = desk.row(class, id).expect("there");
            rows.insert((class, id), json!(row.fields).to_string());
        }
    }
    rows
}

/// Every version that every record ever had, and those that a hub could give again.
struct Truth {
    versions: BTreeMap<(&'static str, booqing_model::Id), BTreeSet<String>>,
    old: Vec<Incoming>,
}

impl Truth {
    fn new() -> Self {
        Self { versions: BTreeMap::new(), old: Vec::new() }
    }

    fn knows(&mut self, desk: &Desk) {
        for (key, text) in rows(desk) {
            self.versions.entry(key).or_default().insert(text);
        }
    }

    /// That a desk has nothing that nobody made.
    fn holds(&self, desk: &Desk, seed: u64, what: &str) {
        for (key, text) in rows(desk) {
            let known = self.versions.get(&key).is_some_and(|versions| versions.contains(&text));
            assert!(known, "seed {seed}, {what}: nobody made {key:?} {text}");
        }
    }
}

/// Alters a list of records; what it did.
fn alter_records(
    records: &mut Vec<Incoming>,
    truth: &Truth,
    dice: &mut fastrand::Rng,
) -> &'static str {
    if records.is_empty() {
        return "no record to alter";
    }
    let (place, other) = (dice.usize(..records.len()), dice.usize(..records.len()));
    let parts = SealedRecord::from_bytes(&records[other].record).expect("one").parts;
    let mut change = |alter: &dyn Fn(&mut SealedRecord)| {
        let mut record = SealedRecord::from_bytes(&records[place].record).expect("a record");
        alter(&mut record);
        records[place].record = record.to_bytes().expect("bytes").into();
    };
    match dice.u8(..9) {
        0 => {
            let bytes = &mut records[place].record;
            let at = dice.usize(..bytes.len());
            bytes[at] ^= 1 << dice.u8(..8);
            "a bit of a record"
        }
        1 => {
            records.remove(place);
            "a record left out"
        }
        2 => {
            records.swap(place, other);
            "records in another order"
        }
        3 => {
            let again = records[place].clone();
            records.push(again);
            "a record twice"
        }
        4 => {
            change(&|record| record.parts.clone_from(&parts));
            "the parts of another record"
        }
        5 => {
            change(&|record| record.version += 1);
            "a version"
        }
        6 => {
            change(&|record| record.deleted = !record.deleted);
            "whether it is there"
        }
        7 => {
            let older = &truth.old[dice.usize(..truth.old.len())];
            let id = |one: &Incoming| SealedRecord::from_bytes(&one.record).expect("a record").id;
            let rev = records[place].rev;
            records.retain(|one| id(one) != id(older));
            records.push(Incoming { rev, ..older.clone() });
            "an older version"
        }
        _ => {
            let bit = 1_u64 << dice.u8(..4);
            records[place].rev ^= bit;
            "a revision"
        }
    }
}

/// Alters what a hub answered; what it did, nothing where there was nothing to alter.
fn alter(event: &mut Event, truth: &Truth, dice: &mut fastrand::Rng) -> &'static str {
    match event {
        Event::Scanned(scanned) => match dice.u8(..6) {
            0 => {
                scanned.ended += 1;
                "a stretch that ended"
            }
            1 => {
                scanned.after = Some(Id(std::array::from_fn(|_| dice.u8(..))));
                "where it goes on"
            }
            _ => alter_records(&mut scanned.records, truth, dice),
        },
        Event::Surveyed(manifest) => {
            match dice.u8(..4) {
                0 => manifest.at.rev ^= 1 << dice.u8(..3),
                1 => manifest.at.epoch ^= 1,
                2 => {
                    let count = manifest.holdings.0.len();
                    let bucket = manifest.holdings.0.values_mut().nth(dice.usize(..count));
                    bucket.expect("a bucket").count ^= 1 << dice.u8(..3);
                }
                _ => {
                    let keys: Vec<_> = manifest.holdings.0.keys().cloned().collect();
                    manifest.holdings.0.remove(&keys[dice.usize(..keys.len())]);
                }
            }
            "what there is"
        }
        Event::Came(page) => match dice.u8(..6) {
            0 => {
                page.root = page.root.map(|root| root.followed_by(root));
                "the digest"
            }
            1 => {
                page.cursor.rev ^= 1 << dice.u8(..3);
                "the cursor"
            }
            _ => alter_records(&mut page.records, truth, dice),
        },
        Event::Compared(compared) => {
            match dice.u8(..5) {
                0 => compared.cursor.rev ^= 1 << dice.u8(..3),
                1 => compared.since ^= 1 << dice.u8(..3),
                2 => compared.last_n ^= 1 << dice.u8(..3),
                _ => match (&mut compared.digest, compared.ranges.first_mut()) {
                    (Some(digest), _) => {
                        let count = digest.0.len();
                        let bucket = digest.0.values_mut().nth(dice.usize(..count));
                        bucket.expect("a bucket").sum.0[dice.usize(..16)] ^= 1;
                    }
                    (None, Some(Contents::Records(records))) if !records.is_empty() => {
                        let place = dice.usize(..records.len());
                        if dice.bool() {
                            records.remove(place);
                        } else {
                            records[place].hash = Hash::of(b"another");
                        }
                    }
                    (None, Some(Contents::Parts(parts))) => {
                        parts[dice.usize(..16)].count ^= 1;
                    }
                    _ => compared.ranges.clear(),
                },
            }
            "what it adds up to"
        }
        Event::Fetched(fetched) => match dice.u8(..6) {
            0 => {
                fetched.answered ^= 1 << dice.u8(..2);
                "how many it answered"
            }
            _ => alter_records(&mut fetched.records, truth, dice),
        },
        Event::Answered(pushed) => match dice.u8(..5) {
            0 => {
                pushed.head ^= 1 << dice.u8(..3);
                "the head after a push"
            }
            1 => {
                pushed.root = Some(Hash::of(b"another"));
                "the digest after a push"
            }
            2 => {
                pushed.results.pop();
                "an outcome left out"
            }
            3 => {
                let place = dice.usize(..pushed.results.len());
                let at = dice.usize(..pushed.results[place].len());
                pushed.results[place][at] ^= 1 << dice.u8(..8);
                "a bit of an outcome"
            }
            _ => {
                let place = dice.usize(..pushed.results.len());
                let told: ChangeResult = decode(&pushed.results[place]).expect("a result");
                let record = Some(Id([7; 16]));
                let outcome = match dice.u8(..3) {
                    0 => Outcome::Refused { code: "numbered".to_owned(), record },
                    1 => Outcome::Stale { records: record.into_iter().collect() },
                    _ => Outcome::Accepted { rev: dice.u64(..99) },
                };
                let other = encode(&ChangeResult { n: told.n, outcome }).expect("bytes");
                pushed.results[place] = other.into();
                "another outcome"
            }
        },
        _ => "nothing",
    }
}

/// A sync in which the hub's answer of that number is altered, of a desk that has sent so many changes. How many
/// answers there were, what was done to the one, and how it ended.
async fn sync(
    (desk, sent): (&mut Desk, u64),
    at: Option<usize>,
    truth: &Truth,
    dice: &mut fastrand::Rng,
) -> (usize, &'static str, Result<Summary, SyncError>) {
    let consent = Consent::default();
    let work = Work::new(&desk.cache, &desk.sealer, &desk.surroundings, consent);
    work.begin(consent).expect("begun");
    let (mut engine, mut event) = (Engine::default(), Event::Start);
    let (mut answers, mut what, mut has_pushed) = (0, "nothing", false);
    loop {
        event = match engine.next(event) {
            // The true hub is to be the same for all: nothing new goes to it.
            Effect::Ask(Ask::Push(push)) if has_pushed || push.changes[0].n > sent => {
                Event::Planned(None)
            }
            Effect::Ask(ask) => {
                has_pushed |= matches!(ask, Ask::Push(_));
                let request = match work.request(&ask) {
                    Ok(request) => request,
                    Err(error) => return (answers, what, Err(error)),
                };
                let answer = desk.hub.exchange(request.path, request.body).await.expect("answered");
                let mut event = answered(&ask, &answer).expect("read");
                if at == Some(answers) {
                    what = alter(&mut event, truth, dice);
                }
                answers += 1;
                event
            }
            Effect::Do(task) => match work.perform(task) {
                Ok(event) => event,
                Err(error) => return (answers, what, Err(error)),
            },
            Effect::Done(summary) => {
                work.finish(&summary).expect("finished");
                return (answers, what, Ok(summary));
            }
            Effect::Fail(error) => return (answers, what, Err(error)),
        };
    }
}

/// An office with a history, a desk that has never synced, and everything that was ever true.
async fn history(office: &Office) -> (Desk, Desk, Truth) {
    let mut anna = office.first_desk().await;
    let bram = anna.colleague(2).await;
    let mut truth = Truth::new();
    for number in 1..9 {
        anna.create("client", id(number), json!({"number": format!("C-{number}"), "phone": "1"}));
    }
    anna.create("booking", id(20), json!({"number": "B-1", "fiscal_year": 2026, "client": id(1)}));
    anna.sync().await;
    truth.knows(&anna);
    truth.old = crate::weather::page(&mut anna).await.records;
    for phone in ["2", "3"] {
        for number in 1..5 {
            anna.change("client", id(number), json!({"phone": phone}));
        }
        anna.delete("client", id(if phone == "2" { 6 } else { 7 }));
        anna.sync().await;
        truth.knows(&anna);
    }
    (anna, bram, truth)
}

/// Plays a sync of copies of a desk that has sent so many changes, each with another answer altered in another
/// way. `always` looks at each of them, `right` at one that came to its end.
async fn play(
    (desk, sent): (&mut Desk, u64),
    truth: &Truth,
    seeds: std::ops::Range<u64>,
    always: impl Fn(&Desk, &str),
    right: impl Fn(&Desk, &str),
) {
    let (answers, _, honest) = {
        let mut twin = desk.twin();
        sync((&mut twin, sent), None, truth, &mut fastrand::Rng::with_seed(0)).await
    };
    honest.expect("the true hub is believed");
    let (mut kinds, mut found) = (BTreeMap::<&str, u64>::new(), 0);
    for seed in seeds {
        let mut dice = fastrand::Rng::with_seed(seed);
        let mut twin = desk.twin();
        std::mem::swap(&mut twin.hub, &mut desk.hub);
        let at = dice.usize(..answers);
        let (_, what, ended) = sync((&mut twin, sent), Some(at), truth, &mut dice).await;
        truth.holds(&twin, seed, what);
        always(&twin, &format!("seed {seed}, {what}"));
        match ended {
            Ok(summary) if summary.equal => right(&twin, &format!("seed {seed}, {what}")),
            Ok(_) | Err(_) => found += 1,
        }
        *kinds.entry(what).or_default() += 1;
        std::mem::swap(&mut twin.hub, &mut desk.hub);
    }
    assert!(found > 0 && kinds.len() > 3, "{found} found, {kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_has_what_there_is_or_says_that_it_has_not() {
    let office = Office::open().await;
    let (anna, mut bram, truth) = history(&office).await;
    let all = rows(&anna);
    let right = |desk: &Desk, what: &str| assert_eq!(rows(desk), all, "{what}");
    play((&mut bram, 0), &truth, 0..1_000, |_, _| (), right).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_has_what_there_is_or_says_that_it_has_not() {
    let office = Office::open().await;
    let (anna, mut bram, truth) = history(&office).await;
    bram.sync().await;
    bram.rot("DELETE FROM synced WHERE id = (SELECT id FROM client WHERE number = 'C-2')");
    bram.cache.write(|writer| writer.exchange(|exchange| exchange.recount())).expect("counted");
    let all = rows(&anna);
    let right = |desk: &Desk, what: &str| assert_eq!(rows(desk), all, "{what}");
    play((&mut bram, 0), &truth, 1_000..2_000, |_, _| (), right).await;
}

/// A hub can refuse what it likes, and keep silent about it to others: what was entered is here all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_entered_is_there_whatever_is_said_of_it() {
    let office = Office::open().await;
    let (_anna, mut bram, mut truth) = history(&office).await;
    bram.sync().await;
    for number in 1..4 {
        bram.change("client", id(number), json!({"phone": format!("Bram's {number}")}));
    }
    bram.create("client", id(30), json!({"number": "C-30"}));
    truth.knows(&bram);
    bram.push_and_lose_the_answer().await;
    let entered = rows(&bram);
    let is_kept = |desk: &Desk, what: &str| {
        let now = rows(desk);
        for (key, text) in entered.iter().filter(|(key, _)| key.0 == "client") {
            assert_eq!(now.get(key), Some(text), "{what}");
        }
    };
    let sent = bram.waiting().unsigned_abs() + 1;
    play((&mut bram, sent), &truth, 2_000..3_000, is_kept, |_, _| ()).await;
}
