//! Bookings.

pub(crate) const CREATE: &str = "
CREATE TABLE booking (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    state TEXT,
    resource BLOB,
    occupied_from INTEGER,
    occupied_until INTEGER,
    fiscal_year INTEGER,
    number TEXT,
    starts TEXT,
    ends TEXT,
    zone TEXT,
    lines TEXT,
    currency TEXT,
    net INTEGER,
    client BLOB,
    service BLOB,
    series BLOB,
    title TEXT,
    location TEXT,
    note TEXT,
    participants TEXT
) STRICT;

CREATE INDEX booking_by_start ON booking (starts);
CREATE INDEX booking_by_client ON booking (client, starts);
CREATE INDEX booking_by_slot ON booking (resource, occupied_from) WHERE resource IS NOT NULL;
CREATE INDEX booking_by_number ON booking (number);
CREATE INDEX booking_with_participants ON booking (seq) WHERE participants IS NOT NULL;
";

/// The booking it lost its place to.
pub(crate) const ADD_CLASH: &str = "
ALTER TABLE booking ADD COLUMN clash_with BLOB;
CREATE INDEX booking_with_clash ON booking (starts) WHERE clash_with IS NOT NULL;
";

/// The bookings of a client, with all that the retention report counts them by.
pub(crate) const COUNTED: &str = "
CREATE INDEX booking_of_client ON booking (client, starts, fiscal_year, id);
";
