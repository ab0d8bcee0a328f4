//! The first sync: everything an administration has, stretch by stretch.
//!
//! A desk that has nothing asks first what there is (the manifest), at one revision of the hub: the pin.
//! It then reads the stretches in an order of its own, the records of each by their ids, in pages bounded
//! in bytes. What is cut goes on behind the last id; the hub keeps nothing of it. A record that changes
//! meanwhile comes as it is by then; when the desk has read all, it pulls what came after the pin.

use minicbor::{Decode, Encode};

use crate::message::{Cursor, Incoming};
use crate::{Digest, Id};

/// The most stretches of one question.
pub const MOST_STRETCHES: usize = 64;

/// `POST /v1/manifest`: what is there?
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Survey {
    /// The desk's version of the protocol.
    #[n(0)]
    pub version: u32,
    /// The administration, checked against the desk's certificate.
    #[n(1)]
    pub administration: Id,
}

/// What is there.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Manifest {
    /// The pin: where the administration is now.
    #[n(0)]
    pub at: Cursor,
    /// The hub's revision when its epoch began.
    #[n(1)]
    pub since: u64,
    /// How many records there are of each class and fiscal year, and the sum of their hashes.
    #[n(2)]
    pub holdings: Digest,
    /// How many were deleted.
    #[n(3)]
    pub deleted: u64,
}

/// Some of the records of an administration, by their ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Stretch {
    /// Those of a class in a fiscal year, 0 for those of no year.
    #[n(0)]
    Bucket {
        /// The record class.
        #[n(0)]
        class: String,
        /// The fiscal year.
        #[n(1)]
        fiscal_year: i64,
    },
    /// Those that were deleted, of all classes and years.
    #[n(1)]
    Deleted,
}

/// `POST /v1/scan`: the records of some stretches, one stretch after the other.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Scan {
    /// The desk's version of the protocol.
    #[n(0)]
    pub version: u32,
    /// The administration, checked against the desk's certificate.
    #[n(1)]
    pub administration: Id,
    /// The pin. A hub of another epoch refuses it.
    #[n(2)]
    pub at: Cursor,
    /// The stretches, at most [`MOST_STRETCHES`].
    #[n(3)]
    pub stretches: Vec<Stretch>,
    /// The last id of the first stretch that the desk has.
    #[n(4)]
    pub after: Option<Id>,
}

/// As many of them as a page takes.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Scanned {
    /// The records, in the order of the stretches and of their ids.
    #[n(0)]
    #[cbor(with = "crate::packed")]
    pub records: Vec<Incoming>,
    /// How many of the stretches these bring to their end.
    #[n(1)]
    pub ended: u64,
    /// The last id of the stretch after those, if some of it is among them.
    #[n(2)]
    pub after: Option<Id>,
}
