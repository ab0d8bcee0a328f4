//! Disclosures.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::codes::codes;
use crate::text::{Note, TagSet, Text};
use crate::time::Moment;
use crate::{Id, Record};

codes! {
    /// To whom data went.
    RecipientKind {
        /// An authority.
        Authority = "authority",
        /// A court.
        Court = "court",
        /// A processor of the office.
        Processor = "processor",
        /// Somebody the client asked it for.
        ClientRequest = "client_request",
        /// Somebody else.
        Other = "other",
    }
}

codes! {
    /// Why data may go out.
    DisclosureBasis {
        /// The person agreed.
        Consent = "consent",
        /// A law says so.
        Law = "law",
        /// A court ordered it.
        CourtOrder = "court_order",
        /// An authority ordered it.
        Order = "order",
    }
}

/// That data about a client went to somebody: a row that the client can print
/// (GDPR articles 15(1)(c) and 19).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "disclosure", person = "client", ground = "legal_obligation")]
pub struct Disclosure {
    /// Whose data it was.
    #[field(working, merge = "fixed", refers = "client")]
    pub client: Id,
    /// When.
    #[field(personal, merge = "fixed")]
    pub at: Moment,
    /// To whom.
    #[field(personal, merge = "fixed")]
    pub recipient: Text,
    /// What the recipient is.
    #[field(personal, merge = "fixed")]
    pub recipient_kind: RecipientKind,
    /// Why it may.
    #[field(personal, merge = "fixed")]
    pub basis: DisclosureBasis,
    /// The order, law or request it rests on.
    #[field(personal, merge = "fixed")]
    pub reference: Option<Text>,
    /// Which kinds of data.
    #[field(personal, merge = "fixed")]
    #[serde(default)]
    pub categories: TagSet,
    /// What else there is to know.
    #[field(personal)]
    pub note: Option<Note>,
}
