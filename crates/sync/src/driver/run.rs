//! A sync, from beginning to end: the engine decides, this carries out.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use booqing_model::Id;
use booqing_model::time::Moment;
use booqing_protocol::VERSION;
use booqing_protocol::message::Pull;
use booqing_store::Cache;
use booqing_store::tables::connection::Progress;

use super::client::HubClient;
use crate::engine::{Effect, Engine, Event, Summary};
use crate::inward::{self, Surroundings};
use crate::{Sealer, SyncError, outward};

/// The operating system's clock and random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSurroundings;

impl Surroundings for SystemSurroundings {
    fn id(&self) -> Result<Id, SyncError> {
        let random = booqing_keys::random::bytes().map_err(|_| SyncError::NoRandom)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Id::new(u64::try_from(now.as_millis()).unwrap_or(u64::MAX), random))
    }

    fn now(&self) -> Moment {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment(i64::try_from(now.as_secs()).unwrap_or(i64::MAX))
    }
}

/// Syncs once. `watch` is told after every page how many records have come in, and how many the
/// hub has in all.
///
/// # Errors
/// [`SyncError`]. What was taken in and what the hub has stored until then stays so; the rest waits.
pub async fn sync(
    cache: &Arc<Cache>,
    sealer: &Arc<Sealer>,
    hub: &mut HubClient,
    surroundings: &Arc<dyn Surroundings + Send + Sync>,
    mut watch: impl FnMut(u64, u64) + Send,
) -> Result<Summary, SyncError> {
    let administration = sealer.administration();
    let (mut engine, mut event, mut came) = (Engine::new(), Event::Start, 0);
    loop {
        let work = (Arc::clone(cache), Arc::clone(sealer), Arc::clone(surroundings));
        event = match engine.next(event) {
            Effect::Pull => {
                let cursor = blocking(move || inward::cursor(&work.0)).await?;
                let pull = Pull { version: VERSION, administration, cursor };
                Event::Came(Box::new(hub.ask("/v1/pull", &pull).await?))
            }
            Effect::Take(page) => {
                came += u64::try_from(page.records.len()).unwrap_or(0);
                let total = page.total;
                let taken =
                    blocking(move || inward::take(&work.0, &work.1, &page, &*work.2)).await?;
                watch(came, total);
                Event::Taken(taken)
            }
            Effect::Plan => {
                let plan = move || {
                    let cursor = inward::cursor(&work.0)?;
                    outward::plan(&work.0, &work.1, cursor, &*work.2)
                };
                Event::Planned(blocking(plan).await?.map(Box::new))
            }
            Effect::Push(push) => Event::Answered(Box::new(hub.ask("/v1/push", &*push).await?)),
            Effect::Settle(pushed) => {
                let settle = move || outward::settle(&work.0, &work.1, &pushed, &*work.2);
                Event::Settled(blocking(settle).await?)
            }
            Effect::Done(summary) => {
                blocking(move || finish(&work.0, &summary, work.2.now())).await?;
                return Ok(summary);
            }
        };
    }
}

/// Notes that a sync ended well.
fn finish(cache: &Cache, summary: &Summary, now: Moment) -> Result<(), SyncError> {
    cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            let progress = Progress {
                synced_at: Some(now.0),
                equal: Some(summary.equal),
                ..exchange.progress()?
            };
            Ok::<_, SyncError>(exchange.set_progress(&progress)?)
        }))
    })?
}

/// Does work on the cache on a thread that may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SyncError> + Send + 'static,
) -> Result<T, SyncError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // A panic there is a panic here; a runtime that ends takes its tasks with it.
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(SyncError::Silent),
        },
    }
}
