//! What a desk asks and a hub answers.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::{Hash, Id, Refusal, Root};

/// How far a desk has read: a revision in an epoch of the hub's database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Cursor {
    /// The epoch: random, and another after every restore or repair of the hub's database. Zero
    /// for a desk that has read nothing yet.
    #[n(0)]
    pub epoch: u64,
    /// The last revision read.
    #[n(1)]
    pub rev: u64,
}

/// A record in a change set.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Outgoing {
    /// The sealed record. It names the version it was made upon by its hash.
    #[n(0)]
    pub record: ByteVec,
}

/// A numbered change: all of its records are stored, or none.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChangeSet {
    /// Its number: one more than the desk's last.
    #[n(0)]
    pub n: u64,
    /// Its records. There are none when later changes took them over.
    #[n(1)]
    pub records: Vec<Outgoing>,
}

/// `POST /v1/push`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Push {
    /// The desk's version of the protocol.
    #[n(0)]
    pub version: u32,
    /// The administration, checked against the desk's certificate.
    #[n(1)]
    pub administration: Id,
    /// The cursor up to which the desk has stored results and records.
    #[n(2)]
    pub acknowledged: Cursor,
    /// The changes, in the order of their numbers.
    #[n(3)]
    pub changes: Vec<ChangeSet>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Outcome {
    /// It is stored.
    #[n(0)]
    Accepted {
        /// The revision of its records.
        #[n(0)]
        rev: u64,
    },
    /// A record is no longer in the version it was made upon. Nothing is stored; the desk
    /// pulls, merges, and pushes again under a new number.
    #[n(1)]
    Stale {
        /// The records that have changed.
        #[n(0)]
        records: Vec<Id>,
    },
    /// The hub will never store it. Nothing is stored; the changes behind it are not stopped.
    #[n(2)]
    Refused {
        /// Why, by a stable code. A desk that does not know the code shows it as it is.
        #[n(0)]
        code: String,
        /// The record it is about.
        #[n(1)]
        record: Option<Id>,
    },
    /// Records of it occupy an exclusive resource at a time when others do. Nothing is stored; the desk
    /// pulls, looks for itself, and pushes again what is left of it under a new number.
    #[n(3)]
    Occupied {
        /// Which, and by what.
        #[n(0)]
        records: Vec<Occupied>,
    },
    /// A document has a number that is not the next of its series, or a series is closed behind another
    /// number than its last. Nothing is stored; the desk pulls, and gives the next number, or says the last
    /// one, under a new number of its own.
    #[n(4)]
    NotNext {
        /// The document, or the series.
        #[n(0)]
        record: Id,
    },
}

/// A record that would occupy what another one occupies already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Occupied {
    /// The record that came too late.
    #[n(0)]
    pub record: Id,
    /// The one that was there first.
    #[n(1)]
    pub by: Id,
}

/// The stored result of a change: returned byte for byte when the number comes again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ChangeResult {
    /// The number of the change.
    #[n(0)]
    pub n: u64,
    /// What became of it.
    #[n(1)]
    pub outcome: Outcome,
}

/// The answer to a push.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Pushed {
    /// The stored results, each as the bytes of a [`ChangeResult`].
    #[n(0)]
    pub results: Vec<ByteVec>,
    /// The last revision of the hub.
    #[n(1)]
    pub head: u64,
    /// The digest over everything the hub has, when nothing has come after the acknowledged cursor but
    /// what this push brought: the desk then knows all there is, and need not ask for it.
    #[n(2)]
    pub root: Option<Root>,
}

/// `POST /v1/pull`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Pull {
    /// The desk's version of the protocol.
    #[n(0)]
    pub version: u32,
    /// The administration, checked against the desk's certificate.
    #[n(1)]
    pub administration: Id,
    /// How far the desk has read.
    #[n(2)]
    pub cursor: Cursor,
    /// The head it last read up to: it was told of every version up to there, and of those after it
    /// not of the ones that were replaced before it came to read them.
    #[n(3)]
    pub whole: u64,
}

/// A version of a record that was replaced by a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Passed {
    /// Its revision.
    #[n(0)]
    pub rev: u64,
    /// The hash of its bytes.
    #[n(1)]
    pub hash: Hash,
}

/// A record of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its revision.
    pub rev: u64,
    /// The sealed record.
    pub record: ByteVec,
    /// The versions before this one that the desk may not have been given, the oldest first. With them
    /// a desk sees that this version was made from the one it has, and can sum up everything that
    /// was ever stored.
    pub passed: Vec<Passed>,
    /// The revision after which there may be more of them, when the page had no room for all: they are
    /// asked for by themselves ([`Recall`](crate::recall::Recall)).
    pub rest: Option<u64>,
}

impl Incoming {
    /// A record before which nothing passed that is told of.
    pub fn alone(rev: u64, record: Vec<u8>) -> Self {
        Self { rev, record: record.into(), passed: Vec::new(), rest: None }
    }
}

/// The answer to a pull: what changed since the cursor, by revision, bounded in bytes. A change
/// set is never cut in two.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Page {
    /// How far the desk has read with this page.
    #[n(0)]
    pub cursor: Cursor,
    /// The records.
    #[n(1)]
    #[cbor(with = "crate::packed")]
    pub records: Vec<Incoming>,
    /// The digest over everything the hub has, when this page reaches the head.
    #[n(2)]
    pub root: Option<Root>,
    /// How many records the hub has in all, so that a first sync can show how far it is.
    #[n(3)]
    pub total: u64,
    /// The hub's revision when its epoch began.
    #[n(4)]
    pub since: u64,
}

/// `POST /v1/join`: a desk comes in with an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Join {
    /// The desk's version of the protocol.
    #[n(0)]
    pub version: u32,
    /// What proves the invitation: a hash of its secret, so that the hub never holds the secret.
    #[n(1)]
    pub proof: Hash,
    /// The id the desk gave itself.
    #[n(2)]
    pub desk: Id,
    /// The name a person gave the desk.
    #[n(3)]
    pub name: String,
    /// The desk's certificate signing request (PKCS #10, DER).
    #[n(4)]
    pub request: ByteVec,
}

/// The answer to a join.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Joined {
    /// The administration.
    #[n(0)]
    pub administration: Id,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// The desk's certificate (X.509, DER).
    #[n(2)]
    pub certificate: ByteVec,
    /// The bundle of keys, wrapped under the invitation's secret; none for the first desk, which
    /// makes the keys.
    #[n(3)]
    pub bundle: Option<ByteVec>,
}

/// `POST /v1/invite`: a desk makes an invitation for another.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Invite {
    /// The hash of its secret.
    #[n(0)]
    pub proof: Hash,
    /// The bundle of keys, wrapped under its secret.
    #[n(1)]
    pub bundle: ByteVec,
    /// How long it is valid, in seconds.
    #[n(2)]
    pub seconds: u32,
}

/// Any answer of the hub.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Answer<T> {
    /// What was asked for.
    #[n(0)]
    Done(#[n(0)] T),
    /// Why it is refused.
    #[n(1)]
    Refused(#[n(0)] Refusal),
}
