//! Resources.

pub(crate) const CREATE: &str = "
CREATE TABLE resource (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    rev INTEGER NOT NULL,
    version INTEGER NOT NULL,
    hash BLOB,
    unknown TEXT,
    name TEXT,
    kind TEXT,
    exclusive INTEGER,
    capacity INTEGER,
    active INTEGER
) STRICT;
";
