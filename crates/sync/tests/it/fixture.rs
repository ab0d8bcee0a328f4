//! An office: a hub, and desks that joined it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use booqing_hub::authority::Authority;
use booqing_hub::storage::embedded::Embedded;
use booqing_hub::storage::postgres::{Address, Postgres};
use booqing_hub::{Limits, Objects, Server, Service, Storage};
use booqing_keys::{InstallationKey, Keyring, KeyringError, NewSlot, Secret, Slots};
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_protocol::Invitation;
use booqing_protocol::message::Pushed;
use booqing_store::tables::connection::Connection;
use booqing_store::{Cache, Change, ChangeSet, Edit, Identity, Row};
use booqing_sync::driver::{self, HubClient, SystemSurroundings};
use booqing_sync::inward::Surroundings;
use booqing_sync::local::Work;
use booqing_sync::{Consent, Sealer, Summary, SyncError, Terms, inward, outward, settling};
use serde_json::Value;
use tokio::sync::oneshot;

/// The file of a hub's folder that says which database is its own.
const DATABASE: &str = "database";
/// The file that says for how many versions that passed its messages have room.
const ROOM: &str = "room";

/// A hub with one administration.
pub(crate) struct Office {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) service: Arc<Service>,
    pub(crate) address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl Office {
    pub(crate) async fn open() -> Self {
        Self::open_at(tempfile::tempdir().expect("a folder"), "127.0.0.1:0").await
    }

    /// With a hub whose messages have room for so many versions that passed.
    pub(crate) async fn open_with_room(versions: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(ROOM), versions.to_string()).expect("written");
        Self::open_at(folder, "127.0.0.1:0").await
    }

    /// With a hub that keeps its records in PostgreSQL, and the name of its database.
    pub(crate) async fn open_on_postgres() -> (Self, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let url = booqing_scratch_postgres::database().expect("a database");
        std::fs::write(folder.path().join(DATABASE), &url).expect("written");
        let (_, name) = url.rsplit_once('/').expect("a URL");
        (Self::open_at(folder, "127.0.0.1:0").await, name.to_owned())
    }

    async fn open_at(folder: tempfile::TempDir, address: &str) -> Self {
        let authority = Authority::open(folder.path(), SystemTime::now()).expect("an authority");
        let storage: Arc<dyn Storage> = match std::fs::read_to_string(folder.path().join(DATABASE))
        {
            Err(_) => {
                let room = std::fs::read_to_string(folder.path().join(ROOM)).ok();
                let room = room.map_or(usize::MAX, |room| room.parse().expect("a number"));
                Arc::new(Embedded::open(folder.path()).expect("storage").with_room(room))
            }
            Ok(url) => {
                let address = Address::parse(&url, None).expect("an address");
                Arc::new(Postgres::open(address, authority.identity()).expect("storage"))
            }
        };
        let objects = Objects::in_folder(&Objects::folder_of(folder.path())).expect("a folder");
        let service = Arc::new(Service::new(storage, objects, authority));
        service.hear_others().expect("heard");
        let server =
            Server::bind(address, Arc::clone(&service), Limits::default()).await.expect("a port");
        let address = server.address().expect("its address");
        let (end, ended) = oneshot::channel::<()>();
        let task = tokio::spawn(server.run(async {
            let _ = ended.await;
        }));
        Self { folder, service, address, end: Some(end), task: Some(task) }
    }

    /// Another hub on the same database, with the same authority.
    pub(crate) async fn beside(&self) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["authority.key", "authority.crt", DATABASE] {
            std::fs::copy(self.folder.path().join(name), folder.path().join(name)).expect("copied");
        }
        Self::open_at(folder, "127.0.0.1:0").await
    }

    pub(crate) async fn close(&mut self) {
        drop(self.end.take());
        self.task.take().expect("it is open").await.expect("it closed");
    }

    /// Closes, does something to the data, and opens again.
    pub(crate) async fn reopen_after(mut self, work: impl FnOnce(&std::path::Path)) -> Self {
        self.close().await;
        work(self.folder.path());
        self.reopen().await
    }

    /// Opens again on the same data and address.
    pub(crate) async fn reopen(self) -> Self {
        let address = self.address.to_string();
        Self::open_at(self.folder, &address).await
    }

    pub(crate) fn invitation(&self) -> Invitation {
        self.service
            .create_administration("Kantoor", &self.address.to_string(), SystemTime::now())
            .expect("an administration")
    }

    pub(crate) async fn first_desk(&self) -> Desk {
        Desk::join(&self.invitation(), 1).await.expect("joined")
    }
}

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

/// A desk that joined.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    key: InstallationKey,
    pub(crate) cache: Arc<Cache>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) hub: HubClient,
    pub(crate) surroundings: Arc<dyn Surroundings + Send + Sync>,
}

impl Desk {
    pub(crate) async fn join(invitation: &Invitation, number: u8) -> Result<Self, SyncError> {
        let id = booqing_protocol::Id([number; 16]);
        let enrolled = driver::join(invitation, id, &format!("desk {number}")).await?;
        let folder = tempfile::tempdir().expect("a folder");
        let (_, key) = Slots::create(folder.path(), "i", &NewSlot::Keyring(&Memory::default()))
            .expect("an installation");
        let administration = Id::from_bytes(enrolled.administration.0);
        let identity = Identity { installation: "i".to_owned(), administration };
        let path = folder.path().join("cache.db");
        let cache = Cache::create(&path, key.cache_key(administration.as_bytes()), &identity)
            .expect("a cache");
        let connection = enrolled.connection;
        cache.write(|writer| writer.set_hub(&connection)).expect("noted");
        let terms = Terms::new("NL", "Europe/Amsterdam", "12-31");
        let sealer =
            Sealer::new(enrolled.administration, id, &connection.administration_key, terms);
        let hub = HubClient::new(
            &connection.address,
            connection.hub_identity,
            Some((&connection.certificate, &connection.private_key)),
        )?;
        Ok(Self {
            folder,
            key,
            cache: Arc::new(cache),
            sealer: Arc::new(sealer),
            hub,
            surroundings: Arc::new(SystemSurroundings),
        })
    }

    fn connection(&self) -> Connection {
        self.cache.read(|reader| reader.hub()).expect("read").expect("it joined")
    }

    /// An invitation for another desk.
    pub(crate) async fn invite(&mut self) -> Invitation {
        let (connection, administration) = (self.connection(), self.sealer.administration());
        driver::invite(&mut self.hub, administration, &connection).await.expect("invited")
    }

    /// Another desk of the same administration.
    pub(crate) async fn colleague(&mut self, number: u8) -> Self {
        Self::join(&self.invite().await, number).await.expect("joined")
    }

    /// A copy of this desk's disk, started beside it.
    pub(crate) fn twin(&self) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        self.cache.checkpoint().expect("written back");
        let path = folder.path().join("cache.db");
        std::fs::copy(self.folder.path().join("cache.db"), &path).expect("copied");
        let administration = Id::from_bytes(self.sealer.administration().0);
        let identity = Identity { installation: "i".to_owned(), administration };
        let key = self.key.cache_key(administration.as_bytes());
        let cache = Arc::new(Cache::open(&path, key, &identity).expect("opened"));
        let mut twin = Self {
            folder,
            key: self.key.clone(),
            cache,
            sealer: Arc::clone(&self.sealer),
            hub: HubClient::new("", [0; 32], None).expect("a client"),
            surroundings: Arc::clone(&self.surroundings),
        };
        twin.reconnect();
        twin
    }

    /// Does something to the database as no program would: what a disk that rots does.
    pub(crate) fn rot(&self, statement: &str) {
        let administration = Id::from_bytes(self.sealer.administration().0);
        let key = self.key.cache_key(administration.as_bytes());
        let key = String::from_utf8(key.specification().to_vec()).expect("text");
        let database = rusqlite::Connection::open(self.folder.path().join("cache.db"));
        let database = database.expect("opened");
        database.pragma_update(None, "key", key).expect("the key");
        database.execute_batch(statement).expect("done");
    }

    /// Uses what the cache now says of the hub and of this desk.
    fn reconnect(&mut self) {
        let connection = self.connection();
        let desk = booqing_protocol::Id(*connection.desk.as_bytes());
        let terms = Terms::new("NL", "Europe/Amsterdam", "12-31");
        let administration = self.sealer.administration();
        self.sealer =
            Arc::new(Sealer::new(administration, desk, &connection.administration_key, terms));
        let address = connection.address;
        self.at(&address);
    }

    /// Comes in again.
    pub(crate) async fn rejoin(&mut self, invitation: &Invitation, number: u8) {
        let id = booqing_protocol::Id([number; 16]);
        let enrolled = driver::join(invitation, id, "again").await.expect("joined");
        self.cache.write(|writer| writer.rejoin(&enrolled.connection)).expect("noted");
        self.reconnect();
    }

    /// This desk, with the hub at another address.
    pub(crate) fn at(&mut self, address: &str) -> &mut Self {
        self.hub = self.client(address);
        self
    }

    /// Another connection of this desk.
    pub(crate) fn client(&self, address: &str) -> HubClient {
        let connection = self.connection();
        let certificate = Some((&*connection.certificate, &*connection.private_key));
        HubClient::new(address, connection.hub_identity, certificate).expect("a client")
    }

    pub(crate) async fn try_sync(&mut self) -> Result<Summary, SyncError> {
        self.sync_agreeing(Consent::default()).await
    }

    /// Syncs with what a person has agreed to.
    pub(crate) async fn sync_agreeing(&mut self, consent: Consent) -> Result<Summary, SyncError> {
        let work = Work::new(&self.cache, &self.sealer, &self.surroundings, consent);
        driver::sync(&work, &mut self.hub, consent, |_| {}).await
    }

    pub(crate) async fn sync(&mut self) -> Summary {
        self.try_sync().await.expect("synced")
    }

    /// Sends what waits, and is told what became of it.
    async fn push(&mut self) -> Pushed {
        let acknowledged = inward::cursor(&self.cache).expect("a cursor");
        let push =
            outward::plan(&self.cache, &self.sealer, acknowledged, false, &*self.surroundings)
                .expect("planned")
                .expect("something waits");
        self.hub.ask("/v1/push", &push).await.expect("an answer")
    }

    /// Sends what waits, and never hears what became of it.
    pub(crate) async fn push_and_lose_the_answer(&mut self) {
        self.push().await;
    }

    /// Sends what waits and takes nothing in, as a desk does whose connection breaks then.
    pub(crate) async fn push_only(&mut self) {
        let pushed = self.push().await;
        let settled = settling::settle(&self.cache, &self.sealer, &pushed, &*self.surroundings);
        assert_eq!(settled.expect("settled").refused, 0);
    }

    fn commit(&self, class: &str, id: Id, edit: Edit) {
        self.commit_all(vec![Change { class: class.to_owned(), id, edit }]);
    }

    fn commit_all(&self, changes: Vec<Change>) {
        let operation = "test".to_owned();
        let set = ChangeSet { operation, at: Moment(1_000), user: None, changes };
        self.cache.write(|writer| writer.commit(&set)).expect("committed");
    }

    /// Enters many records as one set.
    pub(crate) fn create_all(&self, class: &str, records: &[(Id, Value)]) {
        let change = |(id, value): &(Id, Value)| Change {
            class: class.to_owned(),
            id: *id,
            edit: Edit::Create(fields(value.clone())),
        };
        self.commit_all(records.iter().map(change).collect());
    }

    pub(crate) fn create(&self, class: &str, id: Id, value: Value) {
        self.commit(class, id, Edit::Create(fields(value)));
    }

    pub(crate) fn change(&self, class: &str, id: Id, value: Value) {
        self.commit(class, id, Edit::Change(serde_json::from_value(value).expect("a patch")));
    }

    /// Changes a record, and enters another of that class in the same set.
    pub(crate) fn change_with(&self, class: &str, id: Id, value: Value, other: &str) {
        let edit = Edit::Change(serde_json::from_value(value).expect("a patch"));
        let new = Edit::Create(fields(serde_json::json!({"number": "beside"})));
        let beside = Id::new(u64::from(u8::MAX), [0xbe; 10]);
        self.commit_all(vec![
            Change { class: class.to_owned(), id, edit },
            Change { class: other.to_owned(), id: beside, edit: new },
        ]);
    }

    /// Changes two records in one set.
    pub(crate) fn change_both(&self, one: (&str, Id, Value), other: (&str, Id, Value)) {
        let change = |(class, id, value): (&str, Id, Value)| Change {
            class: class.to_owned(),
            id,
            edit: Edit::Change(serde_json::from_value(value).expect("a patch")),
        };
        self.commit_all(vec![change(one), change(other)]);
    }

    /// Changes a record and deletes another in one set.
    pub(crate) fn change_and_delete(
        &self,
        (class, id, value): (&str, Id, Value),
        (other, gone): (&str, Id),
    ) {
        let edit = Edit::Change(serde_json::from_value(value).expect("a patch"));
        self.commit_all(vec![
            Change { class: class.to_owned(), id, edit },
            Change { class: other.to_owned(), id: gone, edit: Edit::Delete },
        ]);
    }

    pub(crate) fn delete(&self, class: &str, id: Id) {
        self.commit(class, id, Edit::Delete);
    }

    pub(crate) fn row(&self, class: &str, id: Id) -> Option<Row> {
        self.cache.read(|reader| reader.get(class, id)).expect("read")
    }

    pub(crate) fn fields(&self, class: &str, id: Id) -> Option<Fields> {
        self.row(class, id).map(|row| row.fields)
    }

    pub(crate) fn waiting(&self) -> i64 {
        self.cache.read(|reader| reader.outbox_len()).expect("read")
    }

    /// The conflicts there are, each as its values.
    pub(crate) fn conflicts(&self) -> Vec<Fields> {
        let ids = self.cache.read(|reader| reader.ids("conflict")).expect("read");
        ids.into_iter().filter_map(|id| self.fields("conflict", id)).collect()
    }
}

pub(crate) fn id(number: u8) -> Id {
    Id::new(u64::from(number), [number; 10])
}

pub(crate) fn fields(value: Value) -> Fields {
    serde_json::from_value(value).expect("fields")
}

/// Texts of a length that do not compress: letters from a linear congruential generator.
pub(crate) fn noise() -> impl FnMut(usize) -> String {
    let mut state = 1_u32;
    move |length| {
        let letter = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b' ' + u8::try_from((state >> 16) % 90).unwrap_or(0))
        };
        (0..length).map(letter).collect()
    }
}
