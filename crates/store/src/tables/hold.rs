//! Legal holds.

pub(crate) const CREATE: &str = "
CREATE TABLE hold (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    title TEXT,
    client BLOB,
    record BLOB,
    fiscal_year INTEGER,
    placed_at INTEGER,
    released_at INTEGER,
    release_reason TEXT,
    review_on TEXT,
    reason TEXT,
    authority TEXT
) STRICT;

CREATE INDEX hold_by_client ON hold (client) WHERE client IS NOT NULL;
";
