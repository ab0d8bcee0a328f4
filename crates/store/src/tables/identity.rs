//! Whose cache it is: one row.

pub(crate) const CREATE: &str = "
CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    installation TEXT NOT NULL,
    administration BLOB NOT NULL CHECK (length(administration) = 16)
) STRICT;
";
