//! Users.

pub(crate) const CREATE: &str = "
CREATE TABLE user (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    display_name TEXT,
    email TEXT,
    role TEXT,
    state TEXT,
    expires_on TEXT,
    client BLOB
) STRICT;
";
