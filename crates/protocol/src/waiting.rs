//! Waiting for news where a stream of notifications does not come through.

use minicbor::{Decode, Encode};

use crate::Id;
use crate::message::Cursor;

/// `POST /v1/wait`: a desk waits until an administration is elsewhere than it knows. Some proxies
/// hold back a stream of events until it ends, and let a late answer through.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Wait {
    /// The desk's version of the protocol.
    #[n(0)]
    pub version: u32,
    /// The administration, checked against the desk's certificate.
    #[n(1)]
    pub administration: Id,
    /// Where the desk knows it to be.
    #[n(2)]
    pub known: Cursor,
    /// How long it waits at the most, in seconds. The hub may answer earlier.
    #[n(3)]
    pub seconds: u32,
}

/// The answer to a wait.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Waited {
    /// Where the administration is: what the desk knew when there is no news.
    #[n(0)]
    pub head: Cursor,
}
