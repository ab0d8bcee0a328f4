//! Running other programs, and saying so.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// What a step came to; the error is a sentence for the person at the terminal.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// A program, to be run at the top of the repository.
pub(crate) fn program<S: AsRef<OsStr>>(
    name: &str,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// Cargo, as it was called.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    program(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), arguments)
}

/// Runs a step under a heading, with the time it took.
#[expect(clippy::print_stdout, reason = "this is a command line")]
pub(crate) fn step(heading: &str, work: impl FnOnce() -> Outcome) -> Outcome {
    println!("\n== {heading}");
    let started = Instant::now();
    let outcome = work();
    println!("== {heading}: {:.0} s", started.elapsed().as_secs_f64());
    outcome.map_err(|reason| format!("{heading}: {reason}"))
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let text = shown(command);
    let status = command.status().map_err(|error| format!("{text} does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{text} failed ({status})")) }
}

/// Runs a program and gives what it printed.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let text = shown(command);
    let output = command.output().map_err(|error| format!("{text} does not start: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{text} failed: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn shown(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    words.join(" ")
}
