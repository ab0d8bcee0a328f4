//! Sync in any weather: answers lost, hubs that go and come back, pages that are altered.

use booqing_protocol::message::{Cursor, Page, Pull, Pushed};
use booqing_protocol::{Route, SealedRecord};
use booqing_sync::guard::Guard;
use booqing_sync::inward::Taken;
use booqing_sync::opening::Opener;
use booqing_sync::{SyncError, inward, outward};
use serde_json::json;

use crate::fixture::{Desk, Office, id};

/// Something a hub could do to a record.
type Alteration = fn(&mut SealedRecord);

pub(crate) async fn page(desk: &mut Desk) -> Page {
    let cursor = Cursor::default();
    let pull = Pull {
        version: 1,
        administration: desk.sealer.administration(),
        cursor,
        whole: cursor.rev,
    };
    desk.hub.ask("/v1/pull", &pull).await.expect("a page")
}

/// Takes a page in, as a sync does.
pub(crate) fn take(desk: &Desk, page: &Page) -> Result<Taken, SyncError> {
    let opened = Opener::new(&desk.cache, &desk.sealer).open(page)?;
    let (pages, guard) = (std::iter::once(opened), Guard::default());
    inward::write(&desk.cache, &desk.sealer, pages, &*desk.surroundings, &guard, drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn all_editing_works_with_the_hub_away() {
    let mut office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1"}));
    anna.sync().await;
    office.close().await;

    anna.change("client", id(1), json!({"phone": "2"}));
    anna.create("client", id(2), json!({"number": "C-2"}));
    let error = anna.try_sync().await.expect_err("the hub is away");
    assert_eq!(error.code(), "hub_unreachable", "{error}");
    assert_eq!(anna.waiting(), 2, "nothing is lost");
    assert_eq!(anna.fields("client", id(1)).expect("there").text("phone"), Some("2"));

    let _office = office.reopen().await;
    let summary = anna.sync().await;
    assert!(summary.equal && anna.waiting() == 0, "{summary:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_for_again_and_nothing_is_stored_twice() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1", "phone": "1"}));
    let plan = |desk: &Desk| {
        let cursor = inward::cursor(&desk.cache).expect("a cursor");
        outward::plan(&desk.cache, &desk.sealer, cursor, false, &*desk.surroundings)
            .expect("planned")
            .expect("something waits")
    };
    // The hub stores it, and the answer is lost. Then the desk goes on.
    let sent = plan(&anna);
    let _lost: Pushed = anna.hub.ask("/v1/push", &sent).await.expect("stored");
    anna.change("client", id(1), json!({"phone": "2"}));
    assert_eq!(plan(&anna).changes, sent.changes, "the same bytes under the same numbers");

    let summary = anna.sync().await;
    assert!(summary.equal, "{summary:?}");
    assert_eq!((anna.waiting(), summary.conflicts), (0, 0));
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    assert_eq!(bram.fields("client", id(1)).expect("there").text("phone"), Some("2"));
    assert_eq!(anna.fields("client", id(1)).expect("there").text("phone"), Some("2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_page_with_an_altered_record_nothing_is_applied() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1", "phone": "1"}));
    anna.create("booking", id(2), json!({"state": "confirmed", "fiscal_year": 2026}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    let whole = page(&mut bram).await;

    let alter: [(&str, Alteration); 6] = [
        ("the state", |record| {
            record.routing.0.insert("state".to_owned(), Route::Word("cancelled".to_owned()));
        }),
        ("the year", |record| {
            record.routing.0.insert("fiscal_year".to_owned(), Route::Number(2020));
        }),
        ("a part", |record| {
            if let Some(byte) = record.parts.first_mut().and_then(|part| part.sealed.last_mut()) {
                *byte ^= 1;
            }
        }),
        ("the author", |record| record.author.0[0] ^= 1),
        ("the version", |record| record.version += 1),
        ("its being there", |record| record.deleted = true),
    ];
    for (what, alter) in alter {
        for index in 0..whole.records.len() {
            let mut altered = whole.clone();
            let mut record =
                SealedRecord::from_bytes(&altered.records[index].record).expect("a record");
            alter(&mut record);
            altered.records[index].record = record.to_bytes().expect("bytes").into();
            let refused = take(&bram, &altered);
            assert!(
                matches!(&refused, Err(SyncError::NotAuthentic { id, .. }) if *id == record.id),
                "{what} of record {index}: {refused:?}"
            );
        }
    }
    // Parts of one record put into another.
    let mut mixed = whole.clone();
    let mut records: Vec<SealedRecord> = mixed
        .records
        .iter()
        .map(|record| SealedRecord::from_bytes(&record.record).expect("a record"))
        .collect();
    let parts = records[0].parts.clone();
    if let Some(last) = records.last_mut() {
        last.parts = parts;
        let bytes = last.to_bytes().expect("bytes");
        mixed.records.last_mut().expect("a record").record = bytes.into();
    }
    assert!(take(&bram, &mixed).is_err());

    assert_eq!(bram.row("client", id(1)), None, "nothing was applied");
    assert_eq!(inward::cursor(&bram.cache).expect("a cursor"), Cursor::default());
    bram.sync().await;
    assert!(bram.row("client", id(1)).is_some(), "the true page is");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_version_that_comes_again_is_refused() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1", "phone": "1"}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    let old = page(&mut bram).await;
    anna.change("client", id(1), json!({"phone": "2"}));
    anna.sync().await;
    bram.sync().await;
    let refused = take(&bram, &old);
    assert!(matches!(refused, Err(SyncError::Replayed { found: 1, known: 2, .. })), "{refused:?}");
    assert_eq!(bram.fields("client", id(1)).expect("there").text("phone"), Some("2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_administration_is_refused() {
    let office = Office::open().await;
    let mut mine = office.first_desk().await;
    let mut theirs = Desk::join(&office.invitation(), 2).await.expect("joined");
    mine.create("client", id(1), json!({"number": "C-1"}));
    mine.sync().await;
    let page = page(&mut mine).await;
    let refused = take(&theirs, &page);
    assert!(matches!(refused, Err(SyncError::NotAuthentic { .. })), "{refused:?}");
    assert!(theirs.sync().await.equal);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_change_again_and_again_and_come_to_the_same() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1", "payment_days": 0}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    for round in 0..15 {
        anna.change(
            "client",
            id(1),
            json!({"phone": round.to_string(), "tags": [format!("a{round}")]}),
        );
        bram.change("client", id(1), json!({"email": round.to_string()}));
        if round % 3 == 0 {
            bram.change("client", id(1), json!({"phone": format!("b{round}")}));
        }
        if round % 2 == 0 {
            anna.sync().await;
        }
        bram.sync().await;
    }
    for _ in 0..3 {
        anna.sync().await;
        bram.sync().await;
    }
    assert!(anna.sync().await.equal && bram.sync().await.equal);
    assert_eq!(anna.fields("client", id(1)), bram.fields("client", id(1)));
    assert_eq!(anna.conflicts().len(), bram.conflicts().len());
    assert!(!anna.conflicts().is_empty(), "the same field was changed on both");
    assert_eq!((anna.waiting(), bram.waiting()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_something_that_was_refused_waits_for_it_and_says_so() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    // Larger than any hub takes, and nothing that could be compressed.
    let note = crate::fixture::noise()(1_400_000);
    anna.create("client", id(1), json!({"number": "C-1", "note": note}));
    anna.create("booking", id(2), json!({"number": "B-1", "fiscal_year": 2026, "client": id(1)}));
    anna.create("client", id(3), json!({"number": "C-3"}));
    let refused = |desk: &Desk| -> Vec<String> {
        let refusals = desk.cache.read(|reader| reader.refusals()).expect("read");
        refusals.into_iter().map(|refusal| refusal.code).collect()
    };
    let summary = anna.sync().await;
    assert!(summary.equal, "{summary:?}");
    assert_eq!(refused(&anna), ["depends_on_refused", "too_large"]);
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    assert!(bram.row("client", id(3)).is_some(), "what belongs to nothing of it goes along");
    assert!(bram.row("booking", id(2)).is_none() && bram.row("client", id(1)).is_none());

    anna.change("client", id(1), json!({"note": "short"}));
    anna.sync().await;
    assert!(refused(&anna).is_empty());
    bram.sync().await;
    assert!(bram.row("booking", id(2)).is_some() && bram.row("client", id(1)).is_some());
}
