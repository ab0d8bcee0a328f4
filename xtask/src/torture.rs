//! Connections that are cut and programs that are killed.

use crate::shell::{Outcome, cargo, run};

const USAGE: &str = "cargo xtask torture cut|kill [OPTIONS]";

/// Builds what is tortured, optimised, and does it.
pub(crate) fn torture(arguments: &[String]) -> Outcome {
    if arguments.is_empty() {
        return Err(USAGE.to_owned());
    }
    run(&mut cargo(["build", "--quiet", "--release", "-p", "booqing-hub"]))?;
    let mut torture = cargo(["run", "--quiet", "--release", "-p", "booqing-torture", "--"]);
    run(torture.args(arguments))
}

/// What belongs to the tests: fewer cuts and fewer kills.
pub(crate) fn test() -> Outcome {
    let mut cut = cargo(["run", "--quiet", "-p", "booqing-torture", "--", "cut", "--every", "7"]);
    run(&mut cut)?;
    run(&mut cargo(["build", "--quiet", "-p", "booqing-hub"]))?;
    let mut kill = cargo(["run", "--quiet", "-p", "booqing-torture", "--"]);
    run(kill.args(["kill", "--rounds", "60"]))
}
