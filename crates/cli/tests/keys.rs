//! The ways into a desk on the command line: a passphrase that is forgotten, and the sheet that opens.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::fs;
use std::io::{BufReader, Read, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use support::Desk;
use support::hub::Hub;

/// The characters of the code on a sheet, by group, as poppler reads them: in the order in which they were written, and not
/// as columns.
fn groups(sheet: &std::path::Path) -> Vec<String> {
    let output = Command::new("pdftotext").arg("-raw").arg(sheet).arg("-").output();
    let output = output.expect("poppler-utils is installed");
    let text = String::from_utf8(output.stdout).expect("text");
    let is_group = |word: &&str| {
        word.len() == 4 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    let groups: Vec<String> = text
        .split("Seven groups")
        .take(1)
        .flat_map(str::split_whitespace)
        .filter(is_group)
        .map(str::to_owned)
        .collect();
    assert_eq!(groups.len(), 7, "{text}");
    groups
}

/// Makes a kit, and answers what is asked about it as a person does: from the sheet.
fn recovery_kit(desk: &Desk, name: &str, wrong_first: bool) -> (Vec<Value>, Vec<String>) {
    let mut process = desk
        .command(&["keys", "recovery-kit", "-o", name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut stderr = BufReader::new(process.stderr.take().expect("what it asks"));
    let mut stdin = process.stdin.take().expect("where it is answered");
    let mut ask = || {
        let (mut asked, mut byte) = (String::new(), [0]);
        let is_whole = |asked: &str| {
            let question = asked.rsplit_once("Read from the sheet").map(|(_, places)| places);
            question.is_some_and(|places| places.contains("group") && places.ends_with(": "))
        };
        while !is_whole(&asked) {
            assert_eq!(stderr.read(&mut byte).expect("read"), 1, "{asked}");
            asked.push(char::from(byte[0]));
        }
        asked
    };
    let mut asked = ask();
    if wrong_first {
        stdin.write_all(b"UUU\n").expect("answered");
        let again = ask();
        assert!(again.contains("Other characters stand there"), "{again}");
        asked = again;
    }
    let groups = groups(&desk.folder.path().join(name));
    let asked = asked.rsplit_once("Read from the sheet").expect("a question").1;
    let numbers: Vec<usize> = asked
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect();
    let answer: String = numbers
        .chunks(2)
        .map(|place| groups[place[1] - 1].chars().nth(place[0] - 1).expect("a character"))
        .collect();
    stdin.write_all(format!("{answer}\n").as_bytes()).expect("answered");
    drop(stdin);
    let mut said = String::new();
    stderr.read_to_string(&mut said).expect("what it says");
    let output = process.wait_with_output().expect("ended");
    assert!(output.status.success(), "{asked}: {answer} of {groups:?}: {said}");
    let text = String::from_utf8(output.stdout).expect("text");
    (text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect(), groups)
}

fn kinds(slots: &[Value]) -> Vec<&str> {
    slots.iter().map(|slot| slot["kind"].as_str().expect("a kind")).collect()
}

#[test]
fn a_forgotten_passphrase_is_replaced_with_the_recovery_kit() {
    let hub = Hub::start();
    let desk = Desk::new();
    desk.one(&["join", &hub.invitation(), "--name", "Balie"]);
    desk.one(&["client", "add", "family_name=Berg"]);
    let slots = desk.lines(&["keys", "list"]);
    assert_eq!(kinds(&slots), ["passphrase"]);
    assert!(slots[0]["proven_at"].is_i64(), "it opened the desk just now");
    assert_eq!(desk.one(&["status"])["slots_safe"], false);

    // Nobody answers: the sheet is there, and opens nothing.
    let refused = desk.refused(&["keys", "recovery-kit", "-o", "unanswered.pdf"]);
    assert_eq!(refused["code"], "other_characters");
    assert_eq!(desk.lines(&["keys", "list"]).len(), 1);

    let (slots, groups) = recovery_kit(&desk, "kit.pdf", true);
    assert_eq!(kinds(&slots), ["passphrase", "recovery_kit"]);
    let status = desk.one(&["status"]);
    assert_eq!((&status["slots_safe"], &status["state"]), (&json!(true), &json!("waiting")));

    // The passphrase is forgotten; the sheet is typed over, in small letters and with spaces.
    let folder = desk.folder.path().to_owned();
    fs::write(folder.join("passphrase"), "something else entirely\n").expect("written");
    assert_eq!(desk.refused(&["status"])["code"], "wrong_passphrase");
    let typed = groups.join(" ").to_lowercase();
    fs::write(folder.join("kit"), &typed).expect("written");

    assert_eq!(desk.one(&["--recovery-kit-file", "kit", "client", "list"])["number"], "C-0001");
    let tried = desk.lines(&["--recovery-kit-file", "kit", "keys", "try-recovery-kit", "kit"]);
    assert_eq!(kinds(&tried), ["passphrase", "recovery_kit"]);

    fs::write(folder.join("short"), "kort\n").expect("written");
    let refused = desk.refused(&["--recovery-kit-file", "kit", "keys", "set-passphrase", "short"]);
    assert_eq!(refused["code"], "passphrase_refused");
    let slots = desk.lines(&["--recovery-kit-file", "kit", "keys", "set-passphrase", "passphrase"]);
    assert_eq!(kinds(&slots), ["recovery_kit", "passphrase"], "the forgotten one is gone");
    assert_eq!(slots[1]["proven_at"], Value::Null, "it was read from a file");
    assert_eq!(desk.one(&["client", "list"])["number"], "C-0001", "the new one opens");

    // A character that was misread is found before anything is tried with it.
    let mut misread = typed.clone();
    let first = if misread.starts_with('7') { "8" } else { "7" };
    misread.replace_range(..1, first);
    fs::write(folder.join("kit"), misread).expect("written");
    let refused = desk.refused(&["keys", "try-recovery-kit", "kit"]);
    assert_eq!(refused["code"], "not_a_recovery_code");

    // A kit that is made later takes the place of this one.
    recovery_kit(&desk, "later.pdf", false);
    fs::write(folder.join("kit"), typed).expect("written");
    assert_eq!(desk.refused(&["keys", "try-recovery-kit", "kit"])["code"], "wrong_recovery_kit");

    let slots = desk.lines(&["keys", "list"]);
    let passphrase = slots[0]["id"].to_string();
    let refused = desk.refused(&["keys", "remove", &passphrase]);
    assert_eq!(refused["code"], "not_confirmed");
    let refused = desk.refused(&["keys", "recovery-kit", "-o", "later.pdf"]);
    assert_eq!(refused["code"], "file", "a sheet is not written over another");
    let refused = refused["message"].as_str().expect("a sentence");
    assert!(
        refused
            .ends_with("later.pdf is there already and is not overwritten. Choose another name."),
        "{refused}"
    );
    let slots = desk.lines(&["--yes", "keys", "remove", &passphrase]);
    assert_eq!(kinds(&slots), ["recovery_kit"]);
    assert_eq!(desk.refused(&["status"])["code"], "no_slot");
}
