//! Number series: what numbers issued documents, one by one and without a gap.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::DocumentKind;
use crate::codes::codes;
use crate::text::Text;
use crate::time::Moment;
use crate::{Id, Record};

codes! {
    /// Whether a number series gives numbers.
    SeriesState {
        /// It does.
        Open = "open",
        /// It gives no more.
        Closed = "closed",
    }
}

codes! {
    /// Why a number series gives no more numbers.
    SeriesEnd {
        /// Its fiscal year is over, or another takes its place.
        Ended = "ended",
        /// It is of a desk that will not come back: what that desk issued and never sent is lost.
        DeskLost = "desk_lost",
    }
}

/// A number series: the consecutive numbers of issued documents, in one or more series (Wet OB 1968
/// art. 35a(1)(b)). Its id follows from its prefix, so that there are never two with one prefix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "number_series", law = "AWR 52(4)")]
pub struct NumberSeries {
    /// The fiscal year whose documents it numbers.
    #[field(routing, merge = "fixed")]
    pub fiscal_year: i64,
    /// Whether it gives numbers.
    #[field(routing, group = "end")]
    pub state: SeriesState,
    /// The first number it gives: 1, unless the first numbers were given by another program.
    #[field(routing, merge = "fixed")]
    pub first: u32,
    /// The last number it gave; none while it is open, and for one that gave none.
    #[field(routing, group = "end")]
    pub last: Option<u32>,
    /// What its numbers begin with, such as `2026-`.
    #[field(working, merge = "fixed")]
    pub prefix: Text,
    /// What it numbers.
    #[field(working)]
    pub kinds: BTreeSet<DocumentKind>,
    /// The desk whose own it is: it numbers there, also offline. None for a series of the office, of which
    /// the hub gives the next number.
    #[field(working, merge = "fixed", refers = "desk")]
    pub desk: Option<Id>,
    /// When it was closed.
    #[field(working, group = "end")]
    pub closed_at: Option<Moment>,
    /// Why it was closed.
    #[field(working, group = "end")]
    pub closed_because: Option<SeriesEnd>,
}
