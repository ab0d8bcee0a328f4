//! The retention engine: which policy keeps a record, until when, and on which legal ground.
//!
//! Everything here is a pure function: no file, no clock, no random source. The moment a status
//! is asked for, the law date and the facts of a record are passed in, so the same question has
//! the same answer on every desk.
//!
//! * A **policy** is trigger + rounding + length + ground, versioned by date of law
//!   ([`policy`]). Policies come in **policy packs**: JSON files with a detached Ed25519 signature
//!   and golden cases of their own. [`PolicyBook::load`] refuses a pack whose signature is wrong
//!   or one of whose golden cases fails.
//! * A **decision** says until when a record is kept and which policy governs: among all policies
//!   that apply, the longest. A **hold** blocks destruction and never moves the date.
//! * [`PolicyBook::explain`] gives the steps of a decision as data, for "why is this still here?".
//! * [`report`](mod@report) counts what is held and what falls due, in one pass.
//! * [`decide_json`] answers the worked examples (period, hold, status and law-date families).
//!
//! Engineering research, not legal advice: every policy carries its confidence and its source.
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod answer;
mod book;
pub mod calendar;
pub mod change;
mod decide;
pub mod decision;
mod embedded;
pub mod error;
pub mod explain;
pub mod facts;
mod golden;
pub mod pack;
pub mod policy;
pub mod records;
pub mod report;
pub mod signature;
pub mod tenant;
mod words;

pub use answer::decide_json;
pub use book::{PackInfo, PolicyBook, PolicyIndex};
pub use calendar::{FactDate, FiscalYear, FiscalYearEnd, Length};
pub use change::{PolicyChange, PolicyChangeAnswer, check_policy_change};
pub use decide::Decider;
pub use decision::{Decision, MAX_TERMS, Status, Term};
pub use embedded::{embedded_book, embedded_packs};
pub use error::{DecideError, PackError};
pub use explain::{Explanation, PolicyExplanation, Step};
pub use facts::{FactName, Facts, Flag, Flags, Hold, RecordType, RecordTypes};
pub use pack::SignedPack;
pub use policy::{Confidence, Ground, Policy, Reach, Rounding, Trigger, Version};
pub use records::{Around, facts_of, facts_with, fields_for_facts};
pub use report::{Counter, Report, ReportLine, ReportRow, YearCount, report, report_each};
pub use signature::{PUBLISHER_KEY, PublisherKey};
pub use tenant::{Country, LongerPeriod, Tenant, TenantError};

#[cfg(test)]
mod testing;
