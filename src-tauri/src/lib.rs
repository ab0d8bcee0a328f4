//! The shell: the window around the desk.
//!
//! Adapters only. It opens the home, makes the window, and hands each command to `booqing-desk`.
//! It is a library as well as a binary so that a mobile build has an entry point.

mod commands;
mod graphics;
mod shell;
mod window;

use std::process::ExitCode;

use booqing_desk::{Home, Language};
use tauri::Manager;

use commands::{clients, files, import, keys, lists, opening, originals, sync};
use shell::Shell;

/// Starts the desk and returns when its window is closed.
pub fn run() -> ExitCode {
    booqing_desk::process::keep_to_itself();
    graphics::prefer_software_without_card();
    let language = Language::of_system();

    let home_path = match window::home_argument(std::env::args_os().skip(1)) {
        Ok(Some(path)) => path,
        Ok(None) => match Home::default_path() {
            Ok(path) => path,
            Err(error) => return fail(&error.sentence(language)),
        },
        Err(usage) => return fail(&usage),
    };

    let app = tauri::Builder::default()
        // First of all plugins: a second start shows the first window and ends.
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .callback(|app, _arguments, _folder| window::show(app))
                .dbus_id(window::instance_name(&home_path))
                .build(),
        )
        .invoke_handler(tauri::generate_handler![
            opening::start,
            opening::save_appearance,
            opening::opening,
            opening::unlock,
            opening::join,
            opening::rejoin,
            keys::key_slots,
            keys::set_passphrase,
            keys::renew_keyring,
            keys::remove_key_slot,
            keys::make_recovery_kit,
            keys::print_recovery_kit,
            keys::save_recovery_kit,
            keys::take_recovery_kit,
            keys::drop_recovery_kit,
            keys::try_recovery_kit,
            keys::recover,
            sync::status,
            sync::sync_state,
            sync::synchronise,
            sync::pause_sync,
            sync::invite,
            sync::conflicts,
            sync::clashes,
            sync::late_entries,
            sync::settle_late_entry,
            sync::overtaken,
            sync::see_overtaken,
            sync::resolve_conflict,
            sync::refusals,
            sync::queue,
            clients::clients,
            clients::client,
            clients::add_client,
            clients::set_client,
            clients::dossier_sections,
            clients::explain,
            clients::history,
            clients::last_step,
            clients::undo,
            lists::bookings,
            lists::set_booking,
            lists::cancel_booking,
            lists::documents,
            lists::search,
            lists::retention,
            files::printers,
            files::print_dossier,
            files::save_dossier,
            files::save_retention,
            files::print_retention,
            import::preview_import,
            import::import_clients,
            import::save_rejected,
            originals::originals,
            originals::add_original,
            originals::save_original,
            originals::keep_original,
        ])
        .build(tauri::generate_context!());
    let app = match app {
        Ok(app) => app,
        Err(error) => return fail(&error.to_string()),
    };
    // After the plugins, so that a second start has ended by now; before the event loop, so that a
    // home that cannot be opened is a sentence and not a panic in it.
    let home = match Home::open(&home_path) {
        Ok(home) => home,
        Err(error) => return fail(&error.sentence(language)),
    };
    let folder = home.path().to_path_buf();
    let shell = Shell::new(home, language);
    // What cannot be read is told by the page, which asks for it too.
    let appearance = shell.appearance().ok();
    app.manage(shell);
    Shell::begin_opening(app.handle());
    if let Err(error) = window::open(app.handle(), &folder, appearance) {
        return fail(&error.to_string());
    }
    app.run(|_app, _event| {});
    ExitCode::SUCCESS
}

#[expect(clippy::print_stderr, reason = "there is no window yet to say it in")]
fn fail(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::FAILURE
}
