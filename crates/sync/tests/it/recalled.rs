//! Records that were changed more often than a page has room to tell.

use serde_json::json;

use crate::fixture::{Office, id};
use crate::repair::forget;

/// Every page of this hub has room for two versions that passed.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_had_no_room_for_is_asked_for_on_every_way() {
    let office = Office::open_with_room(2).await;
    let mut anna = office.first_desk().await;
    let records: Vec<_> = (1..=4).map(id).collect();
    for record in &records {
        anna.create("client", *record, json!({"number": "C-0"}));
    }
    let mut change = async |times: u32| {
        for time in 0..times {
            for record in &records {
                anna.change("client", *record, json!({"number": format!("C-{times}-{time}")}));
            }
            assert!(anna.sync().await.equal);
        }
        anna.colleague(2 + u8::try_from(times).expect("a number")).await
    };
    // A first sync, and then a pull after a while.
    let mut bram = change(7).await;
    let came = bram.sync().await;
    assert!(came.equal && came.pulled >= 4, "{came:?}");
    bram.create("client", id(9), json!({"number": "C-9"}));
    assert!(bram.sync().await.equal, "his word on what he was given is believed");
    let mut carol = change(9).await;
    let came = bram.sync().await;
    assert!(came.equal && came.pulled >= 4, "{came:?}");
    assert!(carol.sync().await.equal);
    for desk in [&bram, &carol] {
        for record in &records {
            let fields = desk.fields("client", *record).expect("a record");
            assert_eq!(fields.text("number"), Some("C-9-8"));
        }
    }

    // And a comparison, which asks for records by themselves.
    let lost = records.first().copied().expect("one");
    forget(&carol, lost);
    let repaired = carol.sync().await;
    assert!(repaired.equal, "{repaired:?}");
    assert!(carol.fields("client", lost).is_some());
    drop(office);
}
