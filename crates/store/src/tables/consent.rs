//! Consents.

pub(crate) const CREATE: &str = "
CREATE TABLE consent (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    client BLOB,
    purpose TEXT,
    kind TEXT,
    given_at INTEGER,
    withdrawn_at INTEGER,
    expires_on TEXT,
    text_version TEXT,
    channel TEXT
) STRICT;

CREATE INDEX consent_by_client ON consent (client);
";
