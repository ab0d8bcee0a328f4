//! A hub of the test's own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::BOOQING;

/// The hub's program, built beside this one.
pub(crate) fn hub_program() -> PathBuf {
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
    pub(crate) folder: tempfile::TempDir,
    pub(crate) process: Child,
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves a data folder, and has begun to listen.
pub(crate) fn serve(data: &Path, listen: &str) -> Child {
    let mut process = Command::new(hub_program())
        .args(["serve", "--listen", listen, "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the hub started");
    let mut line = String::new();
    let output = process.stdout.take().expect("its output");
    BufReader::new(output).read_line(&mut line).expect("a line");
    let first: Value = serde_json::from_str(&line).expect("JSON");
    assert!(first["listening"].is_string(), "{first}");
    process
}

impl Hub {
    /// Starts one on a free port.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let process = serve(folder.path(), "127.0.0.1:0");
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
