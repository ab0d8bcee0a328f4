//! Drawing without a graphics card.
//!
//! WebKitGTK composites through OpenGL. Without a card that is emulated and costs 42 to 60 ms a
//! frame; without compositing the same frame costs 6 to 9 ms. The choice is read from the
//! environment before GTK starts, so the program starts itself once more with it set. A choice
//! the user made is left alone.

const SWITCH: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// Whether the window is drawn without compositing.
pub(crate) fn is_software() -> bool {
    std::env::var_os(SWITCH).is_some_and(|value| value != "0")
}

/// Starts the program again with compositing off, where there is no graphics card and nobody has
/// chosen. Returns when there is nothing to do, or when it cannot be done: the window then works,
/// only slower.
#[cfg(target_os = "linux")]
pub(crate) fn prefer_software_without_card() {
    use std::os::unix::process::CommandExt;

    if std::env::var_os(SWITCH).is_some() || has_render_node() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        // `exec` returns only when it failed.
        let _failed = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(SWITCH, "1")
            .exec();
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn prefer_software_without_card() {}

#[cfg(target_os = "linux")]
fn has_render_node() -> bool {
    std::fs::read_dir("/dev/dri").is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("renderD"))
    })
}
