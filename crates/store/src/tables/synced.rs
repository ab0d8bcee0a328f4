//! What the hub has, record by record, and the digest over it.
//!
//! Everything the hub has stands here, also what this desk cannot read: keys, records of unknown
//! classes, deleted records. A record that was never at the hub does not.

use booqing_model::Id;
use rusqlite::{Connection, OptionalExtension};

use crate::Result;

pub(crate) const CREATE: &str = "
CREATE TABLE synced (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    class TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 16)
) STRICT, WITHOUT ROWID;

CREATE TABLE digest (
    class TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    count INTEGER NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 16),
    PRIMARY KEY (class, fiscal_year)
) STRICT, WITHOUT ROWID;
";

/// What each version was made from. Unknown for what came before this version of the cache: everything
/// is read from the hub once more.
pub(crate) const ADD_LINEAGE: &str = "
ALTER TABLE synced ADD COLUMN lineage BLOB CHECK (length(lineage) = 16);
UPDATE connection SET rev = 0;
";

/// What the record was here as the hub has it, to find rot by.
pub(crate) const ADD_PLAIN: &str =
    "ALTER TABLE synced ADD COLUMN plain BLOB CHECK (length(plain) = 16)";

/// A record as the hub has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// Its record class.
    pub class: String,
    /// The fiscal year it is counted in, 0 for none.
    pub fiscal_year: i64,
    /// The revision of the last version that a page brought; 0 while none did. A later one may have
    /// been sent from here, or fetched by itself.
    pub rev: i64,
    /// Its version.
    pub version: i64,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The hash of its bytes.
    pub hash: [u8; 16],
    /// What it was made from; `None` where that is not known.
    pub lineage: Option<[u8; 16]>,
    /// A keyed hash of the values that it has here as the hub has it; `None` where they cannot all be
    /// read.
    pub plain: Option<[u8; 16]>,
}

/// A record whose values can be held against what they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The record.
    pub id: Id,
    /// Its record class.
    pub class: String,
    /// The keyed hash of its values.
    pub plain: [u8; 16],
}

/// Records behind an id, in the order of their ids, of which a hash of the values is known and no change
/// waits or was refused: here those have what was entered.
pub(crate) fn kept(connection: &Connection, after: Id, limit: u32) -> Result<Vec<Kept>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, class, plain FROM synced WHERE id > ?1 AND plain IS NOT NULL AND deleted = 0 \
         AND id NOT IN (SELECT record FROM outbox_record) \
         AND id NOT IN (SELECT record FROM refusal) ORDER BY id LIMIT ?2",
    )?;
    let kept = statement.query_map((after.as_bytes(), limit), |row| {
        Ok(Kept { id: Id::from_bytes(row.get(0)?), class: row.get(1)?, plain: row.get(2)? })
    })?;
    Ok(kept.collect::<rusqlite::Result<_>>()?)
}

/// Replaces the hash of the values of a record: more of them can be read.
pub(crate) fn set_plain(connection: &Connection, id: Id, plain: Option<[u8; 16]>) -> Result<()> {
    connection
        .prepare_cached("UPDATE synced SET plain = ?2 WHERE id = ?1")?
        .execute((id.as_bytes(), plain))?;
    Ok(())
}

/// The record as the hub has it; `None` when the hub has not got it.
pub(crate) fn get(connection: &Connection, id: Id) -> Result<Option<Synced>> {
    Ok(connection
        .prepare_cached(
            "SELECT class, fiscal_year, rev, version, deleted, hash, lineage, plain FROM synced \
             WHERE id = ?1",
        )?
        .query_row([id.as_bytes()], |row| {
            Ok(Synced {
                class: row.get(0)?,
                fiscal_year: row.get(1)?,
                rev: row.get(2)?,
                version: row.get(3)?,
                deleted: row.get(4)?,
                hash: row.get(5)?,
                lineage: row.get(6)?,
                plain: row.get(7)?,
            })
        })
        .optional()?)
}

/// Notes what the hub has.
pub(crate) fn put(connection: &Connection, id: Id, synced: &Synced) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO synced (id, class, fiscal_year, rev, version, deleted, hash, lineage, plain) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET \
             class = excluded.class, fiscal_year = excluded.fiscal_year, rev = excluded.rev, \
             version = excluded.version, deleted = excluded.deleted, hash = excluded.hash, \
             lineage = excluded.lineage, plain = excluded.plain",
        )?
        .execute((
            id.as_bytes(),
            &synced.class,
            synced.fiscal_year,
            synced.rev,
            synced.version,
            synced.deleted,
            synced.hash,
            synced.lineage,
            synced.plain,
        ))?;
    Ok(())
}

/// Forgets a record: the hub has lost it.
pub(crate) fn forget(connection: &Connection, id: Id) -> Result<()> {
    connection.prepare_cached("DELETE FROM synced WHERE id = ?1")?.execute([id.as_bytes()])?;
    Ok(())
}
