//! What a transfer does here: with the cache, and with the files of chunks.

use std::collections::HashSet;
use std::sync::Arc;

use booqing_model::{Fields, Stored, Values};
use booqing_protocol::chunk::{CHUNKS, Kept, LARGEST_CHUNK, Lacking, MOST_OFFERED, Offer};
use booqing_protocol::message::Answer;
use booqing_protocol::{ChunkName, FramingError, Id, VERSION, decode, encode};
use booqing_store::{Cache, ChunkFolder, Reader};

use super::{Ask, Event, Task, original};
use crate::SyncError;
use crate::inward::Surroundings;

/// The bytes of chunks that stay here although nothing asks for them to: what was looked at is likely to
/// be looked at again.
const KEPT_BYTES: u64 = 1024 * 1024 * 1024;
/// How long, in seconds, a desk believes that the hub has what it said it has.
const BELIEVED: i64 = 30 * 24 * 3600;

/// What a transfer works with.
#[derive(Clone)]
pub struct TransferWork {
    /// The cache.
    pub cache: Arc<Cache>,
    /// The files of chunks.
    pub folder: ChunkFolder,
    /// The administration.
    pub administration: Id,
    /// Where the time comes from.
    pub surroundings: Arc<dyn Surroundings + Send + Sync>,
}

impl std::fmt::Debug for TransferWork {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TransferWork").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// What is sent to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A message.
    Post {
        /// The path it is sent to.
        path: &'static str,
        /// The message.
        body: Vec<u8>,
    },
    /// A chunk.
    Put {
        /// The path it is sent to.
        path: String,
        /// The chunk.
        body: Vec<u8>,
    },
    /// A question for a chunk.
    Get {
        /// The path it is asked for at.
        path: String,
        /// From which byte on.
        from: u64,
    },
}

impl TransferWork {
    /// What to send for a question; `None` when the chunk that is to be sent is not here as it was made.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub fn request(&self, ask: &Ask) -> Result<Option<Request>, SyncError> {
        let path = |name: &ChunkName| format!("{CHUNKS}{name}");
        Ok(Some(match ask {
            Ask::Offer(names) => {
                let (version, administration) = (VERSION, self.administration);
                let offer = Offer { version, administration, names: names.clone() };
                Request::Post { path: "/v1/offer", body: encode(&offer)? }
            }
            Ask::Keep(name) => {
                let body = self.folder.read(name.0)?.filter(|bytes| ChunkName::of(bytes) == *name);
                let Some(body) = body else {
                    self.forget(*name)?;
                    return Ok(None);
                };
                Request::Put { path: path(name), body }
            }
            Ask::Give(name) => {
                let came = self.folder.part_length(name.0)?;
                // More than there can be, or all of it and it was not taken in: it begins anew.
                let is_some = came < LARGEST_CHUNK as u64;
                if !is_some {
                    self.folder.drop_part(name.0)?;
                }
                Request::Get { path: path(name), from: if is_some { came } else { 0 } }
            }
        }))
    }

    /// The next bytes of a chunk. `at` is which byte of it the first one is.
    ///
    /// # Errors
    /// [`SyncError::Framing`] when there are more than a chunk has.
    pub fn append(&self, name: ChunkName, at: u64, bytes: &[u8]) -> Result<(), SyncError> {
        let after = at.saturating_add(bytes.len() as u64);
        if after > LARGEST_CHUNK as u64 {
            let (bytes, limit) = (usize::try_from(after).unwrap_or(usize::MAX), LARGEST_CHUNK);
            return Err(FramingError::TooLarge { bytes, limit }.into());
        }
        if self.folder.part_length(name.0)? != at {
            // The hub gave another stretch than was asked for: all of it.
            self.folder.drop_part(name.0)?;
            if at != 0 {
                return Err(SyncError::ChunkAltered { name });
            }
        }
        Ok(self.folder.append(name.0, bytes)?)
    }

    /// Does a task.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub fn perform(&self, task: &Task) -> Result<Event, SyncError> {
        let now = self.surroundings.now().0;
        Ok(match task {
            Task::Offer => {
                let names = self.cache.read(|reader| {
                    let epoch = reader.progress()?.epoch;
                    // A hub that was never read from is not known by its epoch.
                    let limit = if epoch == 0 { 0 } else { MOST_OFFERED };
                    reader.chunks_to_offer(epoch, now - BELIEVED..=now, limit)
                })?;
                Event::Offering(names.into_iter().map(ChunkName).collect())
            }
            Task::AtHub(names) => {
                let names: Vec<[u8; 32]> = names.iter().map(|name| name.0).collect();
                self.cache.write(|writer| {
                    writer.exchange(|exchange| {
                        let epoch = exchange.progress()?.epoch;
                        exchange.chunks_are_at_hub(&names, epoch, now)
                    })
                })?;
                Event::Noted
            }
            Task::Want => {
                let wanted = self.cache.read(|reader| {
                    let (mut wanted, mut seen) = (Vec::new(), HashSet::new());
                    for name in kept_here(reader)? {
                        if seen.insert(name) && !reader.has_chunk(name.0)? {
                            wanted.push(name);
                        }
                    }
                    Ok(wanted)
                })?;
                Event::Wanting(wanted)
            }
            Task::TakeIn(name) => Event::TakenIn(self.take_in(*name, now)?),
            Task::MakeRoom => {
                self.make_room(KEPT_BYTES)?;
                Event::MadeRoom
            }
        })
    }

    fn take_in(&self, name: ChunkName, now: i64) -> Result<bool, SyncError> {
        let bytes = self.folder.read_part(name.0)?;
        if ChunkName::of(&bytes) != name {
            self.folder.drop_part(name.0)?;
            return Ok(false);
        }
        self.folder.finish(name.0)?;
        self.cache.write(|writer| {
            writer.exchange(|exchange| {
                let epoch = exchange.progress()?.epoch;
                exchange.add_chunk(name.0, bytes.len() as u64, epoch, now)
            })
        })?;
        Ok(true)
    }

    /// A chunk is not here as it was made.
    fn forget(&self, name: ChunkName) -> Result<(), SyncError> {
        // The row first: a file without one is of no use, and goes at the next start.
        self.cache.write(|writer| writer.exchange(|exchange| exchange.forget_chunk(name.0)))?;
        Ok(self.folder.remove(name.0)?)
    }

    /// Lets go of chunks until those that are left have so many bytes: of none that the hub has not got,
    /// of none of an archive or of an original that this desk keeps, and first of those that were not used
    /// for longest.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub fn make_room(&self, most: u64) -> Result<(), SyncError> {
        let (chunks, epoch, kept) = self.cache.read(|reader| {
            let kept: HashSet<ChunkName> = kept_here(reader)?.into_iter().collect();
            Ok((reader.chunks()?, reader.progress()?.epoch, kept))
        })?;
        let mut there: u64 = chunks.iter().map(|chunk| chunk.bytes).sum();
        for chunk in chunks {
            let name = ChunkName(chunk.name);
            if there > most && chunk.epoch == epoch && epoch != 0 && !kept.contains(&name) {
                self.forget(name)?;
                there -= chunk.bytes;
            }
        }
        Ok(())
    }
}

/// The chunks that are kept here: of archives, the newest year first, and of originals that this desk
/// keeps.
fn kept_here(reader: &Reader<'_>) -> booqing_store::Result<Vec<ChunkName>> {
    let mut years = Vec::new();
    reader.scan("fiscal_year", &["fiscal_year", "archive"], |_, year| {
        if let Some(archive) = stored(year, "archive") {
            years.push((year.integer("fiscal_year").unwrap_or_default(), archive));
        }
        Ok(())
    })?;
    years.sort_by_key(|(year, _)| std::cmp::Reverse(*year));
    let mut kept: Vec<Stored> = years.into_iter().map(|(_, archive)| archive).collect();
    for record in reader.pinned()? {
        let original = reader.get_some("attachment", record, &["stored"])?;
        kept.extend(original.and_then(|original| stored_of(&original)));
    }
    // What names no chunks is told of when it is read.
    Ok(kept.iter().flat_map(|stored| original::names(stored).unwrap_or_default()).collect())
}

fn stored(values: &impl Values, field: &str) -> Option<Stored> {
    serde_json::from_value(values.structure(field)?.into_owned()).ok()
}

/// Where the bytes of an attachment are; `None` when it has none, or lies under a key that is not here.
pub fn stored_of(attachment: &Fields) -> Option<Stored> {
    attachment.get("stored").and_then(|value| serde_json::from_value(value.clone()).ok())
}

/// What an answer to a message means.
///
/// # Errors
/// [`SyncError::Framing`] when it is none.
pub fn answered(ask: &Ask, bytes: &[u8]) -> Result<Event, SyncError> {
    Ok(match ask {
        Ask::Offer(_) => match decode::<Answer<Lacking>>(bytes)? {
            Answer::Done(lacking) => Event::Answered(Box::new(lacking)),
            Answer::Refused(refusal) => Event::Refused(refusal),
        },
        Ask::Keep(_) => match decode::<Answer<Kept>>(bytes)? {
            Answer::Done(_) => Event::Kept,
            Answer::Refused(refusal) => Event::Refused(refusal),
        },
        // A chunk is no message: what is one is a refusal.
        Ask::Give(_) => match decode::<Answer<()>>(bytes)? {
            Answer::Done(()) => Event::Came,
            Answer::Refused(refusal) => Event::Refused(refusal),
        },
    })
}
