//! What stands between the cells of a row.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Rows of the sample that are compared.
const ROWS: usize = 200;

/// What stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// `;`, as Dutch Excel writes it.
    Semicolon,
    /// `,`, as RFC 4180 has it.
    Comma,
    /// A tab.
    Tab,
    /// `|`.
    Pipe,
}

impl Delimiter {
    /// Every delimiter, the likeliest in a Dutch office first.
    pub const ALL: &'static [Self] = &[Self::Semicolon, Self::Comma, Self::Tab, Self::Pipe];

    /// Its byte.
    pub fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }

    /// The delimiter of that byte.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|delimiter| delimiter.byte() == byte)
    }

    /// A parser of rows with this delimiter.
    pub(super) fn parser(self) -> Reader {
        ReaderBuilder::new().delimiter(self.byte()).build()
    }

    /// The delimiter with which the rows of a sample have the same number of cells most often; of
    /// two alike, the one that gives more cells. `;` where there is one column only.
    pub(super) fn detect(sample: &[u8], whole: bool) -> Self {
        let mut best = (0.0, Self::Semicolon);
        for delimiter in Self::ALL {
            let counts = delimiter.counts(sample, whole);
            let Some(cells) = counts.first().filter(|cells| **cells > 1) else { continue };
            let alike = counts.iter().filter(|count| *count == cells).count();
            let cells = *cells as f64;
            let score = alike as f64 / counts.len() as f64 * (cells - 1.0) / cells;
            if score > best.0 {
                best = (score, *delimiter);
            }
        }
        best.1
    }

    /// The number of cells of each row. The last row of a sample that is not the whole file may be
    /// cut and is left out, unless it is the only one.
    fn counts(self, sample: &[u8], whole: bool) -> Vec<usize> {
        let mut parser = self.parser();
        let (mut text, mut ends) = ([0; 1024], [0; 64]);
        let mut counts = Vec::new();
        let (mut rest, mut cells) = (sample, 0);
        while counts.len() < ROWS {
            let last = rest.is_empty();
            let (result, taken, _, ended) = parser.read_record(rest, &mut text, &mut ends);
            rest = rest.get(taken..).unwrap_or_default();
            cells += ended;
            match result {
                ReadRecordResult::Record => {
                    if !last || whole || counts.is_empty() {
                        counts.push(cells);
                    }
                    cells = 0;
                }
                ReadRecordResult::End => break,
                _ => {}
            }
        }
        counts
    }
}

/// Excel's own first line, `sep=;`: the delimiter it names, where it is one of ours, and the
/// length of the line with its end.
pub(super) fn named_by_first_line(sample: &[u8]) -> Option<(Option<Delimiter>, usize)> {
    let rest =
        sample.get(..4).filter(|word| word.eq_ignore_ascii_case(b"sep=")).and(sample.get(4..))?;
    let (byte, after) = rest.split_first()?;
    let end = match after {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    Some((Delimiter::from_byte(*byte), 5 + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(sample: &str) -> Delimiter {
        Delimiter::detect(sample.as_bytes(), true)
    }

    #[test]
    fn the_delimiter_that_gives_even_rows_wins() {
        assert_eq!(detect("naam;bedrag\nJansen, P.;1,50\nDe Vries;2,75\n"), Delimiter::Semicolon);
        assert_eq!(detect("name,note\nJansen,a;b;c\nVries,\"d, e\"\n"), Delimiter::Comma);
        assert_eq!(detect("naam\tplaats\nJansen, P.\tUtrecht; stad\n"), Delimiter::Tab);
        assert_eq!(detect("naam|plaats\nJansen|Utrecht\n"), Delimiter::Pipe);
        assert_eq!(
            detect("naam;notitie\nA;\"1,2\n3,4;5\"\nB;\"zegt \"\"hoi;\"\"\"\n"),
            Delimiter::Semicolon
        );
        assert_eq!(detect("naam\nJansen\n"), Delimiter::Semicolon);
        assert_eq!(detect(""), Delimiter::Semicolon);
    }

    #[test]
    fn a_few_uneven_rows_do_not_turn_it() {
        let rows = "a;b;c;d;e,f\n1;2;3;4;5,6\n1;2;3\n1;2;3;4;5,6\n1;2;3;4;5,6\n";
        assert_eq!(detect(rows), Delimiter::Semicolon);
    }

    #[test]
    fn a_cut_row_does_not_count() {
        assert_eq!(Delimiter::Comma.counts(b"a,b\nc,d\ne", false), [2, 2]);
        assert_eq!(Delimiter::Comma.counts(b"a,b\nc,d\ne", true), [2, 2, 1]);
        assert_eq!(Delimiter::Comma.counts(b"a,b,c", false), [3]);
    }

    #[test]
    fn the_first_line_of_excel_is_understood() {
        assert_eq!(named_by_first_line(b"sep=;\r\na"), Some((Some(Delimiter::Semicolon), 7)));
        assert_eq!(named_by_first_line(b"SEP=\t\na"), Some((Some(Delimiter::Tab), 6)));
        assert_eq!(named_by_first_line(b"sep=:\na"), Some((None, 6)));
        assert_eq!(named_by_first_line(b"sep=;a"), None);
        assert_eq!(named_by_first_line(b"separaat;b"), None);
        assert_eq!(named_by_first_line(b"sep="), None);
    }
}
