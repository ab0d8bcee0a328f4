//! After a merge, what follows from other values is computed again: it was computed by each desk from
//! what that desk had.

use booqing_model::field::RecordType;
use booqing_model::following::{Buffers, complete_booking};
use booqing_model::time::Date;
use booqing_model::{Fields, Values};
use booqing_retention::FiscalYear;
use booqing_store::Exchange;

use crate::{SyncError, Terms};

/// Brings the values of a merged record up to date. Where they do not fit together, they stay as they
/// were merged: whoever edits the record next is told what is wrong.
///
/// # Errors
/// [`SyncError::Store`].
pub(crate) fn follow(
    exchange: &Exchange<'_>,
    terms: Option<&Terms>,
    record: &RecordType,
    fields: &mut Fields,
) -> Result<(), SyncError> {
    if record.class != "booking" {
        return Ok(());
    }
    let service = match Values::id(fields, "service") {
        Some(id) => exchange.row("service", id)?,
        None => None,
    };
    let buffers = service.map(|row| Buffers::of_service(&row.fields)).unwrap_or_default();
    let years = exchange.fiscal_years(None)?;
    let ordinary = |day| match terms {
        Some(terms) => terms.fiscal_year(Date(day)),
        None => fields.integer("fiscal_year").unwrap_or_default(),
    };
    let day = fields.text("starts").and_then(|starts| starts.get(..10)?.parse().ok());
    let year =
        day.map_or(0, |day| FiscalYear::called(&years, day).unwrap_or_else(|| ordinary(day)));
    let year_of = |_| year;
    // What cannot be computed is no reason to stop the sync.
    let _ = complete_booking(fields, buffers, year_of);
    Ok(())
}
