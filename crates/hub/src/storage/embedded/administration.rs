//! The database of one administration.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use booqing_protocol::compare::Counted;
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::Passed;
use booqing_protocol::recall::Between;
use booqing_protocol::scan::Stretch;
use booqing_protocol::{Digest, Hash, Id, Slot};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::storage::ledger::{
    BucketKey, DeskState, LONG_SLOT, Ledger, MOST_FORGOTTEN, NewRecord, Standing, State,
    StoredResult,
};
use crate::storage::numbering::End;
use crate::storage::{StorageError, new_epoch};

/// Begins the epoch of a new database.
pub(super) fn begin(connection: &mut Connection) -> Result<(), StorageError> {
    connection.execute(
        "INSERT INTO state (one, epoch, rev) VALUES (1, ?1, 0) ON CONFLICT DO NOTHING",
        [new_epoch()?],
    )?;
    Ok(())
}

/// Begins another epoch: the data are a copy from earlier, or were repaired.
pub(super) fn begin_again(connection: &mut Connection) -> Result<(), StorageError> {
    connection.execute("UPDATE state SET epoch = ?1, since = rev WHERE one = 1", [new_epoch()?])?;
    Ok(())
}

/// Does something that stores, in one transaction; a refusal stores nothing.
pub(super) fn change<T, R>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Books<'_>) -> Result<Result<T, R>, StorageError>,
) -> Result<Result<T, R>, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&mut Books(&transaction))?;
    if done.is_ok() {
        transaction.commit()?;
    }
    Ok(done)
}

/// Does something that only reads; everything it reads is of one moment.
pub(super) fn look<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Books<'_>) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    let transaction = connection.transaction()?;
    work(&mut Books(&transaction))
}

/// The data of an administration in a transaction.
pub(super) struct Books<'a>(pub(super) &'a Connection);

/// Numbers in the database are signed; those on the wire are not.
fn number(number: u64) -> Result<i64, StorageError> {
    i64::try_from(number).map_err(|_| StorageError::Damaged(format!("{number} is too large")))
}

/// A bound that a desk named. No revision is beyond it.
fn bound(rev: u64) -> i64 {
    i64::try_from(rev).unwrap_or(i64::MAX)
}

/// A bucket from two columns.
fn bucket(row: &rusqlite::Row<'_>, count: usize) -> rusqlite::Result<Bucket> {
    let sum = Hash(row.get(count + 1)?);
    Ok(Bucket { count: row.get::<_, i64>(count)?.unsigned_abs(), sum })
}

/// What a record occupies, from three columns.
fn slot(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Option<Slot>> {
    let Some(resource) = row.get::<_, Option<[u8; 16]>>(column)? else { return Ok(None) };
    Ok(Some(Slot {
        resource: Id(resource),
        from: row.get(column + 1)?,
        until: row.get(column + 2)?,
    }))
}

impl Ledger for Books<'_> {
    fn state(&mut self) -> Result<State, StorageError> {
        let column =
            |row: &rusqlite::Row<'_>, column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        let sealed = self
            .0
            .prepare_cached("SELECT fiscal_year FROM sealed_year ORDER BY fiscal_year")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()?;
        let statement = "SELECT epoch, rev, since FROM state WHERE one = 1";
        Ok(self.0.prepare_cached(statement)?.query_row([], |row| {
            let (epoch, rev, since) = (column(row, 0)?, column(row, 1)?, column(row, 2)?);
            Ok(State { epoch, rev, since, sealed })
        })?)
    }

    fn lock(&mut self) -> Result<State, StorageError> {
        // The transaction has the only lock there is.
        self.state()
    }

    fn set_rev(&mut self, rev: u64) -> Result<(), StorageError> {
        self.0
            .prepare_cached("UPDATE state SET rev = ?1 WHERE one = 1")?
            .execute([number(rev)?])?;
        Ok(())
    }

    fn set_sealed(&mut self, years: &[i64]) -> Result<(), StorageError> {
        self.0.execute("DELETE FROM sealed_year", [])?;
        let mut insert = self.0.prepare_cached("INSERT INTO sealed_year VALUES (?1)")?;
        for year in years {
            insert.execute([year])?;
        }
        Ok(())
    }

    fn desk(&mut self, desk: Id) -> Result<DeskState, StorageError> {
        let found = self
            .0
            .prepare_cached("SELECT last_n, acknowledged, day FROM desk WHERE id = ?1")?
            .query_row([desk.0], |row| {
                Ok(DeskState {
                    last_n: row.get::<_, i64>(0)?.unsigned_abs(),
                    acknowledged: row.get::<_, i64>(1)?.unsigned_abs(),
                    day: row.get(2)?,
                })
            })
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    fn put_desk(&mut self, desk: Id, state: DeskState) -> Result<(), StorageError> {
        self.0
            .prepare_cached(
                "INSERT INTO desk (id, last_n, acknowledged, day) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (id) DO UPDATE SET last_n = excluded.last_n, \
                 acknowledged = excluded.acknowledged, day = excluded.day",
            )?
            .execute((desk.0, number(state.last_n)?, number(state.acknowledged)?, state.day))?;
        Ok(())
    }

    fn results(
        &mut self,
        desk: Id,
        numbers: &[u64],
    ) -> Result<HashMap<u64, StoredResult>, StorageError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT change_hash, bytes FROM result WHERE desk = ?1 AND n = ?2")?;
        let mut results = HashMap::with_capacity(numbers.len());
        for n in numbers {
            let found = statement
                .query_row((desk.0, number(*n)?), |row| {
                    Ok(StoredResult { change: Hash(row.get(0)?), bytes: row.get(1)? })
                })
                .optional()?;
            results.extend(found.map(|found| (*n, found)));
        }
        Ok(results)
    }

    fn put_results(
        &mut self,
        desk: Id,
        results: &[(u64, StoredResult)],
    ) -> Result<(), StorageError> {
        let mut statement = self.0.prepare_cached(
            "INSERT INTO result (desk, n, change_hash, bytes) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (n, StoredResult { change, bytes }) in results {
            statement.execute((desk.0, number(*n)?, change.0, bytes))?;
        }
        Ok(())
    }

    fn begin_day(&mut self, desk: Id, day: i64, last_n: u64) -> Result<(), StorageError> {
        self.0
            .prepare_cached(
                "INSERT INTO desk_day (desk, day, last_n) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (desk, day) DO NOTHING",
            )?
            .execute((desk.0, day, number(last_n)?))?;
        Ok(())
    }

    fn forget_results(&mut self, desk: Id, before: i64, last_n: u64) -> Result<(), StorageError> {
        self.0
            .prepare_cached(
                "DELETE FROM result WHERE desk = ?1 AND n <= min(?3, \
                 (SELECT max(last_n) FROM desk_day WHERE desk = ?1 AND day <= ?2), \
                 (SELECT min(n) FROM result WHERE desk = ?1) + ?4 - 1)",
            )?
            .execute((desk.0, before, number(last_n)?, MOST_FORGOTTEN))?;
        // The last of those days tells all that they do.
        self.0
            .prepare_cached(
                "DELETE FROM desk_day WHERE desk = ?1 AND day < \
                 (SELECT max(day) FROM desk_day WHERE desk = ?1 AND day <= ?2)",
            )?
            .execute((desk.0, before))?;
        Ok(())
    }

    fn standing(&mut self, ids: &[Id]) -> Result<HashMap<Id, Standing>, StorageError> {
        let mut statement = self.0.prepare_cached(
            "SELECT rev, class, fiscal_year, deleted, hash, lineage, resource, occupied_from, \
             occupied_until FROM record WHERE id = ?1",
        )?;
        let mut standing = HashMap::with_capacity(ids.len());
        for id in ids {
            let found = statement
                .query_row([id.0], |row| {
                    Ok(Standing {
                        rev: row.get::<_, i64>(0)?.unsigned_abs(),
                        class: row.get(1)?,
                        fiscal_year: row.get(2)?,
                        deleted: row.get(3)?,
                        hash: Hash(row.get(4)?),
                        lineage: Hash(row.get(5)?),
                        slot: slot(row, 6)?,
                    })
                })
                .optional()?;
            standing.extend(found.map(|found| (*id, found)));
        }
        Ok(standing)
    }

    fn put_passed(&mut self, passed: &[(Id, Standing)]) -> Result<(), StorageError> {
        let mut statement = self
            .0
            .prepare_cached("INSERT OR REPLACE INTO passed (id, rev, hash) VALUES (?1, ?2, ?3)")?;
        for (id, standing) in passed {
            statement.execute((id.0, number(standing.rev)?, standing.hash.0))?;
        }
        Ok(())
    }

    fn passed(
        &mut self,
        asked: &[Between],
        most: usize,
    ) -> Result<Vec<(usize, Passed)>, StorageError> {
        let mut statement = self.0.prepare_cached(
            "SELECT rev, hash FROM passed WHERE id = ?1 AND rev > ?2 AND rev < ?3 \
             ORDER BY rev LIMIT ?4",
        )?;
        let mut passed = Vec::new();
        for (place, Between { id, after, before }) in asked.iter().enumerate() {
            let left = i64::try_from(most - passed.len()).unwrap_or(i64::MAX);
            if left == 0 {
                break;
            }
            let (after, before) = (bound(*after), bound(*before));
            let versions = statement.query_map((id.0, after, before, left), |row| {
                let rev = row.get::<_, i64>(0)?.unsigned_abs();
                Ok((place, Passed { rev, hash: Hash(row.get(1)?) }))
            })?;
            for version in versions {
                passed.push(version?);
            }
        }
        Ok(passed)
    }

    fn put_records(&mut self, records: &[NewRecord<'_>]) -> Result<(), StorageError> {
        let mut statement = self.0.prepare_cached(
            "INSERT INTO record (id, rev, class, fiscal_year, deleted, hash, lineage, bytes, resource, \
             occupied_from, occupied_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
             ON CONFLICT (id) DO UPDATE SET \
             rev = excluded.rev, class = excluded.class, fiscal_year = excluded.fiscal_year, \
             deleted = excluded.deleted, hash = excluded.hash, lineage = excluded.lineage, \
             bytes = excluded.bytes, resource = excluded.resource, \
             occupied_from = excluded.occupied_from, occupied_until = excluded.occupied_until",
        )?;
        for NewRecord { id, standing, bytes } in records {
            let Standing { rev, class, fiscal_year, deleted, hash, lineage, slot } = standing;
            let rev = number(*rev)?;
            statement.execute((
                id.0,
                rev,
                class,
                fiscal_year,
                deleted,
                hash.0,
                lineage.0,
                bytes,
                slot.map(|slot| slot.resource.0),
                slot.map(|slot| slot.from),
                slot.map(|slot| slot.until),
            ))?;
        }
        Ok(())
    }

    fn occupied(&mut self, within: &[Slot]) -> Result<Vec<(Id, Slot)>, StorageError> {
        let mut statement = self.0.prepare_cached(
            "SELECT id, resource, occupied_from, occupied_until FROM record \
             WHERE resource = ?1 AND occupied_until > ?2 AND occupied_until < ?4 \
             AND occupied_from < ?3 \
             UNION ALL \
             SELECT id, resource, occupied_from, occupied_until FROM record \
             WHERE resource = ?1 AND occupied_until > ?2 AND occupied_until >= ?4 \
             AND occupied_from < ?3 AND occupied_until - occupied_from > 86400",
        )?;
        let mut occupied = Vec::new();
        for Slot { resource, from, until } in within {
            let mut rows = statement.query((resource.0, from, until, until + LONG_SLOT))?;
            while let Some(row) = rows.next()? {
                let id = Id(row.get(0)?);
                occupied.extend(slot(row, 1)?.map(|slot| (id, slot)));
            }
        }
        Ok(occupied)
    }

    fn series_ends(&mut self, ids: &[Id]) -> Result<HashMap<Id, End>, StorageError> {
        let mut statement =
            self.0.prepare_cached("SELECT last, link FROM series_end WHERE series = ?1")?;
        let mut ends = HashMap::new();
        for id in ids {
            let found = statement
                .query_row([id.0], |row| Ok(End { last: row.get(0)?, link: row.get(1)? }))
                .optional()?;
            ends.extend(found.map(|end| (*id, end)));
        }
        Ok(ends)
    }

    fn put_series_ends(&mut self, ends: &[(Id, End)]) -> Result<(), StorageError> {
        let mut statement = self.0.prepare_cached(
            "INSERT OR REPLACE INTO series_end (series, last, link) VALUES (?1, ?2, ?3)",
        )?;
        for (id, End { last, link }) in ends {
            statement.execute((id.0, last, link))?;
        }
        Ok(())
    }

    fn digest(&mut self) -> Result<Digest, StorageError> {
        let mut digest = Digest::default();
        let mut statement =
            self.0.prepare_cached("SELECT class, fiscal_year, count, sum FROM digest")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            digest.0.insert((row.get(0)?, row.get(1)?), bucket(row, 2)?);
        }
        Ok(digest)
    }

    fn add_to_digest(
        &mut self,
        changes: &BTreeMap<BucketKey, BTreeMap<u8, Bucket>>,
    ) -> Result<(), StorageError> {
        for (key, parts) in changes {
            let mut whole = self
                .0
                .prepare_cached(
                    "SELECT count, sum FROM digest WHERE class = ?1 AND fiscal_year = ?2",
                )?
                .query_row((&key.0, key.1), |row| bucket(row, 0))
                .optional()?
                .unwrap_or_default();
            let held = self.parts(key)?;
            for (last, change) in parts {
                whole = whole.plus(*change);
                let Bucket { count, sum } =
                    held.get(last).copied().unwrap_or_default().plus(*change);
                self.0
                    .prepare_cached(
                        "INSERT INTO digest_part (class, fiscal_year, last, count, sum) \
                         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET \
                         count = excluded.count, sum = excluded.sum",
                    )?
                    .execute((&key.0, key.1, last, number(count)?, sum.0))?;
            }
            self.0
                .prepare_cached(
                    "INSERT INTO digest (class, fiscal_year, count, sum) VALUES (?1, ?2, ?3, ?4) \
                     ON CONFLICT DO UPDATE SET count = excluded.count, sum = excluded.sum",
                )?
                .execute((&key.0, key.1, number(whole.count)?, whole.sum.0))?;
        }
        Ok(())
    }

    fn parts(&mut self, key: &BucketKey) -> Result<BTreeMap<u8, Bucket>, StorageError> {
        let mut statement = self.0.prepare_cached(
            "SELECT last, count, sum FROM digest_part WHERE class = ?1 AND fiscal_year = ?2",
        )?;
        let parts = statement
            .query_map((&key.0, key.1), |row| Ok((row.get(0)?, bucket(row, 1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(parts)
    }

    fn counted(
        &mut self,
        key: &BucketKey,
        lasts: &BTreeSet<u8>,
    ) -> Result<Vec<Counted>, StorageError> {
        let mut statement = self.0.prepare_cached(
            "SELECT id, hash FROM record WHERE class = ?1 AND fiscal_year = ?2 \
             AND substr(id, 16, 1) = ?3 AND deleted = 0",
        )?;
        let mut counted = Vec::new();
        for last in lasts {
            let mut rows = statement.query((&key.0, key.1, [*last]))?;
            while let Some(row) = rows.next()? {
                counted.push(Counted { id: Id(row.get(0)?), hash: Hash(row.get(1)?) });
            }
        }
        Ok(counted)
    }

    fn after(
        &mut self,
        rev: u64,
        each: &mut dyn FnMut(Id, u64, Vec<u8>) -> bool,
    ) -> Result<(), StorageError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT id, rev, bytes FROM record WHERE rev > ?1 ORDER BY rev")?;
        let mut rows = statement.query([number(rev)?])?;
        while let Some(row) = rows.next()? {
            let rev = row.get::<_, i64>(1)?.unsigned_abs();
            if !each(Id(row.get(0)?), rev, row.get(2)?) {
                break;
            }
        }
        Ok(())
    }

    fn deleted(&mut self) -> Result<u64, StorageError> {
        let mut statement =
            self.0.prepare_cached("SELECT count(*) FROM record WHERE deleted = 1")?;
        Ok(statement.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    fn stretch(
        &mut self,
        stretch: &Stretch,
        after: Option<Id>,
        each: &mut dyn FnMut(Id, u64, Vec<u8>) -> bool,
    ) -> Result<(), StorageError> {
        // Every id is behind the empty one.
        let after = after.as_ref().map_or([].as_slice(), |id| &id.0);
        let (mut of_bucket, mut of_deleted);
        let mut rows = match stretch {
            Stretch::Bucket { class, fiscal_year } => {
                of_bucket = self.0.prepare_cached(
                    "SELECT id, rev, bytes FROM record WHERE class = ?1 AND fiscal_year = ?2 \
                     AND deleted = 0 AND id > ?3 ORDER BY id",
                )?;
                of_bucket.query((class, fiscal_year, after))?
            }
            Stretch::Deleted => {
                of_deleted = self.0.prepare_cached(
                    "SELECT id, rev, bytes FROM record WHERE deleted = 1 AND id > ?1 ORDER BY id",
                )?;
                of_deleted.query([after])?
            }
        };
        while let Some(row) = rows.next()? {
            let rev = row.get::<_, i64>(1)?.unsigned_abs();
            if !each(Id(row.get(0)?), rev, row.get(2)?) {
                break;
            }
        }
        Ok(())
    }

    fn bytes(&mut self, ids: &[Id]) -> Result<HashMap<Id, (u64, Vec<u8>)>, StorageError> {
        let mut statement = self.0.prepare_cached("SELECT rev, bytes FROM record WHERE id = ?1")?;
        let mut records = HashMap::with_capacity(ids.len());
        for id in ids {
            let found = statement
                .query_row([id.0], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?)))
                .optional()?;
            records.extend(found.map(|found| (*id, found)));
        }
        Ok(records)
    }
}
