//! Pushing more than one push holds.

use booqing_model::Id;
use serde_json::json;

use crate::fixture::{Office, fields};

/// More sets than three pushes hold.
const SETS: u16 = 3_200;

fn id(kind: u8, number: u16) -> Id {
    let mut bits = [kind; 10];
    let (_, end) = bits.split_at_mut(8);
    end.copy_from_slice(&number.to_be_bytes());
    Id::new(u64::from(number), bits)
}

#[tokio::test(flavor = "multi_thread")]
async fn much_that_waits_arrives_once_and_in_order() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    // Each client in a set of its own, and behind all of them a booking for some, and a change of others.
    for number in 0..SETS {
        anna.create("client", id(1, number), json!({"number": format!("C-{number}")}));
    }
    for number in (0..SETS).step_by(16) {
        let booking = json!({"number": format!("B-{number}"), "client": id(1, number)});
        anna.create("booking", id(2, number), booking);
        anna.change("client", id(1, number), json!({"phone": number.to_string()}));
    }
    let summary = anna.sync().await;
    assert!(summary.equal && summary.refused == 0, "{summary:?}");
    assert_eq!((anna.waiting(), summary.pulled), (0, 0), "{summary:?}");
    let mut bram = anna.colleague(2).await;
    assert!(bram.sync().await.equal);
    for number in (0..SETS).step_by(16) {
        let client = fields(json!({"number": format!("C-{number}"), "phone": number.to_string()}));
        assert_eq!(bram.fields("client", id(1, number)), Some(client));
        assert!(bram.fields("booking", id(2, number)).is_some(), "{number}");
    }
    assert_eq!(bram.cache.read(|reader| reader.count("client")).expect("read"), u64::from(SETS));
    // The other one changed some of what goes in the second and the third push.
    for number in [1_500, 2_500] {
        bram.change("client", id(1, number), json!({"phone": "bram"}));
    }
    bram.sync().await;
    for number in 0..SETS {
        anna.change("client", id(1, number), json!({"email": format!("{number}@example.org")}));
    }
    let summary = anna.sync().await;
    assert!(summary.equal && summary.refused == 0, "{summary:?}");
    assert_eq!((anna.waiting(), summary.merged), (0, 2), "{summary:?}");
    assert!(bram.sync().await.equal);
    for number in [0, 1_500, 2_500, SETS - 1] {
        let client = bram.fields("client", id(1, number)).expect("there");
        assert_eq!(client.text("email"), Some(format!("{number}@example.org").as_str()));
        let is_brams = [1_500, 2_500].contains(&number);
        assert_eq!(client.text("phone") == Some("bram"), is_brams, "{number}");
    }
    assert_eq!(bram.cache.read(|reader| reader.count("conflict")).expect("read"), 0);
}
