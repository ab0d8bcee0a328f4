//! The slots file: the ways in to one installation.
//!
//! Like LUKS: the installation's key stands in no file. Each slot holds it sealed under something
//! else: a secret in the operating system's keyring, a stretched passphrase, or what stands on a recovery
//! kit. Losing one slot loses nothing while another opens.
//!
//! The file is replaced as a whole and kept in two generations, from the first day on. Its content is
//! authenticated under a key derived from the installation's: a slot that was added, changed or taken
//! away behind our back is found as soon as any slot opens. A generation that is damaged or was changed gives way
//! to the other one, which takes its place. That both were put back from an old copy is not found here.

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
const PROOF: i64 = 24 * 3600;

/// The slots of one installation.
#[derive(Debug, Clone)]
pub struct Slots {
    folder: PathBuf,
    content: Content,
    mac: String,
    /// Whether the generation that ought to be read could not be.
    is_previous: bool,
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
            is_previous: false,
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
            Err(
                refusal @ (SlotsError::Absent(_)
                | SlotsError::Damaged { .. }
                | SlotsError::File { .. }),
            ) => {
                let previous = read_generation(folder, PREVIOUS).map_err(|_| refusal)?;
                Ok(Self { is_previous: true, ..previous })
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

    /// Writes down that a slot works, at that moment in seconds since 1970 (UTC); once a day.
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

    /// Takes back that the keyring is proven to work: it has just failed.
    ///
    /// # Errors
    /// [`SlotsError::File`].
    pub fn doubt_keyring(&mut self, key: &InstallationKey) -> Result<(), SlotsError> {
        let mut content = self.content.clone();
        for slot in &mut content.slots {
            if matches!(slot.kind, SlotKind::Keyring { .. }) {
                slot.proven_at = None;
            }
        }
        if content == self.content { Ok(()) } else { self.write(key, content) }
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
        self.write_both(key, content)?;
        self.forget(keyring, &old);
        Ok(())
    }

    /// Puts a way in in the place of all of its kind: a new passphrase, a new recovery kit, a new secret
    /// in the keyring. Until it stands in the file the old ones open, and afterwards it does; what the
    /// keyring held for them is taken away last, and opens nothing by then. `proven_at` says when it was
    /// proven to work, if it was.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn replace(
        &mut self,
        key: &InstallationKey,
        new: &NewSlot<'_>,
        proven_at: Option<i64>,
    ) -> Result<u32, SlotsError> {
        let id = self.content.next_id;
        let slot = Slot::make(&self.content.installation, id, new, key)?;
        let mut content = self.content.clone();
        content.next_id = id + 1;
        let is_old = |old: &Slot| old.kind.name() == slot.kind.name();
        let old: Vec<Slot> = content.slots.extract_if(.., |old| is_old(old)).collect();
        content.slots.push(Slot { proven_at, ..slot });
        self.write_both(key, content)?;
        if let NewSlot::Keyring(keyring) = new {
            self.forget(*keyring, &old);
        }
        Ok(id)
    }

    /// Takes the secrets of slots that are gone from the keyring, if they are what this program wrote there:
    /// what does not fit is somebody else's. One that stays there opens nothing.
    fn forget(&self, keyring: &dyn Keyring, slots: &[Slot]) {
        for slot in slots {
            let SlotKind::Keyring { entry } = &slot.kind else { continue };
            let is_ours = |secret: &Secret| slot.unseal(self.installation(), secret).is_ok();
            if keyring.read(entry).as_ref().is_ok_and(is_ours) {
                let _ = keyring.forget(entry);
            }
        }
    }
}

#[cfg(test)]
mod tests;
