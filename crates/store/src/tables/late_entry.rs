//! Late entries.

pub(crate) const CREATE: &str = "
CREATE TABLE late_entry (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    fiscal_year INTEGER,
    meant_for INTEGER,
    record_class TEXT,
    record BLOB,
    intent TEXT,
    person BLOB,
    entered_at INTEGER,
    found_at INTEGER,
    found_by BLOB,
    settled_at INTEGER,
    settled_by BLOB,
    settlement TEXT,
    working TEXT,
    statutory TEXT,
    contract TEXT,
    consent TEXT,
    legal_obligation TEXT,
    legitimate_interest TEXT,
    employment TEXT
) STRICT;

CREATE INDEX late_entry_by_person ON late_entry (person) WHERE person IS NOT NULL;
";

/// Settlements that came second.
pub(crate) const ADD_OVERTAKEN: &str = "
ALTER TABLE late_entry ADD COLUMN overtaken TEXT;
";
