//! Fiscal years.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::codes::codes;
use crate::text::Text;
use crate::time::Date;
use crate::{Record, Stored};

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

impl FiscalYearState {
    /// Whether nothing changes in it any more.
    pub fn is_sealed(self) -> bool {
        matches!(self, Self::Sealed | Self::Disposed)
    }
}

/// A year of the books.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "fiscal_year", law = "AWR 52(4)")]
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
    /// SHA-256 of the archive of the year, in hexadecimal; none while it is not sealed.
    #[field(statutory, group = "archive")]
    pub archive_sha256: Option<Text>,
    /// Size of the archive in bytes.
    #[field(statutory, group = "archive")]
    pub archive_size: Option<i64>,
    /// Where the bytes of the archive are.
    #[field(statutory, group = "archive")]
    pub archive: Option<Stored>,
}
