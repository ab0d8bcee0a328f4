//! A display whose picture can be read, a session bus and an open keyring. They end with it.

use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::measure::Outcome;
use crate::office;

/// The part of the screen that is looked at: every so many lines of it.
const LEFT: u64 = 300;
const WIDTH: u64 = 1280;
const HEIGHT: u64 = 800;
const EVERY: usize = 5;

/// A process that ends with its owner.
#[derive(Debug)]
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // What has ended already need not be ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A display, a session bus and a keyring.
#[derive(Debug)]
pub(crate) struct Desktop {
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
    screen: File,
    /// Where the pixels begin, and how many bytes a line has.
    pixels: (u64, u64),
    _processes: [Running; 2],
}

impl Desktop {
    /// Starts them.
    pub(crate) fn start(folder: &Path) -> Outcome<Self> {
        let picture = office::empty(&folder.join("screen"))?;
        let (server, display) = line_of(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-nolisten", "tcp", "-fbdir"])
                .arg(&picture)
                .args(["-screen", "0", &format!("{WIDTH}x{HEIGHT}x24")]),
        )?;
        let (bus_process, bus) = line_of(Command::new("dbus-daemon").args([
            "--session",
            "--nofork",
            "--print-address=1",
        ]))?;
        let inside = |name: &str| folder.join(name).to_string_lossy().into_owned();
        let environment = vec![
            ("DISPLAY", format!(":{display}")),
            ("DBUS_SESSION_BUS_ADDRESS", bus),
            ("XDG_DATA_HOME", inside("data")),
            ("XDG_CONFIG_HOME", inside("config")),
            ("XDG_CACHE_HOME", inside("cache")),
            ("LC_ALL", "nl_NL.UTF-8".to_owned()),
            ("GDK_BACKEND", "x11".to_owned()),
        ];
        let screen = File::open(picture.join("Xvfb_screen0"))?;
        // The form is that of `xwd`: a header of numbers of four bytes, the colours, the pixels.
        let number = |place: u64| -> Outcome<u64> {
            let mut bytes = [0; 4];
            screen.read_exact_at(&mut bytes, place * 4)?;
            Ok(u32::from_be_bytes(bytes).into())
        };
        let pixels = (number(0)? + number(19)? * 12, number(12)?);
        let folder = folder.to_path_buf();
        let desktop =
            Self { folder, environment, screen, pixels, _processes: [server, bus_process] };
        desktop.open_keyring()?;
        Ok(desktop)
    }

    /// A program on this desktop.
    pub(crate) fn program(&self, path: &Path) -> Command {
        let mut command = Command::new(path);
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command
    }

    fn open_keyring(&self) -> Outcome {
        let script = "printf 'session\\n' | gnome-keyring-daemon --unlock --components=secrets";
        let mut shell = self.program(Path::new("sh"));
        let status = shell.args(["-c", script]).stdout(Stdio::null()).status()?;
        if status.success() { Ok(()) } else { Err("the keyring does not open".into()) }
    }

    /// What the screen looks like, as a number.
    pub(crate) fn look(&self) -> Outcome<u64> {
        let (first, line) = self.pixels;
        let mut hasher = DefaultHasher::new();
        let mut bytes = vec![0; usize::try_from((WIDTH - LEFT) * 4)?];
        for y in (0..HEIGHT).step_by(EVERY) {
            self.screen.read_exact_at(&mut bytes, first + y * line + LEFT * 4)?;
            hasher.write(&bytes);
        }
        Ok(hasher.finish())
    }

    /// Waits until nothing is on the screen, and gives what that looks like.
    pub(crate) fn dark(&self) -> Outcome<u64> {
        let (started, mut seen, mut since) = (Instant::now(), self.look()?, Instant::now());
        while since.elapsed() < Duration::from_millis(700) {
            std::thread::sleep(Duration::from_millis(20));
            let looks = self.look()?;
            if looks != seen {
                (seen, since) = (looks, Instant::now());
            }
            if started.elapsed() > Duration::from_secs(30) {
                return Err("the screen does not come to rest".into());
            }
        }
        Ok(seen)
    }

    /// Keeps a picture of the screen, for people to look at.
    pub(crate) fn picture(&self, name: &str) -> Outcome {
        let mut import = self.program(Path::new("import"));
        import.args(["-window", "root"]).arg(self.folder.join(format!("{name}.png")));
        let status = import.status()?;
        if status.success() { Ok(()) } else { Err("no picture was taken".into()) }
    }
}

/// Starts a program and reads the first line it prints.
fn line_of(command: &mut Command) -> Outcome<(Running, String)> {
    let mut running =
        Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(|error| {
            format!("{} does not start: {error}", command.get_program().to_string_lossy())
        })?);
    let output = running.0.stdout.take().ok_or("it has no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    Ok((running, line.trim().to_owned()))
}
