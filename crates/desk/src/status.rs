//! How a desk stands.

use booqing_model::Id;
use serde::Serialize;
use ts_rs::TS;

use crate::{Desk, Result};

/// How a desk stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Status {
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
    /// Changes the hub refused.
    #[ts(type = "number")]
    pub refused: u64,
    /// The ways in: `keyring`, `passphrase`.
    pub slots: Vec<&'static str>,
    /// Clients, bookings and documents here.
    pub records: Records,
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

impl Desk {
    /// How this desk stands.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn status(&self) -> Result<Status> {
        Ok(self.cache.read(|reader| {
            let progress = reader.progress()?;
            let mut conflicts = 0;
            for id in reader.ids("conflict")? {
                let is_open = reader
                    .get("conflict", id)?
                    .is_some_and(|row| row.fields.get("resolved_at").is_none());
                conflicts += u64::from(is_open);
            }
            Ok(Status {
                administration: self.connection.name.clone(),
                desk: self.connection.desk,
                hub: self.connection.address.clone(),
                waiting: reader.outbox_len()?.unsigned_abs(),
                synced_at: progress.synced_at,
                equal: progress.equal,
                conflicts,
                refused: u64::try_from(reader.refusals()?.len()).unwrap_or(u64::MAX),
                slots: self.slots.slots().iter().map(|slot| slot.kind.name()).collect(),
                records: Records {
                    clients: reader.count("client")?,
                    bookings: reader.count("booking")?,
                    documents: reader.count("document")?,
                },
            })
        })?)
    }
}
