//! One way in, and what stands in the file about it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::aead::{self, SealError};
use crate::installation::InstallationKey;
use crate::keyring::Keyring;
use crate::passphrase::{Cost, Passphrase};
use crate::recovery::RecoveryCode;
use crate::{Secret, SlotsError};

/// How a new slot opens.
#[derive(Debug)]
pub enum NewSlot<'a> {
    /// By a secret that is made and written to this keyring.
    Keyring(&'a dyn Keyring),
    /// By this passphrase.
    Passphrase(&'a Passphrase),
    /// By this recovery kit.
    RecoveryKit(&'a RecoveryCode),
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
    pub(super) sealed: String,
    /// When it last opened the installation, or was checked, in seconds since 1970 (UTC). Written down
    /// once a day at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven_at: Option<i64>,
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
    /// By what stands on a recovery kit.
    RecoveryKit,
}

impl SlotKind {
    /// `keyring`, `passphrase` or `recovery_kit`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Keyring { .. } => "keyring",
            Self::Passphrase { .. } => "passphrase",
            Self::RecoveryKit => "recovery_kit",
        }
    }
}

impl Slot {
    /// Makes a slot and tries it: what stands in the file has opened.
    pub(super) fn make(
        installation: &str,
        id: u32,
        new: &NewSlot<'_>,
        key: &InstallationKey,
    ) -> Result<Self, SlotsError> {
        let (kind, secret) = match new {
            NewSlot::Keyring(keyring) => {
                // No name is used twice, whatever became of an earlier attempt: a person who types the
                // keyring's password late may have it written after all.
                let random: [u8; 6] = crate::random::bytes().map_err(|_| SlotsError::NoRandom)?;
                let entry = format!("{installation}/{id}.{}", URL_SAFE_NO_PAD.encode(random));
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
            NewSlot::RecoveryKit(code) => (SlotKind::RecoveryKit, code.key()),
        };
        let sealed = aead::seal(&secret, &place(installation, id, &kind), key.secret().expose())
            .map_err(|_| SlotsError::NoRandom)?;
        let slot = Self { id, kind, sealed: STANDARD.encode(sealed), proven_at: None };
        match slot.unseal(installation, &secret) {
            Ok(found) if found == *key => Ok(slot),
            _ => Err(SlotsError::Untrue),
        }
    }

    /// The installation's key.
    pub(super) fn unseal(
        &self,
        installation: &str,
        secret: &Secret,
    ) -> Result<InstallationKey, SealError> {
        let sealed = STANDARD.decode(&self.sealed).map_err(|_| SealError::NotAuthentic)?;
        let opened = aead::open(secret, &place(installation, self.id, &self.kind), &sealed)?;
        let key: [u8; 32] = opened.as_slice().try_into().map_err(|_| SealError::NotAuthentic)?;
        Ok(InstallationKey::new(Secret::new(key)))
    }
}

/// What a slot is bound to: this installation, its number, how it opens and at what cost.
fn place(installation: &str, id: u32, kind: &SlotKind) -> Vec<u8> {
    let how = match kind {
        SlotKind::Keyring { entry } => format!("keyring/{entry}"),
        SlotKind::Passphrase { salt, cost: Cost { memory_kib, passes, lanes } } => {
            format!("passphrase/{salt}/{memory_kib}/{passes}/{lanes}")
        }
        SlotKind::RecoveryKit => "recovery_kit".to_owned(),
    };
    format!("slot/1/{installation}/{id}/{how}").into_bytes()
}
