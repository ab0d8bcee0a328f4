//! Changes: all or none, with history, outbox and undo.

use booqing_model::time::Moment;
use booqing_store::StoreError;
use serde_json::json;

use crate::fixture::{Fixture, change, create, delete, fields, id};

#[test]
fn what_was_acknowledged_is_there_after_opening_again() {
    let fixture = Fixture::new();
    let anna = json!({"kind": "person", "state": "active", "number": "C-0001", "given_name": "Anna",
        "payment_days": 14, "tags": ["a", "b"]});
    fixture.commit(vec![create("client", id(1), anna.clone())]).expect("committed");
    let again = fixture.open_again().expect("opened again");
    let row = again.read(|reader| reader.get("client", id(1))).expect("read").expect("there");
    assert_eq!(row.fields, fields(anna));
    assert_eq!(row.version, 1);
}

#[test]
fn a_set_is_done_as_a_whole_or_not_at_all() {
    let fixture = Fixture::new();
    let refused = fixture.commit(vec![
        create("client", id(1), json!({"number": "C-0001"})),
        create("resource", id(2), json!({"name": "Room A", "exclusive": "yes"})),
    ]);
    assert!(
        matches!(&refused, Err(StoreError::Misfit { class, field, .. })
            if class == "resource" && field == "exclusive"),
        "{refused:?}"
    );
    assert_eq!(fixture.fields("client", id(1)), None);
    let (outbox, step) =
        fixture.cache.read(|reader| Ok((reader.outbox(10)?, reader.last_step()?))).expect("read");
    assert!(outbox.is_empty() && step.is_none(), "nothing is half done");
    assert!(fixture.cache.read(|reader| reader.search("C-0001", 5)).expect("searched").is_empty());
}

#[test]
fn each_change_has_its_history_and_its_place_in_the_outbox() {
    let fixture = Fixture::new();
    fixture.commit(vec![create("client", id(1), json!({"number": "C-1"}))]).expect("one");
    fixture
        .commit(vec![change("client", id(1), json!({"phone": "06", "number": "C-1"}))])
        .expect("two");
    fixture.commit(vec![change("client", id(1), json!({"phone": null}))]).expect("three");

    let (history, outbox) = fixture
        .cache
        .read(|reader| Ok((reader.history(id(1))?, reader.outbox(10)?)))
        .expect("read");
    let versions: Vec<i64> = history.iter().map(|entry| entry.version).collect();
    assert_eq!(versions, [3, 2, 1]);
    assert_eq!(history[0].before, fields(json!({"phone": "06"})));
    assert_eq!(history[1].after.names().collect::<Vec<_>>(), ["phone"], "only what changed");
    assert_eq!(history[1].user, Some(id(250)));

    let numbers: Vec<i64> = outbox.iter().map(|entry| entry.n).collect();
    assert_eq!(numbers, [1, 2, 3], "without holes");
    assert_eq!(outbox[2].records[0].version, 3);
}

#[test]
fn a_change_that_changes_nothing_leaves_no_trace() {
    let fixture = Fixture::new();
    fixture.commit(vec![create("client", id(1), json!({"number": "C-1"}))]).expect("made");
    let nothing = fixture
        .commit(vec![change("client", id(1), json!({"number": "C-1", "phone": null}))])
        .expect("accepted");
    assert_eq!(nothing.step, None);
    let outbox = fixture.cache.read(|reader| reader.outbox(10)).expect("read");
    assert_eq!(outbox.len(), 1);
}

#[test]
fn every_kind_of_change_can_be_undone_and_the_undoing_too() {
    let fixture = Fixture::new();
    let undo = |step| fixture.cache.write(|writer| writer.undo(step, Moment(2_000), None));
    let step = |changes| fixture.commit(changes).expect("committed").step.expect("a step");
    let anna = json!({"number": "C-1", "phone": "06", "tags": ["a"]});

    let made = step(vec![create("client", id(1), anna.clone())]);
    let changed =
        step(vec![change("client", id(1), json!({"phone": null, "email": "a@b.nl", "tags": []}))]);
    undo(changed).expect("the change is undone");
    assert_eq!(fixture.fields("client", id(1)), Some(fields(anna.clone())));

    let deleted = step(vec![delete("client", id(1))]);
    assert_eq!(fixture.fields("client", id(1)), None);
    let undone = undo(deleted).expect("the deletion is undone").step.expect("a step");
    assert_eq!(fixture.fields("client", id(1)), Some(fields(anna.clone())));
    let found = fixture.cache.read(|reader| reader.search("C-1", 5)).expect("searched");
    assert_eq!(found.len(), 1, "search finds it again");

    undo(undone).expect("the undoing is undone");
    assert_eq!(fixture.fields("client", id(1)), None);
    assert!(matches!(undo(deleted), Err(StoreError::NothingToUndo(_))), "once only");
    assert!(matches!(undo(made), Err(StoreError::ChangedSince { .. })), "it is not there");
    assert!(matches!(undo(999), Err(StoreError::NothingToUndo(999))));
}

#[test]
fn what_was_changed_since_is_not_undone_over_it() {
    let fixture = Fixture::new();
    fixture.commit(vec![create("client", id(1), json!({"number": "C-1"}))]).expect("made");
    let first = fixture
        .commit(vec![change("client", id(1), json!({"phone": "06", "website": "a.nl"}))])
        .expect("first");
    fixture.commit(vec![change("client", id(1), json!({"phone": "07"}))]).expect("second");

    let refused =
        fixture.cache.write(|writer| writer.undo(first.step.expect("a step"), Moment(2_000), None));
    assert!(
        matches!(&refused, Err(StoreError::ChangedSince { field, .. }) if field == "phone"),
        "{refused:?}"
    );
    let now = fixture.fields("client", id(1)).expect("there");
    assert_eq!((now.text("phone"), now.text("website")), (Some("07"), Some("a.nl")));
}

#[test]
fn a_record_that_comes_back_goes_on_counting() {
    let fixture = Fixture::new();
    fixture.commit(vec![create("client", id(1), json!({"number": "C-1"}))]).expect("made");
    fixture.commit(vec![delete("client", id(1))]).expect("deleted");
    fixture.commit(vec![create("client", id(1), json!({"number": "C-2"}))]).expect("made again");
    let row =
        fixture.cache.read(|reader| reader.get("client", id(1))).expect("read").expect("there");
    assert_eq!(row.version, 3);
}

#[test]
fn what_is_not_there_or_there_already_is_said() {
    let fixture = Fixture::new();
    fixture.commit(vec![create("client", id(1), json!({"number": "C-1"}))]).expect("made");
    let refused = |changes| fixture.commit(changes).expect_err("refused");
    assert!(matches!(
        refused(vec![create("client", id(1), json!({}))]),
        StoreError::RecordExists { .. }
    ));
    assert!(matches!(
        refused(vec![change("client", id(2), json!({"phone": "06"}))]),
        StoreError::NoRecord { .. }
    ));
    assert!(matches!(refused(vec![delete("booking", id(1))]), StoreError::NoRecord { .. }));
    assert!(matches!(refused(vec![delete("giraffe", id(1))]), StoreError::NoClass(_)));
    assert!(matches!(
        refused(vec![change("client", id(1), json!({"shoe_size": 43}))]),
        StoreError::Misfit { field, .. } if field == "shoe_size"
    ));
}

#[test]
fn readers_see_the_last_committed_state_while_somebody_writes() {
    let fixture = Fixture::new();
    fixture.commit(vec![create("client", id(1), json!({"number": "C-1"}))]).expect("made");
    fixture
        .cache
        .read(|outer| {
            fixture.commit(vec![change("client", id(1), json!({"number": "C-2"}))])?;
            let inner = fixture.cache.read(|reader| reader.get("client", id(1)))?;
            assert_eq!(inner.expect("there").fields.text("number"), Some("C-2"));
            assert!(outer.get("client", id(1))?.is_some());
            Ok(())
        })
        .expect("read");
}
