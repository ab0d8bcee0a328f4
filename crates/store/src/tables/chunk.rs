//! Chunks of originals and archives that are here, and which originals this desk keeps.
//!
//! The bytes lie beside the cache ([`crate::chunks`]). A chunk is at the hub when the hub has said so in
//! its present epoch: one that was put back from a copy is offered everything again.

use std::ops::RangeInclusive;

use booqing_model::Id;
use rusqlite::{Connection, OptionalExtension};

use crate::Result;
use crate::cache::Reader;
use crate::change::Batch;
use crate::chunks::Name;
use crate::exchange::Exchange;

pub(crate) const CREATE: &str = "
CREATE TABLE chunk (
    name BLOB PRIMARY KEY CHECK (length(name) = 32),
    bytes INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    offered_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX chunk_by_epoch ON chunk (epoch, offered_at);

CREATE TABLE pinned (
    record BLOB PRIMARY KEY CHECK (length(record) = 16)
) STRICT, WITHOUT ROWID;
";

/// A chunk that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkRow {
    /// Its name.
    pub name: Name,
    /// How many bytes it has.
    pub bytes: u64,
    /// The epoch in which the hub said that it has it; 0 for never.
    pub epoch: i64,
    /// When it was last made, fetched or read, in seconds since 1970.
    pub used_at: i64,
}

/// Chunks, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many.
    pub chunks: u64,
    /// How many bytes they have together.
    pub bytes: u64,
}

fn add(connection: &Connection, name: Name, bytes: u64, epoch: i64, at: i64) -> Result<()> {
    // One that is here already keeps what is known of it.
    let new = connection
        .prepare_cached(
            "INSERT INTO chunk (name, bytes, epoch, offered_at, used_at) VALUES (?1, ?2, ?3, ?4, ?4) \
             ON CONFLICT (name) DO UPDATE SET used_at = ?4, epoch = max(epoch, ?3)",
        )?
        .execute((name, i64::try_from(bytes).unwrap_or(i64::MAX), epoch, at));
    new.map(drop).map_err(Into::into)
}

fn has(connection: &Connection, name: Name) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM chunk WHERE name = ?1")?
        .query_row([name], |_| Ok(()))
        .optional()?
        .is_some())
}

impl Batch<'_> {
    /// Notes that a chunk was made here. Its bytes must have reached the disk.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_chunk(&self, name: Name, bytes: u64, at: i64) -> Result<()> {
        add(self.connection, name, bytes, 0, at)
    }

    /// Keeps the original of a record here, or no longer.
    ///
    /// # Errors
    /// When the database fails.
    pub fn pin(&self, record: Id, is_pinned: bool) -> Result<()> {
        let sql = if is_pinned {
            "INSERT OR IGNORE INTO pinned (record) VALUES (?1)"
        } else {
            "DELETE FROM pinned WHERE record = ?1"
        };
        self.connection.prepare_cached(sql)?.execute([record.as_bytes()])?;
        Ok(())
    }

    /// Notes that chunks were read, so that they stay longer than others.
    ///
    /// # Errors
    /// When the database fails.
    pub fn use_chunks(&self, names: &[Name], at: i64) -> Result<()> {
        let mut update =
            self.connection.prepare_cached("UPDATE chunk SET used_at = ?2 WHERE name = ?1")?;
        for name in names {
            update.execute((name, at))?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Whether a chunk is here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_chunk(&self, name: Name) -> Result<bool> {
        has(self.connection, name)
    }

    /// The chunk of that name, if it is here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn chunk(&self, name: Name) -> Result<Option<ChunkRow>> {
        Ok(self
            .connection
            .prepare_cached("SELECT name, bytes, epoch, used_at FROM chunk WHERE name = ?1")?
            .query_row([name], row)
            .optional()?)
    }

    /// All chunks that are here, those first that were not used for longest.
    ///
    /// # Errors
    /// When the database fails.
    pub fn chunks(&self) -> Result<Vec<ChunkRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT name, bytes, epoch, used_at FROM chunk ORDER BY used_at, name",
        )?;
        let rows = statement.query_map([], row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Chunks that the hub has not got, as far as is known, in this epoch.
    ///
    /// # Errors
    /// When the database fails.
    pub fn chunks_waiting(&self, epoch: i64) -> Result<Counted> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT count(*), coalesce(sum(bytes), 0) FROM chunk WHERE epoch < ?1 OR epoch > ?1 \
                 OR epoch = 0",
            )?
            .query_row([epoch], |row| {
                let (chunks, bytes) = (row.get::<_, i64>(0)?, row.get::<_, i64>(1)?);
                Ok(Counted { chunks: chunks.unsigned_abs(), bytes: bytes.unsigned_abs() })
            })?)
    }

    /// Some chunks that are to be offered to the hub: not known to be there in this epoch, or not
    /// offered in this time, by a clock that may have been put right since.
    ///
    /// # Errors
    /// When the database fails.
    pub fn chunks_to_offer(
        &self,
        epoch: i64,
        believed: RangeInclusive<i64>,
        limit: usize,
    ) -> Result<Vec<Name>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT name FROM chunk WHERE epoch < ?1 OR epoch > ?1 OR epoch = 0 \
             OR (epoch = ?1 AND offered_at < ?2) OR (epoch = ?1 AND offered_at > ?3) LIMIT ?4",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let names = statement
            .query_map((epoch, believed.start(), believed.end(), limit), |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    /// The records whose originals are kept here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn pinned(&self) -> Result<Vec<Id>> {
        let mut statement =
            self.connection.prepare_cached("SELECT record FROM pinned ORDER BY record")?;
        let ids = statement.query_map([], |row| Ok(Id::from_bytes(row.get(0)?)))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<ChunkRow> {
    Ok(ChunkRow {
        name: row.get(0)?,
        bytes: row.get::<_, i64>(1)?.unsigned_abs(),
        epoch: row.get(2)?,
        used_at: row.get(3)?,
    })
}

impl Exchange<'_> {
    /// Notes that a chunk came from the hub. Its bytes must have reached the disk.
    ///
    /// # Errors
    /// When the database fails, as in everything below.
    pub fn add_chunk(&self, name: Name, bytes: u64, epoch: i64, at: i64) -> Result<()> {
        add(self.database, name, bytes, epoch, at)
    }

    /// Notes that the hub has these chunks.
    ///
    /// # Errors
    /// When the database fails.
    pub fn chunks_are_at_hub(&self, names: &[Name], epoch: i64, at: i64) -> Result<()> {
        let mut update = self
            .database
            .prepare_cached("UPDATE chunk SET epoch = ?2, offered_at = ?3 WHERE name = ?1")?;
        for name in names {
            update.execute((name, epoch, at))?;
        }
        Ok(())
    }

    /// Believes nothing of what the hub has: a person said that it was put back from a copy.
    ///
    /// # Errors
    /// When the database fails.
    pub fn doubt_chunks(&self) -> Result<()> {
        self.database.prepare_cached("UPDATE chunk SET epoch = 0")?.execute([])?;
        Ok(())
    }

    /// Notes that a chunk is no longer here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_chunk(&self, name: Name) -> Result<()> {
        self.database.prepare_cached("DELETE FROM chunk WHERE name = ?1")?.execute([name])?;
        Ok(())
    }
}
