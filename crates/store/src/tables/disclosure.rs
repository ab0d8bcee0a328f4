//! Disclosures.

pub(crate) const CREATE: &str = "
CREATE TABLE disclosure (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    client BLOB,
    at INTEGER,
    recipient TEXT,
    recipient_kind TEXT,
    basis TEXT,
    reference TEXT,
    categories TEXT,
    note TEXT
) STRICT;

CREATE INDEX disclosure_by_client ON disclosure (client);
";
