//! Figures: how fast and how large, beside a baseline in the same run.
//!
//! One line of JSON a figure: measure, value, unit, target, baseline, ratio. `cargo xtask bench`
//! builds the release and runs it. Data are made from seeds; everything is written into a folder of
//! its own, which is emptied first.

mod hub;
mod measure;
mod names;
mod office;
mod pdf;
mod records;
mod retention;
mod start;
mod store;
mod sync;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use measure::{Outcome, machine, print};

#[derive(Parser)]
#[command(name = "booqing-bench", version)]
struct Arguments {
    /// The folder the benchmarks may use; what they wrote there before is deleted
    #[arg(long, value_name = "DIR", default_value = "target/bench", global = true)]
    folder: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A large cache: saving, searching, a week, opening; beside plain SQLite
    Store(store::Options),
    /// Two desks and a hub: pushing, a first sync, small syncs
    Sync(sync::Options),
    /// Many desks that push at once, on files and on PostgreSQL
    Hub(hub::Options),
    /// A dossier, and a report of a thousand pages; beside Typst
    Pdf(pdf::Options),
    /// The window: from the start of the process to a list of clients; beside an empty window
    Start(start::Options),
    /// The retention report on a million records
    Retention(retention::Options),
    /// Print the records that `sync` is measured with
    Records {
        /// How many
        count: u32,
        /// Of which seed
        #[arg(default_value_t = 1)]
        seed: u32,
    },
    /// A fresh desk that joins and syncs, in a process of its own
    #[command(hide = true)]
    Fresh(sync::fresh::Options),
}

#[expect(clippy::print_stderr, reason = "this is a command line")]
fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("booqing-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Outcome {
    let Arguments { folder, command } = arguments;
    match command {
        Command::Store(options) => {
            print(&machine("store", options.seed));
            store::run(&office::empty(&folder.join("store"))?, &options)
        }
        Command::Sync(options) => {
            print(&machine("sync", options.seed.into()));
            sync::run(&office::empty(&folder.join("sync"))?, &options)
        }
        Command::Hub(options) => {
            print(&machine("hub", 1));
            hub::run(&office::empty(&folder.join("hub"))?, &options)
        }
        Command::Pdf(options) => {
            print(&machine("pdf", 1));
            pdf::run(&office::empty(&folder.join("pdf"))?, &options)
        }
        Command::Start(options) => {
            print(&machine("start", 1));
            start::run(&office::empty(&folder.join("start"))?, &options)
        }
        Command::Retention(options) => {
            print(&machine("retention", options.seed));
            retention::run(&office::empty(&folder.join("retention"))?, &options)
        }
        Command::Records { count, seed } => {
            records::print_all(count, seed);
            Ok(())
        }
        Command::Fresh(options) => sync::fresh::run(&options),
    }
}
