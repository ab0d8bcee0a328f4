//! Why a list of clients cannot be read.

use thiserror::Error;

use super::ClientField;
use crate::Language;
use crate::csv::CsvError;

/// Why a list is refused as a whole.
#[derive(Debug, Error)]
pub enum ClientsError {
    /// It is no list, or beyond the limits.
    #[error(transparent)]
    Csv(#[from] CsvError),
    /// Two columns would hold one field.
    #[error("columns {first} and {second} would both be the {}", field.code())]
    MappedTwice {
        /// The field.
        field: ClientField,
        /// One column.
        first: String,
        /// The other column.
        second: String,
    },
    /// A choice about a column that is not there.
    #[error("there is no column {column}")]
    UnknownColumn {
        /// Its name, or its place from 1.
        column: String,
    },
    /// No column holds the name of a person or company.
    #[error("no column holds a name; there are {}", columns.join(", "))]
    NoName {
        /// The names of the columns.
        columns: Vec<String>,
    },
}

impl ClientsError {
    /// Its stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Csv(error) => error.code(),
            Self::MappedTwice { .. } => "column_mapped_twice",
            Self::UnknownColumn { .. } => "unknown_column",
            Self::NoName { .. } => "no_name_column",
        }
    }

    /// What happened and what to do.
    pub fn sentence(&self, language: Language) -> String {
        match (self, language) {
            (Self::Csv(error), _) => error.sentence(language),
            (Self::MappedTwice { field, first, second }, Language::Nl) => format!(
                "De kolommen \u{201c}{first}\u{201d} en \u{201c}{second}\u{201d} zijn allebei het veld {}. Laat een van de twee weg of geef die een ander veld.",
                field.label(language)
            ),
            (Self::MappedTwice { field, first, second }, Language::En) => format!(
                "The columns \u{201c}{first}\u{201d} and \u{201c}{second}\u{201d} are both the field {}. Leave one of them out or give it another field.",
                field.label(language)
            ),
            (Self::UnknownColumn { column }, Language::Nl) => format!(
                "Er is geen kolom \u{201c}{column}\u{201d}. Neem de naam over zoals die in de eerste rij staat."
            ),
            (Self::UnknownColumn { column }, Language::En) => format!(
                "There is no column \u{201c}{column}\u{201d}. Write its name as it stands in the first row."
            ),
            (Self::NoName { columns }, Language::Nl) => format!(
                "Geen kolom bevat een naam. De kolommen zijn: {}. Zet kolomnamen in de eerste rij, of wijs de kolom met namen aan.",
                columns.join(", ")
            ),
            (Self::NoName { columns }, Language::En) => format!(
                "No column holds a name. The columns are: {}. Put names of columns in the first row, or point out the column with names.",
                columns.join(", ")
            ),
        }
    }
}
