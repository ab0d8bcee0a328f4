//! Services.

pub(crate) const CREATE: &str = "
CREATE TABLE service (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
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
