//! Outward: what waits in the outbox is sealed and numbered for the hub.
//!
//! What was sent once is sent again byte for byte until its outcome is known: the hub may have it
//! although the answer was lost.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use booqing_model::parts::Unknown;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_protocol::message::{ChangeSet, Cursor, Outgoing, Push};
use booqing_protocol::{
    FramingError, LARGEST_SET, MOST_CHANGES, MOST_RECORDS, Refusal, SealedRecord, VERSION, encode,
};
use booqing_store::tables::outbox::{OutboxEntry, Waiting};
use booqing_store::tables::refusal::RefusedRecord;
use booqing_store::tables::synced::Synced;
use booqing_store::{Cache, Exchange, Row};

use crate::counting::{self, signed};
use crate::dependants::{self, Dependants, Standing};
use crate::inward::Surroundings;
use crate::numbering;
use crate::placing::Ends;
use crate::sealing::{Draft, KEY_CLASS};
use crate::sent::sent_again;
use crate::witness::{self, HEAD_CLASS};
use crate::{Sealer, SyncError};

/// The most entries of the outbox that go into one push.
const ENTRIES: u32 = 1_000;
const _: () = assert!(ENTRIES as usize == MOST_CHANGES, "each becomes a change set");
/// The bytes at which a push is full: half of what a message may have, so that it always goes
/// through.
const FULL: usize = 4 * 1024 * 1024;
/// What a sealed key takes at the most, with its place in a set.
const KEY_BYTES: usize = 512;

/// What was sent under a number up to `last` and has no outcome yet, byte for byte; `None` when there is
/// nothing of that kind.
///
/// # Errors
/// [`SyncError`].
pub fn resend(
    cache: &Cache,
    sealer: &Sealer,
    acknowledged: Cursor,
    last: u64,
) -> Result<Option<Push>, SyncError> {
    let entries = cache.read(|reader| reader.outbox(ENTRIES))?;
    let mut changes = sent_again(&entries)?;
    changes.retain(|change| change.n <= last);
    Ok(a_push(sealer, acknowledged, changes))
}

fn a_push(sealer: &Sealer, acknowledged: Cursor, changes: Vec<ChangeSet>) -> Option<Push> {
    (!changes.is_empty()).then(|| Push {
        version: VERSION,
        administration: sealer.administration(),
        acknowledged,
        changes,
    })
}

/// The next push; `None` when nothing waits. Then, if this desk was `told` of all that it knows to be at
/// the hub, it may be one that says so.
///
/// # Errors
/// [`SyncError`]; the outbox is as it was then.
pub fn plan(
    cache: &Cache,
    sealer: &Sealer,
    acknowledged: Cursor,
    told: bool,
    surroundings: &dyn Surroundings,
) -> Result<Option<Push>, SyncError> {
    let changes = cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            let entries = exchange.waiting(ENTRIES)?;
            let sent = sent_again(&entries)?;
            if !sent.is_empty() {
                return Ok(sent);
            }
            if entries.is_empty() {
                let now = surroundings.now();
                let head = if told { witness::plan(exchange, sealer, now)? } else { None };
                return Ok(head.into_iter().collect());
            }
            Outward::new(exchange, sealer, surroundings).plan(entries)
        }))
    })??;
    Ok(a_push(sealer, acknowledged, changes))
}

/// What goes out, in one transaction.
pub(crate) struct Outward<'a> {
    pub(crate) exchange: &'a Exchange<'a>,
    pub(crate) sealer: &'a Sealer,
    pub(crate) surroundings: &'a dyn Surroundings,
    /// Keys that the hub has: many records lie under each.
    keys_at_hub: RefCell<HashSet<Id>>,
    /// Where number series end.
    pub(crate) ends: RefCell<BTreeMap<Id, Ends>>,
    /// Records that go along and that the hub has not got.
    new: RefCell<HashSet<Id>>,
    /// Records of the entry that is looked at, read once.
    rows: RefCell<HashMap<Id, Row>>,
    /// Why records were refused that go once more, now that what that was about is stored.
    pub(crate) to_send_again: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Outward<'a> {
    pub(crate) fn new(
        exchange: &'a Exchange<'a>,
        sealer: &'a Sealer,
        surroundings: &'a dyn Surroundings,
    ) -> Self {
        Self {
            exchange,
            sealer,
            surroundings,
            keys_at_hub: RefCell::default(),
            ends: RefCell::default(),
            new: RefCell::default(),
            rows: RefCell::default(),
            to_send_again: RefCell::default(),
        }
    }
}

impl Outward<'_> {
    /// Seals what waits, in the order of the numbers.
    ///
    /// A record is sealed as it stands now, so a later entry with the same record goes along with
    /// the first: all of its records, because they belong together. The later number is sent empty.
    fn plan(&self, entries: Vec<OutboxEntry>) -> Result<Vec<ChangeSet>, SyncError> {
        let mut entries = self.gather(entries)?;
        self.seal_last(&mut entries)?;
        let mut taken_along = HashSet::new();
        let mut keys = BTreeSet::new();
        let mut changes: Vec<ChangeSet> = Vec::with_capacity(entries.len());
        let mut bytes = 0;
        let mut dependants = Dependants::default();
        for entry in &mut entries {
            if taken_along.contains(&entry.n) {
                entry.records.clear();
            }
            if self.seals(entry)? && changes.iter().any(|change| !change.records.is_empty()) {
                break;
            }
            if self.lacks_number(entry)? {
                self.refuse_here(entry, numbering::CLOSED)?;
                changes.push(ChangeSet { n: entry.n.unsigned_abs(), records: Vec::new() });
                continue;
            }
            self.rows.borrow_mut().clear();
            let mut standing = self.standing(&mut dependants, entry)?;
            while let Standing::Needs(later) = standing {
                if !self.take_along(entry, later)? {
                    break;
                }
                taken_along.insert(later);
                standing = self.standing(&mut dependants, entry)?;
            }
            match standing {
                Standing::Free | Standing::Needs(_) => {}
                Standing::Waits => break,
                Standing::Refused => {
                    self.refuse_here(entry, dependants::CODE)?;
                    changes.push(ChangeSet { n: entry.n.unsigned_abs(), records: Vec::new() });
                    continue;
                }
            }
            let known = keys.len();
            let records = self.seal_set(entry, &mut keys)?;
            dependants.go(self.new.borrow_mut().drain());
            let size: usize = records.iter().map(|outgoing| outgoing.record.len()).sum();
            let size = size + (keys.len() - known) * KEY_BYTES;
            if !changes.is_empty() && bytes + size > FULL {
                break;
            }
            bytes += size;
            changes.push(ChangeSet { n: entry.n.unsigned_abs(), records });
        }
        self.put_keys_first(&entries, keys, &mut changes)?;
        for change in &changes {
            self.exchange.set_sent(signed(change.n), &encode(change)?)?;
        }
        Ok(changes)
    }

    fn standing(
        &self,
        dependants: &mut Dependants,
        entry: &OutboxEntry,
    ) -> Result<Standing, SyncError> {
        dependants.standing(self.exchange, entry, &mut self.rows.borrow_mut())
    }

    /// Lets the records of a later entry go along with those of an earlier one, which need them; not
    /// where that is too much for one set.
    fn take_along(&self, entry: &mut OutboxEntry, later: i64) -> Result<bool, SyncError> {
        let records = self.exchange.records_of(later)?;
        if later == entry.n || entry.records.len() + records.len() > MOST_RECORDS / 2 {
            return Ok(false);
        }
        self.exchange.hand_over(later, entry.n)?;
        for waiting in records {
            match entry.records.iter_mut().find(|known| known.id == waiting.id) {
                Some(known) => known.version = known.version.max(waiting.version),
                None => entry.records.push(waiting),
            }
        }
        Ok(true)
    }

    /// Refuses all of an entry: what belongs to something that was refused, or has no number to be issued
    /// with. The number of the entry is sent without it.
    fn refuse_here(&self, entry: &OutboxEntry, code: &str) -> Result<(), SyncError> {
        for waiting in &entry.records {
            self.note_refusal(entry.n, waiting, code)?;
            self.exchange.leave_entry(entry.n, waiting.id)?;
        }
        Ok(())
    }

    /// Seals the records of an entry. What the hub would not take in one set waits under a new
    /// number: better in two parts than never. A record that no hub takes is refused here: nothing
    /// must wait for it.
    fn seal_set(
        &self,
        entry: &OutboxEntry,
        keys: &mut BTreeSet<Id>,
    ) -> Result<Vec<Outgoing>, SyncError> {
        let (mut records, mut size) = (Vec::with_capacity(entry.records.len()), 0);
        let ordered = self.in_order(&entry.records)?;
        for (waiting, index) in ordered.iter().zip(0..) {
            let outgoing = match self.seal(entry, waiting, keys) {
                Err(SyncError::Framing(FramingError::TooLarge { .. })) => {
                    self.note_refusal(entry.n, waiting, Refusal::TooLarge.code())?;
                    self.exchange.leave_entry(entry.n, waiting.id)?;
                    continue;
                }
                outgoing => outgoing?,
            };
            let Some(outgoing) = outgoing else { continue };
            size += outgoing.record.len();
            if size > LARGEST_SET && !records.is_empty() {
                let rest: Vec<Id> = ordered.iter().skip(index).map(|waiting| waiting.id).collect();
                let n = self.exchange.put_outbox(Moment(entry.at), &[])?;
                self.exchange.move_records(entry.n, n, &rest)?;
                for id in rest {
                    // What refers to it waits as it does.
                    if self.exchange.synced(id)?.is_none() {
                        self.new.borrow_mut().insert(id);
                    }
                }
                break;
            }
            records.push(outgoing);
        }
        Ok(records)
    }

    /// Hands the records of a later entry to the first one that has any of them.
    fn gather(&self, entries: Vec<OutboxEntry>) -> Result<Vec<OutboxEntry>, SyncError> {
        let mut gathered: BTreeMap<i64, OutboxEntry> = BTreeMap::new();
        let mut holder: BTreeMap<Id, i64> = BTreeMap::new();
        for mut entry in entries {
            let at = entry.at;
            let holders: BTreeSet<i64> = entry
                .records
                .iter()
                .filter_map(|waiting| holder.get(&waiting.id).copied())
                .collect();
            let Some(first) = holders.first().copied() else {
                holder.extend(entry.records.iter().map(|waiting| (waiting.id, entry.n)));
                gathered.insert(entry.n, entry);
                continue;
            };
            // A set that joins several makes one of them all.
            let joined: usize = holders
                .iter()
                .filter_map(|n| gathered.get(n).map(|held| held.records.len()))
                .sum::<usize>()
                + entry.records.len();
            if joined > MOST_RECORDS / 2 {
                // Too much for one set: the rest waits for the outcome of these.
                break;
            }
            let mut moved = vec![std::mem::take(&mut entry.records)];
            self.exchange.hand_over(entry.n, first)?;
            for n in holders.into_iter().skip(1) {
                self.exchange.hand_over(n, first)?;
                moved.extend(gathered.get_mut(&n).map(|held| std::mem::take(&mut held.records)));
            }
            gathered.insert(entry.n, entry);
            if let Some(held) = gathered.get_mut(&first) {
                held.at = held.at.max(at);
                for waiting in moved.into_iter().flatten() {
                    holder.insert(waiting.id, first);
                    match held.records.iter_mut().find(|known| known.id == waiting.id) {
                        Some(known) => known.version = known.version.max(waiting.version),
                        None => held.records.push(waiting),
                    }
                }
            }
        }
        Ok(gathered.into_values().collect())
    }

    /// Seals a record as it stands now. `None` when there is nothing for the hub: it was made and
    /// deleted again before the hub had it.
    fn seal(
        &self,
        entry: &OutboxEntry,
        waiting: &Waiting,
        keys: &mut BTreeSet<Id>,
    ) -> Result<Option<Outgoing>, SyncError> {
        let synced = self.exchange.synced(waiting.id)?;
        if synced.is_none() {
            self.new.borrow_mut().insert(waiting.id);
        }
        let Some(record) = self.sealer.known(&waiting.class) else {
            return self.seal_again(waiting, synced.as_ref());
        };
        let lineage = counting::next_lineage(synced.as_ref());
        // One more than the hub's: whoever has the version before sees that none is missing.
        let version = synced.as_ref().map_or(0, |synced| synced.version) + 1;
        let read = self.rows.borrow_mut().remove(&waiting.id);
        let row = match read {
            Some(row) => Some(row),
            None => self.exchange.row(record.class, waiting.id)?,
        };
        // What is deleted here has a base. Without one it was of a class that a version before did not
        // know, and goes back as it came; then it is read.
        let is_closed = row.is_none()
            && self.exchange.base(waiting.id)?.is_none()
            && self.exchange.unread(waiting.id)?.is_some();
        if is_closed {
            return self.seal_again(waiting, synced.as_ref());
        }
        let row = match row {
            Some(row) => match self.numbered(record.class, row)? {
                Some(row) => Some(row),
                None => {
                    self.note_refusal(entry.n, waiting, numbering::CLOSED)?;
                    self.exchange.leave_entry(entry.n, waiting.id)?;
                    return Ok(None);
                }
            },
            None => None,
        };
        let nothing = (Fields::new(), Unknown::new());
        let (fields, unknown) =
            row.as_ref().map_or((&nothing.0, &nothing.1), |row| (&row.fields, &row.unknown));
        let (id, at) = (waiting.id, Some(Moment(entry.at)));
        let draft = Draft { record, id, version, lineage, fields, unknown, at };
        let sealed = match (&row, &synced) {
            (Some(row), _) => {
                let sealed = self.sealer.seal(self.exchange, &draft)?;
                // What is changed here later is a change upon this. What stays closed is not known here.
                let plain = Some(sealed.plain).filter(|_| !sealed.is_partial);
                self.exchange.set_sealed(entry.n, waiting.id, row.version, plain)?;
                for key in sealed.keys {
                    if self.keys_at_hub.borrow().contains(&key) {
                        continue;
                    }
                    if self.exchange.synced(key)?.is_none() {
                        keys.insert(key);
                    } else {
                        self.keys_at_hub.borrow_mut().insert(key);
                    }
                }
                sealed.record
            }
            (None, Some(synced)) if !synced.deleted => {
                self.sealer.seal_deletion(&draft, synced.fiscal_year)?
            }
            (None, _) => return Ok(None),
        };
        Ok(Some(Outgoing { record: sealed.to_bytes()?.into() }))
    }

    /// Seals what goes back to a hub that lost it and is no record of a known class: a key, or a record
    /// of a newer version, which goes back as it came. `None` when the hub has it.
    fn seal_again(
        &self,
        waiting: &Waiting,
        synced: Option<&Synced>,
    ) -> Result<Option<Outgoing>, SyncError> {
        if waiting.class == HEAD_CLASS {
            let head = witness::seal(self.exchange, self.sealer, self.surroundings.now())?;
            return head.map(|head| Ok(Outgoing { record: head.to_bytes()?.into() })).transpose();
        }
        if waiting.class == KEY_CLASS {
            let key = self.exchange.key(waiting.id)?.filter(|_| synced.is_none());
            let Some(key) = key else { return Ok(None) };
            let record = self.sealer.seal_key(&key)?.to_bytes()?.into();
            return Ok(Some(Outgoing { record }));
        }
        let Some(bytes) = self.exchange.unread(waiting.id)? else { return Ok(None) };
        let came = SealedRecord::from_bytes(&bytes)?;
        let version = synced.map_or(0, |synced| synced.version);
        let lineage = counting::next_lineage(synced);
        let next = self.sealer.close_again(came, version.unsigned_abs() + 1, lineage)?;
        let record = next.to_bytes()?.into();
        Ok(Some(Outgoing { record }))
    }

    /// New keys go first and alone: their ids are random, so those sets are never stale, and no desk
    /// sees a record before the key it needs. They take the first numbers; what had them goes last.
    fn put_keys_first(
        &self,
        entries: &[OutboxEntry],
        keys: BTreeSet<Id>,
        changes: &mut Vec<ChangeSet>,
    ) -> Result<(), SyncError> {
        let (false, Some(first)) = (keys.is_empty(), entries.first()) else { return Ok(()) };
        let mut sealed = Vec::with_capacity(keys.len());
        for id in keys {
            let key = self.exchange.key(id)?.ok_or(SyncError::NoRandom)?;
            let record = self.sealer.seal_key(&key)?.to_bytes()?;
            sealed.push(Outgoing { record: record.into() });
        }
        // One number per set of keys; records that lose their number wait under a new one.
        let mut sets = sealed.chunks(MOST_RECORDS);
        let mut displaced = Vec::new();
        for ((entry, change), set) in entries.iter().zip(changes.iter_mut()).zip(sets.by_ref()) {
            displaced.push((entry, std::mem::replace(&mut change.records, set.to_vec())));
        }
        debug_assert_eq!(first.n.unsigned_abs(), changes.first().map_or(0, |change| change.n));
        // Keys for which there was no number go before the records. If they do not follow here, the
        // records do not either, and are sealed again with what keys they need then.
        for set in sets {
            let n = self.exchange.put_outbox(self.surroundings.now(), &[])?;
            if !push_if_it_follows(changes, n, set.to_vec()) {
                break;
            }
        }
        for (entry, records) in displaced.into_iter().filter(|(entry, _)| !entry.records.is_empty())
        {
            let n = self.exchange.put_outbox(Moment(entry.at), &[])?;
            self.exchange.hand_over(entry.n, n)?;
            push_if_it_follows(changes, n, records);
        }
        Ok(())
    }

    pub(crate) fn note_refusal(
        &self,
        n: i64,
        waiting: &Waiting,
        code: &str,
    ) -> Result<(), SyncError> {
        Ok(self.exchange.put_refusal(&RefusedRecord {
            n,
            record: waiting.id,
            class: waiting.class.clone(),
            code: code.to_owned(),
            at: self.surroundings.now(),
        })?)
    }
}

/// Adds a set to a push when its number is the next: what waits beyond the push comes before it.
fn push_if_it_follows(changes: &mut Vec<ChangeSet>, n: i64, records: Vec<Outgoing>) -> bool {
    let n = n.unsigned_abs();
    let follows = changes.last().is_some_and(|last| last.n + 1 == n);
    if follows && changes.len() < MOST_CHANGES {
        changes.push(ChangeSet { n, records });
        return true;
    }
    false
}
