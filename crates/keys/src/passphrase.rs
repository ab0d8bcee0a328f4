//! A key from a passphrase: Argon2id (RFC 9106).

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Secret;

/// A passphrase as typed, wiped when dropped.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

/// Why a passphrase or its parameters were refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PassphraseError {
    /// Fewer characters than [`Passphrase::SHORTEST`].
    #[error("the passphrase has {length} characters, at least {} are needed", Passphrase::SHORTEST)]
    TooShort {
        /// Characters found.
        length: usize,
    },
    /// Long enough, and still among the first that somebody would try.
    #[error("the passphrase is easily guessed")]
    Guessable,
    /// The parameters in the file are weaker than the least that was ever recommended, or so heavy that
    /// they would exhaust the machine.
    #[error("the slots file asks for {parameters:?}, which this program does not accept")]
    Parameters {
        /// What the file asks for.
        parameters: Cost,
    },
    /// The password hash could not be computed.
    #[error("the passphrase could not be stretched: {0}")]
    Stretching(String),
}

impl Passphrase {
    /// The fewest characters of a new passphrase.
    pub const SHORTEST: usize = 12;

    /// Takes a passphrase that opens something.
    pub fn new(typed: String) -> Self {
        Self(Zeroizing::new(typed))
    }

    /// Whether it may protect something new: long enough, and not made of what everybody uses (names,
    /// dates, rows of keys, repetitions), by the estimate of zxcvbn: 10^8 guesses or more, of which this
    /// machine makes about two a second.
    ///
    /// # Errors
    /// [`PassphraseError::TooShort`], [`PassphraseError::Guessable`].
    pub fn check_new(&self) -> Result<(), PassphraseError> {
        let length = self.0.chars().count();
        if length < Self::SHORTEST {
            return Err(PassphraseError::TooShort { length });
        }
        if zxcvbn::zxcvbn(&self.0, &["smartbooqing", "booqing"]).score() < zxcvbn::Score::Three {
            return Err(PassphraseError::Guessable);
        }
        Ok(())
    }

    /// The key of this passphrase at that cost.
    ///
    /// # Errors
    /// [`PassphraseError::Parameters`] when the cost is out of bounds.
    pub fn stretch(&self, salt: &[u8; 16], cost: Cost) -> Result<Secret, PassphraseError> {
        cost.check()?;
        let failed = |error: argon2::Error| PassphraseError::Stretching(error.to_string());
        let params =
            Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(failed)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(self.0.as_bytes(), salt, key.as_mut_slice())
            .map_err(failed)?;
        Ok(Secret::new(*key))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Passphrase([redacted])")
    }
}

/// What stretching a passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// What new slots use: RFC 9106, second recommended option.
    pub const NEW: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };

    /// Refuses what is weaker than the least ever recommended (46 MiB, one pass), and what would
    /// exhaust the machine.
    fn check(self) -> Result<(), PassphraseError> {
        let sane = (46 * 1024..=1024 * 1024).contains(&self.memory_kib)
            && (1..=10).contains(&self.passes)
            && (1..=16).contains(&self.lanes);
        if sane { Ok(()) } else { Err(PassphraseError::Parameters { parameters: self }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_ones_are_refused_for_new_slots() {
        let short = Passphrase::new("elf tekens.".into());
        assert_eq!(short.check_new(), Err(PassphraseError::TooShort { length: 11 }));
        assert_eq!(Passphrase::new("twaalf teken".into()).check_new(), Ok(()));
        for guessed in ["wachtwoord1234", "Smartbooqing2026", "qwertyuiop[]", "aaaaaaaaaaaaaaaa"] {
            let refused = Passphrase::new(guessed.into()).check_new();
            assert_eq!(refused, Err(PassphraseError::Guessable), "{guessed}");
        }
        assert_eq!(format!("{short:?}"), "Passphrase([redacted])");
    }

    #[test]
    fn weak_and_absurd_parameters_are_refused_before_any_work() {
        let passphrase = Passphrase::new("correct horse battery".into());
        for cost in [
            Cost { memory_kib: 8, ..Cost::NEW },
            Cost { memory_kib: 4 * 1024 * 1024, ..Cost::NEW },
            Cost { passes: 0, ..Cost::NEW },
            Cost { passes: 4_000_000, ..Cost::NEW },
            Cost { lanes: 0, ..Cost::NEW },
            Cost { memory_kib: 46 * 1024 - 1, ..Cost::NEW },
            Cost { memory_kib: 1024 * 1024 + 1, ..Cost::NEW },
            Cost { passes: 11, ..Cost::NEW },
            Cost { lanes: 17, ..Cost::NEW },
        ] {
            assert_eq!(
                passphrase.stretch(&[0; 16], cost),
                Err(PassphraseError::Parameters { parameters: cost })
            );
        }
    }

    /// Computed with Python's `argon2-cffi` (type ID, version 19).
    #[test]
    fn the_stretching_is_argon2id() {
        let key = Passphrase::new("correct horse battery".into())
            .stretch(&[7; 16], Cost::NEW)
            .expect("stretched");
        let hex: String = key.expose().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "59a2902397c914461c4790f9d1276c25c70a16a2800fce668f01fa592d4cb3ad");
    }
}
