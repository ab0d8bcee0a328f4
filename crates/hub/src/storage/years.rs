//! Sealed fiscal years: nothing is added to one, changed in it or taken out of it, but for what is noted
//! about its records and still has to be settled.
//!
//! Which are, the records of the years say. Whoever stores keeps the list, so that a push does not have to
//! look for them.

use std::collections::{BTreeMap, BTreeSet};

use booqing_protocol::scan::Stretch;
use booqing_protocol::{Id, NOTES, SealedRecord, YEAR_CLASS};

use super::StorageError;
use super::ledger::{Ledger, Standing};

/// The sealed years, with what a push did so far.
#[derive(Debug, Default)]
pub(super) struct Years {
    sealed: BTreeSet<i64>,
    /// The records of the years that the push is about: which year each is of, and whether it says that
    /// the year is sealed. There may be two of one year.
    records: BTreeMap<Id, (i64, bool)>,
    changed: bool,
}

impl Years {
    /// The years as they stand, and what has to be known to judge what a push does to them.
    pub(super) fn read(
        ledger: &mut impl Ledger,
        sealed: &[i64],
        coming: &[&SealedRecord],
    ) -> Result<Self, StorageError> {
        let mut years = Self { sealed: sealed.iter().copied().collect(), ..Self::default() };
        let of_years = coming.iter().filter(|record| record.class == YEAR_CLASS);
        let touched: BTreeSet<i64> = of_years.map(|record| record.routing.fiscal_year()).collect();
        for fiscal_year in touched {
            let mut read = Ok(());
            let stretch = Stretch::Bucket { class: YEAR_CLASS.to_owned(), fiscal_year };
            ledger.stretch(&stretch, None, &mut |id, _, bytes| {
                match SealedRecord::from_bytes(&bytes) {
                    Ok(record) => {
                        years.records.insert(id, (fiscal_year, record.routing.is_sealed()));
                    }
                    Err(error) => read = Err(error),
                }
                true
            })?;
            read?;
        }
        Ok(years)
    }

    /// Whether a record may take the place of what is there.
    pub(super) fn accept(&self, record: &SealedRecord, current: Option<&Standing>) -> bool {
        let is_of_it = record.class != YEAR_CLASS && !NOTES.contains(&record.class.as_str());
        if !is_of_it || self.sealed.is_empty() {
            return true;
        }
        let before = current.map(|current| current.fiscal_year);
        let years = [Some(record.routing.fiscal_year()), before];
        !years.iter().flatten().any(|year| self.sealed.contains(year))
    }

    /// Takes notice of a record that is stored.
    pub(super) fn note(&mut self, record: &SealedRecord) {
        if record.class != YEAR_CLASS {
            return;
        }
        let year = record.routing.fiscal_year();
        let before = self.records.get(&record.id).map(|(year, _)| *year);
        if record.deleted {
            self.records.remove(&record.id);
        } else {
            self.records.insert(record.id, (year, record.routing.is_sealed()));
        }
        for year in [Some(year), before].into_iter().flatten() {
            let is_sealed = self.records.values().any(|known| *known == (year, true));
            self.changed |=
                if is_sealed { self.sealed.insert(year) } else { self.sealed.remove(&year) };
        }
    }

    /// The list, where it is another than before.
    pub(super) fn changed(&self) -> Option<Vec<i64>> {
        self.changed.then(|| self.sealed.iter().copied().collect())
    }
}
