//! What a process of the desk keeps to itself while it works, and what it leaves on the disk.

#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use hub::Hub;

#[path = "support/hub.rs"]
mod hub;

const BOOQING: &str = env!("CARGO_BIN_EXE_booqing");

/// Somebody without privileges: what root may do says nothing. Whoever runs the tests without being root is that
/// person already.
const NOBODY: u32 = 65_534;

/// A person with a folder of their own and a copy of the program in it.
struct Person {
    folder: tempfile::TempDir,
    is_root: bool,
}

impl Person {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let is_root = fs::metadata("/proc/self").expect("this process").uid() == 0;
        let person = Self { folder, is_root };
        // The program may stand where only root gets at it.
        fs::copy(BOOQING, person.path("booqing")).expect("copied");
        fs::write(person.path("passphrase"), "correct horse battery\n").expect("written");
        if is_root {
            for path in [person.folder.path(), &person.path("booqing"), &person.path("passphrase")]
            {
                chown(path, Some(NOBODY), Some(NOBODY)).expect("given away");
            }
        }
        person
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// A program as this person starts it.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(if self.is_root { Path::new("setpriv") } else { program });
        if self.is_root {
            let nobody = NOBODY.to_string();
            command.args(["--reuid", &nobody, "--regid", &nobody, "--clear-groups"]);
            command.arg("--inh-caps=-all").arg(program);
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn booqing(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&self.path("booqing"));
        command.args(["--home", "home", "--passphrase-file", "passphrase", "--lang", "en"]);
        command.args(arguments);
        command
    }

    /// Whether this person can read what another process of theirs has in its environment: the same
    /// right as to read its memory, and no debugger is needed for it.
    fn reads(&self, process: &Child) -> bool {
        let file = format!("/proc/{}/environ", process.id());
        let output = self.command(Path::new("cat")).arg(file).output().expect("cat");
        output.status.success()
    }
}

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What stands behind a name in a file of `/proc`.
fn proc(process: &Child, file: &str, name: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{}/{file}", process.id())).expect("a process");
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("{name}: {text}"))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn owners_only(folder: &Path) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).expect("listed").flatten() {
        let (path, mode) = (entry.path(), entry.metadata().expect("metadata").permissions().mode());
        if path.is_dir() {
            assert_eq!(mode & 0o777, 0o700, "{}", path.display());
            files += owners_only(&path);
        } else {
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
            files += 1;
        }
    }
    files
}

#[test]
fn no_other_process_looks_in_no_core_is_dumped_and_files_are_their_owners() {
    let hub = Hub::start();
    let person = Person::new();
    succeeded(&person.booqing(&["join", &hub.invitation()]).output().expect("ran"));
    let added = person.booqing(&["client", "add", "family_name=Berg"]).output().expect("ran");
    succeeded(&added);

    // It waits for an answer, with its keys and those of the sheet in memory.
    let mut waiting = person
        .booqing(&["keys", "recovery-kit", "-o", "kit.pdf"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut asked = [0; 19];
    waiting.stderr.as_mut().expect("what it asks").read_exact(&mut asked).expect("asked");
    assert_eq!(&asked, b"Read from the sheet");

    let mut control = person.command(Path::new("sleep")).arg("60").spawn().expect("started");
    // The other program has begun once it is no longer the one that lets go of privileges.
    while fs::read_link(format!("/proc/{}/exe", control.id()))
        .is_ok_and(|exe| !exe.ends_with("sleep"))
    {
        std::thread::yield_now();
    }
    assert!(person.reads(&control), "any other process of the same person can be read");
    assert!(!person.reads(&waiting), "this one cannot");
    control.kill().expect("ended");
    control.wait().expect("ended");

    assert_eq!(proc(&waiting, "limits", "Max core file size"), "0 0 bytes");
    assert_eq!(proc(&waiting, "status", "Umask:"), "0077");
    assert!(owners_only(&person.path("home")) > 3, "slots, a lock and a cache at least");
    let mode = fs::metadata(person.path("kit.pdf")).expect("the sheet").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    waiting.kill().expect("ended");
    waiting.wait().expect("ended");
}
