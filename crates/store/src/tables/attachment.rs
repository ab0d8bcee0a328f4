//! Attachments.

pub(crate) const CREATE: &str = "
CREATE TABLE attachment (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    fiscal_year INTEGER,
    document BLOB,
    client BLOB,
    sha256 TEXT,
    media_type TEXT,
    size INTEGER,
    pages INTEGER,
    file_name TEXT
) STRICT;

CREATE INDEX attachment_by_document ON attachment (document);
";

/// Where the bytes of the original are.
pub(crate) const ADD_STORED: &str = "ALTER TABLE attachment ADD COLUMN stored TEXT";
