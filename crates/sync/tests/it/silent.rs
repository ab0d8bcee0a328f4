//! A desk that was silent for half a year holds what it has against the hub before it sends anything.

use std::sync::Arc;

use booqing_model::Id;
use booqing_model::time::Moment;
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::engine::Ask;
use booqing_sync::inward::Surroundings;
use booqing_sync::local::{Work, answered};
use booqing_sync::{Consent, Effect, Engine, Event, SyncError};
use serde_json::json;

use crate::fixture::{Desk, Office, id};

/// The time so many days from now.
#[derive(Debug)]
struct Later(i64);

impl Surroundings for Later {
    fn id(&self) -> Result<Id, SyncError> {
        SystemSurroundings.id()
    }

    fn now(&self) -> Moment {
        Moment(SystemSurroundings.now().0 + self.0 * 86_400)
    }
}

/// A sync, as what the hub was asked in it: the name of each question.
async fn asked(desk: &mut Desk) -> Vec<&'static str> {
    let work = Work::new(&desk.cache, &desk.sealer, &desk.surroundings, Consent::default());
    work.begin(Consent::default()).expect("begun");
    let (mut engine, mut event) = (Engine::default(), Event::Start);
    let mut asked = Vec::new();
    loop {
        event = match engine.next(event) {
            Effect::Ask(ask) => {
                asked.push(match &ask {
                    Ask::Pull => "pull",
                    Ask::Push(_) => "push",
                    Ask::Compare(_) => "compare",
                    Ask::Fetch(_) => "fetch",
                    Ask::Survey => "survey",
                    Ask::Scan(_) => "scan",
                    Ask::Recall(..) => "recall",
                });
                let request = work.request(&ask).expect("a request");
                let answer =
                    desk.hub.exchange(request.path, request.body).await.expect("an answer");
                answered(&ask, &answer).expect("read")
            }
            Effect::Do(task) => work.perform(task).expect("done"),
            Effect::Done(summary) => {
                work.finish(&summary).expect("finished");
                return asked;
            }
            Effect::Fail(error) => panic!("{error:?}"),
        };
    }
}

/// Two desks, of which Bram has changed and deleted what Anna then changed and deleted, too, and sent
/// something of which it never heard the outcome.
async fn apart(office: &Office) -> (Desk, Desk) {
    let mut anna = office.first_desk().await;
    for number in 1..=4 {
        anna.create("client", id(number), json!({"number": format!("C-{number}"), "phone": "1"}));
    }
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    (anna, bram)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_its_outbox_goes_before_that() {
    let office = Office::open().await;
    let (mut anna, mut bram) = apart(&office).await;
    bram.change("client", id(1), json!({"phone": "2"}));
    bram.change("client", id(2), json!({"email": "b@example.com"}));
    bram.delete("client", id(3));
    anna.delete("client", id(1));
    anna.change("client", id(2), json!({"website": "example.com"}));
    anna.change("client", id(3), json!({"phone": "3"}));
    anna.sync().await;

    bram.surroundings = Arc::new(Later(181));
    let questions = asked(&mut bram).await;
    assert_eq!(&questions[..3], ["compare", "pull", "push"], "{questions:?}");
    // Then it is as any other.
    bram.change("client", id(4), json!({"phone": "4"}));
    assert_eq!(asked(&mut bram).await[0], "pull");
    anna.sync().await;
    for desk in [&anna, &bram] {
        let phone = |number| {
            desk.fields("client", id(number)).map(|one| one.text("phone").map(str::to_owned))
        };
        // What one deleted and the other changed is there, for a person.
        assert_eq!(phone(1), Some(Some("2".to_owned())));
        assert_eq!(phone(3), Some(Some("3".to_owned())));
        assert_eq!(phone(4), Some(Some("4".to_owned())));
        let both = desk.fields("client", id(2)).expect("there");
        assert_eq!(
            (both.text("email"), both.text("website")),
            (Some("b@example.com"), Some("example.com"))
        );
        assert_eq!(desk.conflicts().len(), 2);
    }
}

/// What the hub has of it already is known to be there first: others may have gone on from it.
#[tokio::test(flavor = "multi_thread")]
async fn what_it_sent_before_and_never_heard_of_is_settled_first() {
    let office = Office::open().await;
    let (mut anna, mut bram) = apart(&office).await;
    bram.change("client", id(1), json!({"phone": "2"}));
    bram.push_and_lose_the_answer().await;
    anna.sync().await;
    anna.change("client", id(1), json!({"phone": "3"}));
    anna.sync().await;
    bram.change("client", id(2), json!({"phone": "4"}));

    bram.surroundings = Arc::new(Later(200));
    let questions = asked(&mut bram).await;
    assert_eq!(&questions[..4], ["compare", "push", "pull", "push"], "{questions:?}");
    anna.sync().await;
    for desk in [&anna, &bram] {
        let phone = |number| {
            desk.fields("client", id(number)).expect("there").text("phone").map(str::to_owned)
        };
        assert_eq!((phone(1), phone(2)), (Some("3".to_owned()), Some("4".to_owned())));
        assert_eq!(desk.conflicts(), [], "it went on from what it knew");
    }
}

/// Whether it was silent for long nobody knows when its clock was wrong: it holds both against each other.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_ahead_is_no_reason_not_to() {
    let office = Office::open().await;
    let (_anna, mut bram) = apart(&office).await;
    bram.surroundings = Arc::new(Later(-2));
    assert_eq!(asked(&mut bram).await[0], "compare");
    assert_eq!(asked(&mut bram).await[0], "pull");
    bram.surroundings = Arc::new(Later(177));
    assert_eq!(asked(&mut bram).await[0], "pull");
}

/// What nobody told of is found, before anything is sent.
#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_found_before_anything_is_sent() {
    let office = Office::open().await;
    let (mut anna, mut bram) = apart(&office).await;
    bram.rot("DELETE FROM synced WHERE id = (SELECT id FROM client LIMIT 1)");
    bram.cache.write(|writer| writer.exchange(|exchange| exchange.recount())).expect("counted");
    bram.change("client", id(2), json!({"phone": "2"}));
    bram.surroundings = Arc::new(Later(365));
    let questions = asked(&mut bram).await;
    let place = |name| questions.iter().position(|one| *one == name);
    assert!(place("fetch") < place("push") && place("fetch").is_some(), "{questions:?}");
    anna.sync().await;
    assert_eq!(anna.fields("client", id(2)).expect("there").text("phone"), Some("2"));
}
