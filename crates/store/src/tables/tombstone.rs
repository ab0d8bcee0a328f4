//! What is left of a deleted record: that it was there, and no content.

use booqing_model::Id;
use rusqlite::{Connection, OptionalExtension};

use crate::Result;

pub(crate) const CREATE: &str = "
CREATE TABLE tombstone (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    class TEXT NOT NULL,
    rev INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Writes that a record was deleted.
pub(crate) fn put(
    connection: &Connection,
    id: Id,
    class: &str,
    rev: i64,
    version: i64,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO tombstone (id, class, rev, version) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, version = excluded.version",
        )?
        .execute((id.as_bytes(), class, rev, version))?;
    Ok(())
}

/// The revision and version at which a record was deleted, and forgets the deletion: the record
/// comes back.
pub(crate) fn take(connection: &Connection, id: Id) -> Result<Option<(i64, i64)>> {
    Ok(connection
        .prepare_cached("DELETE FROM tombstone WHERE id = ?1 RETURNING rev, version")?
        .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}
