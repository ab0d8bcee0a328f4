//! Decisions: what is decided once, for all desks, and what becomes of a second one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Id;
use crate::time::Moment;

/// A decision that came to the hub after another desk's, which stands. What it was is kept, and the desk
/// that made it is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Overtaken {
    /// The desk that decided.
    pub key: Id,
    /// When it did, by its clock.
    pub at: Option<Moment>,
    /// Who did, where that is known.
    pub by: Option<Id>,
    /// What it decided, by its code.
    pub decision: String,
    /// When somebody at that desk saw that another decision stands.
    pub seen_at: Option<Moment>,
}

/// The fields of a record that is decided once: when, by whom and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionFields {
    /// When somebody decided.
    pub at: &'static str,
    /// Who.
    pub by: &'static str,
    /// What.
    pub decision: &'static str,
}

/// The fields that hold the decision of a record of this class; `None` where nothing is decided.
pub fn decision_of(class: &str) -> Option<DecisionFields> {
    match class {
        "conflict" => {
            Some(DecisionFields { at: "resolved_at", by: "resolved_by", decision: "resolution" })
        }
        "late_entry" => {
            Some(DecisionFields { at: "settled_at", by: "settled_by", decision: "settlement" })
        }
        _ => None,
    }
}

/// The field that keeps the decisions which came after the one that stands.
pub const OVERTAKEN: &str = "overtaken";
