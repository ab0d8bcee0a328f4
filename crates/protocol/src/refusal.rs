//! Why a hub refuses: stable codes.

use minicbor::{Decode, Encode};

/// Why a request as a whole is refused.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Refusal {
    /// The number of a change is not the next one.
    #[n(0)]
    Gap {
        /// The number the hub expects.
        #[n(0)]
        expected: u64,
    },
    /// A number came again with other content: the desk's disk was cloned or restored.
    #[n(1)]
    ForkedDesk {
        /// The number.
        #[n(0)]
        n: u64,
    },
    /// The hub's database was restored or repaired since.
    #[n(2)]
    EpochChanged,
    /// The hub does not know this desk, or it was revoked.
    #[n(3)]
    UnknownDesk,
    /// A record belongs to another administration.
    #[n(4)]
    WrongAdministration,
    /// The message is not one of this protocol.
    #[n(5)]
    Malformed {
        /// What is wrong.
        #[n(0)]
        reason: String,
    },
    /// The message or a record in it is too large.
    #[n(6)]
    TooLarge,
    /// The desk's version is below what the hub accepts changes from.
    #[n(7)]
    UpgradeRequired {
        /// The least version.
        #[n(0)]
        minimum: u32,
    },
    /// The invitation is not valid: used, expired or never made.
    #[n(8)]
    InvitationInvalid,
    /// The hub failed. Nothing was stored.
    #[n(9)]
    HubFailed,
    /// The hub has not got the chunk.
    #[n(10)]
    NoChunk,
    /// The bytes of a chunk are not those that its name says.
    #[n(11)]
    OtherChunk,
}

impl Refusal {
    /// The stable code that programs compare.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "gap",
            Self::ForkedDesk { .. } => "forked_desk",
            Self::EpochChanged => "epoch_changed",
            Self::UnknownDesk => "unknown_desk",
            Self::WrongAdministration => "wrong_administration",
            Self::Malformed { .. } => "malformed",
            Self::TooLarge => "too_large",
            Self::UpgradeRequired { .. } => "upgrade_required",
            Self::InvitationInvalid => "invitation_invalid",
            Self::HubFailed => "hub_failed",
            Self::NoChunk => "no_chunk",
            Self::OtherChunk => "other_chunk",
        }
    }
}
