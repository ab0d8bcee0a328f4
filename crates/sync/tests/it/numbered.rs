//! Issued documents: each has the next number of its series, whatever desks do apart and whatever gets
//! lost on the way.

use booqing_model::{Fields, Id};
use booqing_protocol::message::Pushed;
use booqing_store::tables::outbox::Waiting;
use booqing_store::{Change, ChangeSet, Edit, Row, StoreError};
use booqing_sync::numbering::{self, Chain};
use booqing_sync::{inward, outward};
use serde_json::{Value, json};

use crate::fixture::{Desk, Office, id};
use crate::weather;

pub(crate) const SERIES: u8 = 70;

pub(crate) fn series(desk: Option<Id>) -> Value {
    json!({"state": "open", "fiscal_year": 2026, "first": 1, "prefix": "2026-",
        "kinds": ["invoice"], "desk": desk})
}

pub(crate) fn draft(gross: i64) -> Value {
    json!({"state": "draft", "fiscal_year": 2026, "kind": "invoice", "document_date": "2026-11-30",
        "buyer": {"name": "Ana de Vries"}, "currency": "EUR", "net": gross, "vat": 0, "gross": gross})
}

/// Two desks of an office with a number series.
pub(crate) async fn two(office: &Office) -> (Desk, Desk) {
    let mut anna = office.first_desk().await;
    anna.create("number_series", id(SERIES), series(None));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    (anna, bram)
}

pub(crate) fn issue(desk: &Desk, document: u8) {
    desk.change("document", id(document), json!({"state": "issuing", "series": id(SERIES)}));
}

/// A draft that is issued at once.
pub(crate) fn write(desk: &Desk, document: u8) {
    desk.create("document", id(document), draft(i64::from(document) * 100));
    issue(desk, document);
}

pub(crate) fn number(desk: &Desk, document: u8) -> (String, Option<String>) {
    let fields = desk.fields("document", id(document)).expect("there");
    let text = |name| fields.text(name).map(str::to_owned);
    (text("state").expect("a state"), text("number"))
}

pub(crate) fn issued(number: &str) -> (String, Option<String>) {
    ("issued".to_owned(), Some(number.to_owned()))
}

/// What the desks wrote down about series.
pub(crate) fn incidents(desk: &Desk) -> Vec<String> {
    let ids = desk.cache.read(|reader| reader.ids("audit_event")).expect("read");
    let events = ids.into_iter().filter_map(|id| desk.fields("audit_event", id));
    let operation = |event: Fields| event.text("operation").map(str::to_owned);
    events.filter_map(operation).filter(|name| name.starts_with("series.")).collect()
}

/// That both desks hold one chain without a fault.
pub(crate) fn check(desks: &[&Desk]) {
    for desk in desks {
        let faults = desk.cache.read(|reader| {
            let chain = Chain::new(&reader.hub()?.expect("joined").administration_key);
            let documents = reader.documents_of(id(SERIES))?;
            let mut faults = numbering::faults(1, &documents);
            for (document, number) in documents {
                let row = reader.get("document", document)?.expect("there");
                let fault = chain.fault(document, &row.fields);
                faults.extend(fault.map(|fault| (fault, number.sequence)));
            }
            Ok(faults)
        });
        assert_eq!(faults.expect("read"), []);
        assert_eq!(incidents(desk), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_desks_issue_apart_is_numbered_one_after_the_other() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    for document in [1, 2] {
        write(&anna, document);
    }
    for document in [3, 4, 5] {
        write(&bram, document);
    }
    assert_eq!(number(&bram, 3), ("issuing".to_owned(), None), "before the hub has it, none");
    anna.sync().await;
    let summary = bram.sync().await;
    assert_eq!((summary.refused, summary.conflicts, summary.equal), (0, 0, true), "{summary:?}");
    anna.sync().await;
    for desk in [&anna, &bram] {
        let numbers = [1, 2, 3, 4, 5].map(|document| number(desk, document));
        let expected = ["2026-0001", "2026-0002", "2026-0003", "2026-0004", "2026-0005"];
        let mut sorted = numbers.to_vec();
        sorted.sort();
        assert_eq!(sorted, expected.map(issued));
        assert_eq!(numbers[..2].iter().max(), Some(&issued("2026-0002")), "anna came first");
        assert_eq!(desk.waiting(), 0);
    }
    check(&[&anna, &bram]);
}

/// The second pushes before it has heard of what the first issued: no number is given twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_another_has_by_now_is_not_insisted_on() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    write(&anna, 1);
    write(&bram, 2);
    anna.sync().await;
    bram.push_only().await;
    assert_eq!(number(&bram, 2), ("issuing".to_owned(), None));
    bram.sync().await;
    anna.sync().await;
    for desk in [&anna, &bram] {
        assert_eq!((number(desk, 1), number(desk, 2)), (issued("2026-0001"), issued("2026-0002")));
    }
    check(&[&anna, &bram]);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_answer_is_lost_it_is_being_issued_and_then_has_the_number_it_was_given() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    write(&anna, 1);
    let push = || {
        let acknowledged = inward::cursor(&anna.cache).expect("a cursor");
        outward::plan(&anna.cache, &anna.sealer, acknowledged, false, &*anna.surroundings)
    };
    // The first push brings the key that it lies under.
    let sent = push().expect("planned").expect("something waits");
    let _lost: Pushed = anna.hub.ask("/v1/push", &sent).await.expect("stored");
    assert_eq!(number(&anna, 1), ("issuing".to_owned(), None));
    // What it was sent with stays; what the law does not keep may change.
    for (what, patch) in [
        ("its amount", json!({"gross": 7})),
        ("its state", json!({"state": "draft"})),
        ("its series", json!({"series": id(71)})),
    ] {
        let edit = Edit::Change(serde_json::from_value(patch).expect("a patch"));
        assert!(is_issued(&try_edit(&anna, edit)), "{what}");
    }
    assert!(is_issued(&try_edit(&anna, Edit::Delete)));
    anna.change("document", id(1), json!({"note": "to the bookkeeper"}));
    bram.sync().await;
    write(&bram, 2);
    bram.sync().await;

    anna.sync().await;
    bram.sync().await;
    for desk in [&anna, &bram] {
        assert_eq!((number(desk, 1), number(desk, 2)), (issued("2026-0001"), issued("2026-0002")));
        let note = desk.fields("document", id(1)).expect("there");
        assert_eq!(note.text("note"), Some("to the bookkeeper"));
    }
    assert_eq!(anna.conflicts().len(), 0);
    check(&[&anna, &bram]);
    let later = Edit::Change(serde_json::from_value(json!({"gross": 7})).expect("a patch"));
    assert!(is_issued(&try_edit(&anna, later)));
}

/// A hub that has forgotten its answers says of a copied desk that it runs twice; that desk takes in what the other
/// one sent, which is what it sent itself: with the number, and its own change since upon that.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_without_an_answer_has_the_number_it_was_sent_with() {
    let office = Office::open().await;
    let (mut anna, _bram) = two(&office).await;
    write(&anna, 1);
    anna.push_and_lose_the_answer().await;
    anna.change("document", id(1), json!({"note": "to the bookkeeper"}));
    let page = weather::page(&mut anna).await;
    weather::take(&anna, &page).expect("its own");
    assert_eq!(number(&anna, 1), issued("2026-0001"));
    let fields = anna.fields("document", id(1)).expect("there");
    assert_eq!(fields.text("note"), Some("to the bookkeeper"));
    let summary = anna.sync().await;
    assert!(summary.equal && summary.conflicts == 0, "{summary:?}");
    check(&[&anna]);
}

fn try_edit(desk: &Desk, edit: Edit) -> Result<(), StoreError> {
    let changes = vec![Change { class: "document".to_owned(), id: id(1), edit }];
    let at = booqing_model::time::Moment(2_000);
    let set = ChangeSet { operation: "test".to_owned(), at, user: None, changes };
    desk.cache.write(|writer| writer.commit(&set)).map(|_| ())
}

fn is_issued(done: &Result<(), StoreError>) -> bool {
    matches!(done, Err(StoreError::Issued(document)) if *document == id(1))
}

/// Gives a document the next number of a series of this desk, as the desk does that issues it.
fn issue_own(desk: &Desk, document: u8) {
    desk.create("document", id(document), draft(i64::from(document) * 100));
    give_own(desk, document);
}

pub(crate) fn give_own(desk: &Desk, document: u8) {
    let (mut fields, series, end, key) = desk
        .cache
        .read(|reader| {
            let fields = |class, record| {
                Ok::<_, StoreError>(reader.get(class, record)?.expect("there").fields)
            };
            let key = reader.hub()?.expect("joined").administration_key;
            let series = fields("number_series", id(SERIES))?;
            Ok((fields("document", id(document))?, series, reader.end_of_series(id(SERIES))?, key))
        })
        .expect("read");
    let before = fields.clone();
    let of = (id(SERIES), &series);
    Chain::new(&key).give(id(document), &mut fields, of, end).expect("a number");
    let patch = before.patch_to(&fields);
    desk.change("document", id(document), serde_json::to_value(patch).expect("a value"));
}

/// A desk with a series of its own issues offline: the numbers are there at once, and stay.
#[tokio::test(flavor = "multi_thread")]
async fn a_series_of_a_desk_is_numbered_there_whatever_the_order_in_which_it_is_sent() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let here = Id::from_bytes(anna.sealer.desk().0);
    anna.create("number_series", id(SERIES), series(Some(here)));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    for document in 1..=12 {
        // New keys take the place of the first sets: a client comes in between.
        anna.create("client", id(100 + document), json!({"number": format!("C-{document}")}));
        issue_own(&anna, document);
    }
    assert_eq!(number(&anna, 12), issued("2026-0012"));
    let summary = anna.sync().await;
    assert_eq!((summary.refused, anna.waiting()), (0, 0), "{summary:?}");
    bram.sync().await;
    assert_eq!(number(&bram, 12), issued("2026-0012"));
    check(&[&anna, &bram]);
}

/// A desk that was thought to be lost comes back, with a document that nobody knew of.
#[tokio::test(flavor = "multi_thread")]
async fn a_series_that_was_closed_for_a_lost_desk_takes_in_what_that_had_issued_once_it_is_opened()
{
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let mut bram = anna.colleague(2).await;
    let theirs = Id::from_bytes(bram.sealer.desk().0);
    bram.create("number_series", id(SERIES), series(Some(theirs)));
    bram.sync().await;
    for document in [1, 2] {
        issue_own(&bram, document);
    }
    bram.sync().await;
    anna.sync().await;
    for document in [3, 4] {
        issue_own(&bram, document);
    }
    let closed = json!({"state": "closed", "last": 2, "closed_because": "desk_lost"});
    anna.change("number_series", id(SERIES), closed);
    anna.sync().await;
    assert_eq!(bram.sync().await.refused, 2);
    let refused = |desk: &Desk| {
        let refusals = desk.cache.read(|reader| reader.refusals()).expect("read");
        refusals.into_iter().map(|refusal| refusal.code).collect::<Vec<_>>()
    };
    assert_eq!(refused(&bram)[0], "series_closed");
    assert_eq!(number(&bram, 3), issued("2026-0003"), "it keeps the number that it went out with");

    let open = json!({"state": "open", "last": null, "closed_because": null});
    anna.change("number_series", id(SERIES), open);
    anna.sync().await;
    bram.sync().await;
    let summary = anna.sync().await;
    assert!(summary.equal, "{summary:?}");
    assert_eq!((number(&anna, 4), bram.waiting()), (issued("2026-0004"), 0));
    assert_eq!(refused(&bram), Vec::<String>::new());
    // It is closed where it ends now; where it does not, the hub says so and it stays open.
    anna.change("number_series", id(SERIES), json!({"state": "closed", "last": 4}));
    assert_eq!(anna.sync().await.refused, 0);
    check(&[&anna, &bram]);
}

/// Whoever closes a series does not know of its last documents yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_series_is_closed_at_the_number_that_it_really_ends_with() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    for document in [1, 2] {
        write(&bram, document);
    }
    bram.sync().await;
    anna.change("number_series", id(SERIES), json!({"state": "closed"}));
    anna.push_only().await;
    anna.sync().await;
    // A set with something else in it: all of it goes or none.
    bram.create("document", id(3), draft(300));
    bram.sync().await;
    bram.change_with(
        "document",
        id(3),
        json!({"state": "issuing", "series": id(SERIES)}),
        "client",
    );
    let summary = bram.sync().await;
    assert!(summary.equal, "{summary:?}");
    let refusals = bram.cache.read(|reader| reader.refusals()).expect("read");
    let refused: Vec<_> = refusals.iter().map(|one| (&*one.class, &*one.code)).collect();
    assert_eq!(refused, [("document", "series_closed"), ("client", "series_closed")]);
    anna.sync().await;
    assert_eq!(anna.cache.read(|reader| reader.count("client")).expect("read"), 0);
    for desk in [&anna, &bram] {
        let series = desk.fields("number_series", id(SERIES)).expect("there");
        assert_eq!((series.text("state"), series.integer("last")), (Some("closed"), Some(2)));
        assert_eq!(desk.waiting(), 0);
    }
    assert_eq!(number(&bram, 3), ("issuing".to_owned(), None));
    // What was not sent is a draft again when a person says so.
    bram.change("document", id(3), json!({"state": "draft"}));
    assert!(bram.sync().await.equal);
    anna.sync().await;
    assert_eq!(anna.cache.read(|reader| reader.count("client")).expect("read"), 1, "it goes now");
    assert_eq!(bram.cache.read(|reader| reader.refusals()).expect("read").len(), 0);
    check(&[&anna, &bram]);
}

/// What a closed series refused is still a number that went out: what others do to the draft does not take it
/// away.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_refused_outlives_what_others_do_to_the_draft() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let mut bram = anna.colleague(2).await;
    let theirs = Id::from_bytes(bram.sealer.desk().0);
    bram.create("number_series", id(SERIES), series(Some(theirs)));
    for document in [1, 2] {
        bram.create("document", id(document), draft(100));
    }
    bram.sync().await;
    anna.sync().await;
    anna.change("number_series", id(SERIES), json!({"state": "closed"}));
    anna.sync().await;
    for document in [1, 2] {
        give_own(&bram, document);
    }
    bram.sync().await;
    assert_eq!(number(&bram, 1), issued("2026-0001"), "it is refused and kept");
    anna.change("document", id(1), json!({"gross": 900, "net": 900}));
    anna.delete("document", id(2));
    anna.sync().await;
    bram.sync().await;
    let kept = [number(&bram, 1), number(&bram, 2)];
    assert_eq!(kept, [issued("2026-0001"), issued("2026-0002")]);

    anna.change("number_series", id(SERIES), json!({"state": "open"}));
    anna.sync().await;
    bram.sync().await;
    anna.sync().await;
    for desk in [&anna, &bram] {
        let fields = desk.fields("document", id(1)).expect("there");
        assert_eq!(
            (fields.integer("gross"), fields.text("number")),
            (Some(100), Some("2026-0001"))
        );
        assert_eq!(number(desk, 2), issued("2026-0002"));
        assert_eq!(desk.waiting(), 0);
    }
    check(&[&anna, &bram]);
}

/// The year was sealed while a desk issued offline: the number went out, so the document goes on in the year
/// that is open.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_issued_for_a_year_that_had_been_sealed_keeps_its_number() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let here = Id::from_bytes(anna.sealer.desk().0);
    let mut own = series(Some(here));
    own["fiscal_year"] = json!(2024);
    anna.create("number_series", id(SERIES), own);
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    let year = json!({"fiscal_year": 2024, "state": "sealed", "starts": "2024-01-01",
        "ends": "2024-12-31"});
    bram.create("fiscal_year", id(80), year);
    bram.sync().await;
    let mut late = draft(100);
    late["fiscal_year"] = json!(2024);
    anna.create("document", id(1), late);
    give_own(&anna, 1);
    let summary = anna.sync().await;
    assert_eq!((summary.late, summary.refused, anna.waiting()), (1, 0, 0), "{summary:?}");
    bram.sync().await;
    for desk in [&anna, &bram] {
        assert_eq!(number(desk, 1), issued("2026-0001"));
        let fields = desk.fields("document", id(1)).expect("there");
        assert_ne!(
            fields.integer("fiscal_year"),
            Some(2024),
            "it is posted in a year that is open"
        );
        let ids = desk.cache.read(|reader| reader.ids("late_entry")).expect("read");
        assert_eq!(ids.len(), 1, "and listed");
    }
    check(&[&anna, &bram]);
}

/// What a program does that does not keep to the rules: the others see it and say so.
#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_was_changed_after_it_was_issued_is_noticed() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    write(&anna, 1);
    write(&anna, 2);
    anna.sync().await;
    bram.sync().await;
    let done = anna.cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            let before = exchange.row("document", id(1))?.expect("there");
            let mut after = Row { version: before.version + 1, ..before.clone() };
            after.fields.set("gross", json!(1));
            exchange.put_row("document", &after, Some(&before), anna.surroundings.now())?;
            let waiting = Waiting::new("document", id(1), after.version);
            exchange.put_outbox(anna.surroundings.now(), &[waiting])?;
            Ok::<_, StoreError>(())
        }))
    });
    done.expect("written").expect("changed");
    anna.sync().await;
    bram.sync().await;
    assert_eq!(incidents(&bram), ["series.document_changed"]);
    anna.sync().await;
    assert_eq!(incidents(&anna), ["series.document_changed"], "everybody hears of it");
}

/// The records of a set go in the order of their ids, and the hub looks at one after the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_series_that_is_entered_with_its_first_document_gives_it_a_number() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let mut document: Fields = serde_json::from_value(draft(100)).expect("fields");
    document.set("state", json!("issuing"));
    document.set("series", json!(id(SERIES)));
    let create = |class: &str, id, fields| Change {
        class: class.to_owned(),
        id,
        edit: Edit::Create(fields),
    };
    let series = serde_json::from_value(series(None)).expect("fields");
    let changes =
        vec![create("document", id(1), document), create("number_series", id(SERIES), series)];
    let (operation, at) = ("test".to_owned(), booqing_model::time::Moment(1_000));
    let set = ChangeSet { operation, at, user: None, changes };
    anna.cache.write(|writer| writer.commit(&set)).expect("committed");
    assert_eq!(anna.sync().await.refused, 0);
    assert_eq!(number(&anna, 1), issued("2026-0001"));
}
