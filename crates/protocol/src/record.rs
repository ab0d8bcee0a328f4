//! A record as it crosses the wire: an envelope in the clear, then what is sealed, the whole
//! authenticated.
//!
//! The bytes of a record are two values of CBOR, one behind the other: the envelope, which is much the
//! same from one record to the next, and the rest, which looks random. On the way to a desk the envelopes
//! of a page are compressed together.

use std::borrow::Cow;

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::decode::Decoder;
use minicbor::{Decode, Encode};

use crate::framing::{FramingError, encode};
use crate::{
    DOCUMENT_CLASS, Hash, Id, LARGEST_RECORD, Number, Routing, SERIES_CLASS, Series, Slot,
};

/// The length of a seed, in bytes: random, and another each time a record is sealed. The nonces of its
/// parts are made of it.
pub const SEED: usize = 12;

/// What the nonces of a record's parts are made of.
pub type Seed = ByteArray<SEED>;

/// The field class of a sealed part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum PartClass {
    /// Under the administration's key. It is the first, names the keys of the other parts in their order,
    /// and authenticates the record.
    #[n(0)]
    Working,
    /// Under the key of a fiscal year and a last day of retention.
    #[n(1)]
    Statutory,
    /// Under the key of a person and a ground.
    #[n(2)]
    Personal,
}

/// A sealed part.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Part {
    /// What it is.
    #[n(0)]
    pub class: PartClass,
    /// Its bytes: what XChaCha20-Poly1305 made.
    #[n(1)]
    pub sealed: ByteVec,
    /// The seed it was sealed with, where that is not the record's: whoever changed the record could not
    /// open it and passed it on.
    #[n(2)]
    pub seed: Option<Seed>,
}

/// A record as its desk sealed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRecord {
    /// Its id.
    pub id: Id,
    /// Its record class.
    pub class: String,
    /// How many times it was changed.
    pub version: u64,
    /// What it was made from: the hash over the lineage and the bytes of the version before at the hub;
    /// zero for the first. It names that version, and all before it.
    pub lineage: Hash,
    /// The desk that made this version.
    pub author: Id,
    /// What the hub reads.
    pub routing: Routing,
    /// What the nonces of its parts are made of.
    pub seed: Seed,
    /// What the hub cannot read: the working part first. A deleted record has that one, and it holds
    /// nothing.
    pub parts: Vec<Part>,
    /// Whether the record was deleted.
    pub deleted: bool,
}

/// What stands in the clear and is much the same from one record to the next.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Envelope<'a> {
    #[n(0)]
    class: Cow<'a, str>,
    #[n(1)]
    version: u64,
    #[n(2)]
    lineage: Option<Hash>,
    #[n(3)]
    author: Id,
    #[n(4)]
    routing: Cow<'a, Routing>,
    #[n(5)]
    deleted: Option<bool>,
}

/// What no two records have in common.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Rest<'a> {
    /// The id, then the seed.
    #[n(0)]
    names: ByteArray<{ 16 + SEED }>,
    #[n(1)]
    parts: Cow<'a, [Part]>,
}

/// What the first part of a record authenticates: everything else of it.
#[derive(Debug, Encode)]
#[cbor(array)]
struct Statement<'a> {
    #[n(0)]
    administration: Id,
    #[n(1)]
    id: Id,
    #[n(2)]
    class: &'a str,
    #[n(3)]
    version: u64,
    #[n(4)]
    lineage: Hash,
    #[n(5)]
    author: Id,
    #[n(6)]
    routing: &'a Routing,
    #[n(7)]
    seed: Seed,
    #[n(8)]
    parts: Vec<(PartClass, Hash, Option<Seed>)>,
    #[n(9)]
    deleted: bool,
}

impl SealedRecord {
    /// What the seal of the first part binds it to: everything else of this record, in this administration.
    ///
    /// # Errors
    /// [`FramingError`] when it does not encode, which does not happen.
    pub fn statement(&self, administration: Id) -> Result<Vec<u8>, FramingError> {
        let others = self.parts.iter().skip(1);
        let statement = Statement {
            administration,
            id: self.id,
            class: &self.class,
            version: self.version,
            lineage: self.lineage,
            author: self.author,
            routing: &self.routing,
            seed: self.seed,
            parts: others.map(|part| (part.class, Hash::of(&part.sealed), part.seed)).collect(),
            deleted: self.deleted,
        };
        let mut bytes = b"smartbooqing record 1".to_vec();
        bytes.append(&mut encode(&statement)?);
        Ok(bytes)
    }

    /// The bytes that travel and are stored.
    ///
    /// # Errors
    /// [`FramingError::TooLarge`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, FramingError> {
        let envelope = Envelope {
            class: Cow::Borrowed(&self.class),
            version: self.version,
            lineage: Some(self.lineage).filter(|lineage| *lineage != Hash::default()),
            author: self.author,
            routing: Cow::Borrowed(&self.routing),
            deleted: Some(true).filter(|_| self.deleted),
        };
        let mut names = [0; 16 + SEED];
        let bytes = self.id.0.iter().chain(self.seed.iter());
        names.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        let rest = Rest { names: names.into(), parts: Cow::Borrowed(&self.parts) };
        let mut bytes = encode(&envelope)?;
        bytes.append(&mut encode(&rest)?);
        within(bytes.len())?;
        Ok(bytes)
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`FramingError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FramingError> {
        within(bytes.len())?;
        let malformed = |error: minicbor::decode::Error| FramingError::Malformed(error.to_string());
        let mut decoder = Decoder::new(bytes);
        let envelope: Envelope<'_> = decoder.decode().map_err(malformed)?;
        let rest: Rest<'_> = decoder.decode().map_err(malformed)?;
        let trailing = bytes.len() - decoder.position();
        if trailing > 0 {
            return Err(FramingError::Trailing(trailing));
        }
        let Envelope { class, version, lineage, author, routing, deleted } = envelope;
        let Rest { names, parts } = rest;
        let (lineage, deleted) = (lineage.unwrap_or_default(), deleted.unwrap_or_default());
        let (id, seed) = names.split_first_chunk::<16>().ok_or(FramingError::Trailing(0))?;
        let id = Id(*id);
        let seed = seed.first_chunk::<SEED>().copied().unwrap_or_default().into();
        let (class, routing) = (class.into_owned(), routing.into_owned());
        let parts = parts.into_owned();
        Ok(Self { id, class, version, lineage, author, routing, seed, parts, deleted })
    }

    /// The number it has as a document.
    pub fn number(&self) -> Option<Number> {
        let has = !self.deleted && self.class == DOCUMENT_CLASS;
        self.routing.document_number().filter(|_| has)
    }

    /// What it says as a number series.
    pub fn series(&self) -> Option<Series> {
        let has = !self.deleted && self.class == SERIES_CLASS;
        self.routing.number_series().filter(|_| has)
    }

    /// What it occupies; a deleted record nothing.
    pub fn slot(&self) -> Option<Slot> {
        self.routing.slot().filter(|_| !self.deleted)
    }

    /// Where in the bytes of a record its envelope ends.
    ///
    /// # Errors
    /// [`FramingError::Malformed`].
    pub(crate) fn envelope_len(bytes: &[u8]) -> Result<usize, FramingError> {
        let mut decoder = Decoder::new(bytes);
        decoder.skip().map_err(|error| FramingError::Malformed(error.to_string()))?;
        Ok(decoder.position())
    }
}

fn within(bytes: usize) -> Result<(), FramingError> {
    if bytes > LARGEST_RECORD {
        return Err(FramingError::TooLarge { bytes, limit: LARGEST_RECORD });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::Route;

    fn record() -> SealedRecord {
        SealedRecord {
            id: Id([1; 16]),
            class: "booking".to_owned(),
            version: 3,
            lineage: Hash([2; 16]),
            author: Id([3; 16]),
            routing: Routing(BTreeMap::from([
                ("state".to_owned(), Route::Word("confirmed".to_owned())),
                ("fiscal_year".to_owned(), Route::Number(2026)),
                ("resource".to_owned(), Route::Record(Id([4; 16]))),
                ("exclusive".to_owned(), Route::Flag(true)),
            ])),
            parts: vec![
                Part { class: PartClass::Working, sealed: vec![5; 40].into(), seed: None },
                Part {
                    class: PartClass::Personal,
                    sealed: vec![6; 60].into(),
                    seed: Some([8; 12].into()),
                },
            ],
            seed: [9; 12].into(),
            deleted: false,
        }
    }

    #[test]
    fn a_record_reads_back() {
        let bytes = record().to_bytes().expect("bytes");
        assert_eq!(SealedRecord::from_bytes(&bytes), Ok(record()));
    }

    /// The bytes are stored for years: a change of their form is found here.
    #[test]
    fn the_bytes_of_a_record_do_not_change() {
        let bytes = record().to_bytes().expect("bytes");
        assert_eq!(Hash::of(&bytes).to_string(), "c26f8e47e647e560f6b10cbd468188dd");
    }

    #[test]
    fn cut_bytes_are_refused_at_every_length() {
        let bytes = record().to_bytes().expect("bytes");
        for length in 0..bytes.len() {
            assert!(SealedRecord::from_bytes(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn the_statement_is_of_everything_but_the_first_seal() {
        let administration = Id([9; 16]);
        let stated = |record: &SealedRecord| record.statement(administration).expect("a statement");
        let original = stated(&record());
        let changes: [fn(&mut SealedRecord); 12] = [
            |record| record.id = Id([9; 16]),
            |record| record.class = "client".to_owned(),
            |record| record.version += 1,
            |record| record.lineage = Hash([0; 16]),
            |record| record.author = Id([0; 16]),
            |record| {
                record.routing.0.insert("fiscal_year".to_owned(), Route::Number(2025));
            },
            |record| record.seed[0] ^= 1,
            |record| record.parts[1].seed = None,
            |record| record.parts[1].sealed[0] ^= 1,
            |record| record.parts.truncate(1),
            |record| record.parts[1].class = PartClass::Statutory,
            |record| record.deleted = true,
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut changed = record();
            change(&mut changed);
            assert_ne!(stated(&changed), original, "change {number}");
        }
        let mut other = record();
        other.parts[0].sealed = vec![1].into();
        assert_eq!(stated(&other), original);
        assert_ne!(record().statement(Id([1; 16])), Ok(original), "administration");
    }
}
