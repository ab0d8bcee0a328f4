//! One way in, and what stands in the file about it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::aead::{self, SealError};
use crate::installation::InstallationKey;
use crate::keyring::Keyring;
use crate::passphrase::{Cost, Passphrase};
use crate::recovery::{self, RecoveryCode};
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
    /// once a month at most.
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
    RecoveryKit {
        /// The kit's public key, in base64.
        public_key: String,
        /// The encapsulated key of this seal (RFC 9180), in base64.
        encapsulated: String,
    },
}

impl SlotKind {
    /// `keyring`, `passphrase` or `recovery_kit`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Keyring { .. } => "keyring",
            Self::Passphrase { .. } => "passphrase",
            Self::RecoveryKit { .. } => "recovery_kit",
        }
    }
}

/// What opens a slot.
pub(super) enum Opener<'a> {
    Secret(&'a Secret),
    RecoveryKit(&'a RecoveryCode),
}

impl Slot {
    /// Makes a slot and tries it: what stands in the file has opened.
    pub(super) fn make(
        installation: &str,
        id: u32,
        new: &NewSlot<'_>,
        key: &InstallationKey,
    ) -> Result<Self, SlotsError> {
        let plain = key.secret().expose();
        let slot = match new {
            NewSlot::Keyring(keyring) => {
                let entry = format!("{installation}/{id}");
                let secret = Secret::random().map_err(|_| SlotsError::NoRandom)?;
                keyring.write(&entry, &secret)?;
                let slot =
                    Self::sealed(installation, id, SlotKind::Keyring { entry }, &secret, key)?;
                slot.tried(installation, &Opener::Secret(&secret), key)?
            }
            NewSlot::Passphrase(passphrase) => {
                passphrase.check_new()?;
                let salt: [u8; 16] = crate::random::bytes().map_err(|_| SlotsError::NoRandom)?;
                let cost = Cost::NEW;
                let secret = passphrase.stretch(&salt, cost)?;
                let kind = SlotKind::Passphrase { salt: STANDARD.encode(salt), cost };
                let slot = Self::sealed(installation, id, kind, &secret, key)?;
                slot.tried(installation, &Opener::Secret(&secret), key)?
            }
            NewSlot::RecoveryKit(code) => {
                let public_key = STANDARD.encode(code.public_key());
                let place = kit_place(installation, id, &public_key);
                let (encapsulated, sealed) = recovery::seal(&code.public_key(), &place, plain)
                    .map_err(|_| SlotsError::NoRandom)?;
                let encapsulated = STANDARD.encode(encapsulated);
                let kind = SlotKind::RecoveryKit { public_key, encapsulated };
                let slot = Self { id, kind, sealed: STANDARD.encode(sealed), proven_at: None };
                slot.tried(installation, &Opener::RecoveryKit(code), key)?
            }
        };
        Ok(slot)
    }

    fn sealed(
        installation: &str,
        id: u32,
        kind: SlotKind,
        secret: &Secret,
        key: &InstallationKey,
    ) -> Result<Self, SlotsError> {
        let sealed = aead::seal(secret, &place(installation, id, &kind), key.secret().expose())
            .map_err(|_| SlotsError::NoRandom)?;
        Ok(Self { id, kind, sealed: STANDARD.encode(sealed), proven_at: None })
    }

    fn tried(
        self,
        installation: &str,
        opener: &Opener<'_>,
        key: &InstallationKey,
    ) -> Result<Self, SlotsError> {
        match self.unseal(installation, opener) {
            Ok(found) if found == *key => Ok(self),
            _ => Err(SlotsError::Untrue),
        }
    }

    /// The installation's key.
    pub(super) fn unseal(
        &self,
        installation: &str,
        opener: &Opener<'_>,
    ) -> Result<InstallationKey, SealError> {
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| SealError::NotAuthentic);
        let sealed = bytes(&self.sealed)?;
        let place = place(installation, self.id, &self.kind);
        let opened: Zeroizing<Vec<u8>> = match (opener, &self.kind) {
            (Opener::RecoveryKit(code), SlotKind::RecoveryKit { encapsulated, .. }) => {
                recovery::open(code, &bytes(encapsulated)?, &place, &sealed)?
            }
            (Opener::Secret(secret), _) => aead::open(secret, &place, &sealed)?,
            (Opener::RecoveryKit(_), _) => return Err(SealError::NotAuthentic),
        };
        let key: [u8; 32] = opened.as_slice().try_into().map_err(|_| SealError::NotAuthentic)?;
        Ok(InstallationKey::new(Secret::new(key)))
    }
}

/// What a slot is bound to: this installation, its number, how it opens and at what cost.
fn place(installation: &str, id: u32, kind: &SlotKind) -> Vec<u8> {
    match kind {
        SlotKind::Keyring { entry } => {
            format!("slot/1/{installation}/{id}/keyring/{entry}").into_bytes()
        }
        SlotKind::Passphrase { salt, cost: Cost { memory_kib, passes, lanes } } => {
            format!("slot/1/{installation}/{id}/passphrase/{salt}/{memory_kib}/{passes}/{lanes}")
                .into_bytes()
        }
        SlotKind::RecoveryKit { public_key, .. } => kit_place(installation, id, public_key),
    }
}

fn kit_place(installation: &str, id: u32, public_key: &str) -> Vec<u8> {
    format!("slot/1/{installation}/{id}/recovery_kit/{public_key}").into_bytes()
}
