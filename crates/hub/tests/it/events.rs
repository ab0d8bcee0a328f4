//! Notifications: a new revision is told, to the desks of that administration, without content.

use http_body_util::BodyExt;
use hyper::body::Incoming;

use booqing_protocol::SealedRecord;

use crate::fixture::{Hub, change, record, upon};

async fn next(body: &mut Incoming) -> Option<String> {
    let frame = tokio::time::timeout(std::time::Duration::from_secs(20), body.frame())
        .await
        .expect("an event")?;
    let data = frame.ok()?.into_data().ok()?;
    Some(String::from_utf8(data.to_vec()).expect("text"))
}

#[tokio::test]
async fn a_new_revision_is_told_to_its_own_administration_only() {
    let hub = Hub::start().await;
    let mine = hub.first_desk().await;
    let other = {
        let invitation = hub.administration("Kantoor De Wit");
        hub.join(&invitation, 2).await.expect("joined")
    };
    let mut call = mine.call(&hub).await;
    let answer = call.send("GET", "/v1/events", Vec::new()).await.expect("answered");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut events = answer.into_body();

    let theirs = SealedRecord { author: other.id, ..record(7, 1, 10) };
    other.outcomes(&hub, vec![change(1, &[theirs])]).await;
    mine.outcomes(&hub, vec![change(1, &[record(1, 1, 10)])]).await;
    assert_eq!(next(&mut events).await.as_deref(), Some("data: {\"rev\":1}\n\n"));
    mine.outcomes(&hub, vec![change(2, &[upon(&record(1, 1, 10), 2, 10)])]).await;
    assert_eq!(next(&mut events).await.as_deref(), Some("data: {\"rev\":2}\n\n"));

    let _hub = hub.restart().await;
    assert_eq!(next(&mut events).await, None, "the stream ends with the hub");
}
