//! Desks.

pub(crate) const CREATE: &str = "
CREATE TABLE desk (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    name TEXT,
    joined_at INTEGER
) STRICT;
";
