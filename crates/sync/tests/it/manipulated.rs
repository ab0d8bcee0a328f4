//! A thousand manipulations of a page, each from its seed: none of it is ever applied.

use std::collections::{BTreeMap, BTreeSet};

use booqing_model::Id;
use booqing_protocol::message::{Incoming, Page, Pull};
use booqing_protocol::{Hash, Route, SealedRecord};
use booqing_sync::{SyncError, inward};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

use crate::fixture::{Desk, Office, id};
use crate::weather::take;

const MANIPULATIONS: u64 = 1_000;

/// What a hub could do, by its number; the record it is done to, by its place.
fn manipulate(page: &mut Page, old: &Page, dice: &mut TestRng) -> &'static str {
    let mut below = |count: usize| usize::try_from(dice.next_u64() % count as u64).expect("small");
    let place = below(page.records.len());
    let other = (place + 1 + below(page.records.len() - 1)) % page.records.len();
    let alter = |page: &mut Page, alter: &dyn Fn(&mut SealedRecord)| {
        let mut record = SealedRecord::from_bytes(&page.records[place].record).expect("a record");
        alter(&mut record);
        page.records[place].record = record.to_bytes().expect("bytes").into();
    };
    match below(12) {
        0 => {
            let bytes = &mut page.records[place].record;
            let at = below(bytes.len());
            bytes[at] ^= 1 << below(8);
            "a bit"
        }
        1 => {
            alter(page, &|record| {
                record.routing.0.insert("fiscal_year".to_owned(), Route::Number(2019));
            });
            "routing"
        }
        2 => {
            let parts = SealedRecord::from_bytes(&page.records[other].record).expect("one").parts;
            alter(page, &|record| {
                // Two deleted records have the same parts: none.
                record.parts = parts.clone();
                record.version += u64::from(record.parts.is_empty());
            });
            "the parts of another record"
        }
        3 => {
            alter(page, &|record| record.author.0[3] ^= 1);
            "the author"
        }
        4 => {
            alter(page, &|record| record.lineage.0[3] ^= 1);
            "what it was made from"
        }
        5 => {
            alter(page, &|record| record.deleted = !record.deleted);
            "whether it is there"
        }
        6 => {
            let id = |bytes: &[u8]| SealedRecord::from_bytes(bytes).expect("a record").id;
            let mut replaced: Vec<_> = old.records.clone();
            replaced
                .retain(|old| page.records.iter().any(|now| id(&now.record) == id(&old.record)));
            let mut again = replaced[below(replaced.len())].clone();
            again.rev = page.cursor.rev;
            page.records.retain(|record| id(&record.record) != id(&again.record));
            page.records.push(again);
            "an old version in its place"
        }
        7 => {
            page.records.remove(place);
            "a record left out"
        }
        8 => {
            page.root = page.root.map(|root| root.followed_by(root));
            "the digest"
        }
        9 => {
            let told = page.records.iter_mut().find(|record| !record.passed.is_empty());
            let told = told.expect("a record changed twice");
            told.passed[0].hash = Hash::of(b"another");
            "the versions in between"
        }
        10 => {
            page.records.iter_mut().for_each(|record| record.passed.clear());
            "the versions in between, left out"
        }
        _ => {
            page.cursor.epoch ^= 1;
            "the epoch"
        }
    }
}

/// Which records of a page were altered.
fn altered(honest: &Page, page: &Page) -> Vec<(String, booqing_protocol::Id)> {
    let pairs = honest.records.iter().zip(&page.records);
    let altered = pairs.filter(|(was, is)| was.record != is.record);
    let record = |(was, _): (&Incoming, _)| SealedRecord::from_bytes(&was.record).expect("one");
    altered.map(record).map(|record| (record.class, record.id)).collect()
}

fn state(desk: &Desk) -> (Vec<Value>, u64) {
    let mut rows = Vec::new();
    for class in ["client", "booking", "conflict"] {
        let ids = desk.cache.read(|reader| reader.ids(class)).expect("read");
        let row = |id: Id| json!([id, desk.row(class, id).map(|row| (row.version, row.fields))]);
        rows.extend(ids.into_iter().map(row));
    }
    (rows, inward::cursor(&desk.cache).expect("a cursor").rev)
}

async fn pull(desk: &mut Desk) -> Page {
    let cursor = inward::cursor(&desk.cache).expect("a cursor");
    let pull = Pull {
        version: 1,
        administration: desk.sealer.administration(),
        cursor,
        whole: cursor.rev,
    };
    desk.hub.ask("/v1/pull", &pull).await.expect("a page")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_page_that_was_manipulated_is_applied() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    for number in 1..9 {
        anna.create("client", id(number), json!({"number": format!("C-{number}"), "phone": "1"}));
    }
    anna.create("booking", id(20), json!({"number": "B-1", "fiscal_year": 2026, "client": id(1)}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    let old = pull(&mut bram).await;
    bram.sync().await;
    for phone in ["2", "3"] {
        for number in 1..5 {
            anna.change("client", id(number), json!({"phone": phone}));
        }
        anna.sync().await;
    }
    anna.delete("client", id(6));
    anna.create("client", id(9), json!({"number": "C-9"}));
    anna.sync().await;

    let honest = pull(&mut bram).await;
    let before = state(&bram);
    let (mut kinds, mut differing) = (BTreeMap::<_, BTreeSet<_>>::new(), 0);
    for seed in 0_u64.. {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let mut dice = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut page = honest.clone();
        let what = manipulate(&mut page, &old, &mut dice);
        if page == honest {
            continue;
        }
        differing += 1;
        let taken = take(&bram, &page);
        let is_found = match &taken {
            Err(_) => true,
            Ok(taken) => taken.is_equal == Some(false),
        };
        assert!(is_found, "seed {seed}, {what}: {taken:?}");
        assert_eq!(state(&bram), before, "seed {seed}, {what}: something was applied");
        // A bit may be one of the id.
        if let Err(SyncError::NotAuthentic { class, id }) = &taken
            && what != "a bit"
        {
            let altered = altered(&honest, &page);
            assert_eq!(altered, [(class.clone(), *id)], "seed {seed}, {what}: another is named");
        }
        kinds.entry(what).or_default().insert(match &taken {
            Err(error) => error.code(),
            Ok(_) => "differs",
        });
        if differing == MANIPULATIONS {
            break;
        }
    }
    let expected: [(&str, &[&str]); 12] = [
        ("a bit", &["bad_message", "record_not_authentic"]),
        ("a record left out", &["differs"]),
        ("an old version in its place", &["differs"]),
        ("routing", &["record_not_authentic"]),
        ("the author", &["record_not_authentic"]),
        ("the digest", &["differs"]),
        ("the epoch", &["hub_put_back"]),
        ("the parts of another record", &["record_not_authentic"]),
        ("the versions in between", &["record_branched"]),
        ("the versions in between, left out", &["differs"]),
        ("what it was made from", &["record_not_authentic"]),
        ("whether it is there", &["record_not_authentic"]),
    ];
    let expected = expected.map(|(what, found)| (what, found.iter().copied().collect()));
    assert_eq!(kinds, BTreeMap::from(expected));
    assert_eq!(take(&bram, &honest).expect("taken").is_equal, Some(true), "the true page is");
    assert_ne!(state(&bram), before);
}
