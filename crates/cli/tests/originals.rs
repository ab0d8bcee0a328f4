//! Originals on the command line: from a file at one desk to a file at another.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use serde_json::json;

use support::Desk;
use support::hub::Hub;

#[test]
fn a_scan_added_at_one_desk_is_saved_at_another_and_kept_without_the_hub() {
    let hub = Hub::start();
    let anna = Desk::new();
    anna.one(&["join", &hub.invitation()]);
    anna.one(&["demo", "--clients", "20", "--bookings", "30", "--years", "2026-2026"]);
    let documents = anna.lines(&["document", "list"]);
    let document = documents.iter().find(|document| document["number"].is_string());
    let number = document.expect("one is issued")["number"].as_str().expect("a number").to_owned();
    let scan: Vec<u8> =
        b"%PDF-1.7\n".iter().copied().chain((0..2_500_000_u32).map(|n| (n % 251) as u8)).collect();
    let file = anna.folder.path().join("bon van Jansen.pdf");
    std::fs::write(&file, &scan).expect("written");
    let file = file.to_str().expect("a name");

    let added = anna.one(&["original", "add", &number, file]);
    assert_eq!(added["file_name"], "bon van Jansen.pdf");
    assert_eq!(added["media_type"], "application/pdf");
    assert_eq!(added["size"], scan.len());
    assert_eq!(added["whereabouts"], "waiting");
    let again = anna.one(&["original", "add", &number, file]);
    assert_eq!(again["id"], added["id"], "it is not added twice");
    assert_eq!(anna.one(&["status"])["originals_waiting"], scan.len() + 3 * 16);
    let documents = anna.lines(&["document", "list"]);
    let with = documents.iter().filter(|document| document["originals"] == 1);
    assert_eq!(with.map(|document| &document["number"]).collect::<Vec<_>>(), [&json!(number)]);
    let id = added["id"].as_str().expect("an id");
    let history = anna.run(&["history", id]);
    let history = String::from_utf8_lossy(&history.stdout).into_owned();
    assert!(history.contains("bon van Jansen.pdf") && !history.contains("stored"), "{history}");
    let dossier = anna.folder.path().join("dossier.json");
    let client = document.expect("one")["client"].as_str().expect("a client");
    let (to, client) = (dossier.to_str().expect("a name"), client.to_owned());
    anna.one(&["dossier", &client, "--format", "json", "--output", to]);
    let dossier = std::fs::read_to_string(dossier).expect("written");
    assert!(dossier.contains("bon van Jansen.pdf"), "the client is told that there is one");
    assert!(!dossier.contains("\"stored\""), "and not how to open it");
    let synced = anna.one(&["sync"]);
    assert_eq!(synced["originals"], json!({"sent": 3, "came": 0, "absent": 0}));
    assert_eq!(anna.one(&["status"])["originals_waiting"], 0);

    let bram = Desk::new();
    let invitation = anna.one(&["invite"])["invitation"].as_str().expect("one").to_owned();
    bram.one(&["join", &invitation]);
    bram.one(&["sync"]);
    let listed = bram.lines(&["original", "list", "--document", &number]);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["whereabouts"], "hub");
    let copy = bram.folder.path().join("kopie.pdf");
    let to = copy.to_str().expect("a name");
    bram.one(&["original", "save", &id[..13], "--output", to]);
    assert!(std::fs::read(&copy).expect("saved") == scan);

    let carla = Desk::new();
    let invitation = anna.one(&["invite"])["invitation"].as_str().expect("one").to_owned();
    carla.one(&["join", &invitation]);
    carla.one(&["sync"]);
    let kept = carla.one(&["original", "keep", id]);
    assert_eq!((&kept["whereabouts"], &kept["pinned"]), (&json!("hub"), &json!(true)));
    let synced = carla.one(&["sync"]);
    assert_eq!(synced["originals"], json!({"sent": 0, "came": 3, "absent": 0}));
    drop(hub);
    for desk in [&bram, &carla] {
        assert_eq!(desk.one(&["original", "list"])["whereabouts"], "here");
        let copy = desk.folder.path().join("zonder hub.pdf");
        let to = copy.to_str().expect("a name");
        desk.one(&["original", "save", id, "--output", to]);
        assert!(std::fs::read(&copy).expect("saved") == scan);
    }
    assert_eq!(carla.one(&["original", "let-go", id])["pinned"], false);
}

#[test]
fn what_cannot_be_an_original_is_named() {
    let hub = Hub::start();
    let desk = Desk::new();
    desk.one(&["join", &hub.invitation()]);
    desk.one(&["demo", "--clients", "20", "--bookings", "30", "--years", "2026-2026"]);
    let documents = desk.lines(&["document", "list"]);
    let id = documents[0]["id"].as_str().expect("an id");
    let folder = desk.folder.path().to_str().expect("a name").to_owned();
    let absent = desk.refused(&["original", "add", id, "weg.pdf"]);
    assert!(absent["message"].as_str().expect("a sentence").contains("weg.pdf"), "{absent}");
    assert!(desk.refused(&["original", "add", id, &folder])["message"].is_string());
    assert_eq!(desk.refused(&["original", "add", "F-none", "weg.pdf"])["code"], "unknown_record");
    let unknown = desk.refused(&["original", "save", "0123"]);
    assert_eq!(unknown["code"], "unknown_record");

    let large = desk.folder.path().join("groot.bin");
    let file = std::fs::File::create(&large).expect("made");
    file.set_len(256 * 1024 * 1024 + 1).expect("it has no bytes of its own");
    let refused = desk.refused(&["original", "add", id, large.to_str().expect("a name")]);
    assert!(refused["message"].as_str().expect("a sentence").contains("256 MiB"), "{refused}");
    assert_eq!(desk.lines(&["original", "list"]).len(), 0);
    let chunks = desk.folder.path().join("home/chunks");
    assert_eq!(std::fs::read_dir(chunks).expect("listed").count(), 0, "nothing is left of it");

    // An empty file is one.
    let empty = desk.folder.path().join("leeg.txt");
    std::fs::write(&empty, b"").expect("written");
    let added = desk.one(&["original", "add", id, empty.to_str().expect("a name")]);
    assert_eq!(added["size"], 0);
    let copy = desk.folder.path().join("kopie.txt");
    let to = copy.to_str().expect("a name");
    desk.one(&["original", "save", added["id"].as_str().expect("an id"), "--output", to]);
    assert_eq!(std::fs::read(copy).expect("saved"), b"");
}

#[test]
fn what_was_lost_before_it_was_sent_is_named_and_goes_when_it_is_added_again() {
    let hub = Hub::start();
    let desk = Desk::new();
    desk.one(&["join", &hub.invitation()]);
    desk.one(&["demo", "--clients", "20", "--bookings", "30", "--years", "2026-2026"]);
    desk.one(&["sync"]);
    let documents = desk.lines(&["document", "list"]);
    let document = documents[0]["id"].as_str().expect("an id");
    let file = desk.folder.path().join("bon.txt");
    std::fs::write(&file, b"a receipt").expect("written");
    let file = file.to_str().expect("a name");
    let added = desk.one(&["original", "add", document, file]);
    for chunk in std::fs::read_dir(desk.folder.path().join("home/chunks")).expect("listed") {
        std::fs::remove_file(chunk.expect("an entry").path()).expect("lost");
    }

    let output = desk.run(&["sync"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("chunk_lost") && said.contains("Add the file"), "{said}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&told["equal"], &told["originals"]), (&json!(true), &json!(null)));

    let again = desk.one(&["original", "add", document, file]);
    assert_eq!(again["id"], added["id"], "it is the same original");
    assert_eq!(desk.one(&["sync"])["originals"]["sent"], 1);
    assert_eq!(desk.one(&["original", "list"])["whereabouts"], "here");
}
