//! A disk that rots: values that are not what they were are found once a month, told to everybody, and
//! fetched again.

use std::sync::Arc;

use booqing_model::time::Moment;
use booqing_sync::examining::{self, Examined};
use booqing_sync::inward::Surroundings;
use booqing_sync::{SyncError, driver};
use serde_json::json;

use crate::fixture::{Desk, Office, id};

fn examine(desk: &Desk) -> Examined {
    examining::examine(&desk.cache, &desk.sealer, &*desk.surroundings).expect("examined")
}

fn events(desk: &Desk) -> Vec<(String, String)> {
    let ids = desk.cache.read(|reader| reader.ids("audit_event")).expect("read");
    let events = ids.into_iter().filter_map(|id| desk.fields("audit_event", id));
    events
        .map(|event| {
            let text = |name| event.text(name).unwrap_or_default().to_owned();
            (text("operation"), text("reason"))
        })
        .collect()
}

/// Two desks that have everything, by all ways in which a record comes to be here.
async fn two(office: &Office) -> (Desk, Desk) {
    let mut anna = office.first_desk().await;
    for number in 1..4 {
        anna.create("client", id(number), json!({"number": format!("C-{number}"), "phone": "1"}));
    }
    anna.create(
        "booking",
        id(9),
        json!({"state": "done", "number": "B-1", "fiscal_year": 2026, "client": id(1),
            "title": "Intake", "net": 100, "participants": [{"key": id(5), "name": "friend"}]}),
    );
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    bram.change("client", id(1), json!({"phone": "bram"}));
    anna.change("client", id(1), json!({"email": "anna"}));
    anna.sync().await;
    bram.sync().await;
    anna.sync().await;
    (anna, bram)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_and_what_was_sent_is_as_it_was() {
    let office = Office::open().await;
    let (anna, bram) = two(&office).await;
    for desk in [&anna, &bram] {
        assert_eq!(examine(desk), Examined { records: 4, damaged: 0 });
    }
    // What waits is not judged.
    anna.change("client", id(2), json!({"phone": "2"}));
    assert_eq!(examine(&anna), Examined { records: 3, damaged: 0 });
    assert!(events(&anna).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_rotted_are_found_told_and_fetched_again() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    let before = bram.fields("client", id(2));
    bram.rot(
        "UPDATE client SET phone = '7' WHERE number = 'C-2'; \
              DELETE FROM client WHERE number = 'C-3'",
    );
    assert!(bram.sync().await.equal, "the hashes of what is sealed say nothing of it");
    assert_eq!(bram.fields("client", id(2)).expect("there").text("phone"), Some("7"));

    assert_eq!(examine(&bram), Examined { records: 4, damaged: 2 });
    let summary = bram.sync().await;
    assert!(summary.equal && summary.repaired + summary.pulled >= 2, "{summary:?}");
    assert_eq!(bram.fields("client", id(2)), before);
    assert_eq!(bram.fields("client", id(3)).expect("there").text("number"), Some("C-3"));
    assert_eq!(examine(&bram).damaged, 0);
    // Nothing of it went to the hub as if somebody had changed it.
    anna.sync().await;
    assert_eq!(anna.fields("client", id(2)), before);
    assert!(anna.fields("client", id(3)).is_some() && anna.conflicts().is_empty());
    let told: Vec<_> = events(&anna);
    let (_, reason) = told
        .iter()
        .find(|(operation, _)| operation == "sync.rows_damaged")
        .expect("every desk hears of it");
    assert!(
        reason.starts_with("2 not as they were; client ") && reason.contains(", now "),
        "{reason}"
    );
}

/// What the hub refused has here what was entered: that is no rot.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_keeps_what_was_entered() {
    let office = Office::open().await;
    let (mut anna, _) = two(&office).await;
    let mut noise = crate::fixture::noise();
    let contacts: Vec<_> = (0..150_u8)
        .map(|number| json!({"key": id(number), "name": noise(10_000), "kind": "email"}))
        .collect();
    anna.change("client", id(2), json!({"contacts": contacts}));
    anna.sync().await;
    assert_eq!(anna.cache.read(|reader| reader.refusals()).expect("read").len(), 1);
    assert_eq!(examine(&anna).damaged, 0);
    assert!(anna.fields("client", id(2)).expect("there").get("contacts").is_some());
}

/// What cannot even be read is found, taken away and fetched again.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_is_fetched_again() {
    let office = Office::open().await;
    let (_anna, mut bram) = two(&office).await;
    let before = bram.fields("booking", id(9));
    bram.rot("UPDATE booking SET participants = '[{' WHERE number = 'B-1'");
    assert!(bram.cache.read(|reader| reader.get("booking", id(9))).is_err());
    assert_eq!(examine(&bram).damaged, 1);
    assert!(bram.sync().await.equal);
    assert_eq!(bram.fields("booking", id(9)), before);
    assert_eq!(examine(&bram).damaged, 0);
}

/// What somebody changes after it rotted goes on from what is there: nothing is thrown away behind their
/// back.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_since_is_left_to_its_change() {
    let office = Office::open().await;
    let (_anna, bram) = two(&office).await;
    bram.rot("UPDATE client SET phone = '7' WHERE number = 'C-2'");
    bram.change("client", id(2), json!({"email": "new"}));
    assert_eq!(examine(&bram).damaged, 0);
}

/// A clock that a test sets.
struct At(i64);

impl Surroundings for At {
    fn id(&self) -> Result<booqing_model::Id, SyncError> {
        driver::SystemSurroundings.id()
    }

    fn now(&self) -> Moment {
        Moment(self.0)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_time_once_a_month() {
    let office = Office::open().await;
    let (mut anna, _) = two(&office).await;
    let (day, cache) = (86_400, Arc::clone(&anna.cache));
    let due = |at: i64| examining::is_due(&cache, Moment(at)).expect("read");
    assert!(!due(1_000), "the first month begins");
    assert!(!due(1_000 + 29 * day));
    assert!(due(1_000 + 31 * day));
    assert!(due(999), "a clock that went back puts nothing off");
    examining::put_off(&cache, Moment(1_000)).expect("put off");
    assert!(!due(1_000 + 29 * day) && due(1_000 + 31 * day));
    anna.surroundings = Arc::new(At(1_000 + 31 * day));
    examine(&anna);
    assert!(!due(1_000 + 32 * day));
}
