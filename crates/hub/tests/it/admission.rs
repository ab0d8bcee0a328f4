//! Who comes in, and who does not.

use std::process::Command;
use std::time::{Duration, SystemTime};

use booqing_hub::storage::{self, NewDesk, NewInvitation};
use booqing_protocol::message::{Joined, Page, Pull};
use booqing_protocol::{Hash, Id, Refusal, VERSION};

use crate::fixture::{Caller, Hub, change, record};

#[tokio::test]
async fn an_invitation_lets_one_desk_in_once() {
    let hub = Hub::start().await;
    let invitation = hub.administration("Kantoor Van Dijk");
    let desk = hub.join(&invitation, 1).await.expect("joined");
    assert_eq!(desk.administration, invitation.administration);
    assert_eq!(desk.joined.name, "Kantoor Van Dijk");
    assert_eq!(desk.joined.bundle, None, "the first desk makes the keys");
    assert_eq!(hub.join(&invitation, 2).await.err(), Some(Refusal::InvitationInvalid));
}

#[tokio::test]
async fn a_desk_invites_another_and_the_bundle_arrives_as_it_was() {
    let hub = Hub::start().await;
    let first = hub.first_desk().await;
    let second = first.bring(&hub, 2).await;
    assert_eq!(second.administration, first.administration);
    assert_eq!(second.joined.bundle, Some(vec![1, 2, 3].into()));
}

#[test]
fn an_invitation_ends_and_a_wrong_secret_uses_nothing_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = crate::backing::open(folder.path());
    storage.create_administration(Id([1; 16]), "Kantoor").expect("an administration");
    let invite = |proof| {
        let invitation =
            NewInvitation { administration: Id([1; 16]), proof, bundle: None, expires: 1_000 };
        storage.invite(&invitation).expect("invited");
    };
    let admit = |proof, number: u8, now| {
        let desk = NewDesk {
            proof,
            desk: Id([number; 16]),
            name: "desk".to_owned(),
            certificate: [number; 32],
        };
        storage.admit(&desk, now).expect("asked").is_some()
    };
    invite(Hash([1; 16]));
    assert!(!admit(Hash([2; 16]), 1, 500), "a wrong secret");
    assert!(admit(Hash([1; 16]), 2, 999), "the right one, in the last second");
    invite(Hash([3; 16]));
    assert!(!admit(Hash([3; 16]), 3, 1_000), "too late");
    assert!(!admit(Hash([3; 16]), 3, 500), "and used up by the attempt");
    assert_eq!(storage.desk(&[3; 32]).expect("asked"), None);
}

#[tokio::test]
async fn a_desk_that_is_kept_out_is_refused_and_the_others_are_not() {
    let hub = Hub::start().await;
    let lost = hub.first_desk().await;
    let other = lost.bring(&hub, 2).await;
    let pull = Pull {
        version: VERSION,
        administration: lost.administration,
        cursor: Default::default(),
        whole: 0,
    };
    let (mut of_lost, mut of_other) = (lost.call(&hub).await, other.call(&hub).await);
    of_lost.ask::<_, Page>("/v1/pull", &pull).await.expect("it is let in");
    let known = storage::Desk { id: lost.id, administration: lost.administration };
    let elsewhere = storage::Desk { administration: Id([9; 16]), ..known };
    let now = SystemTime::now();
    let invitation = lost.invitation(&hub, 3).await;
    assert!(!hub.service.revoke(elsewhere, now).expect("asked"), "of another administration");
    assert!(hub.service.revoke(known, now).expect("revoked"));
    assert!(!hub.service.revoke(known, now).expect("asked"), "once");
    // On the connection that it has, and on another.
    for mut caller in [of_lost, lost.call(&hub).await] {
        let answer = caller.ask::<_, Page>("/v1/pull", &pull).await;
        assert_eq!(answer.err(), Some(Refusal::UnknownDesk));
    }
    of_other.ask::<_, Page>("/v1/pull", &pull).await.expect("it is let in");
    // It may have invited whoever has it now.
    assert_eq!(hub.join(&invitation, 3).await.err(), Some(Refusal::InvitationInvalid));
    let desks = hub.service.desks().expect("listed");
    let is_out = |(_, desk): &(Id, storage::Admission)| (desk.desk, desk.revoked.is_some());
    let mut out: Vec<(Id, bool)> = desks.iter().map(is_out).collect();
    out.sort_unstable();
    assert_eq!(out, [(lost.id, true), (other.id, false)]);
    assert!(lost.administration == desks[0].0, "{desks:?}");
}

#[tokio::test]
async fn without_a_certificate_nothing_but_joining_is_possible() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let pull = Pull {
        version: VERSION,
        administration: desk.administration,
        cursor: Default::default(),
        whole: 0,
    };
    let mut stranger = Caller::connect(&hub, None).await.expect("connected");
    let answer: Result<Page, _> = stranger.ask("/v1/pull", &pull).await;
    assert_eq!(answer.err(), Some(Refusal::UnknownDesk));
    let events = stranger.send("GET", "/v1/events", Vec::new()).await.expect("answered");
    assert_eq!(events.status(), 403);
}

#[tokio::test]
async fn a_certificate_of_another_hub_is_worth_nothing() {
    let (hub, other) = (Hub::start().await, Hub::start().await);
    let foreign = other.first_desk().await;
    // In TLS 1.3 the client has finished before the hub has looked at its certificate: the
    // refusal comes with the first request.
    let refused = match Caller::connect(&hub, Some(&foreign)).await {
        Err(_) => true,
        Ok(mut caller) => caller.send("GET", "/healthz", Vec::new()).await.is_err(),
    };
    assert!(refused);
}

#[tokio::test]
async fn a_desk_reads_and_writes_its_own_administration_only() {
    let hub = Hub::start().await;
    let (mine, theirs) = (hub.first_desk().await, {
        let invitation = hub.administration("Kantoor De Wit");
        hub.join(&invitation, 2).await.expect("joined")
    });
    mine.outcomes(&hub, vec![change(1, &[record(1, 1, 100)])]).await;

    let (records, _) = theirs.pull_all(&hub).await;
    assert!(records.is_empty(), "nothing of one reaches the other");

    let pull = Pull {
        version: VERSION,
        administration: mine.administration,
        cursor: Default::default(),
        whole: 0,
    };
    let answer: Result<Page, _> = theirs.call(&hub).await.ask("/v1/pull", &pull).await;
    assert_eq!(answer.err(), Some(Refusal::WrongAdministration));
}

#[tokio::test]
async fn a_request_that_is_no_signing_request_is_refused_and_costs_nothing() {
    let hub = Hub::start().await;
    let invitation = hub.administration("Kantoor Van Dijk");
    let join = booqing_protocol::message::Join {
        version: VERSION,
        proof: invitation.proof(),
        desk: Id([9; 16]),
        name: "desk".to_owned(),
        request: vec![0x30; 50].into(),
    };
    let mut stranger = Caller::connect(&hub, None).await.expect("connected");
    let answer: Result<Joined, _> = stranger.ask("/v1/join", &join).await;
    assert!(matches!(answer, Err(Refusal::Malformed { .. })), "{answer:?}");
    assert!(hub.join(&invitation, 1).await.is_ok(), "the invitation is still good");
}

/// An openssl that is allowed everything old, against a hub that speaks TLS 1.3 only.
#[tokio::test(flavor = "multi_thread")]
async fn older_tls_is_not_spoken() {
    let hub = Hub::start().await;
    for (version, spoken) in
        [("-tls1", false), ("-tls1_1", false), ("-tls1_2", false), ("-tls1_3", true)]
    {
        let mut client = Command::new("openssl");
        client
            .args(["s_client", "-brief", version, "-cipher", "ALL:@SECLEVEL=0", "-connect"])
            .arg(hub.address.to_string())
            .stdin(std::process::Stdio::null());
        let output = tokio::task::spawn_blocking(move || client.output().expect("openssl"))
            .await
            .expect("ran");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said.contains("CONNECTION ESTABLISHED"), spoken, "{version}: {said}");
    }
}

#[test]
fn an_authority_that_lost_half_of_itself_is_not_made_anew() {
    use booqing_hub::authority::Authority;
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    for lost in ["authority.key", "authority.crt"] {
        let folder = tempfile::tempdir().expect("a folder");
        let identity = *Authority::open(folder.path(), now).expect("made").identity();
        let again = Authority::open(folder.path(), now).expect("read");
        assert_eq!(again.identity(), &identity, "the identity stays");
        std::fs::remove_file(folder.path().join(lost)).expect("removed");
        assert!(Authority::open(folder.path(), now).is_err(), "{lost}");
    }
}
