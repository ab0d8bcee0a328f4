//! Figures: builds the release and measures it.

use std::path::PathBuf;

use crate::peers;
use crate::shell::{Outcome, cargo, program, root, run, step};
use crate::ui;

/// The typesetter that reports are compared with, as its Python package.
const TYPST: &str = "typst";
const TYPST_VERSION: &str = "0.15.2";

const USAGE: &str = "cargo xtask bench store|sync|hub|pdf|start|retention [OPTIONS]";
/// Runs Anki, PouchDB and Actual on the same records beside ours.
const PEERS: &str = "--peers";
/// How many records that is, when nothing is said: they take minutes for more.
const PEERS_RECORDS: &str = "10000";

/// Builds what a benchmark needs, in release, and runs it. Figures are lines of JSON on standard
/// output, and nothing else is written there by it.
pub(crate) fn measure(arguments: &[String]) -> Outcome {
    let Some(name) = arguments.first() else { return Err(USAGE.to_owned()) };
    match name.as_str() {
        "store" | "retention" => {}
        "sync" | "hub" => build(&["-p", "booqing-hub"])?,
        "pdf" => {
            build(&["-p", "booqing-hub"])?;
            step("typst", typst)?;
        }
        "start" => {
            ui::build()?;
            build(&["-p", "booqing-hub", "-p", "booqing-cli", "-p", "smartbooqing-desk"])?;
            build(&["-p", "booqing-bench", "--features", "window", "--bin", "empty-window"])?;
        }
        other => return Err(format!("there is no benchmark {other}: {USAGE}")),
    }
    let mut bench = cargo(["run", "--quiet", "--release", "-p", "booqing-bench", "--"]);
    bench.args(arguments.iter().filter(|argument| *argument != PEERS));
    if name == "sync" && arguments.iter().any(|argument| argument == PEERS) {
        if !arguments.iter().any(|argument| argument.starts_with("--count")) {
            bench.args(["--count", PEERS_RECORDS]);
        }
        bench.args(["--mapping", "flat", PEERS]).arg(peers::install()?);
    }
    run(&mut bench)
}

fn build(what: &[&str]) -> Outcome {
    run(cargo(["build", "--quiet", "--release"]).args(what))
}

/// Puts Typst under `target/tools/typst`, once.
fn typst() -> Outcome {
    let tools: PathBuf = root().join("target").join("tools").join("typst");
    let stamp = format!("{TYPST} {TYPST_VERSION}");
    if std::fs::read_to_string(tools.join("stamp")).is_ok_and(|found| found == stamp) {
        return Ok(());
    }
    let _ = std::fs::remove_dir_all(&tools);
    run(program("python3", ["-m", "venv"]).arg(&tools))?;
    let mut get = program(
        &tools.join("bin").join("pip").to_string_lossy(),
        ["install", "--quiet", "--disable-pip-version-check"],
    );
    run(get.arg(format!("{TYPST}=={TYPST_VERSION}")))?;
    std::fs::write(tools.join("stamp"), stamp)
        .map_err(|error| format!("the stamp of Typst: {error}"))
}
