//! The ways into this desk: what opens it, what is proven to, and what is missing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use booqing_keys::{InstallationKey, Keyring, NewSlot, OsKeyring, Passphrase, Slots};
use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;

use crate::desk::recovery_code;
use crate::kit::RecoveryKit;
use crate::{Desk, DeskError, Language, Result, desks};

/// The slots of the home and the key they open, as long as the desk is open.
#[derive(Debug)]
struct Keys {
    slots: Slots,
    key: InstallationKey,
    /// Whether the slots file was damaged or changed, and its other generation put in its place.
    restored: bool,
}

/// What an open desk knows of its own keys. One desk, one set, whoever holds it.
#[derive(Debug, Clone)]
pub(crate) struct KeyRoom(Arc<Mutex<Keys>>);

impl KeyRoom {
    pub(crate) fn new(slots: Slots, key: InstallationKey, restored: bool) -> Self {
        Self(Arc::new(Mutex::new(Keys { slots, key, restored })))
    }

    fn enter(&self) -> MutexGuard<'_, Keys> {
        // Whoever panicked had not written yet, or had: the slots are replaced as a whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A way into this desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KeySlot {
    /// Its number.
    pub id: u32,
    /// `keyring`, `passphrase` or `recovery_kit`.
    pub kind: &'static str,
    /// When it last opened the desk or was checked, in seconds since 1970; none if it never was.
    #[ts(type = "number | null")]
    pub proven_at: Option<i64>,
}

/// The ways into this desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KeySlots {
    /// Each of them, in the order in which they were made.
    pub slots: Vec<KeySlot>,
    /// Whether two that do not hang together are proven to work. As long as they are not, one loss is
    /// the loss of what is here and not yet at the hub.
    pub safe: bool,
    /// Whether the file that holds them was damaged or changed when the desk was opened: its other generation
    /// took its place.
    pub restored: bool,
}

impl Desk {
    /// How it is opened was proven: it is written down once a day. A keyring that failed before another
    /// slot opened is not proven any more. What opens is not kept from opening by a disk that cannot be
    /// written to.
    pub(crate) fn opened_by(&self, slot: u32, keyring_failed: bool, now: Timestamp) {
        let Keys { slots, key, .. } = &mut *self.keys.enter();
        if keyring_failed {
            let _ = slots.doubt_keyring(key);
        }
        let _ = slots.prove(key, slot, now.as_second());
    }

    /// The ways into this desk.
    pub fn key_slots(&self) -> KeySlots {
        let keys = self.keys.enter();
        let slots = keys.slots.slots().iter().map(|slot| KeySlot {
            id: slot.id,
            kind: slot.kind.name(),
            proven_at: slot.proven_at,
        });
        KeySlots {
            slots: slots.collect(),
            safe: keys.slots.proven_kinds() >= 2,
            restored: keys.restored,
        }
    }

    /// Lets a passphrase open this desk; one that was there before no longer does. `typed_twice` says that a
    /// person knows it by heart: it counts as proven then, and otherwise once it has opened the desk.
    ///
    /// # Errors
    /// [`DeskError::Slots`]: too short, easily guessed, or the file cannot be written.
    pub fn set_passphrase(
        &self,
        passphrase: &str,
        typed_twice: bool,
        now: Timestamp,
    ) -> Result<KeySlots> {
        let passphrase = Passphrase::new(passphrase.to_owned());
        self.replace(&NewSlot::Passphrase(&passphrase), typed_twice.then_some(now))
    }

    /// Puts a new secret into the keyring of this computer: where there was none yet, where it was lost,
    /// or where the old one may have been seen. The old one no longer opens the desk.
    ///
    /// # Errors
    /// [`DeskError::Slots`].
    pub fn renew_keyring(&self, now: Timestamp) -> Result<KeySlots> {
        self.replace(&NewSlot::Keyring(&OsKeyring), Some(now))
    }

    fn replace(&self, new: &NewSlot<'_>, proven_at: Option<Timestamp>) -> Result<KeySlots> {
        {
            let Keys { slots, key, .. } = &mut *self.keys.enter();
            slots.replace(key, new, proven_at.map(Timestamp::as_second))?;
        }
        Ok(self.key_slots())
    }

    /// Takes a way in away. What opens the desk otherwise must be proven to; a keyring is asked on the spot.
    ///
    /// # Errors
    /// [`DeskError::Slots`]; [`DeskError::Unproven`] when no other is proven to work.
    pub fn remove_key_slot(&self, id: u32) -> Result<KeySlots> {
        self.remove_slot(id, &OsKeyring)
    }

    fn remove_slot(&self, id: u32, keyring: &dyn Keyring) -> Result<KeySlots> {
        {
            let Keys { slots, key, .. } = &mut *self.keys.enter();
            let proven =
                slots.slots().iter().filter(|slot| slot.id != id && slot.proven_at.is_some());
            let (in_keyring, elsewhere): (Vec<_>, Vec<_>) =
                proven.partition(|slot| slot.kind.name() == "keyring");
            let is_safe = !elsewhere.is_empty()
                || (!in_keyring.is_empty() && slots.fits_keyring(key, keyring));
            let is_there = slots.slots().iter().any(|slot| slot.id == id);
            if is_there && slots.slots().len() > 1 && !is_safe {
                return Err(DeskError::Unproven);
            }
            slots.remove(key, id, keyring)?;
        }
        Ok(self.key_slots())
    }

    /// Makes a recovery kit in memory. It opens nothing until [`Self::take_recovery_kit`] has been told
    /// three of its characters; one that was made before opens until then.
    ///
    /// # Errors
    /// [`DeskError::Slots`] without random bytes; [`DeskError::Pdf`] when a name cannot be printed.
    pub fn make_recovery_kit(&self, language: Language, now: Timestamp) -> Result<RecoveryKit> {
        let here = self.connection.desk.to_string();
        let name = self.cache.read(|reader| Ok(desks::name_of(reader, &here)))??;
        let installation = self.keys.enter().slots.installation().to_owned();
        let style = self.style(language)?;
        RecoveryKit::make(&style, self.administration_name(), &name, &installation, now)
    }

    /// Lets the kit open this desk, once somebody has read three of its characters back from the paper.
    /// A kit that was made before no longer opens it.
    ///
    /// # Errors
    /// [`DeskError::OtherCharacters`] when others stand there; the kit can be asked about again.
    pub fn take_recovery_kit(
        &self,
        kit: &RecoveryKit,
        typed: &str,
        now: Timestamp,
    ) -> Result<KeySlots> {
        if !kit.code().has(kit.places(), typed) {
            return Err(DeskError::OtherCharacters);
        }
        self.replace(&NewSlot::RecoveryKit(kit.code()), Some(now))
    }

    /// Tries what stands on a kit, without changing what opens the desk: that the paper is the right one
    /// and can be read.
    ///
    /// # Errors
    /// [`DeskError::RecoveryCode`] for what no kit can say; [`DeskError::Slots`] when it does not fit.
    pub fn try_recovery_kit(&self, typed: &str, now: Timestamp) -> Result<KeySlots> {
        let code = recovery_code(typed)?;
        {
            let Keys { slots, key, .. } = &mut *self.keys.enter();
            let slot = slots.fits_recovery_kit(key, &code)?;
            slots.prove(key, slot, now.as_second())?;
        }
        Ok(self.key_slots())
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
