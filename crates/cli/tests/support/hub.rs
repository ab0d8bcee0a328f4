//! A hub of the test's own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::BOOQING;

/// The hub's program, built beside this one.
fn hub_program() -> PathBuf {
    let path = Path::new(BOOQING).with_file_name("booqing-hub");
    if !path.exists() {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "-p", "booqing-hub"])
            .status()
            .expect("cargo");
        assert!(built.success());
    }
    path
}

/// A hub that ends with its owner.
pub(crate) struct Hub {
    folder: tempfile::TempDir,
    process: Child,
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Hub {
    /// Starts one on a free port.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new(hub_program())
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the hub started");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let first: Value = serde_json::from_str(&line).expect("JSON");
        assert!(first["listening"].is_string(), "{first}");
        Self { folder, process }
    }

    /// An invitation for the first desk of a new administration.
    pub(crate) fn invitation(&self) -> String {
        let output = Command::new(hub_program())
            // It is where the hub listens, which it keeps beside its data.
            .args(["administration", "create", "Kantoor Van Dijk", "--data"])
            .arg(self.folder.path())
            .output()
            .expect("ran");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }
}
