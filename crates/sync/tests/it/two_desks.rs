//! Two desks and a hub: what one enters, the other sees; what both enter is merged or kept twice.

use booqing_model::Id;
use booqing_model::entities::DELETION;
use booqing_store::ListQuery;
use serde_json::json;

use crate::fixture::{Desk, Office, fields, id, noise};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_on_one_desk_appears_on_the_other() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let client = json!({"kind": "person", "state": "active", "number": "C-0001",
        "given_name": "Zoë", "phone": "06 1234", "birth_date": "1980-02-29", "tags": ["vip"]});
    let booking = json!({"state": "confirmed", "number": "B-0001", "fiscal_year": 2026,
        "starts": "2026-10-12T19:00:00", "ends": "2026-10-12T20:00:00", "zone": "Europe/Amsterdam",
        "client": id(1), "title": "Intake", "net": 12_500, "currency": "EUR",
        "resource": id(9), "occupied_from": 100, "occupied_until": 200,
        "participants": [{"key": id(5), "client": id(1), "name": "Zoë"},
            {"key": id(6), "name": "a friend"}]});
    anna.create("client", id(1), client.clone());
    anna.create("booking", id(2), booking.clone());
    let summary = anna.sync().await;
    assert!(summary.equal && summary.pushed >= 2, "{summary:?}");
    assert_eq!(anna.waiting(), 0);

    let mut bram = anna.colleague(2).await;
    let summary = bram.sync().await;
    assert!(summary.equal, "{summary:?}");
    assert_eq!(bram.fields("client", id(1)), Some(fields(client)));
    assert_eq!(bram.fields("booking", id(2)), Some(fields(booking)));
    let found = bram.cache.read(|reader| reader.search("zoe", 5)).expect("searched");
    assert_eq!(found.len(), 1, "search finds what came");

    bram.change("client", id(1), json!({"phone": null, "email": "zoe@example.org"}));
    bram.sync().await;
    anna.sync().await;
    let now = anna.fields("client", id(1)).expect("there");
    assert_eq!((now.text("phone"), now.text("email")), (None, Some("zoe@example.org")));
    let history = anna.cache.read(|reader| reader.history(id(1))).expect("read");
    assert_eq!(history.len(), 2, "what came from elsewhere has its history");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_do_changes_nothing() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1"}));
    anna.sync().await;
    let again = anna.sync().await;
    assert_eq!((again.pushed, again.pulled, again.equal), (0, 0, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_different_fields_made_apart_are_both_kept() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create(
        "client",
        id(1),
        json!({"number": "C-1", "phone": "1", "tags": ["a", "b"],
        "note": "first\nsecond\nthird"}),
    );
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;

    anna.change(
        "client",
        id(1),
        json!({"phone": "2", "tags": ["a", "c"],
        "note": "FIRST\nsecond\nthird"}),
    );
    bram.change("client", id(1), json!({"email": "e", "tags": ["a", "b", "d"]}));
    bram.change("client", id(1), json!({"note": "first\nsecond\nTHIRD"}));
    anna.sync().await;
    let summary = bram.sync().await;
    assert_eq!((summary.merged, summary.conflicts), (1, 0));
    anna.sync().await;

    let expected = fields(json!({"number": "C-1", "phone": "2", "email": "e",
        "tags": ["a", "c", "d"], "note": "FIRST\nsecond\nTHIRD"}));
    assert_eq!(anna.fields("client", id(1)), Some(expected.clone()));
    assert_eq!(bram.fields("client", id(1)), Some(expected));
    assert!(anna.conflicts().is_empty() && bram.conflicts().is_empty());
    assert_eq!((anna.waiting(), bram.waiting()), (0, 0));
    assert!(anna.sync().await.equal && bram.sync().await.equal);
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_the_same_field_are_kept_twice_on_every_desk() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create(
        "client",
        id(1),
        json!({"number": "C-1", "given_name": "Ana",
        "family_name": "Berg", "phone": "1"}),
    );
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;

    anna.change("client", id(1), json!({"given_name": "Anna", "phone": "2"}));
    bram.change("client", id(1), json!({"family_name": "Bergh", "website": "w"}));
    anna.sync().await;
    let summary = bram.sync().await;
    assert_eq!((summary.merged, summary.conflicts), (1, 1));
    anna.sync().await;

    let expected = fields(json!({"number": "C-1", "given_name": "Anna", "family_name": "Berg",
        "phone": "2", "website": "w"}));
    for desk in [&anna, &bram] {
        assert_eq!(desk.fields("client", id(1)), Some(expected.clone()));
        let conflicts = desk.conflicts();
        assert_eq!(conflicts.len(), 1);
        let conflict = &conflicts[0];
        assert_eq!(conflict.text("field_group"), Some("name"));
        assert_eq!(conflict.get("record"), Some(&json!(id(1))));
        assert_eq!(conflict.get("person"), Some(&json!(id(1))));
        assert_eq!(
            conflict.get("contract"),
            Some(&json!({
                "base": {"given_name": "Ana", "family_name": "Berg"},
                "mine": {"given_name": "Ana", "family_name": "Bergh"},
                "theirs": {"given_name": "Anna", "family_name": "Berg"},
            }))
        );
    }
    let history = bram.cache.read(|reader| reader.history(id(1))).expect("read");
    let entered: Vec<_> =
        history.iter().filter_map(|entry| entry.before.text("family_name").or(None)).collect();
    assert!(entered.contains(&"Bergh"), "the losing value stays in the history");
}

/// The record is there with what was changed, and a person at this desk is told; `mine` says whether the
/// desk that found it had deleted it.
fn is_told_of_a_deletion(desk: &Desk, record: Id, mine: bool) {
    let kept = desk.fields("client", record).expect("the edit brought it back");
    assert_eq!(kept.text("phone"), Some("2"));
    assert_eq!(desk.waiting(), 0);
    let conflicts = desk.conflicts();
    let [conflict] = conflicts.as_slice() else { panic!("a person is told: {conflicts:?}") };
    assert_eq!(conflict.text("field_group"), Some(DELETION));
    let sides = conflict.get("working").expect("its sides");
    let deleted = |side: &str| sides[side][DELETION] == json!(true);
    assert_eq!((deleted("mine"), deleted("theirs")), (mine, !mine));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_travels_and_an_edit_made_meanwhile_survives_it() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    for number in 1..=2 {
        anna.create("client", id(number), json!({"number": format!("C-{number}"), "phone": "1"}));
    }
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;

    anna.delete("client", id(1));
    anna.delete("client", id(2));
    bram.change("client", id(2), json!({"phone": "2"}));
    anna.sync().await;
    bram.sync().await;
    anna.sync().await;
    for desk in [&anna, &bram] {
        assert_eq!(desk.fields("client", id(1)), None);
        is_told_of_a_deletion(desk, id(2), false);
    }
    assert!(anna.sync().await.equal && bram.sync().await.equal);
}

/// The other way round: it was deleted here, and the edit came first.
#[tokio::test(flavor = "multi_thread")]
async fn who_deleted_what_somebody_else_changed_meanwhile_is_told() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1", "phone": "1"}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    bram.change("client", id(1), json!({"phone": "2"}));
    bram.sync().await;
    anna.delete("client", id(1));
    assert_eq!(anna.sync().await.conflicts, 1);
    bram.sync().await;
    for desk in [&anna, &bram] {
        is_told_of_a_deletion(desk, id(1), true);
    }
    assert!(anna.sync().await.equal && bram.sync().await.equal);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_changed_many_times_before_it_is_sent_arrives_as_it_is() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1"}));
    for number in 0..30 {
        anna.change("client", id(1), json!({"phone": number.to_string()}));
        anna.create("client", id(100 + number), json!({"number": format!("C-{number}")}));
    }
    anna.create("client", id(50), json!({"number": "C-50"}));
    anna.delete("client", id(50));
    let summary = anna.sync().await;
    assert!(summary.equal && anna.waiting() == 0, "{summary:?}");
    let mut bram = anna.colleague(2).await;
    assert!(bram.sync().await.equal);
    let phone = bram.fields("client", id(1)).expect("there");
    assert_eq!(phone.text("phone"), Some("29"));
    assert_eq!(bram.fields("client", id(50)), None);
    assert!(bram.row("client", id(129)).is_some());
}

/// A set of more bytes than the hub takes at once goes in parts; nothing stays behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_is_too_large_for_one_message_goes_in_parts() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let mut noise = noise();
    let clients: Vec<_> = (0..160)
        .map(|number| (id(number), json!({"number": format!("C-{number}"), "note": noise(30_000)})))
        .collect();
    anna.create_all("client", &clients);
    let summary = anna.sync().await;
    assert!(summary.equal && summary.refused == 0, "{summary:?}");
    assert_eq!(anna.waiting(), 0);
    let mut bram = anna.colleague(2).await;
    assert!(bram.sync().await.equal);
    for (id, values) in clients {
        assert_eq!(bram.fields("client", id), Some(fields(values)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_holds_no_word_of_what_was_entered() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create(
        "client",
        id(1),
        json!({"number": "Marker-nummer", "family_name": "Markerman",
        "note": "Markernote", "birth_date": "1980-02-29", "tags": ["markertag"]}),
    );
    anna.create(
        "booking",
        id(2),
        json!({"state": "confirmed", "fiscal_year": 2026,
        "client": id(1), "title": "Markertitle", "number": "Marker-boeking"}),
    );
    anna.sync().await;
    // What the hub gives out, which is what it stores.
    let (mut seen, mut routed) = (0, false);
    let cursor = booqing_protocol::message::Cursor::default();
    let pull = booqing_protocol::message::Pull {
        version: 1,
        administration: anna.sealer.administration(),
        cursor,
        whole: 0,
    };
    let page: booqing_protocol::message::Page =
        anna.hub.ask("/v1/pull", &pull).await.expect("a page");
    for record in &page.records {
        let bytes = record.record.to_vec();
        for marker in ["arker", "1980-02-29", &id(1).to_string(), "C-0001"] {
            let found = bytes.windows(marker.len()).any(|window| window == marker.as_bytes());
            assert!(!found, "{marker}");
        }
        // The booking does not name its client; only the client's own record has that id.
        let sealed = booqing_protocol::SealedRecord::from_bytes(&bytes).expect("a record");
        let link = bytes.windows(16).any(|window| window == id(1).as_bytes());
        assert_eq!(link, sealed.id.0 == *id(1).as_bytes(), "{}", sealed.class);
        routed |= bytes.windows(9).any(|window| window == b"confirmed");
        seen += 1;
    }
    assert!(seen >= 4 && routed, "records and keys were looked at, routing data among them");
}

/// So much comes in that the indexes of lists are made afterwards, over several pages and with the
/// keys of one page needed for the next.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_first_sync_comes_whole_and_is_listed_in_order() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let number = |n: u32| {
        let mut bits = [7; 10];
        bits[..4].copy_from_slice(&n.to_be_bytes());
        Id::new(1_700_000_000_000 + u64::from(n), bits)
    };
    let clients: Vec<_> = (0..5_200_u32)
        .map(|n| {
            let name = format!("Naam{:04}", (n * 7_919) % 5_200);
            (
                number(n),
                json!({"number": format!("C-{n:04}"), "family_name": name,
                "note": "x".repeat(200)}),
            )
        })
        .collect();
    anna.create_all("client", &clients);
    let pushed = anna.sync().await;
    assert!(pushed.equal, "{pushed:?}");

    let mut bram = anna.colleague(2).await;
    let summary = bram.sync().await;
    assert!(summary.equal && summary.pulled >= 5_200, "{summary:?}");
    let query =
        ListQuery { order: vec!["derived_name"], limit: 3, offset: 2_999, ..ListQuery::default() };
    let (total, rows) = bram.cache.read(|reader| reader.list("client", &query)).expect("a list");
    let names: Vec<_> = rows.iter().filter_map(|row| row.fields.text("family_name")).collect();
    assert_eq!((total, names), (5_200, vec!["Naam2999", "Naam3000", "Naam3001"]));
    let found = bram.cache.read(|reader| reader.search("naam4321", 5)).expect("searched");
    assert_eq!(found.len(), 1);
    bram.cache.check().expect("indexes fit");

    // Everything is at its place: a later change of one record is a change and nothing more.
    anna.change("client", number(17), json!({"phone": "06"}));
    anna.sync().await;
    let summary = bram.sync().await;
    assert_eq!((summary.pulled, summary.equal), (1, true), "{summary:?}");
}
