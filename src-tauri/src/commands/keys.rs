//! The ways into this desk. What stands on a recovery kit stays on this side: the page learns which
//! characters are asked for, and hands over what somebody typed.

use std::sync::{Arc, MutexGuard, PoisonError};

use booqing_desk::export::Saved;
use booqing_desk::keys::KeySlots;
use booqing_desk::kit::{AskedCharacter, RecoveryKit};
use booqing_desk::opening::{self, Opening};
use booqing_desk::print::Printed;
use booqing_desk::{DeskError, Failure, Language, now};
use tauri::{AppHandle, State};
use zeroize::Zeroizing;

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
    let passphrase = Zeroizing::new(passphrase);
    shell.ask(move |desk| desk.set_passphrase(&passphrase, true, now())).await
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
    let turn = kits(&shell).begin();
    let kit = shell.ask(move |desk| desk.make_recovery_kit(language, now())).await?;
    let asked = kit.asked();
    kits(&shell).keep(turn, kit);
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
    let (kit, typed) = (made(&shell)?, Zeroizing::new(typed));
    let taken = Arc::clone(&kit);
    let slots = shell.ask(move |desk| desk.take_recovery_kit(&taken, &typed, now())).await?;
    kits(&shell).forget(&kit);
    Ok(slots)
}

/// Forgets a kit that was made: whoever began does not go on.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]
pub(crate) fn drop_recovery_kit(shell: State<'_, Shell>) {
    kits(&shell).begin();
}

#[tauri::command]
pub(crate) async fn try_recovery_kit(
    shell: State<'_, Shell>,
    typed: String,
) -> Result<KeySlots, Failure> {
    let typed = Zeroizing::new(typed);
    shell.ask(move |desk| desk.try_recovery_kit(&typed, now())).await
}

#[tauri::command]
pub(crate) async fn recover(
    app: AppHandle,
    shell: State<'_, Shell>,
    typed: String,
) -> Result<Opening, Failure> {
    let (home, language, typed) =
        (Arc::clone(&shell.home), shell.language(), Zeroizing::new(typed));
    let (opening, desk) = shell
        .blocking(move || opening::recover(&home, &typed).map_err(|error| error.failure(language)))
        .await?;
    shell.take(&app, desk);
    Ok(opening)
}

/// A recovery kit that was made and not yet taken, if there is one. Whoever begins anew, or gives up, is not
/// overtaken by one that was still being made.
#[derive(Default)]
pub(crate) struct Kits {
    turn: u64,
    made: Option<Arc<RecoveryKit>>,
}

impl Kits {
    fn begin(&mut self) -> u64 {
        self.turn += 1;
        self.made = None;
        self.turn
    }

    fn keep(&mut self, turn: u64, kit: RecoveryKit) {
        if turn == self.turn {
            self.made = Some(Arc::new(kit));
        }
    }

    fn forget(&mut self, kit: &Arc<RecoveryKit>) {
        if self.made.as_ref().is_some_and(|made| Arc::ptr_eq(made, kit)) {
            self.made = None;
        }
    }
}

fn kits(shell: &Shell) -> MutexGuard<'_, Kits> {
    shell.kits.lock().unwrap_or_else(PoisonError::into_inner)
}

fn made(shell: &Shell) -> Result<Arc<RecoveryKit>, Failure> {
    let kit = kits(shell).made.clone();
    kit.ok_or_else(|| shell.failure(&DeskError::NoKit))
}
