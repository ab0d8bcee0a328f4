//! An open desk: its home, its keys, its cache.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use booqing_keys::{
    InstallationKey, NewSlot, Opened, OsKeyring, Passphrase, RecoveryCode, Slots, SlotsError,
    private_file,
};
use booqing_model::{Fields, Id};
use booqing_store::tables::connection::Connection;
use booqing_store::{Cache, ChangeSet, ChunkFolder, Committed, Identity, Reader};
use booqing_sync::driver::{HubClient, SystemSurroundings};
use booqing_sync::register;
use booqing_sync::wire::wire_id;
use booqing_sync::{Sealer, Terms};
use zeroize::Zeroizing;

use crate::changes::{Changes, Listener};
use crate::keys::KeyRoom;
use crate::{DeskError, Home, Result, originals};

const CACHES: &str = "caches";

/// How a desk is opened.
#[derive(Debug, Clone)]
pub enum Unlock {
    /// By the operating system's keyring.
    Keyring,
    /// By the passphrase in this file, its first line.
    PassphraseFile(PathBuf),
    /// By a passphrase that somebody typed.
    Passphrase(Passphrase),
    /// By what stands in this file, as on a recovery kit.
    RecoveryKitFile(PathBuf),
    /// By what somebody typed from a recovery kit.
    RecoveryKit(RecoveryCode),
}

/// A desk that has joined an administration and is open.
#[derive(Debug)]
pub struct Desk {
    pub(crate) home: Arc<Home>,
    pub(crate) keys: KeyRoom,
    pub(crate) cache: Arc<Cache>,
    pub(crate) connection: Connection,
    pub(crate) administration: Id,
    pub(crate) changes: Changes,
    /// The chunks of originals and archives that are here.
    pub(crate) chunks: ChunkFolder,
    /// Held by whoever fetches chunks for a person.
    pub(crate) fetching: tokio::sync::Mutex<()>,
    /// The connection of the last sync. Held by the sync that is under way.
    pub(crate) hub: tokio::sync::Mutex<Option<HubClient>>,
}

impl Desk {
    /// Opens the desk of a home.
    ///
    /// # Errors
    /// [`DeskError::NotJoined`] before it has joined; [`DeskError::Slots`] when it does not open;
    /// [`DeskError::Store`] when its data cannot be used. Everything is as it was then.
    pub fn open(home: Arc<Home>, unlock: &Unlock) -> Result<Self> {
        let Some(administration) = joined(&home)? else { return Err(DeskError::NotJoined) };
        if !Slots::exist(home.path()) {
            return Err(DeskError::SlotsLost(home.path().to_path_buf()));
        }
        let mut slots = Slots::read(home.path())?;
        let Opened { key, slot, restored } = unlock_slots(&mut slots, unlock)?;
        let path = cache_path(&home, administration);
        let identity = Identity { installation: slots.installation().to_owned(), administration };
        let cache = Cache::open(&path, key.cache_key(administration.as_bytes()), &identity)?;
        let connection = cache.read(|reader| reader.hub())?.ok_or(DeskError::NotJoined)?;
        let chunks = originals::folder(&home)?;
        cache.read(|reader| chunks.tidy(|name| reader.has_chunk(name)))?;
        let desk = Self {
            home,
            keys: KeyRoom::new(slots, key, restored),
            cache: Arc::new(cache),
            connection,
            administration,
            changes: Changes::default(),
            chunks,
            fetching: tokio::sync::Mutex::default(),
            hub: tokio::sync::Mutex::default(),
        };
        desk.opened_by(slot, desk.home.keyring_failed(), crate::now());
        // What a version before could not read, this one may. Nothing is asked of the hub. What goes wrong
        // keeps nobody from working: it is tried again, and told, by the next sync.
        let _ = register::read_again(&desk.cache, &desk.sealer()?, &SystemSurroundings);
        Ok(desk)
    }

    /// The folder that holds everything of this desk.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The name of the administration.
    pub fn administration_name(&self) -> &str {
        &self.connection.name
    }

    /// The administration's own record.
    pub(crate) fn administration_fields(&self) -> Result<Fields> {
        let row = self.cache.read(|reader| reader.get("administration", self.administration))?;
        Ok(row.map(|row| row.fields).unwrap_or_default())
    }

    /// What seals and opens the records of the administration.
    pub(crate) fn sealer(&self) -> Result<Sealer> {
        let fields = self.administration_fields()?;
        let terms = || {
            Terms::new(
                fields.text("country")?,
                fields.text("time_zone")?,
                fields.text("fiscal_year_end")?,
            )
        };
        Ok(Sealer::new(
            wire_id(self.administration),
            wire_id(self.connection.desk),
            &self.connection.administration_key,
            terms(),
        ))
    }

    /// Reads, decides and changes without anybody in between.
    pub(crate) fn change(
        &self,
        make: impl FnOnce(&Reader<'_>) -> Result<ChangeSet>,
    ) -> Result<Committed> {
        let committed = self.cache.write(|writer| {
            // What the desk refuses is no failure of the store.
            Ok(match make(&writer.reader()) {
                Ok(set) => Ok(writer.commit(&set)?),
                Err(refused) => Err(refused),
            })
        })??;
        self.tell(&committed);
        Ok(committed)
    }

    /// Hears of every change of this administration, made here or brought by a sync.
    pub fn listen(&self) -> Listener {
        self.changes.listen()
    }

    pub(crate) fn tell(&self, committed: &Committed) {
        if committed.step.is_some() {
            self.changes.tell(committed.records.iter().map(|(class, _)| class.as_str()));
        }
    }
}

/// The administration this home has joined. Its cache is named after it.
pub(crate) fn joined(home: &Home) -> Result<Option<Id>> {
    let folder = home.path().join(CACHES);
    let failed = |source| DeskError::File { action: "read", path: folder.clone(), source };
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        let id = name.to_str().and_then(|name| name.strip_suffix(".db")).map(str::parse);
        if let Some(Ok(id)) = id {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Where the cache of an administration stands.
pub(crate) fn cache_path(home: &Home, administration: Id) -> PathBuf {
    home.path().join(CACHES).join(format!("{administration}.db"))
}

/// Makes the folder of the caches.
pub(crate) fn make_caches(home: &Home) -> Result<()> {
    let path = home.path().join(CACHES);
    crate::home::create_private_folder(&path).map_err(|source| DeskError::File {
        action: "create",
        path,
        source,
    })
}

fn unlock_slots(slots: &mut Slots, unlock: &Unlock) -> Result<Opened> {
    Ok(match unlock {
        Unlock::Keyring => slots.open_with_keyring(&OsKeyring)?,
        Unlock::PassphraseFile(path) => slots.open_with_passphrase(&read_passphrase(path)?)?,
        Unlock::Passphrase(passphrase) => slots.open_with_passphrase(passphrase)?,
        Unlock::RecoveryKitFile(path) => {
            let typed = first_line(path)?;
            slots.open_with_recovery_kit(&recovery_code(&typed)?)?
        }
        Unlock::RecoveryKit(code) => slots.open_with_recovery_kit(code)?,
    })
}

/// Opens the installation of a home, or makes it: the first way in is the one that was named.
pub(crate) fn installation(
    home: &Home,
    unlock: &Unlock,
    new_name: &str,
) -> Result<(Slots, InstallationKey)> {
    if Slots::exist(home.path()) {
        let mut slots = Slots::read(home.path())?;
        let opened = unlock_slots(&mut slots, unlock)?;
        return Ok((slots, opened.key));
    }
    Ok(match unlock {
        Unlock::Keyring => Slots::create(home.path(), new_name, &NewSlot::Keyring(&OsKeyring))?,
        Unlock::PassphraseFile(path) => {
            let passphrase = read_passphrase(path)?;
            Slots::create(home.path(), new_name, &NewSlot::Passphrase(&passphrase))?
        }
        Unlock::Passphrase(passphrase) => {
            Slots::create(home.path(), new_name, &NewSlot::Passphrase(passphrase))?
        }
        // A kit is made at an open desk. It is no way to begin.
        Unlock::RecoveryKitFile(_) | Unlock::RecoveryKit(_) => {
            return Err(SlotsError::NoSlot("recovery_kit").into());
        }
    })
}

fn read_passphrase(path: &Path) -> Result<Passphrase> {
    Ok(Passphrase::new(first_line(path)?.as_str().to_owned()))
}

pub(crate) fn recovery_code(typed: &str) -> Result<RecoveryCode> {
    RecoveryCode::parse(typed).map_err(DeskError::RecoveryCode)
}

/// The first line of a file that holds a secret: a passphrase, or what stands on a recovery kit.
///
/// # Errors
/// [`DeskError::File`].
pub fn first_line(path: &Path) -> Result<Zeroizing<String>> {
    let failed = |source| DeskError::File { action: "read", path: path.to_path_buf(), source };
    let bytes = private_file::read(path)
        .map_err(failed)?
        .map(Zeroizing::new)
        .ok_or_else(|| failed(std::io::ErrorKind::NotFound.into()))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        failed(std::io::Error::new(std::io::ErrorKind::InvalidData, "it is not text"))
    })?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}
