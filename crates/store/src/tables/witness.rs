//! What this desk was given by the hub, revision by revision, and what other desks say they were given.

use booqing_model::Id;
use rusqlite::{OptionalExtension, Row};

use super::connection;
use super::digest::Sum;
use crate::Result;
use crate::exchange::Exchange;

/// The record class of heads.
pub const CLASS: &str = "head";

/// The sums, and the heads of desks. What an older cache was given it did not sum up: everything is
/// read from the hub once more.
pub(crate) const CREATE: &str = "
CREATE TABLE revision (
    rev INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 16),
    others INTEGER NOT NULL
) STRICT;

CREATE TABLE head (
    desk BLOB PRIMARY KEY CHECK (length(desk) = 16),
    key BLOB NOT NULL CHECK (length(key) = 32),
    epoch INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    count INTEGER NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 16),
    at INTEGER NOT NULL,
    checked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE connection ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN folded INTEGER NOT NULL DEFAULT 0;
UPDATE connection SET rev = 0;
UPDATE synced SET rev = 0;
";

/// Heads are summed up no more, and everything is read from the hub once more, also what a first sync that was
/// cut had read. What desks sign with stays known.
pub(crate) const WITHOUT_HEADS: &str = "
DROP TABLE revision;

CREATE TABLE revision (
    rev INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 16)
) STRICT;

UPDATE head SET epoch = 0, checked = 1;
DELETE FROM scan;
UPDATE connection SET rev = 0, whole = 0, folded = 0;
UPDATE synced SET rev = 0;
";

/// What a desk says that it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The desk.
    pub desk: Id,
    /// Its public key (Ed25519).
    pub key: [u8; 32],
    /// The epoch of the hub.
    pub epoch: i64,
    /// The revision up to which it was given everything.
    pub rev: i64,
    /// The sum of that.
    pub sum: Sum,
    /// When it said so, by its own clock, in seconds since 1970.
    pub at: i64,
}

const HEAD: &str = "SELECT desk, key, epoch, rev, count, sum, at FROM head";

fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head {
        desk: Id::from_bytes(row.get(0)?),
        key: row.get(1)?,
        epoch: row.get(2)?,
        rev: row.get(3)?,
        sum: (row.get(4)?, row.get(5)?),
        at: row.get(6)?,
    })
}

impl Exchange<'_> {
    /// The head of a desk; `None` when it said nothing yet.
    ///
    /// # Errors
    /// When the database fails, as in everything below.
    pub fn head(&self, desk: Id) -> Result<Option<Head>> {
        Ok(self
            .database
            .prepare_cached(&format!("{HEAD} WHERE desk = ?1"))?
            .query_row([desk.as_bytes()], head)
            .optional()?)
    }

    /// The heads that were not yet compared with what this desk was told.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unchecked_heads(&self) -> Result<Vec<Head>> {
        let sql = format!("{HEAD} WHERE checked = 0 ORDER BY desk");
        let mut statement = self.database.prepare_cached(&sql)?;
        Ok(statement.query_map([], head)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Notes what a desk says, and whether it was compared.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_head(&self, head: &Head, is_checked: bool) -> Result<()> {
        let Head { desk, key, epoch, rev, sum: (count, sum), at } = head;
        self.database
            .prepare_cached(
                "INSERT INTO head (desk, key, epoch, rev, count, sum, at, checked) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET \
                 key = excluded.key, epoch = excluded.epoch, rev = excluded.rev, \
                 count = excluded.count, sum = excluded.sum, at = excluded.at, \
                 checked = excluded.checked",
            )?
            .execute((desk.as_bytes(), key, epoch, rev, count, sum, at, is_checked))?;
        Ok(())
    }

    /// Forgets the head of a desk.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_head(&self, desk: Id) -> Result<()> {
        self.database.execute("DELETE FROM head WHERE desk = ?1", [desk.as_bytes()])?;
        Ok(())
    }

    /// What was told of at a revision.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revision(&self, rev: i64) -> Result<Sum> {
        Ok(self
            .database
            .prepare_cached("SELECT count, sum FROM revision WHERE rev = ?1")?
            .query_row([rev], |row| revision(row, 0))
            .optional()?
            .unwrap_or_default())
    }

    /// Notes what was told of at a revision.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_revision(&self, rev: i64, (count, sum): Sum) -> Result<()> {
        self.database
            .prepare_cached(
                "INSERT INTO revision (rev, count, sum) VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO UPDATE SET count = excluded.count, sum = excluded.sum",
            )?
            .execute((rev, count, sum))?;
        Ok(())
    }

    /// What was told of at all revisions up to one, the earliest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revisions(&self, until: i64) -> Result<Vec<(i64, Sum)>> {
        let mut statement = self
            .database
            .prepare_cached("SELECT rev, count, sum FROM revision WHERE rev <= ?1 ORDER BY rev")?;
        let rows = statement
            .query_map([until], |row| Ok((row.get(0)?, revision(row, 1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// Whether anything was told of after a revision.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_told_after(&self, rev: i64) -> Result<bool> {
        Ok(self
            .database
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM revision WHERE rev > ?1)")?
            .query_row([rev], |row| row.get(0))?)
    }

    /// The revision so many places before the last that was told of; `None` when there are not so
    /// many.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revision_before_last(&self, places: u32) -> Result<Option<i64>> {
        Ok(self
            .database
            .prepare_cached("SELECT rev FROM revision ORDER BY rev DESC LIMIT 1 OFFSET ?1")?
            .query_row([places], |row| row.get(0))
            .optional()?)
    }

    /// Forgets what was told of at all revisions up to one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_revisions(&self, until: i64) -> Result<()> {
        self.database.prepare_cached("DELETE FROM revision WHERE rev <= ?1")?.execute([until])?;
        Ok(())
    }

    /// Forgets what was told of in all: the hub tells it from the beginning of its epoch.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_told(&self) -> Result<()> {
        self.database.execute("DELETE FROM revision", [])?;
        self.database.execute("UPDATE synced SET rev = 0 WHERE rev <> 0", [])?;
        Ok(())
    }

    /// The private key of this desk (PKCS #8, DER); `None` before it has joined.
    ///
    /// # Errors
    /// When the database fails.
    pub fn private_key(&self) -> Result<Option<Vec<u8>>> {
        Ok(connection::get(self.database)?.map(|connection| connection.private_key))
    }
}

fn revision(row: &Row<'_>, first: usize) -> rusqlite::Result<Sum> {
    Ok((row.get(first)?, row.get(first + 1)?))
}
