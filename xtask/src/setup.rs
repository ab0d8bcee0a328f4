//! What the machine must have: Debian packages, and tools that cargo builds.

use std::process::{Command, Stdio};

use crate::shell::{Outcome, cargo, program, root, run};

/// What the machine is set up for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Purpose {
    /// Building and opening the desk.
    Run,
    /// Running everything CI runs.
    Test,
}

/// Needed to build the desk.
const BUILD: &[&str] = &[
    "build-essential", // the C compiler and make, for SQLCipher and OpenSSL
    "pkg-config",
    "libwebkit2gtk-4.1-dev", // the web view of the window
    "librsvg2-dev",
    "libxdo-dev",
];

/// Needed to open a window or to try one without a display.
const WINDOW: &[&str] = &[
    "dbus-x11", // a session bus, for the keyring and for showing the first window
    "gnome-keyring",
];

/// Needed by tests only.
const TEST: &[&str] = &[
    "xvfb", // a display without a screen
    "xauth",
    "postgresql",           // a database server, in a folder of the test's own
    "openssl",              // a client that speaks old TLS
    "webkit2gtk-driver",    // drives the real window
    "chromium",             // runs the interface's component tests
    "imagemagick",          // takes pictures of the display
    "x11-utils",            // tells whether a window stands
    "default-jdk-headless", // veraPDF, which says whether a file is PDF/A
    "libjaxb-java",
    "python3-venv",  // fetches veraPDF
    "cups-daemon",   // prints, in a folder of the test's own
    "cups-client",   // `lp` and `lpstat`, by which the desk prints
    "poppler-utils", // `pdftotext`, which reads what was printed
];

const CARGO_DENY: &str = "0.20.2";

/// Installs what is missing.
pub(crate) fn install(purpose: Purpose) -> Outcome {
    let mut wanted: Vec<&str> = BUILD.iter().chain(WINDOW).copied().collect();
    if purpose == Purpose::Test || !has_display() {
        wanted.extend(TEST);
    }
    packages(&wanted)?;
    if purpose == Purpose::Test { crate::verapdf::install() } else { Ok(()) }
}

/// Whether a window can be shown to somebody.
pub(crate) fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn packages(wanted: &[&str]) -> Outcome {
    if !cfg!(target_os = "linux") || !found("dpkg-query") {
        // Elsewhere the system brings its own web view, or the packages have other names.
        return Ok(());
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let line = format!("apt-get install --yes --no-install-recommends {}", missing.join(" "));
    let is_root = crate::shell::output(&mut program("id", ["-u"]))?.trim() == "0";
    if !is_root {
        return Err(format!(
            "packages are missing. Run this and try again:\n\n    sudo apt-get update && sudo {line}"
        ));
    }
    run(program("apt-get", ["update", "--quiet"]).stdout(Stdio::null()))?;
    run(program("apt-get", line.split(' ').skip(1)).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Abbrev}", package])
        .output()
        .is_ok_and(|output| output.stdout.starts_with(b"ii"))
}

fn found(name: &str) -> bool {
    Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// The path of cargo-deny, built once into `target/tools`.
pub(crate) fn cargo_deny() -> Outcome<String> {
    let tools = root().join("target").join("tools");
    let path = tools.join("bin").join("cargo-deny").to_string_lossy().into_owned();
    let version = Command::new(&path).arg("--version").output();
    if version
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim().ends_with(CARGO_DENY))
    {
        return Ok(path);
    }
    let mut install = cargo(["install", "--locked", "--debug", "--force", "--quiet", "--root"]);
    install.arg(&tools).args(["--no-default-features", "--version", CARGO_DENY, "cargo-deny"]);
    run(&mut install)?;
    Ok(path)
}
