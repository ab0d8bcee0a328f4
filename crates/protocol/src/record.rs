//! A record as it crosses the wire: routing in the clear, parts sealed, the whole authenticated.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::framing::{FramingError, decode, encode};
use crate::{Hash, Id, LARGEST_RECORD, Routing};

/// The field class of a sealed part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum PartClass {
    /// Under the administration's key. It names the keys of the other parts, in their order.
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
    /// Its bytes: nonce, then what XChaCha20-Poly1305 made.
    #[n(1)]
    pub sealed: ByteVec,
}

/// A record as its desk sealed it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SealedRecord {
    /// Its id.
    #[n(0)]
    pub id: Id,
    /// Its record class.
    #[n(1)]
    pub class: String,
    /// How many times it was changed.
    #[n(2)]
    pub version: u64,
    /// What it was made from: the hash over the lineage and the bytes of the version before at the hub;
    /// zero for the first. It names that version, and all before it.
    #[n(3)]
    pub lineage: Hash,
    /// The desk that made this version.
    #[n(4)]
    pub author: Id,
    /// What the hub reads.
    #[n(5)]
    pub routing: Routing,
    /// What it cannot read. A deleted record has none.
    #[n(6)]
    pub parts: Vec<Part>,
    /// Whether the record was deleted.
    #[n(7)]
    pub deleted: bool,
    /// Authenticates everything above, under the administration's key.
    #[n(8)]
    pub mac: Hash,
}

/// What the authentication code of a record covers.
#[derive(Debug, Encode)]
#[cbor(array)]
pub struct MacInput<'a> {
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
    parts: Vec<(PartClass, Hash)>,
    #[n(8)]
    deleted: bool,
}

impl SealedRecord {
    /// The authentication code this record should have.
    ///
    /// # Errors
    /// [`FramingError`] when it does not encode, which does not happen.
    pub fn mac_under(&self, key: &[u8; 32], administration: Id) -> Result<Hash, FramingError> {
        let input = MacInput {
            administration,
            id: self.id,
            class: &self.class,
            version: self.version,
            lineage: self.lineage,
            author: self.author,
            routing: &self.routing,
            parts: self.parts.iter().map(|part| (part.class, Hash::of(&part.sealed))).collect(),
            deleted: self.deleted,
        };
        Ok(Hash::keyed(key, &encode(&input)?))
    }

    /// The bytes that travel and are stored.
    ///
    /// # Errors
    /// [`FramingError::TooLarge`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, FramingError> {
        let bytes = encode(self)?;
        if bytes.len() > LARGEST_RECORD {
            return Err(FramingError::TooLarge { bytes: bytes.len(), limit: LARGEST_RECORD });
        }
        Ok(bytes)
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`FramingError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FramingError> {
        if bytes.len() > LARGEST_RECORD {
            return Err(FramingError::TooLarge { bytes: bytes.len(), limit: LARGEST_RECORD });
        }
        decode(bytes)
    }
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
                Part { class: PartClass::Working, sealed: vec![5; 40].into() },
                Part { class: PartClass::Personal, sealed: vec![6; 60].into() },
            ],
            deleted: false,
            mac: Hash([7; 16]),
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
        assert_eq!(Hash::of(&bytes).to_string(), "c99a5aa91284a180df7f8be72f75ce1b");
    }

    #[test]
    fn cut_bytes_are_refused_at_every_length() {
        let bytes = record().to_bytes().expect("bytes");
        for length in 0..bytes.len() {
            assert!(SealedRecord::from_bytes(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn the_code_covers_everything_but_itself() {
        let administration = Id([9; 16]);
        let code =
            |record: &SealedRecord| record.mac_under(&[8; 32], administration).expect("a code");
        let original = code(&record());
        let changes: [fn(&mut SealedRecord); 10] = [
            |record| record.id = Id([9; 16]),
            |record| record.class = "client".to_owned(),
            |record| record.version += 1,
            |record| record.lineage = Hash([0; 16]),
            |record| record.author = Id([0; 16]),
            |record| {
                record.routing.0.insert("fiscal_year".to_owned(), Route::Number(2025));
            },
            |record| record.parts.swap(0, 1),
            |record| record.parts.truncate(1),
            |record| record.parts[0].class = PartClass::Statutory,
            |record| record.deleted = true,
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut changed = record();
            change(&mut changed);
            assert_ne!(code(&changed), original, "change {number}");
        }
        let mut other = record();
        other.mac = Hash::default();
        assert_eq!(code(&other), original);
        assert_ne!(record().mac_under(&[8; 32], Id([1; 16])), Ok(original), "administration");
        assert_ne!(record().mac_under(&[7; 32], administration), Ok(original), "key");
    }
}
