//! The project's own commands.
//!
//! `cargo xtask run` and `cargo xtask test` are all a new machine needs: they install what is
//! missing, or print the exact command where they may not. Nothing but the standard library is
//! used here, so that they start at once.

mod bench;
mod check;
mod docs;
mod peers;
mod run;
mod setup;
mod shell;
mod simulate;
mod test;
mod torture;
mod ui;
mod verapdf;

use std::process::ExitCode;

use shell::Outcome;

const HELP: &str = "\
cargo xtask run [-- ARGUMENTS]   install what is missing, build, start a hub, open a desk with demo data
cargo xtask test                 install what is missing, run everything CI runs
cargo xtask check                the fast part of test: format, lints, architecture, documents
cargo xtask ui                   build the interface into ui/dist
cargo xtask bench NAME           measure a release build: store, sync, pdf, start, retention
cargo xtask simulate [--seeds N --steps M]  play whole offices in any weather from seeds
cargo xtask torture cut|kill     cut connections at every byte; kill programs at any moment
cargo xtask docs                 write the generated documents and types again
cargo xtask setup                install what is missing and nothing else
";

#[expect(clippy::print_stderr, clippy::print_stdout, reason = "this is a command line")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("run") => run::run(rest),
        // Called by `run` itself, inside a session of its own.
        Some("run-headless-prepare") => rest
            .first()
            .ok_or_else(|| HELP.to_owned())
            .and_then(|address| run::prepare_headless(address)),
        Some("test") => test::run(),
        Some("check") => check::run(),
        Some("ui") => ui::build(),
        Some("bench") => bench::measure(rest),
        Some("torture") => torture::torture(rest),
        Some("simulate") => simulate::simulate(rest),
        Some("docs") => docs::write(),
        Some("setup") => setup::install(setup::Purpose::Test),
        Some("help" | "--help" | "-h") | None => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => Err(format!("there is no command {other}\n\n{HELP}")),
    };
    match outcome {
        Outcome::Ok(()) => ExitCode::SUCCESS,
        Outcome::Err(reason) => {
            eprintln!("\nxtask: {reason}");
            ExitCode::FAILURE
        }
    }
}
