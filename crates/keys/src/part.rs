//! Sealing of parts: compressed, then sealed for one place.
//!
//! The associated data bind a part to its administration, record, record class, field class and
//! the version of this format, so that no part can be put in the place of another.
//!
//! The nonce is not stored: it is made of the record's seed, which is random and another with each
//! version, and of the part's place. So two parts under one key have the same nonce only when they are of
//! the same record and field class, and 96 random bits were the same. The parts of one version lie under
//! keys of their own.
//!
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Secret;
use crate::aead::{self, SealError};
use crate::compression::{compressed, decompressed};

const FORMAT: u8 = 1;
/// The length of a seed, in bytes.
pub const SEED: usize = 12;

/// Where a part belongs.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The administration.
    pub administration: &'a [u8; 16],
    /// The record.
    pub record: &'a [u8; 16],
    /// The record class.
    pub class: &'a str,
    /// The number of the field class on the wire.
    pub field_class: u8,
}

/// Why a part could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PartError {
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What was sealed is no content of this format, or too large.
    #[error("what was sealed cannot be read")]
    Content,
}

impl Place<'_> {
    /// What a part is bound to when it is sealed.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend_from_slice(b"smartbooqing part");
        bytes.push(FORMAT);
        bytes.extend_from_slice(self.administration);
        bytes.extend_from_slice(self.record);
        bytes.push(self.field_class);
        // Last, because its length is not fixed.
        bytes.extend_from_slice(self.class.as_bytes());
        bytes
    }
}

/// The seed, then the first bytes of the hash of what the part is bound to.
fn nonce(seed: &[u8; SEED], associated: &[u8]) -> [u8; aead::NONCE] {
    let mut nonce = [0; aead::NONCE];
    let place = blake3::hash(associated);
    let bytes = seed.iter().chain(place.as_bytes());
    nonce.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    nonce
}

/// Seals a part for one place, as its associated data say. The seed must be random, and another with each
/// version of the record.
///
/// # Errors
/// [`PartError`].
pub fn seal(
    key: &Secret,
    seed: &[u8; SEED],
    associated: &[u8],
    content: &[u8],
) -> Result<Vec<u8>, PartError> {
    let plain = compressed(content)?;
    Ok(aead::encrypt(key, nonce(seed, associated), associated, &plain)?)
}

/// Opens a part.
///
/// # Errors
/// [`PartError`].
pub fn open(
    key: &Secret,
    seed: &[u8; SEED],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, PartError> {
    let plain = aead::decrypt(key, nonce(seed, associated), associated, sealed)?;
    decompressed(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> =
        Place { administration: &[1; 16], record: &[2; 16], class: "booking", field_class: 2 };
    const SEED_OF_ALL: [u8; SEED] = [5; SEED];

    #[test]
    fn short_and_long_content_reads_back() {
        let key = Secret::new([3; 32]);
        for content in [&b""[..], b"{}", &b"the same again ".repeat(100)] {
            let sealed = seal(&key, &SEED_OF_ALL, &PLACE.bytes(), content).expect("sealed");
            let opened = open(&key, &SEED_OF_ALL, &PLACE.bytes(), &sealed).expect("opened");
            assert_eq!(opened.as_slice(), content);
            assert!(sealed.len() <= content.len() + 17);
        }
    }

    #[test]
    fn a_part_opens_in_its_own_place_only() {
        let key = Secret::new([3; 32]);
        let sealed = seal(&key, &SEED_OF_ALL, &PLACE.bytes(), b"content").expect("sealed");
        let others = [
            Place { administration: &[9; 16], ..PLACE },
            Place { record: &[9; 16], ..PLACE },
            Place { class: "bookings", ..PLACE },
            Place { field_class: 1, ..PLACE },
        ];
        let opened = |seed, place: Place<'_>| {
            open(&key, seed, &place.bytes(), &sealed).map(|content| content.len())
        };
        for place in others {
            let refused = Err(PartError::Seal(SealError::NotAuthentic));
            assert_eq!(opened(&SEED_OF_ALL, place), refused, "{place:?}");
            assert_ne!(
                nonce(&SEED_OF_ALL, &place.bytes()),
                nonce(&SEED_OF_ALL, &PLACE.bytes()),
                "{place:?}"
            );
        }
        assert!(opened(&[6; SEED], PLACE).is_err(), "another seed");
        assert_eq!(opened(&SEED_OF_ALL, PLACE), Ok(7));
    }
}
