//! The cache of one administration: one writer, several readers.

mod examining;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use booqing_keys::CacheKey;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use rusqlite::{Connection, TransactionBehavior};

use crate::change::{self, Batch, ChangeSet, Committed};
use crate::exchange::Exchange;
use crate::lists::{self, ListQuery};
use crate::rows::{self, Row, Scanned};
use crate::search::{self, Hit};
use crate::tables::connection::{self, Connection as HubConnection, Progress};
use crate::tables::history::{self, HistoryEntry};
use crate::tables::outbox::{self, OutboxEntry};
use crate::tables::refusal::{self, RefusedRecord};
use crate::tables::sealing_key::{self, SealingKey};
use crate::tables::undo::{self, UndoStep};
use crate::tables::unread;
use crate::tables::{digest, synced};
use crate::{Identity, Result, open, schema};

/// Reading connections kept warm. More may be open at once; these are not closed again.
const WARM_READERS: usize = 3;

/// The encrypted cache of one administration.
///
/// Readers see the last committed state and never wait for the writer (write-ahead log).
#[derive(Debug)]
pub struct Cache {
    path: PathBuf,
    key: CacheKey,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Cache {
    /// Makes a new, empty cache.
    ///
    /// # Errors
    /// [`crate::StoreError::Present`] when there is a file already, whatever it is.
    pub fn create(path: &Path, key: CacheKey, identity: &Identity) -> Result<Self> {
        let writer = open::create(path, &key, identity)?;
        Ok(Self::with(path, key, writer))
    }

    /// Opens a cache that is there.
    ///
    /// # Errors
    /// [`crate::StoreError`], one variant for each thing that can be wrong with the file. The
    /// file is left as it is.
    pub fn open(path: &Path, key: CacheKey, identity: &Identity) -> Result<Self> {
        let writer = open::open(path, &key, identity)?;
        Ok(Self::with(path, key, writer))
    }

    fn with(path: &Path, key: CacheKey, writer: Connection) -> Self {
        Self {
            path: path.to_path_buf(),
            key,
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
        }
    }

    /// Reads. Several may at once.
    ///
    /// # Errors
    /// When a connection cannot be opened, or what `read` returns.
    pub fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        let warm = lock(&self.readers).pop();
        let connection = match warm {
            Some(connection) => connection,
            None => open::open_reader(&self.path, &self.key)?,
        };
        // One transaction: everything read in it is of one moment.
        let outcome = connection
            .unchecked_transaction()
            .map_err(crate::StoreError::from)
            .and_then(|snapshot| read(&Reader { connection: &snapshot }));
        let mut readers = lock(&self.readers);
        if readers.len() < WARM_READERS {
            readers.push(connection);
        }
        outcome
    }

    /// Changes. One at a time; the others wait.
    ///
    /// # Errors
    /// What `write` returns. Nothing is committed then.
    pub fn write<T>(&self, write: impl FnOnce(&mut Writer<'_>) -> Result<T>) -> Result<T> {
        let mut connection = lock(&self.writer);
        write(&mut Writer { connection: &mut connection })
    }

    /// Writes the log back into the file and empties it, so that nothing stands outside the file.
    ///
    /// # Errors
    /// [`crate::StoreError::Busy`] while somebody reads; nothing is lost then.
    pub fn checkpoint(&self) -> Result<()> {
        write_back(&lock(&self.writer))
    }

    /// What the cache takes on the disk, its log included, in bytes.
    ///
    /// # Errors
    /// [`crate::StoreError::File`].
    pub fn size(&self) -> Result<u64> {
        let length = |path: PathBuf| match std::fs::metadata(&path) {
            Ok(file) => Ok(file.len()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
            Err(source) => Err(crate::StoreError::File { path, source }),
        };
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        Ok(length(self.path.clone())? + length(log.into())?)
    }

    /// Checks every page against its authentication code.
    ///
    /// # Errors
    /// [`crate::StoreError::Damaged`] with the first thing found; [`crate::StoreError::Busy`] while
    /// somebody reads.
    pub fn check_pages(&self) -> Result<()> {
        let connection = lock(&self.writer);
        // The check looks at the file only: what stands in the log would count as damage, so nobody
        // may write into it in between.
        write_back(&connection)?;
        findings(&connection, "cipher_integrity_check")
    }

    /// Checks every page, and that the indexes are there and fit the rows.
    ///
    /// # Errors
    /// As [`Self::check_pages`].
    pub fn check(&self) -> Result<()> {
        self.check_pages()?;
        let connection = lock(&self.writer);
        findings(&connection, "integrity_check")?;
        schema::check_indexes(&connection)?;
        search::check(&connection)
    }
}

/// Empties the log into the file.
fn write_back(connection: &Connection) -> Result<()> {
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(crate::StoreError::Busy) }
}

/// Refuses with the first thing that a check finds.
fn findings(connection: &Connection, pragma: &str) -> Result<()> {
    let mut statement = connection.prepare(&format!("PRAGMA {pragma}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let finding: String = row.get(0)?;
        if finding != "ok" {
            return Err(crate::StoreError::Damaged(finding));
        }
    }
    Ok(())
}

/// A lock whose holder panicked protects nothing less: every change is a transaction.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What only reads.
#[derive(Debug)]
pub struct Reader<'a> {
    pub(crate) connection: &'a Connection,
}

impl Reader<'_> {
    /// The record of that class and id.
    ///
    /// # Errors
    /// [`crate::StoreError::NoClass`], or when the database fails.
    pub fn get(&self, class: &str, id: Id) -> Result<Option<Row>> {
        rows::get(self.connection, class, id)
    }

    /// The named fields of the record of that class and id.
    ///
    /// # Errors
    /// [`crate::StoreError::NoClass`], or when the database fails.
    pub fn get_some(&self, class: &str, id: Id, fields: &[&str]) -> Result<Option<Fields>> {
        rows::get_some(self.connection, class, id, fields)
    }

    /// The class of the record of that id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn class_of(&self, id: Id) -> Result<Option<&'static str>> {
        rows::class_of(self.connection, id)
    }

    /// The ids of all records of a class, in the order in which they came.
    ///
    /// # Errors
    /// [`crate::StoreError::NoClass`], or when the database fails.
    pub fn ids(&self, class: &str) -> Result<Vec<Id>> {
        rows::ids(self.connection, class)
    }

    /// The records of a class whose number, code or name is this, or whose id begins so (hexadecimal, dashes left
    /// out or not): at most `limit`.
    ///
    /// # Errors
    /// [`crate::StoreError::NoClass`], or when the database fails.
    pub fn named(&self, class: &str, name: &str, limit: u32) -> Result<Vec<Id>> {
        rows::named(self.connection, class, name, limit)
    }

    /// The highest number of a class that begins so, such as `C-0042` for `C-`.
    ///
    /// # Errors
    /// [`crate::StoreError::NoClass`], or when the database fails.
    pub fn last_number(&self, class: &str, prefix: &str) -> Result<Option<String>> {
        rows::last_number(self.connection, class, prefix)
    }

    /// How many records of a class fit a query, and the stretch of them that it asks for.
    ///
    /// # Errors
    /// [`crate::StoreError::NoClass`]; [`crate::StoreError::Misfit`] for a column that is none.
    pub fn list(&self, class: &str, query: &ListQuery) -> Result<(u64, Vec<Row>)> {
        lists::list(self.connection, class, query)
    }

    /// Every record of a class, one after the other, in no order that could be relied on; only the
    /// named fields are read.
    ///
    /// # Errors
    /// [`crate::StoreError::NoClass`], or what `each` returns.
    pub fn scan(
        &self,
        class: &str,
        fields: &[&str],
        each: impl FnMut(Id, &Scanned<'_>) -> Result<()>,
    ) -> Result<()> {
        rows::scan(self.connection, class, fields, each)
    }

    /// Whether a change of this record waits for the hub.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_waiting(&self, id: Id) -> Result<bool> {
        outbox::has(self.connection, id)
    }

    /// The key of that id that parts are sealed under.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sealing_key(&self, id: Id) -> Result<Option<SealingKey>> {
        sealing_key::get(self.connection, id)
    }

    /// The records that could not be read whole and of which nothing says what key they lack, with
    /// their classes.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unexplained_unread(&self) -> Result<Vec<(Id, String)>> {
        unread::unexplained(self.connection)
    }

    /// The step of that number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn step(&self, step: i64) -> Result<Option<UndoStep>> {
        undo::get(self.connection, step)
    }

    /// Whether the hub has a record, as far as the desk has read.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_at_hub(&self, id: Id) -> Result<bool> {
        Ok(synced::get(self.connection, id)?.is_some())
    }

    /// How many records the hub has, as far as the desk has read.
    ///
    /// # Errors
    /// When the database fails.
    pub fn synced_count(&self) -> Result<u64> {
        digest::count(self.connection)
    }

    /// How many records of a class there are.
    ///
    /// # Errors
    /// [`crate::StoreError::NoClass`], or when the database fails.
    pub fn count(&self, class: &str) -> Result<u64> {
        rows::count(self.connection, class)
    }

    /// The changes of a record, the last one first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn history(&self, record: Id) -> Result<Vec<HistoryEntry>> {
        history::of_record(self.connection, record)
    }

    /// The last step that can be taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_step(&self) -> Result<Option<UndoStep>> {
        undo::last(self.connection)
    }

    /// How many records a step changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn records_of_step(&self, step: i64) -> Result<u64> {
        history::records_of_step(self.connection, step)
    }

    /// What the hub has not got yet, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn outbox(&self, limit: u32) -> Result<Vec<OutboxEntry>> {
        outbox::waiting(self.connection, limit)
    }

    /// How many changes the hub has not got yet.
    ///
    /// # Errors
    /// When the database fails.
    pub fn outbox_len(&self) -> Result<i64> {
        outbox::len(self.connection)
    }

    /// What the hub will never store, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn refusals(&self) -> Result<Vec<RefusedRecord>> {
        refusal::all(self.connection)
    }

    /// The hub this administration syncs with; `None` before the desk has joined.
    ///
    /// # Errors
    /// When the database fails.
    pub fn hub(&self) -> Result<Option<HubConnection>> {
        connection::get(self.connection)
    }

    /// How far the desk has read, and how the last sync ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn progress(&self) -> Result<Progress> {
        connection::progress(self.connection)
    }

    /// The records in which every word of the text begins a word, best first.
    ///
    /// # Errors
    /// When the database fails. Text that holds no word finds nothing.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Hit>> {
        search::find(self.connection, text, limit)
    }
}

/// What changes.
#[derive(Debug)]
pub struct Writer<'a> {
    connection: &'a mut Connection,
}

impl Writer<'_> {
    /// What only reads, on the writer's connection.
    pub fn reader(&self) -> Reader<'_> {
        Reader { connection: self.connection }
    }

    /// Carries out a change set: all of it, durably, or none.
    ///
    /// # Errors
    /// [`crate::StoreError`]; nothing has changed then.
    pub fn commit(&mut self, set: &ChangeSet) -> Result<Committed> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let committed = change::apply(&transaction, set, None)?;
        transaction.commit()?;
        Ok(committed)
    }

    /// Carries out several steps in one transaction: all of them, durably, or none.
    ///
    /// # Errors
    /// What `work` returns; nothing has changed then.
    pub fn batch<T, E: From<crate::StoreError>>(
        &mut self,
        work: impl FnOnce(&Batch<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(crate::StoreError::from)?;
        let done = work(&Batch { connection: &transaction })?;
        transaction.commit().map_err(crate::StoreError::from)?;
        Ok(done)
    }

    /// Notes the hub this administration syncs with, once.
    ///
    /// # Errors
    /// When there is one already, or the database fails.
    pub fn set_hub(&mut self, hub: &HubConnection) -> Result<()> {
        connection::set(self.connection, hub)
    }

    /// Notes that the desk has come in again, as another desk: what waits is numbered from one on, and
    /// what was sent counts as not sent.
    ///
    /// # Errors
    /// When the database fails; nothing has changed then.
    pub fn rejoin(&mut self, hub: &HubConnection) -> Result<()> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        connection::replace(&transaction, hub)?;
        outbox::renumber(&transaction, 0)?;
        Ok(transaction.commit()?)
    }

    /// Leaves the indexes of lists out until [`Writer::end_load`], and the pieces of the search index
    /// apart: so much comes in that making them afterwards is quicker. Lists are right meanwhile, and slow.
    ///
    /// # Errors
    /// When the database fails; nothing has changed then.
    pub fn begin_load(&mut self) -> Result<()> {
        schema::begin_load(self.connection)
    }

    /// Does one piece of what is to be done after a load, and says whether there is more: somebody who
    /// saves a change goes in between. A cache that is opened does all of it.
    ///
    /// # Errors
    /// When the database fails; what was made stays.
    pub fn end_load(&mut self) -> Result<bool> {
        schema::end_load(self.connection)
    }

    /// Does the sync engine's work in one transaction: all of it, durably, or none.
    ///
    /// # Errors
    /// What `work` returns; nothing has changed then.
    pub fn exchange<T, E: From<crate::StoreError>>(
        &mut self,
        work: impl FnOnce(&Exchange<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(crate::StoreError::from)?;
        let done = work(&Exchange::new(&transaction))?;
        transaction.commit().map_err(crate::StoreError::from)?;
        Ok(done)
    }

    /// Takes a step back. That is a change like any other: it has its history, goes to the hub,
    /// and can itself be taken back by its number.
    ///
    /// # Errors
    /// [`crate::StoreError::NothingToUndo`], [`crate::StoreError::ChangedSince`]; nothing has
    /// changed then.
    pub fn undo(&mut self, step: i64, at: Moment, user: Option<Id>) -> Result<Committed> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let set = change::inverse(&transaction, step, at, user)?;
        let committed = change::apply(&transaction, &set, Some(step))?;
        transaction.commit()?;
        Ok(committed)
    }
}
