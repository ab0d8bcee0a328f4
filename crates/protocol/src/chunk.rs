//! Chunks: originals and archives travel beside the records, in pieces that nobody on the way can read.
//!
//! A chunk is called by the hash of its bytes. So whoever has it can check it, a chunk that is there
//! need not be sent again, and one that is cut off goes on where it stopped (`GET` with `Range`, RFC 9110
//! section 14). What a chunk is a piece of, the hub does not know.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};

use crate::Id;

/// The bytes of an original that one chunk holds; the last one holds the rest.
pub const CHUNK_BYTES: usize = 1024 * 1024;

/// The most bytes of a chunk: sealed, it is as long as its authentication code longer.
pub const LARGEST_CHUNK: usize = CHUNK_BYTES + 16;

/// How many chunks may be offered at once.
pub const MOST_OFFERED: usize = 256;

/// Where chunks are: `PUT` keeps one and `GET` gives one, under this and its name.
pub const CHUNKS: &str = "/v1/chunks/";

/// What a chunk is called: the BLAKE3 hash of its bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct ChunkName(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl ChunkName {
    /// The name of a chunk with these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl fmt::Display for ChunkName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

impl fmt::Debug for ChunkName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// That something is no name of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name of a chunk is 64 hexadecimal digits in lower case")]
pub struct NoChunkName;

impl FromStr for ChunkName {
    type Err = NoChunkName;

    fn from_str(text: &str) -> Result<Self, NoChunkName> {
        let name = blake3::Hash::from_hex(text).map_err(|_| NoChunkName)?;
        // One spelling: it is the name of a file at the hub.
        let name = Self(*name.as_bytes());
        if name.to_string() == text { Ok(name) } else { Err(NoChunkName) }
    }
}

/// `POST /v1/offer`: a desk has these chunks. It sends those that the hub lacks.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Offer {
    /// The desk's version of the protocol.
    #[n(0)]
    pub version: u32,
    /// The administration, checked against the desk's certificate.
    #[n(1)]
    pub administration: Id,
    /// The chunks, at most [`MOST_OFFERED`].
    #[n(2)]
    pub names: Vec<ChunkName>,
}

/// The answer to an offer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Lacking {
    /// The chunks that the hub has not got, of those that were offered.
    #[n(0)]
    pub names: Vec<ChunkName>,
}

/// The answer to `PUT /v1/chunks/NAME`: the chunk is kept.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Kept {
    /// How many bytes it has.
    #[n(0)]
    pub bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_spelling() {
        let name = ChunkName::of(b"a chunk");
        let text = name.to_string();
        assert_eq!(text.parse(), Ok(name));
        for wrong in [text.to_uppercase(), text[1..].to_owned(), format!("{text}0"), "..".into()] {
            assert_eq!(wrong.parse::<ChunkName>(), Err(NoChunkName), "{wrong}");
        }
    }
}
