//! A list of clients from somewhere else: looked at first, then entered.
//!
//! Preview and import read the list by one and the same reader. An import is one step: all of it,
//! or nothing, or, when a person asked for that, the good rows with the others in a file.

use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Seek};
use std::path::Path;

use booqing_formats::clients::{
    Choice, ClientField, ClientsError, ClientsFile, ColumnName, Options, Row,
};
use booqing_model::text::comparable;
use booqing_model::{Fields, Id, Values};
use booqing_store::{Batch, Change, Committed, Edit, Reader};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::reason::Reason;
use crate::record::{default, number_after};
use crate::rejects::Rejects;
use crate::{Desk, DeskError, Language, Result};

/// The most rejected rows and the most rows of a preview that are told one by one.
const MOST_TOLD: usize = 200;
const PREVIEWED: usize = 20;
/// Progress is told after so many rows.
const TELL: u64 = 500;

/// What each column of the file is, where somebody decided: a field, or nothing.
pub type Mapping = BTreeMap<String, Option<String>>;

/// What the columns of a list are and what its rows hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ImportPreview {
    /// Rows in the file.
    #[ts(type = "number")]
    pub rows: u64,
    /// Rows that would be entered.
    #[ts(type = "number")]
    pub accepted: u64,
    /// Rows that would not.
    #[ts(type = "number")]
    pub rejected_count: u64,
    /// Why not, the first of them.
    pub rejected: Vec<RejectedLine>,
    /// How the file writes its characters.
    pub encoding: String,
    /// What stands between its cells.
    pub delimiter: String,
    /// Its columns.
    pub columns: Vec<ImportColumn>,
    /// What a column can be.
    pub fields: Vec<ImportField>,
    /// The first rows, in the order of the columns.
    pub preview: Vec<Vec<String>>,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ImportColumn {
    /// Its name in the file.
    pub name: String,
    /// What it is; null when it is left out.
    pub field: Option<String>,
    /// What stands in it, some of it.
    pub samples: Vec<String>,
}

/// What a column can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ImportField {
    /// Its name.
    pub field: String,
    /// What it is called.
    pub label: String,
}

/// Why a row is not entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export, rename = "RejectedRow")]
pub struct RejectedLine {
    /// The row as a spreadsheet counts it: the names of columns are row 1.
    #[ts(type = "number")]
    pub row: u64,
    /// The name of the column; empty where it is about the whole row.
    pub column: String,
    /// What stands there, shortened.
    pub value: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Imported {
    /// Rows in the file.
    #[ts(type = "number")]
    pub rows: u64,
    /// Clients entered.
    #[ts(type = "number")]
    pub imported: u64,
    /// Rows that were not entered.
    #[ts(type = "number")]
    pub rejected_count: u64,
    /// Why not, the first of them.
    pub rejected: Vec<RejectedLine>,
    /// The file with the rejected rows.
    pub rejected_file: Option<String>,
}

/// What somebody asks of an import.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ImportRequest {
    /// The name of the file.
    pub name: String,
    /// What its columns are, where their names do not say it.
    pub mapping: Option<Mapping>,
    /// Whether good rows are entered when others are not.
    pub good_only: bool,
    /// The language of sentences.
    pub language: Language,
}

/// Reads what the window asks: JSON, with its characters escaped as in an address.
///
/// # Errors
/// A failure in this language when it is something else.
pub fn read_request<Asked: DeserializeOwned>(
    text: &str,
    language: Language,
) -> std::result::Result<Asked, crate::Failure> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    serde_json::from_str(&decoded).map_err(|error| {
        let reason =
            Reason::both(format!("cannot be read: {error}"), format!("is niet te lezen: {error}"));
        crate::values::wrong("request", "", reason).failure(language)
    })
}

/// Where rejected rows are written.
#[derive(Debug, Clone, Copy)]
pub enum RejectedTo<'a> {
    /// Into the folder where a person finds what was saved.
    Downloads,
    /// Into this file.
    File(&'a Path),
    /// Into this folder, under a name of its own.
    Folder(&'a Path),
}

/// Looks through a whole list and says what an import would do.
///
/// # Errors
/// [`DeskError::List`] when it is no list, or its columns have no meaning.
pub fn preview(
    desk: &Desk,
    source: impl Read + Seek,
    request: &ImportRequest,
) -> Result<ImportPreview> {
    let taken = desk.cache.read(|reader| Ok(numbers(reader)))??;
    let mut list = List::open(source, request, &taken)?;
    let language = formats_language(request.language);
    let mut samples: Vec<Vec<String>> = vec![Vec::new(); list.file.columns().len()];
    let mut first_rows = Vec::new();
    let seen = list.read(&mut |_| {}, |row| {
        for (cell, samples) in row.raw.iter().zip(&mut samples) {
            if samples.len() < 3 && !cell.trim().is_empty() {
                samples.push(cell.clone());
            }
        }
        if first_rows.len() < PREVIEWED {
            first_rows.push(row.raw.clone());
        }
        Ok(())
    })?;
    let columns = list.file.columns().iter().zip(samples);
    Ok(ImportPreview {
        rows: seen.rows,
        accepted: seen.rows - seen.rejected_count,
        rejected_count: seen.rejected_count,
        rejected: seen.rejected,
        encoding: list.file.encoding().name().to_owned(),
        delimiter: char::from(list.file.delimiter().byte()).to_string(),
        columns: columns
            .map(|(column, samples)| ImportColumn {
                name: column.name.clone(),
                field: column.field.map(|field| field.code().to_owned()),
                samples,
            })
            .collect(),
        fields: ClientField::ALL
            .iter()
            .map(|field| ImportField {
                field: field.code().to_owned(),
                label: field.label(language).to_owned(),
            })
            .collect(),
        preview: first_rows,
    })
}

/// Writes the rows of a list that an import would reject to a file, to correct and import again:
/// its path, or nothing when no row is wrong.
///
/// # Errors
/// As [`preview`], and when the file cannot be written.
pub fn save_rejected(
    desk: &Desk,
    source: impl Read + Seek,
    request: &ImportRequest,
    to: RejectedTo<'_>,
) -> Result<Option<String>> {
    let taken = desk.cache.read(|reader| Ok(numbers(reader)))??;
    let mut list = List::open(source, request, &taken)?;
    let mut rejects = Rejects::new(&list.file, request.language)?;
    let seen = list.read(&mut |_| {}, |row| rejects.row(row))?;
    rejects.write(seen.rejected_count, &request.name, Some(to))
}

/// Enters the clients of a list. `tell` hears how many bytes of how many are read; the list is gone
/// through twice.
///
/// # Errors
/// [`DeskError::List`]; [`DeskError::RowsRejected`] when some rows are wrong and only all or
/// nothing was asked for. Nothing is entered then.
pub fn import(
    desk: &Desk,
    mut source: impl Read + Seek,
    request: &ImportRequest,
    rejected_to: Option<RejectedTo<'_>>,
    mut tell: impl FnMut(u64, u64),
) -> Result<Imported> {
    let taken = desk.cache.read(|reader| Ok(numbers(reader)))??;
    let mut list = List::open(&mut source, request, &taken)?;
    let mut rejects = Rejects::new(&list.file, request.language)?;
    let total = list.file.progress().total;
    let mut given = HashSet::new();
    let seen = list.read(&mut |done| tell(done / 2, total), |row| {
        if let Ok(fields) = &row.outcome {
            given.extend(fields.text("number").map(comparable));
        }
        rejects.row(row)
    })?;
    let rejected_file = rejects.write(seen.rejected_count, &request.name, rejected_to)?;
    if seen.rejected_count > 0 && !request.good_only {
        return Err(DeskError::RowsRejected {
            rows: seen.rows,
            rejected: seen.rejected_count,
            first: seen.rejected,
            file: rejected_file,
        });
    }
    let mut list = List::open(&mut source, request, &taken)?;
    let entered = desk.cache.write(|writer| {
        let last = writer.reader().last_number(CLASS, PREFIX)?;
        // A sync may have brought a number of the list since it was read.
        let now = match numbers(&writer.reader()) {
            Ok(now) => now,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(number) = given.intersection(&now).next() {
            let reason = (
                "was given to another client meanwhile; import again",
                "is intussen aan een andere relatie gegeven; importeer opnieuw",
            );
            return Ok(Err(crate::values::wrong("number", number, reason)));
        }
        let taken = now;
        Ok(writer.batch(|batch| {
            let numbering = Numbering { last, taken: &taken, given: &given };
            enter(batch, &mut list, numbering, &mut |done| tell(total / 2 + done / 2, total))
        }))
    })??;
    desk.tell(&entered);
    tell(total, total);
    Ok(Imported {
        rows: seen.rows,
        imported: seen.rows - seen.rejected_count,
        rejected_count: seen.rejected_count,
        rejected: seen.rejected,
        rejected_file,
    })
}

const CLASS: &str = "client";
const PREFIX: &str = "C-";

/// The numbers of all clients there are, as they are compared.
fn numbers(reader: &Reader<'_>) -> Result<HashSet<String>> {
    let mut numbers = HashSet::new();
    reader.scan(CLASS, &["number"], |_, fields| {
        numbers.extend(fields.text("number").map(comparable));
        Ok(())
    })?;
    Ok(numbers)
}

/// A list that is being read.
struct List<R> {
    file: ClientsFile<R>,
    language: Language,
}

/// What was seen of a list.
#[derive(Default)]
struct Seen {
    rows: u64,
    rejected_count: u64,
    rejected: Vec<RejectedLine>,
}

impl<R: Read + Seek> List<R> {
    fn open(source: R, request: &ImportRequest, taken: &HashSet<String>) -> Result<Self> {
        let choices = request.mapping.iter().flatten().map(|(column, field)| {
            let field = match field.as_deref().filter(|field| !field.is_empty()) {
                None => None,
                Some(code) => Some(ClientField::from_code(code).ok_or_else(|| {
                    let known: Vec<&str> = ClientField::ALL.iter().map(|f| f.code()).collect();
                    let known = known.join(", ");
                    let reason = Reason::both(
                        format!("is not a field of a list; there are {known}"),
                        format!("is geen veld van een lijst; er zijn {known}"),
                    );
                    crate::values::wrong(column, code, reason)
                })?),
            };
            Ok(Choice { column: ColumnName::Named(column.clone()), field })
        });
        let options = Options { choices: choices.collect::<Result<_>>()?, ..Options::default() };
        let mut file = ClientsFile::open(source, &options)?;
        file.refuse_numbers(taken.iter().cloned());
        Ok(Self { file, language: request.language })
    }

    /// Reads every row. `tell` hears how many bytes are read.
    fn read(
        &mut self,
        tell: &mut dyn FnMut(u64),
        mut each: impl FnMut(&Row) -> Result<()>,
    ) -> Result<Seen> {
        let language = formats_language(self.language);
        let mut seen = Seen::default();
        let mut ids = ids()?;
        let mut make = || ids.next();
        let mut rows = self.file.rows(&mut make);
        while let Some(row) = rows.next() {
            let row = row.map_err(ClientsError::from)?;
            seen.rows += 1;
            if let Err(problems) = &row.outcome {
                seen.rejected_count += 1;
                if seen.rejected.len() < MOST_TOLD {
                    seen.rejected.extend(problems.iter().map(|problem| RejectedLine {
                        row: problem.row,
                        column: problem.column.clone(),
                        value: problem.value.clone(),
                        reason: problem.reason.sentence(language),
                    }));
                }
            }
            each(&row)?;
            if seen.rows.is_multiple_of(TELL) {
                tell(rows.progress().read);
            }
        }
        seen.rejected.truncate(MOST_TOLD);
        Ok(seen)
    }
}

/// The numbers that clients without one get: after the last one there is, and none that the list
/// itself gives.
struct Numbering<'a> {
    last: Option<String>,
    taken: &'a HashSet<String>,
    given: &'a HashSet<String>,
}

impl Numbering<'_> {
    fn next(&mut self) -> String {
        loop {
            let number = number_after(self.last.as_deref(), PREFIX, 4);
            self.last = Some(number.clone());
            let compared = comparable(&number);
            if !self.taken.contains(&compared) && !self.given.contains(&compared) {
                return number;
            }
        }
    }
}

/// Enters the good rows as one step.
fn enter<R: Read + Seek>(
    batch: &Batch<'_>,
    list: &mut List<R>,
    mut numbering: Numbering<'_>,
    tell: &mut dyn FnMut(u64),
) -> Result<Committed> {
    let now = SystemSurroundings.now();
    let mut step = batch.begin("client.import", now, None);
    let mut client_ids = ids()?;
    list.read(tell, |row| {
        let Ok(fields) = &row.outcome else { return Ok(()) };
        let mut fields: Fields = fields.clone();
        if fields.get("number").is_none() {
            fields.set("number", numbering.next().into());
        }
        default(&mut fields, "kind", "person");
        default(&mut fields, "state", "active");
        let edit = Edit::Create(fields);
        step.change(&Change { class: CLASS.to_owned(), id: client_ids.next(), edit })?;
        Ok(())
    })?;
    Ok(step.finish()?)
}

/// Ids, one after the other: one moment, and random bits that are counted on.
struct Ids {
    moment: u64,
    random: u128,
}

impl Ids {
    fn next(&mut self) -> Id {
        self.random = self.random.wrapping_add(1);
        let mut bits = [0; 10];
        bits.copy_from_slice(&self.random.to_be_bytes()[6..]);
        Id::new(self.moment, bits)
    }
}

/// Ids that nobody else makes: they begin at a random place, and no list is long enough to reach
/// that of another.
fn ids() -> Result<Ids> {
    let first = SystemSurroundings.id()?;
    let mut random = [0; 16];
    random[6..].copy_from_slice(&first.as_bytes()[6..]);
    let moment = first.as_bytes().iter().take(6).fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    Ok(Ids { moment, random: u128::from_be_bytes(random) })
}

pub(crate) fn formats_language(language: Language) -> booqing_formats::Language {
    match language {
        Language::Nl => booqing_formats::Language::Nl,
        Language::En => booqing_formats::Language::En,
    }
}

/// What a script receives of rows that were rejected.
pub(crate) fn rejected_details(
    rows: u64,
    rejected: u64,
    first: &[RejectedLine],
    file: Option<&str>,
) -> Value {
    serde_json::json!({"rows": rows, "imported": 0, "rejected_count": rejected, "rejected": first,
        "rejected_file": file})
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
