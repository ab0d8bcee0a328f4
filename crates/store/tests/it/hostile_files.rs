//! Files that are not the cache they should be. Each is refused for what it is, and left as it was.

use std::fs;
use std::path::Path;

use booqing_store::{Cache, Identity, StoreError};
use serde_json::json;

use crate::fixture::{Fixture, create, id, identity, new_key, path};

fn closed() -> (tempfile::TempDir, booqing_keys::CacheKey) {
    let fixture = Fixture::new();
    fixture
        .commit(vec![create("client", id(1), json!({"number": "C-1", "family_name": "Markerman"}))])
        .expect("committed");
    fixture.cache.checkpoint().expect("checkpointed");
    (fixture.folder, fixture.key)
}

/// Opens, expects a refusal, and checks that no byte of the file changed.
fn refused(folder: &Path, key: &booqing_keys::CacheKey) -> StoreError {
    let before = fs::read(path(folder)).ok();
    let error =
        Cache::open(&path(folder), key.clone(), &identity()).expect_err("the file is refused");
    assert_eq!(fs::read(path(folder)).ok(), before, "the file is left as it was");
    error
}

#[test]
fn a_missing_file_is_said_to_be_missing_and_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(matches!(refused(folder.path(), &new_key()), StoreError::Absent(_)));
    assert!(!path(folder.path()).exists());
}

#[test]
fn an_empty_file_is_no_empty_cache() {
    let (folder, key) = closed();
    fs::write(path(folder.path()), b"").expect("emptied");
    assert!(matches!(refused(folder.path(), &key), StoreError::Empty(_)));
}

#[test]
fn a_database_without_encryption_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = rusqlite::Connection::open(path(folder.path())).expect("a plain database");
    plain.execute_batch("CREATE TABLE a (b)").expect("a table");
    drop(plain);
    assert!(matches!(refused(folder.path(), &new_key()), StoreError::NotEncrypted(_)));
}

#[test]
fn a_file_that_is_cut_off_is_refused() {
    let (folder, key) = closed();
    let whole = fs::read(path(folder.path())).expect("the file");
    fs::write(path(folder.path()), &whole[..whole.len() - 100]).expect("cut");
    assert!(matches!(refused(folder.path(), &key), StoreError::CutOff { .. }));
}

/// Whole pages are missing at the end: the file looks whole, and is not.
#[test]
fn a_file_that_lacks_its_last_pages_is_found_to_be_damaged() {
    let (folder, key) = closed();
    let whole = fs::read(path(folder.path())).expect("the file");
    fs::write(path(folder.path()), &whole[..whole.len() - 2 * 4096]).expect("cut");
    let found = Cache::open(&path(folder.path()), key, &identity()).and_then(|cache| cache.check());
    let found = found.expect_err("it is refused");
    assert!(matches!(found, StoreError::Damaged(_) | StoreError::WrongKey(_)), "{found}");
}

#[test]
fn another_key_opens_nothing() {
    let (folder, _) = closed();
    assert!(matches!(refused(folder.path(), &new_key()), StoreError::WrongKey(_)));
}

#[test]
fn noise_and_text_open_as_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for content in [vec![0x5a; 8192], b"naam;plaats\r\n".repeat(4096), vec![0; 4096]] {
        fs::write(path(folder.path()), content).expect("written");
        assert!(matches!(refused(folder.path(), &new_key()), StoreError::WrongKey(_)));
    }
}

#[test]
fn a_cache_of_another_installation_or_administration_is_refused() {
    let (folder, key) = closed();
    let open = |identity| Cache::open(&path(folder.path()), key.clone(), &identity);
    let installation = Identity { installation: "i-2".to_owned(), ..identity() };
    assert!(matches!(open(installation), Err(StoreError::Foreign { whose: "installation", .. })));
    let administration = Identity { administration: id(9), ..identity() };
    assert!(matches!(
        open(administration),
        Err(StoreError::Foreign { whose: "administration", .. })
    ));
}

#[test]
fn a_cache_is_never_made_over_a_file() {
    let (folder, key) = closed();
    let before = fs::read(path(folder.path())).expect("the file");
    let refused = Cache::create(&path(folder.path()), key, &identity());
    assert!(matches!(refused, Err(StoreError::Present(_))));
    assert_eq!(fs::read(path(folder.path())).expect("the file"), before);
}

#[test]
fn every_changed_page_is_found() {
    let (folder, key) = closed();
    let whole = fs::read(path(folder.path())).expect("the file");
    for page in 0..whole.len() / 4096 {
        let mut changed = whole.clone();
        changed[page * 4096 + 2000] ^= 0x10;
        fs::write(path(folder.path()), &changed).expect("changed");
        let found = Cache::open(&path(folder.path()), key.clone(), &identity())
            .and_then(|cache| cache.check());
        assert!(found.is_err(), "page {page}");
    }
    fs::write(path(folder.path()), &whole).expect("restored");
    let cache = Cache::open(&path(folder.path()), key, &identity()).expect("opens");
    cache.check().expect("and is whole");
}

#[test]
fn nothing_in_any_file_can_be_read() {
    let fixture = Fixture::new();
    let client = json!({"number": "C-1", "family_name": "Markerman", "note": "Markerman belt"});
    fixture.commit(vec![create("client", id(1), client)]).expect("committed");
    let mut files = 0;
    for when in ["while the log stands beside it", "after the checkpoint"] {
        for entry in fs::read_dir(fixture.folder.path()).expect("a listing") {
            let file = entry.expect("an entry").path();
            let bytes = fs::read(&file).expect("read");
            for marker in [&b"Markerman"[..], b"markerman", b"CREATE TABLE", b"SQLite format"] {
                let found = bytes.windows(marker.len()).any(|window| window == marker);
                assert!(!found, "{} {when}: {}", file.display(), String::from_utf8_lossy(marker));
            }
            files += 1;
        }
        fixture.cache.checkpoint().expect("checkpointed");
    }
    assert!(files >= 3, "the file and its log were looked at");
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new();
    fixture.commit(vec![create("client", id(1), json!({"number": "C-1"}))]).expect("committed");
    for entry in fs::read_dir(fixture.folder.path()).expect("a listing") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}
