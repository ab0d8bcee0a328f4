//! Sealing of parts: compressed, then sealed for one place.
//!
//! The associated data bind a part to its administration, record, record class, field class and
//! the version of this format, so that no part can be put in the place of another.

use std::cell::RefCell;

use thiserror::Error;
use zeroize::Zeroizing;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe;

use crate::Secret;
use crate::aead::{self, SealError};

const FORMAT: u8 = 1;
const LEVEL: i32 = 3;
/// No part has more bytes than this when it is opened.
const LARGEST: usize = 8 * 1024 * 1024;

thread_local! {
    // To make them takes longer than to open a part with them.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// How the content is written, in the first byte of what is sealed.
const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

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
    fn associated(&self) -> Vec<u8> {
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

/// Seals a part under a random nonce.
///
/// # Errors
/// [`PartError`].
pub fn seal(
    key: &Secret,
    nonce: [u8; aead::NONCE],
    place: Place<'_>,
    content: &[u8],
) -> Result<Vec<u8>, PartError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(content.len() + 1));
    let compressed = COMPRESSOR.with_borrow_mut(|compressor| {
        if compressor.is_none() {
            *compressor = Compressor::new(LEVEL).ok();
        }
        compressor.as_mut()?.compress(content).ok()
    });
    let compressed = Zeroizing::new(compressed.ok_or(PartError::Content)?);
    if compressed.len() < content.len() {
        plain.push(ZSTD);
        plain.extend_from_slice(&compressed);
    } else {
        plain.push(PLAIN);
        plain.extend_from_slice(content);
    }
    Ok(aead::seal_with(key, nonce, &place.associated(), &plain)?)
}

/// Opens a part.
///
/// # Errors
/// [`PartError`].
pub fn open(
    key: &Secret,
    place: Place<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, PartError> {
    let mut plain = aead::open(key, &place.associated(), sealed)?;
    match plain.split_first() {
        Some((&PLAIN, _)) => {
            plain.remove(0);
            Ok(plain)
        }
        Some((&ZSTD, compressed)) => {
            // What was compressed at once says how long it is.
            let length = match zstd_safe::get_frame_content_size(compressed) {
                Ok(Some(length)) => usize::try_from(length).map_err(|_| PartError::Content)?,
                _ => return Err(PartError::Content),
            };
            if length > LARGEST {
                return Err(PartError::Content);
            }
            let content = DECOMPRESSOR.with_borrow_mut(|decompressor| {
                if decompressor.is_none() {
                    *decompressor = Decompressor::new().ok();
                }
                decompressor.as_mut()?.decompress(compressed, length).ok()
            });
            content.map(Zeroizing::new).ok_or(PartError::Content)
        }
        _ => Err(PartError::Content),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> =
        Place { administration: &[1; 16], record: &[2; 16], class: "booking", field_class: 2 };

    #[test]
    fn short_and_long_content_reads_back() {
        let key = Secret::new([3; 32]);
        for content in [&b""[..], b"{}", &b"the same again ".repeat(100)] {
            let sealed = seal(&key, [5; 24], PLACE, content).expect("sealed");
            assert_eq!(open(&key, PLACE, &sealed).expect("opened").as_slice(), content);
            assert!(sealed.len() <= content.len() + 41);
        }
        let long = seal(&key, [5; 24], PLACE, &b"the same again ".repeat(100)).expect("sealed");
        assert!(long.len() < 100, "{}", long.len());
    }

    #[test]
    fn a_part_opens_in_its_own_place_only() {
        let key = Secret::new([3; 32]);
        let sealed = seal(&key, [5; 24], PLACE, b"content").expect("sealed");
        let others = [
            Place { administration: &[9; 16], ..PLACE },
            Place { record: &[9; 16], ..PLACE },
            Place { class: "bookings", ..PLACE },
            Place { field_class: 1, ..PLACE },
        ];
        for place in others {
            assert_eq!(
                open(&key, place, &sealed).map(|content| content.len()),
                Err(PartError::Seal(SealError::NotAuthentic)),
                "{place:?}"
            );
        }
    }

    #[test]
    fn what_grows_beyond_bounds_is_given_up() {
        let key = Secret::new([3; 32]);
        let bomb = seal(&key, [5; 24], PLACE, &vec![0; 9 * 1024 * 1024]).expect("sealed");
        assert!(bomb.len() < 10_000);
        assert_eq!(open(&key, PLACE, &bomb).map(|content| content.len()), Err(PartError::Content));
    }
}
