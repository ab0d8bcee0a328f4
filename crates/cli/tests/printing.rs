//! Printing, with a CUPS of the test's own at the other end.

#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

#[path = "support/cups.rs"]
mod cups;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use cups::Cups;
use support::Desk;
use support::hub::Hub;

/// A desk with one client, whose commands print on that server.
fn desk(hub: &Hub, server: &str) -> Desk {
    let mut desk = Desk::new();
    desk.one(&["join", &hub.invitation(), "--name", "Anna"]);
    desk.one(&["client", "add", "given_name=Zoë", "infix=van der", "family_name=Müller"]);
    let scratch = desk.folder.path().join("scratch");
    fs::create_dir(&scratch).expect("a folder");
    for (name, value) in [
        ("CUPS_SERVER", server),
        // Where CUPS looks for a default printer of the user's own.
        ("HOME", scratch.to_str().expect("text")),
        ("TMPDIR", scratch.to_str().expect("text")),
    ] {
        desk.environment.push((name, value.to_owned()));
    }
    desk
}

/// Every file in a folder and below.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let (mut files, mut folders) = (BTreeSet::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("read") {
            let path = entry.expect("read").path();
            if path.is_dir() { folders.push(path) } else { _ = files.insert(path) }
        }
    }
    files
}

/// The words of a document that was printed as this job says.
fn words(document: &Path, printed: &Value) -> String {
    let name = document.file_stem().and_then(|name| name.to_str()).expect("a name");
    assert_eq!(printed["job"], name);
    let bytes = fs::read(document).expect("read");
    assert!(bytes.starts_with(b"%PDF-"), "nothing stands before the PDF");
    assert!(bytes.trim_ascii_end().ends_with(b"%%EOF"), "and it is whole");
    let text = Command::new("pdftotext")
        .arg(document)
        .arg("-")
        .output()
        .expect("pdftotext is installed: run cargo xtask setup");
    assert!(text.status.success(), "{}", String::from_utf8_lossy(&text.stderr));
    String::from_utf8(text.stdout).expect("text")
}

#[test]
fn a_dossier_comes_out_of_the_printer_that_was_meant() {
    let (hub, cups) = (Hub::start(), Cups::start());
    let anna = desk(&hub, &cups.server());
    let printers = anna.lines(&["printers"]);
    let pdf = json!({"name": "PDF", "description": "Kantoorprinter", "is_default": true});
    let balie = "Afdrukken voor de balie";
    let balie = json!({"name": "Balie", "description": balie, "is_default": false});
    assert_eq!(printers[0], pdf, "the default printer comes first");
    assert!(printers[1..].contains(&balie), "{printers:?}");
    assert!(printers[1..].iter().all(|printer| printer["is_default"] == false), "{printers:?}");

    let before = files(anna.folder.path());
    let printed = anna.one(&["dossier", "C-0001", "--print"]);
    assert_eq!(printed, json!({"printer": "PDF", "job": "PDF-1"}));
    let text = words(&cups.printed(), &printed);
    assert!(text.contains("Zoë van der Müller"), "{text}");

    let refused = anna.refused(&["dossier", "C-0001", "--print", "Zolder"]);
    assert_eq!(refused["code"], "no_printer");
    let said = refused["message"].as_str().expect("a sentence");
    assert!(["Zolder", "PDF", "Balie"].iter().all(|name| said.contains(name)), "{said}");
    let refused = anna.refused(&["dossier", "C-0002", "--print"]);
    assert_eq!(refused["code"], "unknown_record");

    // Its number says that what was refused made no job.
    let printed = anna.one(&["dossier", "C-0001", "--print", "Balie"]);
    assert_eq!(printed, json!({"printer": "Balie", "job": "Balie-2"}));
    let text = words(&cups.printed(), &printed);
    assert!(text.contains("Zoë van der Müller"), "{text}");
    assert_eq!(files(anna.folder.path()), before, "printing leaves no file behind");
}

#[test]
fn where_nothing_prints_it_is_said_and_no_file_stays() {
    let hub = Hub::start();
    let nowhere = tempfile::tempdir().expect("a folder");
    let anna = desk(&hub, nowhere.path().join("socket").to_str().expect("text"));
    let before = files(anna.folder.path());
    for arguments in [
        &["printers"][..],
        &["dossier", "C-0001", "--print"],
        &["dossier", "C-0001", "--print", "PDF"],
    ] {
        let refused = anna.refused(arguments);
        assert_eq!(refused["code"], "printing", "{arguments:?}");
        let said = refused["message"].as_str().expect("a sentence");
        assert!(said.contains("Scheduler is not running. Nothing"), "{said}");
    }
    assert_eq!(files(anna.folder.path()), before);
}
