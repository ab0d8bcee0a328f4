//! Conflicts: two edits of the same thing, made apart, both kept.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::codes::codes;
use crate::entities::Overtaken;
use crate::field::{FieldClass, FieldValue, Kind};
use crate::text::Text;
use crate::time::Moment;
use crate::{Fields, Id, Record};

codes! {
    /// How a conflict was settled.
    Resolution {
        /// What stood at the hub was kept.
        Theirs = "theirs",
        /// What this side had entered was put in its place.
        Mine = "mine",
        /// Somebody entered something else.
        Other = "other",
    }
}

/// The merge group of a conflict between a deletion and an edit: its sides say whether the record was
/// deleted. The record is there until somebody decides.
pub const DELETION: &str = "deleted";

/// The field of a conflict that holds the sides of fields of this class.
pub fn place_of(class: FieldClass) -> &'static str {
    match class {
        FieldClass::Routing | FieldClass::Working => "working",
        FieldClass::Statutory { .. } => "statutory",
        // A ground is called alike in both.
        FieldClass::Personal { ground, .. } => ground.name(),
    }
}

/// The three sides of a conflict: the values of the group's fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Sides {
    /// Before both edits.
    #[ts(type = "Record<string, unknown>")]
    pub base: Fields,
    /// As the desk that found the conflict had it.
    #[ts(type = "Record<string, unknown>")]
    pub mine: Fields,
    /// As the hub had it. The record holds this until somebody decides.
    #[ts(type = "Record<string, unknown>")]
    pub theirs: Fields,
}

impl FieldValue for Sides {
    const KIND: Kind = Kind::Json;
}

/// Two edits of the same group of fields of one record, made apart. Each value lies under the same
/// class and ground as the field it is of, so that what erases the field erases this. A group may hold
/// fields of several classes; then each class has the sides of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "conflict", person = "person", law = "AWR 52(4)")]
pub struct Conflict {
    /// The fiscal year of the record.
    #[field(routing, merge = "fixed")]
    pub fiscal_year: Option<i64>,
    /// The record class.
    #[field(working, merge = "fixed")]
    pub record_class: Text,
    /// The record.
    #[field(working, merge = "fixed")]
    pub record: Id,
    /// The merge group that was edited twice.
    #[field(working, merge = "fixed")]
    pub field_group: Text,
    /// The person whose data it is.
    #[field(working, merge = "fixed", refers = "client")]
    pub person: Option<Id>,
    /// When it was found.
    #[field(working, merge = "fixed")]
    pub found_at: Moment,
    /// The desk that found it, whose edit is `mine`.
    #[field(working, merge = "fixed")]
    pub found_by: Id,
    /// The desk whose edit is `theirs`.
    #[field(working, merge = "fixed")]
    pub theirs_by: Id,
    /// When somebody decided.
    #[field(working, group = "decision", merge = "first")]
    pub resolved_at: Option<Moment>,
    /// Who decided.
    #[field(working, group = "decision", merge = "first", refers = "user")]
    pub resolved_by: Option<Id>,
    /// How.
    #[field(working, group = "decision", merge = "first")]
    pub resolution: Option<Resolution>,
    /// The sides, of working or routing fields.
    #[field(working, merge = "fixed")]
    pub working: Option<Sides>,
    /// The sides, of statutory fields.
    #[field(statutory, merge = "fixed")]
    pub statutory: Option<Sides>,
    /// The sides, of personal fields held for the contract.
    #[field(personal, ground = "contract", merge = "fixed")]
    pub contract: Option<Sides>,
    /// The sides, of personal fields held by consent.
    #[field(personal, ground = "consent", merge = "fixed")]
    pub consent: Option<Sides>,
    /// The sides, of personal fields held for a legal obligation.
    #[field(personal, ground = "legal_obligation", merge = "fixed")]
    pub legal_obligation: Option<Sides>,
    /// The sides, of personal fields held for a legitimate interest.
    #[field(personal, ground = "legitimate_interest", merge = "fixed")]
    pub legitimate_interest: Option<Sides>,
    /// The sides, of personal fields held for an employment.
    #[field(personal, ground = "employment", merge = "fixed")]
    pub employment: Option<Sides>,
    /// When `mine` was entered, by the clock of its desk.
    #[field(working, merge = "fixed")]
    pub mine_at: Option<Moment>,
    /// When `theirs` was entered, by the clock of its desk.
    #[field(working, merge = "fixed")]
    pub theirs_at: Option<Moment>,
    /// Decisions of other desks that came to the hub after the one that stands.
    #[field(working, merge = "set")]
    pub overtaken: Vec<Overtaken>,
}
