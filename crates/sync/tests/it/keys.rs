//! The keys that records need: on their way before the records, and when they come late.

use booqing_model::Id;
use booqing_model::time::Moment;
use booqing_protocol::SealedRecord;
use booqing_protocol::message::{Incoming, Page};
use booqing_sync::sealing::KEY_CLASS;
use serde_json::{Value, json};

use crate::fixture::{Desk, Office, fields, id, noise};
use crate::weather::{page, take};

/// Clients with values on three grounds, so with three keys each.
fn clients(count: u64, note: &mut dyn FnMut() -> String) -> Vec<(Id, Value)> {
    (0..count)
        .map(|number| {
            let mut bits = [9; 10];
            bits[..8].copy_from_slice(&number.to_be_bytes());
            let values = json!({"number": format!("C-{number}"), "family_name": "Berg",
                "birth_date": "1980-02-29", "note": note()});
            (Id::new(number, bits), values)
        })
        .collect()
}

async fn all_arrive(clients: &[(Id, Value)]) {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create_all("client", clients);
    let summary = anna.sync().await;
    assert!(summary.equal && summary.refused == 0, "{summary:?}");
    assert_eq!(anna.waiting(), 0);
    let mut bram = anna.colleague(2).await;
    assert!(bram.sync().await.equal);
    for (id, values) in clients {
        assert_eq!(bram.fields("client", *id), Some(fields(values.clone())));
    }
}

/// One set of records may need more keys than a set may hold.
#[tokio::test(flavor = "multi_thread")]
async fn more_keys_than_there_are_sets_go_before_the_records() {
    for count in [166, 167, 200, 250, 600] {
        all_arrive(&clients(count, &mut || "Belt liever".to_owned())).await;
    }
}

/// The same, when there is more than one push can hold.
#[tokio::test(flavor = "multi_thread")]
async fn keys_that_do_not_go_along_go_with_the_next_push() {
    let mut noise = noise();
    all_arrive(&clients(400, &mut || noise(19_000))).await;
}

fn is_key(incoming: &Incoming) -> bool {
    SealedRecord::from_bytes(&incoming.record).expect("a record").class == KEY_CLASS
}

/// A page with the records of another that pass.
fn part_of(page: &Page, wanted: impl Fn(&Incoming) -> bool) -> Page {
    let mut part = page.clone();
    part.records.retain(|incoming| wanted(incoming));
    part.root = None;
    part
}

/// A desk that has the record and not its keys.
async fn desk_without_keys(anna: &mut Desk) -> (Desk, Page) {
    let mut bram = anna.colleague(2).await;
    let whole = page(&mut bram).await;
    take(&bram, &part_of(&whole, |incoming| !is_key(incoming))).expect("taken");
    (bram, whole)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stayed_closed_is_read_when_its_key_comes() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let client = json!({"number": "C-1", "family_name": "Berg", "birth_date": "1980-02-29",
        "phone": "1", "tags": ["vip"]});
    anna.create("client", id(1), client.clone());
    anna.sync().await;
    let (mut bram, whole) = desk_without_keys(&mut anna).await;
    let closed = bram.fields("client", id(1)).expect("there");
    assert_eq!((closed.text("number"), closed.text("family_name")), (Some("C-1"), None));

    bram.change("client", id(1), json!({"state": "inactive"}));
    take(&bram, &part_of(&whole, is_key)).expect("taken");
    let mut expected = fields(client);
    expected.set("state", json!("inactive"));
    assert_eq!(bram.fields("client", id(1)), Some(expected.clone()), "what was changed here stays");
    assert!(bram.conflicts().is_empty());
    let found = bram.cache.read(|reader| reader.search("berg", 5)).expect("searched");
    assert_eq!(found.len(), 1, "search finds what was closed");

    bram.sync().await;
    anna.sync().await;
    assert_eq!(anna.fields("client", id(1)), Some(expected), "nothing was lost on the way");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_a_record_with_a_closed_part_takes_nothing_from_the_others() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1", "family_name": "Berg", "phone": "1"}));
    anna.sync().await;
    let (mut bram, whole) = desk_without_keys(&mut anna).await;
    bram.change("client", id(1), json!({"state": "inactive"}));
    bram.push_only().await;
    anna.sync().await;
    let now = anna.fields("client", id(1)).expect("there");
    assert_eq!(
        (now.text("family_name"), now.text("phone"), now.text("state")),
        (Some("Berg"), Some("1"), Some("inactive"))
    );

    // The keys come after that edit was stored: what they open is what stands there now.
    take(&bram, &part_of(&whole, is_key)).expect("taken");
    assert_eq!(bram.fields("client", id(1)), Some(now.clone()));
    bram.sync().await;
    assert_eq!(bram.fields("client", id(1)), Some(now));
}

/// What was deleted here stays deleted when a key comes that would open it, once the hub has heard of that.
/// As long as it waits somebody has deleted what nobody here could see: a person decides.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_key_brings_nothing_back_that_was_deleted_and_shows_what_nobody_saw() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    for number in 1..=2 {
        let client = json!({"number": format!("C-{number}"), "family_name": "Berg"});
        anna.create("client", id(number), client);
    }
    anna.sync().await;
    let (mut bram, whole) = desk_without_keys(&mut anna).await;
    bram.delete("client", id(1));
    bram.push_only().await;
    bram.delete("client", id(2));
    take(&bram, &part_of(&whole, is_key)).expect("taken");
    assert_eq!(bram.row("client", id(1)), None);
    let back = bram.fields("client", id(2)).expect("nobody saw the name");
    assert_eq!(back.text("family_name"), Some("Berg"));
    assert_eq!(bram.conflicts().len(), 1);
    assert!(bram.sync().await.equal && anna.sync().await.equal);
    assert_eq!((anna.row("client", id(1)), anna.conflicts().len()), (None, 1));
    assert_eq!(anna.fields("client", id(2)), bram.fields("client", id(2)));
}

/// Each person and ground has a key of its own: without one of them only its part stays closed.
#[tokio::test(flavor = "multi_thread")]
async fn without_one_key_one_part_stays_closed() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create(
        "client",
        id(1),
        json!({"number": "C-1", "family_name": "Berg", "birth_date": "1980-02-29", "note": "x"}),
    );
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    let whole = page(&mut bram).await;
    let keys = whole.records.iter().filter(|incoming| is_key(incoming)).count();
    assert_eq!(keys, 3, "one for each ground");
    let mut missing = Vec::new();
    for left_out in 0..keys {
        let desk = anna.colleague(3 + u8::try_from(left_out).expect("few")).await;
        let mut part = whole.clone();
        let mut seen = 0;
        part.records.retain(|incoming| {
            seen += usize::from(is_key(incoming));
            !is_key(incoming) || seen != left_out + 1
        });
        part.root = None;
        take(&desk, &part).expect("taken");
        let found = desk.fields("client", id(1)).expect("there");
        let lacking: Vec<&str> = ["family_name", "birth_date", "note"]
            .into_iter()
            .filter(|name| found.get(name).is_none())
            .collect();
        assert_eq!(lacking.len(), 1, "{lacking:?}");
        missing.extend(lacking);
    }
    missing.sort_unstable();
    assert_eq!(missing, ["birth_date", "family_name", "note"]);
}

/// A record that was kept without a word on what it lacks, as caches of before did and as records of a
/// class are that was unknown: the next sync reads it.
#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_read_by_now_is_read_at_the_next_sync() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let client = json!({"number": "C-1", "family_name": "Berg"});
    anna.create("client", id(1), client.clone());
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    let whole = page(&mut bram).await;
    bram.sync().await;
    let is_client = |incoming: &&Incoming| {
        SealedRecord::from_bytes(&incoming.record).expect("a record").class == "client"
    };
    let record = whole.records.iter().find(is_client).expect("a record");
    // As a version leaves it that does not know what a client is.
    let row = bram.row("client", id(1)).expect("it came");
    bram.cache
        .write(|writer| {
            writer.exchange(|exchange| {
                exchange.delete_row("client", &row, Moment(0))?;
                exchange.put_unread(id(1), "client", &record.record, &[])
            })
        })
        .expect("kept");
    assert_eq!(bram.row("client", id(1)), None);
    bram.sync().await;
    assert_eq!(bram.fields("client", id(1)), Some(fields(client)));
    let left = bram.cache.read(|reader| reader.unexplained_unread()).expect("read");
    assert_eq!(left, []);
}
