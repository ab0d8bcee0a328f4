//! A first sync step by step: the engine's steps, by manifest and scan as every desk takes them, one after
//! the other instead of at the same time, each timed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use booqing_model::Id;
use booqing_store::Cache;
use booqing_sync::driver::{HubClient, SystemSurroundings};
use booqing_sync::engine::{Effect, Engine, Event, Task};
use booqing_sync::inward::{self, Surroundings};
use booqing_sync::local::{Work, answered};
use booqing_sync::opening::{OpenedPage, Opener};
use booqing_sync::wire::wire_id;
use booqing_sync::{Consent, Sealer, Terms};
use serde_json::{Value, json};

use crate::measure::{Memory, Outcome, timed};

use super::wire::Way;

/// What the steps took.
#[derive(Debug, Default)]
struct Spent {
    asking: Duration,
    opening: Duration,
    writing: Duration,
    indexing: Duration,
}

/// Reads everything the hub has into an empty cache.
pub(crate) async fn run(cache: &Arc<Cache>, administration: Id) -> Outcome<Value> {
    let hub = cache.read(|reader| reader.hub())?.ok_or("the desk has not joined")?;
    let sealer = Sealer::new(
        wire_id(administration),
        wire_id(hub.desk),
        &hub.administration_key,
        Terms::new("NL", "Europe/Amsterdam", "12-31"),
    );
    let way = Way::to(&hub.address).await?;
    let mut client =
        HubClient::new(&way.address, hub.hub_identity, Some((&hub.certificate, &hub.private_key)))?;
    let surroundings: Arc<dyn Surroundings + Send + Sync> = Arc::new(SystemSurroundings);
    let work = Work::new(cache, &Arc::new(sealer), &surroundings, Consent::default());
    let idle = Memory::begin();
    let (mut spent, mut pages, mut records, mut sealed_bytes) = (Spent::default(), 0, 0, 0);
    let mut largest = 0;
    let opener = Opener::new(cache, &work.sealer);
    let mut count = |came: &[booqing_protocol::message::Incoming]| {
        pages += 1;
        records += came.len();
        largest = largest.max(came.len());
        sealed_bytes += came.iter().map(|incoming| incoming.record.len()).sum::<usize>();
    };
    cache.write(|writer| writer.begin_load())?;
    let (mut engine, mut event) = (Engine::default(), Event::Start);
    loop {
        let (opened, time) = match engine.next(event) {
            Effect::Ask(ask) => {
                let started = Instant::now();
                let request = work.request(&ask)?;
                event = answered(&ask, &client.exchange(request.path, request.body).await?)?;
                spent.asking += started.elapsed();
                continue;
            }
            Effect::Do(Task::TakeScanned(scanned, scanning)) => {
                count(&scanned.records);
                timed(|| Ok(opener.open_scanned(&scanned, &scanning)?))?
            }
            Effect::Do(Task::Take(page)) => {
                count(&page.records);
                timed(|| Ok(opener.open(&page)?))?
            }
            Effect::Do(task) => {
                event = work.perform(task)?;
                continue;
            }
            Effect::Done(_) => break,
            Effect::Fail(error) => return Err(error.into()),
        };
        spent.opening += time;
        let (taken, time) = timed(|| write(&work, opened))?;
        spent.writing += time;
        event = Event::Taken(taken);
    }
    spent.indexing = timed(|| {
        while cache.write(|writer| writer.end_load())? {}
        Ok(())
    })?
    .1;
    let memory = Memory::now();
    let seconds = |time: Duration| (time.as_secs_f64() * 1e3).round() / 1e3;
    let share = |bytes: u64| (bytes as f64 / records.max(1) as f64 * 10.0).round() / 10.0;
    let wire = way.came();
    Ok(json!({
        "unit": "s",
        "value": seconds(spent.asking + spent.opening + spent.writing + spent.indexing),
        "one_after_the_other": {
            "asking_and_waiting": seconds(spent.asking),
            "checking_and_opening": seconds(spent.opening),
            "writing_page_by_page": seconds(spent.writing),
            "making_indexes": seconds(spent.indexing),
        },
        "pages": pages,
        "largest_page_records": largest,
        "records_with_keys": records,
        "wire_bytes_to_the_desk": wire,
        "wire_bytes_per_record": share(wire),
        "sealed_bytes_per_record": share(sealed_bytes as u64),
        "over_idle_bytes": memory.peak.saturating_sub(idle.resident),
    }))
}

fn write(work: &Work, page: OpenedPage) -> Outcome<inward::Taken> {
    let Work { cache, sealer, surroundings, guard } = work;
    Ok(inward::write(cache, sealer, std::iter::once(page), &**surroundings, guard, drop)?)
}
