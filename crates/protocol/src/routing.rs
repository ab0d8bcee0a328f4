//! Routing data: what the hub reads of a record to order and to check.

use std::collections::BTreeMap;

use minicbor::data::Type;
use minicbor::decode::{Decoder, Error};
use minicbor::encode::{Encoder, Write};
use minicbor::{Decode, Encode};

use crate::Id;

/// One value of the routing data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// A word, such as a state.
    Word(String),
    /// A number, such as a fiscal year or a moment in seconds.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// The id of another record, such as a resource. Never of a person.
    Record(Id),
}

/// The names of the values that the hub checks.
mod name {
    pub(super) const RESOURCE: &str = "resource";
    pub(super) const FROM: &str = "occupied_from";
    pub(super) const UNTIL: &str = "occupied_until";
    pub(super) const EXCLUSIVE: &str = "exclusive";
    pub(super) const STATE: &str = "state";
    pub(super) const SERIES: &str = "series";
    pub(super) const SEQUENCE: &str = "sequence";
    pub(super) const PREVIOUS: &str = "previous";
    pub(super) const LINK: &str = "link";
    pub(super) const FIRST: &str = "first";
    pub(super) const LAST: &str = "last";
}

/// The record class of fiscal years.
pub const YEAR_CLASS: &str = "fiscal_year";

/// The record class of what desks say that they were given. Their earlier versions are not told of.
pub const HEAD_CLASS: &str = "head";

/// The record class of documents.
pub const DOCUMENT_CLASS: &str = "document";

/// The record class of number series.
pub const SERIES_CLASS: &str = "number_series";

/// The state of a number series that gives no more numbers.
const CLOSED: &str = "closed";

/// The most characters of a link.
const LONGEST_LINK: usize = 64;

/// The classes of what is noted about records of a year: it is settled whatever became of the year.
pub const NOTES: &[&str] = &["conflict", "late_entry"];

/// The states of a fiscal year in which nothing is added to it, changed in it or taken out of it.
const SEALED: &[&str] = &["sealed", "disposed"];

/// No moment is further from 1970, in seconds: whoever counts with slots may add and subtract.
const FAR: i64 = 1 << 53;

/// What a record occupies: a resource, from a moment until just before another, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// The resource.
    pub resource: Id,
    /// From when.
    pub from: i64,
    /// Until when; later than `from`.
    pub until: i64,
}

impl Slot {
    /// Whether both occupy the same resource at some moment.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.resource == other.resource && self.from < other.until && other.from < self.until
    }
}

/// The number of a document: the next of its series, chained to the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The series.
    pub series: Id,
    /// Its place in it.
    pub sequence: u32,
    /// The link of the document before it; `None` for the first of its series.
    pub previous: Option<String>,
    /// A keyed hash over all of this and the content of the document.
    pub link: String,
}

/// A number series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The first number it gives.
    pub first: u32,
    /// Whether it gives no more.
    pub is_closed: bool,
    /// The last number it gave, as is said when it is closed; `None` for a series that gave none.
    pub last: Option<u32>,
}

/// The routing data of a record, by field name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routing(pub BTreeMap<String, Route>);

impl Routing {
    /// The word of that name.
    pub fn word(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Route::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// The number of that name.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(Route::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The id of that name.
    pub fn record(&self, name: &str) -> Option<Id> {
        match self.0.get(name) {
            Some(Route::Record(id)) => Some(*id),
            _ => None,
        }
    }

    /// What the record occupies; nothing where one of the three is missing or it lasts no time.
    pub fn slot(&self) -> Option<Slot> {
        let resource = self.record(name::RESOURCE)?;
        let moment = |name| self.number(name).map(|at| at.clamp(-FAR, FAR));
        let (from, until) = (moment(name::FROM)?, moment(name::UNTIL)?);
        (from < until).then_some(Slot { resource, from, until })
    }

    /// Whether the record, of a document, says that it has a number of a series.
    pub fn is_numbered(&self) -> bool {
        self.0.contains_key(name::SEQUENCE) || self.0.contains_key(name::LINK)
    }

    /// The number of a document; nothing where a part of it is missing or makes no sense.
    pub fn document_number(&self) -> Option<Number> {
        let link = |name| self.word(name).filter(|link| (1..=LONGEST_LINK).contains(&link.len()));
        if self.0.contains_key(name::PREVIOUS) && link(name::PREVIOUS).is_none() {
            return None;
        }
        Some(Number {
            series: self.record(name::SERIES)?,
            sequence: self.number(name::SEQUENCE)?.try_into().ok()?,
            previous: link(name::PREVIOUS).map(str::to_owned),
            link: link(name::LINK)?.to_owned(),
        })
    }

    /// What a number series says of itself; nothing where it says what makes no sense.
    pub fn number_series(&self) -> Option<Series> {
        let number = |name| self.number(name).and_then(|number| u32::try_from(number).ok());
        if self.0.contains_key(name::LAST) && number(name::LAST).is_none() {
            return None;
        }
        Some(Series {
            first: number(name::FIRST)?,
            is_closed: self.word(name::STATE) == Some(CLOSED),
            last: number(name::LAST),
        })
    }

    /// Whether the record, of a fiscal year, says that nothing changes in it any more.
    pub fn is_sealed(&self) -> bool {
        self.word(name::STATE).is_some_and(|state| SEALED.contains(&state))
    }

    /// Whether the record is a resource that one other may occupy at a time.
    pub fn is_exclusive(&self) -> bool {
        matches!(self.0.get(name::EXCLUSIVE), Some(Route::Flag(true)))
    }

    /// The fiscal year the record falls in, 0 for a record of no year.
    pub fn fiscal_year(&self) -> i64 {
        self.number("fiscal_year").unwrap_or(0)
    }
}

impl<C> Encode<C> for Route {
    fn encode<W: Write>(
        &self,
        encoder: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        match self {
            Self::Word(word) => encoder.str(word)?.ok(),
            Self::Number(number) => encoder.i64(*number)?.ok(),
            Self::Flag(flag) => encoder.bool(*flag)?.ok(),
            Self::Record(id) => id.encode(encoder, context),
        }
    }
}

impl<'b, C> Decode<'b, C> for Route {
    fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, Error> {
        match decoder.datatype()? {
            Type::String => Ok(Self::Word(decoder.str()?.to_owned())),
            Type::Bool => Ok(Self::Flag(decoder.bool()?)),
            Type::Bytes => Id::decode(decoder, context).map(Self::Record),
            _ => Ok(Self::Number(decoder.i64()?)),
        }
    }
}

impl<C> Encode<C> for Routing {
    fn encode<W: Write>(
        &self,
        encoder: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        self.0.encode(encoder, context)
    }
}

impl<'b, C> Decode<'b, C> for Routing {
    fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, Error> {
        BTreeMap::decode(decoder, context).map(Self)
    }
}
