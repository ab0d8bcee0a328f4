//! Sealing of originals: files that travel beside the records, in chunks.
//!
//! The key of an original follows from its bytes, under a key of the administration: the same file is
//! sealed to the same chunks by every desk of an administration, and kept once. Whoever has neither the
//! file nor its key, which stands in a sealed part of its record, cannot tell what it is. What this gives
//! away to somebody who has the administration's key and a file: whether the office has that file.
//!
//! A chunk is bound to its place and to whether it is the last, so that none can be left out, put
//! elsewhere or cut off.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::Secret;
use crate::aead::{self, SealError};

/// What a chunk is bound to beside its key and place.
const ASSOCIATED: &[u8] = b"smartbooqing original 1";

/// Reads an original once, piece by piece, to know it.
#[derive(Debug)]
pub struct Measure {
    sha256: Sha256,
    keyed: blake3::Hasher,
    size: u64,
}

/// What is known of an original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// SHA-256 of its bytes (FIPS 180-4).
    pub sha256: [u8; 32],
    /// What its chunks are sealed under.
    pub key: Secret,
    /// How many bytes it has.
    pub size: u64,
}

impl Measure {
    /// Begins, with the administration's key for originals.
    pub fn new(originals_key: &Secret) -> Self {
        let keyed = blake3::Hasher::new_keyed(originals_key.expose());
        Self { sha256: Sha256::new(), keyed, size: 0 }
    }

    /// The next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.keyed.update(bytes);
        self.size += bytes.len() as u64;
    }

    /// That was all.
    pub fn finish(self) -> Measured {
        let key = Secret::new(*self.keyed.finalize().as_bytes());
        Measured { sha256: self.sha256.finalize().into(), key, size: self.size }
    }
}

/// A chunk's place is its nonce: the key is of this original alone, and a place has one content.
fn nonce(place: u32, is_last: bool) -> [u8; aead::NONCE] {
    let mut nonce = [0; aead::NONCE];
    let bytes = place.to_be_bytes().into_iter().chain([u8::from(is_last)]);
    nonce.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    nonce
}

/// Seals the chunk at a place, counted from 0.
///
/// # Errors
/// [`SealError::NotAuthentic`] when there are more bytes than can be sealed, which does not happen.
pub fn seal_chunk(
    key: &Secret,
    place: u32,
    is_last: bool,
    plain: &[u8],
) -> Result<Vec<u8>, SealError> {
    aead::encrypt(key, nonce(place, is_last), ASSOCIATED, plain)
}

/// Opens the chunk at a place.
///
/// # Errors
/// [`SealError::NotAuthentic`] when it is another one, or altered.
pub fn open_chunk(
    key: &Secret,
    place: u32,
    is_last: bool,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    aead::decrypt(key, nonce(place, is_last), ASSOCIATED, sealed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(office: u8, bytes: &[u8]) -> Measured {
        let mut measure = Measure::new(&Secret::new([office; 32]));
        bytes.chunks(3).for_each(|piece| measure.update(piece));
        measure.finish()
    }

    #[test]
    fn the_same_file_of_one_administration_is_the_same_chunk() {
        let (one, other) = (measured(1, b"a receipt"), measured(1, b"a receipt"));
        assert_eq!((&one, one.size), (&other, 9));
        let seal = |key: &Secret| seal_chunk(key, 0, true, b"a receipt").expect("sealed");
        assert_eq!(seal(&one.key), seal(&other.key));
        assert_ne!(one.key, measured(1, b"a receipts").key, "another file");
        let elsewhere = measured(2, b"a receipt");
        assert_eq!(elsewhere.sha256, one.sha256);
        assert_ne!(seal(&elsewhere.key), seal(&one.key), "another administration");
    }

    #[test]
    fn a_chunk_opens_in_its_place_only_and_as_it_was() {
        let key = measured(1, b"whatever").key;
        let sealed = seal_chunk(&key, 1, false, b"the middle").expect("sealed");
        let opened = open_chunk(&key, 1, false, &sealed).expect("opened");
        assert_eq!(opened.as_slice(), b"the middle");
        assert!(open_chunk(&key, 0, false, &sealed).is_err(), "another place");
        assert!(open_chunk(&key, 1, true, &sealed).is_err(), "as the last");
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(open_chunk(&key, 1, false, &changed).is_err(), "byte {index} changed");
        }
    }
}
