//! Desks of different versions in one office: what the older one does not know it keeps, gives back and
//! counts; once it is brought up to date it reads that without asking the hub.

#![allow(clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_simulation::Backing;
use booqing_simulation::before::without;
use booqing_simulation::desk::{Desk, WentOn};
use booqing_simulation::hub::Hub;
use booqing_store::{Change, ChangeSet, Edit, StoreError};
use booqing_sync::examining;
use booqing_sync::register::Register;
use booqing_sync::{Consent, Summary};
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;

struct Office {
    folder: tempfile::TempDir,
    hub: Hub,
    anna: Desk,
    /// Runs an older version.
    bram: Desk,
}

fn office(older: Register) -> Office {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = Hub::new(&folder.path().join("hub"), Backing::Files).expect("a hub");
    let (world, mut dice) = (Arc::new(AtomicI64::new(NOW)), fastrand::Rng::with_seed(1));
    let mut join =
        |number| Desk::join(folder.path(), number, &mut dice, &world, &hub).expect("joined");
    let (anna, mut bram) = (join(0), join(1));
    bram.runs(older);
    Office { folder, hub, anna, bram }
}

fn id(number: u8) -> Id {
    Id::new(1, [number; 10])
}

fn commit(desk: &Desk, changes: &[(&str, Id, Edit)]) {
    let change = |(class, id, edit): &(&str, Id, Edit)| Change {
        class: (*class).to_owned(),
        id: *id,
        edit: edit.clone(),
    };
    let set = ChangeSet {
        operation: "test".to_owned(),
        at: Moment(NOW),
        user: None,
        changes: changes.iter().map(change).collect(),
    };
    desk.cache().expect("open").write(|writer| writer.commit(&set)).expect("committed");
}

fn create(value: Value) -> Edit {
    Edit::Create(serde_json::from_value(value).expect("fields"))
}

fn change(value: Value) -> Edit {
    Edit::Change(serde_json::from_value(value).expect("a patch"))
}

fn fields(desk: &Desk, class: &str, id: Id) -> Option<Fields> {
    let row = desk.cache().expect("open").read(|reader| reader.get(class, id)).expect("read");
    row.map(|row| row.fields)
}

fn sync(desk: &mut Desk, hub: &Hub) -> Summary {
    let mut went = desk.sync().expect("begun");
    for _ in 0..1_000 {
        match went {
            WentOn::Done(summary) => return summary,
            WentOn::Failed(error) => panic!("{error}"),
            WentOn::Further | WentOn::Settled => went = desk.go_on(hub, NOW).expect("went on"),
        }
    }
    panic!("it never ends");
}

/// Both have a client, and the older version does not know that it has a website.
fn with_a_website() -> Office {
    let mut office = office(without(&[], &[("client", "website")]));
    let client = json!({"kind": "person", "number": "C-1", "website": "https://a.example"});
    commit(&office.anna, &[("client", id(1), create(client))]);
    sync(&mut office.anna, &office.hub);
    sync(&mut office.bram, &office.hub);
    office
}

/// Documents of before they had series: the hub reads what their numbers are, and the older program does
/// not know that it does.
#[test]
fn what_an_older_version_does_not_know_comes_through_its_hands_unharmed() {
    let numbers = ["series", "sequence", "previous", "link", "fingerprint"];
    let mut unknown: Vec<(&str, &str)> = numbers.iter().map(|name| ("document", *name)).collect();
    unknown.extend([("client", "note"), ("booking", "participants")]);
    let Office { hub, mut anna, mut bram, folder: _folder } =
        office(without(&["number_series"], &unknown));
    let (client, guest, booking, document) = (id(1), id(2), id(3), id(4));
    commit(
        &anna,
        &[
            ("client", client, create(json!({"kind": "person", "number": "C-1", "note": "Belt"}))),
            ("client", guest, create(json!({"kind": "person", "number": "C-2"}))),
            (
                "booking",
                booking,
                create(json!({
                    "state": "confirmed", "number": "B-1", "client": client, "fiscal_year": 2026,
                    "participants": [
                        {"key": id(8), "client": guest, "name": "Gast"},
                        {"key": id(9), "client": client, "name": "Zelf"},
                    ],
                })),
            ),
            (
                "number_series",
                id(5),
                create(json!({
                    "state": "open", "fiscal_year": 2026, "first": 1, "prefix": "2026-",
                    "kinds": ["invoice"],
                })),
            ),
            (
                "document",
                document,
                create(json!({
                    "state": "draft", "fiscal_year": 2026, "kind": "invoice", "currency": "EUR",
                    "document_date": "2026-11-30", "net": 0, "vat": 0, "gross": 0,
                    "client": client,
                })),
            ),
        ],
    );
    commit(&anna, &[("document", document, change(json!({"state": "issuing", "series": id(5)})))]);
    let all = [
        ("client", client),
        ("client", guest),
        ("booking", booking),
        ("number_series", id(5)),
        ("document", document),
    ];
    assert_eq!(sync(&mut anna, &hub).refused, 0);
    let numbered = fields(&anna, "document", document).expect("there");
    assert_eq!(numbered.text("number"), Some("2026-0001"));

    assert!(sync(&mut bram, &hub).equal, "what it does not know is counted");
    assert_eq!(fields(&bram, "number_series", id(5)), None);
    for (class, id, name) in [
        ("client", client, "note"),
        ("booking", booking, "participants"),
        ("document", document, "series"),
    ] {
        let shown = fields(&bram, class, id).expect("there");
        assert_eq!(shown.get(name), None, "{class}.{name}");
    }
    commit(
        &bram,
        &[
            ("client", client, change(json!({"phone": "0123"}))),
            ("booking", booking, change(json!({"title": "Intake"}))),
            ("document", document, change(json!({"note": "betaald"}))),
        ],
    );
    let summary = sync(&mut bram, &hub);
    assert!(summary.equal && summary.refused == 0 && summary.conflicts == 0, "{summary:?}");

    assert!(sync(&mut anna, &hub).equal);
    let shown = fields(&anna, "client", client).expect("there");
    assert_eq!((shown.text("phone"), shown.text("note")), (Some("0123"), Some("Belt")));
    let shown = fields(&anna, "document", document).expect("there");
    assert_eq!(shown.text("note"), Some("betaald"));
    for name in numbers {
        assert_eq!(shown.get(name), numbered.get(name), "{name}");
    }

    bram.upgrade().expect("upgraded");
    for (class, id) in all {
        assert_eq!(fields(&bram, class, id), fields(&anna, class, id), "{class}");
    }
    let cache = bram.cache().expect("open");
    assert_eq!(cache.read(|reader| reader.outbox_len()).expect("read"), 0, "nothing is sent");
    let examined = examining::examine(cache, bram.sealer(), &**bram.around()).expect("examined");
    assert_eq!(examined.damaged, 0, "and it is what it was");
    let found = cache.read(|reader| reader.search("belt", 5)).expect("searched");
    assert_eq!(found.len(), 1, "search finds it");
    let summary = sync(&mut bram, &hub);
    assert!(summary.equal && summary.pulled == 0 && summary.pushed == 0, "{summary:?}");
}

/// Goes on with a sync until a desk is doing this, and gives it up.
fn stop_at(desk: &mut Desk, hub: &Hub, doing: &str) {
    let mut went = desk.sync().expect("begun");
    for _ in 0..1_000 {
        if desk.doing() == doing {
            desk.give_up();
            return;
        }
        assert!(matches!(went, WentOn::Further | WentOn::Settled), "{went:?}");
        went = desk.go_on(hub, NOW).expect("went on");
    }
    panic!("it is never {doing}");
}

/// The answer to a change is lost, the record is changed once more, and then the desk is brought up to date.
#[test]
fn what_was_sent_before_is_merged_upon_what_it_was_made_from() {
    let Office { hub, mut anna, mut bram, folder: _folder } = with_a_website();
    commit(&bram, &[("client", id(1), change(json!({"phone": "0123"})))]);
    stop_at(&mut bram, &hub, "to hear of Push");
    commit(&bram, &[("client", id(1), change(json!({"email": "b@example.org"})))]);
    bram.upgrade().expect("upgraded");
    sync(&mut anna, &hub);
    commit(&anna, &[("client", id(1), change(json!({"website": null})))]);
    sync(&mut anna, &hub);
    let summary = sync(&mut bram, &hub);
    assert_eq!(summary.conflicts, 0, "{summary:?}");
    let merged = fields(&bram, "client", id(1)).expect("there");
    assert_eq!((merged.text("website"), merged.text("phone")), (None, Some("0123")));
    assert_eq!(merged.text("email"), Some("b@example.org"));
}

/// The hub lost a record that an older desk cannot read, and that desk is brought up to date before it has
/// given it back.
#[test]
fn what_an_older_version_gives_back_is_given_back_by_the_next_one_too() {
    for is_known in [false, true] {
        let older = without(&["document"], &[]);
        let Office { mut hub, mut anna, mut bram, folder } = office(older);
        let document = |reference: &str| {
            json!({
                "state": "draft", "fiscal_year": 2026, "kind": "invoice", "currency": "EUR",
                "document_date": "2026-11-30", "net": 0, "vat": 0, "gross": 0,
                "reference": reference,
            })
        };
        if is_known {
            // The copy has an earlier version of it.
            commit(&anna, &[("document", id(1), create(document("before")))]);
            sync(&mut anna, &hub);
            hub.copy().expect("copied");
            commit(&anna, &[("document", id(1), change(json!({"reference": "x"})))]);
        } else {
            hub.copy().expect("copied");
            commit(&anna, &[("document", id(1), create(document("x")))]);
        }
        sync(&mut anna, &hub);
        sync(&mut bram, &hub);
        hub.put_back(true).expect("put back");
        bram.consent = Consent { put_back: true, ..Consent::default() };
        stop_at(&mut bram, &hub, "to do Plan");
        bram.upgrade().expect("upgraded");
        for _ in 0..3 {
            bram.consent = Consent { put_back: true, ..Consent::default() };
            sync(&mut bram, &hub);
        }
        let here = fields(&bram, "document", id(1)).expect("it is read");
        assert_eq!(here.text("reference"), Some("x"), "{is_known}");
        let mut dice = fastrand::Rng::with_seed(9);
        let world = Arc::new(AtomicI64::new(NOW));
        let mut carla = Desk::join(folder.path(), 7, &mut dice, &world, &hub).expect("joined");
        assert!(sync(&mut carla, &hub).equal);
        assert_eq!(fields(&carla, "document", id(1)), Some(here), "{is_known}");
    }
}

/// Somebody deletes a record at a desk of an older version, and takes that back.
#[test]
fn what_was_deleted_and_taken_back_has_what_an_older_version_does_not_know() {
    for is_upgraded in [false, true] {
        let Office { hub, mut anna, mut bram, folder: _folder } = with_a_website();
        commit(&bram, &[("client", id(1), Edit::Delete)]);
        sync(&mut bram, &hub);
        if is_upgraded {
            bram.upgrade().expect("upgraded");
        }
        let undone = bram.cache().expect("open").write(|writer| {
            let last = writer.reader().last_step()?.map(|step| step.step);
            writer.undo(last.unwrap_or_default(), Moment(NOW), None)
        });
        undone.expect("undone");
        assert!(sync(&mut bram, &hub).equal);
        assert!(sync(&mut anna, &hub).equal);
        let here = fields(&bram, "client", id(1)).expect("it is back");
        assert_eq!(here.get("website").is_some(), is_upgraded);
        let back = fields(&anna, "client", id(1)).expect("it is back");
        assert_eq!(back.text("website"), Some("https://a.example"), "{is_upgraded}");
    }
}

/// Somebody at the newer desk adds to a record what the older one does not show.
#[test]
fn a_step_that_would_take_what_nobody_here_sees_with_it_is_not_undone() {
    let Office { hub, mut anna, mut bram, folder: _folder } = with_a_website();
    commit(&bram, &[("client", id(2), create(json!({"kind": "person", "number": "C-2"})))]);
    sync(&mut bram, &hub);
    sync(&mut anna, &hub);
    commit(&anna, &[("client", id(2), change(json!({"website": "https://b.example"})))]);
    sync(&mut anna, &hub);
    sync(&mut bram, &hub);
    let undone = bram.cache().expect("open").write(|writer| {
        let last = writer.reader().last_step()?.map(|step| step.step);
        writer.undo(last.unwrap_or_default(), Moment(NOW), None)
    });
    assert!(matches!(undone, Err(StoreError::NewerSince { .. })), "{undone:?}");
    assert!(fields(&bram, "client", id(2)).is_some());
}

/// What waits when a desk is brought up to date was entered by somebody who did not see what it now knows:
/// it is no change of that.
#[test]
fn what_waits_meanwhile_is_no_change_of_what_it_did_not_show() {
    let Office { hub, mut anna, mut bram, folder: _folder } = with_a_website();
    commit(&bram, &[("client", id(1), change(json!({"phone": "0123"})))]);
    commit(&anna, &[("client", id(1), change(json!({"website": "https://nieuw.example"})))]);
    sync(&mut anna, &hub);
    bram.upgrade().expect("upgraded");
    let summary = sync(&mut bram, &hub);
    assert_eq!((summary.conflicts, summary.merged), (0, 1), "{summary:?}");
    let merged = fields(&bram, "client", id(1)).expect("there");
    assert_eq!(merged.text("website"), Some("https://nieuw.example"));
    assert_eq!(merged.text("phone"), Some("0123"));
}
