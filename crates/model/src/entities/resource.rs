//! Resources.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Record;
use crate::codes::codes;
use crate::text::Text;

codes! {
    /// What a resource is.
    ResourceKind {
        /// A room or another place.
        Room = "room",
        /// A person who does the work.
        Person = "person",
        /// A vehicle.
        Vehicle = "vehicle",
        /// A machine or tool.
        Machine = "machine",
    }
}

/// What a booking occupies: a room, a person, a machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "resource")]
pub struct Resource {
    /// Its name on the calendar.
    #[field(working, search)]
    pub name: Text,
    /// What it is.
    #[field(working)]
    pub kind: ResourceKind,
    /// Whether one booking at a time may occupy it. The hub checks that.
    #[field(routing)]
    pub exclusive: bool,
    /// How many it holds.
    #[field(working)]
    pub capacity: Option<u32>,
    /// Whether it can still be booked.
    #[field(working)]
    pub active: bool,
}
