//! A dossier as clients get it, and a report of a thousand pages beside Typst.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use booqing_desk::demo::Plan;
use booqing_desk::dossier::DossierFormat;
use booqing_desk::{Desk, Language};
use booqing_model::{Id, Values};
use booqing_pdf::{About, Column, Document, Level, PdfError, Table};
use booqing_store::Cache;
use clap::Args;
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::Value;

use crate::measure::{Figure, Outcome, Samples, tell, timed};
use crate::names;
use crate::office::{self, Hub};
use crate::records::Lcg;

const REPORT: &str = include_str!("../typst/report.typ");
const SCRIPT: &str = include_str!("../typst/report.py");

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rows of the report: fifty stand on a page
    #[arg(long, default_value_t = 50_000)]
    rows: u32,
    /// How often the dossier is made
    #[arg(long, default_value_t = 50)]
    times: usize,
    /// How often the report is made by each; the best counts
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// A Python that has the package `typst`
    #[arg(long, value_name = "FILE", default_value = "target/tools/typst/bin/python")]
    python: PathBuf,
}

pub(crate) fn run(folder: &Path, options: &Options) -> Outcome {
    dossiers(folder, options.times)?;
    report(folder, options)
}

/// A moment that does not change, so that files do not.
fn moment() -> Timestamp {
    Timestamp::from_second(1_795_608_000).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn dossiers(folder: &Path, times: usize) -> Outcome {
    let runtime = office::runtime()?;
    let hub = Hub::start(&folder.join("hub"))?;
    let invitation = hub.administration("Kantoor Van Dijk")?;
    let home = folder.join("desk");
    let (joined, desk) = runtime.block_on(office::desk(&home, &invitation, "A"))?;
    tell("demo data are entered");
    desk.fill_with_demo(&Plan::new(date(2026, 11, 25)), |_| {})?;
    let cache = office::cache(&home, joined.administration)?;
    let clients = by_records(&cache)?;
    for (name, percent, is_typical) in [("typical", 50, true), ("large", 99, false)] {
        let place = (clients.len() * percent / 100).min(clients.len().saturating_sub(1));
        let (records, client) = clients.get(place).copied().ok_or("there are no clients")?;
        let make = || make(&desk, client);
        let size = make()?;
        make()?;
        let samples = Samples::of(times, |_| make().map(|_| ()))?;
        let told = Samples::of(times, |_| {
            desk.dossier(&client.to_string(), Language::Nl, moment())?;
            Ok(())
        })?;
        let figure =
            Figure::milliseconds(&format!("pdf.dossier.{name}.p50"), samples.percentile(50))
                .with("p95", samples.percentile(95).as_secs_f64() * 1e3)
                .with("of_that_gathering", told.middle())
                .with("bookings_and_documents", records);
        let bytes = Figure::new(&format!("pdf.dossier.{name}.size"), size as f64, "bytes");
        if is_typical {
            figure.at_most(60.0).peak().print();
            bytes.at_most(60_000.0).print();
        } else {
            figure.print();
            bytes.print();
        }
    }
    Ok(())
}

fn make(desk: &Desk, client: Id) -> Outcome<usize> {
    let (client, form) = (client.to_string(), DossierFormat::Pdf);
    Ok(desk.dossier_file(&client, Language::Nl, form, moment())?.bytes.len())
}

/// The clients that have something, by how much: bookings and documents together.
fn by_records(cache: &Cache) -> Outcome<Vec<(usize, Id)>> {
    let mut counts: HashMap<Id, usize> = HashMap::new();
    cache.read(|reader| {
        for class in ["booking", "document"] {
            reader.scan(class, &["client"], |_, fields| {
                if let Some(id) = fields.id("client") {
                    *counts.entry(id).or_default() += 1;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    let mut clients: Vec<(usize, Id)> = counts.into_iter().map(|(id, count)| (count, id)).collect();
    clients.sort_unstable();
    Ok(clients)
}

fn rows(count: u32) -> Vec<[String; 5]> {
    let mut lcg = Lcg::new(1);
    (0..count)
        .map(|number| {
            let cents = 1000 + lcg.next(900_000);
            [
                format!("2026-{:06}", number + 1),
                format!("{:02}-{:02}-2026", 1 + lcg.next(28), 1 + lcg.next(12)),
                format!("{} {}", names::given(&mut lcg), names::family(lcg.next(6000))),
                names::title(&mut lcg, number % 6000),
                format!("{},{:02}", cents / 100, cents % 100),
            ]
        })
        .collect()
}

fn report(folder: &Path, options: &Options) -> Outcome {
    let rows = rows(options.rows);
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> = row.iter().map(|cell| format!("\"{cell}\"")).collect();
        writeln!(text, "{}", cells.join(","))?;
    }
    fs::write(folder.join("rows.csv"), text)?;
    fs::write(folder.join("report.typ"), REPORT)?;
    fs::write(folder.join("report.py"), SCRIPT)?;
    let has_typst = options.python.exists();
    if !has_typst {
        tell(&format!("{} is not there: no baseline", options.python.display()));
    }
    let (mut ours, mut theirs) = (Samples::default(), Samples::default());
    let (mut size, mut baseline) = (0, Value::Null);
    for run in 0..options.runs {
        tell(&format!("report {}", run + 1));
        let (bytes, time) = timed(|| Ok(ours_of(&rows)?))?;
        ours.add(time);
        size = bytes.len();
        fs::write(folder.join("report.pdf"), bytes)?;
        if has_typst {
            baseline = typst(folder, &options.python)?;
            let seconds = baseline.get("seconds").and_then(Value::as_f64).unwrap_or_default();
            theirs.add(Duration::from_secs_f64(seconds));
        }
    }
    let mut figure = Figure::seconds("pdf.report", ours.best())
        .at_most(3.0)
        .with("rows", options.rows)
        .with("bytes", size)
        .with("all_runs_ms", ours.all());
    if has_typst {
        figure = figure
            .beside("Typst, compiling alone", theirs.best().as_secs_f64())
            .with("baseline_runs_ms", theirs.all())
            .with("baseline_told", baseline);
    }
    figure.peak().print();
    Ok(())
}

fn ours_of(rows: &[[String; 5]]) -> Result<Vec<u8>, PdfError> {
    let mut document = Document::new(About::new("Rapport", moment()))?;
    document.heading(Level::Section, "Regels")?;
    let table = Table::new([
        Column::short("Nummer"),
        Column::short("Datum"),
        Column::text("Cliënt", 1.0),
        Column::text("Omschrijving", 2.0),
        Column::number("Bedrag"),
    ])
    .compact();
    document.table(&table, |into| rows.iter().try_for_each(|row| into.row(row)))?;
    document.finish()
}

/// What Typst tells about the same table: `report.py`.
fn typst(folder: &Path, python: &Path) -> Outcome<Value> {
    let output = Command::new(python).arg(folder.join("report.py")).arg(folder).output()?;
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout)?)
    } else {
        Err(format!("Typst failed: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}
