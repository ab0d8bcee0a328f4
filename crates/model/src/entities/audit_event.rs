//! The audit trail.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::text::{TagSet, Text};
use crate::time::Moment;
use crate::{Id, Record};

/// That somebody did something. It names fields and never holds their values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "audit_event")]
pub struct AuditEvent {
    /// When.
    #[field(working, merge = "fixed")]
    pub at: Moment,
    /// What was done, by its stable name.
    #[field(working, merge = "fixed")]
    pub operation: Text,
    /// The record class it was done to.
    #[field(working, merge = "fixed")]
    pub record_class: Option<Text>,
    /// The record it was done to.
    #[field(working, merge = "fixed")]
    pub record: Option<Id>,
    /// The names of the fields that changed.
    #[field(working, merge = "fixed")]
    #[serde(default)]
    pub fields: TagSet,
    /// Who did it.
    #[field(working, merge = "fixed", refers = "user")]
    pub user: Option<Id>,
    /// At which desk.
    #[field(working, merge = "fixed")]
    pub desk: Option<Id>,
    /// Why, where a reason was asked for.
    #[field(working, merge = "fixed")]
    pub reason: Option<Text>,
}
