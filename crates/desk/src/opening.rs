//! From a started program to an open desk: what the window asks before it can show anything.

use std::sync::Arc;

use booqing_keys::{KeyringError, OsKeyring, Passphrase, Slots, SlotsError};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::desk::{Unlock, joined, recovery_code};
use crate::{Desk, DeskError, Failure, Home, Language, Result, join};

/// How far the opening is.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum Opening {
    /// This desk has no administration yet.
    NotJoined {
        /// Whether the operating system's keyring can hold the key; otherwise a passphrase does.
        keyring: bool,
    },
    /// It has one and did not open by the keyring: a passphrase or the recovery kit is asked.
    Locked {
        /// Why, in a sentence.
        failure: Failure,
        /// Whether a passphrase opens it.
        passphrase: bool,
        /// Whether a recovery kit does.
        recovery_kit: bool,
    },
    /// It is open.
    Open {
        /// The name of the administration.
        administration: String,
        /// The language of its documents.
        language: Language,
    },
}

/// What somebody enters to join.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct JoinRequest {
    /// The invitation, one line.
    pub invitation: String,
    /// What this desk is called.
    pub name: String,
    /// The passphrase that opens it, where there is no keyring.
    pub passphrase: Option<String>,
}

impl std::fmt::Debug for JoinRequest {
    /// Shows neither the invitation nor the passphrase: both are secrets.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("JoinRequest").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Desk {
    /// What the window is told of an open desk.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn opening(&self) -> Result<Opening> {
        let fields = self.administration_fields()?;
        let language = match fields.text("language") {
            Some("en") => Language::En,
            _ => Language::Nl,
        };
        Ok(Opening::Open { administration: self.connection.name.clone(), language })
    }
}

/// Opens the desk of a home by the keyring. What is missing is no error here but the next question:
/// an invitation, or a passphrase.
///
/// # Errors
/// What a passphrase would not help: keys that are gone, data that cannot be used.
pub fn open(home: &Arc<Home>, language: Language) -> Result<(Opening, Option<Desk>)> {
    if joined(home)?.is_none() {
        return Ok((Opening::NotJoined { keyring: OsKeyring.is_there() }, None));
    }
    match Desk::open(Arc::clone(home), &Unlock::Keyring) {
        Ok(desk) => Ok((desk.opening()?, Some(desk))),
        Err(error @ DeskError::Slots(_)) => {
            if is_lost(&error) {
                home.note_keyring_failed();
            }
            let (passphrase, recovery_kit) = (has(home, "passphrase"), has(home, "recovery_kit"));
            if !passphrase && !recovery_kit {
                return Err(error);
            }
            let failure = error.failure(language);
            Ok((Opening::Locked { failure, passphrase, recovery_kit }, None))
        }
        Err(error) => Err(error),
    }
}

/// Opens the desk of a home by what somebody typed from its recovery kit.
///
/// # Errors
/// `not_a_recovery_code`, `wrong_recovery_kit`, or what is wrong with the data.
pub fn recover(home: &Arc<Home>, typed: &str) -> Result<(Opening, Desk)> {
    let desk = Desk::open(Arc::clone(home), &Unlock::RecoveryKit(recovery_code(typed)?))?;
    Ok((desk.opening()?, desk))
}

/// Opens the desk of a home by a passphrase.
///
/// # Errors
/// `wrong_passphrase`, or what is wrong with the data.
pub fn unlock(home: &Arc<Home>, passphrase: String) -> Result<(Opening, Desk)> {
    let desk = Desk::open(Arc::clone(home), &Unlock::Passphrase(Passphrase::new(passphrase)))?;
    Ok((desk.opening()?, desk))
}

/// Joins with an invitation and opens.
///
/// # Errors
/// As [`join::join`].
pub async fn join(home: &Arc<Home>, request: JoinRequest) -> Result<(Opening, Desk)> {
    let unlock = match request.passphrase.filter(|passphrase| !passphrase.is_empty()) {
        Some(passphrase) => Unlock::Passphrase(Passphrase::new(passphrase)),
        None => Unlock::Keyring,
    };
    join::join(home, &unlock, request.invitation.trim(), request.name.trim()).await?;
    let desk = Desk::open(Arc::clone(home), &unlock)?;
    Ok((desk.opening()?, desk))
}

/// Whether the keyring was there and did not have the key. One that is locked or silent may have it.
fn is_lost(error: &DeskError) -> bool {
    let DeskError::Slots(error) = error else { return false };
    matches!(
        error,
        SlotsError::WrongKeyringSecret
            | SlotsError::Keyring(
                KeyringError::NoEntry | KeyringError::Ambiguous(_) | KeyringError::Damaged(_)
            )
    )
}

/// Whether a slot of this kind opens this home.
fn has(home: &Home, kind: &str) -> bool {
    Slots::read(home.path())
        .is_ok_and(|slots| slots.slots().iter().any(|slot| slot.kind.name() == kind))
}
