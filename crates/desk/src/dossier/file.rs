//! A dossier as a file, on paper, or in the folder of downloads.

use jiff::Timestamp;
use serde::Deserialize;
use ts_rs::TS;

use super::{Dossier, pdf};
use crate::export::{self, Saved};
use crate::print::{self, Printed};
use crate::{Desk, DeskError, Language, Result};

/// The form of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum DossierFormat {
    /// Tagged PDF/A, for people.
    Pdf,
    /// JSON by the published schema, for programs (GDPR article 20).
    Json,
}

/// A file that somebody asked for, not written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeFile {
    /// What it is called.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Desk {
    /// The dossier of a client as a file.
    ///
    /// # Errors
    /// [`DeskError::Unknown`]; [`DeskError::Pdf`] for a character that cannot be printed.
    pub fn dossier_file(
        &self,
        client: &str,
        language: Language,
        format: DossierFormat,
        now: Timestamp,
    ) -> Result<MadeFile> {
        let dossier = self.dossier(client, language, now)?;
        let (bytes, ending) = match format {
            DossierFormat::Pdf => (pdf::render(&dossier, &self.style(language)?)?, "pdf"),
            DossierFormat::Json => (to_json(&dossier)?, "json"),
        };
        Ok(MadeFile { name: export::file_name(&["dossier", &dossier.number], ending), bytes })
    }

    /// Saves the dossier of a client where a person finds what was saved.
    ///
    /// # Errors
    /// As [`Self::dossier_file`]; [`DeskError::File`].
    pub fn save_dossier(
        &self,
        client: &str,
        language: Language,
        format: DossierFormat,
        now: Timestamp,
    ) -> Result<Saved> {
        let file = self.dossier_file(client, language, format, now)?;
        export::save(&file.name, &file.bytes)
    }

    /// Prints the dossier of a client, without a file of our own.
    ///
    /// # Errors
    /// As [`Self::dossier_file`]; [`DeskError::NoPrinter`], [`DeskError::Printing`].
    pub fn print_dossier(
        &self,
        client: &str,
        language: Language,
        printer: Option<&str>,
        now: Timestamp,
    ) -> Result<Printed> {
        let file = self.dossier_file(client, language, DossierFormat::Pdf, now)?;
        // The title of a job stands in logs and on displays of printers: it names nobody.
        print::print(&file.bytes, "Dossier", printer)
    }
}

fn to_json(dossier: &Dossier) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(dossier).map_err(|error| DeskError::File {
        action: "write",
        path: "dossier.json".into(),
        source: error.into(),
    })
}
