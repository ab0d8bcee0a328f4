//! A disk that is really full: a small file system of the test's own, in a namespace of its own.

use std::process::Command;

use booqing_store::{Cache, StoreError};
use serde_json::json;

use crate::fixture::{Fixture, create, id, identity, path};

const INSIDE: &str = "BOOQING_TEST_SMALL_DISK";

#[test]
fn a_full_disk_refuses_the_change_and_keeps_the_rest() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let mount = tempfile::tempdir().expect("a folder");
    let status = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c"])
        .arg("mount -t tmpfs -o size=1536k none \"$0\" && TMPDIR=\"$0\" exec \"$@\"")
        .arg(mount.path())
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", "full_disk::a_full_disk_refuses_the_change_and_keeps_the_rest"])
        .env(INSIDE, "1")
        .status()
        .expect("unshare is installed");
    assert!(status.success(), "see above");
}

fn inside() {
    let fixture = Fixture::new();
    // A load is under way: its indexes find no room either.
    fixture.cache.write(|writer| writer.begin_load()).expect("begun");
    let note = "x".repeat(10_000);
    let mut kept = 0;
    let error = loop {
        let client = json!({"number": format!("C-{kept}"), "note": note});
        match fixture.commit(vec![create("client", id(kept), client)]) {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 200, "the disk never filled");
    };
    assert!(matches!(error, StoreError::DiskFull), "{error:?}");
    assert!(kept > 5, "{kept} were kept before it was full");
    for number in 0..kept {
        assert!(fixture.fields("client", id(number)).is_some(), "C-{number} is still there");
    }
    assert_eq!(fixture.fields("client", id(kept)), None, "the refused one is not");
    let outbox = fixture.cache.read(|reader| reader.outbox(500)).expect("read");
    assert_eq!(outbox.len(), usize::from(kept));
    let ended = || {
        while fixture.cache.write(|writer| writer.end_load())? {}
        Ok(())
    };
    assert!(matches!(ended(), Err(StoreError::DiskFull)), "there is no room");

    let Fixture { folder, key, cache } = fixture;
    drop(cache);
    let cache = Cache::open(&path(folder.path()), key, &identity()).expect("it opens all the same");
    let clients = cache.read(|reader| reader.count("client")).expect("counted");
    assert_eq!(clients, u64::from(kept), "everything can be read");
}
