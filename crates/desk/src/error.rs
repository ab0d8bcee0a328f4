//! What can go wrong at a desk, as stable codes with a sentence for people.

use std::io;
use std::path::PathBuf;

use booqing_formats::clients::ClientsError;
use booqing_keys::{KeyringError, RecoveryCodeError, SlotsError};
use booqing_pdf::PdfError;
use booqing_protocol::InvitationError;
use booqing_store::StoreError;
use booqing_sync::SyncError;
use serde::Serialize;
use serde_json::{Value, json};
use thiserror::Error;
use ts_rs::TS;

use crate::appearance::Language;
use crate::demo::DemoError;
use crate::import::{RejectedLine, rejected_details};
use crate::reason::Reason;
use crate::sentences;

/// Why an operation was not done. The data is as it was before.
#[derive(Debug, Error)]
pub enum DeskError {
    /// Another process works in this home.
    #[error("home {} is in use by another process", .home.display())]
    HomeInUse {
        /// The home that is taken.
        home: PathBuf,
    },
    /// A file or folder of the home cannot be read or written.
    #[error("cannot {action} {}: {source}", .path.display())]
    File {
        /// What was tried: `read`, `write`, `create`, `lock`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The platform names no folder for application data.
    #[error("the platform names no folder for application data")]
    NoDataFolder,
    /// A settings file is not what this program writes.
    #[error("{} is not a settings file: {reason}", .path.display())]
    DamagedSettings {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// An invitation is for another administration than the desk's.
    #[error("the invitation is for another administration")]
    OtherAdministration,
    /// This desk has not joined an administration.
    #[error("this desk has not joined an administration")]
    NotJoined,
    /// This desk has joined one already.
    #[error("this desk has joined an administration already")]
    AlreadyJoined,
    /// The keys of this home are gone although its data are there.
    #[error("the slots of {} are gone", .0.display())]
    SlotsLost(PathBuf),
    /// The installation could not be opened.
    #[error(transparent)]
    Slots(#[from] SlotsError),
    /// What was typed stands on no recovery kit.
    #[error(transparent)]
    RecoveryCode(RecoveryCodeError),
    /// Other characters stand at the places of the kit that was asked about. They are not said again: they
    /// may be part of a secret.
    #[error("other characters stand there")]
    OtherCharacters,
    /// There is no recovery kit that was made and not taken yet.
    #[error("no recovery kit was made")]
    NoKit,
    /// No other way into this desk is proven to work.
    #[error("no other way in is proven to work")]
    Unproven,
    /// The cache failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The hub, or the way to it, failed.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The hub did not let this desk in, or could not be reached for it.
    #[error(transparent)]
    Joining(SyncError),
    /// The line is no invitation.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// Nothing has that number or id.
    #[error("there is no {class} {name}")]
    Unknown {
        /// The record class.
        class: &'static str,
        /// What was asked for.
        name: String,
    },
    /// Several records have an id that begins so.
    #[error("{name} is the beginning of several ids of {class}")]
    Ambiguous {
        /// The record class.
        class: &'static str,
        /// What was asked for.
        name: String,
    },
    /// A list that somebody handed in cannot be read.
    #[error(transparent)]
    List(#[from] ClientsError),
    /// Rows of a list are wrong, and all or nothing was asked for.
    #[error("{rejected} of {rows} rows are wrong")]
    RowsRejected {
        /// Rows in the list.
        rows: u64,
        /// Rows that are wrong.
        rejected: u64,
        /// What is wrong, the first of them.
        first: Vec<RejectedLine>,
        /// The file they were written to.
        file: Option<String>,
    },
    /// There are records already where an empty administration is wanted.
    #[error("the administration is not empty")]
    NotEmpty,
    /// The demo data cannot be made as asked.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// A page cannot be made.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// There is no printer to print on.
    #[error("no printer {asked:?} among {known:?}")]
    NoPrinter {
        /// The printer that was asked for.
        asked: Option<String>,
        /// The printers there are.
        known: Vec<String>,
    },
    /// The system does not print.
    #[error("the system does not print: {0}")]
    Printing(String),
    /// Somebody settled the conflict before.
    #[error("the conflict is settled already: {0:?}")]
    Settled(crate::conflict::Kept),
    /// A question to the retention engine cannot be answered.
    #[error("question {number}: {reason}")]
    Question {
        /// Which of the questions, from 1.
        number: usize,
        /// Why, by a stable code.
        code: &'static str,
        /// The place in it, what is wrong and what to do.
        reason: String,
    },
    /// A value does not fit its field.
    #[error("{field}: {value} {reason}")]
    Value {
        /// The field.
        field: String,
        /// What was given, shortened.
        value: String,
        /// What is wrong with it.
        reason: Reason,
    },
    /// Something that takes much back was not confirmed.
    #[error("not confirmed: {question}")]
    NotConfirmed {
        /// What was asked.
        question: String,
    },
}

impl DeskError {
    /// The stable code that programs compare.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HomeInUse { .. } => "home_in_use",
            Self::File { .. } => "file",
            Self::NoDataFolder => "no_data_folder",
            Self::DamagedSettings { .. } => "damaged_settings",
            Self::OtherAdministration => "other_administration",
            Self::NotJoined => "not_joined",
            Self::AlreadyJoined => "already_joined",
            Self::SlotsLost(_) => "slots_lost",
            Self::Slots(error) => slots_code(error),
            Self::RecoveryCode(_) => "not_a_recovery_code",
            Self::OtherCharacters => "other_characters",
            Self::NoKit => "no_kit",
            Self::Unproven => "unproven",
            Self::Store(error) => store_code(error),
            Self::Sync(error) | Self::Joining(error) => error.code(),
            Self::Invitation(_) => "not_an_invitation",
            Self::Unknown { .. } => "unknown_record",
            Self::Ambiguous { .. } => "ambiguous_id",
            Self::Value { .. } => "wrong_value",
            Self::NotConfirmed { .. } => "not_confirmed",
            Self::List(error) => error.code(),
            Self::RowsRejected { .. } => "rows_rejected",
            Self::NotEmpty => "not_empty",
            Self::Demo(_) => "demo",
            Self::Pdf(_) => "pdf",
            Self::NoPrinter { .. } => "no_printer",
            Self::Printing(_) => "printing",
            Self::Settled(_) => "conflict_settled",
            Self::Question { code, .. } => code,
        }
    }

    /// A sentence that names the place and says what to do.
    pub fn sentence(&self, language: Language) -> String {
        sentences::of(self, language)
    }

    /// What crosses the boundary to the window and to `--json`.
    pub fn failure(&self, language: Language) -> Failure {
        let details = match self {
            Self::Value { field, value, .. } => json!({"field": field, "value": value}),
            Self::Unknown { class, name } | Self::Ambiguous { class, name } => {
                json!({"class": class, "name": name})
            }
            Self::Question { number, .. } => json!({"question": number}),
            Self::RowsRejected { rows, rejected, first, file } => {
                rejected_details(*rows, *rejected, first, file.as_deref())
            }
            _ => Value::Null,
        };
        Failure { code: self.code(), message: self.sentence(language), details }
    }
}

fn slots_code(error: &SlotsError) -> &'static str {
    match error {
        SlotsError::WrongPassphrase => "wrong_passphrase",
        SlotsError::WrongRecoveryKit => "wrong_recovery_kit",
        SlotsError::WrongKeyringSecret => "keyring_of_another",
        SlotsError::Keyring(KeyringError::NoService) => "no_keyring",
        SlotsError::Keyring(KeyringError::Locked(_) | KeyringError::Silent) => "keyring_locked",
        SlotsError::Keyring(KeyringError::NoEntry) => "keyring_emptied",
        SlotsError::Keyring(_) => "keyring",
        SlotsError::Passphrase(_) => "passphrase_refused",
        SlotsError::NoSlot(_) => "no_slot",
        SlotsError::Tampered(_) => "slots_tampered",
        SlotsError::Newer { .. } => "slots_newer",
        SlotsError::Damaged { .. } => "slots_damaged",
        _ => "slots",
    }
}

fn store_code(error: &StoreError) -> &'static str {
    match error {
        StoreError::Absent(_) => "cache_absent",
        StoreError::Empty(_) => "cache_empty",
        StoreError::CutOff { .. } => "cache_cut_off",
        StoreError::NotEncrypted(_) => "cache_not_encrypted",
        StoreError::WrongKey(_) => "cache_wrong_key",
        StoreError::Foreign { .. } => "cache_foreign",
        StoreError::Newer { .. } => "cache_newer",
        StoreError::DiskFull => "disk_full",
        StoreError::ReadOnly(_) => "read_only",
        StoreError::Damaged(_) => "cache_damaged",
        StoreError::Misfit { .. } => "wrong_value",
        StoreError::ChangedSince { .. } | StoreError::NewerSince { .. } => "changed_since",
        StoreError::NothingToUndo(_) => "nothing_to_undo",
        StoreError::NoRecord { .. } => "unknown_record",
        StoreError::YearSealed(_) => "year_sealed",
        StoreError::Issued(_) => "issued",
        StoreError::SeriesInUse(_) => "series_in_use",
        _ => "cache",
    }
}

/// An error as the window and scripts receive it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Failure {
    /// Stable code.
    pub code: &'static str,
    /// A sentence in the person's language.
    pub message: String,
    /// Facts a program may use; `null` where there are none.
    #[ts(type = "unknown")]
    pub details: Value,
}
