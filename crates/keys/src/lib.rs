//! Keys.
//!
//! An installation has one key of 32 random bytes. It is written nowhere; it is wrapped, once for
//! each way in, in the slots file ([`slots`]): under a secret in the operating system's keyring
//! ([`keyring`]), under a passphrase ([`passphrase`]), for a recovery kit on paper ([`recovery`]). Everything else that is secret on the
//! machine is derived from it or sealed under what is derived from it ([`installation`]).
//!
//! What is deliberately absent: a way to make a new key where one existed. A key that is lost is
//! an error that says so.

pub mod aead;
mod compression;
pub mod installation;
pub mod keyring;
pub mod original;
pub mod part;
pub mod passphrase;
pub mod private_file;
pub mod random;
pub mod recovery;
pub mod secret;
pub mod slots;

pub use installation::{CacheKey, InstallationKey};
pub use keyring::{Keyring, KeyringError, OsKeyring};
pub use passphrase::{Passphrase, PassphraseError};
pub use recovery::{Position, RecoveryCode, RecoveryCodeError};
pub use secret::Secret;
pub use slots::{NewSlot, Opened, Slot, SlotKind, Slots, SlotsError};
