//! A desk to try operations on: a real encrypted cache, no hub.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use booqing_keys::{Keyring, KeyringError, NewSlot, Secret, Slots};
use booqing_model::{Fields, Id};
use booqing_store::tables::connection::Connection;
use booqing_store::{Cache, Change, ChangeSet, Edit, Identity};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use serde_json::{Value, json};

use crate::changes::Changes;
use crate::keys::KeyRoom;
use crate::{Desk, Home};

/// A keyring in memory: these tests are not about it.
#[derive(Default)]
pub(crate) struct Memory(RefCell<BTreeMap<String, Secret>>);

impl Keyring for Memory {
    fn read(&self, name: &str) -> Result<Secret, KeyringError> {
        self.0.borrow().get(name).cloned().ok_or(KeyringError::NoEntry)
    }

    fn write(&self, name: &str, secret: &Secret) -> Result<(), KeyringError> {
        match self.0.borrow_mut().insert(name.to_owned(), secret.clone()) {
            Some(_) => Err(KeyringError::Occupied),
            None => Ok(()),
        }
    }

    fn forget(&self, name: &str) -> Result<(), KeyringError> {
        self.0.borrow_mut().remove(name).map(|_| ()).ok_or(KeyringError::NoEntry)
    }
}

/// A desk whose folder goes with it.
pub(crate) struct TestDesk {
    desk: Desk,
    pub(crate) folder: tempfile::TempDir,
}

impl std::ops::Deref for TestDesk {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

/// The administration of every desk made here.
pub(crate) fn administration() -> Id {
    Id::new(7, [7; 10])
}

/// A Dutch office with calendar years and nothing in it.
pub(crate) fn desk() -> TestDesk {
    let folder = tempfile::tempdir().expect("a folder");
    let home = Arc::new(Home::open(&folder.path().join("desk")).expect("a home"));
    let slot = NewSlot::Keyring(&Memory::default());
    let (slots, key) = Slots::create(home.path(), "i-1", &slot).expect("an installation");
    let administration = administration();
    let identity = Identity { installation: "i-1".to_owned(), administration };
    let path = home.path().join("cache.db");
    let cache_key = key.cache_key(administration.as_bytes());
    let cache = Cache::create(&path, cache_key, &identity).expect("a cache");
    let connection = Connection {
        name: "Kantoor".to_owned(),
        desk: Id::new(8, [8; 10]),
        address: "127.0.0.1:9".to_owned(),
        hub_identity: [1; 32],
        certificate: Vec::new(),
        private_key: Vec::new(),
        administration_key: [2; 32],
    };
    let cache = Arc::new(cache);
    let changes = Changes::default();
    let chunks = crate::originals::folder(&home).expect("a folder");
    let (fetching, hub) = (tokio::sync::Mutex::default(), tokio::sync::Mutex::default());
    let keys = KeyRoom::new(slots, key, false);
    let desk =
        Desk { home, keys, cache, connection, administration, changes, chunks, fetching, hub };
    let desk = TestDesk { desk, folder };
    desk.put(
        "administration",
        administration,
        json!({"legal_name": "Kantoor B.V.", "country": "NL", "time_zone": "Europe/Amsterdam",
            "fiscal_year_end": "12-31", "currency": "EUR", "language": "nl",
            "agreement": "active", "controller_name": "Saskia"}),
    );
    desk
}

impl TestDesk {
    /// Enters a record as it is, for classes that have no operation of their own yet.
    pub(crate) fn put(&self, class: &str, id: Id, fields: Value) {
        let fields: Fields = serde_json::from_value(fields).expect("fields");
        let set = ChangeSet {
            operation: "test".to_owned(),
            at: SystemSurroundings.now(),
            user: None,
            changes: vec![Change { class: class.to_owned(), id, edit: Edit::Create(fields) }],
        };
        self.cache.write(|writer| writer.commit(&set)).expect("committed");
    }

    /// Enters a client from `field=value`.
    pub(crate) fn client(&self, values: &[&str]) -> crate::RecordView {
        self.add_client(&self.values("client", values)).expect("a client")
    }

    /// Values as the command line reads them.
    pub(crate) fn values(
        &self,
        class: &'static str,
        values: &[&str],
    ) -> booqing_model::fields::Patch {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        self.read_values(class, &values).expect("values")
    }
}

/// An id of a number.
pub(crate) fn id(number: u8) -> Id {
    Id::new(u64::from(number), [number; 10])
}

/// Lets veraPDF judge documents: each must be PDF/A-2a. They stay in `target/pdf-samples`, for people
/// to look at.
pub(crate) fn accepted_by_verapdf(documents: &[(String, Vec<u8>)]) {
    let target = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let folder = target.join("pdf-samples");
    std::fs::create_dir_all(&folder).expect("a folder");
    let paths: Vec<_> = documents
        .iter()
        .map(|(name, bytes)| {
            let path = folder.join(format!("{name}.pdf"));
            std::fs::write(&path, bytes).expect("written");
            path
        })
        .collect();
    let checker = target.join("tools/verapdf/check");
    let output = std::process::Command::new(&checker).args(&paths).output();
    let output = output.unwrap_or_else(|error| {
        panic!("{}: {error}; run cargo xtask setup", checker.display());
    });
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}

/// A finished page read back, as the tests of `pdf` do it.
#[allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "shared with tests that fail by panicking and look at more"
)]
#[path = "../../pdf/tests/it/reading.rs"]
pub(crate) mod reading;
