//! `booqing-torture`: what must hold when connections are cut and programs are killed.
//!
//! Everything is real: TLS on loopback, encrypted files on a disk, processes that are killed.

mod cut;
mod desk;
mod kill;
mod older;
mod proxy;
mod worker;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde_json::Value;

/// Whatever goes wrong.
type Failed = Box<dyn std::error::Error + Send + Sync>;
type Outcome<T = ()> = Result<T, Failed>;

/// Cuts connections and kills programs, and checks that nothing is lost and nothing is doubled.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Cut the connection after every byte of a push and of a pull, in both directions
    Cut {
        /// Only every so many bytes
        #[arg(long, default_value_t = 1)]
        every: usize,
    },
    /// Kill desks and the hub at random moments
    Kill {
        /// How often
        #[arg(long, default_value_t = 500)]
        rounds: u32,
        /// What the moments follow from
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The hub's program; beside this one when left out
        #[arg(long, value_name = "FILE")]
        hub: Option<PathBuf>,
    },
    /// Enter, sync and write back until killed; started by `kill`
    #[command(hide = true)]
    Worker(worker::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Cut { every } => cut::run(every.max(1)),
        Command::Kill { rounds, seed, hub } => kill::run(rounds, seed, hub),
        Command::Worker(options) => worker::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("booqing-torture: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Tells a person.
#[expect(clippy::print_stderr, reason = "this is a command line")]
fn tell(words: &str) {
    eprintln!("{words}");
}

/// A line of JSON on standard output.
fn print(value: &Value) -> Outcome {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{value}")?;
    Ok(output.flush()?)
}

/// A runtime as the command line of a desk has it.
fn runtime() -> Outcome<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
