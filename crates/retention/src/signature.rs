//! The publisher's signature over a policy pack: Ed25519 (RFC 8032) over the exact bytes.
//!
//! The signature file holds 128 lower-case hexadecimal digits and at most one line feed. How a
//! publisher key is made and replaced is told in `assets/retention/README.md`.

use ed25519_dalek::{Signature, VerifyingKey};

use crate::error::PackError;

/// The key whose signature this program accepts on policy packs. Its private half is not in the
/// repository.
pub const PUBLISHER_KEY: PublisherKey = PublisherKey([
    0xc5, 0xff, 0xe7, 0x3d, 0x40, 0xef, 0xa2, 0xc5, 0xe8, 0xf1, 0xfa, 0x88, 0xfd, 0x69, 0xe6, 0xfb,
    0x58, 0x1f, 0xd2, 0x73, 0x23, 0x1b, 0x99, 0xb6, 0xfc, 0x0d, 0xb4, 0x8d, 0x6f, 0x16, 0x0e, 0x27,
]);

/// The public key of someone who publishes policy packs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublisherKey(pub [u8; 32]);

impl PublisherKey {
    /// Checks the signature of a pack. `name` is the pack's file name, for messages.
    ///
    /// # Errors
    /// [`PackError::SignatureForm`] when the signature file is not 128 hexadecimal digits,
    /// [`PackError::PublisherKey`] when this key is not an Ed25519 public key, and
    /// [`PackError::Signature`] when the bytes are not the ones that were signed.
    pub fn check(&self, name: &str, bytes: &[u8], signature: &[u8]) -> Result<(), PackError> {
        let signature = read_hex(signature)
            .ok_or_else(|| PackError::SignatureForm { pack: name.to_owned() })?;
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| PackError::PublisherKey)?;
        key.verify_strict(bytes, &Signature::from_bytes(&signature))
            .map_err(|_| PackError::Signature { pack: name.to_owned() })
    }
}

fn read_hex(text: &[u8]) -> Option<[u8; 64]> {
    let digits = text.strip_suffix(b"\n").unwrap_or(text);
    if digits.len() != 128 {
        return None;
    }
    let mut signature = [0_u8; 64];
    for (byte, pair) in signature.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = (digit(*high)? << 4) | digit(*low)?;
    }
    Some(signature)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;
    use crate::testing::hex;

    #[test]
    fn only_the_signed_bytes_under_the_right_key_pass() {
        let signing = SigningKey::from_bytes(&[7; 32]);
        let key = PublisherKey(signing.verifying_key().to_bytes());
        let signature = hex(&signing.sign(b"pack").to_bytes());
        assert_eq!(key.check("p", b"pack", signature.as_bytes()), Ok(()));
        assert_eq!(key.check("p", b"pack", format!("{signature}\n").as_bytes()), Ok(()));
        let refused = PackError::Signature { pack: "p".into() };
        assert_eq!(key.check("p", b"pacl", signature.as_bytes()), Err(refused.clone()));
        let other = PublisherKey(SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes());
        assert_eq!(other.check("p", b"pack", signature.as_bytes()), Err(refused));
    }

    #[test]
    fn a_signature_file_of_another_form_is_refused() {
        let form = PackError::SignatureForm { pack: "p".into() };
        let capital = "A".repeat(128);
        let long = "a".repeat(130);
        let two_lines = format!("{}\n\n", "a".repeat(128));
        for text in ["", "ab", capital.as_str(), long.as_str(), two_lines.as_str()] {
            assert_eq!(PUBLISHER_KEY.check("p", b"", text.as_bytes()), Err(form.clone()));
        }
    }
}
