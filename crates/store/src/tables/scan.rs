//! How far a first sync is: one row while it is under way, none otherwise.

use booqing_model::Id;
use rusqlite::OptionalExtension;

use crate::cache::Reader;
use crate::exchange::Exchange;
use crate::{Result, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE scan (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    year INTEGER NOT NULL,
    class TEXT,
    fiscal_year INTEGER NOT NULL,
    after BLOB CHECK (length(after) = 16)
) STRICT;
";

/// How far a first sync is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanRow {
    /// The epoch of the hub.
    pub epoch: i64,
    /// The pin: the revision of the hub when the first sync began.
    pub rev: i64,
    /// The fiscal year that is read first.
    pub year: i64,
    /// The record class that is being read; `None` for what was deleted.
    pub class: Option<String>,
    /// The fiscal year that is being read, 0 for records of no year.
    pub fiscal_year: i64,
    /// The last id of it that was read; `None` where it has not begun.
    pub after: Option<Id>,
}

fn get(database: &rusqlite::Connection) -> Result<Option<ScanRow>> {
    Ok(database
        .prepare_cached("SELECT epoch, rev, year, class, fiscal_year, after FROM scan")?
        .query_row([], |row| {
            Ok(ScanRow {
                epoch: row.get(0)?,
                rev: row.get(1)?,
                year: row.get(2)?,
                class: row.get(3)?,
                fiscal_year: row.get(4)?,
                after: row.get::<_, Option<[u8; 16]>>(5)?.map(Id::from_bytes),
            })
        })
        .optional()?)
}

impl Reader<'_> {
    /// How far the first sync is; `None` while none is under way.
    ///
    /// # Errors
    /// When the database fails.
    pub fn first_sync(&self) -> Result<Option<ScanRow>> {
        get(self.connection)
    }
}

impl Exchange<'_> {
    /// How far the first sync is; `None` while none is under way.
    ///
    /// # Errors
    /// When the database fails, as in everything below.
    pub fn first_sync(&self) -> Result<Option<ScanRow>> {
        get(self.database)
    }

    /// Notes how far the first sync is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_scan(&self, scan: &ScanRow) -> Result<()> {
        let ScanRow { epoch, rev, year, class, fiscal_year, after } = scan;
        self.database
            .prepare_cached(
                "INSERT OR REPLACE INTO scan (one, epoch, rev, year, class, fiscal_year, after) \
                 VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((epoch, rev, year, class, fiscal_year, after.as_ref().map(Id::as_bytes)))
            .map(drop)
            .map_err(StoreError::from)
    }

    /// Notes that no first sync is under way.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_scan(&self) -> Result<()> {
        self.database.prepare_cached("DELETE FROM scan")?.execute([])?;
        Ok(())
    }
}
