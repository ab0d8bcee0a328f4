//! One conflict, settled at two desks apart: the decision that the hub had first stands, and whoever
//! decided otherwise is told.

use booqing_model::{Fields, Id};
use booqing_sync::Consent;
use serde_json::{Value, json};

use crate::fixture::{Desk, Office, id};
use crate::repair::copy;

/// Two desks with a conflict about a phone number: it is Anna's at the hub, and Bram's in the conflict.
async fn apart(office: &Office) -> (Desk, Desk, Id) {
    about(office, "phone", ["before", "Anna's", "Bram's"]).await
}

/// The same about whether the client is there: Anna changed it, Bram deleted it.
async fn deleted(office: &Office) -> (Desk, Desk, Id) {
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1", "phone": "before"}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    anna.change("client", id(1), json!({"phone": "Anna's"}));
    bram.delete("client", id(1));
    in_conflict(anna, bram).await
}

async fn in_conflict(mut anna: Desk, mut bram: Desk) -> (Desk, Desk, Id) {
    anna.sync().await;
    assert_eq!(bram.sync().await.conflicts, 1);
    anna.sync().await;
    let ids = anna.cache.read(|reader| reader.ids("conflict")).expect("read");
    let [conflict] = ids[..] else { panic!("one conflict") };
    (anna, bram, conflict)
}

/// Settles it, with the change of the client that this means.
fn settle(desk: &Desk, conflict: Id, side: &str, change: Option<Value>) {
    let decided = json!({"resolved_at": 1_000, "resolution": side});
    match change {
        None => desk.change("conflict", conflict, decided),
        Some(Value::Null) => {
            desk.change_and_delete(("conflict", conflict, decided), ("client", id(1)));
        }
        Some(patch) => desk.change_both(("conflict", conflict, decided), ("client", id(1), patch)),
    }
}

/// Both sync until nothing is left, and have the same: the conflict, and the client.
async fn in_the_end(anna: &mut Desk, bram: &mut Desk, conflict: Id) -> (Fields, Option<Fields>) {
    for _ in 0..2 {
        anna.sync().await;
        bram.sync().await;
    }
    assert!(anna.sync().await.equal && bram.sync().await.equal);
    assert_eq!((anna.waiting(), bram.waiting()), (0, 0));
    assert_eq!(anna.conflicts().len(), 1, "a decision is nothing to decide upon");
    let settled = anna.fields("conflict", conflict).expect("kept");
    assert_eq!(bram.fields("conflict", conflict).as_ref(), Some(&settled));
    assert_eq!(anna.fields("client", id(1)), bram.fields("client", id(1)));
    (settled, anna.fields("client", id(1)))
}

fn overtaken(settled: &Fields, desk: u8, decision: &str) {
    let Some(Value::Array(all)) = settled.get("overtaken") else { panic!("nothing: {settled:?}") };
    let desk = Id::from_bytes([desk; 16]);
    let expected = json!([{"key": desk, "at": 1_000, "by": null, "decision": decision,
        "seen_at": null}]);
    assert_eq!(json!(all), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_second_one_put_in_its_place_is_as_it_was() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = apart(&office).await;
    settle(&anna, conflict, "theirs", None);
    settle(&bram, conflict, "mine", Some(json!({"phone": "Bram's"})));
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    assert_eq!(settled.text("resolution"), Some("theirs"));
    overtaken(&settled, 2, "mine");
    assert_eq!(client.expect("there").text("phone"), Some("Anna's"));
    // What was decided there and does not stand is in the history of the client there.
    let history = bram.cache.read(|reader| reader.history(id(1))).expect("read");
    assert!(history.iter().any(|entry| entry.before.text("phone") == Some("Bram's")
        && entry.after.iter().any(|(_, value)| value == "Anna's")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_first_one_put_in_its_place_stands() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = apart(&office).await;
    settle(&anna, conflict, "mine", Some(json!({"phone": "Bram's"})));
    settle(&bram, conflict, "theirs", None);
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    assert_eq!(settled.text("resolution"), Some("mine"));
    overtaken(&settled, 2, "theirs");
    assert_eq!(client.expect("there").text("phone"), Some("Bram's"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_decided_the_same_is_told_nothing() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = apart(&office).await;
    for desk in [&anna, &bram] {
        settle(desk, conflict, "mine", Some(json!({"phone": "Bram's"})));
    }
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    assert_eq!((settled.text("resolution"), settled.get("overtaken")), (Some("mine"), None));
    assert_eq!(client.expect("there").text("phone"), Some("Bram's"));
}

/// The client is gone at one desk, and stays: the other had decided so first.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_came_second_is_none() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = deleted(&office).await;
    settle(&anna, conflict, "theirs", None);
    settle(&bram, conflict, "mine", Some(Value::Null));
    assert_eq!(bram.fields("client", id(1)), None);
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    overtaken(&settled, 2, "mine");
    assert_eq!(client.expect("there again").text("phone"), Some("Anna's"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_came_first_is_one() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = deleted(&office).await;
    settle(&anna, conflict, "mine", Some(Value::Null));
    settle(&bram, conflict, "theirs", None);
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    overtaken(&settled, 2, "theirs");
    assert_eq!(client, None);
}

/// What was entered after the decision is an edit of its own, which nobody has decided against.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_entered_since_stays() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = apart(&office).await;
    settle(&anna, conflict, "theirs", None);
    settle(&bram, conflict, "mine", Some(json!({"phone": "Bram's"})));
    bram.change("client", id(1), json!({"phone": "a third one", "note": "his"}));
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    overtaken(&settled, 2, "mine");
    let client = client.expect("there");
    assert_eq!((client.text("phone"), client.text("note")), (Some("a third one"), Some("his")));
}

/// A third desk that decided otherwise is told as well.
#[tokio::test(flavor = "multi_thread")]
async fn two_that_came_later_are_both_told() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = apart(&office).await;
    let mut carla = anna.colleague(3).await;
    carla.sync().await;
    settle(&anna, conflict, "theirs", None);
    for desk in [&bram, &carla] {
        settle(desk, conflict, "mine", Some(json!({"phone": "Bram's"})));
    }
    anna.sync().await;
    bram.sync().await;
    carla.sync().await;
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    let Some(Value::Array(all)) = settled.get("overtaken") else { panic!("nothing") };
    let keys: Vec<&Value> = all.iter().map(|one| &one["key"]).collect();
    let desks = [2, 3].map(|desk| json!(Id::from_bytes([desk; 16])));
    assert_eq!(keys, desks.iter().collect::<Vec<_>>());
    assert_eq!(client.expect("there").text("phone"), Some("Anna's"));
    carla.sync().await;
    assert_eq!((carla.fields("conflict", conflict), carla.waiting()), (Some(settled), 0));
}

/// The same about one field, with what each entered.
async fn about(office: &Office, field: &str, sides: [&str; 3]) -> (Desk, Desk, Id) {
    let [before, annas, brams] = sides;
    let mut anna = office.first_desk().await;
    let mut client = json!({"number": "C-1"});
    client[field] = json!(before);
    anna.create("client", id(1), client);
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    anna.change("client", id(1), json!({field: annas}));
    bram.change("client", id(1), json!({field: brams}));
    in_conflict(anna, bram).await
}

/// A state is a field as any other, unless it is that of a document.
#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_the_second_one_put_in_its_place_is_as_it_was() {
    let office = Office::open().await;
    let sides = ["active", "inactive", "prospect"];
    let (mut anna, mut bram, conflict) = about(&office, "state", sides).await;
    settle(&anna, conflict, "theirs", None);
    settle(&bram, conflict, "mine", Some(json!({"state": "prospect"})));
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    overtaken(&settled, 2, "mine");
    assert_eq!(client.expect("there").text("state"), Some("inactive"));
}

/// Whichever comes first, the line that was entered since or the decision.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_entered_since_stays_and_what_was_decided_does_not() {
    let office = Office::open().await;
    let sides = ["one\ntwo\nthree", "one\nAnna\nthree", "one\nBram\nthree"];
    let (mut anna, mut bram, conflict) = about(&office, "note", sides).await;
    anna.change("client", id(1), json!({"note": "first\none\nAnna\nthree"}));
    anna.sync().await;
    settle(&anna, conflict, "theirs", None);
    settle(&bram, conflict, "mine", Some(json!({"note": "one\nBram\nthree"})));
    bram.change("client", id(1), json!({"note": "one\nBram\nthree\nlast"}));
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    overtaken(&settled, 2, "mine");
    assert_eq!(client.expect("there").text("note"), Some("first\none\nAnna\nthree\nlast"));
}

/// What was entered before it was deleted comes back with it.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_entered_before_a_deletion_that_is_none_is_there_again() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = deleted(&office).await;
    bram.change("client", id(1), json!({"email": "his@example.com"}));
    settle(&anna, conflict, "theirs", None);
    settle(&bram, conflict, "mine", Some(Value::Null));
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    overtaken(&settled, 2, "mine");
    let client = client.expect("there again");
    assert_eq!(client.text("phone"), Some("Anna's"));
    assert_eq!(client.text("email"), Some("his@example.com"));
}

/// Entered by hand at both, it is in the books twice: both desks did what they said, and one is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_entry_that_two_have_entered_is_told() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("late_entry", id(5), json!({"fiscal_year": 2026, "meant_for": 2024}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    for desk in [&anna, &bram] {
        desk.change("late_entry", id(5), json!({"settled_at": 1_000, "settlement": "entered"}));
    }
    anna.sync().await;
    bram.sync().await;
    anna.sync().await;
    let settled = anna.fields("late_entry", id(5)).expect("there");
    overtaken(&settled, 2, "entered");
    assert_eq!((anna.conflicts(), bram.fields("late_entry", id(5))), (vec![], Some(settled)));
}

/// The hub lost a decision with what it changed, and another desk decided otherwise upon the copy. Who had
/// decided first is told; who had only heard of it is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_the_hub_lost_comes_second() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = apart(&office).await;
    let mut carla = anna.colleague(3).await;
    carla.sync().await;
    let kept = tempfile::tempdir().expect("a folder");
    let office = office.reopen_after(|folder| copy(folder, kept.path())).await;
    settle(&anna, conflict, "mine", Some(json!({"phone": "Bram's"})));
    anna.sync().await;
    bram.sync().await;
    assert_eq!(bram.fields("client", id(1)).expect("there").text("phone"), Some("Bram's"));
    let office = office.reopen_after(|folder| copy(kept.path(), folder)).await;
    office.service.put_back().expect("put back");
    let put_back = Consent { put_back: true, ..Consent::default() };
    settle(&carla, conflict, "theirs", None);
    for desk in [&mut carla, &mut anna, &mut bram] {
        desk.sync_agreeing(put_back).await.expect("synced");
    }
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    assert_eq!(settled.text("resolution"), Some("theirs"));
    overtaken(&settled, 1, "mine");
    assert_eq!(client.expect("there").text("phone"), Some("Anna's"));
}

/// What was done with the client just before the decision that stands is no new conflict with the one that does
/// not.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_entered_before_the_decision_that_stands_is_no_second_conflict() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = apart(&office).await;
    anna.change("client", id(1), json!({"phone": "another"}));
    anna.sync().await;
    settle(&anna, conflict, "theirs", None);
    settle(&bram, conflict, "mine", Some(json!({"phone": "Bram's"})));
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    overtaken(&settled, 2, "mine");
    assert_eq!(client.expect("there").text("phone"), Some("another"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_with_a_deletion() {
    let office = Office::open().await;
    let (mut anna, mut bram, conflict) = deleted(&office).await;
    anna.change("client", id(1), json!({"phone": "another"}));
    anna.sync().await;
    settle(&anna, conflict, "theirs", None);
    settle(&bram, conflict, "mine", Some(Value::Null));
    let (settled, client) = in_the_end(&mut anna, &mut bram, conflict).await;
    overtaken(&settled, 2, "mine");
    assert_eq!(client.expect("there").text("phone"), Some("another"));
}
