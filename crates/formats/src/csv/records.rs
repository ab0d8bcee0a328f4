//! Rows of a source, one at a time, within limits.
//!
//! This uses the parser under the `csv` crate and not that crate's reader, which lets a row grow as
//! large as the file. Here a row that passes a limit is an error before it is in memory.

use std::io::Read;

use csv_core::{ReadRecordResult, Reader};

use super::delimiter::{Delimiter, named_by_first_line};
use super::encoding::Decoded;
use super::survey::fill;
use super::{CsvError, Limits, guard};

/// Bytes read at once; also the sample from which the delimiter is detected.
const CHUNK: usize = 64 * 1024;

/// A row.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// The row as a spreadsheet counts it: the names of columns are row 1, and blank rows count.
    pub row: u64,
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// What the cells hold. Bytes that are no text stand there as U+FFFD.
    pub cells: Vec<String>,
}

impl std::fmt::Debug for Record {
    /// Shows where it is and never what it holds.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Record({}, {} cells)", self.row, self.cells.len())
    }
}

impl Record {
    /// Whether no cell holds anything but white space.
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// The rows of a source.
pub(super) struct Records<R> {
    source: Decoded<R>,
    parser: Reader,
    delimiter: Delimiter,
    limits: Limits,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    text: Vec<u8>,
    ends: Vec<usize>,
    row: u64,
    line: u64,
    after_return: bool,
}

impl<R: Read> Records<R> {
    /// Reads a sample, finds out the delimiter where none was chosen, and stands before the first
    /// row.
    pub(super) fn new(
        mut source: Decoded<R>,
        chosen: Option<Delimiter>,
        limits: Limits,
    ) -> Result<Self, CsvError> {
        let mut buffer = vec![0; CHUNK];
        let end = fill(&mut source, &mut buffer)?;
        let sample = buffer.get(..end).unwrap_or_default();
        let (named, skipped) = named_by_first_line(sample).unwrap_or_default();
        let rest = sample.get(skipped..).unwrap_or_default();
        let delimiter = chosen.or(named).unwrap_or_else(|| Delimiter::detect(rest, end < CHUNK));
        let mut records = Self {
            source,
            parser: delimiter.parser(),
            delimiter,
            limits,
            buffer,
            start: 0,
            end,
            text: vec![0; 4096],
            ends: vec![0; 64],
            row: 1,
            line: 1,
            after_return: false,
        };
        records.pass(skipped);
        Ok(records)
    }

    /// The delimiter.
    pub(super) fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// Bytes of the source that were read.
    pub(super) fn read_so_far(&self) -> u64 {
        self.source.read_so_far()
    }

    /// The next row that is not a blank line.
    pub(super) fn next(&mut self) -> Result<Option<Record>, CsvError> {
        self.skip_blank_lines()?;
        let (row, line) = (self.row, self.line);
        let (mut written, mut cells) = (0, 0);
        if self.start == self.end {
            return Ok(None);
        }
        loop {
            self.fill()?;
            if self.start == self.end {
                cells = self.end_last(written, cells, row, line)?;
                break;
            }
            let input = self.buffer.get(self.start..self.end).unwrap_or_default();
            let (result, taken, given, ended) = self.parser.read_record(
                input,
                self.text.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(cells..).unwrap_or_default(),
            );
            self.pass(taken);
            (written, cells) = (written + given, cells + ended);
            self.check(written, cells, row, line)?;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::End | ReadRecordResult::Record => break,
            }
        }
        self.row += 1;
        Ok(Some(Record { row, line, cells: self.cells(cells, row, line)? }))
    }

    /// Ends the last cell of a row behind which the source ends, and returns how many cells there
    /// are. A delimiter ends it, unless the parser stands inside quotation marks.
    fn end_last(
        &mut self,
        written: usize,
        cells: usize,
        row: u64,
        line: u64,
    ) -> Result<usize, CsvError> {
        let (mut text, mut ends) = ([0; 4], [0; 4]);
        let delimiter = [self.delimiter.byte()];
        let (_, _, _, ended) = self.parser.read_record(&delimiter, &mut text, &mut ends);
        if ended == 0 {
            return Err(CsvError::UnclosedQuote { row, line });
        }
        self.ends.truncate(cells);
        self.ends.push(written);
        self.check(written, cells + 1, row, line)?;
        Ok(cells + 1)
    }

    fn check(&self, written: usize, cells: usize, row: u64, line: u64) -> Result<(), CsvError> {
        let begin = cells.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0);
        if cells > self.limits.columns {
            return Err(CsvError::TooManyColumns { row, line, limit: self.limits.columns });
        }
        if written.saturating_sub(begin) > self.limits.cell {
            return Err(CsvError::CellTooLarge { row, line, limit: self.limits.cell });
        }
        if written > self.limits.row {
            return Err(CsvError::RowTooLarge { row, line, limit: self.limits.row });
        }
        Ok(())
    }

    fn cells(&self, count: usize, row: u64, line: u64) -> Result<Vec<String>, CsvError> {
        let mut cells = Vec::with_capacity(count);
        let mut begin = 0;
        for end in self.ends.iter().take(count) {
            let bytes = self.text.get(begin..*end).unwrap_or_default();
            if bytes.len() > self.limits.cell {
                return Err(CsvError::CellTooLarge { row, line, limit: self.limits.cell });
            }
            let text = String::from_utf8_lossy(bytes).into_owned();
            cells.push(guard::take_off(text));
            begin = *end;
        }
        Ok(cells)
    }

    /// Reads on when everything read was used.
    fn fill(&mut self) -> Result<(), CsvError> {
        if self.start == self.end {
            self.start = 0;
            self.end = fill(&mut self.source, &mut self.buffer)?;
        }
        Ok(())
    }

    /// Passes over bytes, counting lines: they end with CR LF, with LF, or with CR alone.
    fn pass(&mut self, count: usize) {
        let passed = self.buffer.get(self.start..self.start + count).unwrap_or_default();
        for byte in passed {
            if *byte == b'\r' || (*byte == b'\n' && !self.after_return) {
                self.line += 1;
            }
            self.after_return = *byte == b'\r';
        }
        self.start += count;
    }

    fn skip_blank_lines(&mut self) -> Result<(), CsvError> {
        loop {
            self.fill()?;
            match self.buffer.get(self.start..self.end).and_then(<[u8]>::first) {
                // The rest of the line end of the row before.
                Some(b'\n') if self.after_return => {}
                Some(b'\r' | b'\n') => self.row += 1,
                _ => return Ok(()),
            }
            self.pass(1);
        }
    }
}

impl<R> std::fmt::Debug for Records<R> {
    /// Shows where it is and never what was read.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Records").field("row", &self.row).finish_non_exhaustive()
    }
}
