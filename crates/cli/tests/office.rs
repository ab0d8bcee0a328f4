//! An office on the command line: what each command takes, prints and refuses.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::fs;

use serde_json::{Value, json};

use support::Desk;
use support::hub::Hub;

/// What a command prints for people.
fn people(desk: &Desk, arguments: &[&str]) -> String {
    let mut command = desk.plain();
    if !arguments.contains(&"--lang") {
        command.args(["--lang", "en"]);
    }
    let output = command.args(arguments).output().expect("ran");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

/// A desk that has joined, and its hub.
fn office() -> (Hub, Desk) {
    let hub = Hub::start();
    let desk = Desk::new();
    desk.one(&["join", &hub.invitation()]);
    (hub, desk)
}

#[test]
fn bookings_follow_their_service_and_are_changed_cancelled_and_taken_back() {
    let (_hub, desk) = office();
    desk.one(&["client", "add", "family_name=Berg"]);
    let room = desk.one(&["resource", "add", "name=Kamer 1", "kind=room"]);
    let service =
        desk.one(&["service", "add", "name=Intake", "minutes=90", "price=1.234,50", "vat_rate=21"]);
    assert_eq!(service["fields"]["price"], 123_450);
    let booking = desk.one(&[
        "booking",
        "add",
        "client=C-0001",
        "service=Intake",
        "resource=Kamer 1",
        "starts=2026-10-12T19:00",
    ]);
    let fields = &booking["fields"];
    assert_eq!(fields["number"], "B-00001");
    assert_eq!(fields["ends"], "2026-10-12T20:30:00");
    assert_eq!(fields["net"], 123_450);
    assert_eq!(fields["resource"], room["id"]);
    let moved = desk.one(&["booking", "set", "B-00001", "starts=2026-10-13 10:00"]);
    assert_eq!(moved["fields"]["ends"], "2026-10-13T11:30:00");
    let refused = desk.refused(&["booking", "set", "B-00001", "ends=2026-10-13T09:00"]);
    assert_eq!(
        (&refused["code"], &refused["details"]["field"]),
        (&json!("wrong_value"), &json!("ends"))
    );
    assert_eq!(desk.one(&["booking", "cancel", "B-00001"])["fields"]["state"], "cancelled");
    let listed = desk.lines(&["booking", "list", "--state", "cancelled", "--from", "2026-10-13"]);
    assert_eq!(listed.len(), 1);
    let history = desk.lines(&["history", "B-00001"]);
    assert_eq!(history.len(), 3);
    desk.one(&["undo"]);
    assert_eq!(desk.one(&["booking", "show", "B-00001"])["fields"]["state"], "confirmed");
    assert_eq!(desk.lines(&["resource", "list"]).len(), 1);
    assert_eq!(desk.one(&["service", "set", "Intake", "minutes=60"])["fields"]["minutes"], 60);
}

#[test]
fn lists_are_whole_for_programs_and_go_on_for_people() {
    let (_hub, desk) = office();
    desk.one(&["demo", "--clients", "150", "--bookings", "200", "--years", "2024-2026"]);
    assert_eq!(desk.lines(&["client", "list"]).len(), 150);
    assert_eq!(desk.lines(&["client", "list", "--limit", "20", "--offset", "140"]).len(), 10);
    let shown = people(&desk, &["client", "list"]);
    assert_eq!(shown.lines().count(), 101, "a line of names and a hundred clients");
    let heads = |arguments: &[&str]| {
        let shown = people(&desk, arguments);
        shown.lines().next().expect("headings").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(heads(&["client", "list"]), "Number Name E-mail Phone");
    assert_eq!(heads(&["--lang", "nl", "client", "list"]), "Nummer Naam E-mail Telefoon");
    assert_eq!(heads(&["--lang", "nl", "history", "C-0001"]), "Wanneer Wat Door Velden");
    assert!(people(&desk, &["sync"]).contains(" 0 records received, 0 conflicts."));
    assert!(
        people(&desk, &["--lang", "nl", "status"]).contains("Gaat open met           wachtzin")
    );
    for none in [&["client", "list", "--limit", "0"][..], &["search", "a", "--limit", "0"]] {
        assert_eq!(desk.run(none).status.code(), Some(2), "a list of nothing is wrong usage");
    }
    assert!(desk.lines(&["document", "list"]).len() > 100);
    assert!(people(&desk, &["--lang", "nl", "document", "list"]).contains("Factuur"));
    assert_eq!(desk.refused(&["demo"])["code"], "not_empty");
}

#[test]
fn a_list_is_previewed_imported_and_taken_back_when_that_is_confirmed() {
    let (_hub, desk) = office();
    let path = |name: &str| desk.folder.path().join(name);
    let list = "Tel.nr;Achternaam;E-mail\r\n06 1;Müller;m@example.org\r\n06 2;Bos;geen adres\r\n";
    fs::write(path("list.csv"), list).expect("written");
    let map = ["--map", "Tel.nr=phone"];
    let with = |rest: &[&'static str]| -> Vec<&'static str> {
        ["import", "clients", "list.csv"]
            .into_iter()
            .chain(map)
            .chain(rest.iter().copied())
            .collect()
    };
    let preview = desk.one(&with(&["--dry-run", "--rejected", "wrong.csv"]));
    assert_eq!((&preview["rows"], &preview["rejected_count"]), (&json!(2), &json!(1)));
    let wrong = fs::read_to_string(path("wrong.csv")).expect("the rejected rows");
    assert!(wrong.contains("geen adres") && !wrong.contains("Müller"), "{wrong}");
    let refused = desk.refused(&with(&[]));
    assert_eq!(refused["code"], "rows_rejected");
    assert_eq!(refused["details"]["rejected"][0]["row"], 3);
    assert_eq!(desk.lines(&["client", "list"]).len(), 0);
    let refused = desk.refused(&with(&["--good-rows-only", "--rejected", "list.csv"]));
    assert_eq!(refused["code"], "wrong_value", "the list is not written over");
    assert_eq!(desk.one(&with(&["--good-rows-only"]))["imported"], 1);
    assert_eq!(desk.one(&["client", "show", "C-0001"])["fields"]["phone"], "06 1");

    fs::write(path("more.csv"), "Achternaam\nSmit\nVisser\n").expect("written");
    desk.one(&["import", "clients", "more.csv"]);
    let refused = desk.refused(&["undo"]);
    assert_eq!(refused["code"], "not_confirmed", "nobody can be asked here");
    assert_eq!(desk.lines(&["client", "list"]).len(), 3);
    desk.one(&["--yes", "undo"]);
    assert_eq!(desk.lines(&["client", "list"]).len(), 1);
}

/// Two gigabytes by its header, and nothing in it but that: refused before it is read.
#[test]
fn a_list_of_two_gigabytes_is_refused_at_once() {
    let (_hub, desk) = office();
    let path = desk.folder.path().join("all.csv");
    fs::write(&path, "Achternaam;Voornaam\n").expect("written");
    let file = fs::OpenOptions::new().write(true).open(&path).expect("opened");
    file.set_len(2 << 30).expect("long");
    let refused = desk.refused(&["import", "clients", "all.csv"]);
    assert_eq!(refused["code"], "file_too_large", "{refused}");
    assert_eq!(desk.lines(&["client", "list"]).len(), 0);
}

#[test]
fn reports_and_dossiers_go_where_they_are_sent() {
    let (_hub, desk) = office();
    desk.one(&["demo", "--clients", "30", "--bookings", "60", "--years", "2024-2026"]);
    let read = |name: &str| fs::read(desk.folder.path().join(name)).expect("a file");
    desk.one(&["retention", "report", "--as-of", "2030-01-01", "-o", "report.csv"]);
    assert!(String::from_utf8(read("report.csv")).expect("text").contains("Due,Law,Policy"));
    desk.one(&["retention", "report", "-o", "report.pdf"]);
    assert!(read("report.pdf").starts_with(b"%PDF"));
    desk.one(&["retention", "report", "-o", "report.json"]);
    assert!(serde_json::from_slice::<Value>(&read("report.json")).is_ok());
    let refused = desk.refused(&["retention", "report", "-o", "report.doc"]);
    assert_eq!(refused["code"], "wrong_value");
    let printed = desk.run(&["retention", "report"]).stdout;
    let report: Value = serde_json::from_slice(&printed).expect("one value");
    assert!(report["total"].as_u64() > Some(60), "{report}");
    desk.one(&["dossier", "C-0001", "--format", "json", "-o", "dossier.json"]);
    let dossier: Value = serde_json::from_slice(&read("dossier.json")).expect("JSON");
    assert!(dossier["sections"].is_array(), "{dossier}");
    desk.one(&["dossier", "C-0001", "-o", "dossier.pdf"]);
    assert!(read("dossier.pdf").starts_with(b"%PDF"));
    let invoice = desk.lines(&["document", "list"]).remove(0);
    // What refers to another record shows its name, and amounts and days are written out.
    let booking = desk.lines(&["booking", "list", "--limit", "1"]).remove(0);
    let number = booking["number"].as_str().expect("a number");
    let shown = desk.plain().args(["--lang", "nl", "booking", "show", number]).output();
    let shown = String::from_utf8(shown.expect("ran").stdout).expect("text");
    let client = booking["client_name"].as_str().expect("a name");
    assert!(shown.contains(client), "{client}: {shown}");
    assert!(!shown.contains(['{', '[']), "{shown}");
    let id = invoice["id"].as_str().expect("an id");
    let why = desk.one(&["retention", "explain", id]);
    assert!(why["sentence"].as_str().is_some_and(|said| !said.is_empty()), "{why}");
    // Whoever reads it gets the days as the language writes them; a program gets them as they are.
    let kept = why["values"].as_array().expect("values");
    let last = kept.iter().find_map(|values| values["until"].as_str()).expect("a day");
    let said =
        desk.plain().args(["--lang", "nl", "retention", "explain", id]).output().expect("ran");
    let said = String::from_utf8(said.stdout).expect("text");
    let [year, month, day] = last.split('-').collect::<Vec<_>>()[..] else { panic!("{last}") };
    assert!(said.contains(&format!("; tot en met {day}-{month}-{year}")), "{said}");
    assert!(!said.contains(last), "{said}");
}

#[test]
fn a_conflict_is_listed_shown_and_settled() {
    let (_hub, anna) = office();
    anna.one(&["client", "add", "family_name=Berg", "phone=1"]);
    anna.one(&["sync"]);
    let bram = Desk::new();
    let invitation = anna.one(&["invite"]);
    bram.one(&["join", invitation["invitation"].as_str().expect("a line")]);
    bram.one(&["sync"]);
    anna.one(&["client", "set", "C-0001", "phone=anna"]);
    bram.one(&["client", "set", "C-0001", "phone=bram"]);
    anna.one(&["sync"]);
    assert_eq!(bram.one(&["sync"])["conflicts"], 1);
    anna.one(&["sync"]);
    let conflict = anna.one(&["conflict", "list"]);
    let id = conflict["id"].as_str().expect("an id").to_owned();
    anna.one(&["conflict", "show", &id[..12]]);
    anna.one(&["conflict", "resolve", &id, "--keep", "theirs"]);
    assert_eq!(anna.lines(&["conflict", "list"]).len(), 0);
    let settled = anna.refused(&["conflict", "resolve", &id, "--keep", "mine"]);
    assert_eq!(settled["code"], "conflict_settled");
    // Everything is as it was when it came.
    let examined = &anna.one(&["sync", "--examine"])["examined"];
    assert!(examined["records"].as_u64() > Some(2), "{examined}");
    assert_eq!(examined["damaged"], 0);
    // What bram entered was kept, whichever desk tells it.
    let settled = settled["message"].as_str().expect("a sentence");
    assert!(settled.contains("what desk ") && settled.contains("entered was kept"), "{settled}");
    // Bram had not heard of it, and decided otherwise.
    bram.one(&["conflict", "resolve", &id, "--keep", "theirs"]);
    anna.one(&["sync"]);
    bram.one(&["sync"]);
    let second = bram.one(&["conflict", "overtaken"]);
    assert_eq!(second["stands"], "what this desk entered was kept");
    assert_eq!(bram.one(&["status"])["overtaken"], 1);
    bram.one(&["conflict", "seen", &id[..12]]);
    assert_eq!(bram.lines(&["conflict", "overtaken"]).len(), 0);
    let told = bram.one(&["conflict", "show", &id]);
    assert_eq!(told["resolution"], "what this desk entered was kept");
    assert_eq!(bram.one(&["client", "show", "C-0001"])["fields"]["phone"], "bram");
}

/// Both desks give away the room while they do not hear of each other.
#[test]
fn a_double_booking_is_found_listed_and_moved_and_desks_are_known_by_name() {
    let (_hub, anna) = office();
    anna.one(&["resource", "add", "name=Kamer 1", "exclusive=yes"]);
    anna.one(&["sync"]);
    let bram = Desk::new();
    let invitation = anna.one(&["invite"]);
    bram.one(&["join", invitation["invitation"].as_str().expect("a line"), "--name", "Laptop"]);
    bram.one(&["sync"]);
    let booked = |desk: &Desk, at: &str| {
        desk.one(&["booking", "add", "resource=Kamer 1", &format!("starts={at}"), "title=Intake"])
    };
    booked(&anna, "2026-12-01T10:00");
    let late = booked(&bram, "2026-12-01T10:30");
    let late = late["id"].as_str().expect("an id");
    anna.one(&["sync"]);
    let told = people(&bram, &["sync"]);
    assert!(told.contains("1 booking lost its place to another"), "{told}");
    assert_eq!(bram.one(&["status"])["clashes"], 1);
    assert_eq!(bram.one(&["status"])["state"], "attention");
    anna.one(&["sync"]);

    let clash = anna.one(&["booking", "clashes"]);
    assert_eq!(
        (&clash["booking"]["id"], &clash["booking"]["state"]),
        (&json!(late), &json!("clash"))
    );
    assert_eq!(clash["by"]["starts"], "2026-12-01T10:00:00");
    let listed = people(&anna, &["booking", "clashes"]);
    let by = clash["by"]["number"].as_str().expect("a number");
    assert!(listed.contains(&format!("{by} ")), "{listed}");
    let refused = anna.refused(&["booking", "set", late, "starts=2026-12-01T10:15"]);
    let refused = refused["message"].as_str().expect("a sentence");
    assert!(refused.contains("is not free: Kamer 1 has booking"), "{refused}");
    let moved = anna.one(&["booking", "set", late, "starts=2026-12-01T11:00"]);
    assert_eq!(moved["fields"]["state"], "option", "what it was, this desk never saw");
    anna.one(&["sync"]);
    bram.one(&["sync"]);
    assert_eq!(bram.lines(&["booking", "clashes"]).len(), 0);

    let names = |desk: &Desk| -> Vec<(Value, Value)> {
        let mut desks = desk.lines(&["desk", "list"]);
        // Two that joined within one second are in any order.
        desks.sort_by_key(|desk| desk["name"].to_string());
        desks.iter().map(|desk| (desk["name"].clone(), desk["is_this"].clone())).collect()
    };
    assert_eq!(anna.lines(&["desk", "rename", "Balie"]).len(), 2);
    anna.one(&["sync"]);
    bram.one(&["sync"]);
    let known = [(json!("Balie"), json!(false)), (json!("Laptop"), json!(true))];
    assert_eq!(names(&bram), known);
}

#[test]
fn what_cannot_be_printed_is_no_success() {
    let (_hub, desk) = office();
    desk.one(&["client", "add", "family_name=Berg"]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
    let status = desk.command(&["client", "list"]).stdout(full).status().expect("ran");
    assert_eq!(status.code(), Some(1));
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = desk.command(&["client", "list"]).stdout(writer).status().expect("ran");
    assert!(status.success(), "a reader that has enough is no failure");
}

#[test]
fn completions_manual_pages_and_wrong_usage() {
    let desk = Desk::new();
    assert!(people(&desk, &["completions", "bash"]).contains("booqing"));
    desk.run(&["manual", "pages"]);
    assert!(desk.folder.path().join("pages/booqing.1").exists());
    assert_eq!(desk.run(&["client", "eat"]).status.code(), Some(2));
}
