//! Conflicts, side by side and settled.

use serde_json::json;

use super::*;
use crate::testing::{TestDesk, desk, id};

/// A client whose phone was changed here and elsewhere.
fn office() -> TestDesk {
    let desk = desk();
    let client = desk.client(&["family_name=Berg", "phone=222"]);
    desk.put(
        CLASS,
        id(50),
        json!({"record_class": "client", "record": client.id, "field_group": "phone",
            "person": client.id, "found_at": 1_796_115_600, "found_by": id(8),
            "theirs_by": id(9), "contract": {"base": {"phone": "111"},
            "mine": {"phone": "333"}, "theirs": {"phone": "222"}}}),
    );
    desk
}

/// A client that was changed here and deleted elsewhere, or the other way round.
fn deleted(mine: bool) -> TestDesk {
    let desk = desk();
    let client = desk.client(&["family_name=Berg", "phone=222"]);
    desk.put(
        CLASS,
        id(50),
        json!({"record_class": "client", "record": client.id, "field_group": DELETION,
            "found_at": 1_796_115_600, "found_by": id(8), "theirs_by": id(9),
            "working": {"base": {DELETION: false}, "mine": {DELETION: mine},
            "theirs": {DELETION: !mine}}}),
    );
    desk
}

#[test]
fn a_record_that_one_side_deleted_goes_when_that_side_is_kept() {
    let conflict = id(50).to_string();
    for (mine, keep, is_there) in [
        (false, Keep::Mine, true),
        (false, Keep::Theirs, false),
        (true, Keep::Mine, false),
        (true, Keep::Theirs, true),
    ] {
        let desk = deleted(mine);
        let shown = desk.conflict(&conflict, Language::En).expect("there");
        let [field] = shown.fields.as_slice() else { panic!("{shown:?}") };
        assert_eq!(field.base.as_deref(), Some("there"));
        let sides = if mine { ["deleted", "changed"] } else { ["changed", "deleted"] };
        assert_eq!([&field.mine, &field.theirs].map(|side| side.as_deref()), sides.map(Some));
        desk.resolve_conflict(&conflict, keep).expect("settled");
        let found = desk.record("client", "C-0001");
        assert_eq!(found.is_ok(), is_there, "{mine} {keep:?}");
        assert_eq!(desk.conflicts(false, Language::En).expect("listed"), []);
    }
}

fn phone(desk: &TestDesk) -> Option<String> {
    desk.record("client", "C-0001").expect("a client").fields.text("phone").map(str::to_owned)
}

#[test]
fn the_sides_stand_side_by_side() {
    let desk = office();
    let conflicts = desk.conflicts(false, Language::Nl).expect("listed");
    let [conflict] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!(conflict.title, "Relatie Berg (C-0001)");
    assert_eq!(conflict.found_by, "Deze werkplek");
    let [field] = conflict.fields.as_slice() else { panic!("{conflict:?}") };
    let sides = [&field.base, &field.mine, &field.theirs].map(|side| side.as_deref());
    assert_eq!(sides, [Some("111"), Some("333"), Some("222")]);
    assert_eq!(field.label, "Telefoon");
}

#[test]
fn the_side_that_is_kept_is_a_change_and_a_second_decision_is_told_the_first() {
    let desk = office();
    let name = id(50).to_string();
    desk.resolve_conflict(&name, Keep::Mine).expect("settled");
    assert_eq!(phone(&desk).as_deref(), Some("333"));
    assert!(desk.conflicts(false, Language::En).expect("listed").is_empty());
    let second = desk.resolve_conflict(&name, Keep::Theirs);
    assert!(matches!(&second, Err(DeskError::Settled(Kept::This))), "{second:?}");
    assert_eq!(phone(&desk).as_deref(), Some("333"));
    // It can be taken back like any other change.
    let step = desk.last_step(Language::En).expect("read").expect("a step");
    assert_eq!(step.label, "Conflict settled");
    desk.undo(step.step).expect("undone");
    assert_eq!(phone(&desk).as_deref(), Some("222"));
    assert_eq!(desk.conflicts(false, Language::En).expect("listed").len(), 1);
}

/// The conflict is told from the desk that found it; the words are told from the one that reads.
#[test]
fn what_was_kept_is_told_by_who_entered_it() {
    let office = desk();
    office.put("desk", id(8), json!({"name": "Balie", "joined_at": 1}));
    office.put("desk", id(9), json!({"name": "Laptop", "joined_at": 2}));
    let kept = |resolution: &str, here: u8| {
        let mut conflict = Fields::new();
        for (name, desk) in [("found_by", 8), ("theirs_by", 9)] {
            conflict.set(name, id(desk).to_string().into());
        }
        conflict.set("resolution", resolution.into());
        office.cache.read(|reader| Ok(Kept::of(reader, &conflict, id(here)))).unwrap().unwrap()
    };
    assert_eq!(kept("mine", 8), Kept::This);
    assert_eq!(kept("theirs", 9), Kept::This);
    assert_eq!(kept("mine", 9), Kept::Desk("Balie".to_owned()));
    assert_eq!(kept("theirs", 7), Kept::Desk("Laptop".to_owned()));
    assert_eq!(kept("other", 8), Kept::Other);
}

/// The time a resource is occupied follows from the time that is kept. A slot has values of two classes,
/// and both sides of each.
#[test]
fn mine_of_a_slot_is_kept_for_the_time_there_is_now() {
    let desk = desk();
    desk.client(&["family_name=Berg"]);
    for room in ["name=Kamer 1", "name=Kamer 2"] {
        desk.add_resource(&desk.values("resource", &[room])).expect("a resource");
    }
    let values = ["client=C-0001", "resource=Kamer 2", "starts=2026-10-12T19:00"];
    let booking = desk.add_booking(&desk.values("booking", &values)).expect("a booking");
    let (first, second) = (
        desk.record("resource", "Kamer 1").expect("there").id,
        desk.record("resource", "Kamer 2").expect("there").id,
    );
    let side = |room, from: i64| json!({"resource": room, "occupied_from": from});
    let times = |hour: u8| {
        let at = |hour| format!("2026-10-12T{hour}:00:00");
        json!({"starts": at(hour), "ends": at(hour + 1), "zone": "Europe/Amsterdam"})
    };
    desk.put(
        CLASS,
        id(50),
        json!({"record_class": "booking", "record": booking.id, "field_group": "slot",
            "found_at": 1_796_115_600, "found_by": id(8), "theirs_by": id(9),
            "working": {"base": side(second, 1), "mine": side(first, 2),
                "theirs": side(second, 3)},
            "statutory": {"base": times(18), "mine": times(20), "theirs": times(19)}}),
    );
    desk.resolve_conflict(&id(50).to_string(), Keep::Mine).expect("settled");
    let now = desk.record("booking", "B-00001").expect("there").fields;
    assert_eq!(now.get("resource"), Some(&json!(first)));
    assert_eq!(now.text("starts"), Some("2026-10-12T20:00:00"));
    let before = booking.fields.integer("occupied_from").expect("occupied");
    assert_eq!(now.integer("occupied_from"), Some(before + 3_600));
}

/// Of a value whose key is not here nothing can be put in the place of what there is.
#[test]
fn a_side_that_cannot_be_read_whole_is_not_kept_here() {
    let desk = desk();
    desk.client(&["family_name=Berg"]);
    let values = ["client=C-0001", "starts=2026-10-12T19:00"];
    let booking = desk.add_booking(&desk.values("booking", &values)).expect("a booking");
    desk.put(
        CLASS,
        id(50),
        json!({"record_class": "booking", "record": booking.id, "field_group": "slot",
            "found_at": 1, "found_by": id(8), "theirs_by": id(9),
            "working": {"base": {}, "mine": {}, "theirs": {}}}),
    );
    let refused = desk.resolve_conflict(&id(50).to_string(), Keep::Mine);
    assert!(matches!(refused, Err(DeskError::Value { .. })), "{refused:?}");
    desk.resolve_conflict(&id(50).to_string(), Keep::Theirs).expect("theirs stands there already");
}

#[test]
fn what_was_changed_since_is_not_overwritten() {
    let desk = office();
    desk.set_client("C-0001", &desk.values("client", &["phone=444"])).expect("changed");
    let name = id(50).to_string();
    let refused = desk.resolve_conflict(&name, Keep::Mine);
    assert!(matches!(refused, Err(DeskError::Value { .. })), "{refused:?}");
    desk.resolve_conflict(&name, Keep::Theirs).expect("settled");
    assert_eq!(phone(&desk).as_deref(), Some("444"));
}

#[test]
fn the_desk_that_sees_it_from_the_other_side_keeps_its_own() {
    let desk = office();
    let client = desk.record("client", "C-0001").expect("a client").id;
    desk.put(
        CLASS,
        id(51),
        json!({"record_class": "client", "record": client, "field_group": "phone",
            "found_at": 1_796_115_600, "found_by": id(9), "theirs_by": id(8),
            "contract": {"base": {}, "mine": {"phone": "555"}, "theirs": {"phone": "222"}}}),
    );
    let seen = desk.conflict(&id(51).to_string(), Language::En).expect("shown");
    assert_eq!(seen.found_by, "This desk");
    assert_eq!(seen.fields[0].mine.as_deref(), Some("222"));
    desk.resolve_conflict(&id(51).to_string(), Keep::Mine).expect("settled");
    assert_eq!(phone(&desk).as_deref(), Some("222"), "this desk's own value stays");
}

#[test]
fn keeping_theirs_leaves_the_record_as_it_is() {
    let desk = office();
    desk.resolve_conflict(&id(50).to_string(), Keep::Theirs).expect("settled");
    assert_eq!(phone(&desk).as_deref(), Some("222"));
}
