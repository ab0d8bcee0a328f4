//! A desk that syncs by itself: after each change here, when the hub has news, and again after a
//! while when the hub could not be reached.

mod carrying;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use booqing_sync::driver::News;
use booqing_sync::wire::wire_id;
use booqing_sync::{Consent, SyncError, scanning};
use serde::Serialize;
use ts_rs::TS;

use crate::synchronise::Intake;
use crate::{Desk, DeskError, Failure, Language};

/// How long after a failure the next attempt waits, at first and at the most.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(120));
/// How often a desk with nothing to do syncs all the same: it says what it was told, and finds out
/// what no news came of.
const REST: Duration = Duration::from_secs(600);
/// Changes within this time are sent together.
const GATHER: Duration = Duration::from_millis(150);
/// How long after news the desks of an office begin to pull, each at a moment of its own.
const SPREAD: Duration = Duration::from_millis(500);

/// What a desk that syncs by itself is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Phase {
    /// Nothing: all that could be done is done.
    Idle,
    /// It syncs.
    Running,
    /// The hub cannot be reached; it tries again by itself.
    Offline,
    /// Something else is wrong; a person must look at it.
    Failed,
    /// A person has stopped it. It goes on when one says so, or when the program starts again.
    Paused,
}

/// How far a first sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum FirstSync {
    /// What an office works with is on its way.
    Begun,
    /// The current year is here and an office can work; other years are on their way.
    Usable,
}

impl From<scanning::FirstSync> for FirstSync {
    fn from(first: scanning::FirstSync) -> Self {
        match first {
            scanning::FirstSync::Begun => Self::Begun,
            scanning::FirstSync::Usable => Self::Usable,
        }
    }
}

/// How the sync stands.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct SyncState {
    /// What it is doing.
    pub phase: Phase,
    /// Records that have come in during this sync.
    #[ts(type = "number")]
    pub came: u64,
    /// Records that the hub has in all; 0 while that is not known.
    #[ts(type = "number")]
    pub total: u64,
    /// How far the first sync is; `null` when none is under way.
    pub first: Option<FirstSync>,
    /// What went wrong.
    pub problem: Option<Failure>,
    /// Changes the hub has not got yet.
    #[ts(type = "number")]
    pub waiting: u64,
    /// When the last sync ended well, in seconds since 1970.
    #[ts(type = "number | null")]
    pub synced_at: Option<i64>,
    /// Whether both sides had the same then.
    pub equal: Option<bool>,
    /// Conflicts nobody has settled.
    #[ts(type = "number")]
    pub conflicts: u64,
    /// Bookings that lost their place to others.
    #[ts(type = "number")]
    pub clashes: u64,
    /// Entries for fiscal years that had been sealed, to which nobody has seen yet.
    #[ts(type = "number")]
    pub late_entries: u64,
    /// Decisions of this desk that came after another desk's, which nobody has seen yet.
    #[ts(type = "number")]
    pub overtaken: u64,
    /// Changes the hub refused.
    #[ts(type = "number")]
    pub refused: u64,
    /// Bytes of originals that the hub has not got yet.
    #[ts(type = "number")]
    pub originals_waiting: u64,
}

impl Desk {
    /// How the sync stands while it does nothing.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn sync_state(&self, phase: Phase) -> crate::Result<SyncState> {
        let status = self.status()?;
        let problem = self.changes.trouble();
        // Originals that do not come or go are for a person to look at, whatever the records do.
        let phase = if phase == Phase::Idle && problem.is_some() { Phase::Failed } else { phase };
        Ok(SyncState {
            phase,
            came: 0,
            total: 0,
            first: scanning::standing(&self.cache)?.map(FirstSync::from),
            problem,
            waiting: status.waiting,
            synced_at: status.synced_at,
            equal: status.equal,
            conflicts: status.conflicts,
            clashes: status.clashes,
            late_entries: status.late_entries,
            overtaken: status.overtaken,
            refused: status.refused,
            originals_waiting: status.originals_waiting,
        })
    }

    /// Makes the live sync begin at once, or go on, with what a person has agreed to.
    pub fn synchronise_now(&self, consent: Consent) {
        self.changes.pause(false);
        self.changes.agree(consent);
    }

    /// Stops the live sync until [`Desk::synchronise_now`]. What came in stays, and it goes on from there.
    pub fn pause_sync(&self) {
        self.changes.pause(true);
    }
}

/// Keeps a desk in sync until it is dropped. `tell` hears of every state; `language` says in which
/// language problems are told.
pub async fn run(
    desk: Arc<Desk>,
    language: impl Fn() -> Language + Send + Sync,
    tell: impl Fn(SyncState) + Send + Sync + 'static,
) {
    let phase = Arc::new(Mutex::new(Phase::Idle));
    let tell = Arc::new(tell);
    let (noted, told, listened) = (Arc::clone(&phase), Arc::clone(&tell), Arc::clone(&desk));
    let tell_of_records = Arc::new(move |state: SyncState| {
        // Trouble with originals comes and goes by itself.
        let is_theirs = state.problem.is_some() && state.problem == listened.changes.trouble();
        let phase = if is_theirs { Phase::Idle } else { state.phase };
        *noted.lock().unwrap_or_else(PoisonError::into_inner) = phase;
        told(state);
    });
    let phase = || *phase.lock().unwrap_or_else(PoisonError::into_inner);
    tokio::join!(
        records(&desk, &language, &tell_of_records),
        carrying::carry(&desk, &language, phase, &*tell),
    );
}

/// Keeps the records in sync.
async fn records(
    desk: &Arc<Desk>,
    language: impl Fn() -> Language + Send,
    tell: &Arc<impl Fn(SyncState) + Send + Sync + 'static>,
) {
    let mut patience = PATIENCE.0;
    // The stream is opened before the sync it is for: news that comes meanwhile waits in it.
    let mut news = None;
    loop {
        if desk.changes.is_paused() {
            if let Ok(state) = desk.sync_state(Phase::Paused) {
                tell(state);
            }
            desk.changes.paused(false).await;
        }
        if news.is_none() {
            news = listen(desk).await.ok();
        }
        let outcome = tokio::select! {
            outcome = once(desk, tell) => outcome,
            () = desk.changes.paused(true) => continue,
        };
        let is_settled = match &outcome {
            Ok(settled) => *settled,
            Err(error) => {
                tell_failure(desk, error, language(), &**tell);
                news = None;
                false
            }
        };
        tokio::select! {
            () = desk.changes.paused(true) => continue,
            () = desk.changes.something_to_send() => tokio::time::sleep(GATHER).await,
            heard = hear(news.as_mut()), if is_settled => {
                if heard.is_err() {
                    news = None;
                    tokio::time::sleep(PATIENCE.0 + at_random(PATIENCE.0)).await;
                } else {
                    tokio::time::sleep(at_random(SPREAD)).await;
                }
            }
            () = tokio::time::sleep(REST + at_random(SPREAD)), if is_settled => {}
            // What is not settled is tried again, less and less often, and not by all at once.
            () = tokio::time::sleep(patience + at_random(patience / 2)), if !is_settled => {
                patience = (patience * 2).min(PATIENCE.1);
            }
        }
        if is_settled {
            patience = PATIENCE.0;
        }
    }
}

/// Syncs once and says whether nothing is left to do: both sides have the same.
async fn once(
    desk: &Arc<Desk>,
    tell: &Arc<impl Fn(SyncState) + Send + Sync + 'static>,
) -> crate::Result<bool> {
    let running = desk.sync_state(Phase::Running)?;
    if running.waiting > 0 {
        tell(running.clone());
    }
    let (shown, told, listened) = (running.clone(), Arc::clone(tell), Arc::clone(desk));
    // A sync that has nothing to send or to fetch says nothing until it is done. What has come in
    // can be used at once, also when the rest does not come.
    let done = desk
        .synchronise(desk.changes.take_agreed(), move |Intake { came, total, first }| {
            if came > 0 {
                listened.changes.tell_all();
            }
            let first = first.map(FirstSync::from);
            told(SyncState { came, total, first, ..shown.clone() });
        })
        .await?;
    if done.merged + done.clashes + done.late > 0 {
        desk.changes.tell_all();
    }
    // What came may say of originals and archives that are wanted here; what was added here waits.
    desk.changes.carry();
    tell(desk.sync_state(Phase::Idle)?);
    Ok(done.equal)
}

fn tell_failure(
    desk: &Desk,
    error: &DeskError,
    language: Language,
    tell: &(impl Fn(SyncState) + ?Sized),
) {
    let is_offline =
        matches!(error, DeskError::Sync(SyncError::Unreachable { .. } | SyncError::Silent));
    let phase = if is_offline { Phase::Offline } else { Phase::Failed };
    // A cache that cannot be read says so wherever it is read.
    if let Ok(state) = desk.sync_state(phase) {
        tell(SyncState { problem: Some(error.failure(language)), ..state });
    }
}

/// A time of at most so long. Desks that lost the same hub at the same moment come back one by one.
fn at_random(most: Duration) -> Duration {
    // Without dice the longest is as good.
    let part = booqing_keys::random::bytes().map_or(u16::MAX, u16::from_le_bytes);
    most.mul_f64(f64::from(part) / f64::from(u16::MAX))
}

/// Begins to listen for what the hub tells.
async fn listen(desk: &Desk) -> crate::Result<News> {
    Ok(News::listen(desk.hub_client()?, wire_id(desk.administration)).await?)
}

/// Waits for news; where nobody tells any, for as long as a hub is given to come back.
async fn hear(news: Option<&mut News>) -> Result<(), SyncError> {
    match news {
        Some(news) => news.next().await,
        None => {
            tokio::time::sleep(PATIENCE.1).await;
            Err(SyncError::Silent)
        }
    }
}
