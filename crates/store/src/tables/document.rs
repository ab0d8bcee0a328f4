//! Documents.

use booqing_model::Id;
use rusqlite::{Connection, OptionalExtension};

use crate::tables::synced;
use crate::{Reader, Result};

pub(crate) const CREATE: &str = "
CREATE TABLE document (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    version INTEGER NOT NULL,
    unknown TEXT,
    state TEXT,
    fiscal_year INTEGER,
    series TEXT,
    sequence INTEGER,
    kind TEXT,
    number TEXT,
    document_date TEXT,
    supply_date TEXT,
    due_date TEXT,
    first_use TEXT,
    buyer TEXT,
    seller TEXT,
    lines TEXT,
    vat_totals TEXT,
    currency TEXT,
    net INTEGER,
    vat INTEGER,
    gross INTEGER,
    reference TEXT,
    flags TEXT,
    credits BLOB,
    client BLOB,
    booking BLOB,
    note TEXT
) STRICT;

CREATE INDEX document_by_date ON document (document_date);
CREATE INDEX document_by_client ON document (client, document_date);
CREATE INDEX document_by_year ON document (fiscal_year);
CREATE INDEX document_by_number ON document (number);
";

/// The numbers of issued documents, each chained to the one before. What an older version called a series
/// was a word, and no document was in one as it is now.
pub(crate) const ADD_NUMBERS: &str = "
UPDATE document SET sequence = NULL WHERE sequence IS NOT NULL;
UPDATE synced SET plain = NULL WHERE class = 'document';
ALTER TABLE document DROP COLUMN series;
ALTER TABLE document ADD COLUMN series BLOB;
ALTER TABLE document ADD COLUMN previous TEXT;
ALTER TABLE document ADD COLUMN link TEXT;
ALTER TABLE document ADD COLUMN fingerprint TEXT;
CREATE INDEX document_with_number ON document (series, sequence) WHERE series IS NOT NULL;
CREATE INDEX document_outside_with_number ON document (number)
    WHERE series IS NULL AND fingerprint IS NOT NULL;
";

/// The documents of a client, with all that the retention report counts them by: it reads this
/// index and not the rows, which are many times as long.
pub(crate) const COUNTED: &str = "
CREATE INDEX document_of_client ON document (client, document_date, kind, supply_date, first_use, flags, fiscal_year, id);
";

/// The number of a document: its place in a series, chained to the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// The series.
    pub series: Id,
    /// Its place in it.
    pub sequence: u32,
    /// The link of the document before it; `None` for the first.
    pub previous: Option<String>,
    /// Its link.
    pub link: String,
}

/// Where a series ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesEnd {
    /// The last number that was given.
    pub last: u32,
    /// The link of that document.
    pub link: String,
}

/// Where a series ends, of those documents that are here; `None` where none has a number of it.
pub(crate) fn end_of_series(connection: &Connection, series: Id) -> Result<Option<SeriesEnd>> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, link FROM document WHERE series = ?1 AND sequence IS NOT NULL \
         ORDER BY sequence DESC LIMIT 1",
    )?;
    let end = statement
        .query_row([series.as_bytes()], |row| {
            Ok(SeriesEnd {
                last: row.get(0)?,
                link: row.get::<_, Option<_>>(1)?.unwrap_or_default(),
            })
        })
        .optional()?;
    Ok(end)
}

/// Each number series that documents here have numbers of: how many, and the last number. Read from the
/// index alone.
pub(crate) fn series_lengths(connection: &Connection) -> Result<Vec<(Id, i64, i64)>> {
    let mut statement = connection.prepare_cached(
        "SELECT series, COUNT(sequence), MAX(sequence) FROM document \
         WHERE series IS NOT NULL AND sequence IS NOT NULL GROUP BY series",
    )?;
    let lengths = statement
        .query_map([], |row| Ok((Id::from_bytes(row.get(0)?), row.get(1)?, row.get(2)?)))?;
    Ok(lengths.collect::<rusqlite::Result<_>>()?)
}

/// The documents with numbers of a series, in the order of these.
pub(crate) fn documents_of(connection: &Connection, series: Id) -> Result<Vec<(Id, Numbered)>> {
    let mut documents = last_of_series(connection, series, None, u32::MAX)?;
    documents.reverse();
    Ok(documents)
}

/// The last documents with numbers of a series, the last one first: those below a number, or of all.
pub(crate) fn last_of_series(
    connection: &Connection,
    series: Id,
    below: Option<u32>,
    limit: u32,
) -> Result<Vec<(Id, Numbered)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, sequence, previous, link FROM document \
         WHERE series = ?1 AND sequence < ?2 ORDER BY sequence DESC LIMIT ?3",
    )?;
    let below = below.map_or(i64::MAX, i64::from);
    let documents = statement.query_map((series.as_bytes(), below, limit), |row| {
        let link = row.get::<_, Option<_>>(3)?.unwrap_or_default();
        let number = Numbered { series, sequence: row.get(1)?, previous: row.get(2)?, link };
        Ok((Id::from_bytes(row.get(0)?), number))
    })?;
    Ok(documents.collect::<rusqlite::Result<_>>()?)
}

/// Whether a document has a number of a series, or waits for one.
pub(crate) fn is_in_use(connection: &Connection, series: Id) -> Result<bool> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM document WHERE series = ?1 LIMIT 1")?;
    Ok(statement.query_row([series.as_bytes()], |_| Ok(())).optional()?.is_some())
}

/// The documents that have a number of a series: more than one where it was given twice.
pub(crate) fn with_number(connection: &Connection, series: Id, sequence: u32) -> Result<Vec<Id>> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM document WHERE series = ?1 AND sequence = ?2")?;
    let documents = statement
        .query_map((series.as_bytes(), sequence), |row| Ok(Id::from_bytes(row.get(0)?)))?;
    Ok(documents.collect::<rusqlite::Result<_>>()?)
}

/// The numbers of documents that have no place in a series any more: another has it.
fn outside(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT number FROM document WHERE series IS NULL AND fingerprint IS NOT NULL \
         AND number IS NOT NULL ORDER BY number",
    )?;
    let numbers = statement.query_map([], |row| row.get(0))?;
    Ok(numbers.collect::<rusqlite::Result<_>>()?)
}

impl Reader<'_> {
    /// Each number series that documents here have numbers of: how many, and the last number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn series_lengths(&self) -> Result<Vec<(Id, i64, i64)>> {
        series_lengths(self.connection)
    }

    /// The numbers that were given twice: each of a document that has lost its place in its series to
    /// another.
    ///
    /// # Errors
    /// When the database fails.
    pub fn given_twice(&self) -> Result<Vec<String>> {
        outside(self.connection)
    }

    /// Where a number series ends, of those documents that are here; `None` where none has a number of it.
    ///
    /// # Errors
    /// When the database fails, as in everything below.
    pub fn end_of_series(&self, series: Id) -> Result<Option<SeriesEnd>> {
        end_of_series(self.connection, series)
    }

    /// The documents with numbers of a series, in the order of these.
    ///
    /// # Errors
    /// When the database fails.
    pub fn documents_of(&self, series: Id) -> Result<Vec<(Id, Numbered)>> {
        documents_of(self.connection, series)
    }

    /// Whether the hub has a record.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_synced(&self, id: Id) -> Result<bool> {
        Ok(synced::get(self.connection, id)?.is_some_and(|synced| !synced.deleted))
    }
}
