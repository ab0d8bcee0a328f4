//! Originals and archives on their way, beside the sync of records and never in its way.

use std::time::Duration;

use booqing_sync::SyncError;

use super::{PATIENCE, Phase, SyncState, at_random};
use crate::{Desk, DeskError, Language};

/// How often it is told how far it is, at the most.
const TOLD: Duration = Duration::from_millis(500);

/// Carries whatever waits or is wanted, each time there may be something; until it is dropped.
pub(super) async fn carry(
    desk: &Desk,
    language: impl Fn() -> Language + Send,
    phase: impl Fn() -> Phase + Send + Sync,
    tell: &(impl Fn(SyncState) + Send + Sync + ?Sized),
) {
    // How things stand, in the middle of whatever the sync of records does; it tells more often.
    let say = || {
        let phase = phase();
        if phase != Phase::Running
            && let Ok(state) = desk.sync_state(phase)
        {
            tell(state);
        }
    };
    let mut patience = PATIENCE.0;
    loop {
        if desk.changes.is_paused() {
            desk.changes.paused(false).await;
        }
        let mut told = tokio::time::Instant::now();
        let carried = tokio::select! {
            carried = desk.carry_originals(|_| {
                if told.elapsed() >= TOLD {
                    told = tokio::time::Instant::now();
                    say();
                }
            }) => carried,
            () = desk.changes.paused(true) => continue,
        };
        let is_done = match &carried {
            Ok(done) => {
                desk.changes.set_trouble(None);
                if done.sent + done.came > 0 {
                    desk.changes.tell_all();
                    say();
                }
                // What is not there yet is on its way from another desk, which nobody tells of.
                done.absent == 0
            }
            // That the hub cannot be reached is told of by the sync of records.
            Err(DeskError::Sync(SyncError::Unreachable { .. } | SyncError::Silent)) => false,
            Err(error) => {
                desk.changes.set_trouble(Some(error.failure(language())));
                say();
                false
            }
        };
        tokio::select! {
            () = desk.changes.paused(true) => continue,
            () = desk.changes.something_to_carry() => {}
            () = tokio::time::sleep(patience + at_random(patience / 2)), if !is_done => {
                patience = (patience * 2).min(PATIENCE.1);
            }
        }
        if is_done {
            patience = PATIENCE.0;
        }
    }
}
