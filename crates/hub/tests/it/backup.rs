//! A copy of the data, made while the hub serves.

use std::path::Path;
use std::process::{Command, Output};
use std::time::SystemTime;

use booqing_hub::authority::Authority;
use booqing_hub::storage::embedded::Embedded;
use booqing_hub::storage::{self, Storage};
use booqing_protocol::message::{ChangeSet, Cursor, Page};
use booqing_protocol::{ChunkName, Id};
use rusqlite::Connection;

use crate::fixture::{Hub, change, record};

fn back_up(data: &Path, to: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_booqing-hub"))
        .args(["backup", "--data"])
        .arg(data)
        .arg("--to")
        .arg(to)
        .output()
        .expect("ran")
}

fn said(output: &Output) -> String {
    assert!(!output.status.success(), "it is refused");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Everything in a copy, as a desk of it would get it.
fn pulled(copy: &Path, administration: Id) -> Page {
    let storage = Embedded::open(copy).expect("a hub's data");
    let desk = storage::Desk { id: Id([1; 16]), administration };
    storage.pull(desk, Cursor::default(), 0).expect("read").expect("a page")
}

fn changes() -> Vec<ChangeSet> {
    (1..=120_u16).map(|n| change(n.into(), &[record(n, 1, 2_000)])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_while_a_desk_sends_is_of_one_moment() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let place = tempfile::tempdir().expect("a folder");
    let (data, to) = (hub.folder.path().to_path_buf(), place.path().join("deep/copy"));
    desk.push(&hub, vec![change(1, &[record(1, 1, 2_000)])]).await.expect("pushed");
    let copying = {
        let to = to.clone();
        tokio::task::spawn_blocking(move || back_up(&data, &to))
    };
    for change in changes().into_iter().skip(1) {
        desk.push(&hub, vec![change]).await.expect("the hub goes on");
    }
    let output = copying.await.expect("ran");
    assert!(output.status.success(), "{output:?}");
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(line["administrations"], 1);

    let page = pulled(&to, desk.administration);
    let revs: Vec<u64> = page.records.iter().map(|record| record.rev).collect();
    assert_eq!(
        revs,
        (1..=page.cursor.rev).collect::<Vec<_>>(),
        "all up to a moment, none after it"
    );
    assert!(page.root.is_some() && page.total == page.cursor.rev);

    // It is a hub's data: it takes what came after.
    let storage = Embedded::open(&to).expect("a hub's data");
    let id = storage::Desk { id: desk.id, administration: desk.administration };
    let push = booqing_protocol::message::Push {
        version: booqing_protocol::VERSION,
        administration: desk.administration,
        acknowledged: Cursor::default(),
        changes: changes(),
    };
    let pushed = storage.push(id, &push, 0).expect("stored").expect("taken");
    assert_eq!(pushed.head, 120);
    drop(storage);
    // And the same hub to its desks.
    let authority = Authority::open(&to, SystemTime::now()).expect("its authority");
    assert_eq!(authority.identity(), hub.service.authority().identity());
}

#[tokio::test]
async fn a_copy_is_only_its_owners_and_never_in_the_place_of_another() {
    use std::os::unix::fs::PermissionsExt;
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    desk.push(&hub, vec![change(1, &[record(1, 1, 100)])]).await.expect("pushed");
    crate::chunks::keep_whole(desk.call(&hub).await, b"a chunk").await;
    let place = tempfile::tempdir().expect("a folder");
    let to = place.path().join("copy");
    assert!(back_up(hub.folder.path(), &to).status.success());
    let mut folders = vec![to.clone()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let mode = path.metadata().expect("its mode").permissions().mode() & 0o777;
            if path.is_dir() {
                assert_eq!(mode, 0o700, "{}", path.display());
                folders.push(path);
            } else {
                files += 1;
                assert_eq!(mode, 0o600, "{}", path.display());
            }
        }
    }
    assert_eq!(files, 6, "two keys, a certificate, the directory, an administration and a chunk");
    let said = said(&back_up(hub.folder.path(), &to));
    assert!(said.contains("copy") && said.contains("there already"), "{said}");
    let left = std::fs::read_dir(place.path()).expect("a folder").count();
    assert_eq!(left, 1, "nothing half done is left");
}

#[tokio::test]
async fn what_does_not_add_up_is_named_and_no_copy_is_left() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    desk.push(&hub, changes()).await.expect("pushed");
    let data = hub.folder.path().to_path_buf();
    let file = data.join("administrations").join(format!("{}.db", desk.administration));
    let place = tempfile::tempdir().expect("a folder");
    let to = place.path().join("copy");
    let key = std::fs::read_to_string(data.join("storage.key")).expect("a key");
    let write = |statement: &str| {
        let connection = Connection::open(&file).expect("opened");
        connection.pragma_update(None, "key", format!("x'{key}'")).expect("the key");
        connection.execute_batch(statement).expect("written");
    };
    write("UPDATE digest SET count = count + 1");
    let refused = said(&back_up(&data, &to));
    assert!(refused.contains("not those that were counted"), "{refused}");
    assert!(refused.contains(&desk.administration.to_string()), "{refused}");
    write("UPDATE digest SET count = count - 1; PRAGMA wal_checkpoint(TRUNCATE)");
    assert!(back_up(&data, &place.path().join("good")).status.success(), "it was that alone");

    // A page that the disk lost, of a hub that does not run: it would have it in memory.
    let stopped = place.path().join("good");
    let file = stopped.join("administrations").join(format!("{}.db", desk.administration));
    let mut bytes = std::fs::read(&file).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).expect("written");
    let refused = said(&back_up(&stopped, &to));
    assert!(refused.contains("malformed") || refused.contains("database"), "{refused}");
    assert!(!to.exists());
    assert_eq!(std::fs::read_dir(place.path()).expect("a folder").count(), 1, "the good copy");
}

/// What was copied is what it is called, and what is on its way into the store is not copied.
#[tokio::test]
async fn a_chunk_that_is_not_what_it_is_called_is_named() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    crate::chunks::keep_whole(desk.call(&hub).await, b"a chunk").await;
    let data = hub.folder.path().to_path_buf();
    let name = ChunkName::of(b"a chunk").to_string();
    let inside = data.join("objects").join(desk.administration.to_string()).join(&name[..2]);
    std::fs::write(inside.join(format!("{name}#1")), b"a ch").expect("half of one");
    let place = tempfile::tempdir().expect("a folder");
    let output = back_up(&data, &place.path().join("good"));
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(line["chunks"], 1);
    let copied = place.path().join("good/objects").join(desk.administration.to_string());
    let copied = copied.join(&name[..2]);
    assert_eq!(std::fs::read(copied.join(&name)).expect("copied"), b"a chunk");
    assert_eq!(std::fs::read_dir(copied).expect("listed").count(), 1);

    std::fs::write(inside.join(&name), b"another").expect("written");
    let refused = said(&back_up(&data, &place.path().join("bad")));
    assert!(refused.contains(&name) && refused.contains("its bytes are not"), "{refused}");
    assert!(!place.path().join("bad").exists());
}

#[test]
fn records_in_a_database_server_are_that_servers_to_copy() {
    let place = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_booqing-hub"))
        .args(["backup", "--database", "postgres://nobody@localhost/none", "--data"])
        .arg(place.path())
        .arg("--to")
        .arg(place.path().join("copy"))
        .output()
        .expect("ran");
    let said = said(&output);
    assert!(said.contains("pg_dump") && said.contains("authority.key"), "{said}");
}

/// A folder with something else in it does not become a hub's.
#[test]
fn what_is_no_hubs_data_is_named_and_left_as_it_is() {
    let place = tempfile::tempdir().expect("a folder");
    let refused = said(&back_up(place.path(), &place.path().join("copy")));
    assert!(refused.contains("no data folder of a hub"), "{refused}");
    assert_eq!(std::fs::read_dir(place.path()).expect("a folder").count(), 0);
}
