//! The real keyring: gnome-keyring behind a D-Bus session of the test's own, in the states it can
//! be in. Each scenario runs in a process of its own, because the connection is made once per
//! process.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is a test with a harness of its own"
)]

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use booqing_keys::{
    Keyring, KeyringError, NewSlot, OsKeyring, Passphrase, Secret, Slots, SlotsError,
};

type Scenario = (&'static str, Session, fn(&Path));

/// What stands between the process and the keyring.
#[derive(Clone, Copy, PartialEq)]
enum Session {
    /// A D-Bus session with an unlocked keyring.
    Keyring,
    /// A D-Bus session without a keyring.
    Bare,
    /// No D-Bus session.
    None,
}

const SCENARIOS: &[Scenario] = &[
    ("a secret is kept and read back", Session::Keyring, kept_and_read_back),
    ("an entry that is missing is said to be missing", Session::Keyring, missing),
    ("a damaged entry is reported and left alone", Session::Keyring, damaged),
    ("another secret under the name is not overwritten", Session::Keyring, occupied),
    ("an installation opens by the keyring", Session::Keyring, opens),
    ("an emptied keyring is said to be so and nothing is made anew", Session::Keyring, emptied),
    ("a locked keyring is said to be locked", Session::Keyring, locked),
    ("a session without a keyring is told from one", Session::Bare, no_service),
    ("no session at all is no keyring", Session::None, no_service),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(position) = arguments.iter().position(|argument| argument == "--scenario") {
        let index: usize = arguments[position + 1].parse().expect("a number");
        (SCENARIOS[index].2)(Path::new(&arguments[position + 2]));
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    let mut failed = 0;
    for (index, (name, session, _)) in SCENARIOS.iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let passed = run(index, *session, folder.path());
        println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
        failed += usize::from(!passed);
    }
    println!("{} passed, {failed} failed", SCENARIOS.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(index: usize, session: Session, folder: &Path) -> bool {
    let program = std::env::current_exe().expect("this program");
    let script = match session {
        Session::Keyring => {
            // The daemon returns before it has its name on a machine that is busy.
            "printf 'session\\n' | gnome-keyring-daemon --unlock --components=secrets \
             >/dev/null 2>&1; \
             for attempt in $(seq 300); do \
               dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
                 org.freedesktop.DBus.GetNameOwner string:org.freedesktop.secrets \
                 >/dev/null 2>&1 && break; sleep 0.1; \
             done; exec \"$@\""
        }
        Session::Bare | Session::None => "exec \"$@\"",
    };
    let mut command = if session == Session::None {
        Command::new("sh")
    } else {
        let mut command = Command::new("dbus-run-session");
        // A configuration without service files: nothing can be started by asking for it.
        command.args(["--config-file"]).arg(bus_configuration(folder)).args(["--", "sh"]);
        command
    };
    command
        .args(["-c", script, "sh"])
        .arg(program)
        .args(["--scenario", &index.to_string()])
        .arg(folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_RUNTIME_DIR", folder)
        .env("HOME", folder)
        .env_remove("GNOME_KEYRING_CONTROL")
        .stdin(Stdio::null());
    if session == Session::None {
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    } else {
        command.env_remove("DBUS_SESSION_BUS_ADDRESS");
    }
    command.status().expect("dbus-run-session is installed").success()
}

fn bus_configuration(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("bus.conf");
    let text = format!(
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
         \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
         <busconfig><type>session</type><listen>unix:dir={}</listen>\
         <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
         <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n",
        folder.display()
    );
    std::fs::write(&path, text).expect("the configuration of the bus");
    path
}

fn kept_and_read_back(_folder: &Path) {
    let secret = Secret::new([0x11; 32]);
    OsKeyring.write("i-1/1", &secret).expect("written");
    assert_eq!(OsKeyring.read("i-1/1"), Ok(secret));
}

fn missing(_folder: &Path) {
    assert_eq!(OsKeyring.read("i-1/1"), Err(KeyringError::NoEntry));
}

fn damaged(_folder: &Path) {
    let entry = keyring::Entry::new("nl.smartbooqing.desk", "i-1/1").expect("an entry");
    entry.set_password("k1.cut").expect("written");
    assert!(matches!(OsKeyring.read("i-1/1"), Err(KeyringError::Damaged(_))));
    let refused = OsKeyring.write("i-1/1", &Secret::new([1; 32]));
    assert!(matches!(refused, Err(KeyringError::Damaged(_))), "{refused:?}");
    assert_eq!(entry.get_password().expect("still there"), "k1.cut");
}

fn occupied(_folder: &Path) {
    OsKeyring.write("i-1/1", &Secret::new([1; 32])).expect("written");
    let refused = OsKeyring.write("i-1/1", &Secret::new([2; 32]));
    assert_eq!(refused, Err(KeyringError::Occupied));
    assert_eq!(OsKeyring.read("i-1/1"), Ok(Secret::new([1; 32])));
}

fn opens(folder: &Path) {
    let (_slots, key) =
        Slots::create(folder, "i-1", &NewSlot::Keyring(&OsKeyring)).expect("an installation");
    let slots = Slots::read(folder).expect("read back");
    assert_eq!(slots.open_with_keyring(&OsKeyring).expect("opened"), key);
}

fn emptied(folder: &Path) {
    let passphrase = Passphrase::new("correct horse battery".to_owned());
    let (mut slots, key) =
        Slots::create(folder, "i-1", &NewSlot::Keyring(&OsKeyring)).expect("an installation");
    slots.add(&key, &NewSlot::Passphrase(&passphrase)).expect("a second slot");
    let entry = keyring::Entry::new("nl.smartbooqing.desk", "i-1/1").expect("an entry");
    entry.delete_credential().expect("emptied");

    let slots = Slots::read(folder).expect("read back");
    let refused = slots.open_with_keyring(&OsKeyring);
    assert!(matches!(refused, Err(SlotsError::Keyring(KeyringError::NoEntry))), "{refused:?}");
    assert_eq!(OsKeyring.read("i-1/1"), Err(KeyringError::NoEntry), "no new one was made");
    assert_eq!(slots.open_with_passphrase(&passphrase).expect("the other slot opens"), key);
}

fn locked(_folder: &Path) {
    OsKeyring.write("i-1/1", &Secret::new([1; 32])).expect("written");
    let locked = Command::new("dbus-send")
        .args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            "array:objpath:/org/freedesktop/secrets/collection/login",
        ])
        .stdout(Stdio::null())
        .status()
        .expect("dbus-send is installed");
    assert!(locked.success(), "the collection could be locked");
    // Nobody is there to answer the question for its password.
    let refused = OsKeyring.read("i-1/1");
    assert!(matches!(refused, Err(KeyringError::Locked(_) | KeyringError::Silent)), "{refused:?}");
}

fn no_service(folder: &Path) {
    let refused = OsKeyring.read("i-1/1");
    assert!(
        matches!(refused, Err(KeyringError::NoService | KeyringError::Locked(_))),
        "{refused:?}"
    );
    let refused = Slots::create(folder, "i-1", &NewSlot::Keyring(&OsKeyring));
    assert!(matches!(refused, Err(SlotsError::Keyring(_))), "{refused:?}");
    assert!(!Slots::exist(folder), "and nothing is left behind");
}
