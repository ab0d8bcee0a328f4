//! A desktop of the test's own: a display, a session bus, a WebDriver. Everything it starts ends
//! with it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

/// How long anything may take before a test gives up. Nothing waits this long when it works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The program under test.
pub(crate) const DESK: &str = env!("CARGO_BIN_EXE_smartbooqing-desk");

/// A process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A display, a session bus with an unlocked keyring, and a WebDriver.
pub(crate) struct Desktop {
    folder: tempfile::TempDir,
    display: String,
    bus: String,
    port: u16,
    locale: String,
    _processes: [Running; 3],
}

impl Desktop {
    /// Starts a desktop whose programs speak this language.
    pub(crate) fn start(locale: &str) -> Self {
        Self::start_with(locale, &[])
    }

    /// The same, and the desk in it finds something more in its environment.
    pub(crate) fn start_with(locale: &str, more: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (server, display) = line_of(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
        ]));
        let display = format!(":{display}");
        let (bus_process, bus) = line_of(Command::new("dbus-daemon").args([
            "--session",
            "--nofork",
            "--print-address=1",
        ]));
        unlock_keyring(folder.path(), &bus);
        let port = free_port();
        let mut driver = Command::new("WebKitWebDriver");
        driver.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        let mut desktop_environment = |name: &str, value: &str| {
            driver.env(name, value);
        };
        for (name, value) in environment(folder.path(), &display, &bus, locale) {
            desktop_environment(name, &value);
        }
        driver.envs(more.iter().map(|(name, value)| (name, value)));
        let driver = Running(driver.spawn().expect("WebKitWebDriver is installed"));
        let locale = locale.to_owned();
        Self { folder, display, bus, port, locale, _processes: [server, bus_process, driver] }
    }

    /// Runs the command line on a home of this desktop and gives what it prints, line by line.
    pub(crate) fn booqing(&self, home: &Path, arguments: &[&str]) -> Vec<serde_json::Value> {
        let output = Command::new(beside("booqing", "booqing-cli"))
            .args(["--json", "--home"])
            .arg(home)
            .args(arguments)
            .envs(environment(self.folder.path(), &self.display, &self.bus, &self.locale))
            .output()
            .expect("ran");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        let text = String::from_utf8(output.stdout).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// A home of that name on this desktop.
    pub(crate) fn home(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Opens the desk on a home and waits until its page has something to show.
    pub(crate) async fn open(&self, home: &Path) -> Client {
        let mut capabilities = Capabilities::new();
        capabilities.insert(
            "webkitgtk:browserOptions".to_owned(),
            json!({"binary": DESK, "args": ["--home", home.to_string_lossy()]}),
        );
        let address = format!("http://127.0.0.1:{}", self.port);
        within("the driver", async {
            // It does not listen the moment it is started.
            while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .expect("a session");
        find(&client, "main").await;
        client
    }

    /// Starts the desk on a home without driving it.
    pub(crate) fn start_undriven(&self, home: &Path, locale: &str) -> Command {
        let mut command = Command::new(DESK);
        command.arg("--home").arg(home).stdout(Stdio::null()).stderr(Stdio::piped());
        for (name, value) in environment(self.folder.path(), &self.display, &self.bus, locale) {
            command.env(name, value);
        }
        command
    }

    /// What the programs of this desktop have written into the user's folders and the home `desk`.
    pub(crate) fn written(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders: Vec<PathBuf> = ["data", "config", "cache", "desk"]
            .iter()
            .map(|name| self.folder.path().join(name))
            .collect();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    files.push(entry.path());
                }
            }
        }
        files
    }

    /// Waits until something is drawn on the display: a picture of one colour has very few bytes.
    pub(crate) async fn drawn(&self) {
        within("a window that is drawn", async {
            loop {
                let picture = Command::new("import")
                    .args(["-window", "root", "png:-"])
                    .env("DISPLAY", &self.display)
                    .output()
                    .expect("ImageMagick is installed");
                if picture.stdout.len() > 8_000 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
    }

    /// Takes a picture of the display into `target/pictures`, for people to look at.
    pub(crate) fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
        fs::create_dir_all(&folder).expect("a folder for pictures");
        let taken = Command::new("import")
            .args(["-window", "root"])
            .arg(folder.join(format!("{name}.png")))
            .env("DISPLAY", &self.display)
            .status()
            .expect("ImageMagick is installed");
        assert!(taken.success(), "the picture {name} was taken");
    }
}

fn environment(
    folder: &Path,
    display: &str,
    bus: &str,
    locale: &str,
) -> [(&'static str, String); 9] {
    let inside = |name: &str| folder.join(name).to_string_lossy().into_owned();
    [
        ("DISPLAY", display.to_owned()),
        ("DBUS_SESSION_BUS_ADDRESS", bus.to_owned()),
        // What a person saves, and the sockets of the session, stay in the folder too.
        ("HOME", folder.to_string_lossy().into_owned()),
        ("XDG_RUNTIME_DIR", folder.to_string_lossy().into_owned()),
        ("XDG_DATA_HOME", inside("data")),
        ("XDG_CONFIG_HOME", inside("config")),
        ("XDG_CACHE_HOME", inside("cache")),
        ("LC_ALL", locale.to_owned()),
        ("GDK_BACKEND", "x11".to_owned()),
    ]
}

/// Starts the keyring of a session, open, and waits until it has its name: the daemon returns before
/// that on a machine that is busy. It ends with the bus.
fn unlock_keyring(folder: &Path, bus: &str) {
    let script = "printf 'session\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null\n\
                  for attempt in $(seq 300); do\n\
                    dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
                      org.freedesktop.DBus.GetNameOwner string:org.freedesktop.secrets \
                      >/dev/null 2>&1 && exit 0\n\
                    sleep 0.1\n\
                  done\n\
                  exit 1";
    let status = Command::new("sh")
        .args(["-c", script])
        .envs(environment(folder, "", bus, "C"))
        .stderr(Stdio::null())
        .status()
        .expect("a shell");
    assert!(status.success(), "gnome-keyring-daemon is installed");
}

/// A program of this workspace, built beside the one under test.
pub(crate) fn beside(name: &str, package: &str) -> PathBuf {
    let path = Path::new(DESK).with_file_name(name);
    if !path.exists() {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "-p", package])
            .status()
            .expect("cargo");
        assert!(built.success(), "{package} was built");
    }
    path
}

/// Starts a program and reads the first line it prints.
fn line_of(command: &mut Command) -> (Running, String) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let output = child.stdout.take().expect("its output");
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).expect("a line");
    (Running(child), line.trim().to_owned())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// Waits for something, and says what it was when it does not come.
pub(crate) async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|_| panic!("{what} did not come within {} s", PATIENCE.as_secs()))
}

/// Waits for an element.
pub(crate) async fn find(client: &Client, selector: &str) -> fantoccini::elements::Element {
    within(selector, async {
        client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(selector))
            .await
            .unwrap_or_else(|error| panic!("{selector}: {error}"))
    })
    .await
}

/// Waits until an element says this.
///
/// The text is read by a script: WebDriver's own way of reading it does not survive the frozen
/// prototypes of the page and gives an empty text.
pub(crate) async fn says(client: &Client, selector: &str, expected: &str) {
    let mut found = String::new();
    let started = std::time::Instant::now();
    while started.elapsed() < PATIENCE {
        let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
        let text = client.execute(script, vec![json!(selector)]).await.expect("a text");
        found = text.as_str().unwrap_or_default().to_owned();
        if found.contains(expected) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{selector} says {found:?} and not {expected:?}");
}
