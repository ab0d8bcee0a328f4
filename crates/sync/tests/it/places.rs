//! Double bookings: of two desks that give away one place apart, the second to sync is told, and its
//! booking becomes a clash that everybody sees.

use booqing_model::Id;
use serde_json::{Value, json};

use crate::fixture::{Desk, Office, id};
use crate::repair::{PUT_BACK, copy, say_put_back};

const ROOM: u8 = 90;

/// A booking of the room that begins at this hour and takes two.
fn booking(number: &str, hour: i64) -> Value {
    let from = 1_796_083_200 + hour * 3_600;
    json!({"state": "confirmed", "number": number, "fiscal_year": 2026, "resource": id(ROOM),
        "starts": format!("2026-12-01T{:02}:00:00", hour + 1),
        "ends": format!("2026-12-01T{:02}:00:00", hour + 3), "zone": "Europe/Amsterdam",
        "occupied_from": from, "occupied_until": from + 7_200, "net": 0, "currency": "EUR"})
}

/// Two desks of an office with one room.
async fn two(office: &Office, exclusive: bool) -> (Desk, Desk) {
    let mut anna = office.first_desk().await;
    anna.create("resource", id(ROOM), json!({"name": "Kamer", "exclusive": exclusive}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    (anna, bram)
}

fn state(desk: &Desk, booking: Id) -> (String, Option<String>, bool) {
    let fields = desk.fields("booking", booking).expect("there");
    let text = |name| fields.text(name).map(str::to_owned);
    let occupies = fields.get("occupied_from").is_some();
    (text("state").expect("a state"), text("clash_with"), occupies)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_becomes_a_clash_linked_to_the_first_on_both_desks() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office, true).await;
    anna.create("booking", id(1), booking("B-1", 9));
    bram.create("booking", id(2), booking("B-2", 10));
    bram.create("booking", id(3), booking("B-3", 12));
    bram.create("client", id(4), json!({"number": "C-1"}));
    anna.sync().await;
    let summary = bram.sync().await;
    assert_eq!((summary.clashes, summary.refused, summary.equal), (1, 0, true), "{summary:?}");
    anna.sync().await;
    let lost = ("clash".to_owned(), Some(id(1).to_string()), false);
    let kept = ("confirmed".to_owned(), None, true);
    for desk in [&anna, &bram] {
        assert_eq!(state(desk, id(2)), lost);
        assert_eq!((state(desk, id(1)), state(desk, id(3))), (kept.clone(), kept.clone()));
        assert!(desk.fields("client", id(4)).is_some(), "nothing is held up");
        assert_eq!(desk.waiting(), 0);
    }
    let history = bram.cache.read(|reader| reader.history(id(2))).expect("read");
    assert_eq!(history[0].before.text("state"), Some("confirmed"), "what it was stays known");
    assert!(anna.sync().await.equal && bram.sync().await.equal);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_several_may_be_both_keep_their_place() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office, false).await;
    anna.create("booking", id(1), booking("B-1", 9));
    bram.create("booking", id(2), booking("B-2", 9));
    anna.sync().await;
    assert_eq!(bram.sync().await.clashes, 0);
    assert_eq!(state(&bram, id(2)).0, "confirmed");
}

/// A set is all or nothing: what goes with a clash waits for it and goes along.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_entered_together_stays_together() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office, true).await;
    anna.create("booking", id(1), booking("B-1", 9));
    anna.sync().await;
    bram.create_all(
        "booking",
        &[(id(2), booking("B-2", 9)), (id(3), booking("B-3", 11)), (id(5), booking("B-5", 10))],
    );
    assert_eq!(bram.sync().await.clashes, 2);
    anna.sync().await;
    let states = [2, 3, 5].map(|number| state(&anna, id(number)).0);
    assert_eq!(states, ["clash", "confirmed", "clash"]);
}

/// What had the place was moved here and that has not reached the hub: nobody loses anything.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_given_up_in_the_same_sync_is_free() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office, true).await;
    anna.create("booking", id(1), booking("B-1", 9));
    anna.sync().await;
    bram.sync().await;
    // Anna's note makes Bram's move stale at first; his new booking comes to the hub before that.
    anna.change("booking", id(1), json!({"note": "coffee"}));
    anna.sync().await;
    let moved = booking("B-1", 14);
    bram.change(
        "booking",
        id(1),
        json!({"starts": moved["starts"], "ends": moved["ends"],
        "occupied_from": moved["occupied_from"], "occupied_until": moved["occupied_until"]}),
    );
    bram.create("booking", id(2), booking("B-2", 9));
    // The push goes out as it would if Bram had not heard of the note.
    bram.push_only().await;
    let summary = bram.sync().await;
    assert_eq!((summary.clashes, summary.equal, bram.waiting()), (0, true, 0), "{summary:?}");
    let states = [state(&bram, id(1)), state(&bram, id(2))].map(|state| (state.0, state.2));
    assert!(states.iter().all(|state| *state == ("confirmed".to_owned(), true)), "{states:?}");
}

/// Each takes the place of the other, in changes of their own: neither can go first.
#[tokio::test(flavor = "multi_thread")]
async fn bookings_that_change_places_one_after_the_other_go_together() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office, true).await;
    for (number, hour) in [(1, 9), (2, 11), (3, 13)] {
        anna.create("booking", id(number), booking(&format!("B-{number}"), hour));
    }
    anna.sync().await;
    for (number, hour) in [(1, 11), (2, 13), (3, 9)] {
        let moved = booking("", hour);
        let names = ["starts", "ends", "occupied_from", "occupied_until"];
        let patch: serde_json::Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), moved[*name].clone())).collect();
        anna.change("booking", id(number), Value::Object(patch));
    }
    let summary = anna.sync().await;
    assert_eq!((summary.clashes, summary.refused, anna.waiting()), (0, 0, 0), "{summary:?}");
    bram.sync().await;
    for (number, hour) in [(1, 11), (2, 13), (3, 9)] {
        let fields = bram.fields("booking", id(number)).expect("there");
        assert_eq!(fields.get("starts"), Some(&booking("", hour)["starts"]));
        assert_eq!(state(&bram, id(number)).0, "confirmed");
    }
}

/// A booking that was at the hub, was lost with its data, and whose place was given away since.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_a_copy_of_the_hub_had_not_given_yet_is_lost_to_the_next() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office, true).await;
    let copies = tempfile::tempdir().expect("a folder");
    let office = office.reopen_after(|data| copy(data, copies.path())).await;
    anna.create("booking", id(1), booking("B-1", 9));
    anna.sync().await;
    let _office = office
        .reopen_after(|data| {
            copy(copies.path(), data);
            say_put_back(data);
        })
        .await;
    bram.create("booking", id(2), booking("B-2", 9));
    bram.sync_agreeing(PUT_BACK).await.expect("synced");
    let summary = anna.sync_agreeing(PUT_BACK).await.expect("synced");
    assert_eq!(summary.clashes, 1, "{summary:?}");
    bram.sync().await;
    let lost = ("clash".to_owned(), Some(id(2).to_string()), false);
    assert_eq!((state(&anna, id(1)), state(&bram, id(1))), (lost.clone(), lost));
}

/// A desk does not take the hub's word for it that one at a time may be somewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_for_several_is_not_lost_by_what_a_hub_says() {
    use booqing_protocol::message::{ChangeResult, Occupied, Outcome, Pushed};

    for (exclusive, lost) in [(false, 0), (true, 1)] {
        let office = Office::open().await;
        let (mut anna, mut bram) = two(&office, exclusive).await;
        anna.create("booking", id(1), booking("B-1", 9));
        anna.sync().await;
        bram.sync().await;
        bram.create("booking", id(2), booking("B-2", 9));
        let acknowledged = booqing_sync::inward::cursor(&bram.cache).expect("a cursor");
        let around = &*bram.surroundings;
        let push =
            booqing_sync::outward::plan(&bram.cache, &bram.sealer, acknowledged, false, around);
        let wire = |number| booqing_protocol::Id(*id(number).as_bytes());
        let changes = push.expect("planned").expect("something waits").changes;
        let results = changes.iter().map(|change| {
            let records = vec![Occupied { record: wire(2), by: wire(1) }];
            let result = ChangeResult { n: change.n, outcome: Outcome::Occupied { records } };
            booqing_protocol::encode(&result).expect("bytes").into()
        });
        let pushed = Pushed { results: results.collect(), head: 9, root: None };
        let settled = booqing_sync::settling::settle(&bram.cache, &bram.sealer, &pushed, around);
        assert_eq!(settled.expect("settled").clashes, lost, "exclusive: {exclusive}");
    }
}
