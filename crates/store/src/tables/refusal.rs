//! Changes the hub will never store: kept with the reason until a person has dealt with them. The
//! records keep what was entered here.

use booqing_model::Id;
use booqing_model::time::Moment;
use rusqlite::{Connection, OptionalExtension};

use crate::Result;

pub(crate) const CREATE: &str = "
CREATE TABLE refusal (
    n INTEGER NOT NULL,
    record BLOB NOT NULL CHECK (length(record) = 16),
    class TEXT NOT NULL,
    code TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (n, record)
) STRICT, WITHOUT ROWID;
";

/// A record of a change that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRecord {
    /// The number of the change.
    pub n: i64,
    /// The record.
    pub record: Id,
    /// Its record class.
    pub class: String,
    /// Why, by the hub's stable code.
    pub code: String,
    /// When the desk heard of it.
    pub at: Moment,
}

/// Keeps a refusal.
pub(crate) fn put(connection: &Connection, refused: &RefusedRecord) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO refusal (n, record, class, code, at) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            refused.n,
            refused.record.as_bytes(),
            &refused.class,
            &refused.code,
            refused.at.0,
        ))?;
    Ok(())
}

/// The refusals there are, the latest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<RefusedRecord>> {
    let mut statement = connection
        .prepare_cached("SELECT n, record, class, code, at FROM refusal ORDER BY n DESC, record")?;
    let refusals = statement
        .query_map([], |row| {
            Ok(RefusedRecord {
                n: row.get(0)?,
                record: Id::from_bytes(row.get(1)?),
                class: row.get(2)?,
                code: row.get(3)?,
                at: Moment(row.get(4)?),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(refusals)
}

/// Whether a change of this record was refused.
pub(crate) fn has(connection: &Connection, record: Id) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM refusal WHERE record = ?1 LIMIT 1")?
        .query_row([record.as_bytes()], |_| Ok(()))
        .optional()?
        .is_some())
}

/// Takes out the refusals with a code: their record classes and records.
pub(crate) fn take(connection: &Connection, code: &str) -> Result<Vec<(String, Id)>> {
    Ok(connection
        .prepare_cached("DELETE FROM refusal WHERE code = ?1 RETURNING class, record")?
        .query_map([code], |row| Ok((row.get(0)?, Id::from_bytes(row.get(1)?))))?
        .collect::<rusqlite::Result<_>>()?)
}

/// Forgets the refusals of a record: whether there were any.
pub(crate) fn forget(connection: &Connection, record: Id) -> Result<bool> {
    let count = connection
        .prepare_cached("DELETE FROM refusal WHERE record = ?1")?
        .execute([record.as_bytes()])?;
    Ok(count > 0)
}
