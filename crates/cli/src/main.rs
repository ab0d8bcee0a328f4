//! `booqing`: the desk without a window.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is a command line")]

mod arguments;
mod commands;
mod definitions;
mod output;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = output::Output::new(arguments.json, arguments.language());
    match commands::run(&arguments, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.failure(&error);
            ExitCode::FAILURE
        }
    }
}
