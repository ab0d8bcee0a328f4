//! What was issued stands, whatever was made of it at another desk and whatever became of the hub.

use booqing_model::Id;
use booqing_store::{Change, ChangeSet, Edit, StoreError};
use serde_json::json;

use crate::fixture::{Office, id};
use crate::numbered::{
    SERIES, check, draft, give_own, incidents, issue, issued, number, series, two, write,
};
use crate::repair::{PUT_BACK, copy, say_put_back};

/// A draft is changed at one desk and issued at another: what was issued stands, and what was changed is
/// not lost.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_issued_elsewhere_stands() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    for document in [1, 2] {
        anna.create("document", id(document), draft(100));
    }
    anna.sync().await;
    bram.sync().await;
    issue(&anna, 1);
    issue(&anna, 2);
    anna.sync().await;
    bram.change("document", id(1), json!({"gross": 900, "net": 900, "note": "dearer"}));
    // Both were of one mind about the other.
    issue(&bram, 2);
    let summary = bram.sync().await;
    assert!(summary.equal && summary.refused == 0, "{summary:?}");
    anna.sync().await;
    for desk in [&anna, &bram] {
        let fields = desk.fields("document", id(1)).expect("there");
        assert_eq!(fields.integer("gross"), Some(100), "what was issued");
        assert_eq!(fields.text("note"), Some("dearer"));
        let conflicts = desk.conflicts();
        let about: Vec<_> = conflicts.iter().filter_map(|one| one.text("field_group")).collect();
        assert_eq!(about, ["amounts"], "{conflicts:?}");
        let numbers = [number(desk, 1), number(desk, 2)];
        assert!(numbers.iter().all(|(state, _)| state == "issued"), "{numbers:?}");
    }
    check(&[&anna, &bram]);
}

/// A draft is changed at the hub while a desk issues it offline in its own series: what went out stands.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_issued_here_offline_stands() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let here = Id::from_bytes(anna.sealer.desk().0);
    anna.create("number_series", id(SERIES), series(Some(here)));
    let other = json!({"state": "open", "fiscal_year": 2026, "first": 1, "prefix": "F-",
        "kinds": ["invoice"]});
    anna.create("number_series", id(71), other);
    for document in [1, 2] {
        anna.create("document", id(document), draft(100));
    }
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    bram.change("document", id(1), json!({"gross": 900, "net": 900}));
    bram.change("document", id(2), json!({"state": "issuing", "series": id(71)}));
    bram.sync().await;
    for document in [1, 2] {
        give_own(&anna, document);
    }
    let summary = anna.sync().await;
    assert!(summary.equal && summary.refused == 0, "{summary:?}");
    bram.sync().await;
    for desk in [&anna, &bram] {
        let fields = desk.fields("document", id(1)).expect("there");
        let (gross, conflicts) = (fields.integer("gross"), desk.conflicts());
        assert_eq!((gross, conflicts.len()), (Some(100), 1), "{conflicts:?}");
        // As everywhere, what stands in the record is `theirs`, and what does not is `mine`.
        let side =
            |name: &str| conflicts[0].get("statutory").expect("values")[name]["gross"].clone();
        assert_eq!((side("mine"), side("theirs")), (json!(900), json!(100)));
        assert_eq!(conflicts[0].text("theirs_by"), Some(here.to_string().as_str()));
        assert_eq!(number(desk, 1), issued("2026-0001"));
        // It went out twice, with two numbers: they are two documents from now on.
        assert_eq!(number(desk, 2), issued("F-0001"));
        let twin = desk.cache.read(|reader| reader.documents_of(id(SERIES))).expect("read")[1].0;
        let twin = desk.fields("document", twin).expect("there");
        assert_eq!((twin.text("number"), twin.integer("gross")), (Some("2026-0002"), Some(100)));
        assert_eq!(incidents(desk), ["series.issued_twice"]);
    }
}

/// After the hub was put back from a copy it gets back what it lost, number by number.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_the_hub_lost_come_back_in_their_order() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    write(&anna, 1);
    anna.sync().await;
    let copies = tempfile::tempdir().expect("a folder");
    let office = office.reopen_after(|data| copy(data, copies.path())).await;
    for document in [9, 4, 6, 3, 8] {
        write(&anna, document);
        anna.sync().await;
    }
    bram.sync().await;
    let before: Vec<_> = [1, 9, 4, 6, 3, 8].map(|document| number(&anna, document)).to_vec();
    let _office = office
        .reopen_after(|data| {
            copy(copies.path(), data);
            say_put_back(data);
        })
        .await;
    write(&bram, 20);
    let summary = bram.sync_agreeing(PUT_BACK).await.expect("synced");
    assert!(summary.given_back >= 5 && summary.equal, "{summary:?}");
    bram.sync().await;
    anna.sync_agreeing(PUT_BACK).await.expect("synced");
    anna.sync().await;
    for desk in [&anna, &bram] {
        let after: Vec<_> = [1, 9, 4, 6, 3, 8].map(|document| number(desk, document)).to_vec();
        assert_eq!(after, before);
        assert_eq!((number(desk, 20), desk.waiting()), (issued("2026-0007"), 0));
    }
    check(&[&anna, &bram]);
}

/// The hub was put back, and before anybody gave back what it lost, a desk that had never heard of it issued
/// more: two documents went out with one number. Both are kept, and everybody hears of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_given_again_after_the_hub_was_put_back_is_told_of() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    let mut clara = anna.colleague(3).await;
    write(&anna, 1);
    anna.sync().await;
    bram.sync().await;
    let copies = tempfile::tempdir().expect("a folder");
    let office = office.reopen_after(|data| copy(data, copies.path())).await;
    for document in [2, 3, 4] {
        write(&anna, document);
    }
    anna.sync().await;
    let before = [2, 3, 4].map(|document| number(&anna, document));
    clara.sync().await;
    let _office = office
        .reopen_after(|data| {
            copy(copies.path(), data);
            say_put_back(data);
        })
        .await;
    write(&bram, 5);
    bram.sync_agreeing(PUT_BACK).await.expect("synced");
    assert_eq!(number(&bram, 5), issued("2026-0002"));
    let summary = anna.sync_agreeing(PUT_BACK).await.expect("synced");
    assert_eq!((summary.refused, anna.waiting()), (0, 0), "{summary:?}");
    let summary = clara.sync_agreeing(PUT_BACK).await.expect("synced");
    assert_eq!((summary.refused, clara.waiting()), (0, 0), "{summary:?}");
    write(&bram, 6);
    for desk in [&mut bram, &mut anna, &mut clara] {
        desk.sync().await;
    }
    for desk in [&anna, &bram, &clara] {
        assert_eq!([2, 3, 4].map(|document| number(desk, document)), before, "as they went out");
        assert_eq!(number(desk, 6), issued("2026-0005"), "it goes on behind them");
        let incidents = incidents(desk);
        assert!(incidents.iter().all(|name| name == "series.number_twice"), "{incidents:?}");
        assert_eq!(desk.conflicts().len(), 0);
        let twice = desk.cache.read(|reader| reader.given_twice()).expect("read");
        assert_eq!(twice, ["2026-0002"]);
    }
    // It went out all the same: nothing of it changes.
    let edit = Edit::Change(serde_json::from_value(json!({"gross": 7})).expect("a patch"));
    let left = [2, 5].map(id).into_iter().find(|id| {
        anna.fields("document", *id).is_some_and(|fields| fields.get("sequence").is_none())
    });
    let changes = vec![Change { class: "document".to_owned(), id: left.expect("one left"), edit }];
    let at = booqing_model::time::Moment(2_000);
    let set = ChangeSet { operation: "test".to_owned(), at, user: None, changes };
    assert!(matches!(anna.cache.write(|writer| writer.commit(&set)), Err(StoreError::Issued(_))));
}

/// Two desks hold a document that the hub lost and has given another number since: it becomes one document of
/// its own, not two.
#[tokio::test(flavor = "multi_thread")]
async fn what_went_out_twice_is_one_document_more_however_many_desks_hold_it() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    let mut clara = anna.colleague(3).await;
    for document in [1, 2] {
        anna.create("document", id(document), draft(100));
    }
    anna.sync().await;
    bram.sync().await;
    let copies = tempfile::tempdir().expect("a folder");
    let office = office.reopen_after(|data| copy(data, copies.path())).await;
    issue(&anna, 1);
    anna.sync().await;
    issue(&anna, 2);
    anna.sync().await;
    clara.sync().await;
    let _office = office
        .reopen_after(|data| {
            copy(copies.path(), data);
            say_put_back(data);
        })
        .await;
    issue(&bram, 2);
    bram.sync_agreeing(PUT_BACK).await.expect("synced");
    assert_eq!(number(&bram, 2), issued("2026-0001"));
    for desk in [&mut anna, &mut clara] {
        desk.sync_agreeing(PUT_BACK).await.expect("synced");
    }
    for _ in 0..2 {
        for desk in [&mut anna, &mut bram, &mut clara] {
            desk.sync().await;
        }
    }
    for desk in [&anna, &bram, &clara] {
        let ids = desk.cache.read(|reader| reader.ids("document")).expect("read");
        let mut numbers: Vec<_> = ids
            .iter()
            .filter_map(|id| desk.fields("document", *id)?.text("number").map(str::to_owned))
            .collect();
        numbers.sort();
        assert_eq!(numbers, ["2026-0001", "2026-0001", "2026-0002"], "what went out, each once");
        assert_eq!(desk.waiting(), 0);
    }
}

/// However many the hub lost, and in whatever order they come back.
#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_lost_numbers_come_back_in_one_sync() {
    let office = Office::open().await;
    let (mut anna, _) = two(&office).await;
    let copies = tempfile::tempdir().expect("a folder");
    let office = office.reopen_after(|data| copy(data, copies.path())).await;
    let mut ids: Vec<Id> = (0..400_u16)
        .map(|number| {
            Id::from_bytes(
                *blake3::hash(&number.to_be_bytes()).as_bytes().first_chunk().expect("16"),
            )
        })
        .collect();
    for part in ids.chunks(100) {
        for id in part {
            anna.create("document", *id, draft(100));
            anna.change(
                "document",
                *id,
                json!({"state": "issuing", "series": crate::fixture::id(SERIES)}),
            );
        }
        anna.sync().await;
    }
    let _office = office
        .reopen_after(|data| {
            copy(copies.path(), data);
            say_put_back(data);
        })
        .await;
    let summary = anna.sync_agreeing(PUT_BACK).await.expect("synced");
    assert_eq!(
        (summary.given_back >= 400, anna.waiting(), summary.equal),
        (true, 0, true),
        "{summary:?}"
    );
    ids.truncate(1);
    check(&[&anna]);
}
