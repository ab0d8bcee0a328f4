//! From a record of the field register to the facts that the engine decides on.

use booqing_model::{Fields, Id, Values, register};

use crate::calendar::{FactDate, FiscalYear};
use crate::facts::{Facts, Flag, Flags, RecordType};

/// Fields of a record that [`facts_of`] looks at, by record class; empty for a class that no law
/// on keeping books is about.
#[must_use]
pub fn fields_for_facts(class: &str) -> &'static [&'static str] {
    match class {
        "document" => {
            &["kind", "document_date", "supply_date", "first_use", "flags", "fiscal_year"]
        }
        "booking" => &["starts", "fiscal_year"],
        "consent" => &["given_at", "withdrawn_at"],
        "attachment" => &["fiscal_year", "document"],
        "conflict" | "late_entry" => &["fiscal_year", "record_class", "record"],
        _ => &[],
    }
}

/// The record that a record belongs to and is kept as long as: class and id. An original belongs to
/// its document, a conflict and a late entry to the record they are about.
#[must_use]
pub fn belongs_to(class: &str, fields: &impl Values) -> Option<(&'static str, Id)> {
    match class {
        "attachment" => Some(("document", fields.id("document")?)),
        "conflict" | "late_entry" => {
            let about = register::find(fields.text("record_class")?)?;
            Some((about.class, fields.id("record")?))
        }
        _ => None,
    }
}

/// What stands around a record and counts for its term.
pub trait Around {
    /// Why it could not be read.
    type Error;

    /// The record of that class and id, at least its fields named by [`fields_for_facts`].
    ///
    /// # Errors
    /// When it cannot be read.
    fn record(&self, class: &'static str, id: Id) -> Result<Option<Fields>, Self::Error>;

    /// The first and last day of the fiscal year that is called so; `None` when the administration
    /// has no such year, and its ordinary year end counts.
    ///
    /// # Errors
    /// When it cannot be read.
    fn fiscal_year(&self, year: i64) -> Result<Option<FiscalYear>, Self::Error>;
}

/// As [`facts_of`], with what stands around the record: what it belongs to, without which the fiscal
/// year counts; and the days of the fiscal year it was booked in, which a first year may have longer
/// or shorter than the ordinary one.
///
/// # Errors
/// What `around` returns.
pub fn facts_with<A: Around>(
    class: &str,
    fields: &impl Values,
    around: &A,
) -> Result<Option<Facts>, A::Error> {
    if let Some((owner, id)) = belongs_to(class, fields)
        && let Some(found) = around.record(owner, id)?
        && let Some(facts) = facts_in_year(owner, &found, around)?
    {
        return Ok(Some(facts));
    }
    facts_in_year(class, fields, around)
}

fn facts_in_year<A: Around>(
    class: &str,
    fields: &impl Values,
    around: &A,
) -> Result<Option<Facts>, A::Error> {
    let Some(mut facts) = facts_of(class, fields) else { return Ok(None) };
    if fields_for_facts(class).contains(&"fiscal_year")
        && let Some(year) = fields.integer("fiscal_year")
    {
        facts.fiscal_year = around.fiscal_year(year)?;
    }
    Ok(Some(facts))
}

/// What the retention engine must know of a record. `None` where a date is missing, and for a
/// class that no law on keeping books is about.
#[must_use]
pub fn facts_of(class: &str, fields: &impl Values) -> Option<Facts> {
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
        // Of what an original, a conflict or a late entry belongs to, the fiscal year is known here. It is named
        // after the year it ends in, so the first day of that year lies in it, whenever it ends.
        "attachment" | "conflict" | "late_entry" => {
            let year = fields.integer("fiscal_year")?;
            let day = format!("{year:04}-01-01").parse().ok()?;
            Some(Facts::dated(RecordType::SalesInvoice, FactDate::Day(day)))
        }
        _ => None,
    }
}

fn document_type(fields: &impl Values) -> RecordType {
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
fn day(fields: &impl Values, name: &str) -> Option<FactDate> {
    let day = fields.text(name)?.get(..10)?;
    Some(FactDate::Day(day.parse().ok()?))
}

fn moment(fields: &impl Values, name: &str) -> Option<FactDate> {
    jiff::Timestamp::from_second(fields.integer(name)?).ok().map(FactDate::Moment)
}

fn flags(fields: &impl Values) -> Flags {
    let flags = fields.structure("flags");
    let flags = flags.as_deref().and_then(|flags| flags.as_array());
    flags
        .into_iter()
        .flatten()
        .filter_map(|flag| Flag::from_word(flag.as_str()?))
        .fold(Flags::default(), Flags::with)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use booqing_model::register::RECORDS;
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::facts::FactName;

    const LONG: FiscalYear = FiscalYear { start: date(2018, 11, 1), end: date(2019, 12, 31) };

    /// What a record belongs to, and a fiscal year 2019 of fourteen months.
    struct Known(Option<Fields>);

    impl Around for Known {
        type Error = Infallible;

        fn record(&self, _: &'static str, _: Id) -> Result<Option<Fields>, Infallible> {
            Ok(self.0.clone())
        }

        fn fiscal_year(&self, year: i64) -> Result<Option<FiscalYear>, Infallible> {
            Ok((year == 2019).then_some(LONG))
        }
    }

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
        let named: Fields = document
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
        let consent: Fields = serde_json::from_value(consent).unwrap();
        let facts = facts_of("consent", &consent).unwrap();
        assert!(facts.get(FactName::ConsentWithdrawal).is_some());
    }

    #[test]
    fn an_original_is_kept_as_long_as_its_document() {
        let id: Id = "0190b5a0-0000-7000-8000-000000000001".parse().unwrap();
        let fields = |value| serde_json::from_value::<Fields>(value).unwrap();
        let original = fields(json!({"fiscal_year": 2026, "document": id}));
        let document = fields(json!({"kind": "invoice", "document_date": "2026-03-14",
            "supply_date": "2026-03-01", "flags": ["oss"]}));
        let around = Known(Some(document.clone()));
        let Ok(kept) = facts_with("attachment", &original, &around);
        assert_eq!(kept, facts_of("document", &document));
        let Ok(alone) = facts_with("attachment", &original, &Known(None));
        assert_eq!(alone, facts_of("attachment", &original), "the fiscal year counts");
        let conflict = fields(json!({"record_class": "client", "record": id}));
        let Ok(about_a_client) = facts_with("conflict", &conflict, &Known(Some(Fields::new())));
        assert_eq!(about_a_client, None, "no law on keeping books is about a client");
    }

    #[test]
    fn the_days_of_the_fiscal_year_go_along() {
        let invoice =
            json!({"kind": "invoice", "document_date": "2018-11-15", "fiscal_year": 2019});
        let invoice: Fields = serde_json::from_value(invoice).unwrap();
        let Ok(facts) = facts_with("document", &invoice, &Known(None));
        assert_eq!(facts.and_then(|facts| facts.fiscal_year), Some(LONG));
    }

    #[test]
    fn without_a_date_nothing_is_said() {
        for class in ["document", "booking", "consent", "attachment", "client", "resource"] {
            assert_eq!(facts_of(class, &Fields::new()), None, "{class}");
        }
    }
}
