//! Bytes that are wiped when they are dropped.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// 32 secret bytes. `Debug` does not show them; dropping wipes them.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Takes the bytes over.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// 32 bytes from the operating system.
    ///
    /// # Errors
    /// When the operating system gives none.
    pub fn random() -> Result<Self, getrandom::Error> {
        crate::random::bytes().map(Self)
    }

    /// The bytes. Whoever takes them keeps them from being copied about.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_and_two_are_never_the_same() {
        let secret = Secret::new([7; 32]);
        assert_eq!(format!("{secret:?}"), "Secret([redacted])");
        let (one, other) = (Secret::random().expect("random"), Secret::random().expect("random"));
        assert!(one != other);
    }
}
