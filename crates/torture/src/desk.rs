//! A desk in a folder, without a window.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use booqing_keys::{CacheKey, Keyring, KeyringError, NewSlot, Secret, Slots};
use booqing_model::fields::Patch;
use booqing_model::{Fields, Id};
use booqing_protocol::Invitation;
use booqing_store::{Cache, Change, ChangeSet, Edit, Identity};
use booqing_sync::driver::{self, HubClient, SystemSurroundings};
use booqing_sync::inward::Surroundings;
use booqing_sync::local::Work;
use booqing_sync::wire::wire_id;
use booqing_sync::{Consent, Sealer, Summary, SyncError, Terms};
use serde_json::{Value, json};

use crate::Outcome;

/// A keyring in a file with one entry: programs that are killed every moment must start at once, and there is nothing
/// here to protect.
struct FileKeyring(PathBuf);

impl Keyring for FileKeyring {
    fn read(&self, _name: &str) -> Result<Secret, KeyringError> {
        let bytes = fs::read(&self.0).map_err(|_| KeyringError::NoEntry)?;
        bytes.try_into().map(Secret::new).map_err(|_| KeyringError::NoEntry)
    }

    fn write(&self, _name: &str, secret: &Secret) -> Result<(), KeyringError> {
        fs::write(&self.0, secret.expose()).map_err(|_| KeyringError::NoService)
    }

    fn forget(&self, _name: &str) -> Result<(), KeyringError> {
        fs::remove_file(&self.0).map_err(|_| KeyringError::NoEntry)
    }
}

/// A desk.
pub(crate) struct Desk {
    pub(crate) cache: Arc<Cache>,
    sealer: Arc<Sealer>,
    surroundings: Arc<dyn Surroundings + Send + Sync>,
    hub: HubClient,
}

fn keyring(folder: &Path) -> FileKeyring {
    FileKeyring(folder.join("keyring"))
}

/// The administration whose desk is in a folder.
fn administration(folder: &Path) -> Outcome<Id> {
    Ok(fs::read_to_string(folder.join("administration"))?.parse()?)
}

/// The key of the cache in a folder.
pub(crate) fn cache_key(folder: &Path) -> Outcome<CacheKey> {
    let opened = Slots::read(folder)?.open_with_keyring(&keyring(folder))?;
    Ok(opened.key.cache_key(administration(folder)?.as_bytes()))
}

impl Desk {
    /// Joins with an invitation.
    pub(crate) async fn join(folder: &Path, invitation: &Invitation, name: &str) -> Outcome<Self> {
        let enrolled = driver::join(invitation, wire_id(SystemSurroundings.id()?), name).await?;
        fs::create_dir_all(folder)?;
        let (_, key) = Slots::create(folder, "torture", &NewSlot::Keyring(&keyring(folder)))?;
        let administration = Id::from_bytes(enrolled.administration.0);
        let identity = Identity { installation: "torture".to_owned(), administration };
        let path = folder.join("cache.db");
        let cache = Cache::create(&path, key.cache_key(administration.as_bytes()), &identity)?;
        cache.write(|writer| writer.set_hub(&enrolled.connection))?;
        drop(cache);
        fs::write(folder.join("administration"), administration.to_string())?;
        Self::open(folder)
    }

    /// Opens the desk of a folder.
    pub(crate) fn open(folder: &Path) -> Outcome<Self> {
        let administration = administration(folder)?;
        let identity = Identity { installation: "torture".to_owned(), administration };
        let path = folder.join("cache.db");
        let cache = Cache::open(&path, cache_key(folder)?, &identity)?;
        let connection = cache.read(|reader| reader.hub())?.ok_or("it never joined")?;
        let terms = Terms::new("NL", "Europe/Amsterdam", "12-31");
        let desk = wire_id(connection.desk);
        let key = &connection.administration_key;
        let sealer = Sealer::new(wire_id(administration), desk, key, terms);
        let certificate = Some((&*connection.certificate, &*connection.private_key));
        let hub = HubClient::new(&connection.address, connection.hub_identity, certificate)?;
        Ok(Self {
            cache: Arc::new(cache),
            sealer: Arc::new(sealer),
            surroundings: Arc::new(SystemSurroundings),
            hub,
        })
    }

    /// Reaches its hub at another address from now on, over a new connection.
    pub(crate) fn at(&mut self, address: &str) -> Outcome {
        let connection = self.cache.read(|reader| reader.hub())?.ok_or("it never joined")?;
        let certificate = Some((&*connection.certificate, &*connection.private_key));
        self.hub = HubClient::new(address, connection.hub_identity, certificate)?;
        Ok(())
    }

    /// An invitation for another desk.
    pub(crate) async fn invite(&mut self) -> Outcome<Invitation> {
        let connection = self.cache.read(|reader| reader.hub())?.ok_or("it never joined")?;
        let administration = self.sealer.administration();
        Ok(driver::invite(&mut self.hub, administration, &connection).await?)
    }

    /// Syncs once.
    pub(crate) async fn sync(&mut self) -> Result<Summary, SyncError> {
        let consent = Consent::default();
        let work = Work::new(&self.cache, &self.sealer, &self.surroundings, consent);
        driver::sync(&work, &mut self.hub, consent, |_| {}).await
    }

    /// Enters a client with this number.
    pub(crate) fn enter(&self, number: &str) -> Outcome<Id> {
        let id = self.surroundings.id()?;
        let values = [("kind", json!("person")), ("number", json!(number))];
        let fields: Fields = values.into_iter().collect();
        self.commit(id, Edit::Create(fields))?;
        Ok(id)
    }

    /// Adds a line to the note of a client.
    pub(crate) fn add_line(&self, client: Id, line: &str) -> Outcome {
        let row = self.cache.read(|reader| reader.get("client", client))?.ok_or("no client")?;
        let note = row.fields.text("note").map_or(String::new(), |note| format!("{note}\n"));
        let mut patch = Patch::new();
        patch.set("note", json!(format!("{note}{line}")));
        self.commit(client, Edit::Change(patch))
    }

    fn commit(&self, id: Id, edit: Edit) -> Outcome {
        let changes = vec![Change { class: "client".to_owned(), id, edit }];
        let (operation, at) = ("torture".to_owned(), self.surroundings.now());
        let set = ChangeSet { operation, at, user: None, changes };
        self.cache.write(|writer| writer.commit(&set))?;
        Ok(())
    }

    /// Every client, as text, in the order of their ids.
    pub(crate) fn clients(&self) -> Outcome<Vec<(Id, Value)>> {
        let mut clients = self.cache.read(|reader| {
            let mut clients = Vec::new();
            for id in reader.ids("client")? {
                clients.extend(reader.get("client", id)?.map(|row| (id, json!(row.fields))));
            }
            Ok(clients)
        })?;
        clients.sort_by_key(|(id, _)| *id);
        Ok(clients)
    }

    /// How many changes wait.
    pub(crate) fn waiting(&self) -> Outcome<i64> {
        Ok(self.cache.read(|reader| reader.outbox_len())?)
    }
}
