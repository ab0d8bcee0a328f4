//! What a sync does on the cache, and what it says to the hub: everything but the connection.
//!
//! Whoever drives an [`Engine`](crate::Engine) carries requests to a hub and answers back, and leaves
//! the rest to [`Work`].

use std::sync::Arc;

use booqing_model::time::Moment;
use booqing_protocol::compare::{Compare, Fetch};
use booqing_protocol::message::{Answer, Cursor};
use booqing_protocol::recall::Recall;
use booqing_protocol::scan::Survey;
use booqing_protocol::{Refusal, VERSION, decode, encode};
use booqing_store::Cache;
use booqing_store::tables::connection::Progress;
use minicbor::Decode;

use crate::engine::{Ask, Consent, Event, Summary, Task};
use crate::guard::Guard;
use crate::inward::{self, Surroundings};
use crate::opening::Opener;
use crate::{Sealer, SyncError, outward, register, repair, scanning, settling};

/// What one sync works with, on whatever thread.
#[derive(Clone)]
pub struct Work {
    /// The cache.
    pub cache: Arc<Cache>,
    /// What seals and opens.
    pub sealer: Arc<Sealer>,
    /// Where ids and the time come from.
    pub surroundings: Arc<dyn Surroundings + Send + Sync>,
    /// What asks before much is deleted.
    pub guard: Arc<Guard>,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Work").field("sealer", &self.sealer).finish_non_exhaustive()
    }
}

/// What is sent to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The path it is sent to.
    pub path: &'static str,
    /// The message.
    pub body: Vec<u8>,
}

impl Work {
    /// For one sync.
    pub fn new(
        cache: &Arc<Cache>,
        sealer: &Arc<Sealer>,
        surroundings: &Arc<dyn Surroundings + Send + Sync>,
        consent: Consent,
    ) -> Self {
        Self {
            cache: Arc::clone(cache),
            sealer: Arc::clone(sealer),
            surroundings: Arc::clone(surroundings),
            guard: Arc::new(Guard::new(consent)),
        }
    }

    /// Reads again what an older version could not, before the sync begins; and where a person says that
    /// the hub was put back, offers it every chunk again.
    ///
    /// # Errors
    /// [`SyncError`].
    pub fn begin(&self, consent: Consent) -> Result<(), SyncError> {
        if consent.put_back {
            self.cache.write(|writer| writer.exchange(|exchange| exchange.doubt_chunks()))?;
        }
        register::read_again(&self.cache, &self.sealer, &*self.surroundings)
    }

    /// What to send for this question.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub fn request(&self, ask: &Ask) -> Result<Request, SyncError> {
        let (version, administration) = (VERSION, self.sealer.administration());
        let (path, body) = match ask {
            Ask::Pull => ("/v1/pull", encode(&inward::pull(&self.cache, administration)?)?),
            Ask::Push(push) => ("/v1/push", encode(&**push)?),
            Ask::Compare(ranges) => {
                let ranges = ranges.clone();
                ("/v1/compare", encode(&Compare { version, administration, ranges })?)
            }
            Ask::Fetch(records) => {
                let records = records.clone();
                ("/v1/fetch", encode(&Fetch { version, administration, records })?)
            }
            Ask::Recall(epoch, records) => {
                let (epoch, records) = (*epoch, records.clone());
                ("/v1/recall", encode(&Recall { version, administration, epoch, records })?)
            }
            Ask::Survey => ("/v1/manifest", encode(&Survey { version, administration })?),
            Ask::Scan(scanning) => ("/v1/scan", encode(&scanning.request(administration))?),
        };
        Ok(Request { path, body })
    }

    /// Does a task.
    ///
    /// # Errors
    /// [`SyncError`]; what the task would have changed is as it was.
    pub fn perform(&self, task: Task) -> Result<Event, SyncError> {
        let Self { cache, sealer, surroundings, guard } = self;
        let surroundings: &dyn Surroundings = &**surroundings;
        Ok(match task {
            Task::Take(page) => {
                let opened = Opener::new(cache, sealer).open(&page)?;
                let pages = std::iter::once(opened);
                Event::Taken(inward::write(cache, sealer, pages, surroundings, guard, drop)?)
            }
            Task::Wake => Event::Awake { silent_since: silent_since(cache, surroundings.now())? },
            Task::Orient => Event::Oriented { is_first: scanning::is_first(cache)? },
            Task::BeginScan(manifest) => {
                match scanning::begin(cache, &manifest, surroundings.now())? {
                    Some(scanning) => Event::Scanning(Box::new(scanning)),
                    // What it has read in part is of another epoch.
                    None => Event::Refused(Refusal::EpochChanged),
                }
            }
            Task::TakeScanned(scanned, scanning) => {
                let opened = Opener::new(cache, sealer).open_scanned(&scanned, &scanning)?;
                let pages = std::iter::once(opened);
                Event::Taken(inward::write(cache, sealer, pages, surroundings, guard, drop)?)
            }
            Task::Resend => {
                let acknowledged = inward::cursor(cache)?;
                let push = outward::resend(cache, sealer, acknowledged, u64::MAX)?;
                Event::Planned(push.map(Box::new))
            }
            Task::ResendStored(basis) => {
                // Nothing of this epoch is acknowledged.
                let acknowledged = Cursor { rev: 0, ..basis.at.unwrap_or_default() };
                let push = outward::resend(cache, sealer, acknowledged, basis.last_n)?;
                Event::Planned(push.map(Box::new))
            }
            Task::Plan { told } => {
                let acknowledged = inward::cursor(cache)?;
                let push = outward::plan(cache, sealer, acknowledged, told, surroundings)?;
                Event::Planned(push.map(Box::new))
            }
            Task::Settle(pushed) => {
                Event::Settled(settling::settle(cache, sealer, &pushed, surroundings)?)
            }
            Task::Narrow(basis, asked, compared) => {
                Event::Narrowed(repair::narrow(cache, &basis, &asked, &compared)?)
            }
            Task::Mend(basis, asked, fetched) => Event::Mended(repair::mend(
                cache,
                sealer,
                (surroundings, guard),
                &basis,
                &asked,
                &fetched,
            )?),
            Task::Conclude(basis) => {
                Event::Concluded(repair::conclude(cache, sealer, surroundings, &basis)?)
            }
        })
    }

    /// Notes that the sync ended well.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub fn finish(&self, summary: &Summary) -> Result<(), SyncError> {
        let now = self.surroundings.now();
        self.cache.write(|writer| {
            Ok(writer.exchange(|exchange| {
                let progress = Progress {
                    synced_at: Some(now.0),
                    equal: Some(summary.equal),
                    ..exchange.progress()?
                };
                exchange.clear_deletions()?;
                Ok::<_, SyncError>(exchange.set_progress(&progress)?)
            }))
        })?
    }
}

/// A desk that was not at the hub for so many seconds compares first what there is: 180 days.
const SILENT: i64 = 180 * 86_400;

/// The epoch in which this desk last was at the hub, when that is too long ago, or by the clock of now is yet
/// to come by more than a day; `None` when it was there since, or never.
fn silent_since(cache: &Cache, now: Moment) -> Result<Option<u64>, SyncError> {
    let progress = cache.read(|reader| reader.progress())?;
    let is_known = |then: &i64| (-86_400..SILENT).contains(&now.0.saturating_sub(*then));
    let is_silent = progress.synced_at.is_some_and(|then| !is_known(&then));
    Ok(is_silent.then(|| progress.epoch.unsigned_abs()))
}

/// What an answer of the hub means.
///
/// # Errors
/// [`SyncError::Framing`] when it is none.
pub fn answered(ask: &Ask, bytes: &[u8]) -> Result<Event, SyncError> {
    match ask {
        Ask::Pull => event(bytes, Event::Came),
        Ask::Push(_) => event(bytes, Event::Answered),
        Ask::Compare(_) => event(bytes, Event::Compared),
        Ask::Fetch(_) => event(bytes, Event::Fetched),
        Ask::Recall(..) => event(bytes, Event::Recalled),
        Ask::Survey => event(bytes, Event::Surveyed),
        Ask::Scan(_) => event(bytes, Event::Scanned),
    }
}

fn event<T: for<'b> Decode<'b, ()>>(
    bytes: &[u8],
    done: impl FnOnce(Box<T>) -> Event,
) -> Result<Event, SyncError> {
    Ok(match decode::<Answer<T>>(bytes)? {
        Answer::Done(given) => done(Box::new(given)),
        Answer::Refused(refusal) => Event::Refused(refusal),
    })
}
