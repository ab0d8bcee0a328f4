//! Why a file cannot be read as a list.

use std::io;

use thiserror::Error;

use super::Lookalike;
use crate::Language;

/// Why a file is refused, or reading it stops.
#[derive(Debug, Error)]
pub enum CsvError {
    /// The source could not be read.
    #[error("the file cannot be read: {0}")]
    Read(#[from] io::Error),
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Names of columns and no rows.
    #[error("the file has names of columns and no rows")]
    NoRows,
    /// Something else than a list.
    #[error("this is {}, not a list", kind.name(Language::En))]
    NotAList {
        /// What it looks like.
        kind: Lookalike,
    },
    /// Larger than allowed.
    #[error("the file is larger than {limit} bytes")]
    FileTooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// A row with more columns than allowed.
    #[error("row {row} (line {line}) has more than {limit} columns")]
    TooManyColumns {
        /// The row, as a spreadsheet counts it.
        row: u64,
        /// The line on which it begins.
        line: u64,
        /// Columns allowed.
        limit: usize,
    },
    /// A cell longer than allowed, most often behind a quotation mark that is never closed.
    #[error("row {row} (line {line}) has a cell of more than {limit} bytes")]
    CellTooLarge {
        /// The row, as a spreadsheet counts it.
        row: u64,
        /// The line on which the row begins.
        line: u64,
        /// Bytes allowed.
        limit: usize,
    },
    /// A row longer than allowed.
    #[error("row {row} (line {line}) has more than {limit} bytes")]
    RowTooLarge {
        /// The row, as a spreadsheet counts it.
        row: u64,
        /// The line on which it begins.
        line: u64,
        /// Bytes allowed.
        limit: usize,
    },
    /// A quotation mark opens a cell and the file ends before another closes it: what follows it
    /// may be many rows.
    #[error("a quotation mark opened in row {row} (line {line}) is never closed")]
    UnclosedQuote {
        /// The row, as a spreadsheet counts it.
        row: u64,
        /// The line on which the row begins.
        line: u64,
    },
}

impl CsvError {
    /// Its stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read(_) => "file_unreadable",
            Self::Empty => "file_empty",
            Self::NoRows => "no_rows",
            Self::NotAList { .. } => "not_a_list",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::CellTooLarge { .. } => "cell_too_large",
            Self::RowTooLarge { .. } => "row_too_large",
            Self::UnclosedQuote { .. } => "unclosed_quote",
        }
    }

    /// What happened and what to do.
    pub fn sentence(&self, language: Language) -> String {
        match language {
            Language::Nl => self.dutch(),
            Language::En => self.english(),
        }
    }

    fn dutch(&self) -> String {
        match self {
            Self::Read(error) => format!("Het bestand is niet te lezen: {error}."),
            Self::Empty => "Het bestand is leeg. Kies een ander bestand.".to_owned(),
            Self::NoRows => {
                "Het bestand heeft kolomnamen en geen rijen. Kies een ander bestand.".to_owned()
            }
            Self::NotAList { kind } => format!(
                "Dit is {}, geen lijst. {}",
                kind.name(Language::Nl),
                kind.advice(Language::Nl)
            ),
            Self::FileTooLarge { limit } => format!(
                "Het bestand is groter dan {} MB. Verdeel de lijst over meer bestanden.",
                limit / 1_048_576
            ),
            Self::TooManyColumns { row, line, limit } => format!(
                "Rij {row} (regel {line}) heeft meer dan {limit} kolommen. Controleer het scheidingsteken, of laat kolommen weg."
            ),
            Self::CellTooLarge { row, line, limit } => format!(
                "Rij {row} (regel {line}) heeft een cel van meer dan {} kB. Waarschijnlijk wordt een aanhalingsteken nergens gesloten; herstel die rij.",
                limit / 1024
            ),
            Self::RowTooLarge { row, line, limit } => format!(
                "Rij {row} (regel {line}) is langer dan {} kB. Controleer de regeleinden van het bestand.",
                limit / 1024
            ),
            Self::UnclosedQuote { row, line } => format!(
                "In rij {row} (regel {line}) wordt een aanhalingsteken geopend dat nergens wordt gesloten. Herstel die rij; verdubbel een aanhalingsteken dat bij de tekst hoort."
            ),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Read(error) => format!("The file cannot be read: {error}."),
            Self::Empty => "The file is empty. Choose another file.".to_owned(),
            Self::NoRows => {
                "The file has names of columns and no rows. Choose another file.".to_owned()
            }
            Self::NotAList { kind } => format!(
                "This is {}, not a list. {}",
                kind.name(Language::En),
                kind.advice(Language::En)
            ),
            Self::FileTooLarge { limit } => format!(
                "The file is larger than {} MB. Divide the list over several files.",
                limit / 1_048_576
            ),
            Self::TooManyColumns { row, line, limit } => format!(
                "Row {row} (line {line}) has more than {limit} columns. Check the delimiter, or leave columns out."
            ),
            Self::CellTooLarge { row, line, limit } => format!(
                "Row {row} (line {line}) has a cell of more than {} kB. Probably a quotation mark is never closed; correct that row.",
                limit / 1024
            ),
            Self::RowTooLarge { row, line, limit } => format!(
                "Row {row} (line {line}) is longer than {} kB. Check the line ends of the file.",
                limit / 1024
            ),
            Self::UnclosedQuote { row, line } => format!(
                "In row {row} (line {line}) a quotation mark is opened and never closed. Correct that row; double a quotation mark that belongs to the text."
            ),
        }
    }
}
