//! `booqing`: the desk without a window.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is a command line")]

mod arguments;
mod commands;
mod definitions;
mod output;

use std::path::PathBuf;
use std::process::ExitCode;

use booqing_desk::DeskError;
use clap::Parser;

use arguments::Arguments;

fn main() -> ExitCode {
    booqing_desk::process::keep_to_itself();
    let arguments = Arguments::parse();
    let output = output::Output::new(arguments.json, arguments.language());
    let done = commands::run(&arguments, &output).and_then(|()| {
        output::check().map_err(|error| DeskError::File {
            action: "write",
            path: PathBuf::from("-"),
            source: std::io::Error::new(error.kind(), error.to_string()),
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.failure(&error);
            ExitCode::FAILURE
        }
    }
}
