//! A desk that syncs by itself: after each change here, when the hub has news, and again after a
//! while when the hub could not be reached.

use std::sync::Arc;
use std::time::Duration;

use booqing_store::tables::connection::Connection;
use booqing_sync::SyncError;
use booqing_sync::driver::HubClient;
use serde::Serialize;
use ts_rs::TS;

use crate::{Desk, DeskError, Failure, Language};

/// How long after a failure the next attempt waits, at first and at the most.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(120));
/// Changes within this time are sent together.
const GATHER: Duration = Duration::from_millis(150);

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
    /// Changes the hub refused.
    #[ts(type = "number")]
    pub refused: u64,
}

impl Desk {
    /// How the sync stands while it does nothing.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn sync_state(&self, phase: Phase) -> crate::Result<SyncState> {
        let status = self.status()?;
        Ok(SyncState {
            phase,
            came: 0,
            total: 0,
            problem: None,
            waiting: status.waiting,
            synced_at: status.synced_at,
            equal: status.equal,
            conflicts: status.conflicts,
            refused: status.refused,
        })
    }

    /// Makes the live sync begin at once.
    pub fn synchronise_now(&self) {
        self.changes.wake();
    }
}

/// Keeps a desk in sync until it is dropped. `tell` hears of every state; `language` says in which
/// language problems are told.
pub async fn run(
    desk: Arc<Desk>,
    language: impl Fn() -> Language + Send,
    tell: impl Fn(SyncState) + Send + Sync + 'static,
) {
    let tell = Arc::new(tell);
    let mut patience = PATIENCE.0;
    loop {
        let failed = once(&desk, &tell).await.err();
        if let Some(error) = &failed {
            tell_failure(&desk, error, language(), &*tell);
        }
        let reached = failed.is_none();
        patience = if reached { PATIENCE.0 } else { (patience * 2).min(PATIENCE.1) };
        let wait_for_hub = async {
            // A hub that was reached tells when it has news; one that was not is asked again.
            if reached { news(&desk.connection).await } else { tokio::time::sleep(patience).await }
        };
        tokio::select! {
            () = desk.changes.something_to_send() => tokio::time::sleep(GATHER).await,
            () = wait_for_hub => {}
        }
    }
}

async fn once(
    desk: &Arc<Desk>,
    tell: &Arc<impl Fn(SyncState) + Send + Sync + 'static>,
) -> crate::Result<()> {
    let running = desk.sync_state(Phase::Running)?;
    let (shown, told) = (running.clone(), Arc::clone(tell));
    // A sync that has nothing to fetch says nothing until it is done.
    let done = desk
        .synchronise(move |came, total| told(SyncState { came, total, ..shown.clone() }))
        .await?;
    if done.pulled > 0 || done.merged > 0 {
        desk.changes.tell_all();
    }
    tell(desk.sync_state(Phase::Idle)?);
    Ok(())
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

/// Waits for news of the hub. A stream that cannot be had, or ends, counts as news after a while:
/// the next sync finds out.
async fn news(hub: &Connection) {
    let listen = async {
        let certificate = (hub.certificate.as_slice(), hub.private_key.as_slice());
        let client = HubClient::new(&hub.address, hub.hub_identity, Some(certificate))?;
        client.listen().await?.next().await
    };
    if listen.await.is_err() {
        tokio::time::sleep(PATIENCE.0).await;
    }
}
