//! The one window, and what it may not do.

use std::ffi::OsString;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, WebviewWindowBuilder};

const LABEL: &str = "main";

/// Makes the window. It stays hidden until its page has loaded, so that nobody sees a white one.
///
/// # Errors
/// When the configuration lacks the window or the web view cannot be made.
pub(crate) fn open(app: &AppHandle, home: &Path) -> tauri::Result<()> {
    let mut config = app
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == LABEL)
        .cloned()
        .ok_or(tauri::Error::WindowNotFound)?;
    if is_driven_by_a_test() {
        // An ephemeral web view cannot be driven: wry gives it a context without automation.
        config.incognito = false;
    }
    WebviewWindowBuilder::from_config(app, &config)?
        // What WebKit makes even for an ephemeral view, salts and an empty list, stays in the home.
        .data_directory(home.join("web"))
        // The page goes nowhere but to itself, and opens nothing.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                // A window that cannot be shown has nobody to tell.
                let _shown = window.show();
            }
        })
        .build()?;
    Ok(())
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
    fn two_homes_are_two_desks() {
        assert_ne!(instance_name(Path::new("a")), instance_name(Path::new("b")));
        assert_eq!(instance_name(Path::new("a")), instance_name(Path::new("a")));
    }
}
