//! Opening an installation by one of its slots.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::file::{FILE, PREVIOUS, mac, read_generation};
use super::slot::{Opener, Slot, SlotKind};
use super::{Slots, SlotsError};
use crate::installation::InstallationKey;
use crate::keyring::Keyring;
use crate::passphrase::{Passphrase, PassphraseError};
use crate::recovery::RecoveryCode;

/// An installation that opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its key.
    pub key: InstallationKey,
    /// The number of the slot that opened it.
    pub slot: u32,
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

    /// Opens this generation, or the one before when this one does not fit: a flipped bit in a
    /// sealed key looks like a wrong passphrase. What opened is what is gone on with and what the next
    /// generation is made from. What both refuse is what this one says.
    fn or_previous(
        &mut self,
        open: impl Fn(&Self) -> Result<Opened, SlotsError>,
    ) -> Result<Opened, SlotsError> {
        open(self).or_else(|refusal| {
            let may_be_damage = matches!(
                refusal,
                SlotsError::WrongPassphrase
                    | SlotsError::WrongRecoveryKit
                    | SlotsError::WrongKeyringSecret
                    | SlotsError::Passphrase(PassphraseError::Parameters { .. })
                    | SlotsError::NoSlot(_)
                    | SlotsError::Damaged { .. }
            );
            let previous = read_generation(&self.folder, PREVIOUS);
            match previous {
                Ok(previous) if may_be_damage && previous.content != self.content => {
                    let opened = open(&previous).map_err(|_| refusal)?;
                    *self = previous;
                    Ok(opened)
                }
                _ => Err(refusal),
            }
        })
    }

    pub(super) fn try_keyring(&self, keyring: &dyn Keyring) -> Result<Opened, SlotsError> {
        let mut outcome = SlotsError::NoSlot("keyring");
        for slot in &self.content.slots {
            let SlotKind::Keyring { entry } = &slot.kind else { continue };
            match keyring.read(entry) {
                Ok(secret) => match self.opened(slot, &Opener::Secret(&secret))? {
                    Some(opened) => return Ok(opened),
                    None => outcome = SlotsError::WrongKeyringSecret,
                },
                Err(error) => outcome = error.into(),
            }
        }
        Err(outcome)
    }

    fn try_passphrase(&self, passphrase: &Passphrase) -> Result<Opened, SlotsError> {
        let mut outcome = SlotsError::NoSlot("passphrase");
        for slot in &self.content.slots {
            let SlotKind::Passphrase { salt, cost } = &slot.kind else { continue };
            let secret = passphrase.stretch(&self.salt(salt)?, *cost)?;
            match self.opened(slot, &Opener::Secret(&secret))? {
                Some(opened) => return Ok(opened),
                None => outcome = SlotsError::WrongPassphrase,
            }
        }
        Err(outcome)
    }

    fn try_recovery_kit(&self, code: &RecoveryCode) -> Result<Opened, SlotsError> {
        let mut outcome = SlotsError::NoSlot("recovery_kit");
        for slot in &self.content.slots {
            let SlotKind::RecoveryKit { .. } = &slot.kind else { continue };
            match self.opened(slot, &Opener::RecoveryKit(code))? {
                Some(opened) => return Ok(opened),
                None => outcome = SlotsError::WrongRecoveryKit,
            }
        }
        Err(outcome)
    }

    /// What the slot holds, or nothing when the opener does not fit it.
    fn opened(&self, slot: &Slot, opener: &Opener<'_>) -> Result<Option<Opened>, SlotsError> {
        let Ok(key) = slot.unseal(&self.content.installation, opener) else { return Ok(None) };
        self.verify(&key)?;
        Ok(Some(Opened { key, slot: slot.id }))
    }

    fn verify(&self, key: &InstallationKey) -> Result<(), SlotsError> {
        if mac(key, &self.content)? == self.mac {
            Ok(())
        } else {
            Err(SlotsError::Tampered(self.folder.join(FILE)))
        }
    }

    fn salt(&self, text: &str) -> Result<[u8; 16], SlotsError> {
        let bytes = STANDARD.decode(text).unwrap_or_default();
        bytes.try_into().map_err(|_| SlotsError::Damaged {
            path: self.folder.join(FILE),
            reason: "a salt has another length".to_owned(),
        })
    }
}
