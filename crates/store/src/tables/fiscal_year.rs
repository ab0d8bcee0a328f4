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
