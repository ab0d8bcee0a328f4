//! The records of one administration: ordered, compared and swapped, counted.

use std::collections::HashSet;

use booqing_protocol::digest::{Bucket, Digest};
use booqing_protocol::message::{
    ChangeResult, ChangeSet, Cursor, Incoming, Outcome, Page, Push, Pushed,
};
use booqing_protocol::{
    Hash, Id, LARGEST_SET, MOST_RECORDS, PAGE_BYTES, Refusal, SealedRecord, encode,
};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::storage::StorageError;

pub(super) const STEPS: &[&str] = &["
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
"];

/// The most bytes of the name of a record class.
const LONGEST_CLASS: usize = 64;

/// Begins the epoch of a new database.
pub(super) fn begin(connection: &mut Connection) -> Result<(), StorageError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| StorageError::NoRandom)?;
    // Positive, and never the zero of a desk that has read nothing.
    let epoch = (i64::from_le_bytes(bytes) & i64::MAX).max(1);
    connection.execute(
        "INSERT INTO state (one, epoch, rev) VALUES (1, ?1, 0) ON CONFLICT DO NOTHING",
        [epoch],
    )?;
    Ok(())
}

fn state(connection: &Connection) -> Result<(u64, u64), StorageError> {
    let (epoch, rev): (i64, i64) = connection
        .prepare_cached("SELECT epoch, rev FROM state WHERE one = 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((epoch.unsigned_abs(), rev.unsigned_abs()))
}

/// Numbers in the database are signed; those on the wire are not.
fn number(number: u64) -> Result<i64, StorageError> {
    i64::try_from(number).map_err(|_| StorageError::Damaged(format!("{number} is too large")))
}

/// Stores the changes of a desk, all in one commit. A change that is refused does not stop the
/// ones behind it; a change out of order, or a desk of another epoch, stops everything.
pub(super) fn push(
    connection: &mut Connection,
    desk: Id,
    push: &Push,
) -> Result<Result<Pushed, Refusal>, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (epoch, head) = state(&transaction)?;
    let acknowledged = push.acknowledged;
    // Revisions of another epoch were given to other records: nothing can be compared with them.
    if (acknowledged.epoch != 0 && acknowledged.epoch != epoch) || acknowledged.rev > head {
        return Ok(Err(Refusal::EpochChanged));
    }
    transaction
        .prepare_cached(
            "INSERT INTO desk (id, last_n, acknowledged) VALUES (?1, 0, 0) ON CONFLICT DO NOTHING",
        )?
        .execute([desk.0])?;
    let mut last_n: i64 = transaction
        .prepare_cached("SELECT last_n FROM desk WHERE id = ?1")?
        .query_row([desk.0], |row| row.get(0))?;
    let mut results = Vec::with_capacity(push.changes.len());
    for change in &push.changes {
        let n = number(change.n)?;
        let hash = Hash::of(&encode(change)?);
        let result = if n <= last_n {
            match stored_result(&transaction, desk, n)? {
                Some((stored, bytes)) if stored == hash => bytes,
                _ => return Ok(Err(Refusal::ForkedDesk { n: change.n })),
            }
        } else if n == last_n + 1 {
            let outcome = store(&transaction, desk, change)?;
            let bytes = encode(&ChangeResult { n: change.n, outcome })?;
            transaction
                .prepare_cached(
                    "INSERT INTO result (desk, n, change_hash, bytes) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((desk.0, n, hash.0, &bytes))?;
            last_n = n;
            bytes
        } else {
            return Ok(Err(Refusal::Gap { expected: (last_n + 1).unsigned_abs() }));
        };
        results.push(result.into());
    }
    transaction
        .prepare_cached(
            "UPDATE desk SET last_n = ?2, acknowledged = max(acknowledged, ?3) WHERE id = ?1",
        )?
        .execute((desk.0, last_n, number(acknowledged.rev)?))?;
    let (_, head) = state(&transaction)?;
    transaction.commit()?;
    Ok(Ok(Pushed { results, head }))
}

fn stored_result(
    transaction: &Transaction<'_>,
    desk: Id,
    n: i64,
) -> Result<Option<(Hash, Vec<u8>)>, StorageError> {
    Ok(transaction
        .prepare_cached("SELECT change_hash, bytes FROM result WHERE desk = ?1 AND n = ?2")?
        .query_row((desk.0, n), |row| Ok((Hash(row.get(0)?), row.get(1)?)))
        .optional()?)
}

/// Compares and swaps the records of a change: all of them or none.
fn store(
    transaction: &Transaction<'_>,
    desk: Id,
    change: &ChangeSet,
) -> Result<Outcome, StorageError> {
    let bytes: usize = change.records.iter().map(|outgoing| outgoing.record.len()).sum();
    if change.records.len() > MOST_RECORDS || bytes > LARGEST_SET {
        return Ok(refused("too_large", None));
    }
    let (mut stale, mut seen) = (Vec::new(), HashSet::new());
    let mut records = Vec::with_capacity(change.records.len());
    for outgoing in &change.records {
        let Ok(record) = SealedRecord::from_bytes(&outgoing.record) else {
            return Ok(refused("malformed", None));
        };
        let current = current(transaction, record.id)?;
        if let Some(code) = fault(&record, desk, current.as_ref(), seen.insert(record.id)) {
            return Ok(refused(code, Some(record.id)));
        }
        let (rev, hash) =
            current.as_ref().map_or((0, Hash::default()), |current| (current.rev, current.hash));
        if rev != number(outgoing.base)? || hash != record.previous {
            stale.push(record.id);
        }
        records.push((record, &outgoing.record, current));
    }
    if !stale.is_empty() {
        return Ok(Outcome::Stale { records: stale });
    }
    if records.is_empty() {
        let (_, rev) = state(transaction)?;
        return Ok(Outcome::Accepted { rev });
    }
    // The first write of the commit: revisions are given in the order of commits, so a cursor
    // never passes a record that is still to come.
    let rev: i64 = transaction
        .prepare_cached("UPDATE state SET rev = rev + 1 WHERE one = 1 RETURNING rev")?
        .query_row([], |row| row.get(0))?;
    for (record, bytes, current) in records {
        let hash = Hash::of(bytes);
        let year = record.routing.fiscal_year();
        // A deleted record is not counted: each side forgets it at a moment of its own.
        if let Some(before) = current.filter(|before| !before.deleted) {
            count(transaction, &before.class, before.fiscal_year, |bucket| {
                bucket.without(before.hash)
            })?;
        }
        if !record.deleted {
            count(transaction, &record.class, year, |bucket| bucket.with(hash))?;
        }
        transaction
            .prepare_cached(
                "INSERT INTO record (id, rev, class, fiscal_year, deleted, hash, bytes) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET \
                 rev = excluded.rev, class = excluded.class, fiscal_year = excluded.fiscal_year, \
                 deleted = excluded.deleted, hash = excluded.hash, bytes = excluded.bytes",
            )?
            .execute((
                record.id.0,
                rev,
                &record.class,
                year,
                record.deleted,
                hash.0,
                bytes.as_slice(),
            ))?;
    }
    Ok(Outcome::Accepted { rev: rev.unsigned_abs() })
}

fn refused(code: &str, record: Option<Id>) -> Outcome {
    Outcome::Refused { code: code.to_owned(), record }
}

/// What is wrong with a record, whatever the revision: the hub would not be able to count it, or
/// it is not this desk's to send.
fn fault(
    record: &SealedRecord,
    desk: Id,
    current: Option<&Current>,
    is_first: bool,
) -> Option<&'static str> {
    if !is_first {
        return Some("record_twice");
    }
    if record.author != desk {
        return Some("foreign_author");
    }
    if current.is_some_and(|current| current.class != record.class) {
        return Some("class_changed");
    }
    let fits = (1..=LONGEST_CLASS).contains(&record.class.len())
        && (0..=9999).contains(&record.routing.fiscal_year());
    (!fits).then_some("malformed")
}

struct Current {
    rev: i64,
    class: String,
    fiscal_year: i64,
    deleted: bool,
    hash: Hash,
}

fn current(transaction: &Transaction<'_>, id: Id) -> Result<Option<Current>, StorageError> {
    Ok(transaction
        .prepare_cached("SELECT rev, class, fiscal_year, deleted, hash FROM record WHERE id = ?1")?
        .query_row([id.0], |row| {
            Ok(Current {
                rev: row.get(0)?,
                class: row.get(1)?,
                fiscal_year: row.get(2)?,
                deleted: row.get(3)?,
                hash: Hash(row.get(4)?),
            })
        })
        .optional()?)
}

fn count(
    transaction: &Transaction<'_>,
    class: &str,
    year: i64,
    change: impl FnOnce(Bucket) -> Bucket,
) -> Result<(), StorageError> {
    let bucket = transaction
        .prepare_cached("SELECT count, sum FROM digest WHERE class = ?1 AND fiscal_year = ?2")?
        .query_row((class, year), |row| {
            Ok(Bucket { count: row.get::<_, i64>(0)?.unsigned_abs(), sum: Hash(row.get(1)?) })
        })
        .optional()?
        .unwrap_or_default();
    let Bucket { count, sum } = change(bucket);
    transaction
        .prepare_cached(
            "INSERT INTO digest (class, fiscal_year, count, sum) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT DO UPDATE SET count = excluded.count, sum = excluded.sum",
        )?
        .execute((class, year, number(count)?, sum.0))?;
    Ok(())
}

/// A page of what changed since a cursor. A change set is never cut in two: it has one revision.
pub(super) fn pull(
    connection: &mut Connection,
    cursor: Cursor,
) -> Result<Result<Page, Refusal>, StorageError> {
    let transaction = connection.transaction()?;
    let (epoch, head) = state(&transaction)?;
    if (cursor.epoch != 0 && cursor.epoch != epoch) || cursor.rev > head {
        return Ok(Err(Refusal::EpochChanged));
    }
    let mut records: Vec<Incoming> = Vec::new();
    let (mut bytes, mut reached, mut is_cut) = (0, cursor.rev, false);
    {
        let mut statement = transaction
            .prepare_cached("SELECT rev, bytes FROM record WHERE rev > ?1 ORDER BY rev")?;
        let mut rows = statement.query([number(cursor.rev)?])?;
        while let Some(row) = rows.next()? {
            let (rev, record): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let rev = rev.unsigned_abs();
            if bytes >= PAGE_BYTES && rev != reached {
                is_cut = true;
                break;
            }
            bytes += record.len();
            reached = rev;
            records.push(Incoming { rev, record: record.into() });
        }
    }
    let digest = digest(&transaction)?;
    let total = digest.0.values().map(|bucket| bucket.count).sum();
    let (rev, root) = if is_cut { (reached, None) } else { (head, Some(digest.root()?)) };
    Ok(Ok(Page { cursor: Cursor { epoch, rev }, records, root, total }))
}

fn digest(connection: &Connection) -> Result<Digest, StorageError> {
    let mut digest = Digest::default();
    let mut statement =
        connection.prepare_cached("SELECT class, fiscal_year, count, sum FROM digest")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let bucket = Bucket { count: row.get::<_, i64>(2)?.unsigned_abs(), sum: Hash(row.get(3)?) };
        digest.0.insert((row.get(0)?, row.get(1)?), bucket);
    }
    Ok(digest)
}
