//! Chunks at the hub: files in a folder, or objects in a store that speaks S3.
//!
//! A chunk lies under its administration and its name, and its name is the hash of its bytes: it is
//! written once and never changed, so that copies of all this can be made while it is written to, and
//! several hubs can serve one store.

pub mod s3;

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use booqing_protocol::{ChunkName, Id};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use hyper::body::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use thiserror::Error as ThisError;

use crate::storage::embedded::create_private_folder;

/// How many questions to the store are asked at once for one request.
const AT_ONCE: usize = 16;

/// Why chunks cannot be kept or given.
#[derive(Debug, ThisError)]
pub enum ObjectsError {
    /// The folder cannot be used.
    #[error("{folder}: {source}")]
    Folder {
        /// The folder.
        folder: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The store cannot be used. What it says names chunks, which are hashes.
    #[error("the store of chunks failed: {0}")]
    Store(#[from] Error),
    /// The address of the store cannot be used.
    #[error(transparent)]
    Address(#[from] s3::AddressError),
}

/// Where a hub keeps chunks.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
}

impl fmt::Debug for Objects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Objects({})", self.store)
    }
}

/// Some of a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The bytes.
    pub bytes: Bytes,
    /// Which of the chunk's they are.
    pub range: Range<u64>,
    /// How many the chunk has.
    pub of: u64,
}

impl Piece {
    /// Nothing, of a chunk with so many bytes.
    fn none(of: u64) -> Self {
        Self { bytes: Bytes::new(), range: of..of, of }
    }

    /// Whether it is nothing, because there are no such bytes.
    pub fn is_none(&self) -> bool {
        self.range.is_empty() && self.of > 0
    }
}

impl Objects {
    /// In the folder `objects` of a hub's data.
    pub fn folder_of(data: &Path) -> PathBuf {
        data.join("objects")
    }

    /// In a folder, which is made when it is not there. What was written has reached the disk.
    ///
    /// # Errors
    /// [`ObjectsError`].
    pub fn in_folder(folder: &Path) -> Result<Self, ObjectsError> {
        let failed = |source| ObjectsError::Folder { folder: folder.display().to_string(), source };
        create_private_folder(folder).map_err(failed)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store) })
    }

    /// In a store that speaks S3.
    ///
    /// # Errors
    /// [`ObjectsError`].
    pub fn in_store(address: &s3::Address) -> Result<Self, ObjectsError> {
        Ok(Self { store: address.connect()? })
    }

    /// Those of these chunks that are not there.
    ///
    /// # Errors
    /// [`ObjectsError`].
    pub async fn lacking(
        &self,
        administration: Id,
        names: &[ChunkName],
    ) -> Result<Vec<ChunkName>, ObjectsError> {
        let lacking = |name: ChunkName| async move {
            match self.store.head(&key(administration, name)).await {
                Ok(_) => Ok(None),
                Err(Error::NotFound { .. }) => Ok(Some(name)),
                Err(error) => Err(error.into()),
            }
        };
        // Taken by value: a borrowed name would bind the question to where it stands.
        stream::iter(names.to_vec())
            .map(lacking)
            .buffered(AT_ONCE)
            .try_filter_map(|name| std::future::ready(Ok(name)))
            .try_collect()
            .await
    }

    /// Keeps a chunk; its name must be that of its bytes. A chunk that is there is written again, with
    /// the same bytes.
    ///
    /// # Errors
    /// [`ObjectsError`]; it is there as it was, or not at all.
    pub async fn keep(
        &self,
        administration: Id,
        name: ChunkName,
        bytes: Bytes,
    ) -> Result<(), ObjectsError> {
        self.store.put(&key(administration, name), bytes.into()).await?;
        Ok(())
    }

    /// A chunk from a byte on, until before another; `None` when it is not there. Nothing of it when it
    /// has no such byte.
    ///
    /// # Errors
    /// [`ObjectsError`].
    pub async fn give(
        &self,
        administration: Id,
        name: ChunkName,
        wanted: Option<GetRange>,
    ) -> Result<Option<Piece>, ObjectsError> {
        let asked = wanted.clone();
        let options = GetOptions { range: wanted, ..GetOptions::default() };
        let found = match self.store.get_opts(&key(administration, name), options).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return self.past(administration, name, &asked, error).await,
        };
        let (range, of) = (found.range.clone(), found.meta.size);
        Ok(Some(Piece { bytes: found.bytes().await?, range, of }))
    }

    /// A store that has no such bytes fails: whether that is so.
    async fn past(
        &self,
        administration: Id,
        name: ChunkName,
        asked: &Option<GetRange>,
        error: Error,
    ) -> Result<Option<Piece>, ObjectsError> {
        let (Some(GetRange::Offset(first)) | Some(GetRange::Bounded(Range { start: first, .. }))) =
            asked
        else {
            return Err(error.into());
        };
        let of = self.store.head(&key(administration, name)).await?.size;
        if *first < of { Err(error.into()) } else { Ok(Some(Piece::none(of))) }
    }
}

/// Where a chunk lies: a folder of two digits keeps folders small.
fn key(administration: Id, name: ChunkName) -> Key {
    let name = name.to_string();
    let (first, _) = name.split_at_checked(2).unwrap_or((&name, ""));
    Key::from_iter([administration.to_string().as_str(), first, name.as_str()])
}
