//! For which term a record is kept: what its statutory part is sealed for.

use booqing_model::field::RecordType;
use booqing_model::time::Date;
use booqing_model::{Fields, Id};
use booqing_retention::{Around, FiscalYear, PolicyBook, Tenant, embedded_book, facts_with};
use booqing_store::{Exchange, StoreError};

/// What a statutory part is sealed for while nobody can say until when it is kept.
const OPEN: &str = "open";

/// The retention policies of the administration, as far as sealing asks.
#[derive(Debug, Clone)]
pub struct Terms {
    book: &'static PolicyBook,
    tenant: Tenant,
}

impl Terms {
    /// The policies for an administration: its country, zone and the end of its fiscal year.
    /// `None` when they are none that the policy packs know.
    pub fn new(country: &str, time_zone: &str, fiscal_year_end: &str) -> Option<Self> {
        let tenant = Tenant::new(country, time_zone, fiscal_year_end).ok()?;
        Some(Self { book: embedded_book().ok()?, tenant })
    }

    /// The fiscal year in which a day falls, called after the calendar year in which it ends.
    pub(crate) fn fiscal_year(&self, day: Date) -> i64 {
        self.tenant.fiscal_year_end().year_of(day.0).end.year().into()
    }

    /// What the statutory part of a record is sealed for: `year/2026/2033-12-31`, fiscal year and
    /// last day of retention.
    ///
    /// # Errors
    /// What `around` returns.
    pub fn purpose<A: Around>(
        &self,
        record: &RecordType,
        fields: &Fields,
        around: &A,
    ) -> Result<String, A::Error> {
        let year = fields.integer("fiscal_year").unwrap_or(0);
        let last = facts_with(record.class, fields, around)?
            .and_then(|facts| self.book.decide(&self.tenant, &facts, None).ok())
            .and_then(|decision| decision.retain_through());
        Ok(match last {
            Some(last) => format!("year/{year}/{last}"),
            None => format!("year/{year}/{OPEN}"),
        })
    }
}

/// A transaction, as what stands around a record.
pub(crate) struct ExchangeAround<'a>(pub(crate) &'a Exchange<'a>);

impl Around for ExchangeAround<'_> {
    type Error = StoreError;

    fn record(&self, class: &'static str, id: Id) -> Result<Option<Fields>, StoreError> {
        Ok(self.0.row(class, id)?.map(|row| row.fields))
    }

    fn fiscal_year(&self, year: i64) -> Result<Option<FiscalYear>, StoreError> {
        Ok(self.0.fiscal_years(Some(year))?.iter().find_map(FiscalYear::of))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use booqing_model::Record;
    use booqing_model::entities::{Attachment, Booking, Document};
    use serde_json::json;

    use super::*;

    /// A document and a first fiscal year of fourteen months.
    struct Office;

    const DOCUMENT: &str = "0190b5a0-0000-7000-8000-000000000001";

    fn fields(value: serde_json::Value) -> Fields {
        serde_json::from_value(value).expect("fields")
    }

    impl Around for Office {
        type Error = Infallible;

        fn record(&self, class: &'static str, id: Id) -> Result<Option<Fields>, Infallible> {
            let is_it = (class, id.to_string().as_str()) == ("document", DOCUMENT);
            Ok(is_it.then(|| {
                fields(json!({"kind": "invoice", "document_date": "2026-03-14",
                    "supply_date": "2026-03-14", "flags": ["oss"]}))
            }))
        }

        fn fiscal_year(&self, year: i64) -> Result<Option<FiscalYear>, Infallible> {
            let first = fields(json!({"starts": "2018-11-01", "ends": "2019-12-31"}));
            Ok(FiscalYear::of(&first).filter(|_| year == 2019))
        }
    }

    fn purpose(record: &RecordType, value: serde_json::Value) -> String {
        let terms = Terms::new("NL", "Europe/Amsterdam", "12-31").expect("policies");
        let Ok(purpose) = terms.purpose(record, &fields(value), &Office);
        purpose
    }

    #[test]
    fn a_dutch_invoice_is_kept_seven_years_after_its_year() {
        let invoice =
            json!({"kind": "invoice", "document_date": "2026-03-14", "fiscal_year": 2026});
        assert_eq!(purpose(Document::TYPE, invoice), "year/2026/2033-12-31");
        let booking = json!({"starts": "2026-10-12T19:00:00", "fiscal_year": 2026});
        assert_eq!(purpose(Booking::TYPE, booking), "year/2026/2033-12-31");
        assert_eq!(purpose(Attachment::TYPE, json!({"fiscal_year": 2026})), "year/2026/2033-12-31");
    }

    #[test]
    fn what_was_booked_in_a_long_first_year_is_kept_from_the_end_of_that_year() {
        let invoice =
            json!({"kind": "invoice", "document_date": "2018-11-15", "fiscal_year": 2019});
        assert_eq!(purpose(Document::TYPE, invoice), "year/2019/2026-12-31");
        assert_eq!(purpose(Attachment::TYPE, json!({"fiscal_year": 2019})), "year/2019/2026-12-31");
    }

    #[test]
    fn a_flag_that_keeps_longer_has_a_key_of_its_own() {
        let oss = json!({"kind": "invoice", "document_date": "2026-03-14", "fiscal_year": 2026,
            "supply_date": "2026-03-14", "flags": ["oss"]});
        assert_eq!(purpose(Document::TYPE, oss), "year/2026/2036-12-31");
    }

    #[test]
    fn an_original_is_sealed_for_the_term_of_its_document() {
        let original = json!({"fiscal_year": 2026, "document": DOCUMENT});
        assert_eq!(purpose(Attachment::TYPE, original), "year/2026/2036-12-31");
    }

    #[test]
    fn without_a_date_the_term_is_open() {
        assert_eq!(purpose(Document::TYPE, json!({"fiscal_year": 2026})), "year/2026/open");
        assert_eq!(purpose(Booking::TYPE, json!({})), "year/0/open");
    }
}
