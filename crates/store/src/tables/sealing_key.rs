//! The keys that parts are sealed under, and what each is for.

use booqing_model::Id;
use rusqlite::{Connection, OptionalExtension};

use crate::Result;

pub(crate) const CREATE: &str = "
CREATE TABLE sealing_key (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    purpose TEXT NOT NULL,
    secret BLOB NOT NULL CHECK (length(secret) = 32)
) STRICT, WITHOUT ROWID;

CREATE INDEX sealing_key_by_purpose ON sealing_key (purpose);
";

/// A key and what it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingKey {
    /// Its id: random, and known to the hub as the id of a record.
    pub id: Id,
    /// What it is for: a person and a ground, or a fiscal year and a last day of retention.
    pub purpose: String,
    /// Its 32 bytes.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SealingKey").field("id", &self.id).finish_non_exhaustive()
    }
}

fn one(
    connection: &Connection,
    condition: &str,
    parameter: &dyn rusqlite::ToSql,
) -> Result<Option<SealingKey>> {
    let sql = format!("SELECT id, purpose, secret FROM sealing_key WHERE {condition}");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([parameter], |row| {
            Ok(SealingKey {
                id: Id::from_bytes(row.get(0)?),
                purpose: row.get(1)?,
                secret: row.get(2)?,
            })
        })
        .optional()?)
}

/// The key of that id.
pub(crate) fn get(connection: &Connection, id: Id) -> Result<Option<SealingKey>> {
    one(connection, "id = ?1", id.as_bytes())
}

/// The key for a purpose: the first one made, where desks made several apart.
pub(crate) fn for_purpose(connection: &Connection, purpose: &str) -> Result<Option<SealingKey>> {
    one(connection, "purpose = ?1 ORDER BY id LIMIT 1", &purpose)
}

/// Keeps a key.
pub(crate) fn put(connection: &Connection, key: &SealingKey) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO sealing_key (id, purpose, secret) VALUES (?1, ?2, ?3)",
        )?
        .execute((key.id.as_bytes(), &key.purpose, key.secret))?;
    Ok(())
}

/// Destroys a key.
pub(crate) fn destroy(connection: &Connection, id: Id) -> Result<()> {
    connection.prepare_cached("DELETE FROM sealing_key WHERE id = ?1")?.execute([id.as_bytes()])?;
    Ok(())
}

/// How many there are.
pub(crate) fn count(connection: &Connection) -> Result<u64> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM sealing_key")?
        .query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}
