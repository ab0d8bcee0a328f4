//! The rows that were not imported, as a file to correct and to import again.

use std::io::{self, Write};

use super::{Column, RejectedRow, Row};
use crate::Language;
use crate::csv::{Cell, Delimiter, Dialect, Writer};

/// Names of the two columns that are added, in Dutch and English.
const ADDED: [(&str, &str); 2] =
    [("Afgewezen rij", "Rejected row"), ("Reden van afwijzing", "Reason for rejection")];

/// Writes rejected rows: their number and the reasons first, then the cells as they were.
///
/// The added columns stand first, so that a row with too many or too few cells keeps its shape.
/// The file has the delimiter of the list and a byte order mark, so that a spreadsheet opens it as
/// it should, and is read again by [`super::ClientsFile`], which passes over the added columns.
#[derive(Debug)]
pub struct RejectedFile<W> {
    writer: Writer<W>,
    language: Language,
    /// Columns that an earlier rejection added.
    added_before: usize,
}

impl<W: Write> RejectedFile<W> {
    /// Begins the file.
    ///
    /// # Errors
    /// What the target says.
    pub fn new(
        target: W,
        columns: &[Column],
        delimiter: Delimiter,
        language: Language,
    ) -> io::Result<Self> {
        let mut writer = Writer::new(target, Dialect { delimiter, ..Dialect::DUTCH })?;
        let is_added = |(column, (dutch, english)): (&Column, &(&str, &str))| {
            column.name == *dutch || column.name == *english
        };
        let again = columns.len() > ADDED.len() && columns.iter().zip(&ADDED).all(is_added);
        let added_before = if again { ADDED.len() } else { 0 };
        let added = ADDED.iter().map(|(dutch, english)| language.pick(*dutch, *english));
        let names = columns.iter().skip(added_before).map(|column| column.name.as_str());
        writer.row(added.chain(names))?;
        Ok(Self { writer, language, added_before })
    }

    /// Writes a row if it was rejected.
    ///
    /// # Errors
    /// What the target says.
    pub fn row(&mut self, row: &Row) -> io::Result<()> {
        let Err(problems) = &row.outcome else { return Ok(()) };
        let reasons: Vec<String> = problems.iter().map(|problem| self.said(problem)).collect();
        let reasons = reasons.join(" ");
        let number = i64::try_from(row.number).unwrap_or(i64::MAX);
        let added = [Cell::Integer(number), Cell::Text(&reasons)];
        let cells = row.raw.iter().skip(self.added_before).map(Cell::from);
        self.writer.row(added.into_iter().chain(cells))
    }

    /// Ends the file and gives the target back.
    ///
    /// # Errors
    /// What the target says.
    pub fn finish(self) -> io::Result<W> {
        self.writer.finish()
    }

    fn said(&self, problem: &RejectedRow) -> String {
        let sentence = problem.reason.sentence(self.language);
        if problem.column.is_empty() { sentence } else { format!("{}: {sentence}", problem.column) }
    }
}
