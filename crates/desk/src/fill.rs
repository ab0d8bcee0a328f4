//! Fills an empty administration with demo data.

use booqing_store::{ChangeSet, StoreError};
use booqing_sync::numbering::Chain;

use crate::demo::{self, DemoError, Plan, Summary};
use crate::{Desk, DeskError, Result, series};

impl Desk {
    /// Fills an empty administration with what a plan says: all of it, or nothing. `tell` hears how
    /// many changes were made.
    ///
    /// # Errors
    /// [`DeskError::NotEmpty`], [`DeskError::Demo`]; nothing is entered then.
    pub fn fill_with_demo(&self, plan: &Plan, mut tell: impl FnMut(u64)) -> Result<Summary> {
        let clients = self.cache.read(|reader| reader.count("client"))?;
        let bookings = self.cache.read(|reader| reader.count("booking"))?;
        if clients + bookings > 0 {
            return Err(DeskError::NotEmpty);
        }
        let mut made = 0;
        let chain = Chain::new(&self.connection.administration_key);
        let summary = self.cache.write(|writer| {
            Ok(writer.batch(|batch| {
                let summary = demo::generate(plan, self.administration, &mut |set| {
                    batch.apply(&set)?;
                    made += set.changes.len() as u64;
                    tell(made);
                    Ok::<_, Stopped>(())
                })?;
                batch.apply(&series_of(&summary, &chain))?;
                Ok(summary)
            }))
        })?;
        let summary = summary.map_err(|stopped| match stopped {
            Stopped::Store(error) => DeskError::Store(error),
            Stopped::Demo(error) => DeskError::Demo(error),
        })?;
        self.changes.tell_everything();
        Ok(summary)
    }
}

/// The number series of the last year: they go on where the numbers stop.
fn series_of(summary: &Summary, chain: &Chain) -> ChangeSet {
    let last = summary.given.values().map(|given| given.fiscal_year).max();
    let of_last = summary.given.iter().filter(|(_, given)| Some(given.fiscal_year) == last);
    let series = of_last.filter_map(|(prefix, given)| {
        let place = (prefix.as_str(), given.fiscal_year, given.kind, given.last);
        series::going_on(chain, place)
    });
    series::set("number_series.add", series.collect())
}

/// What stopped the filling.
enum Stopped {
    Store(StoreError),
    Demo(DemoError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<DemoError> for Stopped {
    fn from(error: DemoError) -> Self {
        Self::Demo(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use crate::testing::desk;

    fn plan(seed: u64) -> Plan {
        let today = jiff::civil::date(2026, 11, 25);
        Plan { clients: 20, bookings: 60, first_year: 2024, seed, ..Plan::new(today) }
    }

    #[test]
    fn an_empty_administration_is_filled_once() {
        let desk = desk();
        let made = desk.fill_with_demo(&plan(1), |_| {}).expect("filled");
        assert_eq!((made.of("client"), made.of("booking")), (20, 60));
        let status = desk.status().expect("a status");
        assert_eq!((status.records.clients, status.records.bookings), (20, 60));
        assert!(matches!(desk.fill_with_demo(&plan(1), |_| {}), Err(DeskError::NotEmpty)));
        desk.cache.check().expect("sound");
    }

    #[test]
    fn a_plan_that_cannot_be_leaves_nothing_behind() {
        let desk = desk();
        let backwards = Plan { first_year: 2026, last_year: 2025, ..plan(1) };
        let refused = desk.fill_with_demo(&backwards, |_| {}).expect_err("refused");
        assert_eq!(refused.code(), "demo");
        assert!(refused.sentence(Language::Nl).contains("2026"));
        assert_eq!(desk.status().expect("a status").waiting, 1, "only the administration itself");
    }
}
