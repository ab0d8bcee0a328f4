//! Consents.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::codes::codes;
use crate::text::Text;
use crate::time::{Date, Moment};
use crate::{Id, Record};

codes! {
    /// How a consent came about.
    ConsentKind {
        /// Given by an act of the person.
        OptIn = "opt_in",
        /// Existing customer relation (Telecommunicatiewet art. 11.7(3)).
        SoftOptIn = "soft_opt_in",
        /// Objected to.
        OptOut = "opt_out",
    }
}

/// That a person agreed to a purpose: the proof that GDPR article 7(1) asks for, kept apart from
/// the data it covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "consent", person = "client", ground = "legal_obligation")]
pub struct Consent {
    /// Who agreed.
    #[field(working, merge = "fixed", refers = "client")]
    pub client: Id,
    /// To what.
    #[field(personal, merge = "fixed")]
    pub purpose: Text,
    /// How.
    #[field(personal, merge = "fixed")]
    pub kind: ConsentKind,
    /// When it was given.
    #[field(personal, merge = "fixed")]
    pub given_at: Moment,
    /// When it was withdrawn.
    #[field(personal)]
    pub withdrawn_at: Option<Moment>,
    /// When it ends by itself.
    #[field(personal)]
    pub expires_on: Option<Date>,
    /// The version of the text that was agreed to.
    #[field(personal, merge = "fixed")]
    pub text_version: Text,
    /// Through what: a form, a letter, at the desk.
    #[field(personal, merge = "fixed")]
    pub channel: Text,
}
