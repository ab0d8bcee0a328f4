//! Before there is anything to show: appearance, unlocking, joining.

#![expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]

use booqing_desk::Failure;
use booqing_desk::appearance::{self, Appearance, Start};
use booqing_desk::opening::{self, JoinRequest, Opening};
use std::sync::Arc;
use tauri::{AppHandle, State};

use crate::graphics;
use crate::shell::Shell;

#[tauri::command]
pub(crate) fn start(shell: State<'_, Shell>) -> Result<Start, Failure> {
    let Appearance { language, theme, density } = shell.appearance()?;
    Ok(Start {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        language,
        theme,
        density,
        software_rendering: graphics::is_software(),
    })
}

#[tauri::command]
pub(crate) fn save_appearance(
    shell: State<'_, Shell>,
    appearance: Appearance,
) -> Result<Appearance, Failure> {
    appearance::save(&shell.home, appearance).map_err(|error| error.failure(appearance.language))
}

#[tauri::command]
pub(crate) async fn opening(app: AppHandle, shell: State<'_, Shell>) -> Result<Opening, Failure> {
    shell.opening(&app).await
}

#[tauri::command]
pub(crate) async fn unlock(
    app: AppHandle,
    shell: State<'_, Shell>,
    passphrase: String,
) -> Result<Opening, Failure> {
    let (home, language) = (Arc::clone(&shell.home), shell.language());
    let (opening, desk) = shell
        .blocking(move || {
            opening::unlock(&home, passphrase).map_err(|error| error.failure(language))
        })
        .await?;
    shell.take(&app, desk);
    Ok(opening)
}

#[tauri::command]
pub(crate) async fn rejoin(
    app: AppHandle,
    shell: State<'_, Shell>,
    invitation: String,
) -> Result<(), Failure> {
    let desk = shell.desk().await?;
    let rejoined = desk.rejoin(invitation.trim(), None).await;
    let (desk, _) = rejoined.map_err(|error| shell.failure(&error))?;
    shell.take(&app, desk);
    Ok(())
}

#[tauri::command]
pub(crate) async fn join(
    app: AppHandle,
    shell: State<'_, Shell>,
    request: JoinRequest,
) -> Result<Opening, Failure> {
    let joined = opening::join(&shell.home, request).await;
    let (opening, desk) = joined.map_err(|error| shell.failure(&error))?;
    shell.take(&app, desk);
    Ok(opening)
}
