//! What the hub gives of one administration: pages, sums over ranges, single records.
//!
//! What is decided here is decided for every database.

use std::collections::{BTreeMap, BTreeSet};

use booqing_protocol::compare::{
    Compare, Compared, Counted, Fetch, Fetched, Holdings, MOST_FETCHED, MOST_RANGES, contents,
};
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::{Cursor, Incoming, Page};
use booqing_protocol::{Id, PAGE_BYTES, Refusal};

use super::StorageError;
use super::ledger::{Ledger, State};
use super::passing::Room;

/// How many records are read at once for a desk that asks for them by their ids.
const FETCHED_AT_ONCE: usize = 64;

type Answered<T> = Result<Result<T, Refusal>, StorageError>;

/// How far an administration is.
pub(super) fn head(ledger: &mut impl Ledger) -> Answered<Cursor> {
    let State { epoch, rev, .. } = ledger.state()?;
    Ok(Ok(Cursor { epoch, rev }))
}

/// A page of what changed since a cursor, for a desk that was told of everything up to `whole`. A
/// change set is never cut in two: it has one revision.
pub(super) fn pull(
    ledger: &mut impl Ledger,
    cursor: Cursor,
    whole: u64,
    mut room: Room,
) -> Answered<Page> {
    let state = ledger.state()?;
    if !state.fits(cursor) {
        return Ok(Err(Refusal::EpochChanged));
    }
    let mut records: Vec<(Id, Incoming)> = Vec::new();
    let (mut bytes, mut reached, mut is_cut) = (0, cursor.rev, false);
    ledger.after(cursor.rev, &mut |id, rev, record| {
        is_cut = bytes >= PAGE_BYTES && rev != reached;
        if !is_cut {
            bytes += record.len();
            reached = rev;
            records.push((id, Incoming::alone(rev, record)));
        }
        !is_cut
    })?;
    // Every database gives the records of a revision in an order of its own.
    records.sort_by_key(|(id, record)| (record.rev, *id));
    // Of what was replaced between two pages no page told.
    room.tell(ledger, &mut records, whole.min(cursor.rev))?;
    let records = records.into_iter().map(|(_, record)| record).collect();
    let digest = ledger.digest()?;
    let total = digest.total();
    let (rev, root) = if is_cut { (reached, None) } else { (state.rev, Some(digest.root()?)) };
    let cursor = Cursor { epoch: state.epoch, rev };
    Ok(Ok(Page { cursor, records, root, total, since: state.since }))
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
    ) -> Result<Vec<Counted>, StorageError> {
        self.0.counted(&(class.to_owned(), year), lasts)
    }
}

/// Records by their ids, as many as a page takes.
pub(super) fn fetch(ledger: &mut impl Ledger, fetch: &Fetch, mut room: Room) -> Answered<Fetched> {
    if fetch.records.len() > MOST_FETCHED {
        return Ok(Err(Refusal::TooLarge));
    }
    let State { epoch, rev, .. } = ledger.state()?;
    let (mut records, mut bytes, mut answered) = (Vec::new(), 0, 0);
    'chunks: for ids in fetch.records.chunks(FETCHED_AT_ONCE) {
        let mut found = ledger.bytes(ids)?;
        for id in ids {
            if bytes >= PAGE_BYTES {
                break 'chunks;
            }
            answered += 1;
            if let Some((rev, record)) = found.remove(id) {
                bytes += record.len();
                records.push((*id, Incoming::alone(rev, record)));
            }
        }
    }
    room.tell(ledger, &mut records, 0)?;
    let records = records.into_iter().map(|(_, record)| record).collect();
    Ok(Ok(Fetched { cursor: Cursor { epoch, rev }, answered, records }))
}
