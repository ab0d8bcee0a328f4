//! Files that a person asked for: where they are put, and how they are called.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;
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
    save_in(&downloads()?, name, bytes)
}

/// Begins a file that is written piece by piece; it has no name before [`finish`]. It is made where it will
/// stand: where somebody said, or where a person finds what was saved.
///
/// # Errors
/// [`DeskError::NoDataFolder`], [`DeskError::File`].
pub(crate) fn begin(to: Option<&Path>) -> Result<NamedTempFile> {
    let folder = match to {
        // A name without a folder is in the folder the program was started in.
        Some(path) => std::path::absolute(path)
            .ok()
            .and_then(|path| path.parent().map(Path::to_path_buf))
            .unwrap_or_default(),
        None => {
            let folder = downloads()?;
            std::fs::create_dir_all(&folder).map_err(|source| DeskError::File {
                action: "create",
                path: folder.clone(),
                source,
            })?;
            folder
        }
    };
    NamedTempFile::new_in(&folder).map_err(|source| DeskError::File {
        action: "write",
        path: folder.clone(),
        source,
    })
}

/// Ends a file that was begun. Where somebody said, a file that is there is replaced whole; otherwise a
/// proposed name that is taken gets a number.
///
/// # Errors
/// [`DeskError::File`]; nothing is left of it then.
pub(crate) fn finish(mut file: NamedTempFile, to: Option<&Path>, proposed: &str) -> Result<Saved> {
    let at = to.unwrap_or(file.path()).to_path_buf();
    let failed = |source| DeskError::File { action: "write", path: at.clone(), source };
    file.as_file().sync_all().map_err(failed)?;
    if let Some(path) = to {
        let path = std::path::absolute(path).map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        return Ok(Saved { path: path.display().to_string() });
    }
    let folder = file.path().parent().map(Path::to_path_buf).unwrap_or_default();
    for name in free_names(&plain_name(proposed)) {
        let path = folder.join(name);
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(Saved { path: path.display().to_string() }),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(failed(error.error)),
        }
    }
    Err(DeskError::NoDataFolder)
}

/// The name of a file of somebody else's, without a folder in it and not hidden.
fn plain_name(name: &str) -> String {
    let name: String =
        name.chars().filter(|c| !matches!(c, '/' | '\\' | '\0') && !c.is_control()).collect();
    let name = name.trim().trim_start_matches('.');
    if name.is_empty() { "original".to_owned() } else { name.to_owned() }
}

/// A name, and the names that are taken instead of it.
fn free_names(name: &str) -> impl Iterator<Item = String> + '_ {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    (1_u32..).map(move |n| match n {
        1 => name.to_owned(),
        n => format!("{stem} ({n}){ending}"),
    })
}

fn downloads() -> Result<PathBuf> {
    let dirs = directories::UserDirs::new().ok_or(DeskError::NoDataFolder)?;
    Ok(dirs.download_dir().unwrap_or_else(|| dirs.home_dir()).to_path_buf())
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
    for name in free_names(name) {
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

/// Writes a file where somebody said, and where none is yet.
///
/// # Errors
/// [`DeskError::File`], also when there is one.
pub fn write_anew(path: &Path, bytes: &[u8]) -> Result<PathBuf> {
    let failed = |source| DeskError::File { action: "write", path: path.to_path_buf(), source };
    let path = std::path::absolute(path).map_err(failed)?;
    write_new(&path, bytes).map_err(failed)?;
    Ok(path)
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
    fn a_file_that_is_written_in_pieces_has_a_name_when_all_of_it_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let to = folder.path().join("scan.pdf");
        let names = || {
            std::fs::read_dir(folder.path())
                .expect("listed")
                .flatten()
                .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
                .count()
        };
        let mut file = begin(Some(&to)).expect("begun");
        file.write_all(b"one").expect("written");
        assert_eq!(names(), 0);
        drop(file);
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 0, "nothing is left");
        let mut file = begin(Some(&to)).expect("begun");
        file.write_all(b"two").expect("written");
        assert_eq!(finish(file, Some(&to), "x").expect("saved").path, to.display().to_string());
        assert_eq!(std::fs::read(&to).expect("read"), b"two");
    }

    #[test]
    fn a_name_of_somebody_else_leads_nowhere_else() {
        let plain = ["../../.ssh/config", "C:\\boot.ini", "..", "", "\u{7}", "brief 3.pdf"];
        let told: Vec<String> = plain.iter().map(|name| plain_name(name)).collect();
        let expected =
            ["sshconfig", "C:boot.ini", "original", "original", "original", "brief 3.pdf"];
        assert_eq!(told, expected);
        assert_eq!(free_names("a.b.pdf").nth(1).as_deref(), Some("a.b (2).pdf"));
        assert_eq!(free_names("README").nth(2).as_deref(), Some("README (3)"));
    }

    #[test]
    fn names_are_plain() {
        assert_eq!(file_name(&["dossier", "C-0042/..\\x"], "pdf"), "dossier-C-0042----x.pdf");
    }
}
