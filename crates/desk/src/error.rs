//! What can go wrong at a desk, as stable codes with a sentence for people.

use std::io;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::appearance::Language;

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
}

impl DeskError {
    /// The stable code that programs compare.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HomeInUse { .. } => "home_in_use",
            Self::File { .. } => "file",
            Self::NoDataFolder => "no_data_folder",
            Self::DamagedSettings { .. } => "damaged_settings",
        }
    }

    /// A sentence that names the place and says what to do.
    pub fn sentence(&self, language: Language) -> String {
        match (self, language) {
            (Self::HomeInUse { home }, Language::En) => format!(
                "This desk is already open in another program ({}). Close that one first.",
                home.display()
            ),
            (Self::HomeInUse { home }, Language::Nl) => format!(
                "Deze werkplek is al geopend in een ander programma ({}). Sluit dat eerst.",
                home.display()
            ),
            (Self::File { path, source, .. }, Language::En) => format!(
                "{} cannot be used: {source}. Check that the folder exists, is yours and has room.",
                path.display()
            ),
            (Self::File { path, source, .. }, Language::Nl) => format!(
                "{} is niet te gebruiken: {source}. Controleer of de map bestaat, van u is en ruimte heeft.",
                path.display()
            ),
            (Self::NoDataFolder, Language::En) => {
                "There is no folder for application data. Name one with --home.".into()
            }
            (Self::NoDataFolder, Language::Nl) => {
                "Er is geen map voor programmagegevens. Geef er een op met --home.".into()
            }
            (Self::DamagedSettings { path, reason }, Language::En) => format!(
                "The settings in {} cannot be read ({reason}). Correct or remove that file; it holds only appearance.",
                path.display()
            ),
            (Self::DamagedSettings { path, reason }, Language::Nl) => format!(
                "De instellingen in {} zijn niet te lezen ({reason}). Herstel of verwijder dat bestand; er staat alleen weergave in.",
                path.display()
            ),
        }
    }

    /// What crosses the boundary to the window and to `--json`.
    pub fn failure(&self, language: Language) -> Failure {
        Failure { code: self.code(), message: self.sentence(language), details: Value::Null }
    }
}

/// An error as the window and scripts receive it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Failure {
    /// Stable code.
    pub code: &'static str,
    /// A sentence in the person's language.
    pub message: String,
    /// Facts a program may use; `null` where there are none.
    pub details: Value,
}
