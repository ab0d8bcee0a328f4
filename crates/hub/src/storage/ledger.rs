//! What a database has to do for one administration, within one transaction.
//!
//! [`super::ordering`] decides; whoever implements this stores. So every database behaves the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use booqing_protocol::compare::Counted;
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::{Cursor, Passed};
use booqing_protocol::recall::Between;
use booqing_protocol::scan::Stretch;
use booqing_protocol::{Digest, Hash, Id, Slot};

use super::StorageError;
use super::numbering::End;

/// A bucket of the digest: its record class and fiscal year.
pub(super) type BucketKey = (String, i64);

/// How far an administration is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// The epoch of its data.
    pub(super) epoch: u64,
    /// Its last revision.
    pub(super) rev: u64,
    /// Its last revision when the epoch began.
    pub(super) since: u64,
    /// The fiscal years that are sealed.
    pub(super) sealed: Vec<i64>,
}

impl State {
    /// Whether a cursor is one of this epoch: revisions of another were given to other records, and
    /// nothing can be compared with them.
    pub(super) fn fits(&self, cursor: Cursor) -> bool {
        (cursor.epoch == 0 || cursor.epoch == self.epoch) && cursor.rev <= self.rev
    }
}

/// What the hub knows of a desk's changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct DeskState {
    /// The number of its last change.
    pub(super) last_n: u64,
    /// The revision up to which it has stored records and results.
    pub(super) acknowledged: u64,
    /// The day of its last push, in days since 1970 (UTC); 0 when that is not known.
    pub(super) day: i64,
}

/// The result of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredResult {
    /// The hash of the change.
    pub(super) change: Hash,
    /// The result, as it was returned.
    pub(super) bytes: Vec<u8>,
}

/// A record, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// Its revision.
    pub(super) rev: u64,
    /// Its record class.
    pub(super) class: String,
    /// The fiscal year it is counted in, 0 for none.
    pub(super) fiscal_year: i64,
    /// Whether it was deleted.
    pub(super) deleted: bool,
    /// The hash of its bytes.
    pub(super) hash: Hash,
    /// What it was made from.
    pub(super) lineage: Hash,
    /// What it occupies.
    pub(super) slot: Option<Slot>,
}

/// How many results are forgotten at once: nobody waits for long. There are more days.
pub(super) const MOST_FORGOTTEN: i64 = 20_000;

/// A slot that lasts longer than a day, in seconds, is looked for apart: then all others that overlap
/// one end soon after it does, however many there are of its resource.
pub(super) const LONG_SLOT: i64 = 86_400;

/// A record that is stored.
#[derive(Debug, Clone)]
pub(super) struct NewRecord<'a> {
    /// Its id.
    pub(super) id: Id,
    /// What is told of it.
    pub(super) standing: Standing,
    /// Its bytes, as its desk made them.
    pub(super) bytes: &'a [u8],
}

/// The data of one administration in one transaction. Nothing is seen by others before it ends well.
pub(super) trait Ledger {
    /// How far the administration is.
    fn state(&mut self) -> Result<State, StorageError>;

    /// How far the administration is, and keeps every other change of it waiting until this
    /// transaction ends: what is compared stays as it is, and revisions are given in the order of
    /// commits.
    fn lock(&mut self) -> Result<State, StorageError>;

    /// Notes the last revision, of an administration that is locked.
    fn set_rev(&mut self, rev: u64) -> Result<(), StorageError>;

    /// Notes which fiscal years are sealed.
    fn set_sealed(&mut self, years: &[i64]) -> Result<(), StorageError>;

    /// What is known of a desk.
    fn desk(&mut self, desk: Id) -> Result<DeskState, StorageError>;

    /// Notes how far a desk is.
    fn put_desk(&mut self, desk: Id, state: DeskState) -> Result<(), StorageError>;

    /// The results of changes; those that are not kept any more are missing.
    fn results(
        &mut self,
        desk: Id,
        numbers: &[u64],
    ) -> Result<HashMap<u64, StoredResult>, StorageError>;

    /// Keeps results.
    fn put_results(
        &mut self,
        desk: Id,
        results: &[(u64, StoredResult)],
    ) -> Result<(), StorageError>;

    /// Notes the number of a desk's last change before its first push of a day.
    fn begin_day(&mut self, desk: Id, day: i64, last_n: u64) -> Result<(), StorageError>;

    /// Forgets the results of a desk that were kept before a day, as far as that was noted, up to a number:
    /// the first [`MOST_FORGOTTEN`] of them.
    fn forget_results(&mut self, desk: Id, before: i64, last_n: u64) -> Result<(), StorageError>;

    /// How records stand; those that are not there are missing.
    fn standing(&mut self, ids: &[Id]) -> Result<HashMap<Id, Standing>, StorageError>;

    /// Notes versions that are about to be replaced: what the lineage of the next is told by.
    fn put_passed(&mut self, passed: &[(Id, Standing)]) -> Result<(), StorageError>;

    /// The first so many of the versions that passed of these records, record by record in the order in
    /// which they were asked for, the oldest first; each with the place of its record among them.
    fn passed(
        &mut self,
        asked: &[Between],
        most: usize,
    ) -> Result<Vec<(usize, Passed)>, StorageError>;

    /// Writes records in place of what is there.
    fn put_records(&mut self, records: &[NewRecord<'_>]) -> Result<(), StorageError>;

    /// The records that occupy one of these resources at some moment of the interval named with it, in no
    /// order.
    fn occupied(&mut self, within: &[Slot]) -> Result<Vec<(Id, Slot)>, StorageError>;

    /// Where number series end, of those that have given numbers.
    fn series_ends(&mut self, ids: &[Id]) -> Result<HashMap<Id, End>, StorageError>;

    /// Notes where number series end.
    fn put_series_ends(&mut self, ends: &[(Id, End)]) -> Result<(), StorageError>;

    /// The digest over everything.
    fn digest(&mut self) -> Result<Digest, StorageError>;

    /// Adds to the digest, and to its parts by the last byte of the ids.
    fn add_to_digest(
        &mut self,
        changes: &BTreeMap<BucketKey, BTreeMap<u8, Bucket>>,
    ) -> Result<(), StorageError>;

    /// The digest of a class and year by the last byte of the ids; what holds nothing may be missing.
    fn parts(&mut self, bucket: &BucketKey) -> Result<BTreeMap<u8, Bucket>, StorageError>;

    /// The records of a class and year whose ids end in one of these bytes, deleted ones left out.
    fn counted(
        &mut self,
        bucket: &BucketKey,
        lasts: &BTreeSet<u8>,
    ) -> Result<Vec<Counted>, StorageError>;

    /// The records after a revision in the order of their revisions, until `each` says that it is
    /// enough.
    fn after(
        &mut self,
        rev: u64,
        each: &mut dyn FnMut(Id, u64, Vec<u8>) -> bool,
    ) -> Result<(), StorageError>;

    /// How many records were deleted.
    fn deleted(&mut self) -> Result<u64, StorageError>;

    /// The records of a stretch behind an id in the order of their ids, until `each` says that it is
    /// enough.
    fn stretch(
        &mut self,
        stretch: &Stretch,
        after: Option<Id>,
        each: &mut dyn FnMut(Id, u64, Vec<u8>) -> bool,
    ) -> Result<(), StorageError>;

    /// Records with their revisions; those that are not there are missing.
    fn bytes(&mut self, ids: &[Id]) -> Result<HashMap<Id, (u64, Vec<u8>)>, StorageError>;
}
