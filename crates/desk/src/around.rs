//! What stands around a record and counts for how long it is kept: what it belongs to, and the fiscal
//! years of the administration.

use std::collections::BTreeMap;

use booqing_model::{Fields, Id, Values};
use booqing_retention::{Around, FiscalYear, fields_for_facts};
use booqing_store::{Reader, StoreError};
use jiff::civil::Date;

/// The cache around a record. The fiscal years are few and read once.
pub(crate) struct CacheAround<'r> {
    reader: &'r Reader<'r>,
    /// By name and id: of two of one name the one with the least id counts, on every desk.
    years: BTreeMap<(i64, Id), FiscalYear>,
}

impl<'r> CacheAround<'r> {
    /// Reads the fiscal years.
    pub(crate) fn read(reader: &'r Reader<'r>) -> Result<Self, StoreError> {
        let mut years = BTreeMap::new();
        reader.scan("fiscal_year", &["fiscal_year", "starts", "ends"], |id, fields| {
            let year = fields.integer("fiscal_year").map(|year| (year, id));
            years.extend(year.zip(FiscalYear::of(fields)));
            Ok(())
        })?;
        Ok(Self { reader, years })
    }

    /// What the fiscal year is called in which a day lies; `None` when it lies in none that is known.
    /// Where two overlap, the one with the least id counts, as it does after a merge.
    pub(crate) fn year_of(&self, day: Date) -> Option<i64> {
        let holding = self.years.iter().filter(|(_, year)| year.contains(day));
        holding.min_by_key(|((_, id), _)| *id).map(|((year, _), _)| *year)
    }
}

impl Around for CacheAround<'_> {
    type Error = StoreError;

    fn record(&self, class: &'static str, id: Id) -> Result<Option<Fields>, StoreError> {
        self.reader.get_some(class, id, fields_for_facts(class))
    }

    fn fiscal_year(&self, year: i64) -> Result<Option<FiscalYear>, StoreError> {
        let called = |(name, _): &(i64, Id)| *name == year;
        Ok(self.years.iter().find(|(key, _)| called(key)).map(|(_, year)| *year))
    }
}
