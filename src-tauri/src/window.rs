//! The one window, and what it may not do.

use std::ffi::OsString;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use booqing_desk::appearance::{Appearance, Theme};
use tauri::webview::{Color, NewWindowResponse};
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

const LABEL: &str = "main";

/// The background of the page, light and dark: `--bg` of `ui/src/styles/tokens.css`.
const LIGHT: Color = Color(0xf5, 0xf6, 0xf8, 0xff);
const DARK: Color = Color(0x0f, 0x12, 0x16, 0xff);

/// Makes the window and shows it, in the colour that its page will have: while the web view starts
/// there is time to put a window on the screen, and afterwards there is none.
///
/// # Errors
/// When the configuration lacks the window or the web view cannot be made.
pub(crate) fn open(
    app: &AppHandle,
    home: &Path,
    appearance: Option<Appearance>,
) -> tauri::Result<()> {
    let mut config = app
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == LABEL)
        .cloned()
        .ok_or(tauri::Error::WindowNotFound)?;
    if let Some(appearance) = appearance {
        config.url = WebviewUrl::App(address(appearance).into());
    }
    if is_driven_by_a_test() {
        // An ephemeral web view cannot be driven: wry gives it a context without automation.
        config.incognito = false;
    }
    let window = WebviewWindowBuilder::from_config(app, &config)?
        // What WebKit makes even for an ephemeral view, salts and an empty list, stays in the home.
        .data_directory(home.join("web"))
        // The page goes nowhere but to itself, and opens nothing.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .build()?;
    let background = match appearance.map(|appearance| appearance.theme) {
        Some(Theme::Light) => LIGHT,
        Some(Theme::Dark) => DARK,
        Some(Theme::System) | None => of_system(&window),
    };
    window.set_background_color(Some(background))?;
    window.show()
}

/// The address of the page. It says what the page would have to ask before it can look as it was
/// chosen to.
fn address(appearance: Appearance) -> String {
    let language = appearance.language.code();
    let theme = match appearance.theme {
        Theme::System => "",
        Theme::Light => "&theme=light",
        Theme::Dark => "&theme=dark",
    };
    format!("index.html?language={language}{theme}")
}

/// The background where the theme is that of the operating system.
fn of_system(window: &WebviewWindow) -> Color {
    match window.theme() {
        Ok(tauri::Theme::Dark) => DARK,
        _ => LIGHT,
    }
}

/// Whether a WebDriver started this program. Only a debug build can be driven: in a release the
/// web view is ephemeral whatever the environment says, and with that out of any driver's reach.
fn is_driven_by_a_test() -> bool {
    cfg!(debug_assertions)
        && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|value| value == "true")
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Reads `--home DIR` from the arguments.
///
/// # Errors
/// A sentence about an argument that is not understood.
pub(crate) fn home_argument(
    arguments: impl Iterator<Item = OsString>,
) -> Result<Option<PathBuf>, String> {
    let mut home = None;
    let mut arguments = arguments.peekable();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--home") => match arguments.next() {
                Some(path) => home = Some(PathBuf::from(path)),
                None => return Err("--home wants a folder: --home DIR".to_owned()),
            },
            Some(text) if text.starts_with("--home=") => {
                home = Some(PathBuf::from(text.trim_start_matches("--home=")));
            }
            _ => {
                return Err(format!(
                    "{} is not understood. Use: smartbooqing-desk [--home DIR]",
                    argument.to_string_lossy()
                ));
            }
        }
    }
    Ok(home)
}

/// The name by which a second start on the same home finds the first. Several homes on one
/// machine are several desks, so the home is part of it.
pub(crate) fn instance_name(home: &Path) -> String {
    let absolute = std::path::absolute(home).unwrap_or_else(|_| home.to_path_buf());
    let mut hasher = std::hash::DefaultHasher::new();
    absolute.hash(&mut hasher);
    format!("nl.smartbooqing.desk.h{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Option<PathBuf>, String> {
        home_argument(arguments.iter().map(OsString::from))
    }

    #[test]
    fn the_home_is_read_in_both_spellings_and_anything_else_is_named() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["--home", "a"]), Ok(Some(PathBuf::from("a"))));
        assert_eq!(read(&["--home=b"]), Ok(Some(PathBuf::from("b"))));
        assert!(read(&["--home"]).is_err_and(|usage| usage.contains("--home")));
        assert!(read(&["--hme"]).is_err_and(|usage| usage.contains("--hme")));
    }

    #[test]
    fn the_window_has_the_background_of_its_page() {
        let tokens = include_str!("../../ui/src/styles/tokens.css");
        for (theme, Color(red, green, blue, _)) in [("light", LIGHT), ("dark", DARK)] {
            let (_, rest) = tokens.split_once(&format!("[data-theme='{theme}'] {{")).expect(theme);
            let (_, rest) = rest.split_once("--bg: ").expect("a background");
            let (colour, _) = rest.split_once(';').expect("its end");
            assert_eq!(colour, format!("#{red:02x}{green:02x}{blue:02x}"), "{theme}");
        }
    }

    #[test]
    fn two_homes_are_two_desks() {
        assert_ne!(instance_name(Path::new("a")), instance_name(Path::new("b")));
        assert_eq!(instance_name(Path::new("a")), instance_name(Path::new("a")));
    }
}
