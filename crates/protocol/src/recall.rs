//! The versions of records that passed, where a page had no room for all of them.
//!
//! A record that is changed all day long has more earlier versions than fit into a page. A page tells as
//! many as it has room for, and says where it stopped; the desk asks for the rest before it looks at the
//! record.

use minicbor::{Decode, Encode};

use crate::Id;
use crate::message::Passed;

/// The most versions that a message tells of: a quarter of a mebibyte at the most.
pub const MOST_PASSED: usize = 8_192;

/// The most records that a desk asks about at once.
pub const MOST_RECALLED: usize = 1_000;

/// Which versions of a record: those after one revision and before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Between {
    /// The record.
    #[n(0)]
    pub id: Id,
    /// The last revision that was told of.
    #[n(1)]
    pub after: u64,
    /// The revision of the version that replaced the last of them.
    #[n(2)]
    pub before: u64,
}

/// `POST /v1/recall`: the versions that passed, of some records.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Recall {
    /// The desk's version of the protocol.
    #[n(0)]
    pub version: u32,
    /// The administration, checked against the desk's certificate.
    #[n(1)]
    pub administration: Id,
    /// The epoch that the revisions are of. A hub of another one refuses it.
    #[n(2)]
    pub epoch: u64,
    /// The records, at most [`MOST_RECALLED`].
    #[n(3)]
    pub records: Vec<Between>,
}

/// What is told of one record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Versions {
    /// The versions that passed, the oldest first.
    #[n(0)]
    pub passed: Vec<Passed>,
    /// The revision after which there may be more of them; none when these are all.
    #[n(1)]
    pub rest: Option<u64>,
}

/// As many of them as a message takes.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Recalled {
    /// In the order in which they were asked for.
    #[n(0)]
    pub records: Vec<Versions>,
}
