//! The slots file: the ways in to one installation.
//!
//! Like LUKS: the installation's key stands in no file. Each slot holds it sealed under something
//! else: a secret in the operating system's keyring, or a stretched passphrase. Losing one slot
//! loses nothing while another opens.
//!
//! The file is replaced as a whole and kept in two generations, from the first day on. Its content is
//! authenticated under a key derived from the installation's: a slot that was added, changed or taken
//! away behind our back is found as soon as any slot opens. A generation that is damaged gives way to
//! the other one.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::aead::{self, SealError};
use crate::installation::InstallationKey;
use crate::keyring::{Keyring, KeyringError};
use crate::passphrase::{Cost, Passphrase, PassphraseError};
use crate::{Secret, private_file};

const FILE: &str = "slots.json";
const PREVIOUS: &str = "slots.previous.json";
const FORMAT: u32 = 1;

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
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandom,
}

/// How a new slot opens.
#[derive(Debug)]
pub enum NewSlot<'a> {
    /// By a secret that is made and written to this keyring.
    Keyring(&'a dyn Keyring),
    /// By this passphrase.
    Passphrase(&'a Passphrase),
}

impl std::fmt::Debug for dyn Keyring + '_ {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Keyring")
    }
}

/// One way in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its number, never used again after it is removed.
    pub id: u32,
    /// How it opens.
    #[serde(flatten)]
    pub kind: SlotKind,
    /// The installation's key, sealed, in base64.
    sealed: String,
}

/// How a slot opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SlotKind {
    /// By the secret of this name in the operating system's keyring.
    Keyring {
        /// The name of the entry.
        entry: String,
    },
    /// By a passphrase.
    Passphrase {
        /// The salt, in base64.
        salt: String,
        /// What stretching costs.
        #[serde(flatten)]
        cost: Cost,
    },
}

impl SlotKind {
    /// `keyring` or `passphrase`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Keyring { .. } => "keyring",
            Self::Passphrase { .. } => "passphrase",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Content {
    format: u32,
    installation: String,
    generation: u64,
    next_id: u32,
    slots: Vec<Slot>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    #[serde(flatten)]
    content: Content,
    mac: String,
}

/// The slots of one installation.
#[derive(Debug, Clone)]
pub struct Slots {
    folder: PathBuf,
    content: Content,
    mac: String,
}

impl Slots {
    /// Whether there is an installation in this folder, readable or not.
    pub fn exist(folder: &Path) -> bool {
        folder.join(FILE).exists() || folder.join(PREVIOUS).exists()
    }

    /// Makes a new installation with one slot. The name tells it from others in the keyring.
    ///
    /// # Errors
    /// [`SlotsError::Present`] when there is one already; whatever the slot's kind may refuse.
    pub fn create(
        folder: &Path,
        installation: &str,
        first: &NewSlot<'_>,
    ) -> Result<(Self, InstallationKey), SlotsError> {
        if Self::exist(folder) {
            return Err(SlotsError::Present(folder.join(FILE)));
        }
        let key = InstallationKey::new(Secret::random().map_err(|_| SlotsError::NoRandom)?);
        let mut slots = Self {
            folder: folder.to_path_buf(),
            content: Content {
                format: FORMAT,
                installation: installation.to_owned(),
                generation: 0,
                next_id: 1,
                slots: Vec::new(),
            },
            mac: String::new(),
        };
        slots.add(&key, first)?;
        Ok((slots, key))
    }

    /// Takes an installation back that was just made and under which nothing was kept: another may be
    /// made in its place. A secret in a keyring stays there; its name is never used again.
    ///
    /// # Errors
    /// [`SlotsError::File`].
    pub fn take_back(self) -> Result<(), SlotsError> {
        for name in [FILE, PREVIOUS] {
            let path = self.folder.join(name);
            match std::fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(SlotsError::File { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads the slots of an installation: the current generation, or the previous one when the
    /// current cannot be understood. One that can be understood and yet does not open gives way
    /// when it is opened.
    ///
    /// # Errors
    /// [`SlotsError::Absent`], [`SlotsError::Damaged`], [`SlotsError::Newer`].
    pub fn read(folder: &Path) -> Result<Self, SlotsError> {
        match read_generation(folder, FILE) {
            Err(SlotsError::Absent(path)) | Err(SlotsError::Damaged { path, .. })
                if folder.join(PREVIOUS).exists() =>
            {
                read_generation(folder, PREVIOUS).map_err(|error| match error {
                    SlotsError::Absent(_) => SlotsError::Absent(path),
                    other => other,
                })
            }
            outcome => outcome,
        }
    }

    /// The name of the installation.
    pub fn installation(&self) -> &str {
        &self.content.installation
    }

    /// The slots there are.
    pub fn slots(&self) -> &[Slot] {
        &self.content.slots
    }

    /// Opens the installation with the keyring.
    ///
    /// # Errors
    /// [`SlotsError::NoSlot`], [`SlotsError::Keyring`], [`SlotsError::WrongKeyringSecret`],
    /// [`SlotsError::Tampered`].
    pub fn open_with_keyring(&self, keyring: &dyn Keyring) -> Result<InstallationKey, SlotsError> {
        self.or_previous(|slots| slots.try_keyring(keyring))
    }

    fn try_keyring(&self, keyring: &dyn Keyring) -> Result<InstallationKey, SlotsError> {
        let mut outcome = SlotsError::NoSlot("keyring");
        for slot in &self.content.slots {
            let SlotKind::Keyring { entry } = &slot.kind else { continue };
            match keyring.read(entry) {
                Ok(secret) => match self.unseal(slot, &secret) {
                    Ok(key) => return self.verified(key),
                    Err(_) => outcome = SlotsError::WrongKeyringSecret,
                },
                Err(error) => outcome = error.into(),
            }
        }
        Err(outcome)
    }

    /// Opens the installation with a passphrase.
    ///
    /// # Errors
    /// [`SlotsError::NoSlot`], [`SlotsError::WrongPassphrase`], [`SlotsError::Passphrase`],
    /// [`SlotsError::Tampered`].
    pub fn open_with_passphrase(
        &self,
        passphrase: &Passphrase,
    ) -> Result<InstallationKey, SlotsError> {
        self.or_previous(|slots| slots.try_passphrase(passphrase))
    }

    /// Opens this generation, or the one before when this one does not fit: a flipped bit in a
    /// sealed key looks like a wrong passphrase. What both refuse is what this one says.
    fn or_previous(
        &self,
        open: impl Fn(&Self) -> Result<InstallationKey, SlotsError>,
    ) -> Result<InstallationKey, SlotsError> {
        open(self).or_else(|refusal| {
            let may_be_damage = matches!(
                refusal,
                SlotsError::WrongPassphrase
                    | SlotsError::WrongKeyringSecret
                    | SlotsError::Passphrase(PassphraseError::Parameters { .. })
                    | SlotsError::NoSlot(_)
                    | SlotsError::Damaged { .. }
            );
            let previous = read_generation(&self.folder, PREVIOUS);
            match previous {
                Ok(previous) if may_be_damage && previous.content != self.content => {
                    open(&previous).map_err(|_| refusal)
                }
                _ => Err(refusal),
            }
        })
    }

    fn try_passphrase(&self, passphrase: &Passphrase) -> Result<InstallationKey, SlotsError> {
        let mut outcome = SlotsError::NoSlot("passphrase");
        for slot in &self.content.slots {
            let SlotKind::Passphrase { salt, cost } = &slot.kind else { continue };
            let secret = passphrase.stretch(&self.salt(salt)?, *cost)?;
            match self.unseal(slot, &secret) {
                Ok(key) => return self.verified(key),
                Err(_) => outcome = SlotsError::WrongPassphrase,
            }
        }
        Err(outcome)
    }

    /// Adds a way in.
    ///
    /// # Errors
    /// [`SlotsError::Keyring`] or [`SlotsError::Passphrase`] when the new way is refused;
    /// [`SlotsError::File`] when it cannot be written. The ways there were still open.
    pub fn add(&mut self, key: &InstallationKey, new: &NewSlot<'_>) -> Result<u32, SlotsError> {
        let id = self.content.next_id;
        let (kind, secret) = match new {
            NewSlot::Keyring(keyring) => {
                let entry = format!("{}/{id}", self.content.installation);
                let secret = Secret::random().map_err(|_| SlotsError::NoRandom)?;
                keyring.write(&entry, &secret)?;
                (SlotKind::Keyring { entry }, secret)
            }
            NewSlot::Passphrase(passphrase) => {
                passphrase.check_new()?;
                let salt: [u8; 16] = crate::random::bytes().map_err(|_| SlotsError::NoRandom)?;
                let cost = Cost::NEW;
                let secret = passphrase.stretch(&salt, cost)?;
                (SlotKind::Passphrase { salt: STANDARD.encode(salt), cost }, secret)
            }
        };
        let sealed = aead::seal(&secret, &self.place(id, &kind), key.secret().expose())
            .map_err(|_| SlotsError::NoRandom)?;
        let mut content = self.content.clone();
        content.next_id = id + 1;
        content.slots.push(Slot { id, kind, sealed: STANDARD.encode(sealed) });
        self.write(key, content)?;
        Ok(id)
    }

    /// Takes a way in away.
    ///
    /// # Errors
    /// [`SlotsError::LastSlot`]; [`SlotsError::NoSlot`] when there is none of that number.
    pub fn remove(&mut self, key: &InstallationKey, id: u32) -> Result<(), SlotsError> {
        let mut content = self.content.clone();
        content.slots.retain(|slot| slot.id != id);
        if content.slots.len() == self.content.slots.len() {
            return Err(SlotsError::NoSlot("such"));
        }
        if content.slots.is_empty() {
            return Err(SlotsError::LastSlot);
        }
        self.write(key, content)?;
        // The generation before this one still holds the slot that was taken away.
        let path = self.folder.join(PREVIOUS);
        let bytes = self.bytes()?;
        private_file::replace(&path, &bytes).map_err(|source| SlotsError::File { path, source })
    }

    fn unseal(&self, slot: &Slot, secret: &Secret) -> Result<InstallationKey, SealError> {
        let sealed = STANDARD.decode(&slot.sealed).map_err(|_| SealError::NotAuthentic)?;
        let opened = aead::open(secret, &self.place(slot.id, &slot.kind), &sealed)?;
        let bytes: [u8; 32] = opened.as_slice().try_into().map_err(|_| SealError::NotAuthentic)?;
        Ok(InstallationKey::new(Secret::new(bytes)))
    }

    fn verified(&self, key: InstallationKey) -> Result<InstallationKey, SlotsError> {
        if mac(&key, &self.content)? == self.mac {
            Ok(key)
        } else {
            Err(SlotsError::Tampered(self.folder.join(FILE)))
        }
    }

    /// What a slot is bound to: this installation, its number, how it opens and at what cost.
    fn place(&self, id: u32, kind: &SlotKind) -> Vec<u8> {
        let installation = &self.content.installation;
        match kind {
            SlotKind::Keyring { entry } => {
                format!("slot/{FORMAT}/{installation}/{id}/keyring/{entry}").into_bytes()
            }
            SlotKind::Passphrase { salt, cost: Cost { memory_kib, passes, lanes } } => format!(
                "slot/{FORMAT}/{installation}/{id}/passphrase/{salt}/{memory_kib}/{passes}/{lanes}"
            )
            .into_bytes(),
        }
    }

    fn salt(&self, text: &str) -> Result<[u8; 16], SlotsError> {
        let bytes = STANDARD.decode(text).unwrap_or_default();
        bytes.try_into().map_err(|_| SlotsError::Damaged {
            path: self.folder.join(FILE),
            reason: "a salt has another length".to_owned(),
        })
    }

    fn write(&mut self, key: &InstallationKey, mut content: Content) -> Result<(), SlotsError> {
        let path = self.folder.join(FILE);
        let failed = |path: PathBuf| move |source| SlotsError::File { path, source };
        content.generation += 1;
        let mac = mac(key, &content)?;
        let next = Self { folder: self.folder.clone(), content, mac };
        let previous = self.folder.join(PREVIOUS);
        if self.content.slots.is_empty() {
            // A new installation: both generations are the first one.
            private_file::replace(&path, &next.bytes()?).map_err(failed(path))?;
            private_file::replace(&previous, &next.bytes()?).map_err(failed(previous))?;
        } else {
            // From memory, where it opened, and not from the disk, where it may be damaged.
            private_file::replace(&previous, &self.bytes()?).map_err(failed(previous))?;
            private_file::replace(&path, &next.bytes()?).map_err(failed(path))?;
        }
        *self = next;
        Ok(())
    }

    fn bytes(&self) -> Result<Vec<u8>, SlotsError> {
        let document = Document { content: self.content.clone(), mac: self.mac.clone() };
        serde_json::to_vec_pretty(&document).map_err(|error| SlotsError::Damaged {
            path: self.folder.join(FILE),
            reason: error.to_string(),
        })
    }
}

fn mac(key: &InstallationKey, content: &Content) -> Result<String, SlotsError> {
    let bytes = serde_json::to_vec(content).map_err(|error| SlotsError::Damaged {
        path: PathBuf::from(FILE),
        reason: error.to_string(),
    })?;
    Ok(blake3::keyed_hash(key.slots_key().expose(), &bytes).to_hex().to_string())
}

fn read_generation(folder: &Path, name: &str) -> Result<Slots, SlotsError> {
    let path = folder.join(name);
    let bytes = private_file::read(&path)
        .map_err(|source| SlotsError::File { path: path.clone(), source })?
        .ok_or_else(|| SlotsError::Absent(path.clone()))?;
    let damaged = |reason: String| SlotsError::Damaged { path: path.clone(), reason };
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } =
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    if format > FORMAT {
        return Err(SlotsError::Newer { path, found: format });
    }
    let Document { content, mac } =
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    if content.slots.is_empty() {
        return Err(damaged("it has no slots".to_owned()));
    }
    Ok(Slots { folder: folder.to_path_buf(), content, mac })
}

#[cfg(test)]
#[path = "slots_tests.rs"]
mod tests;
