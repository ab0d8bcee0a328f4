//! A record that was changed more often than a page has room to tell: the page stays small, and the rest is
//! told when it is asked for.

use booqing_protocol::compare::{Fetch, Fetched};
use booqing_protocol::message::{ChangeSet, Cursor, Incoming, Passed};
use booqing_protocol::recall::{Between, MOST_PASSED, MOST_RECALLED, Recall, Recalled};
use booqing_protocol::scan::{Scan, Scanned, Stretch};
use booqing_protocol::{
    HEAD_CLASS, Hash, Id, MOST_CHANGES, PAGE_BYTES, Refusal, SealedRecord, VERSION,
};

use crate::fixture::{Caller, Desk, Hub, change, record, upon};

/// Changes a record so often, from the change `n` on. The last version.
async fn change_often(hub: &Hub, desk: &Desk, (n, times): (u64, usize)) -> SealedRecord {
    let mut last = record(2, 1, 20);
    let mut changes = vec![change(n, std::slice::from_ref(&last))];
    for version in 2..=u64::try_from(times).expect("a number") {
        last = upon(&last, version, 20);
        changes.push(change(n + version - 1, std::slice::from_ref(&last)));
    }
    for some in changes.chunks(MOST_CHANGES) {
        desk.push(hub, some.to_vec()).await.expect("pushed");
    }
    last
}

/// The whole of what passed before a record.
async fn told(call: &mut Caller, desk: &Desk, epoch: u64, came: &Incoming) -> Vec<Passed> {
    let id = SealedRecord::from_bytes(&came.record).expect("a record").id;
    let (mut passed, mut rest) = (came.passed.clone(), came.rest);
    while let Some(after) = rest {
        let between = Between { id, after, before: came.rev };
        let recalled: Recalled =
            call.ask("/v1/recall", &recall(desk, epoch, vec![between])).await.expect("told");
        assert_eq!(recalled.records.len(), 1);
        let versions = recalled.records.into_iter().next().expect("one");
        assert!(versions.passed.len() <= MOST_PASSED);
        passed.extend(versions.passed);
        rest = versions.rest;
    }
    passed
}

fn recall(desk: &Desk, epoch: u64, records: Vec<Between>) -> Recall {
    Recall { version: VERSION, administration: desk.administration, epoch, records }
}

/// The lineage that the version after all of these has.
fn lineage(passed: &[Passed]) -> Hash {
    passed.iter().fold(Hash::default(), |lineage, passed| lineage.followed_by(passed.hash))
}

#[tokio::test]
async fn a_record_that_was_changed_very_often_is_told_of_in_pieces() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let times = 2 * MOST_PASSED + 500;
    let last = change_often(&hub, &desk, (1, times)).await;
    let other = record(4, 1, 20);
    let n = u64::try_from(times).expect("a number") + 1;
    desk.push(&hub, vec![change(n, std::slice::from_ref(&other))]).await.expect("pushed");

    let page = desk.pull(&hub, Cursor::default()).await.expect("a page");
    let epoch = page.cursor.epoch;
    let (administration, version) = (desk.administration, VERSION);
    let mut call = desk.call(&hub).await;
    let stretches = vec![Stretch::Bucket {
        class: "client".to_owned(),
        fiscal_year: last.routing.fiscal_year(),
    }];
    let scan = Scan { version, administration, at: page.cursor, stretches, after: None };
    let scanned: Scanned = call.ask("/v1/scan", &scan).await.expect("scanned");
    let fetch = Fetch { version, administration, records: vec![last.id, other.id] };
    let fetched: Fetched = call.ask("/v1/fetch", &fetch).await.expect("fetched");
    for (records, way) in
        [(page.records, "pull"), (scanned.records, "scan"), (fetched.records, "fetch")]
    {
        let all: usize = records.iter().map(|record| record.passed.len()).sum();
        assert_eq!(all, MOST_PASSED, "{way}: as many as there is room for");
        assert!(all * 24 < PAGE_BYTES, "{way}: which is no more than a page of records");
        let often = records.first().expect("the record");
        let passed = told(&mut call, &desk, epoch, often).await;
        assert_eq!(passed.len(), times - 1, "{way}");
        assert!(passed.is_sorted_by_key(|passed| passed.rev), "{way}");
        assert_eq!(lineage(&passed), last.lineage, "{way}");
        if let Some(once) = records.get(1) {
            // It may have some, for all that was looked at.
            assert_eq!((once.passed.len(), once.rest), (0, Some(0)), "{way}");
            assert_eq!(told(&mut call, &desk, epoch, once).await, [], "{way}");
        }
    }

    // Who knows some of it is told the rest.
    let known = Cursor { epoch, rev: 100 };
    let page = desk.pull(&hub, known).await.expect("a page");
    let passed = told(&mut call, &desk, epoch, page.records.first().expect("it")).await;
    assert_eq!(passed.len(), times - 101);
    assert_eq!(passed.first().map(|passed| passed.rev), Some(101));
}

#[tokio::test]
async fn what_passed_of_another_epoch_or_of_too_much_is_not_told() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    change_often(&hub, &desk, (1, 3)).await;
    let cursor = desk.pull(&hub, Cursor::default()).await.expect("a page").cursor;
    let mut call = desk.call(&hub).await;
    let between = Between { id: record(2, 1, 20).id, after: 0, before: u64::MAX };
    let mut ask = async |epoch, records| {
        call.ask::<_, Recalled>("/v1/recall", &recall(&desk, epoch, records)).await
    };
    let told = ask(cursor.epoch, vec![between]).await.expect("told");
    assert_eq!(told.records.first().map(|one| one.passed.len()), Some(2));
    assert_eq!(ask(cursor.epoch ^ 1, vec![between]).await.err(), Some(Refusal::EpochChanged));
    let many = vec![between; MOST_RECALLED + 1];
    assert_eq!(ask(cursor.epoch, many).await.err(), Some(Refusal::TooLarge));
    let unknown = Between { id: Id([9; 16]), ..between };
    let told = ask(cursor.epoch, vec![unknown, between]).await.expect("told");
    let counts: Vec<usize> = told.records.iter().map(|one| one.passed.len()).collect();
    assert_eq!(counts, [0, 2], "in the order in which they were asked for");
}

/// A desk of another administration that knows an id, and its own epoch, hears nothing of it.
#[tokio::test]
async fn nothing_is_told_of_what_passed_in_another_administration() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    change_often(&hub, &desk, (1, 3)).await;
    let other = hub.join(&hub.administration("Other"), 7).await.expect("joined");
    let epoch = other.pull(&hub, Cursor::default()).await.expect("a page").cursor.epoch;
    let between = Between { id: record(2, 1, 20).id, after: 0, before: u64::MAX };
    let mut call = other.call(&hub).await;
    let told: Recalled =
        call.ask("/v1/recall", &recall(&other, epoch, vec![between])).await.expect("told");
    assert_eq!(told.records.first().map(|one| one.passed.len()), Some(0));
    let theirs = recall(&desk, epoch, vec![between]);
    let refused = call.ask::<_, Recalled>("/v1/recall", &theirs).await;
    assert_eq!(refused.err(), Some(Refusal::WrongAdministration));
}

/// A desk says many times a day what it was given. What it said before is kept nowhere.
#[tokio::test]
async fn what_desks_said_before_is_not_told() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let mut head = SealedRecord { class: HEAD_CLASS.to_owned(), ..record(2, 1, 20) };
    for n in 1..5 {
        desk.push(&hub, vec![change(n, &[head.clone()])]).await.expect("pushed");
        head = upon(&head, n + 1, 20);
    }
    let page = desk.pull(&hub, Cursor::default()).await.expect("a page");
    let came = page.records.first().expect("the head");
    assert_eq!((came.rev, came.passed.len(), came.rest), (4, 0, None));
}

#[tokio::test]
async fn more_changes_than_a_push_may_have_are_refused_and_none_is_stored() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let empty = |n| ChangeSet { n, records: Vec::new() };
    let most = u64::try_from(MOST_CHANGES).expect("a number");
    let many = (1..=most + 1).map(empty).collect();
    assert_eq!(desk.push(&hub, many).await.err(), Some(Refusal::TooLarge));
    let pushed = desk.push(&hub, (1..=most).map(empty).collect()).await.expect("pushed");
    assert_eq!(pushed.results.len(), MOST_CHANGES, "from the first on: nothing was stored");
}
