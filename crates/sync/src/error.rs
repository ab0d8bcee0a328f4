//! What can go wrong in a sync. In every case the data are as they were before.

use booqing_keys::part::PartError;
use booqing_protocol::{ChunkName, FramingError, Id, Refusal};
use booqing_store::StoreError;
use thiserror::Error;

/// Why a sync stopped.
#[derive(Debug, Error)]
pub enum SyncError {
    /// The cache failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The hub refused.
    #[error("the hub refused: {}", .0.code())]
    Refused(Refusal),
    /// What came is no message of this protocol.
    #[error("the hub sent something that cannot be understood: {0}")]
    Framing(#[from] FramingError),
    /// The seal of a record's first part does not fit the rest: it was altered, mixed, or is of another administration.
    #[error("the hub sent a record that nobody here made: {class} {id}")]
    NotAuthentic {
        /// The record class.
        class: String,
        /// The record.
        id: Id,
    },
    /// A record came in a version that is not newer than the one that was there.
    #[error("the hub sent an old version of {class} {id}: {found} after {known}")]
    Replayed {
        /// The record class.
        class: String,
        /// The record.
        id: Id,
        /// The version that came.
        found: u64,
        /// The version that was there.
        known: u64,
    },
    /// A record came in the next version, and was not made upon the version that was there.
    #[error("the hub sent a version of {class} {id} that was made upon another than it had")]
    Branched {
        /// The record class.
        class: String,
        /// The record.
        id: Id,
    },
    /// A part could not be sealed or opened.
    #[error("a part of {class} {id} cannot be used: {source}")]
    Part {
        /// The record class.
        class: String,
        /// The record.
        id: Id,
        /// Why.
        source: PartError,
    },
    /// What was sealed is not what this program seals.
    #[error("the content of {class} {id} cannot be understood")]
    Content {
        /// The record class.
        class: String,
        /// The record.
        id: Id,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandom,
    /// The hub cannot be reached.
    #[error("the hub at {address} cannot be reached: {reason}")]
    Unreachable {
        /// Its address.
        address: String,
        /// What happened.
        reason: String,
    },
    /// The connection is not one to trust.
    #[error("the hub at {address} is not to be trusted: {}", .trouble.code())]
    Untrusted {
        /// Its address.
        address: String,
        /// What is wrong with it.
        trouble: Trouble,
    },
    /// A chunk that came is not the one that it is called after, and was not the second time either.
    #[error("the hub sent other bytes than those of chunk {name}")]
    ChunkAltered {
        /// The chunk.
        name: ChunkName,
    },
    /// A chunk of an original is not here, or not as it was made.
    #[error("chunk {name} of an original is not here as it was made")]
    ChunkLost {
        /// The chunk.
        name: ChunkName,
    },
    /// An original cannot be read, written, or taken in.
    #[error("an original cannot be used: {0}")]
    Original(std::io::Error),
    /// The hub did not answer in time.
    #[error("the hub did not answer in time")]
    Silent,
    /// Something between here and the hub answered in its place.
    #[error("something other than the hub answered, with status {0}")]
    NotTheHub(u16),
    /// The hub sends a page that leads nowhere.
    #[error("the hub sent a page after which there is more, and nothing further on")]
    Standstill,
    /// The hub's data were put back from a copy, and no person has said so yet.
    #[error("the data of the hub were put back from a copy, or somebody rolled them back")]
    HubPutBack,
    /// The hub has lost records that it had, and no person has said that it was put back.
    #[error("the hub has no longer got what it had of {class} {id}")]
    HubLost {
        /// The record class of one of them.
        class: String,
        /// One of them.
        id: Id,
    },
    /// The hub told another desk something else than this one.
    #[error("the hub told desk {desk} something else than this one")]
    Forked {
        /// The other desk.
        desk: Id,
    },
    /// The hub changed again and again while it was compared with.
    #[error("the hub is too busy to be compared with")]
    Unsettled,
    /// So many records would be deleted that a person must say so.
    #[error("more than a tenth of the {of} records of class {class} would be deleted")]
    MassDeletion {
        /// Their record class.
        class: &'static str,
        /// How many records of it there were.
        of: u64,
    },
    /// The desk has not joined an administration.
    #[error("this desk has not joined an administration")]
    NotJoined,
}

/// What is wrong with a hub's certificate or its TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The certificate has expired.
    Expired,
    /// The certificate is not valid yet: one of the clocks is wrong.
    NotYetValid,
    /// It is another hub than the one that was joined.
    IdentityMismatch,
    /// The certificate was not made by the hub's authority.
    Untrusted,
    /// It speaks another version of TLS.
    Version,
    /// It does not speak TLS.
    NotTls,
    /// The handshake failed.
    Handshake,
}

impl Trouble {
    /// The stable code that programs compare.
    pub fn code(self) -> &'static str {
        match self {
            Self::Expired => "cert_expired",
            Self::NotYetValid => "cert_not_yet_valid",
            Self::IdentityMismatch => "hub_identity_mismatch",
            Self::Untrusted => "cert_untrusted",
            Self::Version => "tls_version",
            Self::NotTls => "not_tls",
            Self::Handshake => "tls_handshake",
        }
    }
}

impl SyncError {
    /// The stable code that programs compare.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "cache",
            Self::Refused(refusal) => refusal.code(),
            Self::Framing(_) => "bad_message",
            Self::NotAuthentic { .. } => "record_not_authentic",
            Self::Replayed { .. } => "record_replayed",
            Self::Branched { .. } => "record_branched",
            Self::Part { .. } => "part_unreadable",
            Self::Content { .. } => "content_unreadable",
            Self::NoRandom => "no_random",
            Self::Unreachable { .. } => "hub_unreachable",
            Self::Untrusted { trouble, .. } => trouble.code(),
            Self::ChunkAltered { .. } => "chunk_altered",
            Self::ChunkLost { .. } => "chunk_lost",
            Self::Original(_) => "original_unusable",
            Self::Silent => "timeout",
            Self::NotTheHub(_) => "not_the_hub",
            Self::Standstill => "bad_message",
            Self::HubPutBack => "hub_put_back",
            Self::HubLost { .. } => "hub_lost_records",
            Self::Forked { .. } => "hub_forked",
            Self::Unsettled => "hub_busy",
            Self::MassDeletion { .. } => "mass_deletion",
            Self::NotJoined => "not_joined",
        }
    }
}
