//! Invitations: one line that lets a desk in.

use std::fmt;

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use thiserror::Error;

use crate::framing::{decode, encode};
use crate::{Hash, Id};

const PREFIX: &str = "booqing1";
const CHECK: usize = 4;
/// 32 letters and digits without those that look alike (Crockford): i, l, o and u are left out.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What an invitation says.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Invitation {
    /// Where the hub is: `host:port`.
    #[n(0)]
    pub address: String,
    /// The hub's identity: the hash of its certification authority's public key.
    #[n(1)]
    pub identity: ByteArray<32>,
    /// The administration.
    #[n(2)]
    pub administration: Id,
    /// The secret. Whoever has it may come in, once.
    #[n(3)]
    pub secret: ByteArray<32>,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the secret.
        formatter
            .debug_struct("Invitation")
            .field("address", &self.address)
            .field("administration", &self.administration)
            .finish_non_exhaustive()
    }
}

/// Why a line is no invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvitationError {
    /// It does not begin as one.
    #[error("an invitation begins with {PREFIX}")]
    NotAnInvitation,
    /// A character that does not occur in one, at this place, counted from 1.
    #[error("character {0} does not occur in an invitation")]
    WrongCharacter(usize),
    /// The check characters do not fit: it was cut off or mistyped.
    #[error("the invitation is incomplete or mistyped")]
    Mistyped,
}

impl Invitation {
    /// The line.
    pub fn to_line(&self) -> String {
        // The types above always encode.
        let mut bytes = encode(self).unwrap_or_default();
        let check = Hash::of(&bytes);
        bytes.extend(check.0.iter().take(CHECK));
        format!("{PREFIX}{}", to_text(&bytes))
    }

    /// Reads a line. White space and capitals do not matter.
    ///
    /// # Errors
    /// [`InvitationError`].
    pub fn from_line(line: &str) -> Result<Self, InvitationError> {
        let line: String =
            line.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        let text = line.strip_prefix(PREFIX).ok_or(InvitationError::NotAnInvitation)?;
        let bytes = from_text(text)
            .map_err(|place| InvitationError::WrongCharacter(PREFIX.len() + place + 1))?;
        let (content, check) = bytes
            .len()
            .checked_sub(CHECK)
            .and_then(|length| bytes.split_at_checked(length))
            .ok_or(InvitationError::Mistyped)?;
        if Hash::of(content).0.get(..CHECK) != Some(check) {
            return Err(InvitationError::Mistyped);
        }
        decode(content).map_err(|_| InvitationError::Mistyped)
    }

    /// What proves to the hub that a desk has the secret, without saying it.
    pub fn proof(&self) -> Hash {
        let key = blake3::derive_key("smartbooqing 2026 invitation proof", &*self.secret);
        Hash::of(&key)
    }

    /// The key under which the bundle of keys is wrapped for whoever has the secret.
    pub fn bundle_key(&self) -> [u8; 32] {
        blake3::derive_key("smartbooqing 2026 invitation bundle", &*self.secret)
    }
}

fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(&mut text, held >> bits);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        push(&mut text, held << (5 - bits));
    }
    text
}

fn push(text: &mut String, five_bits: u32) {
    text.extend(ALPHABET.get((five_bits & 31) as usize).map(|letter| char::from(*letter)));
}

/// The bytes of a text, or the place of the first character that does not occur.
fn from_text(text: &str) -> Result<Vec<u8>, usize> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for (place, letter) in text.bytes().enumerate() {
        let value = ALPHABET.iter().position(|known| *known == letter).ok_or(place)?;
        held = (held << 5) | u32::try_from(value).map_err(|_| place)?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).map_err(|_| place)?);
            held &= (1 << bits) - 1;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> Invitation {
        Invitation {
            address: "127.0.0.1:8443".to_owned(),
            identity: [1; 32].into(),
            administration: Id([2; 16]),
            secret: [3; 32].into(),
        }
    }

    #[test]
    fn a_line_reads_back_however_it_was_copied() {
        let line = invitation().to_line();
        assert!(line.starts_with("booqing1") && line.is_ascii() && !line.contains(' '));
        assert_eq!(Invitation::from_line(&line), Ok(invitation()));
        let copied = format!(" {}\n{} ", &line[..40], line[40..].to_uppercase());
        assert_eq!(Invitation::from_line(&copied), Ok(invitation()));
    }

    #[test]
    fn every_slip_is_noticed() {
        let line = invitation().to_line();
        for index in 8..line.len() - 1 {
            let mut typed = line.clone().into_bytes();
            typed[index] = if typed[index] == b'7' { b'8' } else { b'7' };
            let typed = String::from_utf8(typed).expect("ASCII");
            assert_eq!(Invitation::from_line(&typed), Err(InvitationError::Mistyped), "{index}");
        }
        for length in 8..line.len() - 1 {
            assert!(Invitation::from_line(&line[..length]).is_err(), "cut after {length}");
        }
        assert_eq!(Invitation::from_line("hello"), Err(InvitationError::NotAnInvitation));
        assert_eq!(Invitation::from_line("booqing1ab!"), Err(InvitationError::WrongCharacter(11)));
    }

    #[test]
    fn the_proof_does_not_tell_the_key() {
        let invitation = invitation();
        assert_ne!(invitation.proof(), Hash::of(&invitation.bundle_key()));
        assert_ne!(invitation.proof(), Hash::of(&*invitation.secret));
    }
}
