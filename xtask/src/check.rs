//! The fast part of the tests: what shows a mistake within minutes.

use crate::shell::{self, Outcome, cargo, program, step};
use crate::{docs, setup, ui};

/// Formatting, the shape of the house, lints, documents, dependencies.
pub(crate) fn steps() -> Outcome {
    step("format", || shell::run(&mut cargo(["fmt", "--all", "--check"])))?;
    step("architecture", || shell::run(&mut cargo(["test", "--quiet", "-p", "xtask"])))?;
    step("interface", ui::verify)?;
    step("interface build", ui::build)?;
    step("lints", || {
        let clippy = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
        shell::run(&mut cargo(clippy))
    })?;
    step("generated files", docs::check)
}

/// What only the dependencies can break. Advisories need the network and are left to the person
/// who updates the lock file.
pub(crate) fn dependencies() -> Outcome {
    step("dependencies", || {
        let deny = setup::cargo_deny()?;
        shell::run(&mut program(
            &deny,
            ["--log-level", "error", "check", "bans", "licenses", "sources"],
        ))
    })
}

/// `cargo xtask check`.
pub(crate) fn run() -> Outcome {
    step("set-up", || setup::install(setup::Purpose::Test))?;
    steps()
}
