//! Clients.

use booqing_model::text::comparable;
use booqing_model::{Fields, Id};
use rusqlite::Connection;

use crate::Result;
use crate::rows::{self, Row};

pub(crate) const CREATE: &str = "
CREATE TABLE client (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    kind TEXT,
    state TEXT,
    number TEXT,
    given_name TEXT,
    infix TEXT,
    family_name TEXT,
    company_name TEXT,
    kvk_number TEXT,
    vat_number TEXT,
    iban TEXT,
    birth_date TEXT,
    email TEXT,
    phone TEXT,
    website TEXT,
    newsletter_email TEXT,
    addresses TEXT,
    contacts TEXT,
    note TEXT,
    language TEXT,
    payment_days INTEGER,
    tags TEXT,
    merged_into BLOB,
    derived_name TEXT NOT NULL
) STRICT;

CREATE INDEX client_by_name ON client (derived_name);
CREATE INDEX client_by_number ON client (number);
";

/// Clients by name, a stretch of the list.
pub(crate) fn by_name(connection: &Connection, offset: u32, limit: u32) -> Result<Vec<Row>> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM client ORDER BY derived_name, seq LIMIT ?2 OFFSET ?1")?;
    let ids: Vec<Id> = statement
        .query_map((offset, limit), |row| row.get(0).map(Id::from_bytes))?
        .collect::<rusqlite::Result<_>>()?;
    ids.into_iter().filter_map(|id| rows::get(connection, "client", id).transpose()).collect()
}

/// What clients are sorted by: family name first and the infix last, as a Dutch office does, or
/// the name of the company; folded so that case and the spelling of accents do not matter.
pub(crate) fn name_key(fields: &Fields) -> String {
    let names = match fields.text("company_name") {
        Some(company) => vec![company],
        None => ["family_name", "given_name", "infix"]
            .iter()
            .filter_map(|name| fields.text(name))
            .collect(),
    };
    comparable(&names.join(" "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn van_der_berg_stands_with_the_b() {
        let fields = |value| serde_json::from_value::<Fields>(value).expect("fields");
        let person =
            fields(json!({"given_name": "Anna", "infix": "van der", "family_name": "Berg"}));
        assert_eq!(name_key(&person), "berg anna van der");
        assert_eq!(
            name_key(&fields(json!({"company_name": "Zonnebloem B.V."}))),
            "zonnebloem b.v."
        );
        assert_eq!(name_key(&Fields::new()), "");
    }
}
