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

/// Keeps a record as it came.
pub(crate) fn put(connection: &Connection, record: Id, class: &str, bytes: &[u8]) -> Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO unread (record, class, bytes) VALUES (?1, ?2, ?3)")?
        .execute((record.as_bytes(), class, bytes))?;
    Ok(())
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
