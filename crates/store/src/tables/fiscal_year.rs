//! Fiscal years.

pub(crate) const CREATE: &str = "
CREATE TABLE fiscal_year (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    rev INTEGER NOT NULL,
    version INTEGER NOT NULL,
    hash BLOB,
    unknown TEXT,
    fiscal_year INTEGER,
    state TEXT,
    starts TEXT,
    ends TEXT
) STRICT;
";
