//! Disks that refuse to write: full from one moment to the next, in the middle of whatever is being
//! written.
//!
//! SQLite writes through functions of the system that can be replaced (`xSetSystemCall`). The ones put in
//! their place count, by thread: from the write on that was agreed, half of it is written, and then
//! nothing more. The program goes on with the same open files, as it does on a disk that is full.

#![allow(unsafe_code, reason = "there is no safe call that replaces how SQLite writes")]

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::os::unix::fs::FileExt;
use std::sync::OnceLock;

use rusqlite::ffi;

use crate::Failed;

thread_local! {
    /// How many more writes of this thread are done; all of them while there is no number.
    static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
    /// Whether one was refused.
    static REFUSED: Cell<bool> = const { Cell::new(false) };
}

/// Does something on a disk that is full after so many writes. What came of it, and whether the disk
/// refused anything.
///
/// # Errors
/// When writes cannot be refused on this system.
pub(crate) fn on_a_full_disk<T>(after: u32, work: impl FnOnce() -> T) -> Result<(T, bool), Failed> {
    prepare()?;
    LEFT.set(Some(after));
    REFUSED.set(false);
    let done = work();
    LEFT.set(None);
    Ok((done, REFUSED.get()))
}

/// Puts the writes in place. Whoever opens a database asks for it first, so that no thread is in one of
/// them at that moment.
///
/// # Errors
/// When writes cannot be replaced on this system.
pub(crate) fn prepare() -> Result<(), Failed> {
    static REPLACED: OnceLock<bool> = OnceLock::new();
    if *REPLACED.get_or_init(replace) {
        Ok(())
    } else {
        Err("SQLite does not let its writes be replaced".into())
    }
}

/// How much of a write is done: all of it, half of it, or nothing.
fn allowed(length: usize) -> Option<usize> {
    let Some(left) = LEFT.get() else { return Some(length) };
    LEFT.set(Some(left.saturating_sub(1)));
    match left {
        0 => {
            REFUSED.set(true);
            None
        }
        // The last one is cut in two, and what is left of it comes again.
        1 => Some(length.div_ceil(2)),
        _ => Some(length),
    }
}

/// Refuses as a full disk does, so that the system's own error is set.
fn refuse() -> io::Result<usize> {
    OpenOptions::new().write(true).open("/dev/full")?.write(&[0])
}

fn written(done: io::Result<usize>) -> isize {
    done.ok().and_then(|bytes| isize::try_from(bytes).ok()).unwrap_or(-1)
}

/// In place of `write(2)`.
unsafe extern "C" fn write(file: c_int, buffer: *const c_void, length: usize) -> isize {
    let Some(allowed) = allowed(length) else { return written(refuse()) };
    // SAFETY: SQLite owns the open file, which is not closed here, and gives a buffer of that length.
    let (mut file, bytes) = unsafe {
        let file = ManuallyDrop::new(File::from_raw_fd(file));
        (file, std::slice::from_raw_parts(buffer.cast::<u8>(), allowed))
    };
    written(file.write(bytes))
}

/// In place of `pwrite(2)`.
unsafe extern "C" fn write_at(
    file: c_int,
    buffer: *const c_void,
    length: usize,
    place: i64,
) -> isize {
    let Some(allowed) = allowed(length) else { return written(refuse()) };
    // SAFETY: as above.
    let (file, bytes) = unsafe {
        let file = ManuallyDrop::new(File::from_raw_fd(file));
        (file, std::slice::from_raw_parts(buffer.cast::<u8>(), allowed))
    };
    written(file.write_at(bytes, place.unsigned_abs()))
}

/// Puts them in place, whichever of them SQLite uses here.
fn replace() -> bool {
    type Write = unsafe extern "C" fn(c_int, *const c_void, usize) -> isize;
    type WriteAt = unsafe extern "C" fn(c_int, *const c_void, usize, i64) -> isize;
    type Any = unsafe extern "C" fn();
    // SAFETY: a function is passed on as one of another type, and SQLite calls it as what its name
    // stands for, with the arguments above. The names are C strings; the file system that is asked for
    // lives as long as the process. No database is open yet.
    unsafe {
        let system = ffi::sqlite3_vfs_find(std::ptr::null());
        let Some(set) = system.as_ref().and_then(|system| system.xSetSystemCall) else {
            return false;
        };
        let plain = std::mem::transmute::<Write, Any>(write as Write);
        let placed = std::mem::transmute::<WriteAt, Any>(write_at as WriteAt);
        [(c"write", plain), (c"pwrite", placed), (c"pwrite64", placed)]
            .into_iter()
            .all(|(name, call)| set(system, name.as_ptr(), Some(call)) == ffi::SQLITE_OK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(database: &rusqlite::Connection) -> i64 {
        database.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).expect("counted")
    }

    #[test]
    fn a_full_disk_refuses_what_is_written_and_keeps_what_was() {
        prepare().expect("replaced");
        let folder = tempfile::tempdir().expect("a folder");
        let database = rusqlite::Connection::open(folder.path().join("x.db")).expect("opened");
        database.pragma_update(None, "journal_mode", "wal").expect("set");
        database.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").expect("made");
        let fill = || database.execute("INSERT INTO t VALUES (zeroblob(100000))", []);
        let mut refusals = 0;
        for after in 0..200 {
            let before = rows(&database);
            let (done, is_refused) = on_a_full_disk(after, fill).expect("played");
            // What is committed stays so when it cannot be copied from the log into the file.
            assert!(done.is_ok() || is_refused, "after {after} writes: {done:?}");
            assert_eq!(rows(&database), before + i64::from(done.is_ok()), "after {after} writes");
            refusals += u32::from(done.is_err());
        }
        assert!((10..190).contains(&refusals), "{refusals} refusals");
        fill().expect("a disk with room again");
    }
}
