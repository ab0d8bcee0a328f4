//! What came from the hub and cannot be read here: records of unknown classes, and parts this desk
//! has no key for. Kept as it came, so that it can be given back and read after an upgrade.

use booqing_model::Id;
use rusqlite::{Connection, OptionalExtension};

use crate::Result;

pub(crate) const CREATE: &str = "
CREATE TABLE unread (
    record BLOB PRIMARY KEY CHECK (length(record) = 16),
    class TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The keys that the parts of such records are closed for want of.
pub(crate) const CREATE_KEYS: &str = "
CREATE TABLE unread_key (
    key BLOB NOT NULL CHECK (length(key) = 16),
    record BLOB NOT NULL REFERENCES unread (record) ON DELETE CASCADE,
    PRIMARY KEY (key, record)
) STRICT, WITHOUT ROWID;

CREATE INDEX unread_key_by_record ON unread_key (record);
";

/// Keeps a record as it came, with the keys that it lacks.
pub(crate) fn put(
    connection: &Connection,
    record: Id,
    class: &str,
    bytes: &[u8],
    keys: &[Id],
) -> Result<()> {
    forget(connection, record)?;
    connection
        .prepare_cached("INSERT INTO unread (record, class, bytes) VALUES (?1, ?2, ?3)")?
        .execute((record.as_bytes(), class, bytes))?;
    let mut insert = connection
        .prepare_cached("INSERT OR IGNORE INTO unread_key (key, record) VALUES (?1, ?2)")?;
    for key in keys {
        insert.execute((key.as_bytes(), record.as_bytes()))?;
    }
    Ok(())
}

/// Replaces the bytes of a record that is kept; its keys stay.
pub(crate) fn renew(connection: &Connection, record: Id, bytes: &[u8]) -> Result<()> {
    connection
        .prepare_cached("UPDATE unread SET bytes = ?2 WHERE record = ?1")?
        .execute((record.as_bytes(), bytes))?;
    Ok(())
}

/// The records of which nothing says what key they lack, with their classes: of classes that were
/// unknown, and of caches that did not note it yet.
pub(crate) fn unexplained(connection: &Connection) -> Result<Vec<(Id, String)>> {
    Ok(connection
        .prepare_cached(
            "SELECT record, class FROM unread WHERE NOT EXISTS \
             (SELECT 1 FROM unread_key WHERE unread_key.record = unread.record) ORDER BY record",
        )?
        .query_map([], |row| Ok((Id::from_bytes(row.get(0)?), row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?)
}

/// The records that lack a key.
pub(crate) fn lacking(connection: &Connection, key: Id) -> Result<Vec<Id>> {
    Ok(connection
        .prepare_cached("SELECT record FROM unread_key WHERE key = ?1 ORDER BY record")?
        .query_map([key.as_bytes()], |row| row.get(0).map(Id::from_bytes))?
        .collect::<rusqlite::Result<_>>()?)
}

/// The record as it came.
pub(crate) fn get(connection: &Connection, record: Id) -> Result<Option<Vec<u8>>> {
    Ok(connection
        .prepare_cached("SELECT bytes FROM unread WHERE record = ?1")?
        .query_row([record.as_bytes()], |row| row.get(0))
        .optional()?)
}

/// Forgets it: it can be read now, or is gone.
pub(crate) fn forget(connection: &Connection, record: Id) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM unread WHERE record = ?1")?
        .execute([record.as_bytes()])?;
    Ok(())
}
