//! What can go wrong with the slots of an installation.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::file::FORMAT;
use crate::keyring::KeyringError;
use crate::passphrase::PassphraseError;

/// Why an installation could not be opened or its slots not be changed.
#[derive(Debug, Error)]
pub enum SlotsError {
    /// The file cannot be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There is no slots file.
    #[error("{} is not there", .0.display())]
    Absent(PathBuf),
    /// There is one already. It is never overwritten by a new installation.
    #[error("{} is there already", .0.display())]
    Present(PathBuf),
    /// Neither generation of the file can be understood.
    #[error("{} is damaged: {reason}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file was written by a newer version.
    #[error("{} has format {found}; this version reads up to {FORMAT}", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// The file was changed by somebody who does not have the key.
    #[error("{} was changed by something other than this program", .0.display())]
    Tampered(PathBuf),
    /// No slot of that kind.
    #[error("there is no {0} slot")]
    NoSlot(&'static str),
    /// The passphrase opens no slot.
    #[error("the passphrase does not fit")]
    WrongPassphrase,
    /// The recovery kit opens no slot: it is of another installation, or was replaced by another.
    #[error("the recovery kit does not fit this installation")]
    WrongRecoveryKit,
    /// The keyring's secret opens no slot: it belongs to another installation.
    #[error("the keyring's secret does not fit this installation")]
    WrongKeyringSecret,
    /// The last slot stays: without it nothing could ever be opened again.
    #[error("the last slot cannot be removed")]
    LastSlot,
    /// The keyring did not help.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The passphrase or its parameters were refused.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// A new slot does not open what was just sealed in it: the machine computes wrongly. It was not added.
    #[error("the new slot does not open again")]
    Untrue,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandom,
}
