//! Conflicts.

use booqing_model::Id;

use crate::Result;
use crate::exchange::Exchange;

pub(crate) const CREATE: &str = "
CREATE TABLE conflict (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    fiscal_year INTEGER,
    record_class TEXT,
    record BLOB,
    field_group TEXT,
    person BLOB,
    found_at INTEGER,
    found_by BLOB,
    theirs_by BLOB,
    resolved_at INTEGER,
    resolved_by BLOB,
    resolution TEXT,
    working TEXT,
    statutory TEXT,
    contract TEXT,
    consent TEXT,
    legal_obligation TEXT,
    legitimate_interest TEXT,
    employment TEXT
) STRICT;

CREATE INDEX conflict_by_record ON conflict (record);
";

/// When both sides were entered.
pub(crate) const ADD_TIMES: &str = "
ALTER TABLE conflict ADD COLUMN mine_at INTEGER;
ALTER TABLE conflict ADD COLUMN theirs_at INTEGER;
";

/// Decisions that came second.
pub(crate) const ADD_OVERTAKEN: &str = "
ALTER TABLE conflict ADD COLUMN overtaken TEXT;
";

impl Exchange<'_> {
    /// The conflicts about a record.
    ///
    /// # Errors
    /// When the database fails.
    pub fn conflicts_about(&self, record: Id) -> Result<Vec<Id>> {
        let mut statement = self
            .database
            .prepare_cached("SELECT id FROM conflict WHERE record = ?1 ORDER BY id")?;
        let ids =
            statement.query_map([record.as_bytes()], |row| Ok(Id::from_bytes(row.get(0)?)))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }
}
