//! The recovery kit: 130 random bits on paper that open an installation.
//!
//! The paper has 28 characters in seven groups of four: 26 of Crockford's base 32 (5 bits each) and two
//! that check them. They are random, so that no stretching is needed: the key of the slot is derived from
//! them.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Secret;

const INFO: &[u8] = b"smartbooqing/recovery-kit/1";
/// Crockford's base 32: no I, L, O and U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that carry the bits.
const CARRYING: usize = 26;
/// The largest prime under 32 squared: a wrong character, two that changed places next to each other
/// or with one in between, always leave another remainder.
const MODULUS: u32 = 1021;

/// Why a code was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecoveryCodeError {
    /// Too few or too many characters.
    #[error("the code has {found} characters, the paper has {}", RecoveryCode::LENGTH)]
    Length {
        /// How many there are, without spaces and hyphens.
        found: usize,
    },
    /// A character that stands on no kit. It is not shown: it may be a character of a secret.
    #[error("character {} of group {} stands on no recovery kit", .0.in_group, .0.group)]
    Character(Position),
    /// The last two characters do not fit the others.
    #[error("the check characters do not fit")]
    Check,
}

/// Where a character stands on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// In which group, from 1 to 7.
    pub group: usize,
    /// Where in it, from 1 to 4.
    pub in_group: usize,
}

impl Position {
    fn of(index: usize) -> Self {
        Self { group: index / RecoveryCode::GROUP + 1, in_group: index % RecoveryCode::GROUP + 1 }
    }

    fn index(self) -> usize {
        (self.group - 1) * RecoveryCode::GROUP + self.in_group - 1
    }
}

/// What stands on the paper. Wiped when dropped; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; CARRYING]>);

impl RecoveryCode {
    /// Characters, the two that check the others included.
    pub const LENGTH: usize = CARRYING + 2;
    /// Characters of a group.
    pub const GROUP: usize = 4;

    /// A new one.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut values = Zeroizing::new(crate::random::bytes::<CARRYING>()?);
        // 256 is a multiple of 32: each value is as likely as another.
        values.iter_mut().for_each(|value| *value %= 32);
        Ok(Self(values))
    }

    /// Reads what somebody typed from the paper: in capitals or not, with spaces or hyphens anywhere, with
    /// O for zero, I or L for one.
    ///
    /// # Errors
    /// [`RecoveryCodeError`], with the place.
    pub fn parse(typed: &str) -> Result<Self, RecoveryCodeError> {
        let characters =
            || typed.chars().filter(|character| !character.is_whitespace() && *character != '-');
        let mut all = Zeroizing::new([0; Self::LENGTH]);
        for (index, (character, place)) in characters().zip(all.iter_mut()).enumerate() {
            *place = value(character).ok_or(RecoveryCodeError::Character(Position::of(index)))?;
        }
        let found = characters().count();
        if found != Self::LENGTH {
            return Err(RecoveryCodeError::Length { found });
        }
        let mut values = Zeroizing::new([0; CARRYING]);
        values.copy_from_slice(all.get(..CARRYING).unwrap_or_default());
        let code = Self(values);
        if all.get(CARRYING..) == Some(&code.check()) {
            Ok(code)
        } else {
            Err(RecoveryCodeError::Check)
        }
    }

    /// The groups as they stand on the paper, with hyphens in between.
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(Self::LENGTH * 5 / 4));
        for (index, value) in self.values().enumerate() {
            if index > 0 && index % Self::GROUP == 0 {
                text.push('-');
            }
            text.push(digit(value));
        }
        text
    }

    /// Three places of which somebody is asked what stands there, each in another group.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn places() -> Result<[Position; 3], getrandom::Error> {
        let dice: [u8; 8] = crate::random::bytes()?;
        let groups = Self::LENGTH / Self::GROUP;
        let roll =
            |die: usize, sides: usize| usize::from(dice.get(die).copied().unwrap_or(0)) % sides;
        // Three of seven groups: a first one, and steps that never come back to it.
        let first = roll(0, groups);
        let step = 1 + roll(1, groups - 2);
        let other =
            (1..groups).filter(|other| *other != step).nth(roll(2, groups - 2)).unwrap_or(1);
        let mut groups = [first, (first + step) % groups, (first + other) % groups];
        groups.sort_unstable();
        let mut places = [Position { group: 1, in_group: 1 }; 3];
        for (nth, (place, group)) in places.iter_mut().zip(groups).enumerate() {
            *place = Position { group: group + 1, in_group: 1 + roll(3 + nth, Self::GROUP) };
        }
        Ok(places)
    }

    /// Whether these characters stand at those places.
    pub fn has(&self, places: &[Position], typed: &str) -> bool {
        let all: Zeroizing<Vec<u8>> = Zeroizing::new(self.values().collect());
        let typed = typed
            .chars()
            .filter(|character| !matches!(character, '-' | ',') && !character.is_whitespace())
            .map(value);
        places.iter().map(|place| all.get(place.index()).copied()).eq(typed)
    }

    /// The key of the slot that the kit opens.
    pub(crate) fn key(&self) -> Secret {
        let mut key = Zeroizing::new([0; 32]);
        let derived = Hkdf::<Sha256>::new(None, self.0.as_slice()).expand(INFO, key.as_mut_slice());
        // HKDF gives up to 255 x 32 bytes.
        debug_assert!(derived.is_ok(), "32 bytes");
        Secret::new(*key)
    }

    fn values(&self) -> impl Iterator<Item = u8> {
        self.0.iter().copied().chain(self.check())
    }

    /// What is left of the number that the characters are, divided by [`MODULUS`].
    fn check(&self) -> [u8; 2] {
        // The two check characters stand behind the number: it is read as if they were zeros.
        let rest = self
            .0
            .iter()
            .chain(&[0, 0])
            .fold(0, |rest: u32, value| (rest * 32 + u32::from(*value)) % MODULUS);
        // 0..=1020 fits ten bits.
        [(rest / 32) as u8, (rest % 32) as u8]
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RecoveryCode([redacted])")
    }
}

fn digit(value: u8) -> char {
    DIGITS.get(usize::from(value)).map_or('?', |digit| char::from(*digit))
}

fn value(character: char) -> Option<u8> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let index = DIGITS.iter().position(|digit| char::from(*digit) == character)?;
    u8::try_from(index).ok()
}

#[cfg(test)]
#[path = "recovery_tests.rs"]
mod tests;
