//! What is printed: sentences and tables for people, JSON for programs.

use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use booqing_desk::{DeskError, Language};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

/// Where the answers go.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    json: bool,
    language: Language,
}

impl Output {
    pub(crate) fn new(json: bool, language: Language) -> Self {
        Self { json, language }
    }

    /// The language that was asked for.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The words in the language that was asked for.
    pub(crate) fn words<'a>(&self, english: &'a str, dutch: &'a str) -> &'a str {
        match self.language {
            Language::En => english,
            Language::Nl => dutch,
        }
    }

    /// So many of something, in the language that was asked for. Each pair is for one and for several.
    pub(crate) fn count(&self, count: u64, english: (&str, &str), dutch: (&str, &str)) -> String {
        let (one, several) = match self.language {
            Language::En => english,
            Language::Nl => dutch,
        };
        format!("{count} {}", if count == 1 { one } else { several })
    }

    /// One answer: as JSON, or as the sentence that `text` makes of it.
    pub(crate) fn answer<T: Serialize>(&self, answer: &T, text: impl FnOnce() -> String) {
        if self.json {
            print_json(answer);
        } else {
            line(&text());
        }
    }

    /// Text as it is.
    pub(crate) fn text(&self, text: &str) {
        raw(text.as_bytes());
    }

    /// Bytes as they are.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        raw(bytes);
    }

    /// Something beside the answer, on standard error.
    pub(crate) fn notice(&self, text: &str) {
        eprintln!("{text}");
    }

    /// Values for programs, one a line.
    pub(crate) fn json_lines<T: Serialize>(&self, values: &[T]) {
        values.iter().for_each(print_json);
    }

    /// A list: JSON lines, or a table with aligned columns.
    pub(crate) fn list<T: Serialize>(
        &self,
        rows: &[T],
        heads: &[&str],
        cells: impl Fn(&T) -> Vec<String>,
    ) {
        if self.json {
            rows.iter().for_each(print_json);
            return;
        }
        let table: Vec<Vec<String>> =
            std::iter::once(heads.iter().map(|head| (*head).to_owned()).collect())
                .chain(rows.iter().map(cells))
                .collect();
        let widths: Vec<usize> = (0..heads.len())
            .map(|column| {
                table
                    .iter()
                    .filter_map(|row| row.get(column))
                    .map(|cell| cell.chars().count())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        for row in table {
            let line: Vec<String> =
                row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            self::line(line.join("  ").trim_end());
        }
    }

    /// Why something was not done.
    pub(crate) fn failure(&self, error: &DeskError) {
        let failure = error.failure(self.language);
        if self.json {
            match serde_json::to_string(&failure) {
                Ok(line) => eprintln!("{line}"),
                Err(_) => eprintln!("{}", failure.message),
            }
        } else {
            eprintln!("booqing: {}", failure.message);
        }
    }

    /// A bar on standard error for so many records; unseen where that is no terminal.
    pub(crate) fn records_bar(&self, total: u64) -> ProgressBar {
        let label = self.words("records", "gegevens");
        bar(total, &format!("{{wide_bar}} {{pos}}/{{len}} {label}"))
    }

    /// The same for a file: how much of it is done.
    pub(crate) fn file_bar(&self) -> ProgressBar {
        bar(0, "{wide_bar} {percent} %")
    }
}

fn bar(total: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn line(text: &str) {
    raw(text.as_bytes());
    raw(b"\n");
}

/// The first reason for which something could not be printed.
static FAILED: OnceLock<std::io::Error> = OnceLock::new();
static NO_READER: AtomicBool = AtomicBool::new(false);

/// Writes to standard output. A reader that stopped reading, such as `head`, has what it wanted;
/// whatever else goes wrong is found by [`check`].
pub(crate) fn raw(bytes: &[u8]) {
    keep(std::io::stdout().lock().write_all(bytes));
}

/// Whether everything was printed.
///
/// # Errors
/// Why not: an answer that was cut short must not look like a whole one.
pub(crate) fn check() -> Result<(), &'static std::io::Error> {
    keep(std::io::stdout().lock().flush());
    FAILED.get().map_or(Ok(()), Err)
}

/// Whether the reader of standard output went away: it has what it wanted.
pub(crate) fn has_no_reader() -> bool {
    NO_READER.load(Ordering::Relaxed)
}

fn keep(written: std::io::Result<()>) {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            NO_READER.store(true, Ordering::Relaxed);
        }
        Err(error) => {
            // The first reason is the one to tell.
            let _ = FAILED.set(error);
        }
        Ok(()) => {}
    }
}

fn print_json<T: Serialize>(value: &T) {
    // What is printed here always has a JSON form.
    if let Ok(text) = serde_json::to_string(value) {
        line(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_something_is_said_as_one() {
        let said = |language, count| {
            Output::new(false, language).count(
                count,
                ("change sent", "changes sent"),
                ("wijziging verzonden", "wijzigingen verzonden"),
            )
        };
        assert_eq!(said(Language::En, 0), "0 changes sent");
        assert_eq!(said(Language::En, 1), "1 change sent");
        assert_eq!(said(Language::Nl, 1), "1 wijziging verzonden");
        assert_eq!(said(Language::Nl, 21), "21 wijzigingen verzonden");
    }
}
