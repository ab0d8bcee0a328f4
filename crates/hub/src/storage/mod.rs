//! What a hub keeps.
//!
//! One interface, so that the hub runs on one file per administration or on a database server. The
//! calls block; the server makes them on threads of their own. Time is passed in.

pub mod embedded;
mod examining;
mod ledger;
mod numbering;
mod occupancy;
mod ordering;
mod passing;
pub mod postgres;
mod reading;
mod scanning;
mod years;

use std::sync::Arc;

pub use examining::Examined;

use booqing_protocol::compare::{Compare, Compared, Fetch, Fetched};
use booqing_protocol::message::{Cursor, Page, Push, Pushed};
use booqing_protocol::recall::{Recall, Recalled};
use booqing_protocol::scan::{Manifest, Scan, Scanned};
use booqing_protocol::{FramingError, Hash, Id, Refusal};
use thiserror::Error;

/// Why the storage failed. Nothing was stored.
#[derive(Debug, Error)]
pub enum StorageError {
    /// Another hub works on this data.
    #[error("{0} is in use by another hub")]
    InUse(String),
    /// The data was written by a newer hub.
    #[error("{file} has version {found}; this hub reads up to {known}")]
    Newer {
        /// The file.
        file: String,
        /// Its version.
        found: u32,
        /// The newest version this hub reads.
        known: u32,
    },
    /// A file cannot be read or written.
    #[error("{file}: {source}")]
    File {
        /// The file.
        file: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// There is no such administration.
    #[error("there is no administration {0}")]
    NoAdministration(Id),
    /// What is stored cannot be understood.
    #[error("the stored data are damaged: {0}")]
    Damaged(String),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandom,
    /// A value cannot be written as a message.
    #[error(transparent)]
    Framing(#[from] FramingError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database server refused something. What it says of the values is left out.
    #[error("the database server refused: {message} (SQLSTATE {code})")]
    Server {
        /// The SQLSTATE.
        code: String,
        /// What it said.
        message: String,
    },
    /// The database server cannot be reached.
    #[error("the database server cannot be reached: {0}")]
    Unreachable(String),
    /// Row-level security does not bind the role.
    #[error(
        "the role {0} may go around row-level security; let the hub connect as a role of its own: \
         CREATE ROLE booqing LOGIN NOSUPERUSER NOBYPASSRLS"
    )]
    Unguarded(String),
    /// The database belongs to a hub with another authority.
    #[error(
        "this database belongs to a hub with another identity; copy authority.key and \
         authority.crt from that hub's data folder into this one: desks know them by these"
    )]
    OtherAuthority,
}

impl From<tokio_postgres::Error> for StorageError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refused) => Self::Server {
                code: refused.code().code().to_owned(),
                message: refused.message().to_owned(),
            },
            None => Self::Unreachable(error.to_string()),
        }
    }
}

/// Positive, and never the zero of a desk that has read nothing.
fn new_epoch() -> Result<i64, StorageError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| StorageError::NoRandom)?;
    Ok((i64::from_le_bytes(bytes) & i64::MAX).max(1))
}

/// That an administration has a new revision. It says nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// The administration.
    pub administration: Id,
    /// Its last revision.
    pub rev: u64,
}

/// What was heard of other hubs on the same data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// That an administration has a new revision.
    News(News),
    /// Something may have been missed, of any administration.
    Missed,
}

/// A desk as the hub knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Desk {
    /// Its id.
    pub id: Id,
    /// The administration it belongs to: from its certificate, never from a request.
    pub administration: Id,
}

/// An invitation that is waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// The administration.
    pub administration: Id,
    /// What proves the secret. Only its hash is kept.
    pub proof: Hash,
    /// The wrapped bundle of keys; none for the first desk.
    pub bundle: Option<Vec<u8>>,
    /// Until when it is valid, in seconds since 1970.
    pub expires: i64,
}

/// A desk that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDesk {
    /// What proves the invitation.
    pub proof: Hash,
    /// The id it gave itself.
    pub desk: Id,
    /// The name a person gave it.
    pub name: String,
    /// The hash of its certificate.
    pub certificate: [u8; 32],
}

/// What came of a join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The administration.
    pub administration: Id,
    /// Its name.
    pub name: String,
    /// The wrapped bundle of keys; none for the first desk.
    pub bundle: Option<Vec<u8>>,
}

/// A desk that was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Its id.
    pub desk: Id,
    /// The name a person gave it.
    pub name: String,
    /// When it came in, in seconds since 1970.
    pub joined: i64,
    /// Since when it is kept out, in seconds since 1970; none for one that may come in.
    pub revoked: Option<i64>,
}

/// What a hub keeps, and how it orders it.
pub trait Storage: Send + Sync + 'static {
    /// Makes an administration.
    ///
    /// # Errors
    /// [`StorageError`].
    fn create_administration(&self, id: Id, name: &str) -> Result<(), StorageError>;

    /// Keeps an invitation.
    ///
    /// # Errors
    /// [`StorageError`].
    fn invite(&self, invitation: &NewInvitation) -> Result<(), StorageError>;

    /// Lets a desk in and uses the invitation up, both or neither. `None` when there is no such
    /// invitation, it was used, or it has expired.
    ///
    /// # Errors
    /// [`StorageError`].
    fn admit(&self, desk: &NewDesk, now: i64) -> Result<Option<Admitted>, StorageError>;

    /// The desk with that certificate; `None` when the hub does not know it, or keeps it out.
    ///
    /// # Errors
    /// [`StorageError`].
    fn desk(&self, certificate: &[u8; 32]) -> Result<Option<Desk>, StorageError>;

    /// Keeps a desk out from now on: its certificate is worth nothing any more, and neither is any
    /// invitation that waits, as it may have made it. False when the administration has none of that id, or
    /// it is kept out already.
    ///
    /// # Errors
    /// [`StorageError`].
    fn revoke(&self, desk: Desk, now: i64) -> Result<bool, StorageError>;

    /// The desks that were let into an administration, in the order in which they came.
    ///
    /// # Errors
    /// [`StorageError`].
    fn desks(&self, administration: Id) -> Result<Vec<Admission>, StorageError>;

    /// Stores the changes of a desk, each once, in the order of their numbers, at a time in seconds since
    /// 1970. Their results are kept for 90 days at least, and as long as the desk has not stored them.
    ///
    /// # Errors
    /// [`StorageError`]; then none of them is stored.
    fn push(
        &self,
        desk: Desk,
        push: &Push,
        now: i64,
    ) -> Result<Result<Pushed, Refusal>, StorageError>;

    /// What changed since a cursor, for a desk that was told of everything up to `whole`.
    ///
    /// # Errors
    /// [`StorageError`].
    fn pull(
        &self,
        desk: Desk,
        cursor: Cursor,
        whole: u64,
    ) -> Result<Result<Page, Refusal>, StorageError>;

    /// How far an administration is.
    ///
    /// # Errors
    /// [`StorageError`].
    fn head(&self, desk: Desk) -> Result<Result<Cursor, Refusal>, StorageError>;

    /// How records add up: everything, or some ranges of them.
    ///
    /// # Errors
    /// [`StorageError`].
    fn compare(
        &self,
        desk: Desk,
        compare: &Compare,
    ) -> Result<Result<Compared, Refusal>, StorageError>;

    /// Records by their ids.
    ///
    /// # Errors
    /// [`StorageError`].
    fn fetch(&self, desk: Desk, fetch: &Fetch) -> Result<Result<Fetched, Refusal>, StorageError>;

    /// What there is, now.
    ///
    /// # Errors
    /// [`StorageError`].
    fn manifest(&self, desk: Desk) -> Result<Result<Manifest, Refusal>, StorageError>;

    /// The records of some stretches.
    ///
    /// # Errors
    /// [`StorageError`].
    fn scan(&self, desk: Desk, scan: &Scan) -> Result<Result<Scanned, Refusal>, StorageError>;

    /// Versions that passed and that a page had no room for.
    ///
    /// # Errors
    /// [`StorageError`].
    fn recall(
        &self,
        desk: Desk,
        recall: &Recall,
    ) -> Result<Result<Recalled, Refusal>, StorageError>;

    /// Whether what is kept can be reached.
    ///
    /// # Errors
    /// [`StorageError`] when it cannot.
    fn is_there(&self) -> Result<(), StorageError>;

    /// The administrations there are.
    ///
    /// # Errors
    /// [`StorageError`].
    fn administrations(&self) -> Result<Vec<Id>, StorageError>;

    /// Computes the hash of every record and the digest over all of them again, as they stand at one
    /// moment, for as long as it goes on; `None` when it did not to the end. Desks are served meanwhile.
    ///
    /// # Errors
    /// [`StorageError`].
    fn examine(
        &self,
        administration: Id,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Option<Examined>, StorageError>;

    /// Begins another epoch of an administration: its data were put back from a copy, or repaired, and
    /// revisions that desks have read may be given to other records.
    ///
    /// # Errors
    /// [`StorageError`].
    fn begin_again(&self, administration: Id) -> Result<(), StorageError>;

    /// Tells the other hubs on the same data, if there can be any. It does not wait for them.
    fn announce(&self, _news: News) {}

    /// Hears from now on what the other hubs on the same data tell.
    ///
    /// # Errors
    /// [`StorageError`].
    fn listen(&self, _tell: Arc<dyn Fn(Heard) + Send + Sync>) -> Result<(), StorageError> {
        Ok(())
    }
}
