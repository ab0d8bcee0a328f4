//! The retention report of an administration: what is held, until when, on which ground, and what
//! falls due.

pub mod file;

use booqing_model::register::RECORDS;
use booqing_model::{Id, Values};
use booqing_retention::{
    Counter, Report, ReportLine, Status, embedded_book, facts_with, fields_for_facts,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::around::CacheAround;
use crate::holds::{Holds, SCOPE_FIELDS};
use crate::why::policies;
use crate::words;
use crate::{Desk, Language, Result};
pub use file::ReportFormat;

/// Which report is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[ts(export)]
pub struct RetentionQuery {
    /// The day it is about, such as `2026-11-23`.
    pub as_of: String,
    /// The language of titles.
    pub language: Language,
}

/// The retention report, with titles in a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RetentionView {
    /// The day it is about.
    pub as_of: String,
    /// How many records were counted.
    #[ts(type = "number")]
    pub total: u64,
    /// How many different persons they are about.
    #[ts(type = "number")]
    pub persons: u64,
    /// How many stand where.
    pub statuses: Vec<StatusCount>,
    /// What falls due in each calendar year.
    pub falls_due: Vec<DueYear>,
    /// The counts by policy, year and status.
    pub lines: Vec<RetentionLine>,
}

/// How many records stand somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct StatusCount {
    /// The engine's word.
    pub status: String,
    /// What it is called.
    pub label: String,
    /// How many records.
    #[ts(type = "number")]
    pub records: u64,
}

/// What falls due in one calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DueYear {
    /// The calendar year of the first day on which destruction is allowed.
    pub year: i16,
    /// How many records.
    #[ts(type = "number")]
    pub records: u64,
    /// Of these, how many are under a hold.
    #[ts(type = "number")]
    pub held: u64,
}

/// Records with one policy, year and status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RetentionLine {
    /// The policy that governs; null when no law keeps them.
    pub policy: Option<String>,
    /// What the policy is called.
    pub title: String,
    /// The law.
    pub ground: String,
    /// How sure the rule is.
    pub confidence: Option<String>,
    /// The calendar year of the first day on which destruction is allowed.
    pub year: Option<i16>,
    /// Where they stand, by the engine's word.
    pub status: String,
    /// What that is called.
    pub status_label: String,
    /// How many records.
    #[ts(type = "number")]
    pub records: u64,
    /// How many different persons.
    #[ts(type = "number")]
    pub persons: u64,
}

impl Desk {
    /// Counts every record that a law on keeping books is about, as of a day.
    ///
    /// # Errors
    /// [`crate::DeskError::Value`] for a day that does not exist, or an administration whose
    /// country has no policies.
    pub fn retention(&self, as_of: &str) -> Result<Report> {
        let as_of = crate::booking::day("as_of", as_of)?;
        let tenant = self.tenant()?;
        let wrong = |reason: String| policies(&reason);
        let book = embedded_book().map_err(|error| wrong(error.to_string()))?;
        let decider = book.decider(&tenant, None).map_err(|error| wrong(error.to_string()))?;
        self.cache.read(|reader| {
            let holds = match Holds::read(reader) {
                Ok(holds) => holds,
                Err(error) => return Ok(Err(error)),
            };
            let around = CacheAround::read(reader)?;
            let mut counter: Counter<'_, Id> = Counter::new(&decider, as_of);
            for record in RECORDS {
                let facts = fields_for_facts(record.class);
                if facts.is_empty() {
                    continue;
                }
                let mut fields: Vec<&str> = facts.to_vec();
                fields.extend(SCOPE_FIELDS.iter().filter(|name| !facts.contains(name)));
                reader.scan(record.class, &fields, |id, fields| {
                    let Some(facts) = facts_with(record.class, fields, &around)? else {
                        return Ok(());
                    };
                    let holds = holds.on(reader, record.class, id, fields)?;
                    counter.count(&facts, fields.id("client"), &holds);
                    Ok(())
                })?;
            }
            Ok(Ok(counter.report()))
        })?
    }

    /// The day it is for the administration at a moment.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn today(&self, now: Timestamp) -> Result<Date> {
        Ok(self.style(Language::En)?.zone.to_datetime(now).date())
    }

    /// The same with titles in a language.
    ///
    /// # Errors
    /// As [`Self::retention`].
    pub fn retention_view(&self, query: &RetentionQuery) -> Result<RetentionView> {
        Ok(view(&self.retention(&query.as_of)?, query.language))
    }
}

/// A report with titles in a language.
pub(crate) fn view(report: &Report, language: Language) -> RetentionView {
    let statuses = Status::ALL.iter().filter_map(|status| {
        let lines = report.lines.iter().filter(|line| line.status == *status);
        let records = lines.map(|line| line.records).sum();
        (records > 0).then(|| StatusCount {
            status: status.word().to_owned(),
            label: status_label(language, *status),
            records,
        })
    });
    RetentionView {
        as_of: report.as_of.to_string(),
        total: report.records,
        persons: report.persons,
        statuses: statuses.collect(),
        falls_due: every_year(report),
        lines: report.lines.iter().map(|line| line_view(line, language)).collect(),
    }
}

/// What falls due in each year from the first to the last, years without any among them: a plot of
/// them must not put 2027 beside 2037.
fn every_year(report: &Report) -> Vec<DueYear> {
    let years = &report.due_by_year;
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return Vec::new() };
    let in_year = |year| {
        let due = years.iter().find(|due| due.year == year);
        due.map_or(DueYear { year, records: 0, held: 0 }, |due| DueYear {
            year,
            records: due.records,
            held: due.held,
        })
    };
    (first.year..=last.year).map(in_year).collect()
}

fn status_label(language: Language, status: Status) -> String {
    words::code(language, "retention", "status", status.word()).unwrap_or(status.word()).to_owned()
}

fn line_view(line: &ReportLine, language: Language) -> RetentionLine {
    let none = words::pick(language, "No law keeps these", "Geen wet bewaart deze");
    let title = line.policy.as_deref().and_then(|id| policy_title(id, language));
    RetentionLine {
        policy: line.policy.clone(),
        title: title.unwrap_or_else(|| none.to_owned()),
        ground: line.ground.clone().unwrap_or_default(),
        confidence: line.confidence.map(|confidence| {
            let word = confidence.word();
            words::code(language, "retention", "confidence", word).unwrap_or(word).to_owned()
        }),
        year: line.year_due,
        status: line.status.word().to_owned(),
        status_label: status_label(language, line.status),
        records: line.records,
        persons: line.persons,
    }
}

fn policy_title(id: &str, language: Language) -> Option<String> {
    let policy = embedded_book().ok()?.policies().find(|policy| policy.id == id)?;
    Some(match language {
        Language::En => policy.title.en.clone(),
        Language::Nl => policy.title.nl.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{TestDesk, accepted_by_verapdf, desk, id};

    /// Invoices of three years, one under a hold, and a booking.
    fn office() -> TestDesk {
        let desk = desk();
        let anna = desk.client(&["family_name=Berg"]);
        for (n, year) in [(1, 2018), (2, 2018), (3, 2020), (4, 2019)] {
            desk.put(
                "document",
                id(n),
                json!({"state": "issued", "fiscal_year": year, "kind": "invoice",
                    "document_date": format!("{year}-05-01"), "client": anna.id,
                    "currency": "EUR", "net": 1, "vat": 0, "gross": 1}),
            );
        }
        desk.put(
            "hold",
            id(70),
            json!({"title": "Beslag", "record": id(2), "placed_at": 1_700_000_000, "reason": "x"}),
        );
        desk.add_booking(&desk.values("booking", &["client=C-0001", "starts=2018-03-01T10:00"]))
            .expect("a booking");
        desk
    }

    fn query(as_of: &str) -> RetentionQuery {
        RetentionQuery { as_of: as_of.to_owned(), language: Language::En }
    }

    #[test]
    fn what_is_held_is_counted_by_where_it_stands_on_the_day() {
        let desk = office();
        let statuses = |as_of: &str| -> Vec<(String, u64)> {
            let view = desk.retention_view(&query(as_of)).expect("a report");
            view.statuses.into_iter().map(|count| (count.status, count.records)).collect()
        };
        let pair = |status: &str, records| (status.to_owned(), records);
        assert_eq!(statuses("2025-12-31"), [pair("retained", 4), pair("held", 1)]);
        assert_eq!(
            statuses("2026-01-01"),
            [pair("retained", 2), pair("held", 1), pair("due_for_disposition", 2)]
        );
        let view = desk.retention_view(&query("2026-01-01")).expect("a report");
        let due: Vec<(i16, u64, u64)> =
            view.falls_due.iter().map(|due| (due.year, due.records, due.held)).collect();
        assert_eq!(due, [(2026, 3, 1), (2027, 1, 0), (2028, 1, 0)]);
        assert_eq!((view.total, view.persons), (5, 1));
    }

    /// A first year that began in November 2018 and ended with 2019: what was booked in it is kept
    /// from its end. The scan of a held invoice is held with it.
    #[test]
    fn a_long_first_year_and_a_held_original_count() {
        let desk = desk();
        let invoice = json!({"state": "issued", "fiscal_year": 2019, "kind": "invoice",
            "document_date": "2018-11-15", "currency": "EUR", "net": 1, "vat": 0, "gross": 1});
        desk.put("document", id(1), invoice);
        desk.put("attachment", id(2), json!({"fiscal_year": 2019, "document": id(1)}));
        let due = || desk.retention_view(&query("2030-01-01")).expect("a report").falls_due;
        let all = |year| vec![DueYear { year, records: 2, held: 0 }];
        assert_eq!(due(), all(2026), "by the calendar year of the invoice");
        desk.put(
            "fiscal_year",
            id(3),
            json!({"fiscal_year": 2019, "state": "closed", "starts": "2018-11-01",
                "ends": "2019-12-31"}),
        );
        assert_eq!(due(), all(2027));
        desk.put(
            "hold",
            id(4),
            json!({"title": "x", "record": id(1), "placed_at": 1_700_000_000, "reason": "x"}),
        );
        assert_eq!(due(), [DueYear { year: 2027, records: 2, held: 2 }]);
    }

    #[test]
    fn a_plot_has_every_year_between_the_first_and_the_last() {
        let desk = desk();
        for (n, year) in [(1, 2015), (2, 2018)] {
            desk.put(
                "document",
                id(n),
                json!({"state": "issued", "fiscal_year": year, "kind": "invoice",
                    "document_date": format!("{year}-05-01"), "currency": "EUR", "net": 1,
                    "vat": 0, "gross": 1}),
            );
        }
        let view = desk.retention_view(&query("2026-01-01")).expect("a report");
        let due: Vec<(i16, u64)> =
            view.falls_due.iter().map(|due| (due.year, due.records)).collect();
        assert_eq!(due, [(2023, 1), (2024, 0), (2025, 0), (2026, 1)]);
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        let refused = office().retention_view(&query("2026-02-30"));
        assert!(matches!(refused, Err(crate::DeskError::Value { field, .. }) if field == "as_of"));
    }

    #[test]
    fn the_report_comes_as_json_csv_and_pdf() {
        let desk = office();
        let now = "2026-11-25T12:00:00Z".parse().expect("a moment");
        let file = |format, language| {
            let query = RetentionQuery { as_of: "2026-01-01".to_owned(), language };
            desk.retention_file(&query, format, now).expect("a file")
        };
        let json: serde_json::Value =
            serde_json::from_slice(&file(ReportFormat::Json, Language::En)).expect("JSON");
        assert_eq!(json["total"], 5);
        let csv = String::from_utf8(file(ReportFormat::Csv, Language::Nl)).expect("text");
        assert!(csv.starts_with('\u{feff}') && csv.contains("Vervalt;Wet;Regel"), "{csv}");
        let csv = String::from_utf8(file(ReportFormat::Csv, Language::En)).expect("text");
        assert!(csv.starts_with("Due,Law,Policy") && csv.contains("2026,AWR art. 52(4)"), "{csv}");
        let documents = [Language::Nl, Language::En].map(|language| {
            (format!("retention-{}", language.code()), file(ReportFormat::Pdf, language))
        });
        accepted_by_verapdf(&documents);
    }
}
