//! Desks: what people call them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Record;
use crate::text::Text;
use crate::time::Moment;

/// An installation of the program that takes part in the administration. Its id is the one by which the
/// hub knows it, and by which records name it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "desk")]
pub struct Desk {
    /// What people call it.
    #[field(working)]
    pub name: Text,
    /// When it joined.
    #[field(working, merge = "fixed")]
    pub joined_at: Moment,
}
