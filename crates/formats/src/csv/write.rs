//! Writing of delimited text.

use std::borrow::Cow;
use std::io::{self, Write};

use booqing_model::money::Cents;
use booqing_model::time::Date;

use super::{Delimiter, guard};

/// How a file is written. Lines end with CR LF and texts are UTF-8 in every dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// What stands between cells.
    pub delimiter: Delimiter,
    /// Whether amounts and dates are written as people in the Netherlands do, `1234,56` and
    /// `31-12-2026`, or as programs do, `1234.56` and `2026-12-31`.
    pub dutch_values: bool,
    /// Whether a byte order mark comes first. Excel takes a file without one for Windows-1252.
    pub mark: bool,
}

impl Dialect {
    /// What a Dutch spreadsheet program opens by itself.
    pub const DUTCH: Self =
        Self { delimiter: Delimiter::Semicolon, dutch_values: true, mark: true };
    /// RFC 4180, for programs.
    pub const RFC_4180: Self =
        Self { delimiter: Delimiter::Comma, dutch_values: false, mark: false };
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text. It is made harmless where a spreadsheet would run it.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// An amount with its two decimals, without a mark between thousands.
    Amount(Cents),
    /// A date.
    Date(Date),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Self::Empty, Into::into)
    }
}

/// Writes rows.
#[derive(Debug)]
pub struct Writer<W> {
    target: W,
    dialect: Dialect,
}

impl<W: Write> Writer<W> {
    /// Begins a file. The target is written to in small pieces: give it a buffer.
    ///
    /// # Errors
    /// What the target says.
    pub fn new(mut target: W, dialect: Dialect) -> io::Result<Self> {
        if dialect.mark {
            target.write_all(b"\xef\xbb\xbf")?;
        }
        Ok(Self { target, dialect })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// What the target says.
    pub fn row<'a>(
        &mut self,
        cells: impl IntoIterator<Item = impl Into<Cell<'a>>>,
    ) -> io::Result<()> {
        let mut row = String::new();
        let mut count = 0;
        for cell in cells {
            if count > 0 {
                row.push(char::from(self.dialect.delimiter.byte()));
            }
            self.push(&mut row, &self.text(cell.into()));
            count += 1;
        }
        if row.is_empty() && count == 1 {
            // Otherwise a row of one empty cell would be a blank line.
            row.push_str("\"\"");
        }
        row.push_str("\r\n");
        self.target.write_all(row.as_bytes())
    }

    /// Ends the file and gives the target back.
    ///
    /// # Errors
    /// What the target says.
    pub fn finish(mut self) -> io::Result<W> {
        self.target.flush()?;
        Ok(self.target)
    }

    fn text<'a>(&self, cell: Cell<'a>) -> Cow<'a, str> {
        match cell {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) => guard::put_on(text),
            Cell::Integer(number) => Cow::Owned(number.to_string()),
            Cell::Amount(Cents(cents)) => {
                let sign = if cents < 0 { "-" } else { "" };
                let mark = if self.dialect.dutch_values { ',' } else { '.' };
                let cents = cents.unsigned_abs();
                Cow::Owned(format!("{sign}{}{mark}{:02}", cents / 100, cents % 100))
            }
            Cell::Date(Date(date)) if self.dialect.dutch_values => {
                Cow::Owned(format!("{:02}-{:02}-{:04}", date.day(), date.month(), date.year()))
            }
            Cell::Date(Date(date)) => Cow::Owned(date.to_string()),
        }
    }

    fn push(&self, row: &mut String, text: &str) {
        let delimiter = char::from(self.dialect.delimiter.byte());
        let edge = |c: Option<char>| c.is_some_and(char::is_whitespace);
        let quoted = text.contains([delimiter, '"', '\r', '\n'])
            || edge(text.chars().next())
            || edge(text.chars().next_back());
        if quoted {
            row.push('"');
            row.push_str(&text.replace('"', "\"\""));
            row.push('"');
        } else {
            row.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(dialect: Dialect, cells: &[Cell<'_>]) -> String {
        let mut writer = Writer::new(Vec::new(), dialect).expect("a vector");
        writer.row(cells.iter().copied()).expect("a vector");
        String::from_utf8(writer.finish().expect("a vector")).expect("UTF-8")
    }

    #[test]
    fn values_are_written_for_their_readers() {
        let date = Date::parse("2026-12-31").expect("a date");
        let cells = [
            Cell::Text("Jansen; P."),
            Cell::Integer(-3),
            Cell::Amount(Cents(-123_456)),
            Cell::Amount(Cents(5)),
            Cell::Date(date),
            Cell::Empty,
            Cell::Text("=1"),
        ];
        assert_eq!(
            written(Dialect::DUTCH, &cells),
            "\u{feff}\"Jansen; P.\";-3;-1234,56;0,05;31-12-2026;;'=1\r\n"
        );
        assert_eq!(
            written(Dialect::RFC_4180, &cells),
            "Jansen; P.,-3,-1234.56,0.05,2026-12-31,,'=1\r\n"
        );
        assert_eq!(
            written(Dialect::RFC_4180, &[Cell::Amount(Cents(i64::MIN))]),
            "-92233720368547758.08\r\n"
        );
    }

    #[test]
    fn quotation_marks_are_doubled() {
        assert_eq!(
            written(Dialect::RFC_4180, &[Cell::Text("a \"b\"\nc")]),
            "\"a \"\"b\"\"\nc\"\r\n"
        );
        assert_eq!(written(Dialect::RFC_4180, &[Cell::Text("")]), "\"\"\r\n");
        assert_eq!(written(Dialect::RFC_4180, &[Cell::Text(" a")]), "\" a\"\r\n");
    }
}
