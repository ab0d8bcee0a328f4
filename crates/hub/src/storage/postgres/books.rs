//! The records of an administration in a transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use booqing_protocol::compare::Counted;
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::Passed;
use booqing_protocol::recall::Between;
use booqing_protocol::scan::Stretch;
use booqing_protocol::{Digest, Id, Slot};
use deadpool_postgres::Object;
use futures_executor::block_on;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::columns::{bucket, byte, count, hash, id, number, slot, uuids};
use super::{passing, uuid};
use crate::storage::StorageError;
use crate::storage::ledger::{
    BucketKey, DeskState, LONG_SLOT, Ledger, MOST_FORGOTTEN, NewRecord, Standing, State,
    StoredResult,
};
use crate::storage::numbering::End;

/// How many records are looked at in one statement on the way to a page.
const LOOKED_AT: i64 = 4096;
/// How many bytes of records are read in one statement.
const READ_AT_ONCE: i64 = 256 * 1024;

/// The books of one administration.
pub(super) struct Books<'a> {
    connection: &'a Object,
    administration: uuid::Uuid,
}

impl<'a> Books<'a> {
    pub(super) fn new(connection: &'a Object, administration: Id) -> Self {
        Self { connection, administration: uuid(administration) }
    }

    /// Runs a statement whose first value is the administration.
    pub(super) fn rows(
        &self,
        statement: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StorageError> {
        let mut all: Vec<&(dyn ToSql + Sync)> = vec![&self.administration];
        all.extend_from_slice(values);
        block_on(async {
            let statement = self.connection.prepare_cached(statement).await?;
            Ok(self.connection.query(&statement, &all).await?)
        })
    }

    /// Hands over the records of rows of id, revision and length, until `each` says that it is enough:
    /// whether it did not. Their bytes are read as they are wanted: a page is bounded in bytes, and so is
    /// what is held on the way to it.
    fn each_of(
        &mut self,
        rows: &[Row],
        each: &mut dyn FnMut(Id, u64, Vec<u8>) -> bool,
    ) -> Result<bool, StorageError> {
        let mut sized = Vec::with_capacity(rows.len());
        for row in rows {
            sized.push((id(row, 0)?, count(row, 1)?, row.try_get::<_, i64>(2)?));
        }
        let mut rest = sized.as_slice();
        while !rest.is_empty() {
            let mut held = 0;
            let fitting = rest.iter().take_while(|(_, _, size)| {
                let fits = held < READ_AT_ONCE;
                held += size;
                fits
            });
            let (chunk, others) = rest.split_at(fitting.count());
            rest = others;
            let ids: Vec<Id> = chunk.iter().map(|(id, _, _)| *id).collect();
            let mut bytes = self.bytes(&ids)?;
            for (id, rev, _) in chunk {
                let Some((_, bytes)) = bytes.remove(id) else {
                    return Err(StorageError::Damaged(format!("record {id} is gone")));
                };
                if !each(*id, *rev, bytes) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn state_by(&self, statement: &str) -> Result<State, StorageError> {
        let rows = self.rows(statement, &[])?;
        let row = rows
            .first()
            .ok_or_else(|| StorageError::NoAdministration(Id(*self.administration.as_bytes())))?;
        let (epoch, rev, since) = (count(row, 0)?, count(row, 1)?, count(row, 2)?);
        Ok(State { epoch, rev, since, sealed: row.try_get(3)? })
    }
}

impl Ledger for Books<'_> {
    fn state(&mut self) -> Result<State, StorageError> {
        self.state_by("SELECT epoch, rev, since, sealed FROM administration WHERE id = $1")
    }

    fn lock(&mut self) -> Result<State, StorageError> {
        self.state_by(
            "SELECT epoch, rev, since, sealed FROM administration WHERE id = $1 FOR UPDATE",
        )
    }

    fn set_rev(&mut self, rev: u64) -> Result<(), StorageError> {
        self.rows("UPDATE administration SET rev = $2 WHERE id = $1", &[&number(rev)?])?;
        Ok(())
    }

    fn set_sealed(&mut self, years: &[i64]) -> Result<(), StorageError> {
        self.rows("UPDATE administration SET sealed = $2 WHERE id = $1", &[&years])?;
        Ok(())
    }

    fn desk(&mut self, desk: Id) -> Result<DeskState, StorageError> {
        let rows = self.rows(
            "SELECT last_n, acknowledged, day FROM desk_state \
             WHERE administration = $1 AND desk = $2",
            &[&uuid(desk)],
        )?;
        match rows.first() {
            Some(row) => Ok(DeskState {
                last_n: count(row, 0)?,
                acknowledged: count(row, 1)?,
                day: row.try_get(2)?,
            }),
            None => Ok(DeskState::default()),
        }
    }

    fn put_desk(&mut self, desk: Id, state: DeskState) -> Result<(), StorageError> {
        self.rows(
            "INSERT INTO desk_state (administration, desk, last_n, acknowledged, day) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (administration, desk) DO UPDATE SET \
             last_n = excluded.last_n, acknowledged = excluded.acknowledged, day = excluded.day",
            &[&uuid(desk), &number(state.last_n)?, &number(state.acknowledged)?, &state.day],
        )?;
        Ok(())
    }

    fn results(
        &mut self,
        desk: Id,
        numbers: &[u64],
    ) -> Result<HashMap<u64, StoredResult>, StorageError> {
        if numbers.is_empty() {
            return Ok(HashMap::new());
        }
        let numbers = numbers.iter().map(|n| number(*n)).collect::<Result<Vec<_>, _>>()?;
        let rows = self.rows(
            "SELECT n, change_hash, bytes FROM result \
             WHERE administration = $1 AND desk = $2 AND n = ANY($3)",
            &[&uuid(desk), &numbers],
        )?;
        let result = |row: &Row| {
            Ok((count(row, 0)?, StoredResult { change: hash(row, 1)?, bytes: row.try_get(2)? }))
        };
        rows.iter().map(result).collect()
    }

    fn put_results(
        &mut self,
        desk: Id,
        results: &[(u64, StoredResult)],
    ) -> Result<(), StorageError> {
        let numbers = results.iter().map(|(n, _)| number(*n)).collect::<Result<Vec<_>, _>>()?;
        let hashes: Vec<&[u8]> = results.iter().map(|(_, one)| one.change.0.as_slice()).collect();
        let bytes: Vec<&[u8]> = results.iter().map(|(_, one)| one.bytes.as_slice()).collect();
        self.rows(
            "INSERT INTO result (administration, desk, n, change_hash, bytes) \
             SELECT $1, $2, n, hash, bytes \
             FROM unnest($3::bigint[], $4::bytea[], $5::bytea[]) AS new (n, hash, bytes)",
            &[&uuid(desk), &numbers, &hashes, &bytes],
        )?;
        Ok(())
    }

    fn begin_day(&mut self, desk: Id, day: i64, last_n: u64) -> Result<(), StorageError> {
        self.rows(
            "INSERT INTO desk_day (administration, desk, day, last_n) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (administration, desk, day) DO NOTHING",
            &[&uuid(desk), &day, &number(last_n)?],
        )?;
        Ok(())
    }

    fn forget_results(&mut self, desk: Id, before: i64, last_n: u64) -> Result<(), StorageError> {
        self.rows(
            "DELETE FROM result WHERE administration = $1 AND desk = $2 AND n <= $4 AND n <= \
             (SELECT max(last_n) FROM desk_day \
              WHERE administration = $1 AND desk = $2 AND day <= $3) AND n < $5 + \
             (SELECT min(n) FROM result WHERE administration = $1 AND desk = $2)",
            &[&uuid(desk), &before, &number(last_n)?, &MOST_FORGOTTEN],
        )?;
        // The last of those days tells all that they do.
        self.rows(
            "DELETE FROM desk_day WHERE administration = $1 AND desk = $2 AND day < \
             (SELECT max(day) FROM desk_day \
              WHERE administration = $1 AND desk = $2 AND day <= $3)",
            &[&uuid(desk), &before],
        )?;
        Ok(())
    }

    fn standing(&mut self, ids: &[Id]) -> Result<HashMap<Id, Standing>, StorageError> {
        let rows = self.rows(
            "SELECT id, rev, class, fiscal_year, deleted, hash, lineage, resource, occupied_from, \
             occupied_until FROM record \
             WHERE administration = $1 AND id = ANY($2)",
            &[&uuids(ids)],
        )?;
        let standing = |row: &Row| {
            let standing = Standing {
                rev: count(row, 1)?,
                class: row.try_get(2)?,
                fiscal_year: row.try_get(3)?,
                deleted: row.try_get(4)?,
                hash: hash(row, 5)?,
                lineage: hash(row, 6)?,
                slot: slot(row, 7)?,
            };
            Ok((id(row, 0)?, standing))
        };
        rows.iter().map(standing).collect()
    }

    fn put_passed(&mut self, passed: &[(Id, Standing)]) -> Result<(), StorageError> {
        passing::put(self, passed)
    }

    fn passed(
        &mut self,
        asked: &[Between],
        most: usize,
    ) -> Result<Vec<(usize, Passed)>, StorageError> {
        passing::told(self, asked, most)
    }

    fn put_records(&mut self, records: &[NewRecord<'_>]) -> Result<(), StorageError> {
        let each = || records.iter().map(|record| &record.standing);
        let ids: Vec<_> = records.iter().map(|record| uuid(record.id)).collect();
        let lasts: Vec<i16> = records
            .iter()
            .map(|record| i16::from(crate::storage::ordering::last_byte(record.id)))
            .collect();
        let bytes: Vec<&[u8]> = records.iter().map(|record| record.bytes).collect();
        let revs = each().map(|one| number(one.rev)).collect::<Result<Vec<_>, _>>()?;
        let classes: Vec<&str> = each().map(|one| one.class.as_str()).collect();
        let years: Vec<i64> = each().map(|one| one.fiscal_year).collect();
        let deleted: Vec<bool> = each().map(|one| one.deleted).collect();
        let hashes: Vec<&[u8]> = each().map(|one| one.hash.0.as_slice()).collect();
        let lineages: Vec<&[u8]> = each().map(|one| one.lineage.0.as_slice()).collect();
        let slots = || each().map(|one| one.slot);
        let resources: Vec<_> = slots().map(|slot| Some(uuid(slot?.resource))).collect();
        let from: Vec<_> = slots().map(|slot| Some(slot?.from)).collect();
        let until: Vec<_> = slots().map(|slot| Some(slot?.until)).collect();
        self.rows(
            "INSERT INTO record (administration, id, rev, class, fiscal_year, last, deleted, \
             hash, lineage, bytes, resource, occupied_from, occupied_until) SELECT $1, id, rev, \
             class, fiscal_year, last, deleted, hash, lineage, bytes, resource, occupied_from, \
             occupied_until FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::bigint[], \
             $6::smallint[], $7::boolean[], $8::bytea[], $9::bytea[], $10::bytea[], $11::uuid[], \
             $12::bigint[], $13::bigint[]) AS new (id, rev, class, fiscal_year, last, deleted, \
             hash, lineage, bytes, resource, occupied_from, occupied_until) \
             ON CONFLICT (administration, id) DO UPDATE SET rev = excluded.rev, \
             class = excluded.class, fiscal_year = excluded.fiscal_year, \
             deleted = excluded.deleted, hash = excluded.hash, lineage = excluded.lineage, \
             bytes = excluded.bytes, resource = excluded.resource, \
             occupied_from = excluded.occupied_from, occupied_until = excluded.occupied_until",
            &[
                &ids, &revs, &classes, &years, &lasts, &deleted, &hashes, &lineages, &bytes,
                &resources, &from, &until,
            ],
        )?;
        Ok(())
    }

    fn occupied(&mut self, within: &[Slot]) -> Result<Vec<(Id, Slot)>, StorageError> {
        let resources: Vec<_> = within.iter().map(|slot| uuid(slot.resource)).collect();
        let from: Vec<i64> = within.iter().map(|slot| slot.from).collect();
        let until: Vec<i64> = within.iter().map(|slot| slot.until).collect();
        let reach: Vec<i64> = within.iter().map(|slot| slot.until + LONG_SLOT).collect();
        let rows = self.rows(
            "WITH within AS (SELECT * FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], \
             $5::bigint[]) AS within (resource, since, till, reach)) \
             SELECT record.id, record.resource, occupied_from, occupied_until \
             FROM within JOIN record ON administration = $1 \
             AND record.resource = within.resource AND occupied_until > since \
             AND occupied_until < reach AND occupied_from < till \
             UNION ALL \
             SELECT record.id, record.resource, occupied_from, occupied_until \
             FROM within JOIN record ON administration = $1 \
             AND record.resource = within.resource AND occupied_until > since \
             AND occupied_until >= reach AND occupied_from < till \
             AND occupied_until - occupied_from > 86400",
            &[&resources, &from, &until, &reach],
        )?;
        let mut occupied = Vec::with_capacity(rows.len());
        for row in &rows {
            let id = id(row, 0)?;
            occupied.extend(slot(row, 1)?.map(|slot| (id, slot)));
        }
        Ok(occupied)
    }

    fn series_ends(&mut self, ids: &[Id]) -> Result<HashMap<Id, End>, StorageError> {
        let rows = self.rows(
            "SELECT series, last, link FROM series_end \
             WHERE administration = $1 AND series = ANY ($2)",
            &[&uuids(ids)],
        )?;
        let ends = rows.iter().map(|row| {
            let last = u32::try_from(row.try_get::<_, i64>(1)?);
            let last = last.map_err(|_| StorageError::Damaged("the end of a series".to_owned()))?;
            Ok((id(row, 0)?, End { last, link: row.try_get(2)? }))
        });
        ends.collect()
    }

    fn put_series_ends(&mut self, ends: &[(Id, End)]) -> Result<(), StorageError> {
        let series: Vec<_> = ends.iter().map(|(id, _)| uuid(*id)).collect();
        let lasts: Vec<i64> = ends.iter().map(|(_, end)| end.last.into()).collect();
        let links: Vec<&str> = ends.iter().map(|(_, end)| end.link.as_str()).collect();
        self.rows(
            "INSERT INTO series_end (administration, series, last, link) \
             SELECT $1, series, last, link FROM unnest($2::uuid[], $3::bigint[], $4::text[]) \
             AS new (series, last, link) \
             ON CONFLICT (administration, series) DO UPDATE SET last = excluded.last, \
             link = excluded.link",
            &[&series, &lasts, &links],
        )?;
        Ok(())
    }

    fn digest(&mut self) -> Result<Digest, StorageError> {
        let rows = self.rows(
            "SELECT class, fiscal_year, count, sum FROM digest WHERE administration = $1",
            &[],
        )?;
        let mut digest = Digest::default();
        for row in &rows {
            digest.0.insert((row.try_get(0)?, row.try_get(1)?), bucket(row, 2)?);
        }
        Ok(digest)
    }

    fn add_to_digest(
        &mut self,
        changes: &BTreeMap<BucketKey, BTreeMap<u8, Bucket>>,
    ) -> Result<(), StorageError> {
        let mut digest = self.digest()?;
        for (key, changed) in changes {
            let mut held = self.parts(key)?;
            let whole = digest.0.entry(key.clone()).or_default();
            let (mut lasts, mut counts, mut sums) = (Vec::new(), Vec::new(), Vec::new());
            for (last, change) in changed {
                *whole = whole.plus(*change);
                let part = held.remove(last).unwrap_or_default().plus(*change);
                lasts.push(i16::from(*last));
                counts.push(number(part.count)?);
                sums.push(part.sum.0.to_vec());
            }
            self.rows(
                "INSERT INTO digest_part (administration, class, fiscal_year, last, count, sum) \
                 SELECT $1, $2, $3, last, count, sum \
                 FROM unnest($4::smallint[], $5::bigint[], $6::bytea[]) AS new (last, count, sum) \
                 ON CONFLICT (administration, class, fiscal_year, last) DO UPDATE SET \
                 count = excluded.count, sum = excluded.sum",
                &[&key.0, &key.1, &lasts, &counts, &sums],
            )?;
            self.rows(
                "INSERT INTO digest (administration, class, fiscal_year, count, sum) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (administration, class, fiscal_year) \
                 DO UPDATE SET count = excluded.count, sum = excluded.sum",
                &[&key.0, &key.1, &number(whole.count)?, &whole.sum.0.as_slice()],
            )?;
        }
        Ok(())
    }

    fn parts(&mut self, key: &BucketKey) -> Result<BTreeMap<u8, Bucket>, StorageError> {
        let rows = self.rows(
            "SELECT last, count, sum FROM digest_part \
             WHERE administration = $1 AND class = $2 AND fiscal_year = $3",
            &[&key.0, &key.1],
        )?;
        rows.iter().map(|row| Ok((byte(row, 0)?, bucket(row, 1)?))).collect()
    }

    fn counted(
        &mut self,
        key: &BucketKey,
        lasts: &BTreeSet<u8>,
    ) -> Result<Vec<Counted>, StorageError> {
        let lasts: Vec<i16> = lasts.iter().copied().map(i16::from).collect();
        let rows = self.rows(
            "SELECT id, hash FROM record WHERE administration = $1 AND class = $2 \
             AND fiscal_year = $3 AND last = ANY($4) AND NOT deleted",
            &[&key.0, &key.1, &lasts],
        )?;
        rows.iter().map(|row| Ok(Counted { id: id(row, 0)?, hash: hash(row, 1)? })).collect()
    }

    fn after(
        &mut self,
        rev: u64,
        each: &mut dyn FnMut(Id, u64, Vec<u8>) -> bool,
    ) -> Result<(), StorageError> {
        let mut from = (number(rev)?, uuid::Uuid::max());
        loop {
            let rows = self.rows(
                "SELECT id, rev, octet_length(bytes)::bigint FROM record \
                 WHERE administration = $1 AND (rev, id) > ($2, $3) ORDER BY rev, id LIMIT $4",
                &[&from.0, &from.1, &LOOKED_AT],
            )?;
            let Some(last) = rows.last() else { return Ok(()) };
            from = (last.try_get(1)?, last.try_get(0)?);
            if !self.each_of(&rows, each)? {
                return Ok(());
            }
        }
    }

    fn deleted(&mut self) -> Result<u64, StorageError> {
        let rows =
            self.rows("SELECT count(*) FROM record WHERE administration = $1 AND deleted", &[])?;
        rows.first().map_or(Ok(0), |row| count(row, 0))
    }

    fn stretch(
        &mut self,
        stretch: &Stretch,
        after: Option<Id>,
        each: &mut dyn FnMut(Id, u64, Vec<u8>) -> bool,
    ) -> Result<(), StorageError> {
        let mut after = after;
        loop {
            // The first id there can be, or behind the last one.
            let (from, is_from) = after.map_or((uuid::Uuid::nil(), ">="), |id| (uuid(id), ">"));
            let rows = match stretch {
                Stretch::Bucket { class, fiscal_year } => self.rows(
                    &format!(
                        "SELECT id, rev, octet_length(bytes)::bigint FROM record \
                         WHERE administration = $1 AND class = $2 AND fiscal_year = $3 \
                         AND NOT deleted AND id {is_from} $4 ORDER BY id LIMIT $5"
                    ),
                    &[class, fiscal_year, &from, &LOOKED_AT],
                )?,
                Stretch::Deleted => self.rows(
                    &format!(
                        "SELECT id, rev, octet_length(bytes)::bigint FROM record \
                         WHERE administration = $1 AND deleted AND id {is_from} $2 \
                         ORDER BY id LIMIT $3"
                    ),
                    &[&from, &LOOKED_AT],
                )?,
            };
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some(id(last, 0)?);
            if !self.each_of(&rows, each)? {
                return Ok(());
            }
        }
    }

    fn bytes(&mut self, ids: &[Id]) -> Result<HashMap<Id, (u64, Vec<u8>)>, StorageError> {
        let rows = self.rows(
            "SELECT id, rev, bytes FROM record WHERE administration = $1 AND id = ANY($2)",
            &[&uuids(ids)],
        )?;
        rows.iter().map(|row| Ok((id(row, 0)?, (count(row, 1)?, row.try_get(2)?)))).collect()
    }
}
