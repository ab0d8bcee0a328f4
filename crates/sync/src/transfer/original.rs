//! An original: a file that becomes sealed chunks, and chunks that become the file again.

use std::io::{self, Read, Seek, SeekFrom, Write};

use booqing_keys::Secret;
use booqing_keys::original::{Measure, Measured, open_chunk, seal_chunk};
use booqing_model::Stored;
use booqing_protocol::ChunkName;
use booqing_protocol::chunk::CHUNK_BYTES;
use booqing_store::ChunkFolder;
use zeroize::Zeroizing;

use crate::{Sealer, SyncError};

/// The most bytes of an original.
pub const LARGEST_ORIGINAL: u64 = 256 * 1024 * 1024;

/// An original that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// How many bytes it has.
    pub size: u64,
    /// Where the chunks are, and the key to them.
    pub stored: Stored,
    /// The chunks, with how many bytes each has.
    pub chunks: Vec<(ChunkName, u64)>,
}

/// Knows an original by its first reading: nothing is written.
///
/// # Errors
/// [`SyncError::Original`] when it cannot be read or is too large.
pub fn measure(sealer: &Sealer, file: &mut impl Read) -> Result<Measured, SyncError> {
    let mut measure = Measure::new(&sealer.originals_key);
    let mut size = 0;
    pieces(file, |piece, _| {
        size += piece.len() as u64;
        if size > LARGEST_ORIGINAL {
            let told = format!("it has more than {} MiB", LARGEST_ORIGINAL >> 20);
            return Err(SyncError::Original(io::Error::new(io::ErrorKind::FileTooLarge, told)));
        }
        measure.update(piece);
        Ok(())
    })?;
    Ok(measure.finish())
}

/// Seals an original into chunks, which have reached the disk afterwards.
///
/// # Errors
/// [`SyncError::Original`] when it cannot be read, is too large, or changes meanwhile.
pub fn take(
    sealer: &Sealer,
    folder: &ChunkFolder,
    file: &mut (impl Read + Seek),
) -> Result<Taken, SyncError> {
    let measured = measure(sealer, file)?;
    file.seek(SeekFrom::Start(0)).map_err(SyncError::Original)?;
    let mut again = Measure::new(&sealer.originals_key);
    let (mut chunks, mut place) = (Vec::new(), 0);
    pieces(file, |piece, is_last| {
        again.update(piece);
        let sealed = seal_chunk(&measured.key, place, is_last, piece)
            .map_err(|source| SyncError::Original(io::Error::other(source)))?;
        let name = ChunkName::of(&sealed);
        folder.write(name.0, &sealed)?;
        chunks.push((name, sealed.len() as u64));
        place += 1;
        Ok(())
    })?;
    if again.finish() != measured {
        let told = "it changed while it was read; try again";
        return Err(SyncError::Original(io::Error::other(told)));
    }
    Ok(Taken {
        sha256: hexadecimal(&measured.sha256),
        size: measured.size,
        stored: Stored {
            key: hexadecimal(measured.key.expose()),
            chunks: chunks.iter().map(|(name, _)| name.to_string()).collect(),
        },
        chunks,
    })
}

/// The names of the chunks of an original.
///
/// # Errors
/// [`SyncError::Original`] when they are none.
pub fn names(stored: &Stored) -> Result<Vec<ChunkName>, SyncError> {
    let name = |text: &String| text.parse().map_err(|_| damaged());
    stored.chunks.iter().map(name).collect()
}

/// Writes the bytes of an original, all of whose chunks are here. What was written is only to be used when
/// this ends well.
///
/// # Errors
/// [`SyncError::ChunkLost`] when a chunk is not here; [`SyncError::Original`] when the bytes are not those
/// with this hash, or cannot be written.
pub fn write(
    folder: &ChunkFolder,
    stored: &Stored,
    sha256: &str,
    into: &mut impl Write,
) -> Result<(), SyncError> {
    let key = secret(&stored.key)?;
    let mut measure = Measure::new(&key);
    let names = names(stored)?;
    for (place, name) in (0..).zip(&names) {
        let is_last = place as usize + 1 == names.len();
        let sealed = folder.read(name.0)?.ok_or(SyncError::ChunkLost { name: *name })?;
        let plain = open_chunk(&key, place, is_last, &sealed).map_err(|_| damaged())?;
        measure.update(&plain);
        into.write_all(&plain).map_err(SyncError::Original)?;
    }
    if hexadecimal(&measure.finish().sha256) == sha256 { Ok(()) } else { Err(damaged()) }
}

/// Reads a file in pieces of a chunk, one at the least, and says of each whether it is the last.
fn pieces(
    file: &mut impl Read,
    mut each: impl FnMut(&[u8], bool) -> Result<(), SyncError>,
) -> Result<(), SyncError> {
    let mut piece = read_piece(file)?;
    loop {
        // Only a full one may have another after it.
        let next = if piece.len() < CHUNK_BYTES { None } else { Some(read_piece(file)?) };
        let next = next.filter(|next| !next.is_empty());
        each(&piece, next.is_none())?;
        let Some(next) = next else { return Ok(()) };
        piece = next;
    }
}

fn read_piece(file: &mut impl Read) -> Result<Zeroizing<Vec<u8>>, SyncError> {
    let mut piece = Zeroizing::new(Vec::with_capacity(CHUNK_BYTES));
    file.take(CHUNK_BYTES as u64).read_to_end(&mut piece).map_err(SyncError::Original)?;
    Ok(piece)
}

fn damaged() -> SyncError {
    let told = "what is kept of it are not the bytes that were taken in";
    SyncError::Original(io::Error::new(io::ErrorKind::InvalidData, told))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn secret(text: &str) -> Result<Secret, SyncError> {
    // Written as the name of a chunk is.
    let bytes: ChunkName = text.parse().map_err(|_| damaged())?;
    Ok(Secret::new(bytes.0))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use booqing_protocol::Id;

    use super::*;

    fn sealer(key: u8) -> Sealer {
        Sealer::new(Id([1; 16]), Id([2; 16]), &[key; 32], None)
    }

    fn folder() -> (tempfile::TempDir, ChunkFolder) {
        let folder = tempfile::tempdir().expect("a folder");
        let chunks = ChunkFolder::open(folder.path()).expect("opened");
        (folder, chunks)
    }

    fn read(folder: &ChunkFolder, taken: &Taken) -> Result<Vec<u8>, SyncError> {
        let mut bytes = Vec::new();
        write(folder, &taken.stored, &taken.sha256, &mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn a_file_of_any_length_comes_back_as_it_was() {
        let (_kept, folder) = folder();
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let bytes: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
            let taken = take(&sealer(1), &folder, &mut Cursor::new(&bytes)).expect("taken");
            assert_eq!(taken.size, length as u64);
            assert_eq!(taken.chunks.len(), length.div_ceil(CHUNK_BYTES).max(1), "{length}");
            assert!(read(&folder, &taken).expect("read") == bytes, "{length}");
        }
    }

    #[test]
    fn a_chunk_that_is_gone_altered_or_left_out_is_told_of() {
        let (_kept, folder) = folder();
        let bytes = vec![7; CHUNK_BYTES + 10];
        let taken = take(&sealer(1), &folder, &mut Cursor::new(&bytes)).expect("taken");
        let [(first, _), (second, _)] = taken.chunks[..] else { panic!("two chunks") };

        let mut short = taken.clone();
        short.stored.chunks.pop();
        assert!(matches!(read(&folder, &short), Err(SyncError::Original(_))), "left out");
        let mut turned = taken.clone();
        turned.stored.chunks.reverse();
        assert!(matches!(read(&folder, &turned), Err(SyncError::Original(_))), "turned round");
        let other = Taken { sha256: "00".repeat(32), ..taken.clone() };
        assert!(matches!(read(&folder, &other), Err(SyncError::Original(_))), "another file");

        let mut altered = folder.read(first.0).expect("read").expect("a chunk");
        altered[5] ^= 1;
        folder.write(first.0, &altered).expect("written");
        assert!(matches!(read(&folder, &taken), Err(SyncError::Original(_))), "altered");
        folder.remove(second.0).expect("removed");
        altered[5] ^= 1;
        folder.write(first.0, &altered).expect("written");
        assert!(
            matches!(read(&folder, &taken), Err(SyncError::ChunkLost { name }) if name == second)
        );
    }

    #[test]
    fn a_file_that_is_too_large_is_refused_before_anything_is_written() {
        let (kept, folder) = folder();
        let mut endless = io::repeat(0);
        let refused = measure(&sealer(1), &mut endless);
        assert!(matches!(refused, Err(SyncError::Original(_))), "{refused:?}");
        let mut large = Cursor::new(vec![0; CHUNK_BYTES]).chain(io::repeat(0));
        assert!(measure(&sealer(1), &mut large).is_err());
        drop(folder);
        assert_eq!(std::fs::read_dir(kept.path()).expect("listed").count(), 0);
    }
}
