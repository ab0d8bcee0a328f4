//! Files that a person asked for: where they are put, and how they are called.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use ts_rs::TS;

use crate::{DeskError, Result};

/// A file that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Saved {
    /// Where it stands.
    pub path: String,
}

/// Writes a file into the folder where a person finds what was saved: the one for downloads.
///
/// # Errors
/// [`DeskError::NoDataFolder`], [`DeskError::File`].
pub fn save(name: &str, bytes: &[u8]) -> Result<Saved> {
    let dirs = directories::UserDirs::new().ok_or(DeskError::NoDataFolder)?;
    let folder = dirs.download_dir().unwrap_or_else(|| dirs.home_dir());
    save_in(folder, name, bytes)
}

/// Writes a file that is not there yet into a folder: a name that is taken gets a number.
///
/// # Errors
/// [`DeskError::File`].
pub fn save_in(folder: &Path, name: &str, bytes: &[u8]) -> Result<Saved> {
    std::fs::create_dir_all(folder).map_err(|source| DeskError::File {
        action: "create",
        path: folder.to_path_buf(),
        source,
    })?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    for n in 1_u32.. {
        let name = if n == 1 { name.to_owned() } else { format!("{stem} ({n}).{ending}") };
        let path = folder.join(name);
        match write_new(&path, bytes) {
            Ok(()) => return Ok(Saved { path: path.display().to_string() }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(source) => return Err(DeskError::File { action: "write", path, source }),
        }
    }
    Err(DeskError::NoDataFolder)
}

/// Writes a file for its owner only; nothing is left of one that could not be written whole.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written
}

/// A file name without what a file system or a person stumbles over: `dossier-C-0042`.
pub(crate) fn file_name(words: &[&str], ending: &str) -> String {
    let clean = |word: &&str| -> String {
        word.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
    };
    let words: Vec<String> = words.iter().map(clean).collect();
    format!("{}.{ending}", words.join("-"))
}

/// Writes a file where somebody said; one that is there is replaced whole.
///
/// # Errors
/// [`DeskError::File`]; what was there before still is.
pub fn write(path: &Path, bytes: &[u8]) -> Result<PathBuf> {
    let failed = |source| DeskError::File { action: "write", path: path.to_path_buf(), source };
    // A name without a folder is in the folder the program was started in.
    let path = &std::path::absolute(path).map_err(failed)?;
    booqing_keys::private_file::replace(path, bytes).map_err(failed)?;
    Ok(path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number_and_nothing_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = save_in(folder.path(), "dossier.pdf", b"one").expect("saved");
        let second = save_in(folder.path(), "dossier.pdf", b"two").expect("saved");
        assert!(second.path.ends_with("dossier (2).pdf"));
        assert_eq!(std::fs::read(first.path).expect("read"), b"one");
    }

    #[test]
    fn names_are_plain() {
        assert_eq!(file_name(&["dossier", "C-0042/..\\x"], "pdf"), "dossier-C-0042----x.pdf");
    }
}
