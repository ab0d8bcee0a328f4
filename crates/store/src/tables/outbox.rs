//! What the hub has not got yet.
//!
//! Entries are numbered by one, without holes, in the transaction that makes the change. An entry
//! leaves only in the transaction that stores its outcome. Once it has been sent, it keeps the very
//! bytes that were sent, because the hub may have them although the answer was lost.

use std::collections::{BTreeMap, HashSet};

use booqing_model::Id;
use rusqlite::{Connection, OptionalExtension};

use crate::Result;

pub(crate) const CREATE: &str = "
CREATE TABLE outbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    sent BLOB
) STRICT;

CREATE TABLE outbox_record (
    n INTEGER NOT NULL REFERENCES outbox (n) ON DELETE CASCADE,
    record BLOB NOT NULL CHECK (length(record) = 16),
    class TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (n, record)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_record_by_record ON outbox_record (record);
";

/// What was sealed, to find rot by once the hub has it.
pub(crate) const ADD_PLAIN: &str =
    "ALTER TABLE outbox_record ADD COLUMN plain BLOB CHECK (length(plain) = 16)";

/// A record in an outbox entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The record class.
    pub class: String,
    /// The record.
    pub id: Id,
    /// The version the change made.
    pub version: i64,
    /// A keyed hash of the values that were sealed, once they were.
    pub plain: Option<[u8; 16]>,
}

impl Waiting {
    /// A change that was not sealed yet.
    pub fn new(class: &str, id: Id, version: i64) -> Self {
        Self { class: class.to_owned(), id, version, plain: None }
    }
}

/// A change set that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its number.
    pub n: i64,
    /// When it was made, in seconds since 1970.
    pub at: i64,
    /// The bytes that were sent, if it was sent.
    pub sent: Option<Vec<u8>>,
    /// Its records: all of them or none.
    pub records: Vec<Waiting>,
}

/// The most records of an entry: half of what the hub takes at once, so that an entry has room for
/// what joins it before it is sent.
const MOST_RECORDS: usize = 250;

/// Writes the records of a change as entries of a size the hub takes. A set that names a record
/// twice counts it once.
pub(crate) fn add_all(connection: &Connection, at: i64, records: &[Waiting]) -> Result<()> {
    records.chunks(MOST_RECORDS).try_for_each(|chunk| add(connection, at, chunk).map(|_| ()))
}

/// Writes an entry and gives its number.
pub(crate) fn add(connection: &Connection, at: i64, records: &[Waiting]) -> Result<i64> {
    connection.prepare_cached("INSERT INTO outbox (at) VALUES (?1)")?.execute([at])?;
    let n = connection.last_insert_rowid();
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO outbox_record (n, record, class, version) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for Waiting { class, id, version, .. } in records {
        insert.execute((n, id.as_bytes(), class, version))?;
    }
    Ok(n)
}

/// The entries that wait, the oldest first.
pub(crate) fn waiting(connection: &Connection, limit: u32) -> Result<Vec<OutboxEntry>> {
    let mut entries: BTreeMap<i64, OutboxEntry> = BTreeMap::new();
    let mut statement =
        connection.prepare_cached("SELECT n, at, sent FROM outbox ORDER BY n LIMIT ?1")?;
    let mut rows = statement.query([limit])?;
    while let Some(row) = rows.next()? {
        let n = row.get(0)?;
        let entry = OutboxEntry { n, at: row.get(1)?, sent: row.get(2)?, records: Vec::new() };
        entries.insert(n, entry);
    }
    let Some(last) = entries.keys().next_back() else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(
        "SELECT n, class, record, version, plain FROM outbox_record WHERE n <= ?1 ORDER BY n, record",
    )?;
    let mut rows = statement.query([last])?;
    while let Some(row) = rows.next()? {
        if let Some(entry) = entries.get_mut(&row.get(0)?) {
            let id = Id::from_bytes(row.get(2)?);
            let (class, version, plain) = (row.get(1)?, row.get(3)?, row.get(4)?);
            entry.records.push(Waiting { class, id, version, plain });
        }
    }
    Ok(entries.into_values().collect())
}

/// How many entries wait. What a desk says of what it was given is nobody's change.
pub(crate) fn len(connection: &Connection) -> Result<i64> {
    Ok(connection
        .prepare_cached(
            "SELECT count(*) FROM outbox WHERE n NOT IN \
             (SELECT n FROM outbox_record WHERE class = ?1)",
        )?
        .query_row([super::witness::CLASS], |row| row.get(0))?)
}

/// Whether a change of this record waits.
pub(crate) fn has(connection: &Connection, record: Id) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM outbox_record WHERE record = ?1 LIMIT 1")?
        .query_row([record.as_bytes()], |_| Ok(()))
        .optional()?
        .is_some())
}

/// Whether a change of this record was sent and has no outcome yet.
pub(crate) fn is_sent(connection: &Connection, record: Id) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM outbox_record JOIN outbox USING (n) \
         WHERE record = ?1 AND sent IS NOT NULL LIMIT 1",
    )?;
    Ok(statement.query_row([record.as_bytes()], |_| Ok(())).optional()?.is_some())
}

/// The records of which a change waits.
pub(crate) fn ids(connection: &Connection) -> Result<HashSet<Id>> {
    let mut statement = connection.prepare_cached("SELECT record FROM outbox_record")?;
    let ids = statement.query_map([], |row| Ok(Id::from_bytes(row.get(0)?)))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// The number of the entry that a change of this record waits in, the first.
pub(crate) fn holder(connection: &Connection, record: Id) -> Result<Option<i64>> {
    Ok(connection
        .prepare_cached("SELECT min(n) FROM outbox_record WHERE record = ?1")?
        .query_row([record.as_bytes()], |row| row.get(0))?)
}

/// The records of an entry.
pub(crate) fn records_of(connection: &Connection, n: i64) -> Result<Vec<Waiting>> {
    let mut statement = connection.prepare_cached(
        "SELECT class, record, version, plain FROM outbox_record WHERE n = ?1 ORDER BY record",
    )?;
    let records = statement.query_map([n], |row| {
        let (class, id) = (row.get(0)?, Id::from_bytes(row.get(1)?));
        Ok(Waiting { class, id, version: row.get(2)?, plain: row.get(3)? })
    })?;
    Ok(records.collect::<rusqlite::Result<_>>()?)
}

/// When the change of this record that waits was made, the latest.
pub(crate) fn changed_at(connection: &Connection, record: Id) -> Result<Option<i64>> {
    Ok(connection
        .prepare_cached(
            "SELECT max(at) FROM outbox WHERE n IN \
             (SELECT n FROM outbox_record WHERE record = ?1)",
        )?
        .query_row([record.as_bytes()], |row| row.get(0))?)
}

/// Notes the bytes that are about to be sent.
pub(crate) fn set_sent(connection: &Connection, n: i64, sent: &[u8]) -> Result<()> {
    connection.prepare_cached("UPDATE outbox SET sent = ?2 WHERE n = ?1")?.execute((n, sent))?;
    Ok(())
}

/// Moves records into another entry that is not sent yet, which takes them over.
pub(crate) fn hand_over(connection: &Connection, from: i64, to: i64) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO outbox_record (n, record, class, version, plain) \
             SELECT ?2, record, class, version, plain FROM outbox_record WHERE n = ?1 \
             ON CONFLICT (n, record) DO UPDATE SET version = max(version, excluded.version), \
             plain = excluded.plain",
        )?
        .execute((from, to))?;
    connection.prepare_cached("DELETE FROM outbox_record WHERE n = ?1")?.execute([from])?;
    Ok(())
}

/// Moves some records into a new entry.
pub(crate) fn move_records(
    connection: &Connection,
    from: i64,
    to: i64,
    records: &[Id],
) -> Result<()> {
    let mut update = connection
        .prepare_cached("UPDATE outbox_record SET n = ?2 WHERE n = ?1 AND record = ?3")?;
    for record in records {
        update.execute((from, to, record.as_bytes()))?;
    }
    Ok(())
}

/// Notes the version of a record in an entry, and the hash of the values that are sealed.
pub(crate) fn set_sealed(
    connection: &Connection,
    n: i64,
    record: Id,
    version: i64,
    plain: Option<[u8; 16]>,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE outbox_record SET version = ?3, plain = ?4 WHERE n = ?1 AND record = ?2",
        )?
        .execute((n, record.as_bytes(), version, plain))?;
    Ok(())
}

/// Takes a record out of an entry, which keeps its number.
pub(crate) fn leave(connection: &Connection, n: i64, record: Id) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM outbox_record WHERE n = ?1 AND record = ?2")?
        .execute((n, record.as_bytes()))?;
    Ok(())
}

/// Takes an entry out: its outcome is stored.
pub(crate) fn remove(connection: &Connection, n: i64) -> Result<()> {
    connection.prepare_cached("DELETE FROM outbox WHERE n = ?1")?.execute([n])?;
    Ok(())
}

/// Takes the entries of a stretch of numbers out, both ends with it.
pub(crate) fn remove_all(connection: &Connection, first: i64, last: i64) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM outbox WHERE n BETWEEN ?1 AND ?2")?
        .execute((first, last))?;
    Ok(())
}

/// Lets the numbers follow `last`, the last one that the hub has. Entries up to it were sent, and their
/// outcome is asked for again; from there on no number may be missing. Where one is, all entries are
/// numbered anew in their order, and what was sent counts as not sent: the hub has never seen it.
pub(crate) fn follow(connection: &Connection, last: i64) -> Result<()> {
    let first: Option<i64> =
        connection.query_row("SELECT min(n) FROM outbox", [], |row| row.get(0))?;
    let given: i64 = connection.query_row(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'",
        [],
        |row| row.get(0),
    )?;
    if first.unwrap_or(given + 1) <= last + 1 {
        return Ok(());
    }
    renumber(connection, last)
}

/// Numbers all entries anew, in their order, after `last`. What was sent counts as not sent.
pub(crate) fn renumber(connection: &Connection, last: i64) -> Result<()> {
    let entries = waiting(connection, u32::MAX)?;
    // Their records go with them.
    connection.execute("DELETE FROM outbox", [])?;
    connection.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'", [])?;
    connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?1)", [last])?;
    // An entry whose records went along with others only kept its number.
    for entry in entries.iter().filter(|entry| !entry.records.is_empty()) {
        add(connection, entry.at, &entry.records)?;
    }
    Ok(())
}
