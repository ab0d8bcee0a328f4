//! Exchange formats: what an office hands in and what it takes out.
//!
//! * [`csv`] reads and writes delimited text. Reading finds out the encoding and the delimiter,
//!   and enforces its limits while it reads. Writing makes cells harmless that a spreadsheet
//!   would run as a formula; reading takes that off again.
//! * [`clients`] reads a list of clients row by row. A preview and an import use the same reader,
//!   so that what is shown is what is imported.
//!
//! Nothing here opens a file, asks for the time or makes an id: a reader, a writer and ids are
//! passed in.
#![forbid(unsafe_code)]

pub mod clients;
pub mod csv;
mod language;
mod visible;

pub use language::Language;
