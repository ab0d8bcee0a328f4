//! Notifications: a new revision is told, to the desks of that administration, without content.

use http_body_util::BodyExt;
use hyper::body::Incoming;

use booqing_protocol::SealedRecord;

use booqing_protocol::message::Cursor;
use booqing_protocol::waiting::{Wait, Waited};
use booqing_protocol::{Refusal, VERSION};

use crate::fixture::{Desk, Hub, change, record, upon};

/// A hub, and a desk of each of two administrations.
async fn two_administrations() -> (Hub, Desk, Desk) {
    let hub = Hub::start().await;
    let mine = hub.first_desk().await;
    let invitation = hub.administration("Kantoor De Wit");
    let other = hub.join(&invitation, 2).await.expect("joined");
    (hub, mine, other)
}

/// The next event; comments say nothing.
pub(crate) async fn next(body: &mut Incoming) -> Option<String> {
    loop {
        let frame = tokio::time::timeout(std::time::Duration::from_secs(20), body.frame())
            .await
            .expect("an event")?;
        let data = String::from_utf8(frame.ok()?.into_data().ok()?.to_vec()).expect("text");
        if data != ":\n\n" {
            return Some(data);
        }
    }
}

#[tokio::test]
async fn a_new_revision_is_told_to_its_own_administration_only() {
    let (hub, mine, other) = two_administrations().await;
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

/// A desk waits for news, in a request that is answered late.
fn wait(desk: &Desk, known: Cursor, seconds: u32) -> Wait {
    Wait { version: VERSION, administration: desk.administration, known, seconds }
}

#[tokio::test]
async fn one_who_waits_is_told_of_its_own_administration_only() {
    let (hub, mine, other) = two_administrations().await;
    let mut call = mine.call(&hub).await;
    let at = |seconds| wait(&mine, Cursor::default(), seconds);
    let Waited { head } = call.ask("/v1/wait", &at(60)).await.expect("where it is");
    assert_ne!(head.epoch, 0, "what is known is not where it is: there is nothing to wait for");

    let Waited { head: same } = call.ask("/v1/wait", &wait(&mine, head, 0)).await.expect("told");
    assert_eq!(same, head, "its time is over");

    let pushes = async {
        while hub.counter("booqing_hub_listening").await == 0 {}
        let theirs = SealedRecord { author: other.id, ..record(7, 1, 10) };
        other.outcomes(&hub, vec![change(1, &[theirs])]).await;
        mine.outcomes(&hub, vec![change(1, &[record(1, 1, 10)])]).await;
    };
    let asked = wait(&mine, head, 60);
    let (told, ()) = tokio::join!(call.ask::<_, Waited>("/v1/wait", &asked), pushes);
    assert_eq!(told.expect("told").head, Cursor { rev: 1, ..head });

    let foreign = Wait { administration: other.administration, ..wait(&mine, head, 60) };
    let refused: Result<Waited, Refusal> = call.ask("/v1/wait", &foreign).await;
    assert_eq!(refused, Err(Refusal::WrongAdministration));
}

#[tokio::test]
async fn one_who_waits_is_answered_when_the_hub_ends() {
    let mut hub = Hub::start().await;
    let mine = hub.first_desk().await;
    let mut call = mine.call(&hub).await;
    let Waited { head } =
        call.ask("/v1/wait", &wait(&mine, Cursor::default(), 0)).await.expect("where it is");
    let asked = wait(&mine, head, 60);
    let ends = async {
        while hub.counter("booqing_hub_listening").await == 0 {}
        hub.tell_to_end();
    };
    let (told, ()) = tokio::join!(call.ask::<_, Waited>("/v1/wait", &asked), ends);
    assert_eq!(told.expect("told").head, head);
}
