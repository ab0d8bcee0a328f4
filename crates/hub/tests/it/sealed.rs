//! A sealed fiscal year: nothing is added to it, changed in it or taken out of it.

use booqing_protocol::message::Outcome;
use booqing_protocol::{Hash, Route, SealedRecord};

use crate::fixture::{Desk, Hub, change, record, upon};

/// The record of a fiscal year in some state.
fn year(number: u16, called: i64, state: &str) -> SealedRecord {
    let mut record = of(number, called);
    record.class = "fiscal_year".to_owned();
    record.routing.0.insert("state".to_owned(), Route::Word(state.to_owned()));
    record
}

/// A record of a fiscal year.
fn of(number: u16, called: i64) -> SealedRecord {
    in_year(record(number, 1, 10), called)
}

fn in_year(mut record: SealedRecord, called: i64) -> SealedRecord {
    record.routing.0.insert("fiscal_year".to_owned(), Route::Number(called));
    record
}

/// The next version of the record of a year.
fn to_state(before: &SealedRecord, state: &str) -> SealedRecord {
    let mut next = upon(before, before.version + 1, 10);
    next.routing.0.insert("state".to_owned(), Route::Word(state.to_owned()));
    next
}

/// What became of sets of one record each, from this number on: `accepted`, or the code.
async fn codes(hub: &Hub, desk: &Desk, first: u64, records: &[SealedRecord]) -> Vec<String> {
    let sets = records.iter().zip(first..).map(|(one, n)| change(n, std::slice::from_ref(one)));
    let outcomes = desk.outcomes(hub, sets.collect()).await;
    let code = |(outcome, record): (Outcome, &SealedRecord)| match outcome {
        Outcome::Accepted { .. } => "accepted".to_owned(),
        Outcome::Refused { code, record: of } => {
            assert_eq!(of, Some(record.id));
            code
        }
        other => panic!("{other:?}"),
    };
    outcomes.into_iter().zip(records).map(code).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_added_to_it_changed_in_it_or_taken_out_of_it() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let (old, new, kept) = (of(1, 2024), of(2, 2025), year(90, 2024, "closed"));
    let sealed = to_state(&kept, "sealed");
    let first = [old.clone(), new.clone(), kept.clone(), sealed.clone(), of(3, 2024)];
    let accepted = "accepted".to_owned();
    let refused = "year_sealed".to_owned();
    let expected = [vec![accepted.clone(); 4], vec![refused.clone()]].concat();
    assert_eq!(codes(&hub, &desk, 1, &first).await, expected, "from the next set on");

    let hub = hub.restart().await;
    let tried = [
        upon(&old, 2, 10),
        SealedRecord { deleted: true, ..upon(&old, 2, 10) },
        in_year(upon(&old, 2, 10), 2025),
        in_year(upon(&new, 2, 10), 2024),
        // That it is stale is no matter: nothing like it will ever be stored.
        SealedRecord { lineage: Hash([9; 16]), ..upon(&old, 2, 10) },
    ];
    assert_eq!(codes(&hub, &desk, 6, &tried).await, vec![refused; 5]);
    let free = [upon(&new, 2, 10), of(5, 2023), of(6, 0)];
    assert_eq!(codes(&hub, &desk, 11, &free).await, vec![accepted.clone(); 3]);
    // What was noted about its records is settled whatever became of the year.
    let mut note = of(60, 2024);
    note.class = "conflict".to_owned();
    assert_eq!(codes(&hub, &desk, 14, &[note]).await, [accepted.as_str()]);
    // A set is all or nothing.
    let outcomes = desk.outcomes(&hub, vec![change(15, &[of(7, 2025), of(8, 2024)])]).await;
    assert!(
        matches!(&outcomes[0], Outcome::Refused { record, .. } if *record == Some(of(8, 0).id))
    );

    let opened = [to_state(&sealed, "closed"), of(3, 2024)];
    assert_eq!(codes(&hub, &desk, 16, &opened).await, vec![accepted; 2], "and open again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_with_two_records_is_sealed_as_long_as_one_says_so() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let (one, two) = (year(90, 2024, "sealed"), year(91, 2024, "disposed"));
    let opened = to_state(&one, "open");
    let gone = SealedRecord { deleted: true, ..upon(&two, 2, 10) };
    let tried = [one.clone(), two, of(1, 2024), opened, of(1, 2024), gone, of(1, 2024)];
    let expected =
        ["accepted", "accepted", "year_sealed", "accepted", "year_sealed", "accepted", "accepted"];
    assert_eq!(codes(&hub, &desk, 1, &tried).await, expected);
}

/// A hub of an earlier version kept no list of sealed years.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_before_hubs_looked_is_sealed() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let first = [year(90, 2024, "sealed"), year(91, 2023, "open")];
    assert_eq!(codes(&hub, &desk, 1, &first).await, ["accepted"; 2]);
    let hub = hub.restart_after(crate::backing::before_checks).await;
    let tried = [of(1, 2024), of(2, 2023)];
    assert_eq!(codes(&hub, &desk, 3, &tried).await, ["year_sealed", "accepted"]);
}
