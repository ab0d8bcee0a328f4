//! Changes: each stored once, compared and swapped, all records of one or none.

use booqing_protocol::message::{ChangeSet, Cursor, Outcome, Push};
use booqing_protocol::{Id, Refusal, SealedRecord, VERSION};

use crate::fixture::{Hub, change, record, upon};

#[tokio::test]
async fn what_was_pushed_is_pulled_byte_for_byte() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let sent = record(1, 1, 300);
    let outcomes = desk.outcomes(&hub, vec![change(1, std::slice::from_ref(&sent))]).await;
    assert_eq!(outcomes, [Outcome::Accepted { rev: 1 }]);
    let (records, page) = desk.pull_all(&hub).await;
    assert_eq!(records, [(1, sent.to_bytes().expect("bytes"))]);
    assert_eq!((page.cursor.rev, page.total), (1, 1));
}

#[tokio::test]
async fn a_change_that_comes_again_is_answered_the_same_and_stored_once() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let push =
        vec![change(1, &[record(1, 1, 100)]), change(2, &[upon(&record(1, 1, 100), 2, 100)])];
    let first = desk.push(&hub, push.clone()).await.expect("pushed");
    let again = desk.push(&hub, push.clone()).await.expect("pushed again");
    assert_eq!(first.results, again.results, "byte for byte");
    assert_eq!((first.head, again.head), (2, 2), "nothing was stored again");

    let hub = hub.restart().await;
    let later = desk.push(&hub, push).await.expect("pushed to the hub that started again");
    assert_eq!(first.results, later.results);
}

#[tokio::test]
async fn a_number_with_other_content_is_a_forked_desk_and_a_hole_is_a_gap() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    desk.outcomes(&hub, vec![change(1, &[record(1, 1, 100)])]).await;

    let forked = desk.push(&hub, vec![change(1, &[record(2, 1, 100)])]).await;
    assert_eq!(forked, Err(Refusal::ForkedDesk { n: 1 }));

    let push = vec![change(2, &[record(3, 1, 100)]), change(4, &[record(4, 1, 100)])];
    assert_eq!(desk.push(&hub, push).await, Err(Refusal::Gap { expected: 3 }));
    let (records, _) = desk.pull_all(&hub).await;
    assert_eq!(records.len(), 1, "of a push that is refused nothing is stored");
}

#[tokio::test]
async fn a_change_upon_an_old_revision_is_stale_and_stops_no_other() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    desk.outcomes(&hub, vec![change(1, &[record(1, 1, 100), record(2, 1, 100)])]).await;
    let outcomes = desk
        .outcomes(
            &hub,
            vec![
                change(2, &[upon(&record(1, 1, 100), 2, 100)]),
                // Upon the revision before, together with a record that would be accepted.
                change(3, &[record(1, 3, 100), upon(&record(2, 1, 100), 2, 100)]),
                change(4, &[record(3, 1, 100)]),
            ],
        )
        .await;
    assert_eq!(
        outcomes,
        [
            Outcome::Accepted { rev: 2 },
            Outcome::Stale { records: vec![record(1, 1, 0).id] },
            Outcome::Accepted { rev: 3 },
        ]
    );
    let (records, _) = desk.pull_all(&hub).await;
    let versions: Vec<(u64, u64)> = records
        .iter()
        .map(|(rev, bytes)| (*rev, SealedRecord::from_bytes(bytes).expect("a record").version))
        .collect();
    assert_eq!(versions, [(1, 1), (2, 2), (3, 1)], "of the stale change nothing is stored");
}

#[tokio::test]
async fn a_new_record_over_one_that_is_there_is_stale() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    desk.outcomes(&hub, vec![change(1, &[record(1, 1, 100)])]).await;
    let outcomes = desk.outcomes(&hub, vec![change(2, &[record(1, 1, 120)])]).await;
    assert_eq!(outcomes, [Outcome::Stale { records: vec![record(1, 1, 0).id] }]);
}

#[tokio::test]
async fn an_empty_change_only_keeps_the_numbers_going() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let outcomes = desk.outcomes(&hub, vec![change(1, &[]), change(2, &[record(1, 1, 10)])]).await;
    assert_eq!(outcomes, [Outcome::Accepted { rev: 0 }, Outcome::Accepted { rev: 1 }]);
}

#[tokio::test]
async fn what_is_no_change_is_refused_and_nothing_is_stored() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let garbage = ChangeSet {
        n: 1,
        records: vec![booqing_protocol::message::Outgoing { record: vec![0xff; 200].into() }],
    };
    let many: Vec<_> = (0..501).map(|number| record(number, 1, 10)).collect();
    let twice = [record(1, 1, 10), record(1, 1, 20)];
    let mut foreign = record(2, 1, 10);
    foreign.author = Id([0xee; 16]);
    let mut nameless = record(3, 1, 10);
    nameless.class = String::new();
    let outcomes = desk
        .outcomes(
            &hub,
            vec![
                garbage,
                change(2, &many),
                change(3, &twice),
                change(4, &[foreign]),
                change(5, &[nameless]),
                change(6, &[record(4, 1, 10)]),
            ],
        )
        .await;
    let codes: Vec<&str> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Refused { code, .. } => code.as_str(),
            Outcome::Accepted { .. } => "accepted",
            Outcome::Stale { .. } => "stale",
            Outcome::Occupied { .. } => "occupied",
            Outcome::NotNext { .. } => "not_next",
        })
        .collect();
    let expected =
        ["malformed", "too_large", "record_twice", "foreign_author", "malformed", "accepted"];
    assert_eq!(codes, expected, "what is refused stops nothing behind it");
    let mut other_class = upon(&record(4, 1, 10), 2, 10);
    other_class.class = "booking".to_owned();
    let outcomes = desk.outcomes(&hub, vec![change(7, &[other_class])]).await;
    assert!(matches!(&outcomes[0], Outcome::Refused { code, .. } if code == "class_changed"));

    let mut call = desk.call(&hub).await;
    for body in [Vec::new(), vec![0xff; 10], b"{\"json\": true}".to_vec()] {
        let answer: Result<booqing_protocol::message::Pushed, _> =
            call.ask_bytes("/v1/push", body).await;
        assert!(matches!(answer, Err(Refusal::Malformed { .. })), "{answer:?}");
    }
    let large = call.send("POST", "/v1/push", vec![0; 9 * 1024 * 1024]).await;
    assert!(large.map_or(true, |answer| answer.status() == 413), "too large a message");
    assert_eq!(desk.pull_all(&hub).await.0.len(), 1, "only what was accepted is stored");
}

#[tokio::test]
async fn a_change_for_another_administration_or_of_another_version_is_refused() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let push = |administration, version| Push {
        version,
        administration,
        acknowledged: Cursor::default(),
        changes: vec![change(1, &[record(1, 1, 100)])],
    };
    let mut call = desk.call(&hub).await;
    let mut ask = async |push: Push| -> Option<Refusal> {
        let answer: Result<booqing_protocol::message::Pushed, _> =
            call.ask("/v1/push", &push).await;
        answer.err()
    };
    assert_eq!(ask(push(Id([0xee; 16]), VERSION)).await, Some(Refusal::WrongAdministration));
    assert_eq!(
        ask(push(desk.administration, 0)).await,
        Some(Refusal::UpgradeRequired { minimum: 1 })
    );
    let newer = ask(push(desk.administration, VERSION + 1)).await;
    assert_eq!(newer, Some(Refusal::UpgradeRequired { minimum: 1 }), "this hub is the older one");
    assert_eq!(ask(push(desk.administration, VERSION)).await, None);
    // Who may not send may read.
    let (administration, cursor) = (desk.administration, Cursor::default());
    let pull = booqing_protocol::message::Pull { version: 0, administration, cursor, whole: 0 };
    let page: booqing_protocol::message::Page = call.ask("/v1/pull", &pull).await.expect("a page");
    assert_eq!(page.records.len(), 1);
}

/// Two desks push the same record at the same moment, many times: one of them wins each time.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_wins() {
    let hub = Hub::start().await;
    let one = hub.first_desk().await;
    let two = {
        use booqing_protocol::Invitation;
        use booqing_protocol::message::Invite;
        let invitation = Invitation {
            address: hub.address.to_string(),
            identity: (*hub.service.authority().identity()).into(),
            administration: one.administration,
            secret: [7; 32].into(),
        };
        let invite = Invite { proof: invitation.proof(), bundle: vec![1].into(), seconds: 600 };
        let () = one.call(&hub).await.ask("/v1/invite", &invite).await.expect("invited");
        hub.join(&invitation, 2).await.expect("joined")
    };
    assert_ne!(one.id, two.id);
    for n in 1..=20_u16 {
        let push = |author, size| {
            let record = SealedRecord { author, ..record(n, 1, size) };
            vec![change(u64::from(n), &[record])]
        };
        let (a, b) = tokio::join!(
            one.outcomes(&hub, push(one.id, 10)),
            two.outcomes(&hub, push(two.id, 20)),
        );
        let accepted = [&a, &b]
            .iter()
            .filter(|outcomes| matches!(outcomes[..], [Outcome::Accepted { .. }]))
            .count();
        assert_eq!(accepted, 1, "{n}: {a:?} {b:?}");
    }
    assert_eq!(one.pull_all(&hub).await.0.len(), 20);
}

/// The hub's files were put back to an earlier state: revisions are given out again, to other
/// records. A desk that saw the later ones must not compare by them.
#[tokio::test]
async fn a_desk_that_has_seen_more_than_the_hub_has_is_told_so() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    desk.outcomes(&hub, vec![change(1, &[record(1, 1, 100)])]).await;
    let seen = desk.pull_all(&hub).await.1.cursor;
    let push = |acknowledged| Push {
        version: VERSION,
        administration: desk.administration,
        acknowledged,
        changes: vec![change(2, &[record(2, 1, 100)])],
    };
    let later = Cursor { rev: seen.rev + 5, ..seen };
    let other = Cursor { epoch: seen.epoch ^ 1, ..seen };
    let mut call = desk.call(&hub).await;
    for cursor in [later, other] {
        let answer: Result<booqing_protocol::message::Pushed, _> =
            call.ask("/v1/push", &push(cursor)).await;
        assert_eq!(answer.err(), Some(Refusal::EpochChanged));
        assert_eq!(desk.pull(&hub, cursor).await.err(), Some(Refusal::EpochChanged));
    }
    let answer: Result<booqing_protocol::message::Pushed, _> =
        call.ask("/v1/push", &push(seen)).await;
    assert!(answer.is_ok());
}

/// The same revision, and yet not what the desk knows: its content counts too.
#[tokio::test]
async fn a_change_upon_other_content_under_the_same_revision_is_stale() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    desk.outcomes(&hub, vec![change(1, &[record(1, 1, 100)])]).await;
    let outcomes = desk.outcomes(&hub, vec![change(2, &[upon(&record(1, 1, 99), 2, 100)])]).await;
    assert!(matches!(outcomes[0], Outcome::Stale { .. }), "{outcomes:?}");
}
