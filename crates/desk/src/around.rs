//! What stands around a record and counts for how long it is kept: what it belongs to, and the fiscal
//! years of the administration.

use std::collections::BTreeMap;

use booqing_model::{Fields, Id, Values};
use booqing_retention::{Around, FiscalYear, fields_for_facts};
use booqing_store::{Reader, StoreError};

/// The cache around a record. The fiscal years are few and read once.
pub(crate) struct CacheAround<'r> {
    reader: &'r Reader<'r>,
    years: BTreeMap<i64, FiscalYear>,
}

impl<'r> CacheAround<'r> {
    /// Reads the fiscal years.
    pub(crate) fn read(reader: &'r Reader<'r>) -> Result<Self, StoreError> {
        let mut years = BTreeMap::new();
        reader.scan("fiscal_year", &["fiscal_year", "starts", "ends"], |_, fields| {
            years.extend(fields.integer("fiscal_year").zip(FiscalYear::of(fields)));
            Ok(())
        })?;
        Ok(Self { reader, years })
    }
}

impl Around for CacheAround<'_> {
    type Error = StoreError;

    fn record(&self, class: &'static str, id: Id) -> Result<Option<Fields>, StoreError> {
        self.reader.get_some(class, id, fields_for_facts(class))
    }

    fn fiscal_year(&self, year: i64) -> Result<Option<FiscalYear>, StoreError> {
        Ok(self.years.get(&year).copied())
    }
}
