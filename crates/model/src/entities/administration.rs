//! The administration itself.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Record;
use crate::codes::codes;
use crate::money::Currency;
use crate::text::{Email, Text};
use crate::time::{Date, Zone};

codes! {
    /// Where the agreement with the platform stands. It only moves forward.
    AgreementState {
        /// Being tried.
        Trial = "trial",
        /// In force.
        Active = "active",
        /// Given notice of.
        Ending = "ending",
        /// Ended; the years are in custody.
        Custody = "custody",
        /// Ended; everything was exported.
        Exported = "exported",
        /// Ended; everything is destroyed.
        Destroyed = "destroyed",
    }
}

/// One set of books of one holder: the unit of isolation, with one agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "administration")]
pub struct Administration {
    /// The name of the office as registered.
    #[field(working, group = "identity")]
    pub legal_name: Text,
    /// The name under which it trades.
    #[field(working, group = "identity")]
    pub trade_name: Option<Text>,
    /// Number in the trade register.
    #[field(working, group = "identity")]
    pub kvk_number: Option<Text>,
    /// VAT identification number.
    #[field(working, group = "identity")]
    pub vat_number: Option<Text>,
    /// Account number printed on invoices.
    #[field(working)]
    pub iban: Option<Text>,
    /// Street and house number.
    #[field(working, group = "address")]
    pub street: Option<Text>,
    /// Postal code.
    #[field(working, group = "address")]
    pub postcode: Option<Text>,
    /// City.
    #[field(working, group = "address")]
    pub city: Option<Text>,
    /// Country whose law keeps the books (ISO 3166-1, two letters).
    #[field(working)]
    pub country: Text,
    /// Zone in which its days begin and end.
    #[field(working)]
    pub time_zone: Zone,
    /// Last day of the fiscal year: `MM-DD`, or `MM-last` for the last day of a month.
    #[field(working)]
    pub fiscal_year_end: Text,
    /// Currency of the books.
    #[field(working)]
    pub currency: Currency,
    /// Language of its documents: `nl` or `en`.
    #[field(working)]
    pub language: Text,
    /// Whom people can ask about their data (GDPR article 13(1)(a)).
    #[field(working, group = "controller")]
    pub controller_name: Option<Text>,
    /// Where the controller can be reached.
    #[field(working, group = "controller")]
    pub controller_email: Option<Email>,
    /// Where the agreement with the platform stands.
    #[field(working, group = "agreement")]
    pub agreement: AgreementState,
    /// Last day of the agreement, once it is given notice of.
    #[field(working, group = "agreement")]
    pub agreement_ends: Option<Date>,
}
