//! One exclusive resource is occupied by one record at a time: the first to come has it.

use booqing_protocol::message::{Occupied, Outcome};
use booqing_protocol::{Id, Route, SealedRecord, Slot};

use crate::fixture::{Desk, Hub, change, record, upon};

const ROOM: u16 = 900;

/// A resource.
fn resource(number: u16, exclusive: bool) -> SealedRecord {
    let mut record = record(number, 1, 10);
    record.class = "resource".to_owned();
    record.routing.0.insert("exclusive".to_owned(), Route::Flag(exclusive));
    record
}

/// A record that occupies the room from one moment until another.
fn booking(number: u16, from: i64, until: i64) -> SealedRecord {
    at(record(number, 1, 10), record(ROOM, 1, 1).id, from, until)
}

fn at(mut record: SealedRecord, resource: Id, from: i64, until: i64) -> SealedRecord {
    let routing = &mut record.routing.0;
    routing.insert("resource".to_owned(), Route::Record(resource));
    routing.insert("occupied_from".to_owned(), Route::Number(from));
    routing.insert("occupied_until".to_owned(), Route::Number(until));
    record
}

/// A record as it was, occupying nothing.
fn free(mut record: SealedRecord) -> SealedRecord {
    for name in ["occupied_from", "occupied_until"] {
        record.routing.0.remove(name);
    }
    record
}

fn by(record: &SealedRecord, by: &SealedRecord) -> Occupied {
    Occupied { record: record.id, by: by.id }
}

fn occupied(records: &[Occupied]) -> Outcome {
    Outcome::Occupied { records: records.to_vec() }
}

/// A desk of an office with one room.
async fn office(hub: &Hub) -> Desk {
    let desk = hub.first_desk().await;
    let outcomes = desk.outcomes(hub, vec![change(1, &[resource(ROOM, true)])]).await;
    assert_eq!(outcomes, [Outcome::Accepted { rev: 1 }]);
    desk
}

#[test]
fn slots_overlap_where_they_share_a_moment() {
    let slot = |from, until| Slot { resource: Id([1; 16]), from, until };
    let elsewhere = Slot { resource: Id([2; 16]), ..slot(10, 20) };
    for (other, overlaps) in [
        (slot(0, 10), false),
        (slot(0, 11), true),
        (slot(12, 13), true),
        (slot(19, 30), true),
        (slot(20, 30), false),
        (elsewhere, false),
    ] {
        assert_eq!(slot(10, 20).overlaps(&other), overlaps, "{other:?}");
        assert_eq!(other.overlaps(&slot(10, 20)), overlaps, "{other:?}");
    }
    assert_eq!(booking(1, 20, 20).slot(), None, "no time at all");
    assert_eq!(SealedRecord { deleted: true, ..booking(1, 10, 20) }.slot(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_on_an_exclusive_resource_is_told_of_the_first_and_stops_no_other() {
    let hub = Hub::start().await;
    let desk = office(&hub).await;
    let first = booking(1, 100, 200);
    let second = booking(2, 150, 160);
    let outcomes = desk
        .outcomes(
            &hub,
            vec![
                change(2, std::slice::from_ref(&first)),
                // All of a set or none.
                change(3, &[second.clone(), record(50, 1, 10)]),
                change(4, &[booking(3, 200, 300), booking(4, 50, 100)]),
                change(5, &[booking(5, 199, 201)]),
            ],
        )
        .await;
    let expected = [
        Outcome::Accepted { rev: 2 },
        occupied(&[by(&second, &first)]),
        Outcome::Accepted { rev: 3 },
        occupied(&[by(&booking(5, 0, 1), &first)]),
    ];
    assert_eq!(outcomes, expected);
    assert_eq!(desk.pull_all(&hub).await.0.len(), 4, "of what is refused nothing is stored");

    let hub = hub.restart().await;
    let again = desk.outcomes(&hub, vec![change(6, std::slice::from_ref(&second))]).await;
    assert_eq!(again, [occupied(&[by(&second, &first)])], "what is stored is looked at too");
    let later = [
        change(7, &[free(second.clone())]),
        change(8, &[SealedRecord { deleted: true, ..upon(&first, 2, 10) }]),
        change(9, &[booking(6, 150, 160)]),
    ];
    let accepted = (4..7).map(|rev| Outcome::Accepted { rev }).collect::<Vec<_>>();
    assert_eq!(desk.outcomes(&hub, later.to_vec()).await, accepted, "what was deleted is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_several_may_be_nobody_is_too_late() {
    let hub = Hub::start().await;
    let desk = office(&hub).await;
    let hall = resource(901, false);
    let (one, two) = (at(record(1, 1, 9), hall.id, 0, 9), at(record(2, 1, 9), hall.id, 0, 9));
    let unknown = Id([0xee; 16]);
    let outcomes = desk
        .outcomes(
            &hub,
            vec![
                change(2, &[hall.clone(), one.clone(), two]),
                // Of a resource that the hub does not have nothing is known.
                change(
                    3,
                    &[at(record(3, 1, 9), unknown, 0, 9), at(record(4, 1, 9), unknown, 0, 9)],
                ),
            ],
        )
        .await;
    assert_eq!(outcomes, [Outcome::Accepted { rev: 2 }, Outcome::Accepted { rev: 3 }]);

    // It becomes exclusive in the same push: what is there stays, and can be edited; what comes is late.
    let mut exclusive = upon(&hall, 2, 10);
    exclusive.routing.0.insert("exclusive".to_owned(), Route::Flag(true));
    let (late, moved) = (at(record(5, 1, 9), hall.id, 3, 4), at(upon(&one, 2, 10), hall.id, 1, 9));
    let outcomes = desk
        .outcomes(
            &hub,
            vec![
                change(4, &[exclusive]),
                change(5, std::slice::from_ref(&late)),
                change(6, &[moved]),
                change(7, &[upon(&one, 2, 20)]),
            ],
        )
        .await;
    let first = |found: &Outcome, late: Id| match found {
        Outcome::Occupied { records } => records.len() == 1 && records[0].record == late,
        _ => false,
    };
    assert_eq!(outcomes[0], Outcome::Accepted { rev: 4 });
    assert!(first(&outcomes[1], late.id) && first(&outcomes[2], one.id), "{outcomes:?}");
    assert_eq!(outcomes[3], Outcome::Accepted { rev: 5 });
}

#[tokio::test(flavor = "multi_thread")]
async fn in_one_set_places_are_changed_and_two_do_not_take_one() {
    let hub = Hub::start().await;
    let desk = office(&hub).await;
    let (one, two) = (booking(1, 0, 10), booking(2, 10, 20));
    let both = change(2, &[one.clone(), two.clone()]);
    assert_eq!(desk.outcomes(&hub, vec![both]).await, [Outcome::Accepted { rev: 2 }]);

    let room = resource(ROOM, true).id;
    let swapped = [at(upon(&one, 2, 9), room, 10, 20), at(upon(&two, 2, 9), room, 0, 10)];
    let (three, four) = (booking(3, 30, 40), booking(4, 35, 45));
    let outcomes = desk
        .outcomes(
            &hub,
            vec![
                change(3, &swapped),
                change(4, &[three.clone(), four.clone()]),
                // What the set before would have occupied is free.
                change(5, std::slice::from_ref(&four)),
                // What is in the set and stays where it is has its place.
                change(6, &[at(upon(&swapped[1], 3, 9), room, 15, 16), upon(&swapped[0], 3, 9)]),
                // Where a record is itself is no obstacle; where it was is free for the next.
                change(7, &[at(upon(&swapped[0], 3, 9), room, 12, 22)]),
                change(8, &[booking(5, 10, 12)]),
            ],
        )
        .await;
    let expected = [
        Outcome::Accepted { rev: 3 },
        occupied(&[by(&four, &three)]),
        Outcome::Accepted { rev: 4 },
        occupied(&[by(&swapped[1], &swapped[0])]),
        Outcome::Accepted { rev: 5 },
        Outcome::Accepted { rev: 6 },
    ];
    assert_eq!(outcomes, expected);
}

/// However long ago it began, and however much of its resource ended before.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_stay_is_in_the_way_of_an_hour_and_an_hour_of_a_long_stay() {
    const DAY: i64 = 86_400;
    let hub = Hub::start().await;
    let desk = office(&hub).await;
    let stay = booking(1, 10 * DAY, 400 * DAY);
    let hours: Vec<_> = (0..30_u16)
        .map(|n| booking(10 + n, 500 * DAY + i64::from(n), 500 * DAY + i64::from(n) + 1))
        .collect();
    let day = booking(2, 4 * DAY, 5 * DAY);
    let mut before = hours.clone();
    before.extend([stay.clone(), day.clone()]);
    let outcomes = desk.outcomes(&hub, vec![change(2, &before)]).await;
    assert_eq!(outcomes, [Outcome::Accepted { rev: 2 }]);
    let all_time = at(record(6, 1, 10), record(ROOM, 1, 1).id, i64::MIN, i64::MAX);
    let late = [
        (booking(3, 200 * DAY, 200 * DAY + 3_600), &stay),
        (booking(4, 399 * DAY, 402 * DAY), &stay),
        (booking(5, 490 * DAY, 600 * DAY), &hours[0]),
        (all_time, &day),
        (booking(7, 5 * DAY - 1, 6 * DAY), &day),
    ];
    let push = late.iter().zip(3..).map(|((late, _), n)| change(n, std::slice::from_ref(late)));
    let outcomes = desk.outcomes(&hub, push.collect()).await;
    let expected: Vec<_> = late.iter().map(|(late, first)| occupied(&[by(late, first)])).collect();
    assert_eq!(outcomes, expected);
    let free = change(8, &[booking(8, 5 * DAY, 10 * DAY), booking(9, 400 * DAY, 500 * DAY)]);
    assert_eq!(desk.outcomes(&hub, vec![free]).await, [Outcome::Accepted { rev: 3 }]);
}

/// Fifty desks want one place at the same moment: one of them has it, and each of the others hears which.
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_at_once_one_has_the_place() {
    let hub = Hub::start().await;
    let first = office(&hub).await;
    let mut desks = Vec::new();
    for number in 2..52 {
        desks.push(first.bring(&hub, number).await);
    }
    let pushes = desks.iter().zip(1..).map(|(desk, number): (&Desk, u16)| {
        let wanted = SealedRecord { author: desk.id, ..booking(number, 100, 200) };
        let hub = &hub;
        async move { desk.outcomes(hub, vec![change(1, &[wanted])]).await }
    });
    let outcomes: Vec<Outcome> =
        futures_util::future::join_all(pushes).await.into_iter().flatten().collect();
    let accepted = outcomes.iter().filter(|one| matches!(one, Outcome::Accepted { .. })).count();
    assert_eq!(accepted, 1, "{outcomes:?}");
    let (records, _) = first.pull_all(&hub).await;
    let there: Vec<Id> = records
        .iter()
        .map(|(_, bytes)| SealedRecord::from_bytes(bytes).expect("a record"))
        .filter(|record| record.slot().is_some())
        .map(|record| record.id)
        .collect();
    assert_eq!(there.len(), 1);
    for outcome in outcomes {
        if let Outcome::Occupied { records } = outcome {
            assert_eq!(records.iter().map(|one| one.by).collect::<Vec<_>>(), there);
        }
    }
}

/// A hub of an earlier version kept these records without a look at what they occupy.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_before_hubs_looked_is_looked_at_too() {
    let hub = Hub::start().await;
    let desk = office(&hub).await;
    let first = booking(1, 100, 200);
    let gone = booking(2, 300, 400);
    let deleted = SealedRecord { deleted: true, ..upon(&gone, 2, 10) };
    let push = vec![
        change(2, &[first.clone(), gone, record(7, 1, 10)]),
        change(3, std::slice::from_ref(&deleted)),
    ];
    desk.outcomes(&hub, push).await;
    let hub = hub.restart_after(crate::backing::before_checks).await;
    let late = booking(3, 150, 160);
    let push = vec![change(4, std::slice::from_ref(&late)), change(5, &[booking(4, 300, 400)])];
    let outcomes = desk.outcomes(&hub, push).await;
    assert_eq!(outcomes, [occupied(&[by(&late, &first)]), Outcome::Accepted { rev: 4 }]);
}
