//! What the hub has not got yet.
//!
//! Entries are numbered by one, without holes, in the transaction that makes the change. An entry
//! leaves only with a stored outcome.

use booqing_model::Id;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::{Result, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE outbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    records TEXT NOT NULL
) STRICT;
";

/// A record in an outbox entry: which, and the version the change made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The record class.
    pub class: String,
    /// The record.
    pub id: Id,
    /// The version the change made.
    pub version: i64,
    /// The hub's revision it was made upon; 0 for a new record.
    pub base: i64,
}

/// A change set that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its number.
    pub n: i64,
    /// Its records: all of them or none.
    pub records: Vec<Outgoing>,
}

/// Writes an entry and gives its number.
pub(crate) fn add(connection: &Connection, at: i64, records: &[Outgoing]) -> Result<i64> {
    let records =
        serde_json::to_string(records).map_err(|error| StoreError::Damaged(error.to_string()))?;
    connection
        .prepare_cached("INSERT INTO outbox (at, records) VALUES (?1, ?2)")?
        .execute((at, records))?;
    Ok(connection.last_insert_rowid())
}

/// The entries that wait, the oldest first.
pub(crate) fn waiting(connection: &Connection, limit: u32) -> Result<Vec<OutboxEntry>> {
    let mut statement =
        connection.prepare_cached("SELECT n, records FROM outbox ORDER BY n LIMIT ?1")?;
    let mut rows = statement.query([limit])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let records: String = row.get(1)?;
        let records = serde_json::from_str(&records)
            .map_err(|_| StoreError::Damaged("an outbox entry cannot be read".to_owned()))?;
        entries.push(OutboxEntry { n: row.get(0)?, records });
    }
    Ok(entries)
}
