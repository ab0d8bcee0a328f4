//! What syncs have deleted since the last one that came to its end, by class: what asks a person before much
//! is deleted counts it, however often a sync is begun again.

use rusqlite::{Connection, OptionalExtension};

use crate::Result;

pub(crate) const CREATE: &str = "
CREATE TABLE deletion (
    class TEXT PRIMARY KEY,
    deleted INTEGER NOT NULL,
    there_were INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// How many records of a class were deleted, and how many there were before.
pub(crate) fn get(connection: &Connection, class: &str) -> Result<Option<(i64, i64)>> {
    Ok(connection
        .prepare_cached("SELECT deleted, there_were FROM deletion WHERE class = ?1")?
        .query_row([class], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Notes that.
pub(crate) fn put(connection: &Connection, class: &str, counts: (i64, i64)) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO deletion (class, deleted, there_were) VALUES (?1, ?2, ?3) \
             ON CONFLICT (class) DO UPDATE SET deleted = excluded.deleted",
        )?
        .execute((class, counts.0, counts.1))?;
    Ok(())
}

/// Counts anew from now on.
pub(crate) fn clear(connection: &Connection) -> Result<()> {
    connection.prepare_cached("DELETE FROM deletion")?.execute([])?;
    Ok(())
}
