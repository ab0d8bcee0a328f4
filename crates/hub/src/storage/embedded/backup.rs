//! A copy of everything a hub on files has, made while it serves.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use booqing_protocol::digest::Bucket;
use booqing_protocol::{ChunkName, Hash};
use rusqlite::Connection;

use super::{
    ADMINISTRATION, DIRECTORY, Embedded, Schema, create_private_file, directory, lock,
    open_database,
};
use crate::authority::{self, write_private};
use crate::objects::Objects;
use crate::storage::StorageError;

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// How many administrations.
    pub administrations: usize,
    /// How many chunks.
    pub chunks: usize,
    /// How many bytes its files have.
    pub bytes: u64,
}

impl Embedded {
    /// Copies everything into a new folder, which is there when the copy is complete and checked, or
    /// not at all. Hubs may serve meanwhile: each database is copied as it stands at one moment, the
    /// directory first, so that every administration in it has its file.
    ///
    /// Each copy is opened, its pages are checked, and its records are counted again.
    ///
    /// # Errors
    /// [`StorageError::File`] when the folder is there already or cannot be written,
    /// [`StorageError::Damaged`] when what was copied does not add up.
    pub fn back_up(&self, to: &Path) -> Result<Copied, StorageError> {
        let failed = |source| file_error(to, source);
        if to.exists() {
            let told = "it is there already; name a folder that is not";
            return Err(failed(io::Error::new(io::ErrorKind::AlreadyExists, told)));
        }
        let name = to.file_name().ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?;
        // `copy` alone lies in the folder that this program works in.
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        super::create_private_folder(parent).map_err(|source| file_error(parent, source))?;
        let prefix = format!(".{}-", name.to_string_lossy());
        // Only its owner looks into it, and it goes when anything fails.
        let begun = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent).map_err(failed)?;

        let mut copied = Copied { administrations: 0, chunks: 0, bytes: 0 };
        for file in ["storage.key", authority::KEY, authority::CERTIFICATE] {
            copied.bytes += copy_file(&self.folder.join(file), &begun.path().join(file))?;
        }
        let file = begun.path().join("directory.db");
        copied.bytes += self.copy_database(&lock(&self.directory), &file, &DIRECTORY)?;
        let listed = open_database(&file, &self.key, &DIRECTORY, false)?;
        let administrations = directory::administrations(&listed)?;
        listed.close().map_err(|(_, error)| error)?;
        let inside = begun.path().join("administrations");
        super::create_private_folder(&inside).map_err(|source| file_error(&inside, source))?;
        for id in administrations {
            let shared = self.administration(id)?;
            let file = inside.join(format!("{id}.db"));
            copied.bytes += self.copy_database(&lock(&shared), &file, &ADMINISTRATION)?;
            copied.administrations += 1;
        }
        // After the records: what a record of the copy speaks of is in it.
        copied.chunks = copy_chunks(
            &Objects::folder_of(&self.folder),
            &Objects::folder_of(begun.path()),
            &mut copied.bytes,
        )?;
        for folder in [&inside, begun.path()] {
            sync(folder)?;
        }
        fs::rename(begun.path(), to).map_err(failed)?;
        // It has another name now: nothing is left to take away.
        let _ = begun.keep();
        sync(parent)?;
        Ok(copied)
    }

    /// Copies a database as it stands at one moment, and checks the copy. The answer is its length.
    fn copy_database(
        &self,
        connection: &Connection,
        to: &Path,
        schema: &Schema,
    ) -> Result<u64, StorageError> {
        create_private_file(to).map_err(|source| file_error(to, source))?;
        // SQLCipher gives the copy the key of the original.
        let name =
            to.to_str().ok_or_else(|| file_error(to, io::ErrorKind::InvalidFilename.into()))?;
        connection.execute("VACUUM INTO ?1", [name])?;
        sync(to)?;
        let copy = open_database(to, &self.key, schema, false)?;
        check(&copy, to)?;
        copy.close().map_err(|(_, error)| error)?;
        Ok(fs::metadata(to).map_err(|source| file_error(to, source))?.len())
    }
}

/// Whether every page is as it was written, and the records are those that are counted.
fn check(copy: &Connection, file: &Path) -> Result<(), StorageError> {
    let damaged = |what: String| StorageError::Damaged(format!("{}: {what}", file.display()));
    let mut pages = copy.prepare("PRAGMA cipher_integrity_check")?;
    if let Some(row) = pages.query([])?.next()? {
        return Err(damaged(row.get(0)?));
    }
    let found: String = copy.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if found != "ok" {
        return Err(damaged(found));
    }
    if !copy.table_exists(None, "digest")? {
        return Ok(());
    }
    let mut counted: BTreeMap<(String, i64), Bucket> = BTreeMap::new();
    let mut statement =
        copy.prepare("SELECT class, fiscal_year, hash FROM record WHERE deleted = 0")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let bucket = counted.entry((row.get(0)?, row.get(1)?)).or_default();
        *bucket = bucket.with(Hash(row.get(2)?));
    }
    let mut statement =
        copy.prepare("SELECT class, fiscal_year, count, sum FROM digest WHERE count <> 0")?;
    let mut rows = statement.query([])?;
    let mut noted: BTreeMap<(String, i64), Bucket> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let count: i64 = row.get(2)?;
        let bucket = Bucket { count: count.unsigned_abs(), sum: Hash(row.get(3)?) };
        noted.insert((row.get(0)?, row.get(1)?), bucket);
    }
    if counted == noted {
        Ok(())
    } else {
        Err(damaged("its records are not those that were counted".to_owned()))
    }
}

/// Copies chunks that are what they are called; how many.
fn copy_chunks(from: &Path, to: &Path, bytes: &mut u64) -> Result<usize, StorageError> {
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(source) => return Err(file_error(from, source)),
    };
    super::create_private_folder(to).map_err(|source| file_error(to, source))?;
    let mut copied = 0;
    for entry in entries {
        let entry = entry.map_err(|source| file_error(from, source))?;
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            copied += copy_chunks(&path, &to.join(name), bytes)?;
            continue;
        }
        // Any other file is of a chunk that is being written.
        let Some(Ok(name)) = name.to_str().map(str::parse::<ChunkName>) else { continue };
        let chunk = fs::read(&path).map_err(|source| file_error(&path, source))?;
        if ChunkName::of(&chunk) != name {
            let told = "its bytes are not those that its name says";
            return Err(StorageError::Damaged(format!("{}: {told}", path.display())));
        }
        let copy = to.join(name.to_string());
        write_private(&copy, &chunk).map_err(|error| file_error(&copy, io::Error::other(error)))?;
        *bytes += chunk.len() as u64;
        copied += 1;
    }
    sync(to)?;
    Ok(copied)
}

fn copy_file(from: &Path, to: &Path) -> Result<u64, StorageError> {
    let bytes = zeroize::Zeroizing::new(fs::read(from).map_err(|source| file_error(from, source))?);
    write_private(to, &bytes).map_err(|error| file_error(to, io::Error::other(error)))?;
    Ok(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
}

/// A file or a folder reaches the disk.
fn sync(path: &Path) -> Result<(), StorageError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|source| file_error(path, source))
}

fn file_error(path: &Path, source: io::Error) -> StorageError {
    StorageError::File { file: path.display().to_string(), source }
}
