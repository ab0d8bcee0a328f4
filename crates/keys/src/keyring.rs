//! The operating system's keyring: Secret Service, Keychain, Credential Manager.
//!
//! The keyring is the least reliable part of the chain, so nothing is assumed of it: what is
//! written is read back and compared; an entry that does not fit is reported and never deleted or
//! overwritten; a service that does not answer is given up after five seconds.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Secret;

const SERVICE: &str = "nl.smartbooqing.desk";
const PREFIX: &str = "k1.";
const PATIENCE: Duration = Duration::from_secs(5);

/// A place where the operating system keeps a secret for the user who is logged in.
pub trait Keyring {
    /// The secret of that name.
    ///
    /// # Errors
    /// [`KeyringError`], one variant for each thing a person can do about it.
    fn read(&self, name: &str) -> Result<Secret, KeyringError>;

    /// Writes the secret and reads it back.
    ///
    /// # Errors
    /// [`KeyringError`]; [`KeyringError::Occupied`] when another secret has that name.
    fn write(&self, name: &str, secret: &Secret) -> Result<(), KeyringError>;

    /// Takes away a secret of ours that opens nothing any more.
    ///
    /// # Errors
    /// [`KeyringError`].
    fn forget(&self, name: &str) -> Result<(), KeyringError>;
}

/// Why the keyring did not help.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyringError {
    /// There is no keyring service in this session.
    #[error("there is no keyring in this session")]
    NoService,
    /// The keyring is there and locked, or the question to unlock it was dismissed.
    #[error("the keyring is locked: {0}")]
    Locked(String),
    /// The keyring has no entry of that name.
    #[error("the keyring has no entry for this installation")]
    NoEntry,
    /// There are several entries of that name.
    #[error("the keyring has {0} entries for this installation")]
    Ambiguous(usize),
    /// The entry is not what this program wrote.
    #[error("the keyring's entry is damaged: {0}")]
    Damaged(&'static str),
    /// Another secret has that name.
    #[error("the keyring has another secret under this name already")]
    Occupied,
    /// The service did not answer.
    #[error("the keyring did not answer within {} seconds", PATIENCE.as_secs())]
    Silent,
    /// Something else.
    #[error("the keyring failed: {0}")]
    Failed(String),
}

/// The keyring of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsKeyring;

impl OsKeyring {
    /// Whether there is a keyring in this session, locked or not. Nobody is asked anything.
    pub fn is_there(&self) -> bool {
        matches!(self.read("probe"), Ok(_) | Err(KeyringError::NoEntry | KeyringError::Locked(_)))
    }
}

impl Keyring for OsKeyring {
    fn read(&self, name: &str) -> Result<Secret, KeyringError> {
        let name = name.to_owned();
        let text = patiently(PATIENCE, move || entry(&name)?.get_password().map_err(explain))?;
        decode(&Zeroizing::new(text))
    }

    fn write(&self, name: &str, secret: &Secret) -> Result<(), KeyringError> {
        match self.read(name) {
            Err(KeyringError::NoEntry) => {}
            Ok(found) if found == *secret => return Ok(()),
            Ok(_) => return Err(KeyringError::Occupied),
            Err(error) => return Err(error),
        }
        let (owned, line) = (name.to_owned(), encode(secret));
        patiently(PATIENCE, move || entry(&owned)?.set_password(&line).map_err(explain))?;
        if self.read(name)? == *secret {
            Ok(())
        } else {
            Err(KeyringError::Damaged("it reads back as something else"))
        }
    }

    fn forget(&self, name: &str) -> Result<(), KeyringError> {
        let name = name.to_owned();
        patiently(PATIENCE, move || entry(&name)?.delete_credential().map_err(explain))
    }
}

fn entry(name: &str) -> Result<keyring::Entry, KeyringError> {
    keyring::Entry::new(SERVICE, name).map_err(explain)
}

/// Does something that may never return on a thread of its own, and waits for it a while.
fn patiently<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> Result<T, KeyringError> + Send + 'static,
) -> Result<T, KeyringError> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Nobody listens any more when the patience has run out.
        let _ = sender.send(work());
    });
    receiver.recv_timeout(patience).unwrap_or(Err(KeyringError::Silent))
}

fn explain(error: keyring::Error) -> KeyringError {
    match error {
        keyring::Error::NoDefaultStore => KeyringError::NoService,
        keyring::Error::NoStorageAccess(reason) => KeyringError::Locked(reason.to_string()),
        keyring::Error::NoEntry => KeyringError::NoEntry,
        keyring::Error::Ambiguous(entries) => KeyringError::Ambiguous(entries.len()),
        keyring::Error::BadEncoding(_) => KeyringError::Damaged("it is not text"),
        keyring::Error::BadDataFormat(..) => KeyringError::Damaged("it is not a secret"),
        other => KeyringError::Failed(other.to_string()),
    }
}

/// One line of ASCII under 200 bytes: `k1.`, the secret in base64url, a point, and its CRC-32 in
/// hexadecimal. Some keyrings lose a whole collection over a line end in one secret.
fn encode(secret: &Secret) -> Zeroizing<String> {
    let crc = crc32fast::hash(secret.expose());
    Zeroizing::new(format!("{PREFIX}{}.{crc:08x}", URL_SAFE_NO_PAD.encode(secret.expose())))
}

fn decode(line: &str) -> Result<Secret, KeyringError> {
    let body = line.strip_prefix(PREFIX).ok_or(KeyringError::Damaged("it has another form"))?;
    let (text, crc) = body.split_once('.').ok_or(KeyringError::Damaged("it is cut off"))?;
    let bytes = Zeroizing::new(
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| KeyringError::Damaged("it has other characters"))?,
    );
    let secret: [u8; 32] =
        bytes.as_slice().try_into().map_err(|_| KeyringError::Damaged("it has another length"))?;
    if crc != format!("{:08x}", crc32fast::hash(&secret)) {
        return Err(KeyringError::Damaged("its check characters do not fit"));
    }
    Ok(Secret::new(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_short_line_and_reads_back() {
        let secret = Secret::new([0xfe; 32]);
        let line = encode(&secret);
        assert!(line.len() < 200 && line.is_ascii() && !line.contains(['\n', '\r']));
        assert_eq!(decode(&line), Ok(secret));
    }

    #[test]
    fn every_change_of_the_line_is_found() {
        let line = encode(&Secret::new([0x5a; 32]));
        for index in 0..line.len() {
            let mut changed = line.as_bytes().to_vec();
            changed[index] = if changed[index] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(matches!(decode(&changed), Err(KeyringError::Damaged(_))), "{changed}");
            assert!(decode(&line[..index]).is_err(), "cut after {index}");
        }
    }

    #[test]
    fn a_service_that_hangs_is_given_up() {
        let (_held, forever) = mpsc::channel::<()>();
        let outcome = patiently(Duration::ZERO, move || {
            // Returns only when the test has ended and dropped the other side.
            let _ = forever.recv();
            Ok(())
        });
        assert_eq!(outcome, Err(KeyringError::Silent));
    }
}
