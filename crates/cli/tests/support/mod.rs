//! What tests of the command line share: a hub, and desks.

pub(crate) mod hub;

use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(crate) const BOOQING: &str = env!("CARGO_BIN_EXE_booqing");

/// A home and the file with its passphrase, in a folder of their own.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    /// What its commands find in their environment, beside what the test finds in its own.
    pub(crate) environment: Vec<(&'static str, String)>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("passphrase"), "correct horse battery\n")
            .expect("written");
        Self { folder, environment: Vec::new() }
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("ran")
    }

    /// A command that prints JSON.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.plain();
        command.arg("--json").args(arguments);
        if !arguments.contains(&"--lang") {
            command.args(["--lang", "en"]);
        }
        command
    }

    /// A command that prints what it does by itself.
    pub(crate) fn plain(&self) -> Command {
        let mut command = Command::new(BOOQING);
        command
            .arg("--home")
            .arg(self.folder.path().join("home"))
            .arg("--passphrase-file")
            .arg(self.folder.path().join("passphrase"))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            // The default printer of whoever runs the tests.
            .env_remove("LPDEST")
            .env_remove("PRINTER")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What a command prints, line by line.
    pub(crate) fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        let text = String::from_utf8(output.stdout).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// The one line a command prints.
    pub(crate) fn one(&self, arguments: &[&str]) -> Value {
        let mut lines = self.lines(arguments);
        assert_eq!(lines.len(), 1, "{arguments:?}");
        lines.remove(0)
    }

    /// What a refused command says.
    pub(crate) fn refused(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty(), "standard output holds answers only");
        let said = String::from_utf8_lossy(&output.stderr);
        serde_json::from_str(said.lines().last().expect("a line")).expect("JSON")
    }
}
