//! What can go wrong: a text that cannot be shown, a row that does not fit its table.

use std::fmt;

use thiserror::Error;

/// Why no document comes out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PdfError {
    /// The fonts have no form for a character. It would stand on the page as an empty box, so
    /// nothing is made.
    #[error("the character {character:?} (U+{code_point:04X}) in {place} cannot be printed")]
    MissingGlyph {
        /// The character.
        character: char,
        /// Its number in Unicode.
        code_point: u32,
        /// Where it was found.
        place: Place,
    },
    /// A row has another number of cells than its table has columns.
    #[error("row {row} has {found} cells, and its table has {expected} columns")]
    Cells {
        /// Number of the row, from 1.
        row: usize,
        /// Columns of the table.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
    /// A table without columns cannot be set.
    #[error("a table needs at least one column")]
    NoColumns,
    /// A text does not fit a QR code.
    #[error("a QR code cannot hold it: {0}")]
    Code(String),
    /// An embedded font could not be read or cut down. The program itself is damaged.
    #[error("the embedded font cannot be used: {0}")]
    Font(String),
    /// A page could not be written. The program itself is at fault.
    #[error("a page cannot be written: {0}")]
    Page(String),
}

/// Where in a document a text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The title or the line under it.
    Title,
    /// The text at the foot of the pages.
    Footer,
    /// A heading.
    Heading,
    /// A paragraph.
    Paragraph,
    /// A code that is to be typed over.
    Code,
    /// A note, its title or its text.
    Note,
    /// The label or the value of a detail.
    Detail {
        /// The label, as given.
        label: String,
    },
    /// The title of a column.
    ColumnTitle {
        /// Number of the column, from 1.
        column: usize,
    },
    /// A cell of a table.
    Cell {
        /// Number of the row, from 1; a row of totals counts on.
        row: usize,
        /// Title of the column.
        column: String,
    },
    /// The sentence of a table without rows.
    NoRows,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Title => write!(f, "the title"),
            Self::Footer => write!(f, "the text at the foot of the pages"),
            Self::Heading => write!(f, "a heading"),
            Self::Paragraph => write!(f, "a paragraph"),
            Self::Code => write!(f, "a code"),
            Self::Note => write!(f, "a note"),
            Self::Detail { label } => write!(f, "the detail “{label}”"),
            Self::ColumnTitle { column } => write!(f, "the title of column {column}"),
            Self::Cell { row, column } => write!(f, "row {row}, column “{column}”"),
            Self::NoRows => write!(f, "the sentence of a table without rows"),
        }
    }
}
