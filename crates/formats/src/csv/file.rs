//! A file of delimited text with names of columns in its first row.

use std::io::{Read, Seek, SeekFrom};

use super::encoding::Decoded;
use super::records::Records;
use super::survey::Survey;
use super::{CsvError, Delimiter, Encoding, Record};

/// What a file may have at most. The limits of a row hold while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file: u64,
    /// Bytes of a row, as UTF-8.
    pub row: usize,
    /// Bytes of a cell, as UTF-8.
    pub cell: usize,
    /// Columns.
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: 512 << 20, row: 8 << 20, cell: 1 << 20, columns: 1_000 }
    }
}

/// What a person chose instead of what would be found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// The encoding.
    pub encoding: Option<Encoding>,
    /// The delimiter.
    pub delimiter: Option<Delimiter>,
    /// The limits.
    pub limits: Limits,
}

/// How far reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub read: u64,
    /// Bytes there are.
    pub total: u64,
}

/// A list that is read row by row.
#[derive(Debug)]
pub struct CsvFile<R> {
    records: Records<R>,
    header: Vec<String>,
    encoding: Encoding,
    total: u64,
    pending: Option<Record>,
}

impl<R: Read + Seek> CsvFile<R> {
    /// Looks through the file once, finds out its encoding and delimiter, and reads the names of
    /// the columns. The source is read from its beginning.
    ///
    /// # Errors
    /// [`CsvError`] when it is no list, has no rows, or its first rows are beyond the limits.
    pub fn open(mut source: R, options: &CsvOptions) -> Result<Self, CsvError> {
        // Before it is read: half a gigabyte of it would come first otherwise.
        if source.seek(SeekFrom::End(0))? > options.limits.file {
            return Err(CsvError::FileTooLarge { limit: options.limits.file });
        }
        source.seek(SeekFrom::Start(0))?;
        let survey = Survey::of(&mut source, options.encoding, &options.limits)?;
        let mark = survey.mark as u64;
        source.seek(SeekFrom::Start(mark))?;
        let decoded = Decoded::new(source, survey.encoding, mark);
        let records = Records::new(decoded, options.delimiter, options.limits)?;
        let mut file = Self {
            records,
            header: Vec::new(),
            encoding: survey.encoding,
            total: survey.total,
            pending: None,
        };
        let header = file.next_record()?.ok_or(CsvError::Empty)?;
        file.header = header.cells.iter().map(|name| name.trim().to_owned()).collect();
        file.pending = Some(file.next_record()?.ok_or(CsvError::NoRows)?);
        Ok(file)
    }

    /// The next row that holds something, or nothing at the end.
    ///
    /// # Errors
    /// [`CsvError`] when the source cannot be read or a row is beyond the limits. There is nothing
    /// to read after an error.
    pub fn next_record(&mut self) -> Result<Option<Record>, CsvError> {
        if let Some(record) = self.pending.take() {
            return Ok(Some(record));
        }
        while let Some(record) = self.records.next()? {
            if !record.is_blank() {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// How the file writes its characters.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// What stands between its cells.
    pub fn delimiter(&self) -> Delimiter {
        self.records.delimiter()
    }

    /// How far reading is.
    pub fn progress(&self) -> Progress {
        Progress { read: self.records.read_so_far(), total: self.total }
    }
}
