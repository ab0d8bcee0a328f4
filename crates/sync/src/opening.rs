//! Opening: the records of a page are checked and opened before anything of it is written.
//!
//! This is most of the work of taking a page in and needs nothing of the cache but keys, so that the
//! next page can be opened while one is written.

use std::cell::RefCell;
use std::collections::HashMap;

use booqing_model::Id;
use booqing_model::field::RecordType;
use booqing_model::time::Moment;
use booqing_protocol::message::{Cursor, Incoming, Page, Passed};
use booqing_protocol::scan::Scanned;
use booqing_protocol::{Hash, SealedRecord};
use booqing_store::tables::sealing_key::SealingKey;
use booqing_store::tables::witness::Head;
use booqing_store::{Cache, NewRow, Row};

use crate::content::deleted_at;
use crate::counting::signed;
use crate::scanning::{FirstSync, Scanning};
use crate::sealing::{KEY_CLASS, Keys, Opened};
use crate::wire::{model_id, wire_id};
use crate::witness::{self, HEAD_CLASS};
use crate::{Sealer, SyncError, own_records};

/// So many keys later, one that was not asked for is forgotten. Pages that are opened and not yet
/// written hold far fewer: what is forgotten is in the cache.
const MOST_KEYS: usize = 100_000;

/// A page whose every record is authentic and was opened, as far as this desk has keys.
#[derive(Debug)]
pub struct OpenedPage {
    pub(crate) reach: Reach,
    pub(crate) total: u64,
    pub(crate) since: u64,
    pub(crate) records: Vec<OpenedRecord>,
}

/// How far a desk has read with a page.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// Everything up to a revision; at the head of the hub, with the digest of what it has.
    Revision(Cursor, Option<booqing_protocol::Root>),
    /// So much of a first sync.
    Scan(Box<Scanning>),
}

impl OpenedPage {
    /// How far the first sync is that it is of.
    pub(crate) fn first(&self) -> Option<FirstSync> {
        match &self.reach {
            Reach::Revision(..) => None,
            Reach::Scan(scanning) => Some(scanning.standing()),
        }
    }

    /// How many records it holds.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// How many records the hub has in all.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }
}

/// A record that came.
#[derive(Debug)]
pub(crate) struct OpenedRecord {
    pub(crate) rev: u64,
    /// The hash of its bytes.
    pub(crate) hash: Hash,
    /// What is not sealed; the parts are gone.
    pub(crate) record: SealedRecord,
    /// The versions that passed meanwhile.
    pub(crate) passed: Vec<Passed>,
    pub(crate) content: Content,
}

impl OpenedRecord {
    /// The keys for want of which a part of it stayed closed.
    pub(crate) fn lacking(&self) -> Vec<booqing_protocol::Id> {
        match &self.content {
            Content::Values { closed: Some(closed), .. } => {
                closed.keys.iter().map(|key| wire_id(*key)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What was sealed in a record.
#[derive(Debug)]
pub(crate) enum Content {
    /// Nothing any more: it was deleted then.
    Deleted { at: Option<Moment> },
    /// A key.
    Key(SealingKey),
    /// What a desk says that it was given.
    Head(Head),
    /// A record of a class that this version does not know, as it came.
    Unknown(Vec<u8>),
    /// Values, and what stayed closed.
    Values {
        record_type: &'static RecordType,
        new: NewRow,
        closed: Option<Closed>,
        /// When it was entered.
        at: Option<Moment>,
        /// The keyed hash of the values, where all of them could be read.
        plain: Option<[u8; 16]>,
    },
}

impl Content {
    /// The keyed hash of the values, where all of them could be read.
    pub(crate) fn plain(&self) -> Option<[u8; 16]> {
        match self {
            Self::Values { plain, .. } => *plain,
            _ => None,
        }
    }

    /// When it was entered, by the clock of the desk it is of.
    pub(crate) fn entered(&self) -> Option<Moment> {
        match self {
            Self::Deleted { at } | Self::Values { at, .. } => *at,
            Self::Key(_) | Self::Head(_) | Self::Unknown(_) => None,
        }
    }
}

/// A record of which a part stayed closed.
#[derive(Debug)]
pub(crate) struct Closed {
    /// The record as it came.
    pub(crate) bytes: Vec<u8>,
    /// The keys that would open it.
    pub(crate) keys: Vec<Id>,
}

/// Opens pages one after the other: a page may hold keys for the next.
pub struct Opener<'a> {
    cache: &'a Cache,
    sealer: &'a Sealer,
    keys: KnownKeys,
}

/// The keys that came or were asked for, before and after they are in the cache.
#[derive(Default)]
struct KnownKeys(RefCell<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<Id, Option<SealingKey>>,
    old: HashMap<Id, Option<SealingKey>>,
}

impl KnownKeys {
    /// The key of that id; `None` inside when there is none, outside when that is not known.
    fn get(&self, id: Id) -> Option<Option<SealingKey>> {
        let keys = self.0.borrow();
        let old = match keys.young.get(&id) {
            Some(key) => return Some(key.clone()),
            None => keys.old.get(&id)?.clone(),
        };
        drop(keys);
        self.keep(id, old.clone());
        Some(old)
    }

    fn keep(&self, id: Id, key: Option<SealingKey>) {
        let mut keys = self.0.borrow_mut();
        if keys.young.len() >= MOST_KEYS {
            keys.old = std::mem::take(&mut keys.young);
        }
        keys.young.insert(id, key);
    }
}

impl std::fmt::Debug for Opener<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Opener").finish_non_exhaustive()
    }
}

impl<'a> Opener<'a> {
    /// An opener that knows the keys of the cache.
    pub fn new(cache: &'a Cache, sealer: &'a Sealer) -> Self {
        Self { cache, sealer, keys: KnownKeys::default() }
    }

    /// Checks and opens the records of a page.
    ///
    /// # Errors
    /// [`SyncError::NotAuthentic`] names the record that nobody here made; what was sealed may also
    /// be no content of this program.
    pub fn open(&self, page: &Page) -> Result<OpenedPage, SyncError> {
        let records = self.open_all(&page.records)?;
        let Page { cursor, root, total, since, .. } = *page;
        Ok(OpenedPage { reach: Reach::Revision(cursor, root), total, since, records })
    }

    /// Checks and opens the records of a page of a first sync, which is so far with them.
    ///
    /// # Errors
    /// As for [`Opener::open`].
    pub fn open_scanned(
        &self,
        scanned: &Scanned,
        scanning: &Scanning,
    ) -> Result<OpenedPage, SyncError> {
        let records = self.open_all(&scanned.records)?;
        let (total, since) = (scanning.total, scanning.since);
        Ok(OpenedPage { reach: Reach::Scan(Box::new(scanning.clone())), total, since, records })
    }

    fn open_all(&self, records: &[Incoming]) -> Result<Vec<OpenedRecord>, SyncError> {
        records.iter().map(|incoming| self.open_record(incoming)).collect()
    }

    /// Checks and opens one record.
    pub(crate) fn open_record(&self, incoming: &Incoming) -> Result<OpenedRecord, SyncError> {
        let Incoming { rev, record: bytes, passed, .. } = incoming;
        let mut record = SealedRecord::from_bytes(bytes)?;
        let content = self.open_content(&record, bytes)?;
        record.parts = Vec::new();
        let (rev, hash, passed) = (*rev, Hash::of(bytes), passed.clone());
        Ok(OpenedRecord { rev, hash, record, passed, content })
    }

    fn open_content(&self, record: &SealedRecord, bytes: &[u8]) -> Result<Content, SyncError> {
        let first = self.sealer.open_first(record)?;
        if record.class == KEY_CLASS {
            let id = model_id(record.id);
            if record.deleted {
                self.keys.keep(id, None);
                return Ok(Content::Deleted { at: None });
            }
            let key = own_records::read_key(record, &first)?;
            self.keys.keep(id, Some(key.clone()));
            return Ok(Content::Key(key));
        }
        if record.deleted {
            return Ok(Content::Deleted { at: deleted_at(record, &first) });
        }
        if record.class == HEAD_CLASS {
            return Ok(Content::Head(witness::read(self.sealer, record, &first)?));
        }
        let Some(record_type) = self.sealer.known(&record.class) else {
            return Ok(Content::Unknown(bytes.to_vec()));
        };
        open_values(self.sealer, self, record_type, (record, &first), bytes)
    }
}

/// Opens the values of a record, whose first part is open, as far as there are keys.
pub(crate) fn open_values(
    sealer: &Sealer,
    keys: &impl Keys,
    record_type: &'static RecordType,
    (record, first): (&SealedRecord, &[u8]),
    bytes: &[u8],
) -> Result<Content, SyncError> {
    let Opened { fields, unknown, is_partial, missing, at } =
        sealer.open(keys, record_type, record, first)?;
    let (id, version) = (model_id(record.id), signed(record.version));
    let plain = (!is_partial).then(|| sealer.plain(&fields, &unknown));
    let new = NewRow::of(record_type.class, Row { seq: 0, id, version, fields, unknown })?;
    let closed = is_partial.then(|| Closed { bytes: bytes.to_vec(), keys: missing });
    Ok(Content::Values { record_type, new, closed, at, plain })
}

impl Keys for Opener<'_> {
    fn key(&self, id: Id) -> Result<Option<SealingKey>, SyncError> {
        if let Some(known) = self.keys.get(id) {
            return Ok(known);
        }
        let found = self.cache.read(|reader| reader.sealing_key(id))?;
        self.keys.keep(id, found.clone());
        Ok(found)
    }
}
