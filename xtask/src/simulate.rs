//! Whole offices, played from seeds.

use crate::shell::{Outcome, cargo, root, run};

/// So many worlds of so many steps are played by `cargo xtask test`.
const TESTED: [&str; 4] = ["--seeds", "2000", "--steps", "200"];

/// The first of them once more, with a hub on PostgreSQL.
const ON_POSTGRES: [&str; 5] = ["--postgres", "--seeds", "100", "--steps", "200"];

/// Plays worlds with an optimised build, by default those of a test; figures and what goes wrong are
/// printed by it.
pub(crate) fn simulate(arguments: &[String]) -> Outcome {
    let mut play = cargo(["run", "--quiet", "--release", "-p", "booqing-simulation", "--"]);
    run(play.args(arguments))
}

/// What belongs to the tests: the worlds that went wrong once, and new ones.
pub(crate) fn test() -> Outcome {
    let play = || cargo(["run", "--quiet", "-p", "booqing-simulation", "--"]);
    let kept = root().join("crates").join("simulation").join("regressions");
    run(play().args(TESTED).arg("--regressions").arg(kept))?;
    run(play().args(ON_POSTGRES))
}
