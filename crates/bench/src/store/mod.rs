//! A cache with a million bookings, beside plain SQLite with the same tables and rows.

mod load;
mod plain;

use std::path::Path;
use std::time::Instant;

use booqing_keys::{CacheKey, NewSlot, Passphrase, Slots};
use booqing_model::fields::Patch;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_store::{Cache, Change, ChangeSet, Condition, Edit, Identity, ListQuery};
use clap::Args;
use serde_json::{Value, json};

use crate::measure::{Figure, Memory, Outcome, Samples, tell, timed};
use crate::names;
use crate::records::{Lcg, id_of};
use plain::Plain;

pub(crate) use load::fill_documents;

/// Hits asked for.
const HITS: usize = 50;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many bookings
    #[arg(long, default_value_t = 1_000_000)]
    bookings: u32,
    /// How many clients
    #[arg(long, default_value_t = 50_000)]
    clients: u32,
    /// How many saves, weeks and openings of each kind are measured
    #[arg(long, default_value_t = 300)]
    times: usize,
    /// How many searches are measured
    #[arg(long, default_value_t = 2000)]
    searches: usize,
    /// Another seed gives other texts
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// A cache of a benchmark and what opens it.
#[derive(Debug)]
pub(crate) struct Place {
    path: std::path::PathBuf,
    key: CacheKey,
    identity: Identity,
}

impl Place {
    /// Makes what opens a cache in this folder.
    pub(crate) fn new(folder: &Path) -> Outcome<Self> {
        let passphrase = Passphrase::new("vijf woorden voor een meting".to_owned());
        let administration = id_of("administration");
        let (slots, key) = Slots::create(folder, "bench", &NewSlot::Passphrase(&passphrase))?;
        Ok(Self {
            path: folder.join("cache.db"),
            key: key.cache_key(administration.as_bytes()),
            identity: Identity { installation: slots.installation().to_owned(), administration },
        })
    }

    /// Makes the cache.
    pub(crate) fn create(&self) -> Outcome<Cache> {
        Ok(Cache::create(&self.path, self.key.clone(), &self.identity)?)
    }

    fn open(&self) -> Outcome<Cache> {
        Ok(Cache::open(&self.path, self.key.clone(), &self.identity)?)
    }
}

pub(crate) fn run(folder: &Path, options: &Options) -> Outcome {
    let place = Place::new(folder)?;
    let cache = place.create()?;
    tell(&format!("{} bookings and {} clients are loaded", options.bookings, options.clients));
    let (made, time) =
        timed(|| load::fill(&cache, options.clients, options.bookings, options.seed))?;
    let rows = f64::from(options.bookings + options.clients);
    Figure::seconds("store.load", time)
        .with("records_per_second", (rows / time.as_secs_f64()).round())
        .with("seconds_in_making_texts", made.as_secs_f64().round())
        .peak()
        .print();
    cache.checkpoint()?;
    drop(cache);
    tell("the same is written without a key");
    let plain_path = folder.join("plain.db");
    let ((), time) = timed(|| plain::export(&place.path, &place.key, &plain_path))?;
    let size = |path: &Path| std::fs::metadata(path).map(|meta| meta.len()).unwrap_or_default();
    Figure::new("store.size", size(&place.path) as f64, "bytes")
        .beside("plain SQLite", size(&plain_path) as f64)
        .with("seconds_to_write_plain", time.as_secs_f64())
        .print();

    opening(&place, &plain_path, options.times.min(100))?;
    let (cache, mut plain) = (place.open()?, Plain::open(&plain_path)?);
    let _idle = Memory::begin();
    searching(&cache, &plain, options)?;
    weeks(&cache, &plain, options.times)?;
    saving(&cache, &mut plain, options)?;
    Ok(())
}

/// Opening, and the first thing a desk reads.
fn opening(place: &Place, plain: &Path, times: usize) -> Outcome {
    let (mut ours, mut theirs) = (Samples::default(), Samples::default());
    for _ in 0..times {
        let (opened, time) = timed(|| {
            let cache = place.open()?;
            cache.read(|reader| reader.hub())?;
            Ok(cache)
        })?;
        drop(opened);
        ours.add(time);
        let (opened, time) = timed(|| Ok((Plain::open(plain)?, Plain::open(plain)?)))?;
        drop(opened);
        theirs.add(time);
    }
    Figure::milliseconds("store.open.p95", ours.percentile(95))
        .at_most(100.0)
        .beside("plain SQLite, p95", theirs.percentile(95).as_secs_f64() * 1e3)
        .with("p50", ours.middle())
        .print();
    Ok(())
}

/// What is searched for, by kind: the kinds come equally often.
fn queries(options: &Options) -> Vec<(&'static str, String)> {
    let mut lcg = Lcg::new(options.seed as u32 ^ 0x5eed);
    let mut queries = Vec::with_capacity(options.searches);
    while queries.len() < options.searches {
        let subject = lcg.pick(names::SUBJECTS).to_lowercase();
        let begins = |letters: usize| subject.chars().take(letters).collect::<String>();
        let client = lcg.next(options.clients);
        let family = names::family(client).to_lowercase();
        let number = format!("B-{:07}", 1 + lcg.next(options.bookings));
        let rare = names::any_rare(&mut lcg);
        let letters = 3 + lcg.next(3) as usize;
        queries.extend([
            ("common word", subject.clone()),
            ("two letters", begins(2)),
            ("beginning of a common word", begins(letters)),
            ("number", number),
            ("rare word", rare.clone()),
            ("family name", family.clone()),
            ("beginning of a family name", family.chars().take(4).collect()),
            ("common and rare", format!("{subject} {rare}")),
            ("two common", format!("{subject} bevestigd")),
            ("name and beginning", format!("{family} {}", begins(3))),
        ]);
    }
    queries.truncate(options.searches);
    queries
}

fn searching(cache: &Cache, plain: &Plain, options: &Options) -> Outcome {
    let queries = queries(options);
    // What was never read is read once: a desk that was just opened is another question.
    for (_, text) in queries.iter().take(200) {
        cache.read(|reader| reader.search(text, HITS))?;
        plain.search(text, HITS)?;
    }
    let (mut ours, mut theirs) = (Samples::default(), Samples::default());
    let mut kinds: Vec<(&str, Samples, usize)> = Vec::new();
    for (kind, text) in &queries {
        let (hits, time) = timed(|| Ok(cache.read(|reader| reader.search(text, HITS))?))?;
        ours.add(time);
        let (found, plain_time) = timed(|| plain.search(text, HITS))?;
        theirs.add(plain_time);
        if hits.len() != found {
            return Err(format!("{text}: {} hits here and {found} there", hits.len()).into());
        }
        let place = kinds.iter().position(|(name, ..)| name == kind).unwrap_or(kinds.len());
        if place == kinds.len() {
            kinds.push((kind, Samples::default(), 0));
        }
        if let Some((_, samples, total)) = kinds.get_mut(place) {
            samples.add(time);
            *total += hits.len();
        }
    }
    let by_kind: serde_json::Map<String, Value> = kinds
        .iter()
        .map(|(kind, samples, hits)| {
            let p99 = samples.percentile(99).as_secs_f64() * 1e3;
            let mean = *hits as f64 / (options.searches as f64 / kinds.len() as f64);
            let told = json!({"p50": samples.middle(), "p99": p99, "mean_hits": mean.round()});
            ((*kind).to_owned(), told)
        })
        .collect();
    Figure::milliseconds("store.search.p99", ours.percentile(99))
        .at_most(30.0)
        .beside("plain SQLite, p99", theirs.percentile(99).as_secs_f64() * 1e3)
        .with("p50", ours.middle())
        .with("by_kind", by_kind)
        .peak()
        .print();
    Ok(())
}

/// A week: how many bookings begin in it, and those that are shown first; then all of them.
fn weeks(cache: &Cache, plain: &Plain, times: usize) -> Outcome {
    for (measure, limit, target) in
        [("store.week.p50", 128, Some(5.0)), ("store.week_all.p50", u32::MAX, None)]
    {
        let mut lcg = Lcg::new(7);
        let (mut ours, mut theirs) = (Samples::default(), Samples::default());
        let (mut total, mut shown) = (0, 0);
        for _ in 0..times {
            let (from, until) = load::week(&mut lcg);
            let query = ListQuery {
                conditions: vec![
                    Condition::AtLeast("starts", from.clone().into()),
                    Condition::Below("starts", until.clone().into()),
                ],
                order: vec!["starts"],
                limit,
                ..ListQuery::default()
            };
            let (page, time) = timed(|| Ok(cache.read(|reader| reader.list("booking", &query))?))?;
            ours.add(time);
            (total, shown) = (total + page.0, shown + page.1.len());
            let (rows, time) = timed(|| plain.week(&from, &until, limit))?;
            theirs.add(time);
            if rows != page.1.len() {
                return Err(format!("{from}: {} rows and {rows}", page.1.len()).into());
            }
        }
        let figure = Figure::milliseconds(measure, ours.percentile(50))
            .beside("plain SQLite, p50", theirs.middle())
            .with("p99", ours.percentile(99).as_secs_f64() * 1e3)
            .with("mean_bookings_in_week", total / times.max(1) as u64)
            .with("mean_rows_read", shown / times.max(1));
        match target {
            Some(target) => figure.at_most(target).peak().print(),
            None => figure.peak().print(),
        }
    }
    Ok(())
}

/// A change is acknowledged when it is on the disk.
fn saving(cache: &Cache, plain: &mut Plain, options: &Options) -> Outcome {
    let mut lcg = Lcg::new(options.seed as u32 ^ 0x5a7e);
    let (mut ours, mut theirs) = (Samples::default(), Samples::default());
    for nth in 0..options.times {
        let id: Id = load::booking_id(lcg.next(options.bookings));
        let text = format!("gewijzigd {nth} {}", names::any_rare(&mut lcg));
        let mut patch = Patch::new();
        patch.set("note", text.clone().into());
        let set = ChangeSet {
            operation: "booking.set".to_owned(),
            at: Moment(1_790_000_000),
            user: None,
            changes: vec![Change {
                class: "booking".to_owned(),
                id,
                edit: Edit::Change(patch.clone()),
            }],
        };
        let started = Instant::now();
        cache.write(|writer| writer.commit(&set))?;
        ours.add(started.elapsed());
        let ((), time) = timed(|| plain.save(id, &patch))?;
        theirs.add(time);
    }
    let row = cache.read(|reader| reader.get("booking", load::booking_id(0)))?;
    row.map(|row| row.fields).filter(|fields: &Fields| !fields.is_empty()).ok_or("no booking")?;
    Figure::milliseconds("store.save.p95", ours.percentile(95))
        .at_most(20.0)
        .beside("plain SQLite, p95", theirs.percentile(95).as_secs_f64() * 1e3)
        .with("p50", ours.middle())
        .with("plain_p50", theirs.middle())
        .peak()
        .print();
    Ok(())
}
