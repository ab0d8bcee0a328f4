//! The audit trail.

pub(crate) const CREATE: &str = "
CREATE TABLE audit_event (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    at INTEGER,
    operation TEXT,
    record_class TEXT,
    record BLOB,
    fields TEXT,
    user BLOB,
    desk BLOB,
    reason TEXT
) STRICT;

CREATE INDEX audit_event_by_record ON audit_event (record);
";
