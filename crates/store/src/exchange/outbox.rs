//! What the sync engine does with what waits.

use std::collections::HashSet;

use booqing_model::Id;
use booqing_model::time::Moment;

use super::Exchange;
use crate::Result;
use crate::tables::outbox::{self, OutboxEntry, Waiting};

impl Exchange<'_> {
    /// The entries that wait, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn waiting(&self, limit: u32) -> Result<Vec<OutboxEntry>> {
        outbox::waiting(self.database, limit)
    }

    /// The records of which a change waits.
    ///
    /// # Errors
    /// When the database fails.
    pub fn waiting_ids(&self) -> Result<HashSet<Id>> {
        outbox::ids(self.database)
    }

    /// The number of the first entry that a change of a record waits in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn waits_in(&self, id: Id) -> Result<Option<i64>> {
        outbox::holder(self.database, id)
    }

    /// The records of an entry.
    ///
    /// # Errors
    /// When the database fails.
    pub fn records_of(&self, n: i64) -> Result<Vec<Waiting>> {
        outbox::records_of(self.database, n)
    }

    /// When the change of a record that waits was made; `None` when none waits.
    ///
    /// # Errors
    /// When the database fails.
    pub fn changed_at(&self, id: Id) -> Result<Option<Moment>> {
        Ok(outbox::changed_at(self.database, id)?.map(Moment))
    }

    /// Whether a change of this record waits.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_waiting(&self, id: Id) -> Result<bool> {
        outbox::has(self.database, id)
    }

    /// Whether a change of this record was sent and has no outcome yet.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_sent(&self, id: Id) -> Result<bool> {
        outbox::is_sent(self.database, id)
    }

    /// Puts records into the outbox under a new number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_outbox(&self, at: Moment, records: &[Waiting]) -> Result<i64> {
        outbox::add(self.database, at.0, records)
    }

    /// Moves the records of one entry into another.
    ///
    /// # Errors
    /// When the database fails.
    pub fn hand_over(&self, from: i64, to: i64) -> Result<()> {
        outbox::hand_over(self.database, from, to)
    }

    /// Moves some records of one entry into another.
    ///
    /// # Errors
    /// When the database fails.
    pub fn move_records(&self, from: i64, to: i64, records: &[Id]) -> Result<()> {
        outbox::move_records(self.database, from, to, records)
    }

    /// Notes the bytes that are about to be sent for an entry.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_sent(&self, n: i64, bytes: &[u8]) -> Result<()> {
        outbox::set_sent(self.database, n, bytes)
    }

    /// Notes the version that a record has as it is sealed, with the hash of its values.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_sealed(
        &self,
        n: i64,
        record: Id,
        version: i64,
        plain: Option<[u8; 16]>,
    ) -> Result<()> {
        outbox::set_sealed(self.database, n, record, version, plain)
    }

    /// Takes a record out of an entry of the outbox, which keeps its number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn leave_entry(&self, n: i64, record: Id) -> Result<()> {
        outbox::leave(self.database, n, record)
    }

    /// Takes an entry out of the outbox: its outcome is stored.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_entry(&self, n: i64) -> Result<()> {
        outbox::remove(self.database, n)
    }

    /// Takes the entries of a stretch of numbers out of the outbox, both ends with it: their outcomes are
    /// stored.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_entries(&self, first: i64, last: i64) -> Result<()> {
        outbox::remove_all(self.database, first, last)
    }

    /// Lets the numbers of the outbox follow the last one that the hub has. Where they do not, all
    /// entries are numbered anew, and what was sent counts as not sent.
    ///
    /// # Errors
    /// When the database fails.
    pub fn follow_numbers(&self, last: i64) -> Result<()> {
        outbox::follow(self.database, last)
    }
}
