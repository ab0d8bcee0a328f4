//! What was changed, when and by whom: for every record, every change.

use booqing_model::fields::Patch;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::{Result, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE history (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    class TEXT NOT NULL,
    record BLOB NOT NULL CHECK (length(record) = 16),
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    user BLOB,
    step INTEGER REFERENCES undo_step (step),
    kind TEXT NOT NULL CHECK (kind IN ('create', 'change', 'delete')),
    before TEXT NOT NULL,
    after TEXT NOT NULL
) STRICT;

CREATE INDEX history_by_record ON history (record, version);
CREATE INDEX history_by_step ON history (step) WHERE step IS NOT NULL;
";

/// Values of fields that this version did not know of a record when it was deleted here: whoever takes the
/// deletion back brings them back too.
pub(crate) const ADD_UNKNOWN: &str = "ALTER TABLE history ADD COLUMN unknown TEXT";

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryKind {
    /// It was made.
    Create,
    /// Some fields changed.
    Change,
    /// It was deleted.
    Delete,
}

impl HistoryKind {
    fn code(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Delete => "delete",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Create, Self::Change, Self::Delete].into_iter().find(|kind| kind.code() == code)
    }
}

/// A change of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// The record class.
    pub class: String,
    /// The record.
    pub record: Id,
    /// The version the change made.
    pub version: i64,
    /// When.
    pub at: Moment,
    /// By whom, where that is known.
    pub user: Option<Id>,
    /// The step it belongs to, when it was made here.
    pub step: Option<i64>,
    /// What happened.
    pub kind: HistoryKind,
    /// The values before, of the fields that changed.
    pub before: Fields,
    /// The values after, `null` where a field was cleared.
    pub after: Patch,
}

/// Writes an entry.
pub(crate) fn add(connection: &Connection, entry: &HistoryEntry) -> Result<()> {
    let json = |text: std::result::Result<String, serde_json::Error>| {
        text.map_err(|error| StoreError::Damaged(error.to_string()))
    };
    connection
        .prepare_cached(
            "INSERT INTO history (class, record, version, at, user, step, kind, before, after) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            &entry.class,
            entry.record.as_bytes(),
            entry.version,
            entry.at.0,
            entry.user.map(|user| *user.as_bytes()),
            entry.step,
            entry.kind.code(),
            json(serde_json::to_string(&entry.before))?,
            json(serde_json::to_string(&entry.after))?,
        ))?;
    Ok(())
}

/// Keeps with the deletion of a record what this version does not know of it.
pub(crate) fn keep_unknown(
    connection: &Connection,
    record: Id,
    version: i64,
    unknown: &str,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE history SET unknown = ?3 WHERE record = ?1 AND version = ?2 AND kind = 'delete'",
        )?
        .execute((record.as_bytes(), version, unknown))?;
    Ok(())
}

/// What was kept with the last deletion of a record.
pub(crate) fn kept_unknown(connection: &Connection, record: Id) -> Result<Option<String>> {
    let kept = connection
        .prepare_cached(
            "SELECT unknown FROM history WHERE record = ?1 AND kind = 'delete' \
             ORDER BY version DESC, seq DESC LIMIT 1",
        )?
        .query_row([record.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(kept.flatten())
}

const COLUMNS: &str = "class, record, version, at, user, step, kind, before, after";

/// The changes of a record, the last one first.
pub(crate) fn of_record(connection: &Connection, record: Id) -> Result<Vec<HistoryEntry>> {
    let sql =
        format!("SELECT {COLUMNS} FROM history WHERE record = ?1 ORDER BY version DESC, seq DESC");
    query(connection, &sql, record.as_bytes())
}

/// How many records a step changed.
pub(crate) fn records_of_step(connection: &Connection, step: i64) -> Result<u64> {
    let count: i64 = connection
        .prepare_cached("SELECT count(DISTINCT record) FROM history WHERE step = ?1")?
        .query_row([step], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The changes of a step, in the order in which they were made.
pub(crate) fn of_step(connection: &Connection, step: i64) -> Result<Vec<HistoryEntry>> {
    let sql = format!("SELECT {COLUMNS} FROM history WHERE step = ?1 ORDER BY seq");
    query(connection, &sql, step)
}

/// The version of the last change of a record, 0 when it was never here.
pub(crate) fn last_version(connection: &Connection, record: Id) -> Result<i64> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(version), 0) FROM history WHERE record = ?1")?
        .query_row([record.as_bytes()], |row| row.get(0))?)
}

fn query(
    connection: &Connection,
    sql: &str,
    parameter: impl rusqlite::ToSql,
) -> Result<Vec<HistoryEntry>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([parameter])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read(row)?);
    }
    Ok(entries)
}

fn read(row: &Row<'_>) -> Result<HistoryEntry> {
    let damaged = || StoreError::Damaged("an entry of the history cannot be read".to_owned());
    let (kind, before, after): (String, String, String) = (row.get(6)?, row.get(7)?, row.get(8)?);
    Ok(HistoryEntry {
        class: row.get(0)?,
        record: Id::from_bytes(row.get(1)?),
        version: row.get(2)?,
        at: Moment(row.get(3)?),
        user: row.get::<_, Option<[u8; 16]>>(4)?.map(Id::from_bytes),
        step: row.get(5)?,
        kind: HistoryKind::from_code(&kind).ok_or_else(damaged)?,
        before: serde_json::from_str(&before).map_err(|_| damaged())?,
        after: serde_json::from_str(&after).map_err(|_| damaged())?,
    })
}
