//! Number series.

pub(crate) const CREATE: &str = "
CREATE TABLE number_series (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    fiscal_year INTEGER,
    state TEXT,
    first INTEGER,
    last INTEGER,
    prefix TEXT,
    kinds TEXT,
    desk BLOB,
    closed_at INTEGER,
    closed_because TEXT
) STRICT;
";
