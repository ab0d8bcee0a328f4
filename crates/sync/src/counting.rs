//! Counting what the hub has: the digest of this side, kept up with every record that is noted.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use booqing_protocol::compare::{Counted, Holdings, Range};
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::Passed;
use booqing_protocol::{Digest, Hash, SealedRecord};
use booqing_store::Exchange;
use booqing_store::tables::synced::Synced;

use crate::SyncError;
use crate::wire::{model_id, wire_id};
use crate::witness::HEAD_CLASS;

/// Numbers in the database are signed; those on the wire are not. No real one is beyond both.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A bucket as it stands in the cache.
fn bucket((count, sum): (i64, [u8; 16])) -> Bucket {
    Bucket { count: count.unsigned_abs(), sum: Hash(sum) }
}

/// The digest of what the hub has, as this desk knows it.
pub(crate) fn digest(exchange: &Exchange<'_>) -> Result<Digest, SyncError> {
    let mut digest = Digest::default();
    for (class, year, count, sum) in exchange.buckets()? {
        digest.0.insert((class, year), bucket((count, sum)));
    }
    Ok(digest)
}

/// Notes what the hub has, and counts it. A deleted record is not counted: each side forgets it at
/// a moment of its own.
///
/// `before` is what the hub had until now; the record comes with the hash of its bytes and the keyed hash of
/// its values, where they can be read; `rev` is the revision of the last version that a page brought.
pub(crate) fn note(
    exchange: &Exchange<'_>,
    buckets: &mut Buckets,
    before: Option<&Synced>,
    (record, hash, plain): (&SealedRecord, Hash, Option<[u8; 16]>),
    rev: u64,
) -> Result<(), SyncError> {
    buckets.take_out(record.id, before);
    let fiscal_year = record.routing.fiscal_year();
    if !record.deleted {
        buckets.count(&record.class, fiscal_year, record.id, |part| part.with(hash));
    }
    let synced = Synced {
        class: record.class.clone(),
        fiscal_year,
        rev: signed(rev),
        version: signed(record.version),
        deleted: record.deleted,
        hash: hash.0,
        lineage: Some(record.lineage.0),
        // The same bytes hold the same values.
        plain: plain
            .or(before.filter(|before| before.hash == hash.0).and_then(|before| before.plain)),
    };
    Ok(exchange.put_synced(model_id(record.id), &synced)?)
}

/// What the next version of a record at the hub is made from.
pub(crate) fn next_lineage(before: Option<&Synced>) -> Hash {
    before.map_or(Hash::default(), |before| {
        Hash(before.lineage.unwrap_or_default()).followed_by(Hash(before.hash))
    })
}

/// How a later version stands to the one that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Descent {
    /// It was made from it.
    Proven,
    /// It was made from another.
    Other,
    /// The hub has not told of all versions in between.
    Untold,
}

/// Whether a later version was made from the one that is here, by way of those that passed meanwhile.
pub(crate) fn descent(before: &Synced, record: &SealedRecord, passed: &[Passed]) -> Descent {
    let Some(lineage) = before.lineage else { return Descent::Proven };
    if record.class == HEAD_CLASS {
        // Of a desk's own words only the last counts, and its seal says which one that is.
        let is_later = record.version > before.version.unsigned_abs();
        return if is_later { Descent::Proven } else { Descent::Other };
    }
    let between = record.version.checked_sub(before.version.unsigned_abs() + 1);
    let Some(between) = between.and_then(|between| usize::try_from(between).ok()) else {
        return Descent::Other;
    };
    // The hub tells of all that this desk was not given in a pull, its own among them.
    let Some(first) = passed.len().checked_sub(between) else { return Descent::Untold };
    let start = Hash(lineage).followed_by(Hash(before.hash));
    let between = passed.iter().skip(first);
    let reached = between.fold(start, |reached, passed| reached.followed_by(passed.hash));
    if reached == record.lineage { Descent::Proven } else { Descent::Other }
}

/// Notes that the hub has lost a record.
pub(crate) fn forget(
    exchange: &Exchange<'_>,
    buckets: &mut Buckets,
    id: booqing_protocol::Id,
    before: &Synced,
) -> Result<(), SyncError> {
    buckets.take_out(id, Some(before));
    Ok(exchange.forget_synced(model_id(id))?)
}

/// What a transaction changes in the digest: by class and year, then by the last byte of the ids.
#[derive(Default)]
pub(crate) struct Buckets(BTreeMap<(String, i64), BTreeMap<u8, Bucket>>);

impl Buckets {
    fn take_out(&mut self, id: booqing_protocol::Id, before: Option<&Synced>) {
        if let Some(before) = before.filter(|before| !before.deleted) {
            let hash = Hash(before.hash);
            self.count(&before.class, before.fiscal_year, id, |part| part.without(hash));
        }
    }

    fn count(
        &mut self,
        class: &str,
        year: i64,
        id: booqing_protocol::Id,
        change: impl FnOnce(Bucket) -> Bucket,
    ) {
        let last = id.0.last().copied().unwrap_or_default();
        let part = match self.0.get_mut(&(class.to_owned(), year)) {
            Some(parts) => parts.entry(last).or_default(),
            None => self.0.entry((class.to_owned(), year)).or_default().entry(last).or_default(),
        };
        *part = change(*part);
    }

    /// Writes them, before the digest is read or the transaction ends.
    pub(crate) fn write(self, exchange: &Exchange<'_>) -> Result<(), SyncError> {
        for ((class, year), changes) in self.0 {
            let mut whole = bucket(exchange.bucket(&class, year)?);
            let held = exchange.digest_parts(&class, year)?;
            for (last, change) in changes {
                whole = whole.plus(change);
                let part = held.get(&last).copied().map_or_else(Bucket::default, bucket);
                let part = part.plus(change);
                exchange.put_digest_part(&class, year, last, (signed(part.count), part.sum.0))?;
            }
            exchange.put_bucket(&(class, year, signed(whole.count), whole.sum.0))?;
        }
        Ok(())
    }
}

/// Records by the last byte of their ids.
type ByLastByte = BTreeMap<u8, Vec<Counted>>;

/// The records of this side, for telling what ranges of them hold.
pub(crate) struct Held<'a> {
    exchange: &'a Exchange<'a>,
    /// What was looked at already: a look is at every record there is.
    looked: RefCell<HashMap<(String, i64), ByLastByte>>,
}

impl<'a> Held<'a> {
    /// The records, looked at once for all of these ranges.
    pub(crate) fn for_ranges(
        exchange: &'a Exchange<'a>,
        ranges: &[Range],
    ) -> Result<Self, SyncError> {
        let mut wanted: BTreeMap<(String, i64), BTreeSet<u8>> = BTreeMap::new();
        for range in ranges {
            if let [low, high, ..] = range.tail.as_slice() {
                let key = (range.class.clone(), range.fiscal_year);
                wanted.entry(key).or_default().insert(low | high << 4);
            }
        }
        let held = Self { exchange, looked: RefCell::default() };
        for ((class, year), lasts) in wanted {
            held.look(&class, year, &lasts)?;
        }
        Ok(held)
    }

    fn look(&self, class: &str, year: i64, lasts: &BTreeSet<u8>) -> Result<(), SyncError> {
        let mut looked = self.looked.borrow_mut();
        let parts = looked.entry((class.to_owned(), year)).or_default();
        let new: BTreeSet<u8> =
            lasts.iter().filter(|last| !parts.contains_key(last)).copied().collect();
        if new.is_empty() {
            return Ok(());
        }
        let found = self.exchange.counted(class, year, &new)?;
        parts.extend(new.into_iter().map(|last| (last, Vec::new())));
        for (id, hash) in found {
            let counted = Counted { id: wire_id(id), hash: Hash(hash) };
            let last = counted.id.0.last().copied().unwrap_or_default();
            parts.entry(last).or_default().push(counted);
        }
        Ok(())
    }
}

impl Holdings for Held<'_> {
    type Error = SyncError;

    fn parts(&mut self, class: &str, year: i64) -> Result<BTreeMap<u8, Bucket>, SyncError> {
        let parts = self.exchange.digest_parts(class, year)?;
        Ok(parts.into_iter().map(|(last, sum)| (last, bucket(sum))).collect())
    }

    fn counted(
        &mut self,
        class: &str,
        year: i64,
        lasts: &BTreeSet<u8>,
    ) -> Result<Vec<Counted>, SyncError> {
        self.look(class, year, lasts)?;
        let looked = self.looked.borrow();
        let Some(parts) = looked.get(&(class.to_owned(), year)) else { return Ok(Vec::new()) };
        Ok(lasts.iter().filter_map(|last| parts.get(last)).flatten().copied().collect())
    }
}
