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

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use booqing_keys::{
    Keyring, KeyringError, NewSlot, OsKeyring, Passphrase, Secret, SlotKind, Slots, SlotsError,
};
use secret_service::EncryptionType;
use secret_service::blocking::{Collection, SecretService};

type Scenario = (&'static str, Session, fn(&Path));

/// What stands between the process and the keyring.
#[derive(Clone, Copy, PartialEq)]
enum Session {
    /// A D-Bus session with an unlocked keyring.
    Keyring,
    /// A D-Bus session with a keyring that has no collection to keep anything in.
    NoCollection,
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
    (
        "a keyring that was emptied while the desk is open gets a new secret",
        Session::Keyring,
        renewed,
    ),
    ("an entry of another installation does not open this one", Session::Keyring, foreign),
    ("two entries of one name are told and left alone", Session::Keyring, ambiguous),
    ("a question to unlock it that is dismissed leaves it locked", Session::Keyring, dismissed),
    ("a service that hangs is given up after five seconds", Session::Keyring, hanging),
    ("a keyring without a collection makes no installation", Session::NoCollection, no_collection),
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
        Session::NoCollection => {
            "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; \
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

/// Another form, and what was written cut off anywhere.
fn damaged(_folder: &Path) {
    OsKeyring.write("i-1/1", &Secret::new([1; 32])).expect("written");
    let entry = keyring::Entry::new("nl.smartbooqing.desk", "i-1/1").expect("an entry");
    let whole = entry.get_password().expect("its line");
    for length in [1, 3, 4, 20, whole.len() - 9, whole.len() - 1] {
        entry.set_password(&whole[..length]).expect("cut off");
        assert!(matches!(OsKeyring.read("i-1/1"), Err(KeyringError::Damaged(_))), "{length}");
    }
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
    let mut slots = Slots::read(folder).expect("read back");
    assert_eq!(slots.open_with_keyring(&OsKeyring).expect("opened").key, key);
}

/// The name in the keyring of the only slot that is in it.
fn entry(slots: &Slots) -> String {
    let entry = |slot: &booqing_keys::Slot| match &slot.kind {
        SlotKind::Keyring { entry } => Some(entry.clone()),
        _ => None,
    };
    slots.slots().iter().find_map(entry).expect("an entry")
}

fn emptied(folder: &Path) {
    let passphrase = Passphrase::new("correct horse battery".to_owned());
    let (mut slots, key) =
        Slots::create(folder, "i-1", &NewSlot::Keyring(&OsKeyring)).expect("an installation");
    slots.add(&key, &NewSlot::Passphrase(&passphrase)).expect("a second slot");
    let name = entry(&slots);
    let held = keyring::Entry::new("nl.smartbooqing.desk", &name).expect("an entry");
    held.delete_credential().expect("emptied");

    let mut slots = Slots::read(folder).expect("read back");
    let refused = slots.open_with_keyring(&OsKeyring);
    assert!(matches!(refused, Err(SlotsError::Keyring(KeyringError::NoEntry))), "{refused:?}");
    assert_eq!(OsKeyring.read(&name), Err(KeyringError::NoEntry), "no new one was made");
    let opened = slots.open_with_passphrase(&passphrase).expect("the other slot opens");
    assert_eq!(opened.key, key);
}

/// What the user's own tools see of the keyring.
fn with_login<T>(work: impl FnOnce(&Collection<'_>) -> T) -> T {
    let service = SecretService::connect(EncryptionType::Dh).expect("the service");
    let login = service.get_default_collection().expect("the login collection");
    work(&login)
}

fn attributes(name: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", "nl.smartbooqing.desk"), ("username", name)])
}

fn renewed(folder: &Path) {
    let (mut slots, key) =
        Slots::create(folder, "i-1", &NewSlot::Keyring(&OsKeyring)).expect("an installation");
    with_login(|login| {
        for item in login.get_all_items().expect("items") {
            item.delete().expect("deleted");
        }
    });
    assert!(slots.open_with_keyring(&OsKeyring).is_err());
    slots.replace(&key, &NewSlot::Keyring(&OsKeyring), None).expect("another secret");
    let mut read = Slots::read(folder).expect("read back");
    assert_eq!(read.open_with_keyring(&OsKeyring).expect("opened").key, key);
    with_login(|login| assert_eq!(login.get_all_items().expect("items").len(), 1));
}

fn foreign(folder: &Path) {
    OsKeyring.write("i-2/1", &Secret::new([2; 32])).expect("another installation's");
    let (mut slots, key) =
        Slots::create(folder, "i-1", &NewSlot::Keyring(&OsKeyring)).expect("an installation");
    assert_eq!(slots.open_with_keyring(&OsKeyring).expect("opened").key, key);
    // Somebody restored a keyring of another machine over this one.
    let line = keyring::Entry::new("nl.smartbooqing.desk", "i-2/1").expect("an entry");
    let line = line.get_password().expect("its line");
    let name = entry(&slots);
    let held = keyring::Entry::new("nl.smartbooqing.desk", &name).expect("an entry");
    held.set_password(&line).expect("written");
    let refused = slots.open_with_keyring(&OsKeyring);
    assert!(matches!(refused, Err(SlotsError::WrongKeyringSecret)), "{refused:?}");
    assert_eq!(held.get_password().expect("still there"), line, "it is left alone");
    slots.replace(&key, &NewSlot::Keyring(&OsKeyring), None).expect("a secret of its own");
    assert_eq!(held.get_password().expect("still there"), line, "and stays");
    assert_eq!(slots.open_with_keyring(&OsKeyring).expect("opened").key, key);
}

fn ambiguous(folder: &Path) {
    let (mut slots, _key) =
        Slots::create(folder, "i-1", &NewSlot::Keyring(&OsKeyring)).expect("an installation");
    let name = entry(&slots);
    with_login(|login| {
        login
            .create_item("of another program", attributes(&name), b"k1.x", false, "text/plain")
            .expect("a second entry");
    });
    let refused = slots.open_with_keyring(&OsKeyring);
    assert!(matches!(refused, Err(SlotsError::Keyring(KeyringError::Ambiguous(2)))), "{refused:?}");
    with_login(|login| {
        let found = login.search_items(attributes(&name)).expect("a search");
        assert_eq!(found.len(), 2, "both are left alone");
    });
}

/// Nothing in this session can ask for a password: the service dismisses its own question, as a person
/// does who cancels it.
fn dismissed(_folder: &Path) {
    OsKeyring.write("i-1/1", &Secret::new([1; 32])).expect("written");
    with_login(|login| login.lock().expect("locked"));
    let refused = OsKeyring.read("i-1/1");
    assert!(matches!(refused, Err(KeyringError::Locked(_))), "{refused:?}");
    assert!(OsKeyring.is_there(), "locked is not absent");
}

fn hanging(_folder: &Path) {
    OsKeyring.write("i-1/1", &Secret::new([1; 32])).expect("written");
    let found = Command::new("dbus-send")
        .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/"])
        .args(["org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.freedesktop.secrets"])
        .output()
        .expect("dbus-send is installed");
    let text = String::from_utf8(found.stdout).expect("text");
    let pid = text.split_whitespace().last().unwrap_or_default().to_owned();
    assert!(!pid.is_empty(), "{text} {:?}", found.stderr);
    let signal = |name: &str| {
        let status = Command::new("kill").args([name, &pid]).status().expect("kill");
        assert!(status.success(), "{name} {pid}");
    };
    signal("-STOP");
    let refused = OsKeyring.read("i-1/1");
    signal("-CONT");
    assert_eq!(refused, Err(KeyringError::Silent));
    assert_eq!(OsKeyring.read("i-1/1"), Ok(Secret::new([1; 32])), "it is back");
}

fn no_collection(folder: &Path) {
    let refused = OsKeyring.read("i-1/1");
    assert_eq!(refused, Err(KeyringError::NoEntry));
    let refused = Slots::create(folder, "i-1", &NewSlot::Keyring(&OsKeyring));
    assert!(matches!(refused, Err(SlotsError::Keyring(_))), "{refused:?}");
    assert!(!Slots::exist(folder), "and nothing is left behind");
}

fn no_service(folder: &Path) {
    assert_eq!(OsKeyring.read("i-1/1"), Err(KeyringError::NoService));
    assert!(!OsKeyring.is_there());
    let refused = Slots::create(folder, "i-1", &NewSlot::Keyring(&OsKeyring));
    assert!(matches!(refused, Err(SlotsError::Keyring(_))), "{refused:?}");
    assert!(!Slots::exist(folder), "and nothing is left behind");
}
