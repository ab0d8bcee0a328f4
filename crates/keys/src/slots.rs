//! The slots file: the ways in to one installation.
//!
//! Like LUKS: the installation's key stands in no file. Each slot holds it sealed under something
//! else: a secret in the operating system's keyring, a stretched passphrase, or what stands on a recovery
//! kit. Losing one slot loses nothing while another opens.
//!
//! The file is replaced as a whole and kept in two generations, from the first day on. Its content is
//! authenticated under a key derived from the installation's: a slot that was added, changed or taken
//! away behind our back is found as soon as any slot opens. A generation that is damaged gives way to
//! the other one.

mod error;
mod file;
mod opening;
mod slot;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub use error::SlotsError;
use file::{Content, FILE, FORMAT, PREVIOUS, read_generation};
pub use opening::Opened;
pub use slot::{NewSlot, Slot, SlotKind};

use crate::Secret;
use crate::installation::InstallationKey;
use crate::keyring::Keyring;

/// Seconds until a proof is written down again: a file need not be written at every start.
const PROOF: i64 = 30 * 24 * 3600;

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
        file::remove(&self.folder)
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

    /// How many kinds of openers are proven to work. Below two, one loss loses everything. Two of one
    /// kind count once: what takes a keyring away takes both its secrets.
    pub fn proven_kinds(&self) -> usize {
        let proven = self.content.slots.iter().filter(|slot| slot.proven_at.is_some());
        proven.map(|slot| slot.kind.name()).collect::<BTreeSet<_>>().len()
    }

    /// Adds a way in. It has opened before it is written down.
    ///
    /// # Errors
    /// [`SlotsError::Keyring`] or [`SlotsError::Passphrase`] when the new way is refused;
    /// [`SlotsError::File`] when it cannot be written. The ways there were still open.
    pub fn add(&mut self, key: &InstallationKey, new: &NewSlot<'_>) -> Result<u32, SlotsError> {
        let id = self.content.next_id;
        let slot = Slot::make(&self.content.installation, id, new, key)?;
        let mut content = self.content.clone();
        content.next_id = id + 1;
        content.slots.push(slot);
        self.write(key, content)?;
        Ok(id)
    }

    /// Writes down that a slot works, at that moment in seconds since 1970 (UTC); once a month.
    ///
    /// # Errors
    /// [`SlotsError::NoSlot`], [`SlotsError::File`].
    pub fn prove(&mut self, key: &InstallationKey, id: u32, at: i64) -> Result<(), SlotsError> {
        let mut content = self.content.clone();
        let slot = content.slots.iter_mut().find(|slot| slot.id == id);
        let slot = slot.ok_or(SlotsError::NoSlot("such"))?;
        // A clock that was ahead once must not put the next proof off for years.
        let fresh = |proven: i64| (0..PROOF).contains(&at.saturating_sub(proven));
        if slot.proven_at.is_some_and(fresh) {
            return Ok(());
        }
        slot.proven_at = Some(at);
        self.write(key, content)
    }

    /// Takes a way in away, and what the keyring held for it.
    ///
    /// # Errors
    /// [`SlotsError::LastSlot`]; [`SlotsError::NoSlot`] when there is none of that number.
    pub fn remove(
        &mut self,
        key: &InstallationKey,
        id: u32,
        keyring: &dyn Keyring,
    ) -> Result<(), SlotsError> {
        let mut content = self.content.clone();
        let old: Vec<Slot> = content.slots.extract_if(.., |slot| slot.id == id).collect();
        if old.is_empty() {
            return Err(SlotsError::NoSlot("such"));
        }
        if content.slots.is_empty() {
            return Err(SlotsError::LastSlot);
        }
        self.write(key, content)?;
        self.forget_previous()?;
        forget(keyring, &old);
        Ok(())
    }

    /// Adds a way in that takes the place of all of its kind: a new passphrase, a new recovery kit, a new
    /// secret in the keyring. Until the new one stands in the file the old ones open; what the keyring
    /// held for them is taken away last, and opens nothing by then.
    ///
    /// # Errors
    /// As [`Self::add`]. The ways there were still open, and so may the new one.
    pub fn replace(&mut self, key: &InstallationKey, new: &NewSlot<'_>) -> Result<u32, SlotsError> {
        let id = self.add(key, new)?;
        let added = self.content.slots.iter().find(|slot| slot.id == id);
        let kind = added.map(|slot| slot.kind.name()).unwrap_or_default();
        let mut content = self.content.clone();
        let is_old = |slot: &Slot| slot.id != id && slot.kind.name() == kind;
        let old: Vec<Slot> = content.slots.extract_if(.., |slot| is_old(slot)).collect();
        if !old.is_empty() {
            self.write(key, content)?;
            self.forget_previous()?;
        }
        if let NewSlot::Keyring(keyring) = new {
            forget(*keyring, &old);
        }
        Ok(id)
    }
}

/// Takes the secrets of slots that are gone from the keyring. One that stays there opens nothing.
fn forget(keyring: &dyn Keyring, slots: &[Slot]) {
    for slot in slots {
        if let SlotKind::Keyring { entry } = &slot.kind {
            let _ = keyring.forget(entry);
        }
    }
}

#[cfg(test)]
mod tests;
