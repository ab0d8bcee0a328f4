//! Fiscal years.

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
