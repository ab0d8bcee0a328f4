//! The key of an installation and what is derived from it.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Secret;

/// The one key of an installation. Each other key is derived from it with HKDF-SHA-256
/// (RFC 5869) under a label of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallationKey(Secret);

impl InstallationKey {
    pub(crate) fn new(secret: Secret) -> Self {
        Self(secret)
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }

    /// The key and salt of the cache of one administration.
    pub fn cache_key(&self, administration: &[u8; 16]) -> CacheKey {
        let mut bytes = Zeroizing::new([0; CacheKey::LENGTH]);
        self.derive(&[b"smartbooqing/cache/1", administration], bytes.as_mut_slice());
        CacheKey(bytes)
    }

    /// The key that authenticates the slots file.
    pub(crate) fn slots_key(&self) -> Secret {
        let mut bytes = [0; 32];
        self.derive(&[b"smartbooqing/slots/1"], &mut bytes);
        Secret::new(bytes)
    }

    fn derive(&self, info: &[&[u8]], out: &mut [u8]) {
        let derived = Hkdf::<Sha256>::new(None, self.0.expose()).expand_multi_info(info, out);
        // HKDF gives up to 255 x 32 bytes; the longest asked for here is 48.
        debug_assert!(derived.is_ok(), "{} bytes", out.len());
    }
}

/// What opens the cache of one administration: a raw key of 32 bytes and a salt of 16, as SQLCipher
/// takes them.
#[derive(Debug, Clone)]
pub struct CacheKey(Zeroizing<[u8; Self::LENGTH]>);

impl CacheKey {
    /// Bytes of key and salt together.
    pub const LENGTH: usize = 48;

    /// The key specification of SQLCipher: `x'` + 96 hexadecimal digits + `'`, 99 bytes.
    pub fn specification(&self) -> Zeroizing<Vec<u8>> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = Zeroizing::new(Vec::with_capacity(2 * Self::LENGTH + 3));
        text.extend_from_slice(b"x'");
        for byte in self.0.iter() {
            for half in [byte >> 4, byte & 15] {
                text.extend(DIGITS.get(usize::from(half)));
            }
        }
        text.push(b'\'');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> InstallationKey {
        InstallationKey::new(Secret::new([byte; 32]))
    }

    #[test]
    fn each_administration_has_a_key_of_its_own() {
        let one = key(1).cache_key(&[1; 16]).specification();
        assert_eq!(one.len(), 99);
        assert!(one.starts_with(b"x'") && one.ends_with(b"'"));
        assert_eq!(one, key(1).cache_key(&[1; 16]).specification());
        assert_ne!(one, key(1).cache_key(&[2; 16]).specification());
        assert_ne!(one, key(2).cache_key(&[1; 16]).specification());
    }

    /// The derivation may never change: it would lock everybody out. The expected digits were
    /// computed with Python's `cryptography` (HKDF, SHA-256, no salt).
    #[test]
    fn the_derivation_is_frozen() {
        let specification = key(1).cache_key(&[2; 16]).specification();
        let text = String::from_utf8(specification.to_vec()).expect("text");
        assert_eq!(text, CACHE_KEY_OF_ONES_AND_TWOS);
    }

    const CACHE_KEY_OF_ONES_AND_TWOS: &str = "x'2086373731a0a7ecae0172da740627525b7dc610052c8dc5\
        6cd1383fd9f95efc9ecfedf6e1cab25457f43d3c39b00f02'";
}
