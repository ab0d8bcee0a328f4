//! Everything CI runs, the fast things first.

use std::time::Instant;

use crate::shell::{self, Outcome, cargo, step};
use crate::{check, setup, simulate, torture};

#[expect(clippy::print_stdout, reason = "this is a command line")]
pub(crate) fn run() -> Outcome {
    let started = Instant::now();
    let outcome = steps();
    println!("\n== all of it: {:.0} min", started.elapsed().as_secs_f64() / 60.0);
    outcome
}

fn steps() -> Outcome {
    step("set-up", || setup::install(setup::Purpose::Test))?;
    check::steps()?;
    step("tests", || {
        shell::run(&mut cargo(["test", "--workspace", "--exclude", "xtask", "--no-fail-fast"]))
    })?;
    step("simulation", simulate::test)?;
    step("torture", torture::test)?;
    step("documentation", || {
        shell::run(
            cargo(["doc", "--quiet", "--workspace", "--no-deps"])
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    })?;
    check::dependencies()
}
