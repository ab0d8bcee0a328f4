//! Originals: scans and received files that belong to a document, kept beside the records.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use booqing_model::{Fields, Id};
use booqing_protocol::{ChunkName, Refusal};
use booqing_store::{
    Change, ChangeSet, ChunkFolder, Condition, Edit, ListQuery, Reader, Row, StoreError,
};
use booqing_sync::SyncError;
use booqing_sync::driver::{self, SystemSurroundings};
use booqing_sync::inward::Surroundings;
use booqing_sync::transfer::work::{TransferWork, stored_of};
pub use booqing_sync::transfer::{Errand, Transferred};
use booqing_sync::transfer::{original, original::Taken};
use booqing_sync::wire::wire_id;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::TS;

use crate::export::{self, Saved};
use crate::{Desk, DeskError, Home, RecordView, Result};

const CLASS: &str = "attachment";
/// Enough of a file to tell what it is by.
const HEAD: u64 = 8 * 1024;

/// Which originals are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct OriginalQuery {
    /// The document they must belong to.
    pub document: Option<Id>,
    /// The client whose document that must be.
    pub client: Option<Id>,
}

/// Where the bytes of an original are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Whereabouts {
    /// At this desk and at the hub.
    Here,
    /// At this desk alone: they go to the hub with the next sync.
    Waiting,
    /// Not at this desk: they come from the hub when somebody asks for them, as soon as the desk where they
    /// were added has sent them.
    Hub,
    /// Nowhere that is known, or under a key that this desk has not got.
    Unknown,
}

/// An original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OriginalLine {
    /// The attachment.
    pub id: Id,
    /// The document it belongs to.
    pub document: Option<Id>,
    /// The number of that document; empty before it is issued.
    pub document_number: String,
    /// The client whose document it is.
    pub client: Option<Id>,
    /// The client's name.
    pub client_name: String,
    /// The name of the file as it came.
    pub file_name: String,
    /// Type of the content.
    pub media_type: String,
    /// Size in bytes.
    #[ts(type = "number")]
    pub size: i64,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// Where the bytes are.
    pub whereabouts: Whereabouts,
    /// Whether this desk keeps it, so that it is there without the hub.
    pub pinned: bool,
}

/// The folder of chunks of a home. What is asked for by a person and what comes by itself never write the
/// same file.
pub(crate) fn folder(home: &Home) -> Result<ChunkFolder> {
    Ok(ChunkFolder::open(&home.path().join("chunks"))?)
}

impl Desk {
    /// Adds a file to a document, as its original. A file that the document has already is not added twice.
    ///
    /// # Errors
    /// [`DeskError::Unknown`]; [`DeskError::File`] when the file cannot be read;
    /// [`DeskError::Sync`] when it is too large or changes meanwhile. Nothing is added then.
    pub fn add_original(&self, document: &str, file: &Path) -> Result<OriginalLine> {
        let document = self.record("document", document)?;
        let failed = |source| DeskError::File { action: "read", path: file.to_path_buf(), source };
        let opened = File::open(file).map_err(failed)?;
        if opened.metadata().map_err(failed)?.is_dir() {
            return Err(failed(std::io::ErrorKind::IsADirectory.into()));
        }
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        self.add_original_of(&document, opened, name.as_deref())
    }

    /// Adds a file that somebody handed in, by its bytes and its name.
    ///
    /// # Errors
    /// As [`Self::add_original`].
    pub fn add_original_bytes(
        &self,
        document: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<OriginalLine> {
        let document = self.record("document", document)?;
        let name = Some(name).filter(|name| !name.is_empty());
        self.add_original_of(&document, Cursor::new(bytes), name)
    }

    fn add_original_of(
        &self,
        document: &RecordView,
        mut opened: impl Read + Seek,
        name: Option<&str>,
    ) -> Result<OriginalLine> {
        let mut head = Vec::new();
        (&mut opened).take(HEAD).read_to_end(&mut head).map_err(SyncError::Original)?;
        opened.seek(SeekFrom::Start(0)).map_err(SyncError::Original)?;
        let media_type = media_type(&head, name.unwrap_or_default());
        let taken = original::take(&self.sealer()?, &self.chunks, &mut opened)?;

        let new = SystemSurroundings.id()?;
        let at = SystemSurroundings.now();
        let (id, committed) = self.cache.write(|writer| {
            let there = same(&writer.reader(), document.id, &taken.sha256)?;
            let fields = fields(&document.fields, document.id, &taken, &media_type, name);
            let change = Change { class: CLASS.to_owned(), id: new, edit: Edit::Create(fields) };
            let operation = "attachment.add".to_owned();
            let set = ChangeSet { operation, at, user: None, changes: vec![change] };
            writer.batch(|batch| {
                // Also of one that is there: its bytes may have been lost here, and are again.
                for (name, bytes) in &taken.chunks {
                    batch.add_chunk(name.0, *bytes, at.0)?;
                }
                match there {
                    Some(there) => Ok((there, None)),
                    None => batch.apply(&set).map(|committed| (new, Some(committed))),
                }
            })
        })?;
        match committed {
            Some(committed) => self.tell(&committed),
            None => self.changes.carry(),
        }
        self.original(&id.to_string())
    }

    /// Originals, by their document.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn originals(&self, query: &OriginalQuery) -> Result<Vec<OriginalLine>> {
        let conditions = [("document", query.document), ("client", query.client)]
            .into_iter()
            .filter_map(|(name, id)| Some(Condition::Is(name, id?.to_string().into())))
            .collect();
        let asked = ListQuery { conditions, limit: u32::MAX, ..ListQuery::default() };
        self.cache.read(|reader| {
            let (_, rows) = reader.list(CLASS, &asked)?;
            Ok(self.lines(reader, &rows))
        })?
    }

    /// The original that an id, or the beginning of one, names.
    ///
    /// # Errors
    /// [`DeskError::Unknown`], [`DeskError::Ambiguous`].
    pub fn original(&self, name: &str) -> Result<OriginalLine> {
        let id = self.named(CLASS, name)?;
        let unknown = || DeskError::Unknown { class: CLASS, name: name.to_owned() };
        self.cache
            .read(|reader| {
                let rows: Vec<Row> = reader.get(CLASS, id)?.into_iter().collect();
                Ok(self.lines(reader, &rows))
            })??
            .pop()
            .ok_or_else(unknown)
    }

    /// Keeps an original at this desk, or no longer. It comes with the next sync, and stays until then
    /// or until it is let go of for room.
    ///
    /// # Errors
    /// As [`Self::original`].
    pub fn keep_original(&self, name: &str, keep: bool) -> Result<OriginalLine> {
        let id = self.named(CLASS, name)?;
        self.cache.write(|writer| writer.batch(|batch| batch.pin(id, keep)))?;
        self.changes.carry();
        self.changes.tell(std::iter::once(CLASS));
        self.original(&id.to_string())
    }

    /// Writes the bytes of an original to a file, or into the folder where a person finds what was saved.
    /// What is not here is fetched.
    ///
    /// # Errors
    /// [`DeskError::Sync`] when the hub cannot be reached or has not got it, or when what is kept are not
    /// the bytes that were added; [`DeskError::File`]. No file is made then.
    pub async fn save_original(&self, name: &str, to: Option<&Path>) -> Result<Saved> {
        let line = self.original(name)?;
        let row = self.cache.read(|reader| reader.get(CLASS, line.id))?;
        let stored = row.as_ref().and_then(|row| stored_of(&row.fields));
        let stored = stored.ok_or(SyncError::Refused(Refusal::NoChunk))?;
        let names = original::names(&stored)?;
        self.fetch(&names).await?;

        let mut file = export::begin(to)?;
        let (chunks, sha256) = (self.chunks.clone(), line.sha256);
        // Up to 256 MiB are opened and written: on a thread that may block.
        let written = tokio::task::spawn_blocking(move || {
            let written = original::write(&chunks, &stored, &sha256, file.as_file_mut());
            written.map(|()| file)
        });
        let file = written.await.map_err(|stopped| SyncError::Original(stopped.into()))??;
        let (used, at) = (names.iter().map(|name| name.0).collect::<Vec<_>>(), now());
        self.cache.write(|writer| writer.batch(|batch| batch.use_chunks(&used, at)))?;
        let proposed = if line.file_name.is_empty() { "original" } else { &line.file_name };
        export::finish(file, to, proposed)
    }

    /// Fetches those of these chunks that are not here as they were made.
    async fn fetch(&self, names: &[ChunkName]) -> Result<()> {
        // One at a time: two would write the same files.
        let _turn = self.fetching.lock().await;
        let mut missing = Vec::new();
        for name in names {
            let is_known = self.cache.read(|reader| reader.has_chunk(name.0))?;
            let bytes = self.chunks.read(name.0)?.filter(|bytes| ChunkName::of(bytes) == *name);
            if !is_known || bytes.is_none() {
                missing.push(*name);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let work = self.transfer_work(self.chunks.beside());
        let done = self.transfer(work, Errand::These(missing), |_| ()).await?;
        if done.absent > 0 {
            return Err(SyncError::Refused(Refusal::NoChunk).into());
        }
        Ok(())
    }

    /// Carries originals and archives to and from the hub, once. `watch` is told after each chunk.
    ///
    /// # Errors
    /// [`DeskError::Sync`]. What was carried until then stays so.
    pub async fn carry_originals(
        &self,
        watch: impl FnMut(Transferred) + Send,
    ) -> Result<Transferred> {
        self.transfer(self.transfer_work(self.chunks.clone()), Errand::All, watch).await
    }

    async fn transfer(
        &self,
        work: TransferWork,
        errand: Errand,
        watch: impl FnMut(Transferred) + Send,
    ) -> Result<Transferred> {
        let mut client = self.hub_client()?;
        Ok(driver::transfer(&work, &mut client, errand, watch).await?)
    }

    fn transfer_work(&self, folder: ChunkFolder) -> TransferWork {
        TransferWork {
            cache: Arc::clone(&self.cache),
            folder,
            administration: wire_id(self.administration),
            surroundings: Arc::new(SystemSurroundings),
        }
    }

    fn lines(&self, reader: &Reader<'_>, rows: &[Row]) -> Result<Vec<OriginalLine>> {
        let (epoch, pinned) = (reader.progress()?.epoch, reader.pinned()?);
        rows.iter()
            .map(|row| {
                let text = |name: &str| row.fields.text(name).unwrap_or_default().to_owned();
                let id = |name: &str| row.fields.text(name).and_then(|id| id.parse::<Id>().ok());
                let (document, client) = (id("document"), id("client"));
                let number = match document {
                    Some(document) => reader.get_some("document", document, &["number"])?,
                    None => None,
                };
                Ok(OriginalLine {
                    id: row.id,
                    document,
                    document_number: number
                        .and_then(|fields| fields.text("number").map(str::to_owned))
                        .unwrap_or_default(),
                    client,
                    client_name: Self::client_name(reader, client)?,
                    file_name: text("file_name"),
                    media_type: text("media_type"),
                    size: row.fields.integer("size").unwrap_or_default(),
                    sha256: text("sha256"),
                    whereabouts: whereabouts(reader, &row.fields, epoch)?,
                    pinned: pinned.contains(&row.id),
                })
            })
            .collect()
    }
}

fn now() -> i64 {
    SystemSurroundings.now().0
}

/// How many originals a document has.
///
/// # Errors
/// When the database fails.
pub(crate) fn of_document(
    reader: &Reader<'_>,
    document: Id,
) -> std::result::Result<u64, StoreError> {
    let conditions = vec![Condition::Is("document", document.to_string().into())];
    Ok(reader.list(CLASS, &ListQuery { conditions, ..ListQuery::default() })?.0)
}

/// The original with these bytes that a document has already.
fn same(
    reader: &Reader<'_>,
    document: Id,
    sha256: &str,
) -> std::result::Result<Option<Id>, StoreError> {
    let conditions = vec![Condition::Is("document", document.to_string().into())];
    let asked = ListQuery { conditions, limit: u32::MAX, ..ListQuery::default() };
    let (_, rows) = reader.list(CLASS, &asked)?;
    let is_same = |row: &&Row| {
        row.fields.text("sha256") == Some(sha256) && row.fields.get("stored").is_some()
    };
    Ok(rows.iter().find(is_same).map(|row| row.id))
}

fn fields(
    of: &Fields,
    document: Id,
    taken: &Taken,
    media_type: &str,
    file_name: Option<&str>,
) -> Fields {
    let mut fields = Fields::new();
    fields.set("fiscal_year", json!(of.integer("fiscal_year")));
    fields.set("document", json!(document));
    fields.set("client", json!(of.text("client")));
    fields.set("sha256", json!(taken.sha256));
    fields.set("media_type", json!(media_type));
    fields.set("size", json!(taken.size));
    fields.set("file_name", json!(file_name));
    fields.set("stored", json!(taken.stored));
    fields
}

fn whereabouts(reader: &Reader<'_>, fields: &Fields, epoch: i64) -> Result<Whereabouts> {
    let Some(names) = stored_of(fields).and_then(|stored| original::names(&stored).ok()) else {
        return Ok(Whereabouts::Unknown);
    };
    let mut is_waiting = false;
    for name in names {
        match reader.chunk(name.0)? {
            None => return Ok(Whereabouts::Hub),
            Some(chunk) => is_waiting |= chunk.epoch == 0 || chunk.epoch != epoch,
        }
    }
    Ok(if is_waiting { Whereabouts::Waiting } else { Whereabouts::Here })
}

/// The type of a file (RFC 6838): by its first bytes, and where they say nothing, by its name.
fn media_type(head: &[u8], name: &str) -> String {
    if let Some(known) = infer::get(head) {
        return known.mime_type().to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_text = std::str::from_utf8(head).is_ok_and(|text| !text.contains('\0'));
    match ending.as_deref() {
        Some("csv") if is_text => "text/csv",
        Some("json") if is_text => "application/json",
        Some("xml" | "xaf" | "ubl") if is_text => "application/xml",
        Some("eml") => "message/rfc822",
        Some("txt") if is_text => "text/plain",
        _ => "application/octet-stream",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_bytes_before_its_name() {
        assert_eq!(media_type(b"%PDF-1.7\n", "photo.jpg"), "application/pdf");
        assert_eq!(media_type(&[0xff, 0xd8, 0xff, 0xe0], "scan"), "image/jpeg");
        assert_eq!(media_type(b"a;b\n1;2\n", "lijst.CSV"), "text/csv");
        assert_eq!(media_type(b"a\0b", "lijst.csv"), "application/octet-stream");
        assert_eq!(media_type(b"", "leeg"), "application/octet-stream");
    }
}
