//! A CUPS of the test's own, with two printers: `PDF`, the default one, and `Balie`. Everything it
//! has stands in one temporary folder and ends with it; the system's CUPS is not touched.
//!
//! Scheduler, spool, protocol, `lp` and `lpstat` are the real ones. Only the device is ours: a
//! backend, which is a program that CUPS hands each document to, and which keeps it as a file.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up. Nothing waits this long when it works.
const PATIENCE: Duration = Duration::from_secs(30);

const SCHEDULER: &str = "/usr/sbin/cupsd";

/// The programs that CUPS starts.
const PROGRAMS: &str = "/usr/lib/cups";

/// Called with job, user, title, copies, options and, unless it stands on standard input, a file. A
/// document has its name only when it is whole.
const BACKEND: &str = "#!/bin/sh
[ $# -gt 0 ] || exit 0
document=\"$TMPDIR/../printed/$PRINTER-$1\"
cat ${6:+\"$6\"} > \"$document.part\" && mv \"$document.part\" \"$document.pdf\"
";

const PRINTERS: &str = "<DefaultPrinter PDF>
Info Kantoorprinter
DeviceURI folder:/
State Idle
Accepting Yes
</DefaultPrinter>
<Printer Balie>
Info Afdrukken voor de balie
DeviceURI folder:/
State Idle
Accepting Yes
</Printer>
";

/// A CUPS that ends with its owner.
pub(crate) struct Cups {
    folder: tempfile::TempDir,
    scheduler: Child,
    /// The number of the last job that [`Self::printed`] gave.
    last: Cell<u32>,
}

impl Drop for Cups {
    fn drop(&mut self) {
        let _ = self.scheduler.kill();
        let _ = self.scheduler.wait();
    }
}

impl Cups {
    /// Starts one that takes jobs when this returns.
    pub(crate) fn start() -> Self {
        let is_there = Path::new(SCHEDULER).exists()
            && Command::new("lpstat").arg("-r").output().is_ok_and(|said| said.status.success());
        assert!(is_there, "CUPS is not installed: run cargo xtask setup");
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        for name in ["cache", "etc", "printed", "programs/backend", "spool", "state", "tmp"] {
            fs::create_dir_all(at.join(name)).expect("a folder");
        }
        symlink(Path::new(PROGRAMS).join("daemon"), at.join("programs/daemon")).expect("a link");
        let backend = at.join("programs/backend/folder");
        fs::write(&backend, BACKEND).expect("written");
        // For its owner alone: then the scheduler runs it as the user that it runs as itself.
        fs::set_permissions(&backend, fs::Permissions::from_mode(0o700)).expect("set");
        fs::write(at.join("etc/printers.conf"), PRINTERS).expect("written");
        fs::write(at.join("etc/cupsd.conf"), configuration(at)).expect("written");
        fs::write(at.join("etc/cups-files.conf"), places(at)).expect("written");
        // AppArmor confines the installed file, by its path, to the system's folders. Another
        // process copies, so that none started meanwhile has the copy open for writing.
        let copied = Command::new("cp").arg(SCHEDULER).arg(at.join("cupsd")).status();
        assert!(copied.is_ok_and(|status| status.success()), "the scheduler is copied");
        let log = fs::File::create(at.join("log")).expect("a log");
        let scheduler = Command::new(at.join("cupsd"))
            .args(["-f", "-c"])
            .arg(at.join("etc/cupsd.conf"))
            .arg("-s")
            .arg(at.join("etc/cups-files.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the scheduler started");
        let mut cups = Self { folder, scheduler, last: Cell::new(0) };
        let start = Instant::now();
        while UnixStream::connect(cups.server()).is_err() {
            let ended = cups.scheduler.try_wait().expect("its state");
            cups.have_patience(start, "a scheduler that listens", ended.is_some());
        }
        cups
    }

    /// What its clients have as `CUPS_SERVER`.
    pub(crate) fn server(&self) -> String {
        self.folder.path().join("socket").to_str().expect("text").to_owned()
    }

    /// The next document that came out of a printer, in the order of the jobs, when it is whole. The
    /// file is named after its job, such as `PDF-1.pdf`, and is there as long as this CUPS.
    pub(crate) fn printed(&self) -> PathBuf {
        let number = self.last.get() + 1;
        let ending = format!("-{number}.pdf");
        let start = Instant::now();
        loop {
            let documents = fs::read_dir(self.folder.path().join("printed")).expect("read");
            let mut documents = documents.map(|document| document.expect("read").path());
            let next = documents.find(|path| path.to_str().is_some_and(|it| it.ends_with(&ending)));
            if let Some(document) = next {
                self.last.set(number);
                return document;
            }
            self.have_patience(start, &format!("the document of job {number}"), false);
        }
    }

    /// Lets a moment pass; fails with what CUPS said when there were too many of them.
    fn have_patience(&self, start: Instant, awaited: &str, is_over: bool) {
        if is_over || start.elapsed() > PATIENCE {
            let said = ["log", "error_log"].map(|name| {
                let bytes = fs::read(self.folder.path().join(name)).unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned()
            });
            panic!("{awaited}: did not come\n{}", said.concat());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn configuration(at: &Path) -> String {
    format!("Listen {}/socket\nBrowsing No\nWebInterface No\nLogLevel info\n", at.display())
}

fn places(at: &Path) -> String {
    let places = [
        ("ServerRoot", "etc"),
        ("ServerBin", "programs"),
        ("RequestRoot", "spool"),
        ("TempDir", "tmp"),
        ("StateDir", "state"),
        ("CacheDir", "cache"),
        ("ErrorLog", "error_log"),
        ("AccessLog", "access_log"),
        ("PageLog", "page_log"),
    ];
    places.map(|(name, place)| format!("{name} {}/{place}\n", at.display())).concat()
}
