//! The changes of one administration: ordered, compared and swapped, counted.
//!
//! What is decided here is decided for every database. A push is decided in memory, with what the
//! database says of its records, and is written at once.

use std::collections::{BTreeMap, HashMap, HashSet};

use booqing_protocol::digest::Bucket;
use booqing_protocol::message::{ChangeResult, ChangeSet, Outcome, Push, Pushed};
use booqing_protocol::{
    DOCUMENT_CLASS, Hash, Id, LARGEST_SET, MOST_CHANGES, MOST_RECORDS, Refusal, SERIES_CLASS,
    SealedRecord, encode,
};

use super::StorageError;
use super::ledger::{BucketKey, Ledger, NewRecord, Standing, StoredResult};
use super::numbering::{Amiss, Numbering};
use super::occupancy::Occupancy;
use super::passing;
use super::years::Years;

/// The most bytes of the name of a record class.
const LONGEST_CLASS: usize = 64;

/// For how many days results are kept at least.
const KEPT_DAYS: i64 = 90;
/// The seconds of a day.
const DAY: i64 = 86_400;

type Answered<T> = Result<Result<T, Refusal>, StorageError>;

/// Stores the changes of a desk, all in one commit. A change that is refused does not stop the
/// ones behind it; a change out of order, or a desk of another epoch, stops everything. The time `now` is
/// in seconds since 1970.
pub(super) fn push(ledger: &mut impl Ledger, desk: Id, push: &Push, now: i64) -> Answered<Pushed> {
    if push.changes.len() > MOST_CHANGES {
        return Ok(Err(Refusal::TooLarge));
    }
    let state = ledger.lock()?;
    let acknowledged = push.acknowledged;
    if !state.fits(acknowledged) {
        return Ok(Err(Refusal::EpochChanged));
    }
    let mut known = ledger.desk(desk)?;
    let last_n = known.last_n;
    let is_known = |change: &&ChangeSet| change.n <= known.last_n;
    let seen: Vec<u64> = push.changes.iter().filter(is_known).map(|change| change.n).collect();
    let earlier = ledger.results(desk, &seen)?;
    let new: HashMap<u64, Read<'_>> = push
        .changes
        .iter()
        .filter(|change| !is_known(change))
        .map(|change| (change.n, read(change)))
        .collect();
    let coming: Vec<&SealedRecord> =
        new.values().flatten().flatten().map(|(record, _)| record).collect();
    let ids: HashSet<Id> = coming.iter().map(|record| record.id).collect();
    let standing = ledger.standing(&ids.into_iter().collect::<Vec<_>>())?;
    let occupancy = Occupancy::read(ledger, &coming, &standing)?;
    let years = Years::read(ledger, &state.sealed, &coming)?;
    let numbering = Numbering::read(ledger, &coming, &standing)?;
    let mut pending = Pending::new(state.rev, standing, (occupancy, years, numbering));
    let mut results = Vec::with_capacity(push.changes.len());
    for change in &push.changes {
        let hash = Hash::of(&encode(change)?);
        let n = change.n;
        let bytes = if let Some(result) = earlier.get(&n).or_else(|| pending.result(n)) {
            if result.change != hash {
                return Ok(Err(Refusal::ForkedDesk { n }));
            }
            result.bytes.clone()
        } else if n <= known.last_n {
            return Ok(Err(Refusal::ForkedDesk { n }));
        } else if n == known.last_n + 1 {
            let outcome = match new.get(&n) {
                Some(Ok(records)) => pending.change(desk, records),
                Some(Err(code)) => refused(code, None),
                None => refused("malformed", None),
            };
            let bytes = encode(&ChangeResult { n, outcome })?;
            pending.results.push((n, StoredResult { change: hash, bytes: bytes.clone() }));
            known.last_n = n;
            bytes
        } else {
            return Ok(Err(Refusal::Gap { expected: known.last_n + 1 }));
        };
        results.push(bytes.into());
    }
    let head = pending.rev;
    known.acknowledged = known.acknowledged.max(acknowledged.rev);
    let day = now.div_euclid(DAY);
    let before = std::mem::replace(&mut known.day, day);
    ledger.put_desk(desk, known)?;
    // A clock that was turned back begins no day.
    if day > before
        && let Some(first) = push.changes.first()
    {
        ledger.begin_day(desk, day, last_n)?;
        // It sends what it has no result of, from the first of that on.
        ledger.forget_results(desk, day - KEPT_DAYS, first.n.saturating_sub(1))?;
    }
    pending.write(ledger, desk, state.rev)?;
    // Then the desk has everything, and all that is left to tell is what it adds up to.
    let is_alone = acknowledged.epoch == state.epoch && acknowledged.rev == state.rev;
    let root = if is_alone { Some(ledger.digest()?.root()?) } else { None };
    Ok(Ok(Pushed { results, head, root }))
}

/// The records of a change, or what is wrong with it as a whole.
type Read<'a> = Result<Vec<(SealedRecord, &'a [u8])>, &'static str>;

fn read(change: &ChangeSet) -> Read<'_> {
    let bytes: usize = change.records.iter().map(|outgoing| outgoing.record.len()).sum();
    if change.records.len() > MOST_RECORDS || bytes > LARGEST_SET {
        return Err("too_large");
    }
    let records = change.records.iter().map(|outgoing| {
        let bytes = outgoing.record.as_slice();
        SealedRecord::from_bytes(bytes).map(|record| (record, bytes))
    });
    records.collect::<Result<_, _>>().map_err(|_| "malformed")
}

/// What a push stores when it ends.
struct Pending<'a> {
    rev: u64,
    /// How the records of the push stand, with what it did so far.
    standing: HashMap<Id, Standing>,
    /// Who occupies what, with what it did so far.
    occupancy: Occupancy,
    /// Which years are sealed, with what it did so far.
    years: Years,
    /// Where number series end, with what it did so far.
    numbering: Numbering,
    records: BTreeMap<Id, NewRecord<'a>>,
    passed: Vec<(Id, Standing)>,
    results: Vec<(u64, StoredResult)>,
    /// What changes in the digest: by class and year, then by the last byte of the ids.
    counting: BTreeMap<BucketKey, BTreeMap<u8, Bucket>>,
}

impl<'a> Pending<'a> {
    fn new(
        rev: u64,
        standing: HashMap<Id, Standing>,
        (occupancy, years, numbering): (Occupancy, Years, Numbering),
    ) -> Self {
        Self {
            rev,
            standing,
            occupancy,
            years,
            numbering,
            records: BTreeMap::new(),
            passed: Vec::new(),
            results: Vec::new(),
            counting: BTreeMap::new(),
        }
    }

    /// The result of a change that this push brought already.
    fn result(&self, n: u64) -> Option<&StoredResult> {
        // Their numbers count up by one.
        let first = self.results.first()?.0;
        let index = usize::try_from(n.checked_sub(first)?).ok()?;
        self.results.get(index).map(|(_, result)| result)
    }

    /// Compares and swaps the records of a change: all of them or none.
    fn change(&mut self, desk: Id, records: &[(SealedRecord, &'a [u8])]) -> Outcome {
        let (mut stale, mut seen) = (Vec::new(), HashSet::new());
        for (record, _) in records {
            let current = self.standing.get(&record.id);
            if let Some(code) = fault(record, desk, current, seen.insert(record.id)) {
                return refused(code, Some(record.id));
            }
            if !self.years.accept(record, current) {
                return refused("year_sealed", Some(record.id));
            }
            // By its lineage, not by its revision: after the hub was put back from a copy the same
            // version may have another.
            let next =
                current.map_or(Hash::default(), |found| found.lineage.followed_by(found.hash));
            if record.lineage != next {
                stale.push(record.id);
            }
        }
        if !stale.is_empty() {
            return Outcome::Stale { records: stale };
        }
        let each = records.iter().map(|(record, _)| record);
        let numbered = match self.numbering.judge(each.clone()) {
            Ok(numbered) => numbered,
            Err(Amiss::NotNext(record)) => return Outcome::NotNext { record },
            Err(Amiss::Refused(code, record)) => return refused(code, Some(record)),
        };
        let occupied = self.occupancy.change(each, &self.standing);
        if !occupied.is_empty() {
            return Outcome::Occupied { records: occupied };
        }
        self.numbering.take(numbered);
        if !records.is_empty() {
            self.rev += 1;
        }
        for (record, bytes) in records {
            self.store(record, bytes);
        }
        Outcome::Accepted { rev: self.rev }
    }

    fn store(&mut self, record: &SealedRecord, bytes: &'a [u8]) {
        let (id, hash, rev) = (record.id, Hash::of(bytes), self.rev);
        let fiscal_year = record.routing.fiscal_year();
        let (class, deleted, lineage) = (record.class.clone(), record.deleted, record.lineage);
        // A deleted record is not counted: each side forgets it at a moment of its own.
        if !deleted {
            self.count(&class, fiscal_year, id, |part| part.with(hash));
        }
        let slot = record.slot();
        self.years.note(record);
        let standing = Standing { rev, class, fiscal_year, deleted, hash, lineage, slot };
        let before = self.standing.insert(id, standing.clone());
        self.records.insert(id, NewRecord { id, standing, bytes });
        if let Some(before) = before {
            if !before.deleted {
                let class = before.class.clone();
                self.count(&class, before.fiscal_year, id, |part| part.without(before.hash));
            }
            if passing::is_told(&before.class) {
                self.passed.push((id, before));
            }
        }
    }

    fn count(
        &mut self,
        class: &str,
        fiscal_year: i64,
        id: Id,
        change: impl FnOnce(Bucket) -> Bucket,
    ) {
        let parts = self.counting.entry((class.to_owned(), fiscal_year)).or_default();
        let part = parts.entry(last_byte(id)).or_default();
        *part = change(*part);
    }

    /// Writes it all, upon this revision.
    fn write(self, ledger: &mut impl Ledger, desk: Id, upon: u64) -> Result<(), StorageError> {
        if self.rev != upon {
            ledger.set_rev(self.rev)?;
            if let Some(sealed) = self.years.changed() {
                ledger.set_sealed(&sealed)?;
            }
            let ends = self.numbering.changed();
            if !ends.is_empty() {
                ledger.put_series_ends(&ends)?;
            }
            ledger.put_passed(&self.passed)?;
            ledger.put_records(&self.records.into_values().collect::<Vec<_>>())?;
            ledger.add_to_digest(&self.counting)?;
        }
        if !self.results.is_empty() {
            ledger.put_results(desk, &self.results)?;
        }
        Ok(())
    }
}

/// The byte by which the digest is divided first.
pub(super) fn last_byte(id: Id) -> u8 {
    id.0.last().copied().unwrap_or_default()
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
    let routing = &record.routing;
    let makes_sense = record.deleted
        || match record.class.as_str() {
            DOCUMENT_CLASS => !routing.is_numbered() || routing.document_number().is_some(),
            SERIES_CLASS => routing.number_series().is_some(),
            _ => true,
        };
    let fits = makes_sense
        && (1..=LONGEST_CLASS).contains(&record.class.len())
        && (0..=9999).contains(&record.routing.fiscal_year());
    (!fits).then_some("malformed")
}

#[cfg(test)]
mod tests;
