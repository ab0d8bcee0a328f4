//! Fiscal years.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Record;
use crate::codes::codes;
use crate::time::Date;

codes! {
    /// Where a fiscal year stands.
    FiscalYearState {
        /// Postings are made in it.
        Open = "open",
        /// No posting can be made in it.
        Closed = "closed",
        /// Closed and sealed: an archived year.
        Sealed = "sealed",
        /// Destroyed after its retention ended.
        Disposed = "disposed",
    }
}

/// A year of the books.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "fiscal_year")]
pub struct FiscalYear {
    /// The year by which it is called: the one in which it ends.
    #[field(routing, merge = "fixed")]
    pub fiscal_year: i64,
    /// Where it stands.
    #[field(routing)]
    pub state: FiscalYearState,
    /// Its first day.
    #[field(working, group = "span")]
    pub starts: Date,
    /// Its last day.
    #[field(working, group = "span")]
    pub ends: Date,
}
