//! The retention report as a file: JSON, CSV or PDF.

use booqing_formats::csv::{Cell, Dialect, Writer};
use booqing_pdf::{About, Column, Document, Emphasis, Level, PdfError, Table};
use jiff::Timestamp;
use serde::Deserialize;
use ts_rs::TS;

use super::{RetentionQuery, RetentionView};
use crate::dossier::pdf::pdf_language;
use crate::export::{self, Saved};
use crate::print::{self, Printed};
use crate::words::{Style, pick};
use crate::{Desk, DeskError, Language, Result};

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum ReportFormat {
    /// JSON, for programs.
    Json,
    /// CSV: as a Dutch spreadsheet opens it in Dutch, by RFC 4180 in English.
    Csv,
    /// Tagged PDF/A, for people.
    Pdf,
}

impl ReportFormat {
    fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Pdf => "pdf",
        }
    }
}

impl Desk {
    /// The retention report as the bytes of a file.
    ///
    /// # Errors
    /// As [`Desk::retention`].
    pub fn retention_file(
        &self,
        query: &RetentionQuery,
        format: ReportFormat,
        now: Timestamp,
    ) -> Result<Vec<u8>> {
        let view = self.retention_view(query)?;
        match format {
            ReportFormat::Json => serde_json::to_vec_pretty(&view).map_err(|e| failed(e.into())),
            ReportFormat::Csv => csv(&view, query.language).map_err(failed),
            ReportFormat::Pdf => {
                let style = self.style(query.language)?;
                Ok(pdf(&view, &style, self.administration_name(), now)?)
            }
        }
    }

    /// Saves the retention report where a person finds what was saved.
    ///
    /// # Errors
    /// As [`Self::retention_file`]; [`DeskError::File`].
    pub fn save_retention(
        &self,
        query: &RetentionQuery,
        format: ReportFormat,
        now: Timestamp,
    ) -> Result<Saved> {
        let bytes = self.retention_file(query, format, now)?;
        export::save(&file_name(query, format), &bytes)
    }

    /// Prints the retention report, without a file of our own.
    ///
    /// # Errors
    /// As [`Self::retention_file`]; [`DeskError::NoPrinter`], [`DeskError::Printing`].
    pub fn print_retention(
        &self,
        query: &RetentionQuery,
        printer: Option<&str>,
        now: Timestamp,
    ) -> Result<Printed> {
        let bytes = self.retention_file(query, ReportFormat::Pdf, now)?;
        print::print(&bytes, &file_name(query, ReportFormat::Pdf), printer)
    }
}

fn file_name(query: &RetentionQuery, format: ReportFormat) -> String {
    let name = pick(query.language, "retention", "bewaartermijnen");
    export::file_name(&[name, &query.as_of], format.ending())
}

/// Writing to memory does not fail; the form of the error is there for files.
fn failed(source: std::io::Error) -> DeskError {
    DeskError::File { action: "write", path: "retention".into(), source }
}

/// The titles of the columns.
fn titles(language: Language) -> [&'static str; 7] {
    match language {
        Language::En => ["Due", "Law", "Policy", "Status", "Certainty", "Records", "Persons"],
        Language::Nl => ["Vervalt", "Wet", "Regel", "Status", "Zekerheid", "Gegevens", "Personen"],
    }
}

fn csv(view: &RetentionView, language: Language) -> std::io::Result<Vec<u8>> {
    let dialect = match language {
        Language::Nl => Dialect::DUTCH,
        Language::En => Dialect::RFC_4180,
    };
    let mut writer = Writer::new(Vec::new(), dialect)?;
    writer.row(titles(language))?;
    for line in &view.lines {
        writer.row([
            line.year.map_or(Cell::Empty, |year| Cell::Integer(year.into())),
            Cell::Text(&line.ground),
            Cell::Text(&line.title),
            Cell::Text(&line.status_label),
            Cell::Text(line.confidence.as_deref().unwrap_or_default()),
            Cell::Integer(i64::try_from(line.records).unwrap_or(i64::MAX)),
            Cell::Integer(i64::try_from(line.persons).unwrap_or(i64::MAX)),
        ])?;
    }
    writer.finish()
}

fn pdf(
    view: &RetentionView,
    style: &Style,
    administration: &str,
    now: Timestamp,
) -> std::result::Result<Vec<u8>, PdfError> {
    let language = style.language;
    let title = pick(language, "Retention report", "Bewaartermijnen");
    let day = style.day_text(&view.as_of);
    let about = About {
        subtitle: format!("{administration} · {} {day}", pick(language, "as of", "per")),
        author: administration.to_owned(),
        language: pdf_language(language),
        footer: format!("{administration} · {}", style.moment(now.as_second())),
        ..About::new(title, now)
    };
    let mut document = Document::new(about)?;
    document.paragraph(&introduction(view, language), Emphasis::Plain)?;

    document.heading(Level::Section, pick(language, "Where it stands", "Stand van zaken"))?;
    let [_, _, _, status, _, records, _] = titles(language);
    let table = Table::new([Column::text(status, 1.0), Column::number(records)]);
    document.table(&table, |rows| {
        for count in &view.statuses {
            rows.row(&[&count.label, &count.records.to_string()])?;
        }
        rows.total(&[pick(language, "Total", "Totaal"), &view.total.to_string()])
    })?;

    document.heading(Level::Section, pick(language, "What falls due", "Wat vervalt"))?;
    let held = pick(language, "Under a hold", "Onder een bewaarbevel");
    let year = pick(language, "Year", "Jaar");
    let table =
        Table::new([Column::text(year, 1.0), Column::number(records), Column::number(held)]);
    document.table(&table, |rows| {
        for due in view.falls_due.iter().filter(|due| due.records > 0) {
            let (records, held) = (grouped(due.records, language), grouped(due.held, language));
            rows.row(&[due.year.to_string(), records, held])?;
        }
        Ok::<(), PdfError>(())
    })?;

    document.heading(Level::Section, pick(language, "By law and year", "Per wet en jaar"))?;
    lines(&mut document, view, language)?;
    document.finish()
}

fn lines(
    document: &mut Document,
    view: &RetentionView,
    language: Language,
) -> std::result::Result<(), PdfError> {
    let [due, law, policy, status, certainty, records, persons] = titles(language);
    let table = Table::new([
        Column::short(due),
        Column::text(law, 1.0),
        Column::text(policy, 1.4),
        Column::text(status, 1.0),
        Column::text(certainty, 1.0),
        Column::number(records),
        Column::number(persons),
    ]);
    document.table(&table, |rows| {
        for line in &view.lines {
            rows.row(&[
                line.year.map_or_else(|| "–".to_owned(), |year| year.to_string()),
                line.ground.clone(),
                line.title.clone(),
                line.status_label.clone(),
                line.confidence.clone().unwrap_or_default(),
                grouped(line.records, language),
                grouped(line.persons, language),
            ])?;
        }
        Ok::<(), PdfError>(())
    })?;
    Ok(())
}

fn introduction(view: &RetentionView, language: Language) -> String {
    let counted = |count: u64, one: &str, several: &str| {
        format!("{} {}", grouped(count, language), if count == 1 { one } else { several })
    };
    match language {
        Language::En => format!(
            "{} about {}, counted by the law that keeps them and the year in which they may first be destroyed. Engineering research, not legal advice: each rule carries how certain it is.",
            counted(view.total, "record", "records"),
            counted(view.persons, "person", "persons")
        ),
        Language::Nl => format!(
            "{} over {}, geteld per wet die ze bewaart en per jaar waarin ze voor het eerst vernietigd mogen worden. Technisch onderzoek, geen juridisch advies: bij elke regel staat hoe zeker die is.",
            counted(view.total, "gegeven", "gegevens"),
            counted(view.persons, "persoon", "personen")
        ),
    }
}

/// A number with marks between the thousands.
fn grouped(number: u64, language: Language) -> String {
    let mark = match language {
        Language::En => ',',
        Language::Nl => '.',
    };
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in (1..=digits.len()).rev().zip(digits.chars()) {
        if place % 3 == 0 && !grouped.is_empty() {
            grouped.push(mark);
        }
        grouped.push(digit);
    }
    grouped
}
