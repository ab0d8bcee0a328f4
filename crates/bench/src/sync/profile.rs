//! A first sync step by step: the same steps as the driver's, one after the other instead of at the
//! same time, each timed.

use std::time::{Duration, Instant};

use booqing_model::Id;
use booqing_protocol::message::Page;
use booqing_store::Cache;
use booqing_sync::driver::{HubClient, SystemSurroundings};
use booqing_sync::guard::Guard;
use booqing_sync::opening::Opener;
use booqing_sync::wire::wire_id;
use booqing_sync::{Consent, Sealer, Terms, inward};
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

/// Pulls everything the hub has into an empty cache.
pub(crate) async fn run(cache: &Cache, administration: Id) -> Outcome<Value> {
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
    let idle = Memory::begin();
    let (mut spent, mut pages, mut records, mut sealed_bytes) = (Spent::default(), 0, 0, 0);
    let mut largest = 0;
    let opener = Opener::new(cache, &sealer);
    cache.write(|writer| writer.begin_load())?;
    loop {
        let pull = inward::pull(cache, wire_id(administration))?;
        let started = Instant::now();
        let page: Page = client.ask("/v1/pull", &pull).await?;
        spent.asking += started.elapsed();
        pages += 1;
        records += page.records.len();
        largest = largest.max(page.records.len());
        sealed_bytes += page.records.iter().map(|incoming| incoming.record.len()).sum::<usize>();
        let (opened, time) = timed(|| Ok(opener.open(&page)?))?;
        spent.opening += time;
        let guard = Guard::new(Consent { deletions: true, ..Consent::default() });
        let write = || {
            let page = std::iter::once(opened);
            Ok(inward::write(cache, &sealer, page, &SystemSurroundings, &guard, drop)?)
        };
        let (taken, time) = timed(write)?;
        spent.writing += time;
        if taken.reached_head {
            break;
        }
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
