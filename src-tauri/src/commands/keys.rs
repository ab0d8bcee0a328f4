//! The ways into this desk. What stands on a recovery kit stays on this side: the page learns which
//! characters are asked for, and hands over what somebody typed.

use std::sync::{Arc, PoisonError};

use booqing_desk::export::Saved;
use booqing_desk::keys::KeySlots;
use booqing_desk::kit::{AskedCharacter, RecoveryKit};
use booqing_desk::opening::{self, Opening};
use booqing_desk::print::Printed;
use booqing_desk::{DeskError, Failure, Language, now};
use tauri::{AppHandle, State};

use crate::shell::Shell;

#[tauri::command]
pub(crate) async fn key_slots(shell: State<'_, Shell>) -> Result<KeySlots, Failure> {
    shell.ask(|desk| Ok(desk.key_slots())).await
}

#[tauri::command]
pub(crate) async fn set_passphrase(
    shell: State<'_, Shell>,
    passphrase: String,
) -> Result<KeySlots, Failure> {
    shell.ask(move |desk| desk.set_passphrase(passphrase, now())).await
}

#[tauri::command]
pub(crate) async fn renew_keyring(shell: State<'_, Shell>) -> Result<KeySlots, Failure> {
    shell.ask(|desk| desk.renew_keyring(now())).await
}

#[tauri::command]
pub(crate) async fn remove_key_slot(
    shell: State<'_, Shell>,
    slot: u32,
) -> Result<KeySlots, Failure> {
    shell.ask(move |desk| desk.remove_key_slot(slot)).await
}

/// Makes a kit and says which of its characters will be asked for. One that was made and not taken is gone.
#[tauri::command]
pub(crate) async fn make_recovery_kit(
    shell: State<'_, Shell>,
    language: Language,
) -> Result<[AskedCharacter; 3], Failure> {
    let kit = shell.ask(move |desk| desk.make_recovery_kit(language, now())).await?;
    let asked = kit.asked();
    keep(&shell, Some(Arc::new(kit)));
    Ok(asked)
}

#[tauri::command]
pub(crate) async fn print_recovery_kit(
    shell: State<'_, Shell>,
    language: Language,
    printer: Option<String>,
) -> Result<Printed, Failure> {
    let kit = made(&shell)?;
    shell.ask(move |_| kit.print(language, printer.as_deref())).await
}

#[tauri::command]
pub(crate) async fn save_recovery_kit(
    shell: State<'_, Shell>,
    language: Language,
) -> Result<Saved, Failure> {
    let kit = made(&shell)?;
    shell.ask(move |_| kit.save(language)).await
}

#[tauri::command]
pub(crate) async fn take_recovery_kit(
    shell: State<'_, Shell>,
    typed: String,
) -> Result<KeySlots, Failure> {
    let kit = made(&shell)?;
    let slots = shell.ask(move |desk| desk.take_recovery_kit(&kit, &typed, now())).await?;
    keep(&shell, None);
    Ok(slots)
}

/// Forgets a kit that was made: whoever began does not go on.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]
pub(crate) fn drop_recovery_kit(shell: State<'_, Shell>) {
    keep(&shell, None);
}

#[tauri::command]
pub(crate) async fn try_recovery_kit(
    shell: State<'_, Shell>,
    typed: String,
) -> Result<KeySlots, Failure> {
    shell.ask(move |desk| desk.try_recovery_kit(&typed, now())).await
}

#[tauri::command]
pub(crate) async fn recover(
    app: AppHandle,
    shell: State<'_, Shell>,
    typed: String,
) -> Result<Opening, Failure> {
    let (home, language) = (Arc::clone(&shell.home), shell.language());
    let (opening, desk) = shell
        .blocking(move || opening::recover(&home, &typed).map_err(|error| error.failure(language)))
        .await?;
    shell.take(&app, desk);
    Ok(opening)
}

fn keep(shell: &Shell, kit: Option<Arc<RecoveryKit>>) {
    *shell.kit.lock().unwrap_or_else(PoisonError::into_inner) = kit;
}

fn made(shell: &Shell) -> Result<Arc<RecoveryKit>, Failure> {
    let kit = shell.kit.lock().unwrap_or_else(PoisonError::into_inner).clone();
    kit.ok_or_else(|| shell.failure(&DeskError::NoKit))
}
