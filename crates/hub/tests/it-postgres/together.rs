//! Several hubs on one database.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use booqing_protocol::SealedRecord;
use booqing_protocol::message::{Cursor, Outcome};

use crate::fixture::{Hub, change, record, upon};

/// Another hub with the authority and the database of this one.
async fn beside(hub: &Hub) -> Hub {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["database", "authority.key", "authority.crt"] {
        std::fs::copy(hub.folder.path().join(name), folder.path().join(name)).expect("copied");
    }
    Hub::start_in(folder).await
}

#[tokio::test]
async fn what_is_stored_by_one_hub_is_told_by_the_other() {
    let first = Hub::start().await;
    let second = beside(&first).await;
    let desk = first.first_desk().await;
    let mut call = desk.call(&second).await;
    let answer = call.send("GET", "/v1/events", Vec::new()).await.expect("answered");
    let mut events = answer.into_body();
    desk.outcomes(&first, vec![change(1, &[record(1, 1, 10)])]).await;
    let event = crate::events::next(&mut events).await;
    assert_eq!(event.as_deref(), Some("data: {\"rev\":1}\n\n"));
    let page = desk.pull(&second, Cursor::default()).await.expect("a page");
    assert_eq!(page.records.len(), 1);
}

/// The database goes away for a moment. What was told meanwhile nobody heard: desks are told that something
/// may have been missed, and from then on what is new.
#[tokio::test]
async fn hubs_that_lose_the_database_listen_again() {
    let first = Hub::start().await;
    let second = beside(&first).await;
    let desk = first.first_desk().await;
    let mut streams = Vec::new();
    for hub in [&first, &second] {
        let mut call = desk.call(hub).await;
        let answer = call.send("GET", "/v1/events", Vec::new()).await.expect("answered");
        streams.push((call, answer.into_body()));
    }
    crate::backing::sever(first.folder.path());
    for (_, events) in &mut streams {
        let event = crate::events::next(events).await;
        assert_eq!(event.as_deref(), Some("data: {\"rev\":0}\n\n"), "some may have been missed");
    }
    let new = record(1, 1, 10);
    desk.outcomes(&first, vec![change(1, std::slice::from_ref(&new))]).await;
    desk.outcomes(&second, vec![change(2, &[upon(&new, 2, 10)])]).await;
    for (_, events) in &mut streams {
        for rev in 1..=2 {
            let event = crate::events::next(events).await;
            assert_eq!(event, Some(format!("data: {{\"rev\":{rev}}}\n\n")));
        }
    }
}

/// Two desks that change the same record at once through two hubs: one is stored, and the other is
/// told that it is stale; revisions have no hole and no two are the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_changes_at_once_one_is_stored() {
    const ROUNDS: u64 = 30;
    let first = Hub::start().await;
    let second = beside(&first).await;
    let one = first.first_desk().await;
    let other = one.bring(&second, 2).await;
    for round in 0..ROUNDS {
        let new = record(u16::try_from(round).expect("small"), 1, 40);
        one.outcomes(&first, vec![change(2 * round + 1, std::slice::from_ref(&new))]).await;
        let edits = [&one, &other].map(|desk| SealedRecord {
            author: desk.id,
            ..upon(&new, 2, usize::from(desk.id.0[0]))
        });
        let (left, right) = tokio::join!(
            one.outcomes(&first, vec![change(2 * round + 2, &edits[..1])]),
            other.outcomes(&second, vec![change(round + 1, &edits[1..])]),
        );
        let stored = Outcome::Accepted { rev: 2 * round + 2 };
        let stale = Outcome::Stale { records: vec![new.id] };
        let mut outcomes = [left, right].concat();
        outcomes.sort_by_key(|outcome| *outcome != stored);
        assert_eq!(outcomes, [stored, stale], "round {round}");
    }
    let (records, page) = one.pull_all(&second).await;
    assert_eq!((records.len() as u64, page.cursor.rev), (ROUNDS, 2 * ROUNDS));
    let (same, again) = other.pull_all(&first).await;
    assert_eq!((same, again.root), (records, page.root));
}

/// The program itself, twice, on one data folder and one database.
#[tokio::test]
async fn two_programs_serve_the_same_administrations() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = booqing_scratch_postgres::database().expect("a database");
    let hub = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_booqing-hub"));
        command.args(arguments).arg("--data").arg(folder.path()).env("BOOQING_DATABASE", &url);
        command
    };
    let start = || -> (Child, String) {
        let mut child = hub(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let said: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        (child, said["identity"].as_str().expect("its identity").to_owned())
    };
    let (mut first, identity) = start();
    let (mut second, same) = start();
    assert_eq!(identity, same);
    let made = hub(&["administration", "create", "Kantoor Van Dijk"]).output().expect("ran");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let back = hub(&["put-back"]).output().expect("ran");
    assert_eq!(String::from_utf8_lossy(&back.stdout).trim(), r#"{"put_back":1}"#);
    for child in [&mut first, &mut second] {
        let told = Command::new("kill").arg(child.id().to_string()).status().expect("kill");
        assert!(told.success());
        assert!(child.wait().expect("ended").success(), "SIGTERM ends it cleanly");
    }
}
