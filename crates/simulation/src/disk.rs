//! What a disk holds after a program or the machine was stopped in the middle of a write.
//!
//! A database in write-ahead mode is two files. What is committed is appended to the log and forced to
//! the disk before it is acknowledged; from time to time the log is copied into the file, and only then
//! begun anew. So what a crash leaves follows from the files before and after an operation: the log cut
//! off at any byte of what was appended, or with a part of that missing, or the file with any part of
//! the copying done and the log whole.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The two files of a database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Image {
    file: Vec<u8>,
    log: Vec<u8>,
}

/// The size of the pages in which the file is written.
const PAGE: usize = 4096;
/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push("-wal");
    name.into()
}

fn index_of(path: &Path) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push("-shm");
    name.into()
}

impl Image {
    /// Reads what is on the disk. Nobody may be writing.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn take(path: &Path) -> io::Result<Self> {
        let log = match fs::read(log_of(path)) {
            Ok(log) => log,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(Self { file: fs::read(path)?, log })
    }

    /// Puts it on the disk in place of what is there. Nobody may have it open.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn put(&self, path: &Path) -> io::Result<()> {
        for left in [log_of(path), index_of(path)] {
            match fs::remove_file(left) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        fs::write(path, &self.file)?;
        if self.log.is_empty() { Ok(()) } else { fs::write(log_of(path), &self.log) }
    }

    /// What the disk may hold when everything stopped between this and `after`.
    #[must_use]
    pub fn torn(&self, after: &Self, dice: &mut fastrand::Rng) -> Self {
        if self.file == after.file {
            return Self { file: self.file.clone(), log: self.torn_log(&after.log, dice) };
        }
        // The log was being copied into the file, and is whole until that is done.
        let mut file = after.file.clone();
        for (start, page) in self.file.chunks(PAGE).enumerate() {
            let place = start * PAGE;
            if dice.bool()
                && let Some(there) = file.get_mut(place..place + page.len())
            {
                there.copy_from_slice(page);
            }
        }
        let log = if after.log.len() >= self.log.len() { &after.log } else { &self.log };
        Self { file, log: log.clone() }
    }

    fn torn_log(&self, after: &[u8], dice: &mut fastrand::Rng) -> Vec<u8> {
        let kept = self.log.iter().zip(after).take_while(|(one, other)| one == other).count();
        let cut = dice.usize(kept..=after.len());
        let mut log = after.get(..cut).unwrap_or_default().to_vec();
        // What was not forced to the disk arrives there in any order.
        if dice.u8(0..4) == 0 && cut > kept {
            let from = dice.usize(kept..cut) / SECTOR * SECTOR;
            let from = from.max(kept);
            if let Some(sector) = log.get_mut(from..(from + SECTOR).min(cut)) {
                sector.fill(0);
            }
        }
        // A log that was begun anew in place of a longer one still has the rest of that behind it.
        if after.len() == self.log.len()
            && let Some(rest) = self.log.get(cut..)
        {
            log.extend_from_slice(rest);
        }
        log
    }
}

/// The files of a folder and of the folders in it, as they were at a moment.
#[derive(Debug, Clone, Default)]
pub struct Files(BTreeMap<PathBuf, Vec<u8>>);

impl Files {
    /// Reads them; a folder that is not there has none.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn take(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(inside) = folders.pop() {
            if !inside.exists() {
                continue;
            }
            for entry in fs::read_dir(&inside)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(name) = path.strip_prefix(folder) {
                    files.insert(name.to_path_buf(), fs::read(&path)?);
                }
            }
        }
        Ok(Self(files))
    }

    /// Writes them in the place of whatever is there.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn put(&self, folder: &Path) -> io::Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        for (name, bytes) in &self.0 {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, bytes)?;
        }
        Ok(())
    }
}
