//! Issued documents and their number series on the command line: two desks, one hub.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use serde_json::{Value, json};

use support::Desk;
use support::hub::Hub;

/// The drafts of invoices that demo data has.
fn drafts(desk: &Desk) -> Vec<String> {
    let documents = desk.lines(&["document", "list"]);
    let is_draft = |one: &&Value| one["state"] == "draft" && one["kind"] == "invoice";
    documents
        .iter()
        .filter(is_draft)
        .map(|one| one["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn two_desks_issue_in_the_series_of_the_office_and_one_in_its_own() {
    let hub = Hub::start();
    let (balie, laptop) = (Desk::new(), Desk::new());
    balie.one(&["join", &hub.invitation(), "--name", "Balie"]);
    balie.one(&["demo", "--clients", "60", "--bookings", "1800"]);
    balie.lines(&["sync"]);
    let invitation = balie.one(&["invite"])["invitation"].as_str().expect("a line").to_owned();
    laptop.one(&["join", &invitation, "--name", "Laptop"]);
    laptop.lines(&["sync"]);

    // Demo data were numbered by another program; the office goes on from there.
    let series = balie.lines(&["series", "list"]);
    let invoices = series.iter().find(|one| one["kinds"] == json!(["Invoice"])).expect("a series");
    let (prefix, first) = (&invoices["prefix"], invoices["first"].as_u64().expect("a number"));
    assert_eq!((&invoices["last"], &invoices["desk"]), (&Value::Null, &Value::Null));
    let number =
        |offset: u64| json!(format!("{}{:04}", prefix.as_str().expect("text"), first + offset));

    let drafts = drafts(&balie);
    assert!(drafts.len() >= 3, "{drafts:?}");
    let issuing = balie.one(&["document", "issue", &drafts[0]]);
    let fields = &issuing["fields"];
    assert_eq!((&fields["state"], &fields["number"]), (&json!("issuing"), &Value::Null));
    laptop.one(&["document", "issue", &drafts[1]]);
    laptop.lines(&["sync"]);
    balie.lines(&["sync"]);
    let issued = balie.one(&["document", "show", &drafts[0]])["fields"].clone();
    assert_eq!((&issued["state"], &issued["number"]), (&json!("issued"), &number(1)));
    let history = balie.lines(&["history", &drafts[0]]);
    assert_eq!((&history[0]["kind"], &history[0]["elsewhere"]), (&json!("change"), &json!(false)));
    let other = balie.one(&["document", "show", &drafts[1]])["fields"]["number"].clone();
    assert_eq!(other, number(0));

    // The laptop is given a series of its own for the road.
    let year = invoices["fiscal_year"].to_string();
    laptop.lines(&["series", "add", "L-", "--year", &year, "--for", "invoice", "--own"]);
    laptop.lines(&["sync"]);
    let on_the_road = laptop.one(&["document", "issue", &drafts[2]]);
    assert_eq!(on_the_road["fields"]["number"], "L-0001", "there and then");
    laptop.lines(&["sync"]);
    balie.lines(&["sync"]);
    let find = |prefix: &str| {
        let series = balie.lines(&["series", "list"]);
        series.into_iter().find(|one| one["prefix"] == prefix).expect("there")
    };
    let own = find("L-");
    assert_eq!((&own["desk"], &own["last"]), (&json!("Laptop"), &json!(1)));
    assert_eq!(own["faults"], json!([]));

    // It does not come back.
    let refused = balie.refused(&["series", "close", "L-"]);
    assert_eq!(refused["code"], "wrong_value");
    balie.lines(&["series", "close", "L-", "--desk-lost"]);
    balie.lines(&["sync"]);
    assert_eq!(find("L-")["closed"], "The desk is lost");
    let undone = balie.refused(&["series", "add", "l-", "--year", &year]);
    assert_eq!(undone["details"]["field"], "prefix", "no other begins so");
}
