//! Printing: the bytes of a PDF go to the system's printer, without a file of our own.
//!
//! The way there is CUPS (`lpstat`, `lp`), which Linux and macOS share.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{DeskError, Result};

/// A printer of the system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Printer {
    /// Its name, as [`print()`] takes it.
    pub name: String,
    /// What it is, in the words of whoever set it up.
    pub description: String,
    /// Whether it is the one used when none is named.
    pub is_default: bool,
}

/// What became of something that was printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Printed {
    /// The printer.
    pub printer: String,
    /// The system's name for the job, such as `PDF-12`.
    pub job: String,
}

/// The printers of the system, the default first.
///
/// # Errors
/// [`DeskError::Printing`] when the system cannot print.
pub fn printers() -> Result<Vec<Printer>> {
    // The only one of the three that fails where CUPS does not answer; the others succeed with nothing.
    let details = ask(&["-l", "-p"])?;
    let names = ask(&["-e"])?;
    let default = ask(&["-d"]).unwrap_or_default();
    let default = default.rsplit_once(": ").map(|(_, name)| name.trim().to_owned());
    let mut printers: Vec<Printer> = names
        .lines()
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| Printer {
            name: name.to_owned(),
            description: description(&details, name).unwrap_or(name).to_owned(),
            is_default: default.as_deref() == Some(name),
        })
        .collect();
    printers.sort_by_key(|printer| !printer.is_default);
    Ok(printers)
}

/// Hands a PDF to a printer, or to the default one.
///
/// # Errors
/// [`DeskError::NoPrinter`] when there is none, or none of that name; [`DeskError::Printing`] when
/// the system refuses it.
pub fn print(pdf: &[u8], title: &str, printer: Option<&str>) -> Result<Printed> {
    let printers = printers()?;
    let chosen = match printer {
        Some(name) => printers.iter().find(|printer| printer.name == name),
        None => printers.iter().find(|printer| printer.is_default).or(match printers.as_slice() {
            [only] => Some(only),
            _ => None,
        }),
    };
    let chosen = chosen.ok_or_else(|| DeskError::NoPrinter {
        asked: printer.map(str::to_owned),
        known: printers.iter().map(|printer| printer.name.clone()).collect(),
    })?;
    let said = hand_over(&["-d", &chosen.name, "-t", title, "-"], pdf)?;
    let job = job(&said).unwrap_or(&chosen.name).to_owned();
    Ok(Printed { printer: chosen.name.clone(), job })
}

/// The job in `request id is PDF-12 (0 file(s))`, which is what `lp` says.
fn job(said: &str) -> Option<&str> {
    said.trim_start().strip_prefix("request id is ")?.split_whitespace().next()
}

/// What `lpstat -l -p` says a printer is.
fn description<'a>(details: &'a str, name: &str) -> Option<&'a str> {
    let after = details.split(&format!("printer {name} ")).nth(1)?;
    let own = after.split("\nprinter ").next()?;
    let line = own.lines().find_map(|line| line.trim().strip_prefix("Description:"))?;
    Some(line.trim()).filter(|text| !text.is_empty())
}

fn ask(arguments: &[&str]) -> Result<String> {
    let output = command("lpstat", arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| not_there(&error))?;
    let said = String::from_utf8_lossy(&output.stderr);
    // No printer at all is an answer, not a failure.
    if output.status.success() || said.contains("No destinations added") {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(DeskError::Printing(reason(&said)))
    }
}

fn hand_over(arguments: &[&str], bytes: &[u8]) -> Result<String> {
    let mut process = command("lp", arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| not_there(&error))?;
    let wrote = process.stdin.take().map_or(Ok(()), |mut input| input.write_all(bytes));
    let output = process.wait_with_output().map_err(|error| not_there(&error))?;
    let refused = reason(&String::from_utf8_lossy(&output.stderr));
    match wrote {
        // What `lp` itself says explains more than that it stopped reading.
        Err(error) if output.status.success() => Err(not_there(&error)),
        _ if !output.status.success() => Err(DeskError::Printing(refused)),
        _ => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
    }
}

/// What `lp: Error - The printer does not exist.` says, as part of a sentence.
fn reason(said: &str) -> String {
    let said = said.trim().trim_end_matches('.');
    let said = ["lp: ", "lpstat: "].iter().find_map(|name| said.strip_prefix(name)).unwrap_or(said);
    said.strip_prefix("Error - ").unwrap_or(said).to_owned()
}

/// A program of the printing system, speaking English so that its answers can be read.
fn command(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).env("LC_ALL", "C").env_remove("LANGUAGE");
    command
}

fn not_there(error: &std::io::Error) -> DeskError {
    if error.kind() == ErrorKind::NotFound {
        DeskError::Printing("CUPS is not installed".to_owned())
    } else {
        DeskError::Printing(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printer_is_described_in_its_own_words() {
        let details = "printer Front is idle.  enabled since Wed\n\tForm mounted:\n\tDescription: Balie\n\
                       printer Back is idle.  enabled since Wed\n\tDescription:\n";
        assert_eq!(description(details, "Front"), Some("Balie"));
        assert_eq!(description(details, "Back"), None);
        assert_eq!(description(details, "Other"), None);
    }

    #[test]
    fn what_the_programs_say_is_read() {
        assert_eq!(job("request id is Front-12 (0 file(s))\n"), Some("Front-12"));
        assert_eq!(job("something else"), None);
        assert_eq!(reason("lpstat: Scheduler is not running.\n"), "Scheduler is not running");
        assert_eq!(reason("lp: Error - No such printer.\n"), "No such printer");
        assert_eq!(reason("Bad"), "Bad");
    }
}
