//! Bookings.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::codes::codes;
use crate::money::{Cents, Currency, MoneyError, Quantity, VatRate};
use crate::text::{Note, Text};
use crate::time::{Moment, WallTime, Zone};
use crate::{Id, Record};

codes! {
    /// Where a booking stands.
    BookingState {
        /// Being written.
        Draft = "draft",
        /// Kept free until the client decides.
        Option = "option",
        /// Agreed.
        Confirmed = "confirmed",
        /// Going on.
        InProgress = "in_progress",
        /// Done, not invoiced yet.
        Done = "done",
        /// Invoiced.
        Invoiced = "invoiced",
        /// Invoiced and settled.
        Closed = "closed",
        /// Called off. Final.
        Cancelled = "cancelled",
        /// The client did not come.
        NoShow = "no_show",
        /// Waiting for a place.
        Waitlisted = "waitlisted",
        /// Lost its place to another booking; somebody decides.
        Clash = "clash",
    }
}

impl BookingState {
    /// Whether it keeps its resource to itself.
    pub fn occupies(self) -> bool {
        matches!(self, Self::Option | Self::Confirmed | Self::InProgress)
    }
}

/// A line with an amount, of a booking or a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Line {
    /// Names this line among the lines.
    pub key: Id,
    /// What was agreed or delivered.
    pub description: Text,
    /// How much of it, in thousandths.
    pub quantity: Quantity,
    /// Price of one, without VAT, in cents.
    pub unit_price: Cents,
    /// VAT rate, in hundredths of a percent.
    pub vat_rate: VatRate,
}

impl Line {
    /// The amount without VAT.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] beyond 64 bits of cents.
    pub fn net(&self) -> Result<Cents, MoneyError> {
        self.unit_price.times(self.quantity)
    }
}

/// Somebody who takes part in a booking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Participant {
    /// Names this participant among the participants.
    pub key: Id,
    /// The client it is, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client: Option<Id>,
    /// The name.
    pub name: Text,
    /// What the office should know on the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub wishes: Option<Text>,
}

/// A dated commitment to a client (appointment, order, engagement, rental of a resource) that
/// leads to documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "booking", person = "client", ground = "contract", law = "AWR 52(4)")]
pub struct Booking {
    /// Where it stands.
    #[field(routing, group = "state")]
    pub state: BookingState,
    /// The resource it occupies.
    #[field(routing, group = "slot", refers = "resource")]
    pub resource: Option<Id>,
    /// From when the resource is occupied, buffer included.
    #[field(routing, group = "slot", merge = "computed")]
    pub occupied_from: Option<Moment>,
    /// Until when the resource is occupied, buffer included.
    #[field(routing, group = "slot", merge = "computed")]
    pub occupied_until: Option<Moment>,
    /// The fiscal year it falls in, such as `2026`.
    #[field(routing)]
    pub fiscal_year: i64,
    /// The office's number for it, such as `B-0117`.
    #[field(statutory, search)]
    pub number: Text,
    /// When it begins, by the clock on the wall.
    #[field(statutory, group = "slot")]
    pub starts: WallTime,
    /// When it ends, by the clock on the wall.
    #[field(statutory, group = "slot")]
    pub ends: WallTime,
    /// The zone of that clock.
    #[field(statutory, group = "slot")]
    pub zone: Zone,
    /// What is charged.
    #[field(statutory)]
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Currency of the amounts.
    #[field(statutory)]
    pub currency: Currency,
    /// Amount without VAT, the sum of the lines.
    #[field(statutory, merge = "computed")]
    pub net: Cents,
    /// The client it is for.
    #[field(working, refers = "client")]
    pub client: Option<Id>,
    /// The service that was booked.
    #[field(working, refers = "service")]
    pub service: Option<Id>,
    /// The series it belongs to: the id of its first booking.
    #[field(working, refers = "booking")]
    pub series: Option<Id>,
    /// What it is about.
    #[field(personal, search)]
    pub title: Option<Text>,
    /// Where it takes place, when not at the resource.
    #[field(personal)]
    pub location: Option<Text>,
    /// What the office noted about it.
    #[field(personal, search)]
    pub note: Option<Note>,
    /// Who takes part.
    #[field(personal, person = "each")]
    #[serde(default)]
    pub participants: Vec<Participant>,
    /// The booking it lost its place to, while it is a clash.
    #[field(working, group = "state", refers = "booking")]
    pub clash_with: Option<Id>,
}
