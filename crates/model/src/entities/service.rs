//! Services.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Record;
use crate::money::{Cents, VatRate};
use crate::text::Text;

/// What can be booked or sold. A service that was used is ended, not deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "service")]
pub struct Service {
    /// The office's code for it.
    #[field(working, search)]
    pub code: Text,
    /// What it is called.
    #[field(working, search)]
    pub name: Text,
    /// How long it takes, in minutes.
    #[field(working)]
    pub minutes: u32,
    /// Minutes kept free before it.
    #[field(working)]
    pub buffer_before: u32,
    /// Minutes kept free after it.
    #[field(working)]
    pub buffer_after: u32,
    /// Price without VAT, in cents of the administration's currency.
    #[field(working)]
    pub price: Cents,
    /// VAT rate, in hundredths of a percent.
    #[field(working)]
    pub vat_rate: VatRate,
    /// Whether it can still be booked.
    #[field(working)]
    pub active: bool,
}
