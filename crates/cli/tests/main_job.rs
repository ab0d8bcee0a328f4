//! The main job, as a script does it: a hub, two desks, a client that travels.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::path::Path;

use serde_json::{Value, json};

use support::Desk;
use support::hub::Hub;

#[test]
fn a_client_entered_on_one_desk_is_found_on_the_other() {
    let hub = Hub::start();
    let (anna, bram) = (Desk::new(), Desk::new());
    assert_eq!(anna.refused(&["status"])["code"], "not_joined");
    let joined = anna.one(&["join", &hub.invitation(), "--name", "Anna"]);
    assert_eq!(joined["name"], "Kantoor Van Dijk");
    assert_eq!(joined["is_first"], true);

    let client = anna.one(&[
        "client",
        "add",
        "given_name=Zoë",
        "infix=van der",
        "family_name=Müller",
        "email=zoe@example.org",
        "tags=vip,bouw",
        "birth_date=1980-02-29",
    ]);
    assert_eq!(client["fields"]["number"], "C-0001");
    assert_eq!(anna.one(&["status"])["waiting"], 3, "the administration, this desk and the client");
    let synced = anna.one(&["sync"]);
    assert_eq!((&synced["equal"], &synced["conflicts"]), (&json!(true), &json!(0)));

    let invitation = anna.one(&["invite"]);
    let invitation = invitation["invitation"].as_str().expect("a line");
    bram.one(&["join", invitation, "--name", "Bram"]);
    bram.one(&["sync"]);
    let found = bram.one(&["search", "muller"]);
    assert_eq!((&found["class"], &found["id"]), (&json!("client"), &client["id"]));
    assert_eq!(bram.one(&["client", "show", "C-0001"])["fields"], client["fields"]);
    let happened = |desk: &Desk| -> Vec<(String, bool, bool)> {
        let lines = desk.lines(&["history", "C-0001"]);
        let line = |line: &Value| {
            let kind = line["kind"].as_str().expect("a kind").to_owned();
            (kind, line["elsewhere"] == json!(true), line["at"].is_i64())
        };
        lines.iter().map(line).collect()
    };
    let did = |kind: &str, elsewhere, is_dated| (kind.to_owned(), elsewhere, is_dated);
    assert_eq!(happened(&bram), [did("arrived", true, false)]);

    bram.one(&["client", "set", "C-0001", "phone=06-1234", "email="]);
    bram.one(&["sync"]);
    anna.one(&["sync"]);
    assert_eq!(happened(&bram), [did("change", false, true), did("arrived", true, false)]);
    assert_eq!(happened(&anna), [did("change", true, true), did("create", false, true)]);
    let made = &anna.lines(&["history", "C-0001"])[1]["fields"];
    for field in made.as_array().expect("the fields") {
        let is_text = |side: &str| field[side].as_str().is_some_and(|text| !text.is_empty());
        assert!(is_text("after") && !is_text("before"), "{field}");
    }
    let changed = anna.one(&["client", "show", "C-0001"]);
    assert_eq!(changed["fields"]["phone"], "06-1234");
    assert_eq!(changed["fields"].get("email"), None);
    assert_eq!(anna.lines(&["client", "list"]).len(), 1);
}

#[test]
fn what_is_refused_is_said_and_changes_nothing() {
    let hub = Hub::start();
    let anna = Desk::new();
    let invitation = hub.invitation();
    anna.one(&["join", &invitation]);
    assert_eq!(anna.refused(&["join", &invitation])["code"], "already_joined");
    assert_eq!(Desk::new().refused(&["join", &invitation])["code"], "invitation_invalid");
    let mistyped = Desk::new().refused(&["join", &invitation[..40]]);
    assert_eq!(mistyped["code"], "not_an_invitation");

    anna.one(&["client", "add", "family_name=Berg"]);
    for (arguments, code) in [
        (&["client", "show", "C-0002"][..], "unknown_record"),
        (&["client", "add", "shoe_size=43"], "wrong_value"),
        (&["client", "set", "C-0001", "birth_date=1980-02-30"], "wrong_value"),
        (&["client", "set", "C-0001", "number="], "wrong_value"),
    ] {
        let refused = anna.refused(arguments);
        assert_eq!(refused["code"], code, "{arguments:?}");
        assert!(refused["message"].as_str().is_some_and(|message| message.len() > 20));
    }
    let client = anna.one(&["client", "show", "C-0001"]);
    assert_eq!(client["version"], 1);

    std::fs::write(anna.folder.path().join("passphrase"), "something else\n").expect("written");
    assert_eq!(anna.refused(&["status"])["code"], "wrong_passphrase");
    std::fs::remove_file(anna.folder.path().join("passphrase")).expect("removed");
    assert_eq!(anna.refused(&["status"])["code"], "file");
}

/// A home is not held to the passphrase of an attempt that came to nothing.
#[test]
fn a_desk_that_did_not_come_in_may_try_again_with_another_passphrase() {
    let hub = Hub::start();
    let used = hub.invitation();
    Desk::new().one(&["join", &used]);
    let bram = Desk::new();
    assert_eq!(bram.refused(&["join", &used])["code"], "invitation_invalid");
    let passphrase = bram.folder.path().join("passphrase");
    std::fs::write(passphrase, "een andere wachtzin dan eerst\n").expect("written");
    bram.one(&["join", &hub.invitation()]);
    assert_eq!(bram.one(&["status"])["waiting"], 2, "the administration and this desk");
}

#[test]
fn the_register_and_the_retention_engine_need_no_administration() {
    let nowhere = Desk::new();
    let lines = nowhere.lines(&["register", "--format", "json"]);
    let phone = lines.iter().find(|line| line["record"] == "client" && line["field"] == "phone");
    let phone = phone.expect("the phone of a client");
    assert_eq!((&phone["class"], &phone["ground"]), (&json!("personal"), &json!("contract")));

    let examples =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../retention/tests/retention-examples.json");
    let examples = std::fs::read_to_string(examples).expect("the examples");
    let examples: Value = serde_json::from_str(&examples).expect("JSON");
    let invoice = examples["cases"]
        .as_array()
        .and_then(|cases| cases.iter().find(|case| case["id"] == "NL-01"))
        .expect("the first example");
    let file = nowhere.folder.path().join("question.json");
    std::fs::write(&file, invoice["given"].to_string()).expect("written");
    let file = file.to_str().expect("a path");
    let answer = nowhere.one(&["retention", "decide", file]);
    for (key, expected) in invoice["expect"].as_object().expect("an answer") {
        assert_eq!(&answer[key], expected, "{key}");
    }
    std::fs::write(file, "{\"tenant\": {}}").expect("written");
    let refused = nowhere.refused(&["retention", "decide", file]);
    assert!(refused["message"].as_str().is_some_and(|said| said.contains("tenant")), "{refused}");
    assert_eq!(nowhere.refused(&["retention", "decide", "nowhere.json"])["code"], "file");
}

#[test]
fn a_home_without_its_keys_says_so_and_makes_none() {
    let hub = Hub::start();
    let anna = Desk::new();
    anna.one(&["join", &hub.invitation()]);
    let home = anna.folder.path().join("home");
    for name in ["slots.json", "slots.previous.json"] {
        std::fs::remove_file(home.join(name)).expect("removed");
    }
    assert_eq!(anna.refused(&["status"])["code"], "slots_lost");
    assert!(!home.join("slots.json").exists());
}
