//! The records of one administration: ordered, compared and swapped, counted.
//!
//! What is decided here is decided for every database.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use booqing_protocol::compare::{
    Compare, Compared, Fetch, Fetched, Holdings, MOST_FETCHED, MOST_RANGES, contents,
};
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::{
    ChangeResult, ChangeSet, Cursor, Incoming, Outcome, Page, Push, Pushed,
};
use booqing_protocol::{
    Hash, Id, LARGEST_SET, MOST_RECORDS, PAGE_BYTES, Refusal, SealedRecord, encode,
};

use super::StorageError;
use super::ledger::{BucketKey, Ledger, NewRecord, Standing, State, StoredResult};

/// The most bytes of the name of a record class.
const LONGEST_CLASS: usize = 64;

type Answered<T> = Result<Result<T, Refusal>, StorageError>;

/// Stores the changes of a desk, all in one commit. A change that is refused does not stop the
/// ones behind it; a change out of order, or a desk of another epoch, stops everything.
pub(super) fn push(ledger: &mut impl Ledger, desk: Id, push: &Push) -> Answered<Pushed> {
    let state = ledger.state()?;
    let acknowledged = push.acknowledged;
    if !fits(acknowledged, state) {
        return Ok(Err(Refusal::EpochChanged));
    }
    let mut known = ledger.lock_desk(desk)?;
    let mut results = Vec::with_capacity(push.changes.len());
    let mut counting = Counting::default();
    for change in &push.changes {
        let hash = Hash::of(&encode(change)?);
        let bytes = if change.n <= known.last_n {
            match ledger.result(desk, change.n)? {
                Some(stored) if stored.change == hash => stored.bytes,
                _ => return Ok(Err(Refusal::ForkedDesk { n: change.n })),
            }
        } else if change.n == known.last_n + 1 {
            let outcome = store(ledger, &mut counting, desk, change)?;
            let bytes = encode(&ChangeResult { n: change.n, outcome })?;
            let stored = StoredResult { change: hash, bytes };
            ledger.put_result(desk, change.n, &stored)?;
            known.last_n = change.n;
            stored.bytes
        } else {
            return Ok(Err(Refusal::Gap { expected: known.last_n + 1 }));
        };
        results.push(bytes.into());
    }
    ledger.add_to_digest(&counting.0)?;
    known.acknowledged = known.acknowledged.max(acknowledged.rev);
    ledger.put_desk(desk, known)?;
    let head = ledger.state()?.rev;
    Ok(Ok(Pushed { results, head }))
}

/// Whether a cursor is one of this epoch: revisions of another were given to other records, and
/// nothing can be compared with them.
fn fits(cursor: Cursor, state: State) -> bool {
    (cursor.epoch == 0 || cursor.epoch == state.epoch) && cursor.rev <= state.rev
}

/// What a push changes in the digest: by class and year, then by the last byte of the ids.
#[derive(Default)]
struct Counting(BTreeMap<BucketKey, BTreeMap<u8, Bucket>>);

impl Counting {
    fn of(&mut self, class: &str, fiscal_year: i64, id: Id, change: impl FnOnce(Bucket) -> Bucket) {
        let parts = self.0.entry((class.to_owned(), fiscal_year)).or_default();
        let part = parts.entry(last_byte(id)).or_default();
        *part = change(*part);
    }
}

/// The byte by which the digest is divided first.
pub(super) fn last_byte(id: Id) -> u8 {
    id.0.last().copied().unwrap_or_default()
}

/// Compares and swaps the records of a change: all of them or none.
fn store(
    ledger: &mut impl Ledger,
    counting: &mut Counting,
    desk: Id,
    change: &ChangeSet,
) -> Result<Outcome, StorageError> {
    let bytes: usize = change.records.iter().map(|outgoing| outgoing.record.len()).sum();
    if change.records.len() > MOST_RECORDS || bytes > LARGEST_SET {
        return Ok(refused("too_large", None));
    }
    let mut records = Vec::with_capacity(change.records.len());
    for outgoing in &change.records {
        let Ok(record) = SealedRecord::from_bytes(&outgoing.record) else {
            return Ok(refused("malformed", None));
        };
        records.push((record, outgoing));
    }
    let ids: Vec<Id> = records.iter().map(|(record, _)| record.id).collect();
    let standing = ledger.standing(&ids)?;
    let (mut stale, mut seen) = (Vec::new(), HashSet::new());
    for (record, _) in &records {
        let current = standing.get(&record.id);
        if let Some(code) = fault(record, desk, current, seen.insert(record.id)) {
            return Ok(refused(code, Some(record.id)));
        }
        // By its lineage, not by its revision: after the hub was put back from a copy the same version
        // may have another.
        let next = current.map_or(Hash::default(), |found| found.lineage.followed_by(found.hash));
        if record.lineage != next {
            stale.push(record.id);
        }
    }
    if !stale.is_empty() {
        return Ok(Outcome::Stale { records: stale });
    }
    if records.is_empty() {
        return Ok(Outcome::Accepted { rev: ledger.state()?.rev });
    }
    let rev = ledger.take_rev()?;
    let mut new = Vec::with_capacity(records.len());
    for (record, outgoing) in &records {
        let (id, hash) = (record.id, Hash::of(&outgoing.record));
        let fiscal_year = record.routing.fiscal_year();
        // A deleted record is not counted: each side forgets it at a moment of its own.
        if let Some(before) = standing.get(&id).filter(|before| !before.deleted) {
            counting.of(&before.class, before.fiscal_year, id, |part| part.without(before.hash));
        }
        if !record.deleted {
            counting.of(&record.class, fiscal_year, id, |part| part.with(hash));
        }
        let (class, deleted, lineage) = (record.class.clone(), record.deleted, record.lineage);
        let standing = Standing { rev, class, fiscal_year, deleted, hash, lineage };
        new.push(NewRecord { id, standing, bytes: &outgoing.record });
    }
    let passed: Vec<(Id, &Standing)> =
        ids.iter().filter_map(|id| Some((*id, standing.get(id)?))).collect();
    ledger.put_passed(&passed)?;
    ledger.put_records(&new)?;
    Ok(Outcome::Accepted { rev })
}

fn refused(code: &str, record: Option<Id>) -> Outcome {
    Outcome::Refused { code: code.to_owned(), record }
}

/// What is wrong with a record, whatever the revision: the hub would not be able to count it, or
/// it is not this desk's to send.
fn fault(
    record: &SealedRecord,
    desk: Id,
    current: Option<&Standing>,
    is_first: bool,
) -> Option<&'static str> {
    if !is_first {
        return Some("record_twice");
    }
    if record.author != desk {
        return Some("foreign_author");
    }
    if current.is_some_and(|current| current.class != record.class) {
        return Some("class_changed");
    }
    let fits = (1..=LONGEST_CLASS).contains(&record.class.len())
        && (0..=9999).contains(&record.routing.fiscal_year());
    (!fits).then_some("malformed")
}

/// A page of what changed since a cursor. A change set is never cut in two: it has one revision.
pub(super) fn pull(ledger: &mut impl Ledger, cursor: Cursor) -> Answered<Page> {
    let state = ledger.state()?;
    if !fits(cursor, state) {
        return Ok(Err(Refusal::EpochChanged));
    }
    let mut records: Vec<Incoming> = Vec::new();
    let (mut bytes, mut reached, mut is_cut) = (0, cursor.rev, false);
    let mut ids = Vec::new();
    ledger.after(cursor.rev, &mut |id, rev, record| {
        is_cut = bytes >= PAGE_BYTES && rev != reached;
        if !is_cut {
            bytes += record.len();
            reached = rev;
            ids.push(id);
            records.push(Incoming { rev, record: record.into(), passed: Vec::new() });
        }
        !is_cut
    })?;
    // Who has read nothing yet has no version that the others could follow on.
    if cursor.rev > 0 {
        for (record, id) in records.iter_mut().zip(ids) {
            record.passed = ledger.passed(id, cursor.rev)?;
        }
    }
    let digest = ledger.digest()?;
    let total = digest.total();
    let (rev, root) = if is_cut { (reached, None) } else { (state.rev, Some(digest.root()?)) };
    Ok(Ok(Page { cursor: Cursor { epoch: state.epoch, rev }, records, root, total }))
}

/// How the records in some ranges add up, or everything.
pub(super) fn compare(ledger: &mut impl Ledger, desk: Id, compare: &Compare) -> Answered<Compared> {
    if compare.ranges.len() > MOST_RANGES {
        return Ok(Err(Refusal::TooLarge));
    }
    if !compare.ranges.iter().all(|range| range.is_sound()) {
        let reason = "a range that is none".to_owned();
        return Ok(Err(Refusal::Malformed { reason }));
    }
    let state = ledger.state()?;
    let last_n = ledger.desk(desk)?.last_n;
    let digest = if compare.ranges.is_empty() { Some(ledger.digest()?) } else { None };
    let mut held = Held(ledger);
    let ranges =
        compare.ranges.iter().map(|range| contents(&mut held, range)).collect::<Result<_, _>>()?;
    let cursor = Cursor { epoch: state.epoch, rev: state.rev };
    Ok(Ok(Compared { cursor, since: state.since, last_n, digest, ranges }))
}

struct Held<'a, L>(&'a mut L);

impl<L: Ledger> Holdings for Held<'_, L> {
    type Error = StorageError;

    fn parts(&mut self, class: &str, year: i64) -> Result<BTreeMap<u8, Bucket>, StorageError> {
        self.0.parts(&(class.to_owned(), year))
    }

    fn counted(
        &mut self,
        class: &str,
        year: i64,
        lasts: &BTreeSet<u8>,
    ) -> Result<Vec<booqing_protocol::compare::Counted>, StorageError> {
        self.0.counted(&(class.to_owned(), year), lasts)
    }
}

/// Records by their ids, as many as a page takes.
pub(super) fn fetch(ledger: &mut impl Ledger, fetch: &Fetch) -> Answered<Fetched> {
    if fetch.records.len() > MOST_FETCHED {
        return Ok(Err(Refusal::TooLarge));
    }
    let State { epoch, rev, .. } = ledger.state()?;
    let (mut records, mut bytes, mut answered) = (Vec::new(), 0, 0);
    for id in &fetch.records {
        if bytes >= PAGE_BYTES {
            break;
        }
        answered += 1;
        if let Some((rev, record)) = ledger.bytes(*id)? {
            bytes += record.len();
            let passed = ledger.passed(*id, 0)?;
            records.push(Incoming { rev, record: record.into(), passed });
        }
    }
    Ok(Ok(Fetched { cursor: Cursor { epoch, rev }, answered, records }))
}
