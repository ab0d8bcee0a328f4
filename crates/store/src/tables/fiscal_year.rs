//! Fiscal years.

use std::collections::BTreeSet;

use booqing_model::entities::FiscalYearState;
use rusqlite::Connection;

use crate::Result;

/// The record class; the field that names a record's year is called so too.
pub(crate) const CLASS: &str = "fiscal_year";

/// The years in which nothing changes any more.
pub(crate) fn sealed(connection: &Connection) -> Result<BTreeSet<i64>> {
    let (sealed, disposed) = (FiscalYearState::Sealed.code(), FiscalYearState::Disposed.code());
    let mut statement = connection.prepare_cached(
        "SELECT fiscal_year FROM fiscal_year WHERE state IN (?1, ?2) AND fiscal_year IS NOT NULL",
    )?;
    let years = statement.query_map((sealed, disposed), |row| row.get(0))?;
    Ok(years.collect::<rusqlite::Result<_>>()?)
}

pub(crate) const CREATE: &str = "
CREATE TABLE fiscal_year (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    fiscal_year INTEGER,
    state TEXT,
    starts TEXT,
    ends TEXT
) STRICT;
";

/// The archive of a year that is sealed.
pub(crate) const ADD_ARCHIVE: &str = "
ALTER TABLE fiscal_year ADD COLUMN archive_sha256 TEXT;
ALTER TABLE fiscal_year ADD COLUMN archive_size INTEGER;
ALTER TABLE fiscal_year ADD COLUMN archive TEXT;
";
