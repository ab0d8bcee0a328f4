//! Fiscal years: one of two is sealed at some time, while desks that have not heard of it go on.

use std::collections::BTreeSet;
use std::sync::Arc;

use booqing_model::entities::FiscalYearState;
use booqing_model::{Fields, Id};
use booqing_store::{Cache, Change, Edit};
use booqing_sync::inward::Surroundings;
use serde_json::json;

use crate::Failed;

/// The year that may be sealed.
const OLD: i64 = 2025;
/// The year that goes on.
const NEW: i64 = 2026;

/// The years that are sealed, as far as a desk knows.
pub(crate) fn sealed(cache: &Arc<Cache>) -> Result<BTreeSet<i64>, Failed> {
    Ok(cache.write(|writer| writer.exchange(|exchange| exchange.sealed_years()))?)
}

/// Whether a record is of one of these years.
pub(crate) fn is_in(years: &BTreeSet<i64>, fields: &Fields) -> bool {
    fields.integer("fiscal_year").is_some_and(|year| years.contains(&year))
}

/// The year of a new booking.
pub(crate) fn some_open(sealed: &BTreeSet<i64>, dice: &mut fastrand::Rng) -> i64 {
    if dice.bool() && !sealed.contains(&OLD) { OLD } else { NEW }
}

/// Seals the old year, with the record that it has here or one of its own.
pub(crate) fn seal(
    cache: &Arc<Cache>,
    around: &dyn Surroundings,
) -> Result<Option<Change>, Failed> {
    let state = FiscalYearState::Sealed.code();
    let known: Option<Id> = cache.read(|reader| reader.ids("fiscal_year"))?.first().copied();
    let change = |id, edit| Change { class: "fiscal_year".to_owned(), id, edit };
    let Some(id) = known else {
        let fields = [
            ("fiscal_year", json!(OLD)),
            ("state", json!(state)),
            ("starts", json!(format!("{OLD}-01-01"))),
            ("ends", json!(format!("{OLD}-12-31"))),
        ];
        let edit = Edit::Create(fields.into_iter().collect());
        return Ok(Some(change(around.id()?, edit)));
    };
    Ok(None.or_else(|| {
        let row = cache.read(|reader| reader.get("fiscal_year", id)).ok()??;
        let is_sealed = row.fields.text("state") == Some(state);
        let patch = [("state".to_owned(), json!(state))].into_iter().collect();
        (!is_sealed).then(|| change(id, Edit::Change(patch)))
    }))
}
