//! The state of the sync, conflicts, what waits and what was refused.

use booqing_desk::clash::ClashLine;
use booqing_desk::conflict::{ConflictLine, Keep};
use booqing_desk::history::{QueueLine, RefusedLine};
use booqing_desk::late::{LateLine, Settlement};
use booqing_desk::live::{Phase, SyncState};
use booqing_desk::overtaken::OvertakenLine;
use booqing_desk::status::Status;
use booqing_desk::synchronise::Consent;
use booqing_desk::{Failure, Language};
use serde::Serialize;
use tauri::State;

use crate::shell::Shell;

/// The most changes that a page lists; the status says how many there are.
const MOST_QUEUED: u32 = 200;

#[tauri::command]
pub(crate) async fn status(shell: State<'_, Shell>) -> Result<Status, Failure> {
    shell.ask(|desk| desk.status()).await
}

#[tauri::command]
pub(crate) async fn sync_state(shell: State<'_, Shell>) -> Result<SyncState, Failure> {
    let last = shell.last_sync_state();
    shell.ask(|desk| last.map_or_else(|| desk.sync_state(Phase::Idle), Ok)).await
}

#[tauri::command]
pub(crate) async fn synchronise(
    shell: State<'_, Shell>,
    put_back: bool,
    deletions: bool,
) -> Result<(), Failure> {
    shell.desk().await?.synchronise_now(Consent { put_back, deletions });
    Ok(())
}

#[tauri::command]
pub(crate) async fn pause_sync(shell: State<'_, Shell>) -> Result<(), Failure> {
    shell.desk().await?.pause_sync();
    Ok(())
}

#[derive(Serialize)]
pub(crate) struct Invited {
    invitation: String,
}

#[tauri::command]
pub(crate) async fn invite(shell: State<'_, Shell>) -> Result<Invited, Failure> {
    let desk = shell.desk().await?;
    let invitation = desk.invite().await.map_err(|error| shell.failure(&error))?;
    Ok(Invited { invitation })
}

#[tauri::command]
pub(crate) async fn conflicts(
    shell: State<'_, Shell>,
    language: Language,
) -> Result<Vec<ConflictLine>, Failure> {
    shell.ask(move |desk| desk.conflicts(false, language)).await
}

#[tauri::command]
pub(crate) async fn resolve_conflict(
    shell: State<'_, Shell>,
    id: String,
    keep: Keep,
) -> Result<(), Failure> {
    shell.ask(move |desk| desk.resolve_conflict(&id, keep)).await
}

#[tauri::command]
pub(crate) async fn clashes(shell: State<'_, Shell>) -> Result<Vec<ClashLine>, Failure> {
    shell.ask(|desk| desk.clashes()).await
}

#[tauri::command]
pub(crate) async fn late_entries(
    shell: State<'_, Shell>,
    language: Language,
) -> Result<Vec<LateLine>, Failure> {
    shell.ask(move |desk| desk.late_entries(false, language)).await
}

#[tauri::command]
pub(crate) async fn settle_late_entry(
    shell: State<'_, Shell>,
    id: String,
    settlement: Settlement,
) -> Result<(), Failure> {
    shell.ask(move |desk| desk.settle_late_entry(&id, settlement)).await
}

#[tauri::command]
pub(crate) async fn overtaken(
    shell: State<'_, Shell>,
    language: Language,
) -> Result<Vec<OvertakenLine>, Failure> {
    shell.ask(move |desk| desk.overtaken(language)).await
}

#[tauri::command]
pub(crate) async fn see_overtaken(shell: State<'_, Shell>, id: String) -> Result<(), Failure> {
    shell.ask(move |desk| desk.see_overtaken(&id)).await
}

#[tauri::command]
pub(crate) async fn refusals(
    shell: State<'_, Shell>,
    language: Language,
) -> Result<Vec<RefusedLine>, Failure> {
    shell.ask(move |desk| desk.refusals(language)).await
}

#[tauri::command]
pub(crate) async fn queue(
    shell: State<'_, Shell>,
    language: Language,
) -> Result<Vec<QueueLine>, Failure> {
    shell.ask(move |desk| desk.queue(language, MOST_QUEUED)).await
}
