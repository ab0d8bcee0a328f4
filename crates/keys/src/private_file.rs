//! Small files that only their owner may read, replaced as a whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Replaces a file: afterwards, and after a power cut at any moment, it holds the old bytes or
/// the new, never a mixture.
///
/// # Errors
/// When it cannot be written; the old file is then untouched.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    // A temporary file is readable by its owner only, and persisting keeps that.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// The bytes of a file; `None` when it is not there.
///
/// # Errors
/// When it is there and cannot be read.
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        assert_eq!(read(&path).expect("no file"), None);
        replace(&path, b"one").expect("written");
        replace(&path, b"other").expect("written again");
        assert_eq!(read(&path).expect("a file"), Some(b"other".to_vec()));
        let entries = fs::read_dir(folder.path()).expect("a listing").count();
        assert_eq!(entries, 1, "no temporary file stays behind");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("metadata").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_failed_replacement_leaves_the_old_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        replace(&path, b"one").expect("written");
        assert!(replace(&folder.path().join("absent").join("file"), b"x").is_err());
        assert_eq!(read(&path).expect("a file"), Some(b"one".to_vec()));
    }
}
