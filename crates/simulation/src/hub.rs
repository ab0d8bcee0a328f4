//! The hub of a world.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use booqing_hub::authority::Authority;
use booqing_hub::storage::embedded::Embedded;
use booqing_hub::storage::postgres::{Address, Postgres};
use booqing_hub::storage::{Desk, NewDesk, NewInvitation, Storage};
use booqing_hub::{Endpoint, Objects, Service};
use booqing_protocol::chunk::Kept;
use booqing_protocol::message::Answer;
use booqing_protocol::{Hash, Id, encode};
use booqing_sync::transfer::Ask;
use futures_executor::block_on;

use crate::disk::{Files, Image};
use crate::transcript::Heard;
use crate::{Failed, failing};

/// The administration of every world.
pub const ADMINISTRATION: Id = Id([7; 16]);

/// The epoch in which every world begins.
const EPOCH: i64 = 1_000_000_007;

/// What a hub keeps its records in.
#[derive(Debug, Clone)]
pub enum Backing {
    /// Files of its own. They are torn when it crashes, and can be put back from a copy.
    Files,
    /// The database of that URL, empty at first, of the PostgreSQL that this process has started. A crash
    /// ends the program, and nothing is put back.
    Postgres(String),
}

/// The hub: its data, and the program that serves them.
pub struct Hub {
    folder: PathBuf,
    backing: Backing,
    running: Option<(Arc<dyn Storage>, Service)>,
    copy: Option<([Image; 2], Files)>,
    /// What it was told and asked, for whoever listens.
    heard: Option<RefCell<Vec<Heard>>>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Hub").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// A hub with an empty administration, made once: worlds begin with a copy of it.
fn template() -> Result<&'static tempfile::TempDir, Failed> {
    static TEMPLATE: OnceLock<tempfile::TempDir> = OnceLock::new();
    if let Some(made) = TEMPLATE.get() {
        return Ok(made);
    }
    failing::prepare()?;
    let folder = tempfile::tempdir()?;
    let storage = Embedded::open(folder.path())?;
    Authority::open(folder.path(), SystemTime::now())?;
    storage.create_administration(ADMINISTRATION, "Kantoor")?;
    drop(storage);
    set_epoch(folder.path())?;
    Ok(TEMPLATE.get_or_init(|| folder))
}

/// Versions that passed are told of so many at a time, so that worlds of a few hundred steps have more than
/// a page takes.
const ROOM: usize = 5;

/// Epochs are random: that of a new world is always the same, so that what is said in it is.
fn set_epoch(folder: &Path) -> Result<(), Failed> {
    let key = fs::read_to_string(folder.join("storage.key"))?;
    let path = folder.join(format!("administrations/{ADMINISTRATION}.db"));
    let database = rusqlite::Connection::open(path)?;
    database.pragma_update(None, "key", format!("x'{}'", key.trim()))?;
    database.execute("UPDATE state SET epoch = ?1", [EPOCH])?;
    Ok(())
}

impl Hub {
    /// A new hub in a folder.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn new(folder: &Path, backing: Backing) -> Result<Self, Failed> {
        let template = template()?.path();
        fs::create_dir_all(folder.join("administrations"))?;
        for name in ["directory.db", "storage.key", "authority.key", "authority.crt"] {
            fs::copy(template.join(name), folder.join(name))?;
        }
        let name = format!("administrations/{ADMINISTRATION}.db");
        fs::copy(template.join(&name), folder.join(&name))?;
        let folder = folder.to_path_buf();
        let mut hub = Self { folder, backing, running: None, copy: None, heard: None };
        hub.start()?;
        if let Backing::Postgres(url) = &hub.backing {
            hub.running()?.0.create_administration(ADMINISTRATION, "Kantoor")?;
            let (_, name) = url.rsplit_once('/').ok_or("a database has a name")?;
            let statement = format!("UPDATE administration SET epoch = {EPOCH}");
            booqing_scratch_postgres::with_shared(|server| server.sql(name, &statement))?;
        }
        Ok(hub)
    }

    fn start(&mut self) -> Result<(), Failed> {
        let authority = Authority::open(&self.folder, SystemTime::UNIX_EPOCH)?;
        let storage: Arc<dyn Storage> = match &self.backing {
            Backing::Files => Arc::new(Embedded::open(&self.folder)?.with_room(ROOM)),
            Backing::Postgres(url) => {
                let address = Address::parse(url, None)?;
                Arc::new(Postgres::open(address, authority.identity())?.with_room(ROOM))
            }
        };
        let objects = Objects::in_folder(&Objects::folder_of(&self.folder))?;
        let service = Service::new(Arc::clone(&storage), objects, authority);
        self.running = Some((storage, service));
        Ok(())
    }

    fn running(&self) -> Result<&(Arc<dyn Storage>, Service), Failed> {
        self.running.as_ref().ok_or_else(|| "the hub does not run".into())
    }

    fn paths(&self) -> [PathBuf; 2] {
        let records = format!("administrations/{ADMINISTRATION}.db");
        [self.folder.join(records), self.folder.join("directory.db")]
    }

    /// Lets a desk in.
    ///
    /// # Errors
    /// When the hub fails.
    pub fn admit(&self, desk: Id, certificate: [u8; 32]) -> Result<(), Failed> {
        let (storage, _) = self.running()?;
        let proof = Hash::of(&certificate);
        storage.invite(&NewInvitation {
            administration: ADMINISTRATION,
            proof,
            bundle: None,
            expires: i64::MAX,
        })?;
        let new = NewDesk { proof, desk, name: String::new(), certificate };
        storage.admit(&new, 0)?.ok_or("the desk was not let in")?;
        self.hear(|| Ok(Heard::Admitted(desk)))
    }

    /// Keeps a desk out from now on.
    ///
    /// # Errors
    /// When the hub fails, or does not know the desk.
    pub fn revoke(&self, desk: Id, now: i64) -> Result<(), Failed> {
        let known = Desk { id: desk, administration: ADMINISTRATION };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now.unsigned_abs());
        let is_out = self.running()?.1.revoke(known, now)?;
        if is_out { Ok(()) } else { Err("the hub does not know the desk".into()) }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// When the hub fails.
    pub fn answer(
        &self,
        certificate: &[u8; 32],
        path: &str,
        body: &[u8],
        now: i64,
    ) -> Result<Vec<u8>, Failed> {
        let (_, service) = self.running()?;
        let endpoint = Endpoint::ALL.into_iter().find(|endpoint| endpoint.path() == path);
        let endpoint = endpoint.ok_or_else(|| format!("{path} is no endpoint"))?;
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now.unsigned_abs());
        let answer = endpoint.answer(service, Some(certificate), body, now)?.bytes;
        self.hear(|| {
            let desk = service.desk(certificate)?.ok_or("the hub does not know the desk")?.id;
            let at = now.duration_since(SystemTime::UNIX_EPOCH)?.as_secs().try_into()?;
            let (path, body, answer) = (path.to_owned(), body.to_vec(), answer.clone());
            Ok(Heard::Asked { desk, at, path, body, answer })
        })?;
        Ok(answer)
    }

    /// Listens to it from now on.
    pub fn listen(&mut self) {
        self.heard = Some(RefCell::default());
    }

    /// What was heard.
    pub fn heard(self) -> Vec<Heard> {
        self.heard.map(RefCell::into_inner).unwrap_or_default()
    }

    fn hear(&self, what: impl FnOnce() -> Result<Heard, Failed>) -> Result<(), Failed> {
        if let Some(heard) = &self.heard {
            heard.borrow_mut().push(what()?);
        }
        Ok(())
    }

    /// Keeps a chunk, and says so as it does over a connection.
    ///
    /// # Errors
    /// When the hub fails.
    pub fn keep(
        &self,
        certificate: &[u8; 32],
        ask: &Ask,
        bytes: Vec<u8>,
    ) -> Result<Vec<u8>, Failed> {
        let (service, desk) = self.asked_by(certificate)?;
        let Ask::Keep(name) = ask else { return Err("it is to keep nothing".into()) };
        let length = u64::try_from(bytes.len())?;
        Ok(match block_on(service.keep(desk, *name, bytes.into()))? {
            Ok(()) => encode(&Answer::Done(Kept { bytes: length }))?,
            Err(refusal) => encode(&Answer::<Kept>::Refused(refusal))?,
        })
    }

    /// Gives a chunk from a byte on; `None` when it has not got it.
    ///
    /// # Errors
    /// When the hub fails.
    pub fn give(
        &self,
        certificate: &[u8; 32],
        ask: &Ask,
        from: u64,
    ) -> Result<Option<Vec<u8>>, Failed> {
        let (service, desk) = self.asked_by(certificate)?;
        let Ask::Give(name) = ask else { return Err("it is to give nothing".into()) };

        Ok(block_on(service.give_from(desk, *name, from))?.ok().map(|piece| piece.bytes.to_vec()))
    }

    fn asked_by(&self, certificate: &[u8; 32]) -> Result<(&Service, Desk), Failed> {
        let (_, service) = self.running()?;
        let desk = service.desk(certificate)?.ok_or("the hub does not know the desk")?;
        Ok((service, desk))
    }

    /// Is stopped while it does something, at any byte it writes, and started again.
    ///
    /// # Errors
    /// When it does not start again: the data would be lost.
    pub fn crash(
        &mut self,
        dice: &mut fastrand::Rng,
        work: impl FnOnce(&Self) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        if !matches!(self.backing, Backing::Files) {
            work(self)?;
            self.running = None;
            return self.start();
        }
        let [records, _] = self.paths();
        let before = Image::take(&records)?;
        work(self)?;
        let left = before.torn(&Image::take(&records)?, dice);
        self.running = None;
        left.put(&records)?;
        self.start()
    }

    /// Copies its data.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn copy(&mut self) -> Result<(), Failed> {
        if !matches!(self.backing, Backing::Files) {
            return Ok(());
        }
        let [records, directory] = self.paths();
        let chunks = Files::take(&Objects::folder_of(&self.folder))?;
        self.copy = Some(([Image::take(&records)?, Image::take(&directory)?], chunks));
        Ok(())
    }

    /// Puts the records back from the copy, if there is one. Desks that came in since stay known: a
    /// desk that the hub does not know any more comes in again, which is another story. Whether
    /// the operator says that they were put back.
    ///
    /// # Errors
    /// When it does not start again.
    pub fn put_back(&mut self, is_said: bool) -> Result<bool, Failed> {
        let Some(([records, _], chunks)) = self.copy.clone() else { return Ok(false) };
        self.running = None;
        chunks.put(&Objects::folder_of(&self.folder))?;
        let [path, _] = self.paths();
        records.put(&path)?;
        self.start()?;
        if is_said {
            self.running()?.1.put_back()?;
        }
        Ok(true)
    }
}
