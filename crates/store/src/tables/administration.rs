//! The administration itself: one row.

pub(crate) const CREATE: &str = "
CREATE TABLE administration (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    legal_name TEXT,
    trade_name TEXT,
    kvk_number TEXT,
    vat_number TEXT,
    iban TEXT,
    street TEXT,
    postcode TEXT,
    city TEXT,
    country TEXT,
    time_zone TEXT,
    fiscal_year_end TEXT,
    currency TEXT,
    language TEXT,
    controller_name TEXT,
    controller_email TEXT,
    agreement TEXT,
    agreement_ends TEXT
) STRICT;
";
