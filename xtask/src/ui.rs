//! The interface: its packages, its build, its checks.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::SystemTime;

use crate::shell::{Outcome, program, root, run};

fn folder() -> PathBuf {
    root().join("ui")
}

fn npm(arguments: &[&str]) -> Command {
    let mut command = program("npm", arguments);
    command.current_dir(folder());
    command
}

/// Installs the packages of the lock file, unless they are there.
pub(crate) fn install() -> Outcome {
    let modified = |path: PathBuf| fs::metadata(path).and_then(|data| data.modified()).ok();
    let locked = modified(folder().join("package-lock.json"));
    let installed = modified(folder().join("node_modules").join(".package-lock.json"));
    if locked.zip(installed).is_some_and(|(locked, installed)| installed >= locked) {
        return Ok(());
    }
    run(&mut npm(&["ci", "--no-audit", "--no-fund"]))
}

/// Builds the interface into `ui/dist`, unless that is newer than everything it is made from.
pub(crate) fn build() -> Outcome {
    install()?;
    let built = fs::metadata(folder().join("dist/index.html")).and_then(|data| data.modified());
    if built.is_ok_and(|built| newest_source().is_some_and(|newest| built > newest)) {
        return Ok(());
    }
    run(&mut npm(&["run", "build"]))
}

/// Runs the checks and tests of the interface.
pub(crate) fn verify() -> Outcome {
    install()?;
    run(&mut npm(&["run", "verify"]))
}

/// When a source of the interface last changed.
fn newest_source() -> Option<SystemTime> {
    let mut newest = None;
    let mut folders = vec![folder()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).ok()?.flatten() {
            let name = entry.file_name();
            if name == "node_modules" || name == "dist" || name == "tests" {
                continue;
            }
            let data = entry.metadata().ok()?;
            if data.is_dir() {
                folders.push(entry.path());
            } else {
                newest = newest.max(data.modified().ok());
            }
        }
    }
    newest
}
