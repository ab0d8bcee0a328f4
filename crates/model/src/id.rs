//! Ids of records.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::field::{FieldValue, Kind};
use crate::time::Moment;

/// The id of a record: a UUIDv7 (RFC 9562), so that ids made later sort later.
///
/// It is made from a moment and random bits that the caller passes in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct Id(Uuid);

impl Id {
    /// Makes an id from milliseconds since 1970-01-01T00:00:00Z and ten random bytes.
    pub fn new(unix_milliseconds: u64, random: [u8; 10]) -> Self {
        Self(uuid::Builder::from_unix_timestamp_millis(unix_milliseconds, &random).into_uuid())
    }

    /// The id with these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// When it was made: its first 48 bits are milliseconds since 1970 (RFC 9562, section 5.7).
    pub fn made_at(&self) -> Moment {
        let (milliseconds, _) = self.0.as_u64_pair();
        Moment(i64::try_from((milliseconds >> 16) / 1000).unwrap_or(i64::MAX))
    }

    /// Its 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl FieldValue for Id {
    const KIND: Kind = Kind::Id;
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Id {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_later_and_read_back() {
        let early = Id::new(1_000, [0xff; 10]);
        let late = Id::new(1_001, [0; 10]);
        assert!(early < late);
        assert_eq!(
            (early.made_at(), Id::new(1_796_115_600_999, [7; 10]).made_at()),
            (Moment(1), Moment(1_796_115_600))
        );
        assert!(early.to_string() < late.to_string(), "the text sorts as the bytes do");
        assert_eq!(late.to_string().parse::<Id>().ok(), Some(late));
        assert_eq!(Id::from_bytes(*late.as_bytes()), late);
        assert_eq!(late.to_string().as_bytes().get(14), Some(&b'7'), "version 7");
    }
}
