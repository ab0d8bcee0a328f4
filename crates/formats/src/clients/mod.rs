//! Lists of clients.
//!
//! [`ClientsFile`] reads a list row by row. Each row gives a client's [`Fields`] or every reason
//! why it gives none. A preview reads the first rows and an import reads all, with one and the same
//! reader. What no column of a list can say is left to the desk: a number where the list has none,
//! the consent that a date of birth needs, and whether a client is there already.
//!
//! Fields a list does not fill: `newsletter_email` (an address for newsletters needs a consent that
//! is recorded), `merged_into`. Amounts have no place in a client; such columns are not imported.

mod check;
mod date;
mod error;
mod field;
mod mapping;
mod name;
mod problem;
mod rejected;
mod row;
mod value;
mod word;

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use booqing_model::text::comparable;
use booqing_model::{Fields, Id};

pub use error::ClientsError;
pub use field::ClientField;
pub use mapping::{Choice, Column, ColumnName, map_columns};
pub use problem::{Doubt, Reason, RejectedRow, Warning};
pub use rejected::RejectedFile;

use crate::csv::{CsvError, CsvFile, CsvOptions, Delimiter, Encoding, Progress, Record};
use mapping::Layout;
use row::RowReader;

/// What a person chose before reading.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Encoding, delimiter and limits.
    pub csv: CsvOptions,
    /// What columns hold, where their names do not say it.
    pub choices: Vec<Choice>,
}

/// A row of the list.
#[derive(Clone)]
pub struct Row {
    /// The row as a spreadsheet counts it: the names of columns are row 1.
    pub number: u64,
    /// The line of the file on which it begins.
    pub line: u64,
    /// The client, without a number where the list has none; or what is wrong, at least one.
    pub outcome: Result<Fields, Vec<RejectedRow>>,
    /// What is doubtful.
    pub warnings: Vec<Warning>,
    /// The cells as they are in the file.
    pub raw: Vec<String>,
}

impl std::fmt::Debug for Row {
    /// Shows the place and the names of fields, and never what the cells hold.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Row");
        shown.field("number", &self.number);
        match &self.outcome {
            Ok(fields) => shown.field("fields", fields),
            Err(problems) => shown.field("problems", &problems.len()),
        };
        shown.finish_non_exhaustive()
    }
}

/// A list of clients that is read row by row.
pub struct ClientsFile<R> {
    file: CsvFile<R>,
    layout: Layout,
    numbers: HashMap<String, u64>,
    taken: HashSet<String>,
}

impl<R> std::fmt::Debug for ClientsFile<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns = &self.layout.columns;
        formatter.debug_struct("ClientsFile").field("columns", columns).finish_non_exhaustive()
    }
}

impl<R: Read + Seek> ClientsFile<R> {
    /// Finds out how the list is written and what its columns hold.
    ///
    /// # Errors
    /// [`ClientsError`] when it is no list, or its columns cannot be given a meaning.
    pub fn open(source: R, options: &Options) -> Result<Self, ClientsError> {
        let file = CsvFile::open(source, &options.csv)?;
        let columns = map_columns(file.header(), &options.choices)?;
        let (numbers, taken) = (HashMap::new(), HashSet::new());
        Ok(Self { file, layout: Layout::new(columns), numbers, taken })
    }

    /// Refuses the numbers of clients that are there already. Capitals and accents do not count.
    pub fn refuse_numbers(&mut self, numbers: impl IntoIterator<Item = String>) {
        self.taken.extend(numbers.into_iter().map(|number| comparable(&number)));
    }

    /// The rows that were not read yet. `ids` makes the keys of addresses and contacts.
    pub fn rows<'a>(&'a mut self, ids: &'a mut dyn FnMut() -> Id) -> Rows<'a, R> {
        Rows { file: self, ids, failed: false }
    }

    /// The columns and what they hold. A column without a field is not imported.
    pub fn columns(&self) -> &[Column] {
        &self.layout.columns
    }

    /// How the list writes its characters.
    pub fn encoding(&self) -> Encoding {
        self.file.encoding()
    }

    /// What stands between its cells.
    pub fn delimiter(&self) -> Delimiter {
        self.file.delimiter()
    }

    /// How far reading is.
    pub fn progress(&self) -> Progress {
        self.file.progress()
    }

    fn row(&mut self, record: Record, ids: &mut dyn FnMut() -> Id) -> Row {
        let mut reader = RowReader::new(&self.layout, &record, ids);
        reader.read();
        check_number(&mut self.numbers, &self.taken, &mut reader);
        let (outcome, warnings) = reader.finish();
        Row { number: record.row, line: record.line, outcome, warnings, raw: record.cells }
    }
}

/// Two rows with one number would become two clients with one number.
fn check_number(
    numbers: &mut HashMap<String, u64>,
    taken: &HashSet<String>,
    reader: &mut RowReader<'_>,
) {
    let Some(number) = reader.number() else { return };
    let (row, number) = (reader.row(), comparable(&number));
    if taken.contains(&number) {
        reader.reject(ClientField::Number, Reason::TakenNumber);
        return;
    }
    let first = *numbers.entry(number).or_insert(row);
    if first != row {
        reader.reject(ClientField::Number, Reason::SameNumber { row: first });
    }
}

/// Rows, one at a time.
pub struct Rows<'a, R> {
    file: &'a mut ClientsFile<R>,
    ids: &'a mut dyn FnMut() -> Id,
    failed: bool,
}

impl<R: Read + Seek> Rows<'_, R> {
    /// How far reading is.
    pub fn progress(&self) -> Progress {
        self.file.progress()
    }
}

impl<R: Read + Seek> Iterator for Rows<'_, R> {
    type Item = Result<Row, CsvError>;

    /// The next row. An error ends the list: rows behind it cannot be told apart.
    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let record = match self.file.file.next_record() {
            Ok(record) => record?,
            Err(error) => {
                self.failed = true;
                return Some(Err(error));
            }
        };
        Some(Ok(self.file.row(record, self.ids)))
    }
}

impl<R> std::fmt::Debug for Rows<'_, R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Rows").field("failed", &self.failed).finish_non_exhaustive()
    }
}
