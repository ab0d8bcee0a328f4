//! Copies that come back: of a desk's disk, and of the hub's data.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::Desk;
use support::hub::{Hub, hub_program, serve};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("listed").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("copied");
        }
    }
}

/// Does something to the data of a hub while it does not serve them.
fn stopped(hub: &mut Hub, work: impl FnOnce(&Path)) {
    let data = hub.folder.path();
    let address = fs::read_to_string(data.join("listening")).expect("where it listens");
    hub.process.kill().expect("killed");
    hub.process.wait().expect("ended");
    work(data);
    hub.process = serve(data, &address);
}

#[test]
fn a_copied_desk_joins_again_and_sends_what_waits() {
    let hub = Hub::start();
    let (desk, twin) = (Desk::new(), Desk::new());
    desk.one(&["join", &hub.invitation()]);
    desk.one(&["client", "add", "family_name=Berg"]);
    desk.one(&["sync"]);
    copy(&desk.folder.path().join("home"), &twin.folder.path().join("home"));
    desk.one(&["client", "add", "family_name=Bos"]);
    desk.one(&["sync"]);
    twin.one(&["client", "add", "family_name=Brug"]);
    let refused = twin.refused(&["sync"]);
    assert_eq!(refused["code"], "forked_desk");
    assert!(refused["message"].as_str().expect("words").contains("join again"), "{refused}");

    let other = hub.invitation();
    assert_eq!(twin.refused(&["rejoin", &other])["code"], "other_administration");
    let invitation = desk.one(&["invite"])["invitation"].as_str().expect("a line").to_owned();
    let rejoined = twin.one(&["rejoin", &invitation]);
    assert_eq!(rejoined["waiting"], 2, "the client, and that this desk joined");
    assert_eq!(twin.one(&["sync"])["equal"], true);
    desk.one(&["sync"]);
    assert_eq!(desk.lines(&["client", "list"]).len(), 3);
    assert!(desk.lines(&["conflict", "list"]).is_empty());
    // It is called what it was called before.
    let names: Vec<_> =
        desk.lines(&["desk", "list"]).iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["booqing", "booqing"]);
}

#[test]
fn a_hub_that_was_put_back_is_given_what_the_copy_lacks_once_somebody_says_so() {
    let mut hub = Hub::start();
    let desk = Desk::new();
    desk.one(&["join", &hub.invitation()]);
    desk.one(&["client", "add", "family_name=Berg"]);
    desk.one(&["sync"]);
    let copies = tempfile::tempdir().expect("a folder");
    stopped(&mut hub, |data| copy(data, copies.path()));
    desk.one(&["client", "add", "family_name=Bos"]);
    desk.one(&["sync"]);
    stopped(&mut hub, |data| {
        // What was written since goes with what it was written into.
        fs::remove_dir_all(data.join("administrations")).expect("removed");
        copy(copies.path(), data);
        let mut say = Command::new(hub_program());
        assert!(say.args(["put-back", "--data"]).arg(data).status().expect("ran").success());
    });

    let refused = desk.refused(&["sync"]);
    assert_eq!(refused["code"], "hub_put_back");
    let given = desk.one(&["sync", "--hub-was-put-back"]);
    assert_eq!((&given["equal"], &given["given_back"]), (&true.into(), &1.into()));
    let invitation = desk.one(&["invite"])["invitation"].as_str().expect("a line").to_owned();
    let fresh = Desk::new();
    fresh.one(&["join", &invitation]);
    fresh.one(&["sync"]);
    assert_eq!(fresh.lines(&["client", "list"]).len(), 2);
}
