//! Everything CI runs, the fast things first.

use crate::shell::{self, Outcome, cargo, step};
use crate::{check, setup};

pub(crate) fn run() -> Outcome {
    step("set-up", || setup::install(setup::Purpose::Test))?;
    check::steps()?;
    step("tests", || {
        shell::run(&mut cargo(["test", "--workspace", "--exclude", "xtask", "--no-fail-fast"]))
    })?;
    step("documentation", || {
        shell::run(
            cargo(["doc", "--quiet", "--workspace", "--no-deps"])
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    })?;
    check::dependencies()
}
