//! From a record of the field register to the facts that the engine decides on.

use booqing_model::{Fields, Id, register};

use crate::calendar::FactDate;
use crate::facts::{Facts, Flag, Flags, RecordType};

/// Fields of a record that [`facts_of`] looks at, by record class; empty for a class that no law
/// on keeping books is about.
#[must_use]
pub fn fields_for_facts(class: &str) -> &'static [&'static str] {
    match class {
        "document" => &["kind", "document_date", "supply_date", "first_use", "flags"],
        "booking" => &["starts"],
        "consent" => &["given_at", "withdrawn_at"],
        "attachment" => &["fiscal_year", "document"],
        "conflict" => &["fiscal_year", "record_class", "record"],
        _ => &[],
    }
}

/// The record that a record belongs to and is kept as long as: class and id. An original belongs to
/// its document, a conflict to the record it is about.
#[must_use]
pub fn belongs_to(class: &str, fields: &Fields) -> Option<(&'static str, Id)> {
    let id = |name: &str| fields.text(name)?.parse().ok();
    match class {
        "attachment" => Some(("document", id("document")?)),
        "conflict" => {
            let about = register::find(fields.text("record_class")?)?;
            Some((about.class, id("record")?))
        }
        _ => None,
    }
}

/// As [`facts_of`], where the record that this one belongs to can be looked up by class and id: the
/// fields named by [`fields_for_facts`] are asked of it. Without it the fiscal year counts.
///
/// # Errors
/// What `find` returns.
pub fn facts_with<E>(
    class: &str,
    fields: &Fields,
    find: impl FnOnce(&'static str, Id) -> Result<Option<Fields>, E>,
) -> Result<Option<Facts>, E> {
    if let Some((owner, id)) = belongs_to(class, fields)
        && let Some(found) = find(owner, id)?
        && let Some(facts) = facts_of(owner, &found)
    {
        return Ok(Some(facts));
    }
    Ok(facts_of(class, fields))
}

/// What the retention engine must know of a record. `None` where a date is missing, and for a
/// class that no law on keeping books is about.
#[must_use]
pub fn facts_of(class: &str, fields: &Fields) -> Option<Facts> {
    match class {
        "document" => {
            let mut facts = Facts::dated(document_type(fields), day(fields, "document_date")?);
            facts.supply = day(fields, "supply_date");
            facts.first_use = day(fields, "first_use");
            facts.flags = flags(fields);
            Some(facts)
        }
        "booking" => Some(Facts::dated(RecordType::Booking, day(fields, "starts")?)),
        "consent" => {
            let mut facts = Facts::dated(RecordType::Consent, moment(fields, "given_at")?);
            facts.consent_withdrawal = moment(fields, "withdrawn_at");
            Some(facts)
        }
        // Of what an original or a conflict belongs to, the fiscal year is known here. It is named
        // after the year it ends in, so the first day of that year lies in it, whenever it ends.
        "attachment" | "conflict" => {
            let year = fields.integer("fiscal_year")?;
            let day = format!("{year:04}-01-01").parse().ok()?;
            Some(Facts::dated(RecordType::SalesInvoice, FactDate::Day(day)))
        }
        _ => None,
    }
}

fn document_type(fields: &Fields) -> RecordType {
    match fields.text("kind").unwrap_or_default() {
        "invoice" => RecordType::SalesInvoice,
        "credit_note" => RecordType::CreditNote,
        "purchase_invoice" => RecordType::PurchaseInvoice,
        "receipt" => RecordType::Receipt,
        "reminder" => RecordType::Reminder,
        "quote" => RecordType::Quote,
        "order" => RecordType::OrderConfirmation,
        "contract" => RecordType::Contract,
        _ => RecordType::Letter,
    }
}

/// The day of a field; of a wall time the day counts.
fn day(fields: &Fields, name: &str) -> Option<FactDate> {
    let day = fields.text(name)?.get(..10)?;
    Some(FactDate::Day(day.parse().ok()?))
}

fn moment(fields: &Fields, name: &str) -> Option<FactDate> {
    jiff::Timestamp::from_second(fields.integer(name)?).ok().map(FactDate::Moment)
}

fn flags(fields: &Fields) -> Flags {
    let flags = fields.get("flags").and_then(|flags| flags.as_array());
    flags
        .into_iter()
        .flatten()
        .filter_map(|flag| Flag::from_word(flag.as_str()?))
        .fold(Flags::default(), Flags::with)
}

#[cfg(test)]
mod tests {
    use booqing_model::register::RECORDS;
    use serde_json::json;

    use super::*;
    use crate::facts::FactName;

    #[test]
    fn what_is_looked_at_is_in_the_register() {
        for record in RECORDS {
            for name in fields_for_facts(record.class) {
                assert!(record.field(name).is_some(), "{}.{name}", record.class);
            }
        }
    }

    #[test]
    fn only_the_fields_that_are_named_are_looked_at() {
        let document = json!({"kind": "invoice", "document_date": "2026-03-14",
            "supply_date": "2026-03-01", "first_use": "2026-02-01", "flags": ["oss"]});
        let document: Fields = serde_json::from_value(document).unwrap();
        let named = document
            .iter()
            .filter(|(name, _)| fields_for_facts("document").contains(name))
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
        assert_eq!(facts_of("document", &document), facts_of("document", &named));
        let facts = facts_of("document", &document).unwrap();
        assert_eq!(facts.record_type, RecordType::SalesInvoice);
        assert!(facts.flags.contains(Flag::Oss));
        assert!(facts.get(FactName::FirstUse).is_some());
    }

    #[test]
    fn a_consent_counts_from_its_withdrawal() {
        let consent = json!({"given_at": 1_700_000_000, "withdrawn_at": 1_710_000_000});
        let facts = facts_of("consent", &serde_json::from_value(consent).unwrap()).unwrap();
        assert!(facts.get(FactName::ConsentWithdrawal).is_some());
    }

    #[test]
    fn an_original_is_kept_as_long_as_its_document() {
        let id: Id = "0190b5a0-0000-7000-8000-000000000001".parse().unwrap();
        let fields = |value| serde_json::from_value::<Fields>(value).unwrap();
        let original = fields(json!({"fiscal_year": 2026, "document": id}));
        let document = fields(json!({"kind": "invoice", "document_date": "2026-03-14",
            "supply_date": "2026-03-01", "flags": ["oss"]}));
        let kept = facts_with::<()>("attachment", &original, |class, of| {
            assert_eq!((class, of), ("document", id));
            Ok(Some(document.clone()))
        });
        assert_eq!(kept.unwrap(), facts_of("document", &document));
        let alone = facts_with::<()>("attachment", &original, |_, _| Ok(None));
        assert_eq!(alone.unwrap(), facts_of("attachment", &original), "the fiscal year counts");
        let conflict = fields(json!({"record_class": "client", "record": id}));
        let about_a_client = facts_with::<()>("conflict", &conflict, |class, _| {
            assert_eq!(class, "client");
            Ok(Some(Fields::new()))
        });
        assert_eq!(about_a_client.unwrap(), None, "no law on keeping books is about a client");
    }

    #[test]
    fn without_a_date_nothing_is_said() {
        for class in ["document", "booking", "consent", "attachment", "client", "resource"] {
            assert_eq!(facts_of(class, &Fields::new()), None, "{class}");
        }
    }
}
