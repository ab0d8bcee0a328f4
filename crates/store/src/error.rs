//! What can go wrong with a cache. In every case the data are as they were before.

use std::io;
use std::path::PathBuf;

use booqing_model::Id;
use rusqlite::ErrorCode;
use thiserror::Error;

/// Why the cache could not be opened, read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no file. It is never made except when an administration is added.
    #[error("{} is not there", .0.display())]
    Absent(PathBuf),
    /// There is a file already, where a new one should be made.
    #[error("{} is there already", .0.display())]
    Present(PathBuf),
    /// The file is empty: a new database would open without an error, and with nothing in it.
    #[error("{} is empty (0 bytes)", .0.display())]
    Empty(PathBuf),
    /// The file ends in the middle of a page.
    #[error("{} is cut off: {length} bytes are no whole number of pages", .path.display())]
    CutOff {
        /// The file.
        path: PathBuf,
        /// Its length.
        length: u64,
    },
    /// The file is a database without encryption. This program never made it.
    #[error("{} is not encrypted; it is not a cache of this program", .0.display())]
    NotEncrypted(PathBuf),
    /// The key does not open the file, or its first page is damaged: nobody can tell which.
    #[error("{} does not open with this installation's key, or is damaged", .0.display())]
    WrongKey(PathBuf),
    /// The file opens and belongs to another program, installation or administration.
    #[error("{} belongs to another {whose}", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// `program`, `installation` or `administration`.
        whose: &'static str,
    },
    /// The file was written by a newer version of this program.
    #[error("{} has version {found}; this program reads up to {known}", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest version this program reads.
        known: u32,
    },
    /// The library that is linked does not encrypt, or a setting did not take.
    #[error("the database library is not fit for this: {0}")]
    UnfitLibrary(&'static str),
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The file or disk may not be written to.
    #[error("the cache may only be read: {0}")]
    ReadOnly(String),
    /// A page of the file is damaged.
    #[error("the cache is damaged: {0}")]
    Damaged(String),
    /// Another connection kept the cache busy.
    #[error("the cache is busy")]
    Busy,
    /// There is no such record.
    #[error("there is no {class} {id}")]
    NoRecord {
        /// The record class.
        class: String,
        /// The id asked for.
        id: Id,
    },
    /// There is such a record already.
    #[error("there is a {class} {id} already")]
    RecordExists {
        /// The record class.
        class: String,
        /// The id.
        id: Id,
    },
    /// There is no such record class.
    #[error("there is no record class {0}")]
    NoClass(String),
    /// There is no such field, or it does not take this value.
    #[error("{class}.{field} does not take this value: {reason}")]
    Misfit {
        /// The record class.
        class: String,
        /// The field.
        field: String,
        /// What it takes.
        reason: String,
    },
    /// The step cannot be undone: a field it changed was changed again since.
    #[error("{class} {id} was changed since: {field}")]
    ChangedSince {
        /// The record class.
        class: String,
        /// The record.
        id: Id,
        /// The field.
        field: String,
    },
    /// The step cannot be undone: a newer version has added something to what it made.
    #[error("{class} {id} has values that this version does not know")]
    NewerSince {
        /// The record class.
        class: String,
        /// The record.
        id: Id,
    },
    /// The fiscal year is sealed: nothing is added to it, changed in it or taken out of it.
    #[error("fiscal year {0} is sealed")]
    YearSealed(i64),
    /// A document has its number, or is about to get it: nothing that the law keeps of it changes any more.
    #[error("document {0} was issued")]
    Issued(Id),
    /// A number series has given numbers, or documents wait for them: it stays, and begins where it began.
    #[error("number series {0} is in use")]
    SeriesInUse(Id),
    /// There is nothing to undo under that number.
    #[error("there is no step {0} to undo")]
    NothingToUndo(i64),
    /// The file system failed.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The database library reported something else.
    #[error("the database failed: {0}")]
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly(error.to_string()),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}
