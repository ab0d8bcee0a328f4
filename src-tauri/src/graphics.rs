//! Drawing without a graphics card.
//!
//! WebKitGTK composites through OpenGL. Without a card that is emulated and costs 42 to 60 ms a
//! frame; without compositing the same frame costs 6 to 9 ms. The choice is read from the
//! environment when GTK starts. A choice the user made is left alone.

const SWITCH: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// Whether the window is drawn without compositing.
pub(crate) fn is_software() -> bool {
    std::env::var_os(SWITCH).is_some_and(|value| value != "0")
}

/// Turns compositing off where there is no graphics card and nobody has chosen. To be called before
/// anything else: nobody else may look at the environment yet.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "the environment of this process, and to start it twice takes longer"
)]
pub(crate) fn prefer_software_without_card() {
    if std::env::var_os(SWITCH).is_none() && !has_render_node() {
        // SAFETY: it is the first thing the program does; there is one thread.
        unsafe { std::env::set_var(SWITCH, "1") };
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
