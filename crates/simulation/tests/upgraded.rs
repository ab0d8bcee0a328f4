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
use booqing_store::{Change, ChangeSet, Edit};
use booqing_sync::Summary;
use booqing_sync::examining;
use booqing_sync::register::Register;
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;

struct Office {
    _folder: tempfile::TempDir,
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
    Office { _folder: folder, hub, anna, bram }
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

/// Documents of before they had series: the hub reads what their numbers are, and the older program does
/// not know that it does.
#[test]
fn what_an_older_version_does_not_know_comes_through_its_hands_unharmed() {
    let numbers = ["series", "sequence", "previous", "link", "fingerprint"];
    let mut unknown: Vec<(&str, &str)> = numbers.iter().map(|name| ("document", *name)).collect();
    unknown.extend([("client", "note"), ("booking", "participants")]);
    let Office { hub, mut anna, mut bram, _folder } = office(without(&["number_series"], &unknown));
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

/// What waits when a desk is brought up to date was entered by somebody who did not see what it now knows:
/// it is no change of that.
#[test]
fn what_waits_meanwhile_is_no_change_of_what_it_did_not_show() {
    let older = without(&[], &[("client", "website")]);
    let Office { hub, mut anna, mut bram, _folder } = office(older);
    let client = json!({"kind": "person", "number": "C-1", "website": "https://oud.example"});
    commit(&anna, &[("client", id(1), create(client))]);
    sync(&mut anna, &hub);
    sync(&mut bram, &hub);
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
