//! What the sync engine does to the cache, in one transaction: take in what the hub has, and note
//! what became of what was sent.

mod deletions;
mod outbox;
mod past;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use rusqlite::Connection as Database;

use crate::known::{Known, Rare};
use crate::rows::{self, NewRow, Row};
use crate::tables::connection::{self, Progress};
use crate::tables::digest::{self, DigestRow, Sum};
use crate::tables::document::{self, Numbered, SeriesEnd};
use crate::tables::history::{self, HistoryEntry, HistoryKind};
use crate::tables::refusal::{self, RefusedRecord};
use crate::tables::sealing_key::{self, SealingKey};
use crate::tables::synced::{self, Synced};
use crate::tables::{base, fiscal_year, unread};
use crate::{Result, search};

/// A transaction of the sync engine. Nothing it does is seen before it ends well.
#[derive(Debug)]
pub struct Exchange<'a> {
    pub(crate) database: &'a Database,
    /// What many records in a row ask for, as it stands in this transaction.
    known: Known,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(database: &'a Database) -> Self {
        Self { database, known: Known::default() }
    }
}

impl Exchange<'_> {
    fn any(&self, rare: Rare) -> Result<bool> {
        self.known.any(self.database, rare)
    }

    /// The record as it stands here.
    ///
    /// # Errors
    /// When the database fails, as in everything below.
    pub fn row(&self, class: &str, id: Id) -> Result<Option<Row>> {
        rows::get(self.database, class, id)
    }

    /// The named fields of the record as it stands here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn row_some(&self, class: &str, id: Id, fields: &[&str]) -> Result<Option<Fields>> {
        rows::get_some(self.database, class, id, fields)
    }

    /// Adds a record that came from the hub for the first time; false when there is one of that id,
    /// which stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_row(&self, new: &NewRow) -> Result<bool> {
        self.known.writes(new.class());
        new.add(self.database)
    }

    /// Writes a record that came from the hub, with its history.
    ///
    /// # Errors
    /// [`crate::StoreError::Misfit`] when a value does not fit its column.
    pub fn put_row(&self, class: &str, row: &Row, before: Option<&Row>, at: Moment) -> Result<()> {
        self.known.writes(class);
        match before {
            Some(_) => {
                rows::update(self.database, class, row)?;
                search::put(self.database, class, row.id, &row.fields)?;
            }
            None => {
                rows::insert(self.database, class, row)?;
                search::add(self.database, class, row.id, &row.fields)?;
            }
        }
        let Some(before) = before else { return Ok(()) };
        let after = before.fields.patch_to(&row.fields);
        if after.is_empty() {
            return Ok(());
        }
        let entry = HistoryEntry {
            class: class.to_owned(),
            record: row.id,
            version: row.version,
            at,
            user: None,
            step: None,
            kind: HistoryKind::Change,
            before: after
                .names()
                .filter_map(|name| Some((name.to_owned(), before.fields.get(name)?.clone())))
                .collect(),
            after,
        };
        history::add(self.database, &entry)
    }

    /// Deletes a record that was deleted at another desk, with its history.
    ///
    /// # Errors
    /// When the database fails.
    pub fn delete_row(&self, class: &str, row: &Row, at: Moment) -> Result<()> {
        self.known.writes(class);
        rows::delete(self.database, class, row.id)?;
        search::remove(self.database, row.id)?;
        let entry = HistoryEntry {
            class: class.to_owned(),
            record: row.id,
            version: row.version + 1,
            at,
            user: None,
            step: None,
            kind: HistoryKind::Delete,
            before: row.fields.clone(),
            after: row.fields.patch_to(&Fields::new()),
        };
        history::add(self.database, &entry)
    }

    /// Where a number series ends, of those documents that are here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_of_series(&self, series: Id) -> Result<Option<SeriesEnd>> {
        document::end_of_series(self.database, series)
    }

    /// The documents with numbers of a series, in the order of these.
    ///
    /// # Errors
    /// When the database fails.
    pub fn documents_of(&self, series: Id) -> Result<Vec<(Id, Numbered)>> {
        document::documents_of(self.database, series)
    }

    /// The last documents with numbers of a series, the last one first: those below a number, or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_of_series(
        &self,
        series: Id,
        below: Option<u32>,
        limit: u32,
    ) -> Result<Vec<(Id, Numbered)>> {
        document::last_of_series(self.database, series, below, limit)
    }

    /// The documents that have a number of a series.
    ///
    /// # Errors
    /// When the database fails.
    pub fn with_number(&self, series: Id, sequence: u32) -> Result<Vec<Id>> {
        document::with_number(self.database, series, sequence)
    }

    /// Each number series that documents here have numbers of: how many, and the last number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn series_lengths(&self) -> Result<Vec<(Id, i64, i64)>> {
        document::series_lengths(self.database)
    }

    /// What a record was at the hub before it was changed here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn base(&self, id: Id) -> Result<Option<Fields>> {
        base::get(self.database, id)
    }

    /// Replaces the base: the hub has got further.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_base(&self, id: Id, fields: &Fields) -> Result<()> {
        base::put(self.database, id, fields)
    }

    /// Forgets the base: here and at the hub it is the same.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_base(&self, id: Id) -> Result<()> {
        base::forget(self.database, id)
    }

    /// A record as the hub has it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn synced(&self, id: Id) -> Result<Option<Synced>> {
        synced::get(self.database, id)
    }

    /// Notes what the hub has.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_synced(&self, id: Id, synced: &Synced) -> Result<()> {
        synced::put(self.database, id, synced)
    }

    /// Replaces the hash of the values of a record that the hub has.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_plain(&self, id: Id, plain: Option<[u8; 16]>) -> Result<()> {
        synced::set_plain(self.database, id, plain)
    }

    /// Takes away what is left of a record that cannot be read, without a history: nobody deleted it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn discard(&self, class: &str, id: Id) -> Result<()> {
        self.known.writes(class);
        rows::delete(self.database, class, id)?;
        search::remove(self.database, id)
    }

    /// Notes when everything was last examined.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_examined(&self, at: Moment) -> Result<()> {
        connection::set_examined(self.database, at.0)
    }

    /// Forgets that the hub has a record.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_synced(&self, id: Id) -> Result<()> {
        synced::forget(self.database, id)
    }

    /// A bucket of the digest: count and sum.
    ///
    /// # Errors
    /// When the database fails.
    pub fn bucket(&self, class: &str, fiscal_year: i64) -> Result<Sum> {
        digest::bucket(self.database, class, fiscal_year)
    }

    /// Writes a bucket of the digest.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_bucket(&self, row: &DigestRow) -> Result<()> {
        digest::put_bucket(self.database, row)
    }

    /// All buckets of the digest.
    ///
    /// # Errors
    /// When the database fails.
    pub fn buckets(&self) -> Result<Vec<DigestRow>> {
        digest::buckets(self.database)
    }

    /// The sums of a record class and fiscal year by the last byte of the ids.
    ///
    /// # Errors
    /// When the database fails.
    pub fn digest_parts(&self, class: &str, fiscal_year: i64) -> Result<BTreeMap<u8, Sum>> {
        digest::parts(self.database, class, fiscal_year)
    }

    /// Writes the sum of one last byte.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_digest_part(&self, class: &str, fiscal_year: i64, last: u8, sum: Sum) -> Result<()> {
        digest::put_part(self.database, class, fiscal_year, last, sum)
    }

    /// The records of a class and year that the hub has and whose ids end in one of these bytes, each
    /// with the hash of its bytes. This looks at every record.
    ///
    /// # Errors
    /// When the database fails.
    pub fn counted(
        &self,
        class: &str,
        fiscal_year: i64,
        lasts: &BTreeSet<u8>,
    ) -> Result<Vec<(Id, [u8; 16])>> {
        digest::counted(self.database, class, fiscal_year, lasts)
    }

    /// Counts the digest again, from the records.
    ///
    /// # Errors
    /// When the database fails.
    pub fn recount(&self) -> Result<()> {
        digest::recount(self.database)
    }

    /// The key of that id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn key(&self, id: Id) -> Result<Option<SealingKey>> {
        sealing_key::get(self.database, id)
    }

    /// The key for a purpose.
    ///
    /// # Errors
    /// When the database fails.
    pub fn key_for(&self, purpose: &str) -> Result<Option<SealingKey>> {
        self.known.key_for(self.database, purpose)
    }

    /// Keeps a key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_key(&self, key: &SealingKey) -> Result<()> {
        self.known.forget_keys();
        sealing_key::put(self.database, key)
    }

    /// Destroys a key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn destroy_key(&self, id: Id) -> Result<()> {
        self.known.forget_keys();
        sealing_key::destroy(self.database, id)
    }

    /// The fiscal years that are called so, or all, in the order of their ids: the same on every desk.
    ///
    /// # Errors
    /// When the database fails.
    pub fn fiscal_years(&self, called: Option<i64>) -> Result<Vec<Fields>> {
        self.known.fiscal_years(self.database, called)
    }

    /// The fiscal years that are sealed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sealed_years(&self) -> Result<BTreeSet<i64>> {
        fiscal_year::sealed(self.database)
    }

    /// Keeps a record that cannot be read here, or not whole, as it came, with the keys it lacks.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_unread(&self, id: Id, class: &str, bytes: &[u8], keys: &[Id]) -> Result<()> {
        self.known.adds(Rare::Unread);
        unread::put(self.database, id, class, bytes, keys)
    }

    /// Replaces a record that cannot be read whole by a later version with the same closed parts;
    /// nothing when it can be read.
    ///
    /// # Errors
    /// When the database fails.
    pub fn renew_unread(&self, id: Id, bytes: &[u8]) -> Result<()> {
        if self.any(Rare::Unread)? { unread::renew(self.database, id, bytes) } else { Ok(()) }
    }

    /// The records of which a part stayed closed for want of a key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lacking(&self, key: Id) -> Result<Vec<Id>> {
        if self.any(Rare::Unread)? { unread::lacking(self.database, key) } else { Ok(Vec::new()) }
    }

    /// A record that cannot be read here, or not whole, as it came.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unread(&self, id: Id) -> Result<Option<Vec<u8>>> {
        if self.any(Rare::Unread)? { unread::get(self.database, id) } else { Ok(None) }
    }

    /// Forgets a record that came: it can be read now, or is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_unread(&self, id: Id) -> Result<()> {
        if self.any(Rare::Unread)? { unread::forget(self.database, id) } else { Ok(()) }
    }

    /// Whether a change of a record was refused.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_refused(&self, record: Id) -> Result<bool> {
        Ok(self.any(Rare::Refusal)? && refusal::has(self.database, record)?)
    }

    /// Takes out the refusals with a code: their record classes and records.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_refusals(&self, code: &str) -> Result<Vec<(String, Id)>> {
        if self.any(Rare::Refusal)? { refusal::take(self.database, code) } else { Ok(Vec::new()) }
    }

    /// Forgets that changes of a record were refused, when a later one was stored: whether there were
    /// any.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_refusals(&self, record: Id) -> Result<bool> {
        Ok(self.any(Rare::Refusal)? && refusal::forget(self.database, record)?)
    }

    /// How many records of a class there are here.
    ///
    /// # Errors
    /// [`crate::StoreError::NoClass`], or when the database fails.
    pub fn count(&self, class: &str) -> Result<u64> {
        rows::count(self.database, class)
    }

    /// Keeps what the hub will never store.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_refusal(&self, refused: &RefusedRecord) -> Result<()> {
        self.known.adds(Rare::Refusal);
        refusal::put(self.database, refused)
    }

    /// How far the desk has read.
    ///
    /// # Errors
    /// When the database fails.
    pub fn progress(&self) -> Result<Progress> {
        connection::progress(self.database)
    }

    /// Notes how far the desk has read.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_progress(&self, progress: &Progress) -> Result<()> {
        connection::set_progress(self.database, progress)
    }
}
