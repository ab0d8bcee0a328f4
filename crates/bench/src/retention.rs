//! The retention report on a million records: the counting alone, and out of a cache.

use std::path::Path;

use booqing_model::{Id, Values};
use booqing_retention::records::{facts_of, fields_for_facts};
use booqing_retention::{Counter, Facts, Report, Tenant, embedded_book};
use clap::Args;
use jiff::civil::date;

use crate::measure::{Figure, Memory, Outcome, Samples, tell, timed};
use crate::store::{Place, fill_documents};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many documents
    #[arg(long, default_value_t = 1_000_000)]
    records: u32,
    /// How often each report is made
    #[arg(long, default_value_t = 5)]
    times: usize,
    /// Another seed gives other documents
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

pub(crate) fn run(folder: &Path, options: &Options) -> Outcome {
    let cache = Place::new(folder)?.create()?;
    tell(&format!("{} documents are loaded", options.records));
    let ((), time) = timed(|| fill_documents(&cache, options.records, options.seed))?;
    Figure::seconds("retention.load", time).print();
    cache.checkpoint()?;

    let tenant = Tenant::new("NL", "Europe/Amsterdam", "12-31")?;
    let book = embedded_book()?;
    let decider = book.decider(&tenant, None)?;
    let as_of = date(2026, 11, 25);

    // The steps of `Desk::retention` for one record class, with no holds and no fiscal years of its own.
    let mut fields: Vec<&str> = fields_for_facts("document").to_vec();
    fields.extend(["client", "fiscal_year"]);
    let before = Memory::begin();
    let (mut scans, mut counts, mut reads) =
        (Samples::default(), Samples::default(), Samples::default());
    let mut scanned: Option<Report> = None;
    for _ in 0..options.times {
        let (report, time) = timed(|| {
            Ok(cache.read(|reader| {
                let mut counter: Counter<'_, Id> = Counter::new(&decider, as_of);
                reader.scan("document", &fields, |_, fields| {
                    let Some(facts) = facts_of("document", fields) else { return Ok(()) };
                    counter.count(&facts, fields.id("client"), &[]);
                    Ok(())
                })?;
                Ok(counter.report())
            })?)
        })?;
        scanned = Some(report);
        scans.add(time);
        reads.add(
            timed(|| Ok(cache.read(|reader| reader.scan("document", &fields, |_, _| Ok(())))?))?.1,
        );
    }
    let peak = Memory::now().peak.saturating_sub(before.resident);

    let mut known: Vec<(Facts, Option<Id>)> = Vec::with_capacity(options.records as usize);
    cache.read(|reader| {
        reader.scan("document", &fields, |_, fields| {
            known.extend(facts_of("document", fields).map(|facts| (facts, fields.id("client"))));
            Ok(())
        })
    })?;
    let mut counted: Option<Report> = None;
    for _ in 0..options.times {
        let (report, time) = timed(|| {
            let mut counter: Counter<'_, Id> = Counter::new(&decider, as_of);
            for (facts, person) in &known {
                counter.count(facts, *person, &[]);
            }
            Ok(counter.report())
        })?;
        counted = Some(report);
        counts.add(time);
    }
    if scanned != counted {
        return Err("the two reports differ".into());
    }
    let (lines, records, persons) =
        counted.map_or((0, 0, 0), |report| (report.lines.len(), report.records, report.persons));
    Figure::seconds("retention.counting", counts.percentile(50))
        .at_most(2.0)
        .with("records", records)
        .with("lines", lines)
        .with("persons", persons)
        .with("all_runs_ms", counts.all())
        .print();
    Figure::seconds("retention.from_cache", scans.percentile(50))
        .at_most(2.0)
        .beside("reading the same fields and counting nothing", reads.middle() / 1e3)
        .with("records", records)
        .with("peak_memory_over_idle_bytes", peak)
        .with("all_runs_ms", scans.all())
        .peak()
        .print();
    Ok(())
}
