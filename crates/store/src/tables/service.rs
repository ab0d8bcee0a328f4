//! Services.

pub(crate) const CREATE: &str = "
CREATE TABLE service (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    rev INTEGER NOT NULL,
    version INTEGER NOT NULL,
    hash BLOB,
    unknown TEXT,
    code TEXT,
    name TEXT,
    minutes INTEGER,
    buffer_before INTEGER,
    buffer_after INTEGER,
    price INTEGER,
    vat_rate INTEGER,
    active INTEGER
) STRICT;
";
