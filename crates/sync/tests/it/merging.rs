//! What follows from merged values, and what no hub takes.

use serde_json::{Value, json};

use crate::fixture::{Office, fields, id, noise};

fn line(key: u8, cents: i64) -> Value {
    json!({"key": id(key), "description": "Uren", "quantity": 1000, "unit_price": cents,
        "vat_rate": 2100})
}

fn booking() -> Value {
    json!({"state": "confirmed", "number": "B-1", "fiscal_year": 2026, "currency": "EUR",
        "starts": "2026-10-12T19:00:00", "ends": "2026-10-12T20:00:00",
        "zone": "Europe/Amsterdam", "lines": [line(1, 100), line(2, 200)], "net": 300})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_amount_of_a_booking_is_that_of_its_merged_lines() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("booking", id(1), booking());
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    anna.change("booking", id(1), json!({"lines": [line(1, 1000), line(2, 200)], "net": 1200}));
    bram.change("booking", id(1), json!({"lines": [line(1, 100), line(2, 5000)], "net": 5100}));
    anna.sync().await;
    bram.sync().await;
    anna.sync().await;
    for desk in [&anna, &bram] {
        let now = desk.fields("booking", id(1)).expect("there");
        assert_eq!(now.get("lines"), Some(&json!([line(1, 1000), line(2, 5000)])));
        assert_eq!(now.integer("net"), Some(6000));
        assert!(desk.conflicts().is_empty());
    }
}

/// A booking that falls into a long first year is counted in it, after a merge too.
#[tokio::test(flavor = "multi_thread")]
async fn a_merged_booking_stays_in_its_long_first_year() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let year = json!({"fiscal_year": 2019, "state": "open", "starts": "2018-11-01",
        "ends": "2019-12-31"});
    anna.create("fiscal_year", id(7), year);
    let mut early = fields(booking());
    early.set("starts", json!("2018-11-15T10:00:00"));
    early.set("ends", json!("2018-11-15T11:00:00"));
    early.set("fiscal_year", json!(2019));
    anna.create("booking", id(1), json!(early));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    anna.change("booking", id(1), json!({"state": "done"}));
    bram.change("booking", id(1), json!({"number": "B-2"}));
    anna.sync().await;
    assert_eq!(bram.sync().await.merged, 1);
    assert_eq!(bram.fields("booking", id(1)).expect("there").integer("fiscal_year"), Some(2019));
}

#[tokio::test(flavor = "multi_thread")]
async fn time_and_place_are_one_thing_and_what_follows_fits_them() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let buffers = json!({"name": "Intake", "minutes": 60, "buffer_before": 10, "buffer_after": 20});
    anna.create("service", id(5), buffers);
    let mut slot = fields(booking());
    let starts = 1_791_824_400;
    for (name, value) in [
        ("service", json!(id(5))),
        ("resource", json!(id(8))),
        ("occupied_from", json!(starts - 600)),
        ("occupied_until", json!(starts + 3600 + 1200)),
    ] {
        slot.set(name, value);
    }
    anna.create("booking", id(1), json!(slot));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    // Bram moves it to the next year, Anna to another room.
    let later = 1_798_920_000;
    anna.change("booking", id(1), json!({"resource": id(9)}));
    bram.change(
        "booking",
        id(1),
        json!({"starts": "2027-01-02T21:00:00", "ends": "2027-01-02T22:00:00", "fiscal_year": 2027,
            "occupied_from": later - 600, "occupied_until": later + 3600 + 1200}),
    );
    anna.sync().await;
    let summary = bram.sync().await;
    assert_eq!(summary.conflicts, 1, "whether the other room is free then, somebody must see");
    anna.sync().await;
    for desk in [&anna, &bram] {
        let now = desk.fields("booking", id(1)).expect("there");
        assert_eq!(now.get("resource"), Some(&json!(id(9))));
        assert_eq!(now.text("starts"), Some("2026-10-12T19:00:00"));
        assert_eq!(now.integer("occupied_from"), Some(starts - 600));
        assert_eq!(now.integer("occupied_until"), Some(starts + 3600 + 1200));
        assert_eq!(now.integer("fiscal_year"), Some(2026));
        // Each value is kept under the class it has in the booking.
        let [conflict] = &desk.conflicts()[..] else { panic!("one conflict") };
        let side = |place: &str, side: &str| conflict.get(place).expect("sides")[side].clone();
        assert_eq!(side("working", "mine")["resource"], json!(id(8)));
        assert_eq!(side("working", "theirs")["resource"], json!(id(9)));
        assert_eq!(side("statutory", "mine")["starts"], "2027-01-02T21:00:00");
        assert_eq!(side("statutory", "base")["starts"], "2026-10-12T19:00:00");
        assert!(conflict.integer("mine_at").is_some() && conflict.integer("theirs_at").is_some());
    }

    // Cancelled on one side and moved on the other it is both, and its place is free.
    anna.change(
        "booking",
        id(1),
        json!({"state": "cancelled", "occupied_from": null, "occupied_until": null}),
    );
    bram.change("booking", id(1), json!({"starts": "2026-10-12T19:30:00"}));
    anna.sync().await;
    assert_eq!(bram.sync().await.conflicts, 0);
    let now = bram.fields("booking", id(1)).expect("there");
    assert_eq!((now.text("state"), now.get("occupied_from")), (Some("cancelled"), None));
    assert_eq!(now.text("starts"), Some("2026-10-12T19:30:00"));
}

/// A record larger than any hub takes is refused here: what waits behind it goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_too_large_is_refused_and_nothing_waits_for_it() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let mut noise = noise();
    let contacts: Vec<Value> = (0..150_u8)
        .map(|number| json!({"key": id(number), "name": noise(10_000), "kind": "email"}))
        .collect();
    // One set, of which the rest goes on.
    anna.create_all(
        "client",
        &[
            (id(1), json!({"number": "C-1", "contacts": contacts})),
            (id(2), json!({"number": "C-2"})),
        ],
    );
    let summary = anna.sync().await;
    assert!(summary.equal && anna.waiting() == 0, "{summary:?}");
    let refused = anna.cache.read(|reader| reader.refusals()).expect("read");
    assert_eq!(refused.len(), 1);
    assert_eq!((refused[0].record, refused[0].code.as_str()), (id(1), "too_large"));
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    assert!(bram.row("client", id(2)).is_some() && bram.row("client", id(1)).is_none());

    anna.change("client", id(1), json!({"contacts": null}));
    assert!(anna.sync().await.equal);
    let refused = anna.cache.read(|reader| reader.refusals()).expect("read");
    assert!(refused.is_empty(), "what was refused is stored now");
    assert!(bram.sync().await.equal && bram.row("client", id(1)).is_some());
}
