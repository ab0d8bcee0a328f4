//! Late entries: what was meant for a fiscal year that had been sealed meanwhile, kept.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::codes::codes;
use crate::entities::Overtaken;
use crate::field::{FieldClass, FieldValue, Kind, Person};
use crate::text::Text;
use crate::time::Moment;
use crate::{Fields, Id, Record};

codes! {
    /// What was meant to be done with the record.
    Intent {
        /// It was entered.
        Create = "create",
        /// It was changed.
        Change = "change",
        /// It was deleted. It is there.
        Delete = "delete",
    }
}

codes! {
    /// How a late entry was settled.
    Settlement {
        /// Somebody entered it in a year that is open.
        Entered = "entered",
        /// It is not wanted any more.
        Dropped = "dropped",
    }
}

/// What was entered: the values of the fields that it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Entry {
    /// As they were, and are.
    #[ts(type = "Record<string, unknown>")]
    pub before: Fields,
    /// As they were meant to be.
    #[ts(type = "Record<string, unknown>")]
    pub after: Fields,
}

impl FieldValue for Entry {
    const KIND: Kind = Kind::Json;
}

/// The field of a late entry that holds the values of fields of this class. What is about several
/// persons lies under nobody's key alone.
pub fn late_place_of(class: FieldClass) -> &'static str {
    match class {
        FieldClass::Routing
        | FieldClass::Working
        | FieldClass::Personal { person: Person::Each, .. } => "working",
        FieldClass::Statutory { .. } => "statutory",
        // A ground is called alike in both.
        FieldClass::Personal { ground, .. } => ground.name(),
    }
}

/// Something that was entered for a fiscal year that was sealed before the hub had it. The year stays as
/// it is; what was entered is kept here until somebody has seen to it. Each value lies under the same
/// class and ground as the field it is of; a list that is about several persons under the administration's
/// key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "late_entry", person = "person", law = "AWR 52(4)")]
pub struct LateEntry {
    /// The fiscal year in which it was found: the one it was meant for takes nothing.
    #[field(routing, merge = "fixed")]
    pub fiscal_year: i64,
    /// The fiscal year it was meant for.
    #[field(working, merge = "fixed")]
    pub meant_for: i64,
    /// The record class.
    #[field(working, merge = "fixed")]
    pub record_class: Text,
    /// The record.
    #[field(working, merge = "fixed")]
    pub record: Id,
    /// What was meant to be done with it.
    #[field(working, merge = "fixed")]
    pub intent: Intent,
    /// The person whose data it is.
    #[field(working, merge = "fixed", refers = "client")]
    pub person: Option<Id>,
    /// When it was entered, by the clock of its desk.
    #[field(working, merge = "fixed")]
    pub entered_at: Option<Moment>,
    /// When it was found to be late.
    #[field(working, merge = "fixed")]
    pub found_at: Moment,
    /// The desk at which it was entered.
    #[field(working, merge = "fixed")]
    pub found_by: Id,
    /// When somebody saw to it.
    #[field(working, group = "decision", merge = "first")]
    pub settled_at: Option<Moment>,
    /// Who saw to it.
    #[field(working, group = "decision", merge = "first", refers = "user")]
    pub settled_by: Option<Id>,
    /// How.
    #[field(working, group = "decision", merge = "first")]
    pub settlement: Option<Settlement>,
    /// Values of working and routing fields.
    #[field(working, merge = "fixed")]
    pub working: Option<Entry>,
    /// Values of statutory fields.
    #[field(statutory, merge = "fixed")]
    pub statutory: Option<Entry>,
    /// Values of personal fields held for the contract.
    #[field(personal, ground = "contract", merge = "fixed")]
    pub contract: Option<Entry>,
    /// Values of personal fields held by consent.
    #[field(personal, ground = "consent", merge = "fixed")]
    pub consent: Option<Entry>,
    /// Values of personal fields held for a legal obligation.
    #[field(personal, ground = "legal_obligation", merge = "fixed")]
    pub legal_obligation: Option<Entry>,
    /// Values of personal fields held for a legitimate interest.
    #[field(personal, ground = "legitimate_interest", merge = "fixed")]
    pub legitimate_interest: Option<Entry>,
    /// Values of personal fields held for an employment.
    #[field(personal, ground = "employment", merge = "fixed")]
    pub employment: Option<Entry>,
    /// Settlements of other desks that came to the hub after the one that stands.
    #[field(working, merge = "set")]
    pub overtaken: Vec<Overtaken>,
}
