//! Delimited text: comma-separated values (RFC 4180) and what spreadsheets make of them.
//!
//! ```
//! use std::io::Cursor;
//! use booqing_formats::csv::{CsvFile, CsvOptions, Delimiter, Encoding};
//!
//! let list = Cursor::new(b"Naam;Plaats\r\nZo\xeb;Den Haag\r\n".as_slice());
//! let mut file = CsvFile::open(list, &CsvOptions::default())?;
//! assert_eq!((file.encoding(), file.delimiter()), (Encoding::Windows1252, Delimiter::Semicolon));
//! let record = file.next_record()?.expect("a row");
//! assert_eq!((record.row, record.cells.as_slice()), (2, ["Zoë", "Den Haag"].map(String::from).as_slice()));
//! # Ok::<(), booqing_formats::csv::CsvError>(())
//! ```

mod delimiter;
mod encoding;
mod error;
mod file;
mod guard;
mod look;
mod records;
mod survey;
mod write;

pub use delimiter::Delimiter;
pub use encoding::Encoding;
pub use error::CsvError;
pub use file::{CsvFile, CsvOptions, Limits, Progress};
pub use look::Lookalike;
pub use records::Record;
pub use write::{Cell, Dialect, Writer};
