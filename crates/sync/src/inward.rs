//! Inward: what the hub has is written, pages in one transaction with their cursor.
//!
//! A record that was changed here too is merged; what cannot be merged becomes a conflict record,
//! which travels to every desk like any other. Pages come from [`crate::opening`], which refuses those
//! that hold a record nobody here made.

use std::collections::{HashMap, HashSet};

use booqing_model::field::RecordType;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_protocol::message::{Cursor, Pull};
use booqing_protocol::{Hash, SealedRecord, VERSION};
use booqing_store::tables::connection::Progress;
use booqing_store::tables::outbox::Waiting;
use booqing_store::tables::synced::Synced;
use booqing_store::{Cache, Exchange, NewRow, Row};

use crate::counting::{self, Buckets, Descent, digest, signed};
use crate::following::follow;
use crate::guard::Guard;
use crate::issued::Sides;
use crate::merge::merge;
use crate::opening::{Content, OpenedPage, OpenedRecord, Reach, open_values};
use crate::sealing::KEY_CLASS;
use crate::wire::model_id;
use crate::witness::{self, Given};
use crate::{Sealer, SyncError, dependants, numbering};

/// What taking in a page came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Records that are new or changed here.
    pub records: u64,
    /// Records changed on both sides and merged.
    pub merged: u64,
    /// Groups changed on both sides that cannot be merged.
    pub conflicts: u64,
    /// Whether the page reached the head of the hub.
    pub reached_head: bool,
    /// Whether both sides had the same, at the head.
    pub is_equal: Option<bool>,
    /// Whether the page was the last of a first sync.
    pub has_scanned: bool,
}

impl Taken {
    /// Adds what came after it.
    pub(crate) fn add(&mut self, later: Self) {
        *self = Self {
            records: self.records + later.records,
            merged: self.merged + later.merged,
            conflicts: self.conflicts + later.conflicts,
            reached_head: later.reached_head,
            is_equal: later.is_equal,
            has_scanned: later.has_scanned,
        };
    }
}

/// Where ids and the time come from.
pub trait Surroundings {
    /// An id that was never given before.
    ///
    /// # Errors
    /// [`SyncError::NoRandom`].
    fn id(&self) -> Result<Id, SyncError>;

    /// The time now.
    fn now(&self) -> Moment;
}

/// How far the desk has read.
///
/// # Errors
/// [`SyncError::Store`].
pub fn cursor(cache: &Cache) -> Result<Cursor, SyncError> {
    let progress = cache.read(|reader| reader.progress())?;
    Ok(Cursor { epoch: progress.epoch.unsigned_abs(), rev: progress.rev.unsigned_abs() })
}

/// The question for what is new.
///
/// # Errors
/// [`SyncError::Store`].
pub fn pull(cache: &Cache, administration: booqing_protocol::Id) -> Result<Pull, SyncError> {
    let progress = cache.read(|reader| reader.progress())?;
    let cursor = Cursor { epoch: progress.epoch.unsigned_abs(), rev: progress.rev.unsigned_abs() };
    Ok(Pull { version: VERSION, administration, cursor, whole: progress.whole.unsigned_abs() })
}

/// Writes pages with their cursors in one transaction: all of them or none. `done` gets each page
/// back that was written.
///
/// When they reach the head of the hub and this side then has not what the hub says it has, or the hub
/// has not told how a version came about, nothing is written either: what differs is found by comparing,
/// and judged before it is taken in.
///
/// # Errors
/// [`SyncError::Replayed`] names the record; [`SyncError::MassDeletion`] asks for a person.
pub fn write(
    cache: &Cache,
    sealer: &Sealer,
    pages: impl Iterator<Item = OpenedPage>,
    surroundings: &dyn Surroundings,
    guard: &Guard,
    mut done: impl FnMut(OpenedPage),
) -> Result<Taken, SyncError> {
    let mut differs = false;
    let written = cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            let progress = exchange.progress()?;
            let mut inward = Inward::new(exchange, sealer, surroundings);
            inward.guard = Some(guard);
            inward.given = Some(Given::new(&progress));
            let mut end = None;
            for page in pages {
                end = Some(page.reach.clone());
                inward.given.iter_mut().for_each(|given| given.begun(page.since));
                for record in &page.records {
                    let taken = inward.take_record(record);
                    differs |= inward.is_untold;
                    taken?;
                }
                done(page);
            }
            let Inward { mut taken, buckets, given, issued, .. } = inward;
            numbering::verify(exchange, sealer, surroundings, &issued)?;
            buckets.write(exchange)?;
            given.map_or(Ok(()), |given| given.write(exchange))?;
            let (cursor, root) = match end {
                None => return Ok(taken),
                Some(Reach::Revision(cursor, root)) => (cursor, root),
                Some(Reach::Scan(scanning)) => {
                    if progress.epoch != 0 {
                        // A sync that was stopped was still writing when the next one came to the end.
                        return Err(SyncError::Standstill);
                    }
                    scanning.write(exchange)?;
                    taken.has_scanned = scanning.is_done();
                    return Ok(taken);
                }
            };
            let (epoch, rev) = (signed(cursor.epoch), signed(cursor.rev));
            if (progress.epoch != 0 && progress.epoch != epoch) || rev < progress.rev {
                return Err(SyncError::HubPutBack);
            }
            if let Some(root) = root {
                taken.reached_head = true;
                taken.is_equal = Some(digest(exchange)?.root()? == root);
                if taken.is_equal == Some(false) {
                    // What leads to something else than the hub says is not taken in, but compared.
                    differs = true;
                    return Err(SyncError::Standstill);
                }
            }
            // Pages that came before these, and did not reach the head, may have held some.
            let has_documents =
                !issued.is_empty() || progress.whole < progress.rev || progress.rev == 0;
            let whole = if taken.reached_head { rev } else { progress.whole };
            let progress = Progress { epoch, rev, whole, ..progress };
            exchange.set_progress(&progress)?;
            if taken.is_equal == Some(true) && has_documents {
                numbering::examine(exchange, sealer, surroundings, false)?;
            }
            if taken.reached_head {
                witness::compare(exchange, &progress, guard.is_put_back())?;
            }
            Ok::<_, SyncError>(taken)
        }))
    })?;
    if differs {
        return Ok(Taken { reached_head: true, is_equal: Some(false), ..Taken::default() });
    }
    written
}

/// What is taken in within a transaction.
pub(crate) struct Inward<'a> {
    pub(crate) exchange: &'a Exchange<'a>,
    pub(crate) sealer: &'a Sealer,
    pub(crate) surroundings: &'a dyn Surroundings,
    /// Whether a record could not be judged for want of what the hub did not tell.
    is_untold: bool,
    /// What asks before much is deleted.
    pub(crate) guard: Option<&'a Guard>,
    /// What the hub tells in pages, summed up; `None` for records that were asked for by themselves.
    given: Option<Given>,
    pub(crate) buckets: Buckets,
    /// The records that wait, read when first asked for.
    waiting: Option<HashSet<Id>>,
    /// When the version that is taken in was entered.
    pub(crate) entered: Option<Moment>,
    /// The keyed hash of its values.
    pub(crate) plain: Option<[u8; 16]>,
    /// The hashes of what was sent and has no outcome yet, each with the version that it had here; read
    /// when first asked for.
    pub(crate) sent: Option<HashMap<Hash, i64>>,
    /// Documents that were issued, of those that were taken in.
    pub(crate) issued: Vec<Id>,
    pub(crate) taken: Taken,
}

impl<'a> Inward<'a> {
    pub(crate) fn new(
        exchange: &'a Exchange<'a>,
        sealer: &'a Sealer,
        surroundings: &'a dyn Surroundings,
    ) -> Self {
        Self {
            exchange,
            sealer,
            surroundings,
            is_untold: false,
            guard: None,
            given: None,
            buckets: Buckets::default(),
            waiting: None,
            entered: None,
            plain: None,
            sent: None,
            issued: Vec::new(),
            taken: Taken::default(),
        }
    }

    pub(crate) fn take_record(&mut self, came: &OpenedRecord) -> Result<(), SyncError> {
        let OpenedRecord { rev, hash, record, content, .. } = came;
        let (rev, hash) = (*rev, *hash);
        (self.entered, self.plain) = (content.entered(), content.plain());
        let id = model_id(record.id);
        let mut before = self.exchange.synced(id)?;
        if let Some(given) = &mut self.given {
            let brought = before.as_ref().map_or(0, |before| before.rev.unsigned_abs());
            given.count(self.sealer, came, brought);
        }
        if let Some(deleted) = before.take_if(|before| self.begins_anew(before, record)) {
            counting::forget(self.exchange, &mut self.buckets, record.id, &deleted)?;
        }
        if let Some(before) = &before {
            if before.hash == hash.0 {
                // Our own change comes back, or the page came before.
                return self.note(Some(before), record, hash, rev);
            }
            if before.deleted && record.deleted {
                // After the hub was put back it may have been deleted twice. No comparison shows that:
                // what is deleted is not counted.
                return self.note(Some(before), record, hash, rev);
            }
            let known = before.version.unsigned_abs();
            if record.version <= known {
                return Err(SyncError::Replayed {
                    class: record.class.clone(),
                    id: record.id,
                    found: record.version,
                    known,
                });
            }
            match counting::descent(before, record, &came.passed) {
                Descent::Proven => {}
                Descent::Other => {
                    return Err(SyncError::Branched { class: record.class.clone(), id: record.id });
                }
                // Asked for by itself, the hub tells all.
                Descent::Untold => {
                    self.is_untold = true;
                    return Err(SyncError::Standstill);
                }
            }
        }
        if let Some(version) = self.sent_version(record, hash)? {
            return self.take_own(before.as_ref(), came, version);
        }
        self.taken.records += u64::from(!matches!(content, Content::Head(_)));
        match content {
            Content::Head(head) => witness::note(self.exchange, self.sealer, record, head)?,
            Content::Key(key) => {
                self.exchange.put_key(key)?;
                self.open_what_lacked(key.id)?;
            }
            Content::Unknown(bytes) => self.exchange.put_unread(id, &record.class, bytes, &[])?,
            Content::Deleted { .. } if record.class == KEY_CLASS => {
                if let Some(guard) = self.guard {
                    // What lies under it goes with it.
                    guard
                        .deletes(self.exchange, KEY_CLASS, || Ok(self.exchange.count_keys()?))?;
                }
                self.exchange.destroy_key(id)?;
            }
            Content::Deleted { .. } => match self.sealer.known(&record.class) {
                Some(record_type) => self.take_deletion(record_type, record)?,
                // It leaves nothing behind that could be read after an upgrade.
                None => self.exchange.forget_unread(id)?,
            },
            Content::Values { .. } => self.take_content(record, before.is_none(), content)?,
        }
        self.note(before.as_ref(), record, hash, rev)
    }

    /// Whether a record that was deleted comes back as one that never was there: the hub was put back to before
    /// that, as a person has said, lost it altogether, and another desk had changed it meanwhile.
    fn begins_anew(&self, before: &Synced, record: &SealedRecord) -> bool {
        let is_new = record.lineage == Hash::default() && !record.deleted;
        let is_of_before = before.deleted && before.rev == 0;
        is_new && is_of_before && self.exchange.progress().is_ok_and(|at| at.is_put_back())
    }

    /// Values are written, and what stayed closed is kept as it came.
    fn take_content(
        &mut self,
        record: &SealedRecord,
        is_new: bool,
        content: &Content,
    ) -> Result<(), SyncError> {
        let Content::Values { record_type, new, closed, .. } = content else { return Ok(()) };
        let id = model_id(record.id);
        match closed {
            Some(closed) => {
                self.exchange.put_unread(id, &record.class, &closed.bytes, &closed.keys)?;
            }
            None if is_new => {}
            None => self.exchange.forget_unread(id)?,
        }
        self.take_values(record_type, record, is_new, new)?;
        if record_type.class == numbering::SERIES {
            // It may have been opened again for them.
            dependants::send_again(self.exchange, self.surroundings, numbering::CLOSED)?;
        }
        if record_type.class == numbering::CLASS {
            self.issued.push(id);
        }
        Ok(())
    }

    /// A key came after records that need it: what stayed closed in them is read now.
    fn open_what_lacked(&mut self, key: Id) -> Result<(), SyncError> {
        for id in self.exchange.lacking(key)? {
            self.read_again(id)?;
        }
        Ok(())
    }

    /// Reads a record again of which a part was closed, or whose class was unknown.
    pub(crate) fn read_again(&mut self, id: Id) -> Result<(), SyncError> {
        let Some(bytes) = self.exchange.unread(id)? else { return Ok(()) };
        let record = SealedRecord::from_bytes(&bytes)?;
        let Some(record_type) = self.sealer.known(&record.class) else { return Ok(()) };
        let is_there = self.exchange.row(record_type.class, id)?.is_some();
        let first = self.sealer.open_first(&record)?;
        let opened = (&record, first.as_slice());
        let content = open_values(self.sealer, self.exchange, record_type, opened, &bytes)?;
        if !is_there && self.exchange.is_waiting(id)? {
            // It was deleted here, and that is on its way.
            return self.see_deleted(&record, &content);
        }
        self.exchange.forget_unread(id)?;
        (self.entered, self.plain) = (content.entered(), content.plain());
        self.take_content(&record, !is_there, &content)?;
        self.exchange.set_plain(id, content.plain())?;
        self.taken.records += 1;
        Ok(())
    }

    /// More of a record can be read that was deleted here, by somebody who did not see that: it is there
    /// again, and a person decides.
    fn see_deleted(&mut self, record: &SealedRecord, content: &Content) -> Result<(), SyncError> {
        let id = model_id(record.id);
        let (Some(base), Content::Values { new, .. }) = (self.exchange.base(id)?, content) else {
            return Ok(());
        };
        let row = new.row()?;
        if row.fields.iter().all(|(name, value)| base.get(name) == Some(value)) {
            return Ok(());
        }
        if self.exchange.is_sent(id)? {
            // The hub may have that it was deleted: it comes back upon that.
            let waiting = Waiting::new(&record.class, id, row.version);
            self.exchange.put_outbox(self.surroundings.now(), &[waiting])?;
        }
        self.take_content(record, false, content)
    }

    /// Notes what the hub has. The revision is that of the version that a page brought last: what
    /// passed before it was told of.
    pub(crate) fn note(
        &mut self,
        before: Option<&Synced>,
        record: &SealedRecord,
        hash: Hash,
        rev: u64,
    ) -> Result<(), SyncError> {
        let rev = match &self.given {
            Some(_) => rev,
            None => before.map_or(0, |before| before.rev.unsigned_abs()),
        };
        counting::note(self.exchange, &mut self.buckets, before, (record, hash, self.plain), rev)
    }

    /// A record that was deleted elsewhere goes, unless it was changed here: that change goes to
    /// the hub upon the deletion, the record is there again, and a person decides.
    fn take_deletion(
        &mut self,
        record_type: &'static RecordType,
        record: &SealedRecord,
    ) -> Result<(), SyncError> {
        let (id, class) = (model_id(record.id), record_type.class);
        self.exchange.forget_unread(id)?;
        let Some(row) = self.exchange.row(class, id)? else {
            return Ok(self.exchange.forget_base(id)?);
        };
        if self.exchange.is_waiting(id)? || self.holds_number(class, &row)? {
            self.keep_deletion(record_type, record, &row, false)?;
            // What is here is a change upon nothing.
            return Ok(self.exchange.put_base(id, &Fields::new())?);
        }
        self.exchange.forget_base(id)?;
        if let Some(guard) = self.guard {
            guard.deletes(self.exchange, class, || Ok(self.exchange.count(class)?))?;
        }
        Ok(self.exchange.delete_row(class, &row, self.surroundings.now())?)
    }

    fn take_values(
        &mut self,
        record_type: &'static RecordType,
        record: &SealedRecord,
        is_new: bool,
        new: &NewRow,
    ) -> Result<(), SyncError> {
        if is_new && self.exchange.add_row(new)? {
            if self.is_waiting_new(model_id(record.id))? {
                // A copy of this desk entered it too, and here it was deleted again before the hub had it.
                let row = new.row()?;
                self.keep_deletion(record_type, record, &row, true)?;
                self.exchange.put_base(row.id, &row.fields)?;
            }
            return Ok(());
        }
        let row = new.row()?;
        let before = self.exchange.row(record_type.class, row.id)?;
        let is_waiting = self.exchange.is_waiting(row.id)?;
        let version = match &before {
            Some(before) if is_waiting || self.holds_number(record_type.class, before)? => {
                return self.merge_into(record_type, record, before, &row);
            }
            Some(before) => row.version.max(before.version + 1),
            None => row.version.max(self.exchange.last_version(row.id)? + 1),
        };
        if is_waiting {
            // It was deleted here and changed elsewhere: it is there again, as it is at the hub.
            self.keep_deletion(record_type, record, &row, true)?;
            self.exchange.put_base(row.id, &row.fields)?;
        }
        let row = Row { version, ..row };
        let now = self.surroundings.now();
        Ok(self.exchange.put_row(record_type.class, &row, before.as_ref(), now)?)
    }

    /// Whether a change of a record waits that comes for the first time: asked of every one of those.
    fn is_waiting_new(&mut self, id: Id) -> Result<bool, SyncError> {
        if let Some(waiting) = &self.waiting {
            return Ok(waiting.contains(&id));
        }
        let waiting = self.exchange.waiting_ids()?;
        Ok(self.waiting.insert(waiting).contains(&id))
    }

    fn merge_into(
        &mut self,
        record_type: &'static RecordType,
        record: &SealedRecord,
        row: &Row,
        theirs: &Row,
    ) -> Result<(), SyncError> {
        let base = self.exchange.base(row.id)?.unwrap_or_default();
        let mut merged = merge(record_type, &base, &row.fields, &theirs.fields);
        if record_type.class == numbering::CLASS {
            let sides = Sides { base: &base, mine: &row.fields, theirs: &theirs.fields };
            let kept = self.stand(&mut merged, row, sides)?;
            self.keep_theirs(record, (row, theirs), &kept, &base)?;
        }
        follow(self.exchange, self.sealer.terms(), record_type, &mut merged.fields)?;
        self.taken.merged += 1;
        for group in &merged.conflicts {
            self.keep_conflict(record_type, record, row, group, &base, &theirs.fields)?;
        }
        self.overtake(record_type, row, &mut merged)?;
        let next = Row {
            version: signed(record.version).max(row.version) + 1,
            fields: merged.fields,
            unknown: theirs.unknown.clone(),
            ..row.clone()
        };
        let now = self.surroundings.now();
        self.exchange.put_row(record_type.class, &next, Some(row), now)?;
        Ok(self.exchange.put_base(row.id, &theirs.fields)?)
    }
}
