//! Caches to try things on.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use booqing_keys::{CacheKey, Keyring, KeyringError, NewSlot, Secret, Slots};
use booqing_model::fields::Patch;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_store::{Cache, Change, ChangeSet, Committed, Edit, Identity, StoreError};
use serde_json::Value;

/// A keyring in memory: these tests are not about it.
#[derive(Default)]
struct Memory(RefCell<BTreeMap<String, Secret>>);

impl Keyring for Memory {
    fn read(&self, name: &str) -> Result<Secret, KeyringError> {
        self.0.borrow().get(name).cloned().ok_or(KeyringError::NoEntry)
    }

    fn write(&self, name: &str, secret: &Secret) -> Result<(), KeyringError> {
        self.0.borrow_mut().insert(name.to_owned(), secret.clone());
        Ok(())
    }

    fn forget(&self, name: &str) -> Result<(), KeyringError> {
        self.0.borrow_mut().remove(name).map(|_| ()).ok_or(KeyringError::NoEntry)
    }
}

/// A cache in a folder of its own.
pub(crate) struct Fixture {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) key: CacheKey,
    pub(crate) cache: Cache,
}

pub(crate) fn id(number: u8) -> Id {
    Id::new(u64::from(number), [number; 10])
}

pub(crate) fn identity() -> Identity {
    Identity { installation: "i-1".to_owned(), administration: id(200) }
}

/// A key of an installation made for this call: never the same twice.
pub(crate) fn new_key() -> CacheKey {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, key) = Slots::create(folder.path(), "i-1", &NewSlot::Keyring(&Memory::default()))
        .expect("an installation");
    key.cache_key(id(200).as_bytes())
}

pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("cache.db")
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let key = new_key();
        let cache = Cache::create(&path(folder.path()), key.clone(), &identity()).expect("a cache");
        Self { folder, key, cache }
    }

    pub(crate) fn path(&self) -> PathBuf {
        path(self.folder.path())
    }

    pub(crate) fn open_again(&self) -> Result<Cache, StoreError> {
        Cache::open(&self.path(), self.key.clone(), &identity())
    }

    pub(crate) fn commit(&self, changes: Vec<Change>) -> Result<Committed, StoreError> {
        self.cache.write(|writer| {
            writer.commit(&ChangeSet {
                operation: "test".to_owned(),
                at: Moment(1_000),
                user: Some(id(250)),
                changes,
            })
        })
    }

    pub(crate) fn fields(&self, class: &str, record: Id) -> Option<Fields> {
        self.cache.read(|reader| reader.get(class, record)).expect("read").map(|row| row.fields)
    }
}

pub(crate) fn fields(value: Value) -> Fields {
    serde_json::from_value(value).expect("fields")
}

pub(crate) fn create(class: &str, record: Id, value: Value) -> Change {
    Change { class: class.to_owned(), id: record, edit: Edit::Create(fields(value)) }
}

pub(crate) fn change(class: &str, record: Id, value: Value) -> Change {
    let patch: Patch = serde_json::from_value(value).expect("a patch");
    Change { class: class.to_owned(), id: record, edit: Edit::Change(patch) }
}

pub(crate) fn delete(class: &str, record: Id) -> Change {
    Change { class: class.to_owned(), id: record, edit: Edit::Delete }
}
