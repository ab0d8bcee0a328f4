//! What the window may ask: each command translates and calls one operation of the desk.

#![expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]

use booqing_desk::appearance::{self, Appearance, Start};
use booqing_desk::{Failure, Home, Language};
use tauri::State;

use crate::graphics;

/// What the window works on.
pub(crate) struct Shell {
    pub(crate) home: Home,
    /// The language of the operating system, for a person who has not chosen one.
    pub(crate) system_language: Language,
}

impl Shell {
    fn appearance(&self) -> Result<Appearance, Failure> {
        appearance::read(&self.home, self.system_language)
            .map_err(|error| error.failure(self.system_language))
    }
}

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
