//! Settling: what became of what was sent is stored, and each entry leaves the outbox with it.

use std::collections::BTreeMap;

use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_protocol::message::{ChangeResult, Outcome, Pushed};
use booqing_protocol::{SealedRecord, decode};
use booqing_store::Cache;
use booqing_store::tables::connection::Progress;
use booqing_store::tables::outbox::OutboxEntry;

use crate::counting::{self, Buckets, digest, signed};
use crate::inward::Surroundings;
use crate::outward::Outward;
use crate::sent::{Sent, sent_records};
use crate::wire::model_id;
use crate::witness::{self, Given, HEAD_CLASS};
use crate::{Sealer, SyncError, dependants, late, numbering};

/// What storing the outcomes of a push came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// Changes the hub has stored.
    pub accepted: u64,
    /// Changes that were made upon an old revision and wait again, for what is at the hub now.
    pub stale: u64,
    /// The records that have changed at the hub.
    pub changed: Vec<booqing_protocol::Id>,
    /// Bookings that lost their place to others.
    pub clashes: u64,
    /// Changes meant for fiscal years that had been sealed: they are late entries now.
    pub late: u64,
    /// Changes the hub will never store. They are kept with the reason.
    pub refused: u64,
    /// Whether these are all that is new at the hub, and both sides have the same: nothing is left to pull.
    pub is_whole: bool,
}

/// Stores the outcomes of a push: each entry leaves the outbox in the transaction that notes what
/// became of it.
///
/// # Errors
/// [`SyncError`]; the outbox is as it was then.
pub fn settle(
    cache: &Cache,
    sealer: &Sealer,
    pushed: &Pushed,
    surroundings: &dyn Surroundings,
) -> Result<Settled, SyncError> {
    let results: Vec<ChangeResult> =
        pushed.results.iter().map(|bytes| decode(bytes)).collect::<Result<_, _>>()?;
    let outcomes = Outcomes { cache, sealer, surroundings, pushed, results: &results };
    match outcomes.store(true)? {
        Some(settled) => Ok(settled),
        // What differs is found by a pull.
        None => Ok(outcomes.store(false)?.unwrap_or_default()),
    }
}

/// The outcomes of a push.
struct Outcomes<'a> {
    cache: &'a Cache,
    sealer: &'a Sealer,
    surroundings: &'a dyn Surroundings,
    pushed: &'a Pushed,
    results: &'a [ChangeResult],
}

impl Outcomes<'_> {
    /// Stores them; when they may be, as all that is new at the hub. `None` when that does not add up to
    /// what the hub says it has: nothing is stored then.
    fn store(&self, may_be_all: bool) -> Result<Option<Settled>, SyncError> {
        let Self { cache, sealer, surroundings, pushed, results } = *self;
        let mut differs = false;
        let stored = cache.write(|writer| {
            Ok(writer.exchange(|exchange| {
                let progress = exchange.progress()?;
                let root = pushed.root.filter(|_| may_be_all && self.follow(&progress));
                let mut given = root.map(|_| Given::new(&progress));
                let waiting = exchange.waiting(u32::try_from(results.len()).unwrap_or(u32::MAX))?;
                let mut entries: BTreeMap<u64, OutboxEntry> =
                    waiting.into_iter().map(|entry| (entry.n.unsigned_abs(), entry)).collect();
                for stretch in self.stored(&entries).chunk_by(|one, next| next - one == 1) {
                    if let [first, .., last] | [first @ last] = stretch {
                        exchange.remove_entries(*first, *last)?;
                    }
                }
                let outward = Outward::new(exchange, sealer, surroundings);
                let mut settled = Settled::default();
                let mut buckets = Buckets::default();
                let mut places = Vec::new();
                for ChangeResult { n, outcome } in results {
                    // An outcome that is stored already is passed over.
                    let Some(mut entry) = entries.remove(n) else { continue };
                    match outcome {
                        Outcome::Accepted { rev } => {
                            let told = given.as_mut().map(|given| (given, *rev));
                            outward.accept(&mut buckets, &entry, told)?;
                            settled.accepted += u64::from(!is_head(&entry));
                        }
                        Outcome::Refused { code, .. } if code == late::CODE => {
                            let late = outward.be_late(&mut entry)?;
                            settled.late += late.unwrap_or_default();
                            outward.wait_again(&entry)?;
                            // What is not known here to be sealed is pulled.
                            settled.stale += u64::from(late.is_none());
                        }
                        Outcome::Refused { code, .. } => {
                            outward.refuse(&entry, code)?;
                            settled.refused += 1;
                        }
                        Outcome::Stale { records } => {
                            outward.wait_again(&entry)?;
                            settled.stale += 1;
                            settled.changed.extend(records.iter().copied());
                        }
                        // The next one is given when it is sealed again.
                        Outcome::NotNext { record } => {
                            outward.wait_again(&entry)?;
                            settled.stale += 1;
                            settled.changed.push(*record);
                        }
                        Outcome::Occupied { records } => {
                            settled.clashes += outward.give_way(&entry, records)?;
                            places.extend(records.iter().copied());
                            outward.wait_again(&entry)?;
                            settled.stale += 1;
                            settled.changed.extend(records.iter().map(|occupied| occupied.by));
                        }
                    }
                }
                for code in outward.to_send_again.take() {
                    dependants::send_again(exchange, surroundings, code)?;
                }
                outward.change_places(&places)?;
                buckets.write(exchange)?;
                if let (Some(root), Some(given)) = (root, given) {
                    if digest(exchange)?.root()? != root {
                        differs = true;
                        return Err(SyncError::Standstill);
                    }
                    given.write(exchange)?;
                    let head = signed(pushed.head);
                    let progress = Progress { rev: head, whole: head, ..progress };
                    exchange.set_progress(&progress)?;
                    witness::fold(exchange, &progress)?;
                    settled.is_whole = true;
                }
                Ok::<_, SyncError>(settled)
            }))
        })?;
        if differs { Ok(None) } else { stored.map(Some) }
    }

    /// The entries of which nothing waits any more: the hub has stored them.
    fn stored(&self, entries: &BTreeMap<u64, OutboxEntry>) -> Vec<i64> {
        let accepted = |result: &&ChangeResult| matches!(result.outcome, Outcome::Accepted { .. });
        let known = self.results.iter().filter(accepted).filter(|one| entries.contains_key(&one.n));
        known.map(|one| signed(one.n)).collect()
    }

    /// Whether what was accepted follows, without a hole, upon all that this desk was told of, and leads to
    /// the head of the hub.
    fn follow(&self, progress: &Progress) -> bool {
        let mut reached = progress.rev.unsigned_abs();
        let mut follows = progress.epoch != 0 && progress.whole == progress.rev;
        for result in self.results {
            let Outcome::Accepted { rev } = result.outcome else { continue };
            // A set without records has the revision of the one before. As the first one it cannot be told
            // from a set that a page brought already.
            follows &= rev == reached + 1 || (rev == reached && rev > progress.rev.unsigned_abs());
            reached = rev;
        }
        follows && reached == self.pushed.head
    }
}

impl Outward<'_> {
    /// The hub has stored an entry, which is out of the outbox; with the revision of it where it counts as told of with that.
    fn accept(
        &self,
        buckets: &mut Buckets,
        entry: &OutboxEntry,
        mut told: Option<(&mut Given, u64)>,
    ) -> Result<(), SyncError> {
        for Sent { record, hash, bytes } in sent_records(entry)? {
            let id = model_id(record.id);
            // What is closed in it is now closed in this version.
            if record.deleted {
                self.exchange.forget_unread(id)?;
            } else {
                self.exchange.renew_unread(id, &bytes)?;
            }
            if self.exchange.forget_refusals(id)? {
                self.to_send_again.borrow_mut().insert(dependants::CODE);
                if record.class == numbering::CLASS {
                    // What was to go with it when it was issued.
                    self.to_send_again.borrow_mut().insert(numbering::CLOSED);
                }
            }
            // The page that brought it back may have come before the answer. Not by the revisions: after
            // the hub was put back from a copy, older ones may be higher.
            let before = self.exchange.synced(id)?;
            let version = signed(record.version);
            let known = before.as_ref().map_or(0, |before| before.version);
            let brought = before.as_ref().map_or(0, |before| before.rev.unsigned_abs());
            let rev = match &mut told {
                // Nothing else will tell of it.
                Some((given, rev)) => {
                    given.count_own(self.sealer, &record, hash, *rev);
                    (known <= version).then_some(*rev)
                }
                None => (known < version).then_some(brought),
            };
            if let Some(rev) = rev {
                let waiting = entry.records.iter().find(|waiting| waiting.id == id);
                let noted = (&record, hash, waiting.and_then(|waiting| waiting.plain));
                counting::note(self.exchange, buckets, before.as_ref(), noted, rev)?;
            }
            if record.class == HEAD_CLASS {
                let content = self.sealer.open_first(&record)?;
                let head = witness::read(self.sealer, &record, &content)?;
                witness::note(self.exchange, self.sealer, &record, &head)?;
            }
            numbering::settle(self.exchange, self.sealer, self.surroundings, &record)?;
            if record.class == numbering::SERIES {
                self.to_send_again.borrow_mut().insert(numbering::CLOSED);
            }
            let version = entry.records.iter().find(|waiting| waiting.id == id);
            self.settle_base(id, &record, version.map(|waiting| waiting.version))?;
        }
        Ok(())
    }

    /// What a record is merged upon from now on. `version` is the one that it had here when it was sent.
    fn settle_base(
        &self,
        id: Id,
        sent: &SealedRecord,
        version: Option<i64>,
    ) -> Result<(), SyncError> {
        if !self.exchange.is_waiting(id)? {
            return Ok(self.exchange.forget_base(id)?);
        }
        if self.sealer.known(&sent.class).is_none() {
            return Ok(());
        }
        // It was changed again meanwhile: the base is what was sent.
        let Some(version) = version else { return Ok(()) };
        let row = self.exchange.row(&sent.class, id)?;
        let fields = if sent.deleted {
            Fields::new()
        } else {
            numbering::as_sent(sent, &row, self.exchange.fields_at(id, row.as_ref(), version)?)
        };
        Ok(self.exchange.put_base(id, &fields)?)
    }

    /// The hub will never store an entry: it is kept with the reason, for a person to see.
    fn refuse(&self, entry: &OutboxEntry, code: &str) -> Result<(), SyncError> {
        for waiting in &entry.records {
            self.note_refusal(entry.n, waiting, code)?;
        }
        Ok(self.exchange.remove_entry(entry.n)?)
    }

    /// An entry was made upon an old revision: its records wait under a new number.
    fn wait_again(&self, entry: &OutboxEntry) -> Result<(), SyncError> {
        if !entry.records.is_empty() {
            let n = self.exchange.put_outbox(Moment(entry.at), &[])?;
            self.exchange.hand_over(entry.n, n)?;
        }
        Ok(self.exchange.remove_entry(entry.n)?)
    }
}

/// Whether an entry is no change of a person's: what this desk says of what it was given.
fn is_head(entry: &OutboxEntry) -> bool {
    entry.records.iter().any(|waiting| waiting.class == HEAD_CLASS)
}
