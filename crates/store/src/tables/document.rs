//! Documents.

pub(crate) const CREATE: &str = "
CREATE TABLE document (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    state TEXT,
    fiscal_year INTEGER,
    series TEXT,
    sequence INTEGER,
    kind TEXT,
    number TEXT,
    document_date TEXT,
    supply_date TEXT,
    due_date TEXT,
    first_use TEXT,
    buyer TEXT,
    seller TEXT,
    lines TEXT,
    vat_totals TEXT,
    currency TEXT,
    net INTEGER,
    vat INTEGER,
    gross INTEGER,
    reference TEXT,
    flags TEXT,
    credits BLOB,
    client BLOB,
    booking BLOB,
    note TEXT
) STRICT;

CREATE INDEX document_by_date ON document (document_date);
CREATE INDEX document_by_client ON document (client, document_date);
CREATE INDEX document_by_year ON document (fiscal_year);
CREATE INDEX document_by_number ON document (number);
";

/// The documents of a client, with all that the retention report counts them by: it reads this
/// index and not the rows, which are many times as long.
pub(crate) const COUNTED: &str = "
CREATE INDEX document_of_client ON document (client, document_date, kind, supply_date, first_use, flags, fiscal_year, id);
";
