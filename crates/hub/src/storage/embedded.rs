//! Storage on files: one SQLCipher database per administration, and a directory of desks.
//!
//! The encryption is for integrity: SQLCipher finds every damaged page, plain SQLite does not. Its
//! key lies beside the files; the content is sealed by the desks anyway.

mod administration;
mod backup;
mod directory;
mod versions;

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use booqing_protocol::compare::{Compare, Compared, Fetch, Fetched};
use booqing_protocol::message::{Cursor, Page, Push, Pushed};
use booqing_protocol::recall::{MOST_PASSED, Recall, Recalled};
use booqing_protocol::scan::{Manifest, Scan, Scanned};
use booqing_protocol::{Id, Refusal};
use rusqlite::{Connection, OpenFlags, Transaction};
use zeroize::Zeroizing;

use super::passing::Room;
use super::{
    Admission, Admitted, Desk, Examined, NewDesk, NewInvitation, Storage, StorageError, examining,
    ordering, passing, reading, scanning,
};
use crate::authority::write_private;

pub use backup::Copied;

type Shared = Arc<Mutex<Connection>>;

/// The versions of a database.
struct Schema {
    /// The statements that lead from each version to the next.
    steps: &'static [&'static str],
    /// What is done after a step, by the version it leads to.
    after: fn(&Transaction<'_>, u32) -> Result<(), StorageError>,
}

/// The database of administrations, invitations and desks.
const DIRECTORY_FILE: &str = "directory.db";

const DIRECTORY: Schema = Schema { steps: directory::STEPS, after: |_, _| Ok(()) };
const ADMINISTRATION: Schema = Schema { steps: versions::STEPS, after: versions::after_step };

/// That this process serves a data folder; ends when it is dropped.
#[derive(Debug)]
pub struct Serving(#[expect(dead_code, reason = "it is held for its lock")] File);

/// Storage in a data folder.
#[derive(Debug)]
pub struct Embedded {
    folder: PathBuf,
    key: Zeroizing<String>,
    directory: Mutex<Connection>,
    administrations: Mutex<HashMap<Id, Shared>>,
    /// How many versions that passed a message tells of.
    room: usize,
}

impl Embedded {
    /// Opens the storage of a data folder, or makes it.
    ///
    /// # Errors
    /// [`StorageError`].
    pub fn open(folder: &Path) -> Result<Self, StorageError> {
        let administrations = folder.join("administrations");
        create_private_folder(&administrations).map_err(|source| StorageError::File {
            file: administrations.display().to_string(),
            source,
        })?;
        let is_new = !folder.join(DIRECTORY_FILE).exists() && is_empty(&administrations)?;
        let key = read_key(&folder.join("storage.key"), is_new)?;
        let path = folder.join(DIRECTORY_FILE);
        let directory = open_database(&path, &key, &DIRECTORY, is_new)?;
        Ok(Self {
            folder: folder.to_path_buf(),
            key,
            directory: Mutex::new(directory),
            administrations: Mutex::default(),
            room: MOST_PASSED,
        })
    }

    /// The same, whose messages tell of so many versions that passed, instead of [`MOST_PASSED`].
    #[must_use]
    pub fn with_room(mut self, versions: usize) -> Self {
        self.room = versions.clamp(1, MOST_PASSED);
        self
    }

    fn room(&self) -> Room {
        Room::new(self.room)
    }

    /// Keeps every other hub from serving this data, for as long as the answer is held.
    ///
    /// Administrations can be made meanwhile: that is a single commit, which the hub that serves
    /// sees at the next request.
    ///
    /// # Errors
    /// [`StorageError::InUse`] when another hub serves it.
    pub fn serve_alone(&self) -> Result<Serving, StorageError> {
        let path = self.folder.join("lock");
        let failed = |source| StorageError::File { file: path.display().to_string(), source };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Serving(file)),
            Err(TryLockError::WouldBlock) => {
                Err(StorageError::InUse(self.folder.display().to_string()))
            }
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The database of an administration.
    fn administration(&self, id: Id) -> Result<Shared, StorageError> {
        let mut open = lock(&self.administrations);
        if let Some(found) = open.get(&id) {
            return Ok(Arc::clone(found));
        }
        if !directory::has_administration(&lock(&self.directory), id)? {
            return Err(StorageError::NoAdministration(id));
        }
        let path = self.folder.join("administrations").join(format!("{id}.db"));
        let mut connection = open_database(&path, &self.key, &ADMINISTRATION, false)?;
        // Where making it was cut off after the file was there.
        administration::begin(&mut connection)?;
        let shared = Arc::new(Mutex::new(connection));
        open.insert(id, Arc::clone(&shared));
        Ok(shared)
    }
}

impl Storage for Embedded {
    fn create_administration(&self, id: Id, name: &str) -> Result<(), StorageError> {
        // The file first: an administration in the directory always has one.
        let path = self.folder.join("administrations").join(format!("{id}.db"));
        let mut connection = open_database(&path, &self.key, &ADMINISTRATION, true)?;
        administration::begin(&mut connection)?;
        directory::add_administration(&lock(&self.directory), id, name)
    }

    fn invite(&self, invitation: &NewInvitation) -> Result<(), StorageError> {
        directory::add_invitation(&lock(&self.directory), invitation)
    }

    fn admit(&self, desk: &NewDesk, now: i64) -> Result<Option<Admitted>, StorageError> {
        directory::admit(&mut lock(&self.directory), desk, now)
    }

    fn desk(&self, certificate: &[u8; 32]) -> Result<Option<Desk>, StorageError> {
        directory::desk(&lock(&self.directory), certificate)
    }

    fn revoke(&self, desk: Desk, now: i64) -> Result<bool, StorageError> {
        directory::revoke(&mut lock(&self.directory), desk, now)
    }

    fn desks(&self, administration: Id) -> Result<Vec<Admission>, StorageError> {
        directory::desks(&lock(&self.directory), administration)
    }

    fn begin_again(&self, administration: Id) -> Result<(), StorageError> {
        let shared = self.administration(administration)?;
        administration::begin_again(&mut lock(&shared))
    }

    fn examine(
        &self,
        administration: Id,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Option<Examined>, StorageError> {
        self.administration(administration)?;
        let path = self.folder.join("administrations").join(format!("{administration}.db"));
        // A connection of its own, so that nobody waits for it.
        let mut connection = open_database(&path, &self.key, &ADMINISTRATION, false)?;
        administration::look(&mut connection, |books| examining::examine(books, goes_on))
    }

    fn is_there(&self) -> Result<(), StorageError> {
        // A file that is gone is still open.
        fs::metadata(self.folder.join(DIRECTORY_FILE)).map_err(|source| StorageError::File {
            file: self.folder.join(DIRECTORY_FILE).display().to_string(),
            source,
        })?;
        let sql = "SELECT EXISTS (SELECT 1 FROM desk)";
        Ok(lock(&self.directory).query_row(sql, [], |_| Ok(()))?)
    }

    fn administrations(&self) -> Result<Vec<Id>, StorageError> {
        directory::administrations(&lock(&self.directory))
    }

    fn push(
        &self,
        desk: Desk,
        push: &Push,
        now: i64,
    ) -> Result<Result<Pushed, Refusal>, StorageError> {
        let shared = self.administration(desk.administration)?;
        administration::change(&mut lock(&shared), |books| {
            ordering::push(books, desk.id, push, now)
        })
    }

    fn pull(
        &self,
        desk: Desk,
        cursor: Cursor,
        whole: u64,
    ) -> Result<Result<Page, Refusal>, StorageError> {
        let shared = self.administration(desk.administration)?;
        administration::look(&mut lock(&shared), |books| {
            reading::pull(books, cursor, whole, self.room())
        })
    }

    fn head(&self, desk: Desk) -> Result<Result<Cursor, Refusal>, StorageError> {
        let shared = self.administration(desk.administration)?;
        administration::look(&mut lock(&shared), |books| reading::head(books))
    }

    fn manifest(&self, desk: Desk) -> Result<Result<Manifest, Refusal>, StorageError> {
        let shared = self.administration(desk.administration)?;
        administration::look(&mut lock(&shared), |books| scanning::manifest(books))
    }

    fn scan(&self, desk: Desk, scan: &Scan) -> Result<Result<Scanned, Refusal>, StorageError> {
        let shared = self.administration(desk.administration)?;
        administration::look(&mut lock(&shared), |books| scanning::scan(books, scan, self.room()))
    }

    fn compare(
        &self,
        desk: Desk,
        compare: &Compare,
    ) -> Result<Result<Compared, Refusal>, StorageError> {
        let shared = self.administration(desk.administration)?;
        administration::look(&mut lock(&shared), |books| reading::compare(books, desk.id, compare))
    }

    fn fetch(&self, desk: Desk, fetch: &Fetch) -> Result<Result<Fetched, Refusal>, StorageError> {
        let shared = self.administration(desk.administration)?;
        administration::look(&mut lock(&shared), |books| reading::fetch(books, fetch, self.room()))
    }

    fn recall(
        &self,
        desk: Desk,
        recall: &Recall,
    ) -> Result<Result<Recalled, Refusal>, StorageError> {
        let shared = self.administration(desk.administration)?;
        administration::look(&mut lock(&shared), |books| {
            passing::recall(books, recall, self.room())
        })
    }
}

/// A lock whose holder panicked protects nothing less: every change is a transaction.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a folder has nothing in it.
fn is_empty(folder: &Path) -> Result<bool, StorageError> {
    let failed = |source| StorageError::File { file: folder.display().to_string(), source };
    Ok(fs::read_dir(folder).map_err(failed)?.next().is_none())
}

/// The key of the files, in hexadecimal; made in a new data folder and never again.
fn read_key(path: &Path, is_new: bool) -> Result<Zeroizing<String>, StorageError> {
    let failed = |source| StorageError::File { file: path.display().to_string(), source };
    if is_new && !path.exists() {
        let mut bytes = Zeroizing::new([0_u8; 48]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| StorageError::NoRandom)?;
        let hex: Zeroizing<String> =
            Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
        write_private(path, hex.as_bytes()).map_err(|error| StorageError::File {
            file: path.display().to_string(),
            source: std::io::Error::other(error),
        })?;
    }
    let key = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    if key.len() == 96 && key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(key)
    } else {
        Err(StorageError::Damaged(format!("{} is no key", path.display())))
    }
}

/// Opens a database and brings it to the version of these steps, each in one transaction. One that
/// should be there and is not, or is empty, is an error: a new one would look healthy, and have
/// nothing in it.
fn open_database(
    path: &Path,
    key: &str,
    schema: &Schema,
    is_new: bool,
) -> Result<Connection, StorageError> {
    let failed = |source| StorageError::File { file: path.display().to_string(), source };
    if is_new {
        create_private_file(path).map_err(failed)?;
    } else if fs::metadata(path).map_err(failed)?.len() == 0 {
        return Err(StorageError::Damaged(format!("{} is empty", path.display())));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // One at a time: several first openings at once have been seen to trip the library over making
    // itself ready ("An error occurred with PRAGMA key").
    static OPENING: Mutex<()> = Mutex::new(());
    let opening = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut connection = Connection::open_with_flags(path, flags)?;
    // The key protects no secret here, so SQL text may carry it.
    connection.pragma_update(None, "key", format!("x'{key}'"))?;
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    drop(opening);
    let cipher: Option<String> =
        connection.pragma_query_value(None, "cipher_version", |row| row.get(0)).ok();
    if cipher.is_none_or(|version| !version.starts_with("4.")) {
        return Err(StorageError::Damaged("the database library is not SQLCipher 4".to_owned()));
    }
    connection.execute_batch(
        "PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1; PRAGMA foreign_keys = ON; \
         PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 5000; \
         PRAGMA cache_size = -8192;",
    )?;
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(schema.steps.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(StorageError::Newer { file: path.display().to_string(), found, known });
    }
    for (sql, version) in schema.steps.iter().zip(1_u32..).skip(found as usize) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        (schema.after)(&transaction, version)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(connection)
}

fn create_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    // A first start that was cut off may have left an empty file.
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(|_| ())
}

/// Makes a folder that only its owner looks into, with those it lies in.
///
/// # Errors
/// What the operating system says.
#[cfg(unix)]
pub fn create_private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes a folder that only its owner looks into, with those it lies in.
///
/// # Errors
/// What the operating system says.
#[cfg(not(unix))]
pub fn create_private_folder(path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(path)
}
