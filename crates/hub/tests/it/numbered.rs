//! Numbers of documents: each is the next of its series, and stays.

use booqing_protocol::message::Outcome;
use booqing_protocol::{Id, Route, SealedRecord};

use crate::fixture::{Desk, Hub, change, record, upon};

const SERIES: u16 = 800;

/// A number series that gives 7 first.
fn series() -> SealedRecord {
    let mut series = record(SERIES, 1, 10);
    series.class = "number_series".to_owned();
    series.routing.0.insert("state".to_owned(), Route::Word("open".to_owned()));
    series.routing.0.insert("first".to_owned(), Route::Number(7));
    series
}

fn closed(mut series: SealedRecord, last: i64) -> SealedRecord {
    series.routing.0.insert("state".to_owned(), Route::Word("closed".to_owned()));
    series.routing.0.insert("last".to_owned(), Route::Number(last));
    series
}

fn draft(number: u16) -> SealedRecord {
    SealedRecord { class: "document".to_owned(), ..record(number, 1, 10) }
}

/// A document with a number: what comes before it is the link of the number before.
fn numbered(mut document: SealedRecord, sequence: i64) -> SealedRecord {
    let routing = &mut document.routing.0;
    routing.insert("series".to_owned(), Route::Record(series().id));
    routing.insert("sequence".to_owned(), Route::Number(sequence));
    routing.insert("link".to_owned(), Route::Word(format!("link of {sequence}")));
    if sequence > 7 {
        let previous = format!("link of {}", sequence - 1);
        routing.insert("previous".to_owned(), Route::Word(previous));
    }
    document
}

fn not_next(record: &SealedRecord) -> Outcome {
    Outcome::NotNext { record: record.id }
}

fn refused(code: &str, record: &SealedRecord) -> Outcome {
    Outcome::Refused { code: code.to_owned(), record: Some(record.id) }
}

/// A series, and the first document of it.
pub(crate) fn a_series_in_use(document: u16) -> [SealedRecord; 2] {
    [series(), numbered(draft(document), 7)]
}

async fn office(hub: &Hub) -> Desk {
    let desk = hub.first_desk().await;
    let outcomes = desk.outcomes(hub, vec![change(1, &[series()])]).await;
    assert_eq!(outcomes, [Outcome::Accepted { rev: 1 }]);
    desk
}

async fn office_with_one(hub: &Hub) -> Desk {
    let desk = hub.first_desk().await;
    let outcomes = desk.outcomes(hub, vec![change(1, &a_series_in_use(1))]).await;
    assert_eq!(outcomes, [Outcome::Accepted { rev: 1 }]);
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_the_next_of_its_series_and_names_the_document_before() {
    let hub = Hub::start().await;
    let desk = office(&hub).await;
    let mut forked = numbered(draft(4), 9);
    forked.routing.0.insert("previous".to_owned(), Route::Word("another".to_owned()));
    let mut elsewhere = numbered(draft(5), 7);
    elsewhere.routing.0.insert("series".to_owned(), Route::Record(Id([0xee; 16])));
    let (eight, nine) = (numbered(draft(2), 8), numbered(draft(3), 9));
    let sets = vec![
        change(2, &[numbered(draft(1), 8)]),
        change(3, &[numbered(draft(1), 7)]),
        change(4, &[numbered(draft(2), 7)]),
        change(5, std::slice::from_ref(&nine)),
        change(6, std::slice::from_ref(&forked)),
        change(7, std::slice::from_ref(&elsewhere)),
        change(8, &[eight.clone(), nine.clone(), draft(6)]),
    ];
    let expected = [
        not_next(&draft(1)),
        Outcome::Accepted { rev: 2 },
        not_next(&draft(2)),
        not_next(&nine),
        not_next(&forked),
        not_next(&elsewhere),
        Outcome::Accepted { rev: 3 },
    ];
    assert_eq!(desk.outcomes(&hub, sets).await, expected);

    // What is stored counts after a start too.
    let hub = hub.restart().await;
    let later = vec![
        change(9, &[numbered(upon(&draft(6), 2, 10), 9)]),
        change(10, &[numbered(upon(&draft(6), 2, 10), 10)]),
    ];
    let outcomes = desk.outcomes(&hub, later).await;
    assert_eq!(outcomes, [not_next(&draft(6)), Outcome::Accepted { rev: 4 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_not_taken_back_or_given_to_another() {
    let hub = Hub::start().await;
    let desk = office_with_one(&hub).await;
    let seven = numbered(draft(1), 7);
    let next = upon(&seven, 2, 12);
    let mut without = next.clone();
    without.routing.0.remove("sequence");
    without.routing.0.remove("link");
    let mut half = next.clone();
    half.routing.0.remove("link");
    let mut first = upon(&series(), 2, 10);
    first.routing.0.insert("first".to_owned(), Route::Number(1));
    let sets = vec![
        change(2, &[SealedRecord { deleted: true, ..next.clone() }]),
        change(3, &[without]),
        change(4, &[half]),
        change(5, &[numbered(next.clone(), 8)]),
        change(6, &[SealedRecord { deleted: true, ..upon(&series(), 2, 10) }]),
        change(7, &[first]),
        change(8, std::slice::from_ref(&next)),
    ];
    let expected = [
        refused("numbered", &seven),
        refused("numbered", &seven),
        refused("malformed", &seven),
        refused("numbered", &seven),
        refused("numbered", &series()),
        refused("numbered", &series()),
        Outcome::Accepted { rev: 2 },
    ];
    assert_eq!(desk.outcomes(&hub, sets).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_that_was_closed_gives_no_number_but_those_that_it_counted() {
    let hub = Hub::start().await;
    let desk = office_with_one(&hub).await;
    let two = vec![change(2, &[numbered(draft(2), 8)])];
    desk.outcomes(&hub, two).await;
    let ends = |last| closed(upon(&series(), 2, 10), last);
    let open = upon(&ends(9), 3, 10);
    let mut open = open.clone();
    open.routing.0.insert("state".to_owned(), Route::Word("open".to_owned()));
    let sets = vec![
        // It goes on behind what is said to be its end.
        change(3, &[ends(7)]),
        change(4, &[ends(9)]),
        change(5, &[numbered(draft(3), 9)]),
        change(6, &[numbered(draft(4), 10)]),
        change(7, &[open]),
        change(8, &[numbered(draft(4), 10)]),
    ];
    let expected = [
        not_next(&series()),
        Outcome::Accepted { rev: 3 },
        Outcome::Accepted { rev: 4 },
        refused("series_closed", &draft(4)),
        Outcome::Accepted { rev: 5 },
        Outcome::Accepted { rev: 6 },
    ];
    assert_eq!(desk.outcomes(&hub, sets).await, expected);
}

/// Fifty desks want the next number at the same moment: one has it.
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_at_once_one_has_the_number() {
    let hub = Hub::start().await;
    let first = office(&hub).await;
    let mut desks = Vec::new();
    for number in 2..52 {
        desks.push(first.bring(&hub, number).await);
    }
    let pushes = desks.iter().zip(1..).map(|(desk, number): (&Desk, u16)| {
        let wanted = SealedRecord { author: desk.id, ..numbered(draft(number), 7) };
        let hub = &hub;
        async move { desk.outcomes(hub, vec![change(1, &[wanted])]).await }
    });
    let outcomes: Vec<Outcome> =
        futures_util::future::join_all(pushes).await.into_iter().flatten().collect();
    let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|one| is(one)).count();
    let accepted = count(|one| matches!(one, Outcome::Accepted { .. }));
    let late = count(|one| matches!(one, Outcome::NotNext { .. }));
    assert_eq!((accepted, late), (1, 49), "{outcomes:?}");
}
