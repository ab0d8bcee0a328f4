//! Chunks of originals and archives, as files beside the cache.
//!
//! They are sealed, and called by the hash of their bytes. One that is on its way stands under its name
//! with `.part` or `.asked` until all of it is there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use booqing_keys::private_file;

use crate::{Result, StoreError};

/// The name of a chunk: a hash of its bytes, which one is for whoever makes them.
pub type Name = [u8; 32];

/// A folder of chunks.
#[derive(Debug, Clone)]
pub struct ChunkFolder {
    folder: PathBuf,
    /// How a file ends that is on its way.
    ending: &'static str,
}

impl ChunkFolder {
    /// The folder, which is made when it is not there.
    ///
    /// # Errors
    /// [`StoreError::File`], as in everything below; [`StoreError::DiskFull`].
    pub fn open(folder: &Path) -> Result<Self> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|source| failed(folder, source))?;
        Ok(Self { folder: folder.to_path_buf(), ending: "part" })
    }

    /// The same folder, for somebody who fetches the same chunks at the same time: what is on its way are
    /// other files.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self { ending: "asked", ..self.clone() }
    }

    /// The bytes of a chunk; `None` when it is not here.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn read(&self, name: Name) -> Result<Option<Vec<u8>>> {
        let path = self.whole(name);
        private_file::read(&path).map_err(|source| failed(&path, source))
    }

    /// Writes a chunk, so that it has reached the disk.
    ///
    /// # Errors
    /// [`StoreError::File`], [`StoreError::DiskFull`]; it is not here then.
    pub fn write(&self, name: Name, bytes: &[u8]) -> Result<()> {
        let path = self.whole(name);
        private_file::replace(&path, bytes).map_err(|source| failed(&path, source))
    }

    /// Removes a chunk and what is here of it. One that is not here is no error.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn remove(&self, name: Name) -> Result<()> {
        for path in [self.whole(name), self.part(name)] {
            remove(&path)?;
        }
        Ok(())
    }

    /// How many bytes have come of a chunk that is on its way.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn part_length(&self, name: Name) -> Result<u64> {
        let path = self.part(name);
        match fs::metadata(&path) {
            Ok(file) => Ok(file.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(source) => Err(failed(&path, source)),
        }
    }

    /// The next bytes of a chunk that is on its way.
    ///
    /// # Errors
    /// [`StoreError::File`], [`StoreError::DiskFull`]; what came before stays.
    pub fn append(&self, name: Name, bytes: &[u8]) -> Result<()> {
        let path = self.part(name);
        let append = || {
            let mut options = OpenOptions::new();
            options.create(true).append(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(&path)?.write_all(bytes)
        };
        append().map_err(|source| failed(&path, source))
    }

    /// What has come of a chunk that is on its way.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn read_part(&self, name: Name) -> Result<Vec<u8>> {
        let path = self.part(name);
        match private_file::read(&path) {
            Ok(bytes) => Ok(bytes.unwrap_or_default()),
            Err(source) => Err(failed(&path, source)),
        }
    }

    /// All of a chunk has come, and it reaches the disk under its name.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn finish(&self, name: Name) -> Result<()> {
        let (part, whole) = (self.part(name), self.whole(name));
        let finish = || {
            File::open(&part)?.sync_all()?;
            fs::rename(&part, &whole)?;
            File::open(&self.folder)?.sync_all()
        };
        finish().map_err(|source| failed(&whole, source))
    }

    /// What has come of a chunk is of no use.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn drop_part(&self, name: Name) -> Result<()> {
        remove(&self.part(name))
    }

    /// Removes the files of chunks that nothing knows: their making was cut off before it was noted.
    /// Nobody may be making one meanwhile.
    ///
    /// # Errors
    /// [`StoreError::File`], or what `is_known` returns.
    pub fn tidy(&self, is_known: impl Fn(Name) -> Result<bool>) -> Result<()> {
        let entries = fs::read_dir(&self.folder).map_err(|source| failed(&self.folder, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| failed(&self.folder, source))?;
            let name = entry.file_name();
            let name = name.to_str().and_then(parsed);
            if let Some(name) = name
                && !is_known(name)?
            {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }

    fn whole(&self, name: Name) -> PathBuf {
        self.folder.join(hexadecimal(name))
    }

    fn part(&self, name: Name) -> PathBuf {
        self.folder.join(format!("{}.{}", hexadecimal(name), self.ending))
    }
}

fn hexadecimal(name: Name) -> String {
    name.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name that a file has; `None` for any other file, also of a chunk that is on its way.
fn parsed(text: &str) -> Option<Name> {
    let mut name = Name::default();
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    if pairs.len() != name.len() {
        return None;
    }
    for (to, pair) in name.iter_mut().zip(pairs) {
        *to = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(name)
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path, error)),
        _ => Ok(()),
    }
}

fn failed(path: &Path, source: io::Error) -> StoreError {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        _ => StoreError::File { path: path.to_path_buf(), source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_comes_piece_by_piece_and_is_here_when_all_of_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let chunks = ChunkFolder::open(&folder.path().join("chunks")).expect("opened");
        let name = [0xa7; 32];
        chunks.append(name, b"one ").expect("written");
        chunks.append(name, b"two").expect("written");
        assert_eq!(chunks.part_length(name).expect("a length"), 7);
        assert_eq!(chunks.read(name).expect("read"), None, "not yet");
        assert_eq!(chunks.read_part(name).expect("read"), b"one two");
        chunks.finish(name).expect("finished");
        assert_eq!(chunks.read(name).expect("read").as_deref(), Some(&b"one two"[..]));
        assert_eq!(chunks.part_length(name).expect("a length"), 0);
        chunks.remove(name).expect("removed");
        chunks.remove(name).expect("it is not here already");
        assert_eq!(chunks.read(name).expect("read"), None);
    }

    #[test]
    fn what_nothing_knows_goes_and_what_is_on_its_way_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let chunks = ChunkFolder::open(folder.path()).expect("opened");
        for name in [[1; 32], [2; 32]] {
            chunks.write(name, b"bytes").expect("written");
        }
        chunks.append([3; 32], b"some").expect("written");
        chunks.tidy(|name| Ok(name == [1; 32])).expect("tidied");
        assert!(chunks.read([1; 32]).expect("read").is_some());
        assert!(chunks.read([2; 32]).expect("read").is_none());
        assert_eq!(chunks.part_length([3; 32]).expect("a length"), 4);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_looks_into_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let chunks = ChunkFolder::open(&folder.path().join("chunks")).expect("opened");
        chunks.append([1; 32], b"bytes").expect("written");
        chunks.write([2; 32], b"bytes").expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode(&chunks.folder), 0o700);
        assert_eq!(mode(&chunks.part([1; 32])), 0o600);
        assert_eq!(mode(&chunks.whole([2; 32])), 0o600);
    }
}
