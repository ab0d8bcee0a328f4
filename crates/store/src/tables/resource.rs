//! Resources.

pub(crate) const CREATE: &str = "
CREATE TABLE resource (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    name TEXT,
    kind TEXT,
    exclusive INTEGER,
    capacity INTEGER,
    active INTEGER
) STRICT;
";
