//! What is done about records that differ between this desk and the hub without a change to explain
//! it.
//!
//! Usually the hub's record is fetched again, and that is all: something was damaged on the way or on
//! the disk. A hub that has *less* than it had is another matter. Either it was put back from a copy,
//! or somebody rolls it back to make this desk forget; nothing in the records tells one from the
//! other, so a person is asked, and nothing is applied until then. Once a person has said that it was
//! put back, this desk gives back what the hub lacks, as changes like any other.

use std::collections::{BTreeSet, HashMap};

use booqing_model::entities::decision_of;
use booqing_protocol::compare::{Compared, Contents, Counted, Fetched, Range, contents};
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::Cursor;
use booqing_protocol::{Digest, Hash, Id, Root, SealedRecord};
use booqing_store::tables::connection::Progress;
use booqing_store::tables::outbox::Waiting;
use booqing_store::tables::synced::Synced;
use booqing_store::{Cache, Exchange};

use crate::counting::{self, Descent, Held, digest, signed};
use crate::guard::Guard;
use crate::incident::Incident;
use crate::inward::{Inward, Surroundings, Taken};
use crate::opening::{Content, OpenedRecord, Opener};
use crate::placing;
use crate::sealing::KEY_CLASS;
use crate::wire::model_id;
use crate::witness::{self, HEAD_CLASS};
use crate::{Sealer, SyncError, numbering};

/// What a comparison goes by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Basis {
    /// Whether the hub has begun another epoch, so that revisions mean nothing.
    pub other_epoch: bool,
    /// Whether a person says, in this sync, that the hub was put back.
    pub put_back: bool,
    /// The revision of the hub at which everything is compared.
    pub at: Option<Cursor>,
    /// The hub's revision when its epoch began: what is later was made upon what had been put back.
    pub since: u64,
    /// The number of this desk's last change at the hub.
    pub last_n: u64,
    /// The digest of everything at the hub.
    pub root: Option<Root>,
    /// Records that differed.
    pub differed: u64,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Narrowed {
    /// These ranges are to be looked into, and these records are different.
    Differ {
        /// Ranges.
        ranges: Vec<Range>,
        /// Records.
        records: Vec<Id>,
        /// Records in which something is decided about others: they come after those.
        decisions: Vec<Id>,
    },
    /// The hub has begun another epoch, and no person has said that it was put back.
    NotAccepted,
}

/// What became of records that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    /// They are as the hub has them, or go back to it.
    Done {
        /// What was taken in.
        taken: Taken,
        /// How many differed indeed.
        differed: u64,
        /// How many go back to the hub.
        given_back: u64,
    },
    /// Nothing: some of them are closed for want of these keys, which are asked for with them.
    Lacks {
        /// The keys.
        keys: Vec<Id>,
        /// The records.
        records: Vec<Id>,
    },
    /// The hub has lost some of them, and no person has said that it was put back.
    Lost {
        /// The record class of one.
        class: String,
        /// One of them.
        id: Id,
    },
}

/// How a comparison ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concluded {
    /// Whether both sides now have the same.
    pub is_equal: bool,
}

/// Compares what the hub told of some ranges with what is here. With no range, everything.
///
/// # Errors
/// [`SyncError`].
pub fn narrow(
    cache: &Cache,
    basis: &Basis,
    asked: &[Range],
    compared: &Compared,
) -> Result<Narrowed, SyncError> {
    cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            if basis.other_epoch && !accept(exchange, basis, &exchange.progress()?)? {
                return Ok(Narrowed::NotAccepted);
            }
            match &compared.digest {
                Some(theirs) => {
                    let ranges = different(&digest(exchange)?, theirs);
                    let (records, decisions) = (Vec::new(), Vec::new());
                    Ok(Narrowed::Differ { ranges, records, decisions })
                }
                None => narrow_ranges(exchange, asked, &compared.ranges),
            }
        }))
    })?
}

/// Whether a person has said that the hub was put back; notes it when it is said now.
fn accept(exchange: &Exchange<'_>, basis: &Basis, progress: &Progress) -> Result<bool, SyncError> {
    let epoch = signed(basis.at.map_or(0, |at| at.epoch));
    if basis.put_back && progress.accepted_epoch != epoch {
        exchange.set_progress(&Progress { accepted_epoch: epoch, ..*progress })?;
    }
    Ok(basis.put_back || progress.accepted_epoch == epoch)
}

/// The classes and years of which the two sides hold different records.
fn different(mine: &Digest, theirs: &Digest) -> Vec<Range> {
    let keys: BTreeSet<&(String, i64)> = mine.0.keys().chain(theirs.0.keys()).collect();
    let of = |side: &Digest, key| side.0.get(key).copied().filter(|bucket| bucket.count > 0);
    keys.into_iter()
        .filter(|key| of(mine, key) != of(theirs, key))
        .map(|(class, year)| Range::whole(class, *year))
        .collect()
}

fn narrow_ranges(
    exchange: &Exchange<'_>,
    asked: &[Range],
    told: &[Contents],
) -> Result<Narrowed, SyncError> {
    let mut held = Held::for_ranges(exchange, asked)?;
    let (mut ranges, mut records, mut decisions) = (Vec::new(), Vec::new(), Vec::new());
    for (range, theirs) in asked.iter().zip(told) {
        let mine = contents(&mut held, range)?;
        if let (Contents::Records(mine), Contents::Records(theirs)) = (&mine, theirs) {
            let decides = decision_of(&range.class).is_some();
            let to = if decides { &mut decisions } else { &mut records };
            to.extend(differing(mine, theirs));
            continue;
        }
        let (mine, theirs) = (mine.parts(range), theirs.parts(range));
        let halves = (0_u8..).zip(mine.iter().zip(&theirs));
        let is_other = |(mine, theirs): (&Bucket, &Bucket)| {
            mine != theirs && (mine.count > 0 || theirs.count > 0)
        };
        ranges.extend(
            halves.filter(|(_, pair)| is_other(*pair)).map(|(half, _)| range.narrowed(half)),
        );
    }
    Ok(Narrowed::Differ { ranges, records, decisions })
}

/// The records that only one side has, or that are not the same.
fn differing(mine: &[Counted], theirs: &[Counted]) -> BTreeSet<Id> {
    let hashes = |side: &[Counted]| -> HashMap<Id, Hash> {
        side.iter().map(|counted| (counted.id, counted.hash)).collect()
    };
    let (mine, theirs) = (hashes(mine), hashes(theirs));
    let ids: BTreeSet<Id> = mine.keys().chain(theirs.keys()).copied().collect();
    ids.into_iter().filter(|id| mine.get(id) != theirs.get(id)).collect()
}

/// What is to be done about one record.
enum Remedy<'a> {
    /// Nothing: it is the same.
    Nothing,
    /// What the hub has is later.
    Take(&'a OpenedRecord),
    /// The two may have parted.
    Part(&'a OpenedRecord),
    /// The hub lacks it, or has an earlier version of it.
    GiveBack(Option<&'a OpenedRecord>),
    /// The hub has forgotten that it was deleted, and what waits here goes to it upon nothing.
    Forget,
}

/// Deals with records that differ, all of them or none.
///
/// # Errors
/// [`SyncError::NotAuthentic`] names a record that nobody here made.
pub fn mend(
    cache: &Cache,
    sealer: &Sealer,
    (surroundings, guard): (&dyn Surroundings, &Guard),
    basis: &Basis,
    asked: &[Id],
    fetched: &Fetched,
) -> Result<Mended, SyncError> {
    let opener = Opener::new(cache, sealer);
    let mut there = HashMap::with_capacity(fetched.records.len());
    // Keys first: other records may need them.
    for keys in [true, false] {
        for incoming in &fetched.records {
            let class = SealedRecord::from_bytes(&incoming.record)?.class;
            if (class == KEY_CLASS) == keys {
                let record = opener.open_record(incoming)?;
                there.insert(record.record.id, record);
            }
        }
    }
    // In a pull keys come before what they open; here they are asked for.
    let keys: BTreeSet<Id> = there.values().flat_map(OpenedRecord::lacking).collect();
    if keys.iter().any(|key| !asked.contains(key)) {
        let keys: Vec<Id> = keys.into_iter().filter(|key| !asked.contains(key)).collect();
        return Ok(Mended::Lacks { keys, records: asked.to_vec() });
    }
    cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            let mut inward = Inward::new(exchange, sealer, surroundings);
            inward.guard = Some(guard);
            let mut remedies = Vec::with_capacity(asked.len());
            for id in asked {
                let here = exchange.synced(model_id(*id))?;
                let remedy = match remedy(basis, here.as_ref(), there.get(id)) {
                    Remedy::Nothing
                        if here.is_some()
                            && !there.contains_key(id)
                            && exchange.is_waiting(model_id(*id))? =>
                    {
                        Remedy::Forget
                    }
                    remedy => remedy,
                };
                remedies.push((*id, here, remedy));
            }
            // A decision is looked at when the record that it is about is as it is to be.
            remedies.sort_by_key(|(id, here, _)| {
                let class = there.get(id).map(|came| came.record.class.as_str());
                let class = class.or(here.as_ref().map(|here| here.class.as_str()));
                (class != Some(KEY_CLASS), class.is_some_and(|class| decision_of(class).is_some()))
            });
            let lost = remedies.iter().find_map(|(id, here, remedy)| match (remedy, here) {
                (Remedy::GiveBack(_) | Remedy::Part(_), Some(here)) => {
                    Some((here.class.clone(), *id))
                }
                _ => None,
            });
            if let Some((class, id)) = lost.filter(|_| !basis.put_back && !basis.other_epoch) {
                note(exchange, sealer, surroundings, ("sync.hub_lost_records", basis))?;
                return Ok(Mended::Lost { class, id });
            }
            let read = exchange.progress()?.rev.unsigned_abs();
            let (mut differed, mut given_back) = (0, 0);
            for (id, here, remedy) in remedies {
                // What is new since this desk has read needs no other explanation.
                let is_new =
                    !basis.other_epoch && there.get(&id).is_some_and(|came| came.rev > read);
                match remedy {
                    Remedy::Nothing => continue,
                    Remedy::Forget => {
                        if let Some(here) = &here {
                            counting::forget(exchange, &mut inward.buckets, id, here)?;
                        }
                        continue;
                    }
                    Remedy::Take(came) => inward.take_record(came)?,
                    Remedy::Part(came) => inward.take_apart(here.as_ref(), came)?,
                    Remedy::GiveBack(came) => {
                        given_back += u64::from(give_back(&mut inward, id, here, came)?);
                    }
                }
                differed += u64::from(!is_new);
            }
            // Those beside them may not be mended yet: their series are looked through in the end.
            let Inward { taken, buckets, .. } = inward;
            buckets.write(exchange)?;
            Ok::<_, SyncError>(Mended::Done { taken, differed, given_back })
        }))
    })?
}

fn remedy<'a>(basis: &Basis, here: Option<&Synced>, there: Option<&'a OpenedRecord>) -> Remedy<'a> {
    let (here, there) = match (here, there) {
        (None, None) => return Remedy::Nothing,
        // Each side forgets a deleted record at a moment of its own.
        (Some(here), None) if here.deleted => return Remedy::Nothing,
        (Some(_), None) => return Remedy::GiveBack(None),
        (None, Some(there)) => return Remedy::Take(there),
        (Some(here), Some(there)) => (here, there),
    };
    if here.hash == there.hash.0 {
        return Remedy::Nothing;
    }
    if counting::descent(here, &there.record, &there.passed) == Descent::Proven {
        return Remedy::Take(there);
    }
    // What the hub had when its epoch began was here once, unless this desk had more.
    let is_earlier = there.rev <= basis.since && there.record.version < here.version.unsigned_abs();
    match there.record.deleted {
        false if is_earlier && basis.other_epoch => Remedy::GiveBack(Some(there)),
        false => Remedy::Part(there),
        true if here.deleted => Remedy::Part(there),
        // What was entered here is worth more than that somebody deleted it who may not have seen it.
        true => Remedy::GiveBack(Some(there)),
    }
}

/// Puts a record into the outbox, upon what the hub has. Says whether it goes back.
fn give_back(
    inward: &mut Inward<'_>,
    id: Id,
    here: Option<Synced>,
    came: Option<&OpenedRecord>,
) -> Result<bool, SyncError> {
    let Some(here) = here else { return Ok(false) };
    let exchange = inward.exchange;
    if here.class == HEAD_CLASS && came.is_none() {
        // What a desk was given in another epoch is no news to anybody.
        counting::forget(exchange, &mut inward.buckets, id, &here)?;
        return Ok(false);
    }
    match came {
        Some(came) => {
            inward.plain = came.content.plain();
            inward.note(Some(&here), &came.record, came.hash, came.rev)?;
        }
        None => counting::forget(exchange, &mut inward.buckets, id, &here)?,
    }
    let record = model_id(id);
    match came.map(|came| &came.content) {
        Some(Content::Values { new, .. }) => exchange.put_base(record, &new.row()?.fields)?,
        _ => exchange.forget_base(record)?,
    }
    let row = match inward.sealer.known(&here.class) {
        Some(record_type) => exchange.row(record_type.class, record)?,
        None => None,
    };
    let is_key = [KEY_CLASS, HEAD_CLASS].contains(&here.class.as_str());
    let is_here = row.is_some() || exchange.unread(record)?.is_some() || is_key;
    if !is_here && came.is_none() {
        return Ok(false);
    }
    if !exchange.is_waiting(record)? {
        let version = row.map_or(here.version, |row| row.version);
        let waiting = Waiting::new(&here.class, record, version);
        exchange.put_outbox(inward.surroundings.now(), &[waiting])?;
    }
    // Nobody knows a key as a record.
    Ok(!is_key)
}

/// Brings a comparison to an end: the cursor is that of the revision that was compared, the numbers
/// of what waits follow those that the hub has, and what happened is written down.
///
/// # Errors
/// [`SyncError`]; nothing is changed then.
pub fn conclude(
    cache: &Cache,
    sealer: &Sealer,
    surroundings: &dyn Surroundings,
    basis: &Basis,
) -> Result<Concluded, SyncError> {
    cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            if basis.differed == 0 && Some(digest(exchange)?.root()?) != basis.root {
                // Every record is the same: it was the count that was wrong.
                exchange.recount()?;
            }
            let is_equal = Some(digest(exchange)?.root()?) == basis.root;
            if is_equal {
                numbering::examine(exchange, sealer, surroundings, true)?;
            }
            // Within an epoch the cursor stays: what the hub has is here, and what it tells of how that
            // came about is not. In another one it is told from its beginning.
            if basis.other_epoch || basis.put_back {
                let (epoch, rev) =
                    (signed(basis.at.unwrap_or_default().epoch), signed(basis.since));
                let progress = exchange.progress()?;
                let told = Progress { epoch, rev, whole: rev, folded: 0, ..progress };
                exchange.set_progress(&told)?;
                // Whatever was left of it was fetched by itself.
                exchange.forget_scan()?;
                witness::begin_again(exchange, sealer)?;
                exchange.follow_numbers(signed(basis.last_n))?;
                placing::put_in_order(exchange)?;
            }
            let operation = if basis.other_epoch || basis.put_back {
                "sync.hub_put_back"
            } else {
                "sync.repaired"
            };
            note(exchange, sealer, surroundings, (operation, basis))?;
            Ok::<_, SyncError>(Concluded { is_equal })
        }))
    })?
}

/// That the two sides were not the same, by both digests.
fn note(
    exchange: &Exchange<'_>,
    sealer: &Sealer,
    surroundings: &dyn Surroundings,
    (operation, basis): (&'static str, &Basis),
) -> Result<(), SyncError> {
    let (here, there) = (digest(exchange)?.root()?, basis.root.unwrap_or_default());
    let reason = format!("here {here}, at the hub {there}");
    Incident { operation, record: None, reason }.record_once(exchange, sealer, surroundings)
}
