//! The versions of the database of an administration.

use std::collections::BTreeMap;

use booqing_protocol::digest::Bucket;
use booqing_protocol::{Hash, Id, SealedRecord, Slot, YEAR_CLASS};
use rusqlite::Transaction;

use super::administration::Books;
use crate::storage::StorageError;
use crate::storage::ledger::{BucketKey, Ledger};

pub(super) const STEPS: &[&str] = &[
    "
CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL,
    rev INTEGER NOT NULL
) STRICT;

CREATE TABLE record (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    rev INTEGER NOT NULL,
    class TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 16),
    bytes BLOB NOT NULL
) STRICT;
CREATE INDEX record_by_rev ON record (rev);

CREATE TABLE digest (
    class TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    count INTEGER NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 16),
    PRIMARY KEY (class, fiscal_year)
) STRICT, WITHOUT ROWID;

CREATE TABLE desk (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    last_n INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE result (
    desk BLOB NOT NULL REFERENCES desk (id),
    n INTEGER NOT NULL,
    change_hash BLOB NOT NULL CHECK (length(change_hash) = 16),
    bytes BLOB NOT NULL,
    PRIMARY KEY (desk, n)
) STRICT, WITHOUT ROWID;
",
    "
CREATE TABLE digest_part (
    class TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 16),
    PRIMARY KEY (class, fiscal_year, last)
) STRICT, WITHOUT ROWID;

ALTER TABLE state ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN lineage BLOB NOT NULL DEFAULT x'00000000000000000000000000000000'
    CHECK (length(lineage) = 16);

CREATE TABLE IF NOT EXISTS passed (
    id BLOB NOT NULL CHECK (length(id) = 16),
    rev INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 16),
    PRIMARY KEY (id, rev)
) STRICT, WITHOUT ROWID;

-- The hash is not in it, so that an edit leaves it as it is.
CREATE INDEX record_by_end ON record (class, fiscal_year, substr(id, 16, 1)) WHERE deleted = 0;
",
    "
CREATE INDEX record_by_stretch ON record (class, fiscal_year, id) WHERE deleted = 0;
CREATE INDEX record_deleted ON record (id) WHERE deleted = 1;
",
    "
ALTER TABLE record ADD COLUMN resource BLOB CHECK (length(resource) = 16);
ALTER TABLE record ADD COLUMN occupied_from INTEGER;
ALTER TABLE record ADD COLUMN occupied_until INTEGER;
CREATE INDEX record_by_slot ON record (resource, occupied_until) WHERE resource IS NOT NULL;

CREATE TABLE sealed_year (fiscal_year INTEGER PRIMARY KEY) STRICT;
",
    "
CREATE INDEX record_by_long_slot ON record (resource, occupied_until)
    WHERE occupied_until - occupied_from > 86400;

CREATE TABLE series_end (
    series BLOB PRIMARY KEY CHECK (length(series) = 16),
    last INTEGER NOT NULL,
    link TEXT NOT NULL
) STRICT, WITHOUT ROWID;
",
    "
ALTER TABLE desk ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
CREATE TABLE desk_day (
    desk BLOB NOT NULL CHECK (length(desk) = 16),
    day INTEGER NOT NULL,
    last_n INTEGER NOT NULL,
    PRIMARY KEY (desk, day)
) STRICT, WITHOUT ROWID;
",
];

/// What is done after a step, by its number.
pub(super) fn after_step(transaction: &Transaction<'_>, version: u32) -> Result<(), StorageError> {
    if version == 2 {
        read_lineages(transaction)?;
        return recount(transaction);
    }
    if version == 4 {
        read_slots(transaction)?;
        return read_sealed_years(transaction);
    }
    Ok(())
}

/// Notes what each record occupies, as its bytes say.
fn read_slots(transaction: &Transaction<'_>) -> Result<(), StorageError> {
    let mut statement = transaction.prepare("SELECT id, bytes FROM record WHERE deleted = 0")?;
    let mut update = transaction.prepare(
        "UPDATE record SET resource = ?2, occupied_from = ?3, occupied_until = ?4 WHERE id = ?1",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, bytes): ([u8; 16], Vec<u8>) = (row.get(0)?, row.get(1)?);
        if let Some(Slot { resource, from, until }) = SealedRecord::from_bytes(&bytes)?.slot() {
            update.execute((id, resource.0, from, until))?;
        }
    }
    Ok(())
}

/// Notes which fiscal years are sealed, as their records say.
fn read_sealed_years(transaction: &Transaction<'_>) -> Result<(), StorageError> {
    let mut statement = transaction
        .prepare("SELECT fiscal_year, bytes FROM record WHERE class = ?1 AND deleted = 0")?;
    let mut rows = statement.query([YEAR_CLASS])?;
    while let Some(row) = rows.next()? {
        if SealedRecord::from_bytes(&row.get::<_, Vec<u8>>(1)?)?.routing.is_sealed() {
            let year: i64 = row.get(0)?;
            transaction.execute("INSERT OR IGNORE INTO sealed_year VALUES (?1)", [year])?;
        }
    }
    Ok(())
}

/// Notes what each record was made from, as its bytes say.
fn read_lineages(transaction: &Transaction<'_>) -> Result<(), StorageError> {
    let mut statement = transaction.prepare("SELECT id, bytes FROM record")?;
    let mut update = transaction.prepare("UPDATE record SET lineage = ?2 WHERE id = ?1")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, bytes): ([u8; 16], Vec<u8>) = (row.get(0)?, row.get(1)?);
        let lineage = SealedRecord::from_bytes(&bytes)?.lineage;
        if lineage != Hash::default() {
            update.execute((id, lineage.0))?;
        }
    }
    Ok(())
}

/// Counts all records again.
fn recount(transaction: &Transaction<'_>) -> Result<(), StorageError> {
    transaction.execute_batch("DELETE FROM digest_part; DELETE FROM digest;")?;
    let mut counted: BTreeMap<BucketKey, BTreeMap<u8, Bucket>> = BTreeMap::new();
    {
        let mut statement = transaction
            .prepare("SELECT class, fiscal_year, id, hash FROM record WHERE deleted = 0")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, hash): ([u8; 16], [u8; 16]) = (row.get(2)?, row.get(3)?);
            let parts = counted.entry((row.get(0)?, row.get(1)?)).or_default();
            let part = parts.entry(crate::storage::ordering::last_byte(Id(id))).or_default();
            *part = part.with(Hash(hash));
        }
    }
    Books(transaction).add_to_digest(&counted)
}
