//! Opening an installation by one of its slots.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::file::{FILE, PREVIOUS, mac, read_generation};
use super::slot::{Slot, SlotKind};
use super::{Slots, SlotsError};
use crate::Secret;
use crate::installation::InstallationKey;
use crate::keyring::{Keyring, KeyringError};
use crate::passphrase::{Passphrase, PassphraseError};
use crate::recovery::RecoveryCode;

/// An installation that opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its key.
    pub key: InstallationKey,
    /// The number of the slot that opened it.
    pub slot: u32,
    /// Whether the file was damaged or changed, and its other generation put in its place.
    pub restored: bool,
}

impl Slots {
    /// Opens the installation with the keyring.
    ///
    /// # Errors
    /// [`SlotsError::NoSlot`], [`SlotsError::Keyring`], [`SlotsError::WrongKeyringSecret`],
    /// [`SlotsError::Tampered`].
    pub fn open_with_keyring(&mut self, keyring: &dyn Keyring) -> Result<Opened, SlotsError> {
        self.or_previous(|slots| slots.try_keyring(keyring))
    }

    /// Opens the installation with a passphrase.
    ///
    /// # Errors
    /// [`SlotsError::NoSlot`], [`SlotsError::WrongPassphrase`], [`SlotsError::Passphrase`],
    /// [`SlotsError::Tampered`].
    pub fn open_with_passphrase(&mut self, passphrase: &Passphrase) -> Result<Opened, SlotsError> {
        self.or_previous(|slots| slots.try_passphrase(passphrase))
    }

    /// Opens the installation with what stands on a recovery kit.
    ///
    /// # Errors
    /// [`SlotsError::NoSlot`], [`SlotsError::WrongRecoveryKit`], [`SlotsError::Tampered`].
    pub fn open_with_recovery_kit(&mut self, code: &RecoveryCode) -> Result<Opened, SlotsError> {
        self.or_previous(|slots| slots.try_recovery_kit(code))
    }

    /// Which slot of an open installation this kit opens, as it stands now.
    ///
    /// # Errors
    /// [`SlotsError::NoSlot`], [`SlotsError::WrongRecoveryKit`].
    pub fn fits_recovery_kit(
        &self,
        key: &InstallationKey,
        code: &RecoveryCode,
    ) -> Result<u32, SlotsError> {
        let opened = self.try_recovery_kit(code)?;
        if opened.key == *key { Ok(opened.slot) } else { Err(SlotsError::WrongRecoveryKit) }
    }

    /// Whether the keyring opens an open installation, as both stand now.
    pub fn fits_keyring(&self, key: &InstallationKey, keyring: &dyn Keyring) -> bool {
        self.try_keyring(keyring).is_ok_and(|opened| opened.key == *key)
    }

    /// Opens this generation, or the one before when this one does not fit: a flipped bit in a
    /// sealed key looks like a wrong passphrase, one in a name like an empty keyring. The one before is
    /// authentic when it opens, and holds no slot that was taken away; it takes the place of this one. What both
    /// refuse is what this one says.
    fn or_previous(
        &mut self,
        open: impl Fn(&Self) -> Result<Opened, SlotsError>,
    ) -> Result<Opened, SlotsError> {
        if self.is_previous {
            let opened = open(self)?;
            return Ok(self.restored(opened));
        }
        open(self).or_else(|refusal| {
            let may_be_damage = matches!(
                refusal,
                SlotsError::WrongPassphrase
                    | SlotsError::WrongRecoveryKit
                    | SlotsError::WrongKeyringSecret
                    | SlotsError::Keyring(KeyringError::NoEntry)
                    | SlotsError::Passphrase(PassphraseError::Parameters { .. })
                    | SlotsError::NoSlot(_)
                    | SlotsError::Tampered(_)
                    | SlotsError::Damaged { .. }
            );
            let previous = read_generation(&self.folder, PREVIOUS);
            match previous {
                Ok(previous) if may_be_damage && previous.content != self.content => {
                    let opened = open(&previous).map_err(|_| refusal)?;
                    *self = previous;
                    Ok(self.restored(opened))
                }
                _ => Err(refusal),
            }
        })
    }

    fn restored(&mut self, opened: Opened) -> Opened {
        // Where it cannot be written the next opening does the same again.
        self.is_previous = self.restore().is_err();
        Opened { restored: true, ..opened }
    }

    pub(super) fn try_keyring(&self, keyring: &dyn Keyring) -> Result<Opened, SlotsError> {
        self.try_each("keyring", |slot| {
            let SlotKind::Keyring { entry } = &slot.kind else { return None };
            let opened = keyring.read(entry).map_err(SlotsError::from);
            Some(opened.and_then(|secret| {
                self.opened(slot, &secret)?.ok_or(SlotsError::WrongKeyringSecret)
            }))
        })
    }

    fn try_passphrase(&self, passphrase: &Passphrase) -> Result<Opened, SlotsError> {
        self.try_each("passphrase", |slot| {
            let SlotKind::Passphrase { salt, cost } = &slot.kind else { return None };
            let stretched = self.salt(salt).and_then(|salt| Ok(passphrase.stretch(&salt, *cost)?));
            Some(
                stretched.and_then(|secret| {
                    self.opened(slot, &secret)?.ok_or(SlotsError::WrongPassphrase)
                }),
            )
        })
    }

    fn try_recovery_kit(&self, code: &RecoveryCode) -> Result<Opened, SlotsError> {
        let secret = code.key();
        self.try_each("recovery_kit", |slot| {
            let SlotKind::RecoveryKit = &slot.kind else { return None };
            Some(
                self.opened(slot, &secret)
                    .and_then(|opened| opened.ok_or(SlotsError::WrongRecoveryKit)),
            )
        })
    }

    /// Tries the slots of a kind one after the other: one that is damaged keeps no other from opening. What
    /// the last one says counts, where none opens.
    fn try_each(
        &self,
        kind: &'static str,
        open: impl Fn(&Slot) -> Option<Result<Opened, SlotsError>>,
    ) -> Result<Opened, SlotsError> {
        let mut outcome = Err(SlotsError::NoSlot(kind));
        for tried in self.content.slots.iter().filter_map(open) {
            if tried.is_ok() {
                return tried;
            }
            outcome = tried;
        }
        outcome
    }

    /// What the slot holds, or nothing when the secret does not fit it.
    fn opened(&self, slot: &Slot, secret: &Secret) -> Result<Option<Opened>, SlotsError> {
        let Ok(key) = slot.unseal(&self.content.installation, secret) else { return Ok(None) };
        if mac(&key, &self.content)? != self.mac {
            return Err(SlotsError::Tampered(self.folder.join(FILE)));
        }
        Ok(Some(Opened { key, slot: slot.id, restored: false }))
    }

    fn salt(&self, text: &str) -> Result<[u8; 16], SlotsError> {
        let bytes = STANDARD.decode(text).unwrap_or_default();
        bytes.try_into().map_err(|_| SlotsError::Damaged {
            path: self.folder.join(FILE),
            reason: "a salt has another length".to_owned(),
        })
    }
}
