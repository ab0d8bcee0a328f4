//! Comparing what two sides have, down to the records that differ.
//!
//! A digest that differs is drilled down: by record class and fiscal year first, then by the ids of
//! the records, sixteen ways at a time, from their **last** half-byte towards the first. The end of
//! an id is random where its beginning tells when it was made, so that records spread evenly however
//! they came in. Where few are left they are named, and only those that differ are fetched.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::digest::Bucket;
use crate::message::{Cursor, Incoming};
use crate::{Digest, Hash, Id};

/// The ways in which a range is divided.
pub const WAYS: usize = 16;

/// The most half-bytes by which a range is narrowed: all of an id.
pub const LONGEST_TAIL: usize = 32;

/// A range with at most so many records is told record by record.
pub const FEW: u64 = 16;

/// The most ranges of one request.
pub const MOST_RANGES: usize = 64;

/// The most records of one request to fetch: what is asked for at once, with the keys that it needs.
pub const MOST_FETCHED: usize = 5_000;

/// Records of one class and fiscal year whose ids end alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(array)]
pub struct Range {
    /// The record class.
    #[n(0)]
    pub class: String,
    /// The fiscal year, 0 for records of no year.
    #[n(1)]
    pub fiscal_year: i64,
    /// The last half-bytes of the ids, the last one first, each from 0 to 15. None for the whole
    /// class and year.
    #[n(2)]
    pub tail: ByteVec,
}

impl Range {
    /// The whole of a class in a year.
    pub fn whole(class: &str, fiscal_year: i64) -> Self {
        Self { class: class.to_owned(), fiscal_year, tail: Vec::new().into() }
    }

    /// The sixteenth of this range whose ids go on, towards the front, with this half-byte.
    #[must_use]
    pub fn narrowed(&self, half: u8) -> Self {
        let mut tail = self.tail.to_vec();
        tail.push(half);
        Self { tail: tail.into(), ..self.clone() }
    }

    /// Whether it is a range at all: no more half-bytes than an id has, and nothing larger than one.
    pub fn is_sound(&self) -> bool {
        self.tail.len() <= LONGEST_TAIL && self.tail.iter().all(|half| *half < 16)
    }

    /// Whether an id ends as those of this range do.
    pub fn holds(&self, id: Id) -> bool {
        self.tail.iter().enumerate().all(|(place, half)| half_byte(id, place) == Some(*half))
    }

    /// In which sixteenth of this range an id falls; `None` when nothing is left to divide by.
    pub fn way(&self, id: Id) -> Option<u8> {
        half_byte(id, self.tail.len())
    }
}

/// A half-byte of an id, counted from its end.
pub fn half_byte(id: Id, place: usize) -> Option<u8> {
    let byte = *id.0.get(id.0.len().checked_sub(1 + place / 2)?)?;
    Some(if place.is_multiple_of(2) { byte & 15 } else { byte >> 4 })
}

/// `POST /v1/compare`: how the records in these ranges add up at the hub.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Compare {
    /// The desk's version of the protocol.
    #[n(0)]
    pub version: u32,
    /// The administration, checked against the desk's certificate.
    #[n(1)]
    pub administration: Id,
    /// The ranges. With none, the digest over everything is asked for.
    #[n(2)]
    pub ranges: Vec<Range>,
}

/// A record in a range, by what its digest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Counted {
    /// Its id.
    #[n(0)]
    pub id: Id,
    /// The hash of its bytes.
    #[n(1)]
    pub hash: Hash,
}

/// What a range holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Contents {
    /// Its sixteenths, in the order of their half-bytes.
    #[n(0)]
    Parts(#[n(0)] Vec<Bucket>),
    /// Its records: there are few.
    #[n(1)]
    Records(#[n(0)] Vec<Counted>),
}

/// The records of one side, for telling what a range of them holds.
pub trait Holdings {
    /// What can go wrong in reading them.
    type Error;

    /// The digest of a class and year by the last byte of the ids; what holds nothing may be missing.
    ///
    /// # Errors
    /// When they cannot be read.
    fn parts(&mut self, class: &str, year: i64) -> Result<BTreeMap<u8, Bucket>, Self::Error>;

    /// The records of a class and year whose ids end in one of these bytes; deleted ones are not
    /// counted.
    ///
    /// # Errors
    /// When they cannot be read.
    fn counted(
        &mut self,
        class: &str,
        year: i64,
        lasts: &BTreeSet<u8>,
    ) -> Result<Vec<Counted>, Self::Error>;
}

/// What a range of one side's records holds. Both sides tell it in the same way.
///
/// The last byte of the ids is counted as records are written, so that the first two divisions cost no
/// look at a record.
///
/// # Errors
/// When the records cannot be read.
pub fn contents<H: Holdings>(held: &mut H, range: &Range) -> Result<Contents, H::Error> {
    let fits = |last: u8| {
        let halves = [last & 15, last >> 4];
        range.tail.iter().zip(halves).all(|(asked, half)| *asked == half)
    };
    let mut parts = held.parts(&range.class, range.fiscal_year)?;
    parts.retain(|last, part| fits(*last) && part.count > 0);
    let count: u64 = parts.values().map(|part| part.count).sum();
    if range.tail.len() >= 2 || count <= FEW {
        let lasts: BTreeSet<u8> = parts.into_keys().collect();
        let mut records = if lasts.is_empty() {
            Vec::new()
        } else {
            held.counted(&range.class, range.fiscal_year, &lasts)?
        };
        records.retain(|record| range.holds(record.id));
        records.sort_unstable_by_key(|record| record.id);
        return Ok(Contents::of(range, records));
    }
    let mut ways = vec![Bucket::default(); WAYS];
    for (last, part) in parts {
        let half = if range.tail.is_empty() { last & 15 } else { last >> 4 };
        if let Some(way) = ways.get_mut(usize::from(half)) {
            *way = way.plus(part);
        }
    }
    Ok(Contents::Parts(ways))
}

impl Contents {
    /// What a range holds, told from its records: by their sums where there are many.
    fn of(range: &Range, records: Vec<Counted>) -> Self {
        let is_few = u64::try_from(records.len()).is_ok_and(|count| count <= FEW);
        if is_few || range.tail.len() >= LONGEST_TAIL {
            return Self::Records(records);
        }
        Self::Parts(Self::Records(records).parts(range))
    }

    /// The sums of the sixteenths of this range, which these are the contents of.
    pub fn parts(&self, range: &Range) -> Vec<Bucket> {
        let records = match self {
            Self::Parts(parts) => return parts.clone(),
            Self::Records(records) => records,
        };
        let mut parts = vec![Bucket::default(); WAYS];
        for record in records {
            let way = range.way(record.id).map(usize::from);
            if let Some(part) = way.and_then(|way| parts.get_mut(way)) {
                *part = part.with(record.hash);
            }
        }
        parts
    }
}

/// The answer to a comparison. Everything in it is of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Compared {
    /// How far the hub is.
    #[n(0)]
    pub cursor: Cursor,
    /// The revision at which this epoch began: what is later was made upon what had been put back.
    #[n(1)]
    pub since: u64,
    /// The number of the last change of the desk that asks.
    #[n(2)]
    pub last_n: u64,
    /// The digest over everything, when that was asked for.
    #[n(3)]
    pub digest: Option<Digest>,
    /// What the ranges hold, in their order.
    #[n(4)]
    pub ranges: Vec<Contents>,
}

/// `POST /v1/fetch`: records by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Fetch {
    /// The desk's version of the protocol.
    #[n(0)]
    pub version: u32,
    /// The administration, checked against the desk's certificate.
    #[n(1)]
    pub administration: Id,
    /// The records.
    #[n(2)]
    pub records: Vec<Id>,
}

/// The answer: the records as they stand, bounded in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Fetched {
    /// How far the hub is.
    #[n(0)]
    pub cursor: Cursor,
    /// So many of the ids that were asked for are answered. Ask again for the others.
    #[n(1)]
    pub answered: u32,
    /// The records of these ids, deleted ones among them. One that the hub has not got is missing.
    #[n(2)]
    #[cbor(with = "crate::packed")]
    pub records: Vec<Incoming>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(last: u8, before: u8) -> Id {
        let mut bytes = [7; 16];
        bytes[15] = last;
        bytes[14] = before;
        Id(bytes)
    }

    #[test]
    fn an_id_is_narrowed_from_its_end() {
        let id = id(0xab, 0xcd);
        let halves: Vec<_> = (0..4).filter_map(|place| half_byte(id, place)).collect();
        assert_eq!(halves, [0xb, 0xa, 0xd, 0xc]);
        assert_eq!(half_byte(id, 31), Some(0));
        assert_eq!(half_byte(id, 32), None);
        let range = Range::whole("client", 0).narrowed(0xb).narrowed(0xa);
        assert!(range.holds(id) && !range.narrowed(1).holds(id));
        assert_eq!(range.way(id), Some(0xd));
        assert!(range.is_sound());
        assert!(!range.narrowed(16).is_sound());
        let mut long = range;
        for _ in 0..31 {
            long = long.narrowed(0);
        }
        assert!(!long.is_sound());
    }

    #[test]
    fn many_records_are_told_by_their_sums_and_few_by_name() {
        let counted = |number: u8| Counted { id: id(number, 0), hash: Hash([number; 16]) };
        let range = Range::whole("client", 0);
        let few: Vec<_> = (0..16).map(counted).collect();
        assert_eq!(Contents::of(&range, few.clone()), Contents::Records(few));
        let many: Vec<_> = (0..32).map(counted).collect();
        let Contents::Parts(parts) = Contents::of(&range, many) else { panic!("parts") };
        assert_eq!(parts.len(), WAYS);
        assert_eq!(parts[3], Bucket::default().with(Hash([3; 16])).with(Hash([19; 16])));
    }
}
