//! The folder that holds everything of one desk.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use booqing_keys::private_file;

use crate::{DeskError, Result};

/// A home that this process has to itself.
///
/// The lock is the operating system's: it ends with the process, however that ends.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    _lock: File,
    /// Whether the keyring was asked for this home's key and does not have it.
    keyring_failed: AtomicBool,
}

impl Home {
    /// The platform's folder for this application's data.
    ///
    /// # Errors
    /// [`DeskError::NoDataFolder`] where the platform names none.
    pub fn default_path() -> Result<PathBuf> {
        directories::ProjectDirs::from("nl", "Smartbooqing", "Smartbooqing Desk")
            .map(|dirs| dirs.data_dir().to_path_buf())
            .ok_or(DeskError::NoDataFolder)
    }

    /// Opens a home, makes it when it is not there, and keeps other processes out.
    ///
    /// The folder is readable by its owner only.
    ///
    /// # Errors
    /// [`DeskError::HomeInUse`] when another process has it; [`DeskError::File`] when the folder
    /// cannot be made or locked.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |action, source| DeskError::File { action, path: path.to_path_buf(), source };
        create_private_folder(path).map_err(|source| failed("create", source))?;
        let path = path.canonicalize().map_err(|source| failed("open", source))?;
        let lock_path = path.join("lock");
        let lock = open_private(&lock_path).map_err(|source| failed("lock", source))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock, keyring_failed: AtomicBool::new(false) }),
            Err(TryLockError::WouldBlock) => Err(DeskError::HomeInUse { home: path }),
            Err(TryLockError::Error(source)) => {
                Err(DeskError::File { action: "lock", path: lock_path, source })
            }
        }
    }

    /// Notes that the keyring was asked and does not have the key: whoever opens the home otherwise is
    /// told that it is no way in any more.
    pub(crate) fn note_keyring_failed(&self) {
        self.keyring_failed.store(true, Ordering::Relaxed);
    }

    /// Whether that was noted. It is told once.
    pub(crate) fn keyring_failed(&self) -> bool {
        self.keyring_failed.swap(false, Ordering::Relaxed)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces a file of the home: afterwards it holds the old bytes or the new, never a mixture.
    ///
    /// # Errors
    /// [`DeskError::File`] when it cannot be written; the old file is then untouched.
    pub fn replace_file(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path.join(name);
        private_file::replace(&path, bytes).map_err(|source| DeskError::File {
            action: "write",
            path,
            source,
        })
    }

    /// Reads a file of the home; `None` when it is not there.
    ///
    /// # Errors
    /// [`DeskError::File`] when it is there and cannot be read.
    pub fn read_file(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path.join(name);
        private_file::read(&path).map_err(|source| DeskError::File { action: "read", path, source })
    }
}

/// Makes the folder, or closes one that is a home or empty to others. A folder with other things in
/// it is somebody else's: it is refused as it is.
#[cfg(unix)]
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let is_open = fs::metadata(path)?.permissions().mode() & 0o077 != 0;
    if !is_open {
        return Ok(());
    }
    if !path.join("lock").exists() && fs::read_dir(path)?.next().is_some() {
        let reason = "other things are in it; a home is a folder of its own";
        return Err(io::Error::new(io::ErrorKind::DirectoryNotEmpty, reason));
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_opening_of_one_home_is_refused_until_the_first_ends() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = folder.path().join("desk");
        let first = Home::open(&home).expect("the first opening");

        let refused = Home::open(&home).expect_err("the second opening");
        assert_eq!(refused.code(), "home_in_use");

        drop(first);
        Home::open(&home).expect("an opening after the first has ended");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_look_into_a_home() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = Home::open(&folder.path().join("desk")).expect("a home");
        home.replace_file("settings.json", b"{}").expect("a file");

        let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode(home.path()), 0o700);
        assert_eq!(mode(&home.path().join("lock")), 0o600);
        assert_eq!(mode(&home.path().join("settings.json")), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_of_others_is_not_taken_over() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("thesis.txt"), b"words").expect("a file");
        let shared = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.path(), shared).expect("shared");
        let refused = Home::open(folder.path()).expect_err("it is refused");
        assert!(refused.to_string().contains("other things"), "{refused}");
        let mode = fs::metadata(folder.path()).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o755, "it is as it was");
    }

    #[test]
    fn a_home_that_is_a_file_is_refused_with_its_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("desk");
        fs::write(&path, b"not a folder").expect("a file");
        let refused = Home::open(&path).expect_err("a file is no home");
        assert!(refused.to_string().contains("desk"), "{refused}");
        assert_eq!(fs::read(&path).expect("the file"), b"not a folder");
    }
}
