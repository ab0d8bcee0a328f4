use booqing_store::tables::synced::Synced;
use serde_json::{Value, json};

use super::*;
use crate::testing::{TestDesk, desk, id};

fn new(prefix: &str, own: bool) -> NewSeries {
    NewSeries {
        prefix: prefix.to_owned(),
        fiscal_year: 2026,
        kinds: BTreeSet::from([DocumentKind::Invoice, DocumentKind::CreditNote]),
        first: 1,
        own,
    }
}

fn draft(desk: &TestDesk, number: u8, kind: &str, year: i64) {
    let fields = json!({"state": "draft", "fiscal_year": year, "kind": kind,
        "document_date": format!("{year}-11-30"), "currency": "EUR", "net": 100, "vat": 21,
        "gross": 121});
    desk.put("document", id(number), fields);
}

fn issue(desk: &TestDesk, number: u8) -> Result<(Option<String>, Option<String>)> {
    let issued = desk.issue(&id(number).to_string())?;
    let text = |name| issued.fields.text(name).map(str::to_owned);
    Ok((text("state"), text("number")))
}

/// As when the hub has stored it.
fn reaches_the_hub(desk: &TestDesk, record: &RecordView) {
    let synced = Synced {
        class: CLASS.to_owned(),
        version: 1,
        hash: [1; 16],
        rev: 1,
        fiscal_year: 2026,
        deleted: false,
        lineage: None,
        plain: None,
    };
    desk.cache
        .write(|writer| writer.exchange(|exchange| exchange.put_synced(record.id, &synced)))
        .expect("noted");
}

fn lines(desk: &TestDesk) -> Vec<SeriesLine> {
    desk.series(Language::En).expect("listed")
}

#[test]
fn an_office_series_gives_its_number_at_the_hub_and_one_of_the_desk_at_once() {
    let desk = desk();
    draft(&desk, 1, "invoice", 2026);
    let refused = issue(&desk, 1).expect_err("there is no series");
    assert_eq!(refused.code(), "wrong_value");
    desk.add_series(&new("2026-", false)).expect("made");
    let issuing = (Some("issuing".to_owned()), None);
    assert_eq!(issue(&desk, 1).expect("issued"), issuing);
    assert!(issue(&desk, 1).is_err(), "once");

    let own = desk.add_series(&new("2026-A-", true)).expect("made");
    draft(&desk, 2, "credit_note", 2026);
    let early = issue(&desk, 2).expect_err("the hub has not heard of it yet");
    assert!(early.to_string().contains("sync once"), "{early}");
    reaches_the_hub(&desk, &own);
    for (number, expected) in [(3, "2026-A-0001"), (4, "2026-A-0002")] {
        draft(&desk, number, "invoice", 2026);
        let issued = (Some("issued".to_owned()), Some(expected.to_owned()));
        assert_eq!(issue(&desk, number).expect("issued"), issued);
    }
    let own = &lines(&desk)[1];
    assert_eq!((own.prefix.as_str(), own.last, own.documents), ("2026-A-", Some(2), 2));
    assert_eq!((own.faults.len(), own.kinds.len(), own.desk.is_some()), (0, 2, true));
    let step = desk.last_step(Language::En).expect("read").expect("a step").step;
    let undone = desk.undo(step).expect_err("it went out");
    assert_eq!(undone.code(), "issued");
}

#[test]
fn what_gets_no_number_and_what_has_no_series_is_refused() {
    let desk = desk();
    desk.add_series(&new("2026-", false)).expect("made");
    for (number, kind, year) in [(1, "letter", 2026), (2, "quote", 2026), (3, "invoice", 2025)] {
        draft(&desk, number, kind, year);
        let refused = issue(&desk, number).expect_err("no number");
        assert_eq!(refused.code(), "wrong_value", "{kind} {year}");
        let fields = desk.record("document", &id(number).to_string()).expect("there").fields;
        assert_eq!(fields.text("state"), Some("draft"));
    }
}

#[test]
fn two_series_do_not_begin_alike_or_number_the_same() {
    let desk = desk();
    desk.add_series(&new("2026-", false)).expect("made");
    let refused = |new: NewSeries| desk.add_series(&new).expect_err("refused").code();
    assert_eq!(refused(new(" 2026-", false)), "wrong_value", "it begins so already");
    assert_eq!(refused(new("F2026-", false)), "wrong_value", "invoices are numbered");
    assert_eq!(refused(new(" ", false)), "wrong_value");
    assert_eq!(refused(new("2026-1", false)), "wrong_value", "2026-10001 would be of two series");
    assert_eq!(refused(NewSeries { kinds: BTreeSet::new(), ..new("X-", false) }), "wrong_value");
    let letters = NewSeries { kinds: BTreeSet::from([DocumentKind::Letter]), ..new("X-", false) };
    assert_eq!(refused(letters), "wrong_value");
    desk.add_series(&NewSeries { fiscal_year: 2027, ..new("2027-", false) }).expect("another year");
    let prefixes: Vec<String> = lines(&desk).into_iter().map(|line| line.prefix).collect();
    assert_eq!(prefixes, ["2027-", "2026-"]);
}

#[test]
fn a_series_is_closed_at_its_end_and_opened_again() {
    let desk = desk();
    let own = desk.add_series(&new("2026-A-", true)).expect("made");
    reaches_the_hub(&desk, &own);
    draft(&desk, 1, "invoice", 2026);
    issue(&desk, 1).expect("issued");
    assert!(desk.close_series("2026-A-", SeriesEnd::DeskLost).is_err(), "this desk is here");
    let closed = desk.close_series("2026-a-", SeriesEnd::Ended).expect("closed");
    assert_eq!(closed.fields.integer("last"), Some(1));
    assert!(desk.close_series("2026-A-", SeriesEnd::Ended).is_err(), "once");
    assert_eq!(lines(&desk)[0].closed.as_deref(), Some("Ended"));
    draft(&desk, 2, "invoice", 2026);
    assert!(issue(&desk, 2).is_err(), "it gives no more");
    desk.reopen_series("2026-A-").expect("open");
    assert!(desk.reopen_series("2026-A-").is_err(), "it is open");
    desk.close_series("2026-A-", SeriesEnd::Ended).expect("closed");
    desk.add_series(&new("2026-C-", true)).expect("another takes its place");
    assert!(desk.reopen_series("2026-A-").is_err(), "two would number the same");
    desk.close_series("2026-C-", SeriesEnd::Ended).expect("closed");
    desk.reopen_series("2026-A-").expect("open");
    assert_eq!(issue(&desk, 2).expect("issued").1.as_deref(), Some("2026-A-0002"));
    assert_eq!(lines(&desk)[0].closed, None);
}

#[test]
fn a_series_that_is_in_use_is_not_taken_back() {
    let desk = desk();
    desk.add_series(&new("2026-", false)).expect("made");
    let step = desk.last_step(Language::En).expect("read").expect("a step").step;
    draft(&desk, 1, "invoice", 2026);
    issue(&desk, 1).expect("issued");
    assert_eq!(desk.undo(step).expect_err("a document waits").code(), "series_in_use");
    let last = desk.last_step(Language::En).expect("read").expect("a step").step;
    assert_eq!(
        desk.last_step(Language::En).expect("read").expect("a step").label,
        "Document issued"
    );
    desk.undo(last).expect("the document is a draft again");
    desk.undo(step).expect("nothing is numbered by it");
}

#[test]
fn a_desk_that_is_lost_has_its_series_closed_by_another() {
    let desk = desk();
    let fields = json!({"state": "open", "fiscal_year": 2026, "first": 1, "prefix": "2026-B-",
        "kinds": ["invoice"], "desk": id(99)});
    let chain = Chain::new(&desk.connection.administration_key);
    desk.put(CLASS, chain.series_id("2026-B-"), fields);
    assert!(desk.close_series("2026-B-", SeriesEnd::Ended).is_err(), "it may be at work");
    desk.close_series("2026-B-", SeriesEnd::DeskLost).expect("closed");
    let line = &lines(&desk)[0];
    assert_eq!(line.closed.as_deref(), Some("The desk is lost"));
    assert_eq!(line.faults, Vec::<String>::new());
}

/// What is wrong is named by its number.
#[test]
fn a_missing_number_and_a_changed_document_are_named() {
    let desk = desk();
    let own = desk.add_series(&new("2026-A-", true)).expect("made");
    reaches_the_hub(&desk, &own);
    for number in 1..=4 {
        draft(&desk, number, "invoice", 2026);
        issue(&desk, number).expect("issued");
    }
    let tampered = desk.cache.write(|writer| {
        writer.exchange(|exchange| {
            let row = exchange.row(DOCUMENT, id(2))?.expect("there");
            exchange.delete_row(DOCUMENT, &row, SystemSurroundings.now())?;
            let before = exchange.row(DOCUMENT, id(4))?.expect("there");
            let mut after = before.clone();
            after.version += 1;
            after.fields.set("gross", json!(1));
            exchange.put_row(DOCUMENT, &after, Some(&before), SystemSurroundings.now())
        })
    });
    tampered.expect("done");
    let expected = ["2 is missing", "4 is not as it was when it was issued"];
    assert_eq!(lines(&desk)[0].faults, expected);
    assert_eq!(desk.status().expect("read").number_faults, 1, "without reading each document");
    let value: Value = serde_json::to_value(&lines(&desk)[0]).expect("a value");
    assert_eq!(value["faults"], json!(expected));
}
