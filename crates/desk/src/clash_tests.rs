use serde_json::json;

use super::*;
use crate::testing::{TestDesk, desk, id};
use crate::{DeskError, Language, RecordView};

/// An office with a room for one, and a hall for many.
fn office() -> TestDesk {
    let desk = desk();
    desk.client(&["family_name=Berg"]);
    for values in [["name=Kamer 1", "exclusive=yes"], ["name=Zaal", "exclusive=no"]] {
        desk.add_resource(&desk.values("resource", &values)).expect("a resource");
    }
    desk
}

fn add(desk: &TestDesk, resource: &str, starts: &str) -> Result<RecordView> {
    let (resource, starts) = (format!("resource={resource}"), format!("starts={starts}"));
    desk.add_booking(&desk.values("booking", &["client=C-0001", &resource, &starts]))
}

fn set(desk: &TestDesk, number: &str, values: &[&str]) -> Result<RecordView> {
    desk.set_booking(number, &desk.values("booking", values))
}

fn refusal<T: std::fmt::Debug>(done: Result<T>) -> String {
    match done {
        Err(DeskError::Value { field, reason, .. }) => {
            assert_eq!(field, "starts");
            reason.text(Language::En).to_owned()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_exclusive_resource_is_not_given_twice_and_what_has_it_is_named() {
    let desk = office();
    add(&desk, "Kamer 1", "2026-12-01T10:00").expect("entered");
    let refused = refusal(add(&desk, "Kamer 1", "2026-12-01T10:59"));
    let expected = "is not free: Kamer 1 has booking B-00001 from 1 Dec 2026 10:00 until 11:00";
    assert_eq!(refused, expected);
    add(&desk, "Kamer 1", "2026-12-01T11:00").expect("right behind it");
    add(&desk, "Zaal", "2026-12-01T10:00").expect("elsewhere");
    add(&desk, "Zaal", "2026-12-01T10:00").expect("where several may be");

    assert!(refusal(set(&desk, "B-00002", &["starts=2026-12-01T10:30"])).contains("B-00001"));
    assert!(refusal(set(&desk, "B-00003", &["resource=Kamer 1"])).contains("B-00001"));
    set(&desk, "B-00001", &["starts=2026-12-01T09:30"]).expect("it may overlap what it was itself");
    desk.cancel_booking("B-00001").expect("cancelled");
    set(&desk, "B-00002", &["starts=2026-12-01T09:00"]).expect("free again");
    assert!(refusal(set(&desk, "B-00001", &["state=confirmed"])).contains("B-00002"));
}

#[test]
fn what_does_not_ask_for_another_place_is_let_be() {
    let desk = office();
    for _ in 0..2 {
        add(&desk, "Zaal", "2026-12-01T10:00").expect("entered");
    }
    desk.set_resource("Zaal", &desk.values("resource", &["exclusive=yes"])).expect("changed");
    set(&desk, "B-00002", &["note=brings coffee"]).expect("noted");
    assert!(refusal(set(&desk, "B-00002", &["starts=2026-12-01T10:10"])).contains("B-00001"));
}

/// Makes a booking the clash that a sync makes of it.
fn clash(desk: &TestDesk, number: &str, by: &RecordView) {
    let row = desk.record("booking", number).expect("there");
    let mut fields = row.fields.clone();
    for (name, value) in [
        ("state", json!("clash")),
        ("clash_with", json!(by.id)),
        ("occupied_from", json!(null)),
        ("occupied_until", json!(null)),
    ] {
        fields.set(name, value);
    }
    desk.cache
        .write(|writer| {
            writer.exchange(|exchange| {
                let before = exchange.row("booking", row.id)?.expect("there");
                let next = Row { version: before.version + 1, fields, ..before.clone() };
                let now = booqing_model::time::Moment(1);
                exchange.put_row("booking", &next, Some(&before), now)
            })
        })
        .expect("written");
}

#[test]
fn a_clash_is_listed_with_what_has_its_place_until_it_is_moved_or_cancelled() {
    let desk = office();
    let first = add(&desk, "Kamer 1", "2026-12-01T10:00").expect("entered");
    add(&desk, "Kamer 1", "2026-12-01T12:00").expect("entered");
    set(&desk, "B-00002", &["state=option"]).expect("an option");
    add(&desk, "Kamer 1", "2026-12-01T14:00").expect("entered");
    clash(&desk, "B-00002", &first);
    clash(&desk, "B-00003", &first);
    let clashes = desk.clashes().expect("listed");
    let lines: Vec<_> = clashes
        .iter()
        .map(|one| (one.booking.number.as_str(), one.by.as_ref().map(|by| by.number.as_str())))
        .collect();
    assert_eq!(lines, [("B-00002", Some("B-00001")), ("B-00003", Some("B-00001"))]);
    assert_eq!(desk.status().expect("read").clashes, 2);
    assert_eq!(desk.status().expect("read").state, "attention");

    set(&desk, "B-00002", &["note=called"]).expect("noted");
    assert_eq!(desk.clashes().expect("listed").len(), 2, "a note gives no place");
    assert!(refusal(set(&desk, "B-00002", &["starts=2026-12-01T10:15"])).contains("B-00001"));
    let moved = set(&desk, "B-00002", &["starts=2026-12-01T16:00"]).expect("moved").fields;
    assert_eq!(moved.text("state"), Some("option"), "what it was");
    assert_eq!((moved.get("clash_with"), moved.get("occupied_from").is_some()), (None, true));
    desk.cancel_booking("B-00003").expect("cancelled");
    assert!(desk.clashes().expect("listed").is_empty());
}

#[test]
fn a_clash_of_which_nobody_here_knows_what_it_was_becomes_an_option() {
    let desk = office();
    desk.put(
        "booking",
        id(60),
        json!({"state": "clash", "number": "B-00009", "fiscal_year": 2026, "currency": "EUR",
            "starts": "2026-12-01T10:00:00", "ends": "2026-12-01T11:00:00",
            "zone": "Europe/Amsterdam", "net": 0, "clash_with": id(61)}),
    );
    let [one] = &desk.clashes().expect("listed")[..] else { panic!("one") };
    assert_eq!(one.by, None, "what has the place is not here");
    let moved = set(&desk, "B-00009", &["starts=2026-12-02T10:00"]).expect("moved").fields;
    assert_eq!(
        (moved.text("state"), moved.text("ends")),
        (Some("option"), Some("2026-12-02T11:00:00"))
    );
}
