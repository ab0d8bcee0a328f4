//! An administration to try things with: the years of an office that does not exist.
//!
//! [`generate`] is a pure function of its plan: no clock, no file and no random source of the
//! machine, so that a plan gives the same records, with the same ids, everywhere. It goes through
//! the office's days and hands over what was entered on each as change sets of those days. It
//! keeps what the days to come need (which resource is taken, what is to be invoiced) and nothing
//! else; clients follow from the seed and their place in the row and are made anew when needed.
//!
//! A record is made once, as it stands today, and not taken through its earlier states: sets that
//! share a record are sent to the hub as one. Only fiscal years and withdrawn consents change
//! later, in sets of their own.
//!
//! Nobody who exists is in it. Addresses for e-mail and web lie under names kept free by RFC 2606,
//! and `numbers` says why nobody has the numbers.

mod amounts;
mod bookings;
mod calendar;
mod catalogue;
#[cfg(test)]
mod checks;
mod clients;
mod companies;
mod documents;
mod names;
mod numbers;
mod occupancy;
mod office;
mod places;
mod privacy;
mod purchases;
mod rng;
mod run;
mod sets;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

pub use documents::Given;

use booqing_model::money::MoneyError;
use booqing_model::text::TextError;
use booqing_model::time::TimeError;
use booqing_model::{FieldsError, Id};
use booqing_store::ChangeSet;
use jiff::civil::Date;
use serde::Serialize;
use thiserror::Error;

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How many clients.
    pub clients: u32,
    /// How many bookings. Documents follow from them: about two for three bookings.
    pub bookings: u32,
    /// The first fiscal year.
    pub first_year: i64,
    /// The last fiscal year. When today lies in it, bookings go on for eight weeks from today, but
    /// not beyond the year.
    pub last_year: i64,
    /// Another seed gives another office's clients and bookings.
    pub seed: u64,
    /// What is past, and with it the states of records.
    pub today: Date,
}

impl Plan {
    /// The plan that is made when nothing else is asked for.
    pub fn new(today: Date) -> Self {
        Self { clients: 1200, bookings: 9000, first_year: 2018, last_year: 2026, seed: 1, today }
    }
}

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// New records, by record class.
    pub records: BTreeMap<&'static str, u64>,
    /// Changes: the new records, and what changed later.
    pub changes: u64,
    /// The sets they were handed over in.
    pub change_sets: u64,
    /// The numbers that documents were given, by what they begin with.
    #[serde(skip)]
    pub given: BTreeMap<String, Given>,
}

impl Summary {
    fn count(&mut self, class: &'static str) {
        *self.records.entry(class).or_default() += 1;
    }

    /// How many records there are of a class.
    pub fn of(&self, class: &str) -> u64 {
        self.records.get(class).copied().unwrap_or(0)
    }
}

/// Why nothing, or nothing more, was made.
#[derive(Debug, Error)]
pub enum DemoError {
    /// No years, years before the euro, or years that have not begun.
    #[error(
        "the years {first} to {last} cannot be filled: they begin in 2002 or later, and not after today"
    )]
    Years {
        /// The first year asked for.
        first: i64,
        /// The last year asked for.
        last: i64,
    },
    /// A text that is none: a fault in the word lists.
    #[error("a text {0}")]
    Text(#[from] TextError),
    /// An amount that is none: a fault in the prices.
    #[error("an amount {0}")]
    Money(#[from] MoneyError),
    /// A time that does not exist.
    #[error("a time {0}")]
    Time(#[from] TimeError),
    /// A record that is none.
    #[error(transparent)]
    Fields(#[from] FieldsError),
}

/// Makes what a plan says and hands it over in change sets of at most 500 changes, in the order of
/// their moments; what a record refers to was handed over before it or stands before it in the
/// same set. The record of class `administration` with that id must be there: it is changed.
///
/// # Errors
/// [`DemoError::Years`] before anything is handed over; what `take` answers with ends the work.
pub fn generate<E: From<DemoError>>(
    plan: &Plan,
    administration: Id,
    take: &mut dyn FnMut(ChangeSet) -> Result<(), E>,
) -> Result<Summary, E> {
    run::run(plan, administration, take)
}
