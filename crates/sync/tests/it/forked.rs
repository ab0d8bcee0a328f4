//! Hubs that tell one desk something else than another, each of their stories true in itself: the
//! records are authentic and add up to the root the hub names. The first head of another desk shows it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use booqing_model::Id;
use booqing_model::time::Moment;
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::{Page, Passed};
use booqing_protocol::{Digest, Hash, SealedRecord};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use booqing_sync::witness::{EVERY, HEAD_CLASS, KEPT};
use booqing_sync::{Consent, SyncError};
use serde_json::json;

use crate::fixture::{Desk, Office, id};
use crate::repair::copy;
use crate::weather::{page, take};

const SEEDS: u64 = 1_000;

/// The cache and the protocol call heads by one name.
const _: () = assert!(matches!(
    (booqing_store::tables::witness::CLASS.as_bytes(), HEAD_CLASS.as_bytes()),
    (b"head", b"head")
));

/// A clock that a test turns.
struct Clock(AtomicI64);

impl Clock {
    fn given_to(desk: &mut Desk) -> Arc<Self> {
        let clock = Arc::new(Self(AtomicI64::new(1_790_000_000)));
        desk.surroundings = Arc::<Self>::clone(&clock);
        clock
    }

    fn goes_on(&self) {
        self.0.fetch_add(EVERY, Ordering::Relaxed);
    }
}

impl Surroundings for Clock {
    fn id(&self) -> Result<Id, SyncError> {
        SystemSurroundings.id()
    }

    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::Relaxed))
    }
}

/// Every version of every record that a hub ever gave out, by revision.
type Versions = BTreeMap<u64, HashMap<booqing_protocol::Id, Vec<u8>>>;

/// An administration with a history: the page that holds all of it, and every version there was.
struct Story {
    office: Office,
    honest: Page,
    versions: Versions,
    reader: Desk,
}

impl Story {
    async fn told() -> Self {
        let office = Office::open().await;
        let mut anna = office.first_desk().await;
        let clock = Clock::given_to(&mut anna);
        let mut reader = anna.colleague(2).await;
        let mut versions = Versions::new();
        let mut keep = |page: &Page| {
            for record in &page.records {
                let id = sealed(&record.record).id;
                versions.entry(record.rev).or_default().insert(id, record.record.to_vec());
            }
        };
        for number in 1..9 {
            anna.create("client", id(number), json!({"number": format!("C-{number}")}));
            anna.sync().await;
            keep(&page(&mut reader).await);
        }
        for (number, phone) in [(1, "1"), (2, "1"), (1, "2"), (3, "1"), (2, "2")] {
            anna.change("client", id(number), json!({"phone": phone}));
            anna.sync().await;
            keep(&page(&mut reader).await);
        }
        anna.delete("client", id(4));
        clock.goes_on();
        anna.sync().await;
        let honest = page(&mut reader).await;
        keep(&honest);
        let last = honest.records.last().expect("a record");
        assert_eq!(sealed(&last.record).class, HEAD_CLASS, "the last thing said is a head");
        assert_eq!(last.rev, honest.cursor.rev);
        Self { office, honest, versions, reader }
    }
}

fn sealed(bytes: &[u8]) -> SealedRecord {
    SealedRecord::from_bytes(bytes).expect("a record")
}

/// The root of the records of a page, as a hub names it that has these and no others.
fn add_up(page: &mut Page) {
    let mut digest = Digest::default();
    for incoming in &page.records {
        let record = sealed(&incoming.record);
        if !record.deleted {
            let key = (record.class.clone(), record.routing.fiscal_year());
            let bucket: &mut Bucket = digest.0.entry(key).or_default();
            *bucket = bucket.with(Hash::of(&incoming.record));
        }
    }
    page.total = digest.total();
    page.root = Some(digest.root().expect("a root"));
}

/// Tells another story, in which the last head is told all the same.
fn lie(page: &mut Page, versions: &Versions, dice: &mut fastrand::Rng) -> &'static str {
    let count = page.records.len() - 1;
    let place = dice.usize(..count);
    let what = match dice.u8(..7) {
        0 => {
            page.records.remove(place);
            "a record left out"
        }
        1 => {
            let replaced: Vec<usize> =
                (0..count).filter(|place| !page.records[*place].passed.is_empty()).collect();
            let record = &mut page.records[replaced[dice.usize(..replaced.len())]];
            let id = sealed(&record.record).id;
            let older = dice.usize(..record.passed.len());
            record.rev = record.passed[older].rev;
            record.record = versions[&record.rev][&id].clone().into();
            record.passed.truncate(older);
            "an older version, and nothing of the later ones"
        }
        2 => {
            let other = (place + 1 + dice.usize(..count - 1)) % count;
            let (one, two) = (page.records[place].rev, page.records[other].rev);
            page.records[place].rev = two;
            page.records[other].rev = one;
            if one == two {
                page.records[place].rev += 1;
            }
            "revisions of each other"
        }
        3 => {
            let told: Vec<usize> =
                (0..count).filter(|place| !page.records[*place].passed.is_empty()).collect();
            let record = &mut page.records[told[dice.usize(..told.len())]];
            record.passed.remove(dice.usize(..record.passed.len()));
            "a version that never was"
        }
        4 => {
            let passed = Passed { rev: 1 + dice.u64(..4), hash: Hash::of(&[dice.u8(..)]) };
            page.records[place].passed.insert(0, passed);
            "a version more"
        }
        5 => {
            page.since = 1 + dice.u64(..page.cursor.rev - 1);
            "an epoch that began later"
        }
        _ => {
            let left = 1 + dice.usize(..3);
            for _ in 0..left.min(count) {
                page.records.remove(dice.usize(..page.records.len() - 1));
            }
            "several records left out"
        }
    };
    add_up(page);
    what
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_other_stories_none_is_believed() {
    let Story { office, honest, versions, reader } = Story::told().await;
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in 0..SEEDS {
        let mut dice = fastrand::Rng::with_seed(seed);
        let mut page = honest.clone();
        let what = lie(&mut page, &versions, &mut dice);
        let taken = take(&reader, &page);
        let is_named = matches!(
            &taken,
            Err(SyncError::Forked { desk }) if *desk == booqing_protocol::Id([1; 16])
        );
        assert!(is_named, "seed {seed}, {what}: {taken:?}");
        let clients = reader.cache.read(|reader| reader.ids("client")).expect("read");
        assert_eq!(clients, [], "seed {seed}, {what}: something was applied");
        *kinds.entry(what).or_default() += 1;
    }
    assert_eq!(kinds.len(), 7, "{kinds:?}");
    assert_eq!(take(&reader, &honest).expect("taken").is_equal, Some(true), "the true one is");
    assert_eq!(reader.cache.read(|reader| reader.ids("client")).expect("read").len(), 7);
    drop(office);
}

/// A hub that runs as two, each with desks of its own, and then lets one group hear of the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_kept_two_groups_of_desks_apart_is_found_when_one_hears_of_the_other() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1"}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    let clock = Clock::given_to(&mut bram);
    bram.sync().await;

    // What Bram writes, and his head, goes to one of the two; Anna writes at the other.
    let kept = tempfile::tempdir().expect("a folder");
    let office = office
        .reopen_after(|folder| {
            copy(folder, kept.path());
        })
        .await;
    bram.create("client", id(2), json!({"number": "C-2"}));
    clock.goes_on();
    bram.sync().await;
    let told = page(&mut bram).await;
    let head = told.records.last().expect("a record").clone();
    assert_eq!(sealed(&head.record).class, HEAD_CLASS);
    let office = office.reopen_after(|folder| copy(kept.path(), folder)).await;
    anna.create("client", id(3), json!({"number": "C-3"}));
    anna.sync().await;
    assert_eq!(anna.fields("client", id(2)), None, "Anna hears nothing of Bram");

    // The hub forwards what Bram wrote, at revisions that are free, and his head with it.
    let mut next = page(&mut anna).await;
    let theirs =
        told.records.iter().find(|record| sealed(&record.record).id.0 == *id(2).as_bytes());
    let mut rev = next.cursor.rev;
    for mut record in [theirs.expect("Bram's record").clone(), head] {
        rev += 1;
        record.rev = rev;
        let id = sealed(&record.record).id;
        next.records.retain(|known| sealed(&known.record).id != id);
        next.records.push(record);
    }
    next.cursor.rev = rev;
    add_up(&mut next);
    let mut carol = anna.colleague(3).await;
    let taken = take(&carol, &next);
    let named = booqing_protocol::Id([2; 16]);
    assert!(matches!(&taken, Err(SyncError::Forked { desk }) if *desk == named), "{taken:?}");
    assert_eq!(carol.fields("client", id(1)), None, "nothing was applied");

    // Without the forwarded records the story is Anna's, and Carol can work with it.
    assert!(carol.sync().await.equal);
    drop(office);
}

/// The first head says what was before it; a later one says the rest, and not more often than that.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_is_said_when_there_is_something_to_say_and_not_too_often() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let clock = Clock::given_to(&mut anna);
    let mut reader = anna.colleague(2).await;
    let head = async |reader: &mut Desk| {
        let page = page(reader).await;
        let heads: Vec<_> = page
            .records
            .iter()
            .map(|record| sealed(&record.record))
            .filter(|record| record.class == HEAD_CLASS)
            .collect();
        assert!(heads.len() <= 1, "one for each desk that says something");
        heads.first().map_or(0, |head| head.version)
    };
    assert_eq!(anna.sync().await.pushed, 0);
    assert_eq!(head(&mut reader).await, 0, "nothing was stored yet");
    anna.create("client", id(1), json!({"number": "C-1"}));
    assert_eq!(anna.sync().await.pushed, 1, "a head is no change of a person's");
    assert_eq!(head(&mut reader).await, 1);
    anna.change("client", id(1), json!({"phone": "1"}));
    anna.sync().await;
    assert_eq!(head(&mut reader).await, 1, "it was said just now");
    clock.goes_on();
    anna.sync().await;
    assert_eq!(head(&mut reader).await, 2);
    clock.goes_on();
    anna.sync().await;
    assert_eq!(head(&mut reader).await, 2, "nothing but a head has come since");
    assert_eq!(anna.waiting(), 0);
}

/// A person says that the hub was put back, and from then on what it tells is summed up anew.
#[tokio::test(flavor = "multi_thread")]
async fn after_the_hub_was_put_back_heads_are_of_the_new_epoch() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let clock = Clock::given_to(&mut anna);
    anna.create("client", id(1), json!({"number": "C-1"}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    let kept = tempfile::tempdir().expect("a folder");
    let office = office.reopen_after(|folder| copy(folder, kept.path())).await;
    anna.create("client", id(2), json!({"number": "C-2"}));
    anna.change("client", id(1), json!({"phone": "1"}));
    clock.goes_on();
    anna.sync().await;
    bram.sync().await;
    let office = office.reopen_after(|folder| copy(kept.path(), folder)).await;
    office.service.put_back().expect("put back");
    let put_back = Consent { put_back: true, ..Consent::default() };
    for desk in [&mut anna, &mut bram] {
        assert_eq!(desk.try_sync().await.expect_err("asked first").code(), "hub_put_back");
        assert!(desk.sync_agreeing(put_back).await.expect("synced").equal);
    }
    clock.goes_on();
    anna.create("client", id(3), json!({"number": "C-3"}));
    anna.sync().await;
    let mut carol = bram.colleague(3).await;
    for desk in [&mut bram, &mut carol, &mut anna] {
        assert!(desk.sync().await.equal);
        assert_eq!(desk.cache.read(|reader| reader.ids("client")).expect("read").len(), 3);
    }
}

/// What is older than is looked at is one sum, and the sums are the same as before.
#[tokio::test(flavor = "multi_thread")]
async fn old_revisions_become_one_and_the_sum_stays() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let clock = Clock::given_to(&mut anna);
    anna.create("client", id(1), json!({"number": "C-1"}));
    anna.sync().await;
    let told = |desk: &Desk| -> Vec<(i64, (i64, [u8; 16]))> {
        let told =
            desk.cache.write(|writer| writer.exchange(|exchange| exchange.revisions(i64::MAX)));
        told.expect("read")
    };
    let before = told(&anna);
    // Revisions of before all of these, at which nothing was stored.
    let nothing = 2 * i64::from(KEPT);
    anna.cache
        .write(|writer| {
            writer.exchange(|exchange| {
                (0..nothing)
                    .try_for_each(|number| exchange.put_revision(number - nothing, (0, [0; 16])))
            })
        })
        .expect("noted");
    let mut bram = anna.colleague(2).await;
    bram.create("client", id(2), json!({"number": "C-2"}));
    bram.sync().await;
    // Bram's head is compared, what is old is summed up, and Anna's next head is believed.
    clock.goes_on();
    assert!(anna.sync().await.equal);
    assert!(anna.cache.read(|reader| reader.progress()).expect("read").folded < 0);
    let after = told(&anna);
    assert!(after.len() <= KEPT as usize + 10, "{}", after.len());
    for (rev, sum) in before {
        assert!(after.contains(&(rev, sum)), "revision {rev}");
    }
    assert!(bram.sync().await.equal);
}
