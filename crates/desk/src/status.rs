//! How a desk stands.

use booqing_model::Id;
use booqing_store::StoreError;
use serde::Serialize;
use ts_rs::TS;

use crate::{Desk, Result, clash, late, overtaken, series};

/// How a desk stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Status {
    /// Where it stands: `saved`, `waiting`, `attention`.
    pub state: &'static str,
    /// The name of the administration.
    pub administration: String,
    /// This desk.
    pub desk: Id,
    /// Where the hub is.
    pub hub: String,
    /// Changes the hub has not got yet.
    #[ts(type = "number")]
    pub waiting: u64,
    /// When the last sync ended well, in seconds since 1970.
    #[ts(type = "number | null")]
    pub synced_at: Option<i64>,
    /// Whether both sides had the same then.
    pub equal: Option<bool>,
    /// Conflicts nobody has decided yet.
    #[ts(type = "number")]
    pub conflicts: u64,
    /// Bookings that lost their place to others.
    #[ts(type = "number")]
    pub clashes: u64,
    /// Entries for fiscal years that had been sealed, to which nobody has seen yet.
    #[ts(type = "number")]
    pub late_entries: u64,
    /// Decisions of this desk that came after another desk's, which nobody has seen yet.
    #[ts(type = "number")]
    pub overtaken: u64,
    /// Numbers of issued documents that are not in order: missing, given twice, or of a document that is not
    /// as it was.
    #[ts(type = "number")]
    pub number_faults: u64,
    /// Changes the hub refused.
    #[ts(type = "number")]
    pub refused: u64,
    /// Bytes of originals that the hub has not got yet.
    #[ts(type = "number")]
    pub originals_waiting: u64,
    /// The ways in: `keyring`, `passphrase`, `recovery_kit`.
    pub slots: Vec<&'static str>,
    /// Whether two of them that do not hang together are proven to work.
    pub slots_safe: bool,
    /// Clients, bookings and documents here.
    pub records: Records,
    /// What the cache takes on the disk, in bytes.
    #[ts(type = "number")]
    pub storage: u64,
}

/// How many records there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Records {
    /// Clients.
    #[ts(type = "number")]
    pub clients: u64,
    /// Bookings.
    #[ts(type = "number")]
    pub bookings: u64,
    /// Documents.
    #[ts(type = "number")]
    pub documents: u64,
}

/// Up to so many bytes a cache is checked whole when the desk opens: it takes two seconds at the most.
const CHECKED: u64 = 200_000_000;

impl Desk {
    /// Checks every page of a cache that is not too large for that, before anything comes in by a
    /// sync.
    ///
    /// # Errors
    /// [`booqing_store::StoreError::Damaged`].
    pub fn check(&self) -> Result<()> {
        if self.cache.size()? > CHECKED {
            return Ok(());
        }
        match self.cache.check_pages() {
            // Somebody reads at this moment; the next start checks again.
            Err(StoreError::Busy) => Ok(()),
            checked => Ok(checked?),
        }
    }

    /// How this desk stands.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn status(&self) -> Result<Status> {
        let storage = self.cache.size()?;
        let keys = self.key_slots();
        Ok(self.cache.read(|reader| {
            let progress = reader.progress()?;
            let mut conflicts = 0;
            for id in reader.ids("conflict")? {
                let is_open = reader
                    .get("conflict", id)?
                    .is_some_and(|row| row.fields.get("resolved_at").is_none());
                conflicts += u64::from(is_open);
            }
            let clashes = clash::count(reader)?;
            let late_entries = late::count(reader)?;
            let overtaken = overtaken::count(reader, self.connection.desk)?;
            let number_faults = series::count_faults(reader)?;
            let waiting = reader.outbox_len()?.unsigned_abs();
            let originals_waiting = reader.chunks_waiting(progress.epoch)?.bytes;
            let refused = u64::try_from(reader.refusals()?.len()).unwrap_or(u64::MAX);
            Ok(Status {
                state: match (
                    conflicts + clashes + late_entries + overtaken + refused,
                    waiting + originals_waiting,
                ) {
                    (1.., _) => "attention",
                    (_, 1..) => "waiting",
                    _ => "saved",
                },
                storage,
                administration: self.connection.name.clone(),
                desk: self.connection.desk,
                hub: self.connection.address.clone(),
                waiting,
                synced_at: progress.synced_at,
                equal: progress.equal,
                conflicts,
                clashes,
                late_entries,
                overtaken,
                number_faults,
                refused,
                originals_waiting,
                slots: keys.slots.iter().map(|slot| slot.kind).collect(),
                slots_safe: keys.safe,
                records: Records {
                    clients: reader.count("client")?,
                    bookings: reader.count("booking")?,
                    documents: reader.count("document")?,
                },
            })
        })?)
    }
}
