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
use super::stream::take_in;
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

/// What a sync works with, on whatever thread.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) cache: Arc<Cache>,
    pub(super) sealer: Arc<Sealer>,
    pub(super) surroundings: Arc<dyn Surroundings + Send + Sync>,
}

/// Tells how far a sync is.
pub(super) struct Watch<'a> {
    came: u64,
    tell: &'a mut (dyn FnMut(u64, u64) + Send),
}

impl Watch<'_> {
    /// So many more records have come; the hub has so many in all.
    pub(super) fn came(&mut self, records: usize, total: u64) {
        self.came += u64::try_from(records).unwrap_or(0);
        (self.tell)(self.came, total);
    }
}

/// Syncs once. `watch` is told after every transaction how many records have come in, and how many
/// the hub has in all.
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
    let work = Work {
        cache: Arc::clone(cache),
        sealer: Arc::clone(sealer),
        surroundings: Arc::clone(surroundings),
    };
    let own = work.clone();
    blocking(move || inward::read_again(&own.cache, &own.sealer, &*own.surroundings)).await?;
    let mut watch = Watch { came: 0, tell: &mut watch };
    let (mut engine, mut event) = (Engine::new(), Event::Start);
    loop {
        let own = work.clone();
        event = match engine.next(event) {
            Effect::Pull => {
                let cursor = blocking(move || inward::cursor(&own.cache)).await?;
                let pull = Pull { version: VERSION, administration, cursor };
                Event::Came(Box::new(hub.ask("/v1/pull", &pull).await?))
            }
            Effect::Take(page) => Event::Taken(take_in(&work, hub, *page, &mut watch).await?),
            Effect::Plan => {
                let plan = move || {
                    let cursor = inward::cursor(&own.cache)?;
                    outward::plan(&own.cache, &own.sealer, cursor, &*own.surroundings)
                };
                Event::Planned(blocking(plan).await?.map(Box::new))
            }
            Effect::Push(push) => Event::Answered(Box::new(hub.ask("/v1/push", &*push).await?)),
            Effect::Settle(pushed) => {
                let settle =
                    move || outward::settle(&own.cache, &own.sealer, &pushed, &*own.surroundings);
                Event::Settled(blocking(settle).await?)
            }
            Effect::Done(summary) => {
                blocking(move || finish(&own.cache, &summary, own.surroundings.now())).await?;
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
pub(super) async fn blocking<T: Send + 'static>(
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
