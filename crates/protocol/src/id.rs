//! Ids and hashes of 16 bytes.

use std::fmt;
use std::str::FromStr;

use minicbor::decode::{Decoder, Error};
use minicbor::encode::{Encoder, Write};
use minicbor::{Decode, Encode};

macro_rules! sixteen_bytes {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: Write>(
                &self,
                encoder: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                encoder.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, Error> {
                let bytes = decoder.bytes()?;
                bytes.try_into().map($name).map_err(|_| Error::message("16 bytes are expected"))
            }
        }
    };
}

sixteen_bytes! {
    /// The id of a record, desk or administration.
    Id
}

mod hash {
    use super::*;

    sixteen_bytes! {
        /// The first 128 bits of a BLAKE3 hash.
        Hash
    }
}

pub use hash::Hash;

/// That a text is no id: 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id has 32 hexadecimal digits")]
pub struct NoId;

impl FromStr for Id {
    type Err = NoId;

    fn from_str(text: &str) -> Result<Self, NoId> {
        let is_it = text.len() == 32 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u128::from_str_radix(text, 16).ok().filter(|_| is_it).ok_or(NoId)?;
        Ok(Self(number.to_be_bytes()))
    }
}

impl Hash {
    /// The hash of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::first(&blake3::hash(bytes))
    }

    /// The hash of bytes under a key.
    pub fn keyed(key: &[u8; 32], bytes: &[u8]) -> Self {
        Self::first(&blake3::keyed_hash(key, bytes))
    }

    /// The lineage of what is made from something with this lineage and a hash of its bytes.
    #[must_use]
    pub fn followed_by(self, hash: Self) -> Self {
        let [lineage, hash] = [self.0, hash.0];
        Self::of([lineage, hash].as_flattened())
    }

    fn first(hash: &blake3::Hash) -> Self {
        let mut first = [0; 16];
        for (to, from) in first.iter_mut().zip(hash.as_bytes()) {
            *to = *from;
        }
        Self(first)
    }
}

/// The identity of a hub: the BLAKE3 hash of its authority's public key, as SubjectPublicKeyInfo
/// (RFC 5280) in DER.
pub fn identity(public_key: &[u8]) -> [u8; 32] {
    *blake3::hash(public_key).as_bytes()
}

/// The name in the certificates of the hub with this identity. It follows from the identity and
/// not from an address, so that a hub may move.
pub fn server_name(identity: &[u8; 32]) -> String {
    let start: String = identity.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{start}.hub.smartbooqing.internal")
}
