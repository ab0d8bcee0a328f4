//! What crosses the wire between a desk and its hub.
//!
//! Everything is CBOR (RFC 8949) with numbered fields. A record travels and is stored as the bytes
//! its desk made ([`SealedRecord`]): the hub reads routing data from them and gives them back byte
//! for byte, so fields of a newer version survive an older hub.
//!
//! Nothing here reads a clock, a file or a socket, and nothing here can open a sealed part.

pub mod chunk;
pub mod compare;
pub mod digest;
pub mod framing;
pub mod id;
pub mod invitation;
pub mod message;
mod packed;
pub mod recall;
pub mod record;
pub mod refusal;
pub mod routing;
pub mod scan;
pub mod waiting;

pub use chunk::ChunkName;
pub use digest::{Digest, Root};
pub use framing::{FramingError, decode, encode};
pub use id::{Hash, Id};
pub use invitation::{Invitation, InvitationError};
pub use record::{Part, PartClass, SEED, SealedRecord, Seed};
pub use refusal::Refusal;
pub use routing::{
    DOCUMENT_CLASS, HEAD_CLASS, NOTES, Number, Route, Routing, SERIES_CLASS, Series, Slot,
    YEAR_CLASS,
};

/// The version of the protocol. A hub serves desks down to a minimum of its own.
pub const VERSION: u32 = 1;

/// The most change sets a push may have.
pub const MOST_CHANGES: usize = 1_000;

/// The most records a change set may have.
pub const MOST_RECORDS: usize = 500;

/// The most bytes a record may have on the wire.
pub const LARGEST_RECORD: usize = 1024 * 1024;

/// The bytes at which a page ends. Larger ones are no quicker, and all that a desk holds of them at one
/// time grows with it.
pub const PAGE_BYTES: usize = 256 * 1024;

/// The most bytes the records of a change set may have: with a page before it, a set fits into a
/// message.
pub const LARGEST_SET: usize = 4 * 1024 * 1024;

/// The most bytes a message may have.
pub const LARGEST_MESSAGE: usize = 8 * 1024 * 1024;
