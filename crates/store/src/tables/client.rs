//! Clients.

use booqing_model::Fields;
use booqing_model::text::sortable;

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
    derived_name TEXT NOT NULL,
    derived_city TEXT NOT NULL
) STRICT;

CREATE INDEX client_by_name ON client (derived_name);
CREATE INDEX client_by_number ON client (number);
CREATE INDEX client_by_city ON client (derived_city);
CREATE INDEX client_by_state ON client (state);
";

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
    sortable(&names.join(" "))
}

/// The city of the first address that names one, folded for sorting.
pub(crate) fn city_key(fields: &Fields) -> String {
    let addresses = fields.get("addresses").and_then(serde_json::Value::as_array);
    let city = addresses
        .into_iter()
        .flatten()
        .find_map(|address| address.get("city").and_then(serde_json::Value::as_str));
    sortable(city.unwrap_or_default())
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

    #[test]
    fn the_first_city_counts() {
        let fields = |value| serde_json::from_value::<Fields>(value).expect("fields");
        let two = fields(json!({"addresses": [{"street": "Kade 1"}, {"city": "Čadca"}]}));
        assert_eq!(city_key(&two), "cadca");
        assert_eq!(city_key(&Fields::new()), "");
    }
}
