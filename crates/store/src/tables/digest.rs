//! The digest over what the hub has: by record class and fiscal year, and these by the last byte of
//! the ids, so that a difference is found without a look at every record.

use std::collections::{BTreeMap, BTreeSet};

use booqing_model::Id;
use rusqlite::{Connection, OptionalExtension};

use crate::Result;

/// The parts of the digest; the digest itself came with [`super::synced`].
pub(crate) const CREATE_PARTS: &str = "
CREATE TABLE digest_part (
    class TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 16),
    PRIMARY KEY (class, fiscal_year, last)
) STRICT, WITHOUT ROWID;
";

/// Count and sum of hashes.
pub type Sum = (i64, [u8; 16]);

/// A bucket of the digest: its record class, fiscal year, count and sum.
pub type DigestRow = (String, i64, i64, [u8; 16]);

/// The sum of a record class and fiscal year.
pub(crate) fn bucket(connection: &Connection, class: &str, fiscal_year: i64) -> Result<Sum> {
    Ok(connection
        .prepare_cached("SELECT count, sum FROM digest WHERE class = ?1 AND fiscal_year = ?2")?
        .query_row((class, fiscal_year), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .unwrap_or_default())
}

/// Writes a bucket.
pub(crate) fn put_bucket(connection: &Connection, row: &DigestRow) -> Result<()> {
    let (class, fiscal_year, count, sum) = row;
    connection
        .prepare_cached(
            "INSERT INTO digest (class, fiscal_year, count, sum) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT DO UPDATE SET count = excluded.count, sum = excluded.sum",
        )?
        .execute((class, fiscal_year, count, sum))?;
    Ok(())
}

/// How many records are counted in all buckets.
pub(crate) fn count(connection: &Connection) -> Result<u64> {
    let count: i64 = connection
        .prepare_cached("SELECT coalesce(sum(count), 0) FROM digest")?
        .query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// All buckets.
pub(crate) fn buckets(connection: &Connection) -> Result<Vec<DigestRow>> {
    let mut statement =
        connection.prepare_cached("SELECT class, fiscal_year, count, sum FROM digest")?;
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rows)
}

/// The sums of a record class and fiscal year by the last byte of the ids.
pub(crate) fn parts(
    connection: &Connection,
    class: &str,
    fiscal_year: i64,
) -> Result<BTreeMap<u8, Sum>> {
    let mut statement = connection.prepare_cached(
        "SELECT last, count, sum FROM digest_part WHERE class = ?1 AND fiscal_year = ?2",
    )?;
    let parts = statement
        .query_map((class, fiscal_year), |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(parts)
}

/// Writes the sum of one last byte.
pub(crate) fn put_part(
    connection: &Connection,
    class: &str,
    fiscal_year: i64,
    last: u8,
    sum: Sum,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO digest_part (class, fiscal_year, last, count, sum) \
             VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT DO UPDATE SET count = excluded.count, sum = excluded.sum",
        )?
        .execute((class, fiscal_year, last, sum.0, sum.1))?;
    Ok(())
}

/// The records of a class and year whose ids end in one of these bytes, each with the hash of its
/// bytes. This looks at every record the hub has.
pub(crate) fn counted(
    connection: &Connection,
    class: &str,
    fiscal_year: i64,
    lasts: &BTreeSet<u8>,
) -> Result<Vec<(Id, [u8; 16])>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, hash FROM synced WHERE class = ?1 AND fiscal_year = ?2 AND deleted = 0",
    )?;
    let mut rows = statement.query((class, fiscal_year))?;
    let mut counted = Vec::new();
    while let Some(row) = rows.next()? {
        let id: [u8; 16] = row.get(0)?;
        if id.last().is_some_and(|last| lasts.contains(last)) {
            counted.push((Id::from_bytes(id), row.get(1)?));
        }
    }
    Ok(counted)
}

/// Counts all records again, from their rows: buckets and parts.
pub(crate) fn recount(connection: &Connection) -> Result<()> {
    connection.execute_batch("DELETE FROM digest_part; DELETE FROM digest;")?;
    let mut parts: BTreeMap<(String, i64), BTreeMap<u8, Sum>> = BTreeMap::new();
    {
        let mut statement = connection
            .prepare("SELECT class, fiscal_year, id, hash FROM synced WHERE deleted = 0")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, hash): ([u8; 16], [u8; 16]) = (row.get(2)?, row.get(3)?);
            let bucket = parts.entry((row.get(0)?, row.get(1)?)).or_default();
            let part = bucket.entry(id.last().copied().unwrap_or_default()).or_default();
            *part = plus(*part, (1, hash));
        }
    }
    for ((class, fiscal_year), parts) in parts {
        let mut whole = Sum::default();
        for (last, sum) in parts {
            whole = plus(whole, sum);
            put_part(connection, &class, fiscal_year, last, sum)?;
        }
        put_bucket(connection, &(class, fiscal_year, whole.0, whole.1))?;
    }
    Ok(())
}

/// Sums of hashes are taken modulo 2^128.
fn plus(one: Sum, other: Sum) -> Sum {
    let sum = u128::from_be_bytes(one.1).wrapping_add(u128::from_be_bytes(other.1));
    (one.0 + other.0, sum.to_be_bytes())
}
