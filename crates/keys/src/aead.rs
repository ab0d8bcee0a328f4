//! Sealing of bytes: XChaCha20-Poly1305. The nonce of 24 bytes is random and stands in front, or is kept
//! elsewhere.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Secret;

/// The length of a nonce, in bytes.
pub const NONCE: usize = 24;

/// Why bytes could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandom,
    /// Wrong key, other associated data, or changed bytes: nobody can tell which.
    #[error("sealed under another key, for another place, or changed")]
    NotAuthentic,
}

/// Seals bytes for one place: the associated data must be given again to open them.
///
/// # Errors
/// [`SealError::NoRandom`].
pub fn seal(key: &Secret, associated: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let nonce: [u8; NONCE] = crate::random::bytes().map_err(|_| SealError::NoRandom)?;
    let sealed = encrypt(key, nonce, associated, plain)?;
    let mut bytes = Vec::with_capacity(NONCE + sealed.len());
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&sealed);
    Ok(bytes)
}

/// Opens sealed bytes.
///
/// # Errors
/// [`SealError::NotAuthentic`].
pub fn open(
    key: &Secret,
    associated: &[u8],
    bytes: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let Some((nonce, sealed)) = bytes.split_first_chunk::<NONCE>() else {
        return Err(SealError::NotAuthentic);
    };
    decrypt(key, *nonce, associated, sealed)
}

/// Seals bytes for one place under a nonce that is kept elsewhere. No two seals under one key may have
/// the same.
///
/// # Errors
/// [`SealError::NotAuthentic`] when there are more bytes than can be sealed, which does not happen.
pub fn encrypt(
    key: &Secret,
    nonce: [u8; NONCE],
    associated: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, SealError> {
    let cipher = XChaCha20Poly1305::new(&Key::from(*key.expose()));
    cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: associated })
        .map_err(|_| SealError::NotAuthentic)
}

/// Opens what was sealed under a nonce that is kept elsewhere.
///
/// # Errors
/// [`SealError::NotAuthentic`].
pub fn decrypt(
    key: &Secret,
    nonce: [u8; NONCE],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let cipher = XChaCha20Poly1305::new(&Key::from(*key.expose()));
    cipher
        .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: associated })
        .map(Zeroizing::new)
        .map_err(|_| SealError::NotAuthentic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_place_and_bytes_open() {
        let key = Secret::new([1; 32]);
        let sealed = seal(&key, b"here", b"content").expect("sealed");
        assert_eq!(open(&key, b"here", &sealed).expect("opened").as_slice(), b"content");

        assert!(open(&Secret::new([2; 32]), b"here", &sealed).is_err(), "another key");
        assert!(open(&key, b"there", &sealed).is_err(), "another place");
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(open(&key, b"here", &changed).is_err(), "byte {index} changed");
        }
        for length in 0..sealed.len() {
            assert!(open(&key, b"here", &sealed[..length]).is_err(), "cut after {length}");
        }
    }

    #[test]
    fn sealing_the_same_twice_shows_nothing() {
        let key = Secret::new([1; 32]);
        let one = seal(&key, b"", b"content").expect("sealed");
        let other = seal(&key, b"", b"content").expect("sealed");
        assert_ne!(one, other);
    }
}
