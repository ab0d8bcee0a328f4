//! The versions of records that passed.

use booqing_protocol::Id;
use booqing_protocol::message::Passed;
use booqing_protocol::recall::Between;

use super::books::Books;
use super::columns::{bound, count, hash, number};
use super::uuid;
use crate::storage::StorageError;
use crate::storage::ledger::Standing;

/// Notes versions that are about to be replaced.
pub(super) fn put(books: &Books<'_>, passed: &[(Id, Standing)]) -> Result<(), StorageError> {
    if passed.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = passed.iter().map(|(id, _)| uuid(*id)).collect();
    let revs = passed.iter().map(|(_, one)| number(one.rev)).collect::<Result<Vec<_>, _>>()?;
    let hashes: Vec<&[u8]> = passed.iter().map(|(_, one)| one.hash.0.as_slice()).collect();
    books.rows(
        "INSERT INTO passed (administration, id, rev, hash) SELECT $1, id, rev, hash \
         FROM unnest($2::uuid[], $3::bigint[], $4::bytea[]) AS new (id, rev, hash) \
         ON CONFLICT (administration, id, rev) DO UPDATE SET hash = excluded.hash",
        &[&ids, &revs, &hashes],
    )?;
    Ok(())
}

/// The first so many of those that were asked for, each with the place of its record. Of one record no more
/// are read than that.
pub(super) fn told(
    books: &Books<'_>,
    asked: &[Between],
    most: usize,
) -> Result<Vec<(usize, Passed)>, StorageError> {
    let ids: Vec<_> = asked.iter().map(|one| uuid(one.id)).collect();
    let afters: Vec<i64> = asked.iter().map(|one| bound(one.after)).collect();
    let befores: Vec<i64> = asked.iter().map(|one| bound(one.before)).collect();
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = books.rows(
        "SELECT asked.place, told.rev, told.hash FROM unnest($2::uuid[], $3::bigint[], \
         $4::bigint[]) WITH ORDINALITY AS asked (id, after, before, place) CROSS JOIN LATERAL \
         (SELECT rev, hash FROM passed WHERE administration = $1 AND id = asked.id \
         AND rev > asked.after AND rev < asked.before ORDER BY rev LIMIT $5) AS told \
         ORDER BY asked.place, told.rev LIMIT $5",
        &[&ids, &afters, &befores, &most],
    )?;
    let version = |row| {
        // Places are counted from 1.
        let place = usize::try_from(count(row, 0)?.saturating_sub(1)).unwrap_or(usize::MAX);
        Ok((place, Passed { rev: count(row, 1)?, hash: hash(row, 2)? }))
    };
    rows.iter().map(version).collect()
}
