//! A sync, from beginning to end: the engine decides, this carries out.

use std::time::{SystemTime, UNIX_EPOCH};

use booqing_model::Id;
use booqing_model::time::Moment;

use super::client::HubClient;
use super::stream::{Came, Written, take_in};
use crate::SyncError;
use crate::engine::{Consent, Effect, Engine, Event, Summary, Task};
use crate::inward::Surroundings;
use crate::local::{Work, answered};
use crate::scanning::FirstSync;

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

/// How far a sync is with what comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intake {
    /// How many records have come in; with those of before, when a first sync goes on.
    pub came: u64,
    /// How many the hub has in all.
    pub total: u64,
    /// How far the first sync is, when this is one.
    pub first: Option<FirstSync>,
}

/// Tells how far a sync is.
pub(super) struct Watch<'a> {
    came: u64,
    tell: &'a mut (dyn FnMut(Intake) + Send),
}

impl Watch<'_> {
    /// So much more was written.
    pub(super) fn came(&mut self, written: &Written) {
        let Written { records, total, first } = *written;
        self.came += u64::try_from(records).unwrap_or(0);
        (self.tell)(Intake { came: self.came, total, first });
    }
}

/// Syncs once. `watch` is told after every transaction how far it is. Whoever drops the sync stops it: what
/// was written stays, and the next sync goes on from there.
///
/// # Errors
/// [`SyncError`]. What was taken in and what the hub has stored until then stays so; the rest waits.
pub async fn sync(
    work: &Work,
    hub: &mut HubClient,
    consent: Consent,
    mut watch: impl FnMut(Intake) + Send,
) -> Result<Summary, SyncError> {
    let own = work.clone();
    blocking(move || own.begin(consent)).await?;
    let mut watch = Watch { came: 0, tell: &mut watch };
    let (mut engine, mut event) = (Engine::new(consent), Event::Start);
    loop {
        let own = work.clone();
        event = match engine.next(event) {
            Effect::Ask(ask) => {
                let asked = ask.clone();
                let request = blocking(move || own.request(&asked)).await?;
                answered(&ask, &hub.exchange(request.path, request.body).await?)?
            }
            // Pages are taken in while the next ones come.
            Effect::Do(Task::Take(page)) => {
                Event::Taken(take_in(work, hub, Came::New(page), &mut watch).await?)
            }
            Effect::Do(Task::TakeScanned(scanned, scanning)) => {
                watch.came = work.cache.read(|reader| reader.synced_count())?;
                let page = Came::Scanned(scanned, scanning);
                Event::Taken(take_in(work, hub, page, &mut watch).await?)
            }
            Effect::Do(task) => blocking(move || own.perform(task)).await?,
            Effect::Done(summary) => {
                blocking(move || own.finish(&summary)).await?;
                return Ok(summary);
            }
            Effect::Fail(error) => return Err(error),
        };
    }
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
