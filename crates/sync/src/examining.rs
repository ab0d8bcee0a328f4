//! Examining: what lies open here is held against what it was when it came or was sent.
//!
//! The digest that is compared with every sync is of the sealed records, of which this side keeps the
//! hashes. That the values on this disk are still those is another question, asked once a month: a
//! keyed hash of them is kept beside. What is not as it was is forgotten to be at the hub, so that the next
//! sync finds it missing and fetches it again.

use booqing_model::parts::{self, Unknown};
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_protocol::Hash;
use booqing_store::tables::synced::Kept;
use booqing_store::{Cache, Exchange, Row, StoreError};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::counting::{self, Buckets};
use crate::incident::Incident;
use crate::inward::Surroundings;
use crate::wire::wire_id;
use crate::{Sealer, SyncError};

/// How long it is until everything is examined again, in seconds: a month.
const EVERY: i64 = 30 * 86_400;
/// How many records are read at a time: nobody waits for it.
const AT_ONCE: u32 = 500;
/// The most records that are fetched again after one examination.
const MOST_DAMAGED: usize = 10_000;

/// What an examination came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// Records that were looked at.
    pub records: u64,
    /// Those that were not as they had been. The next sync fetches them again.
    pub damaged: u64,
}

impl Sealer {
    /// A keyed hash of the values of a record, by which rot is found in what lies open here. It stays the
    /// same when fields become known.
    pub(crate) fn plain(&self, fields: &Fields, unknown: &Unknown) -> [u8; 16] {
        let whole = (!unknown.is_empty()).then(|| parts::whole(fields, unknown));
        let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
        // Values are JSON already, so that writing them down does not fail.
        if serde_json::to_writer(&mut *bytes, whole.as_ref().unwrap_or(fields)).is_err() {
            bytes.clear();
        }
        let mut hash = [0; 16];
        let mut hasher = blake3::Hasher::new_keyed(self.plain_key.expose());
        hasher.update(&bytes).finalize_xof().fill(&mut hash);
        hash
    }
}

/// Whether it is time to examine everything again. Before the first time a month begins.
///
/// # Errors
/// [`SyncError::Store`].
pub fn is_due(cache: &Cache, now: Moment) -> Result<bool, SyncError> {
    match cache.read(|reader| reader.examined_at())? {
        // A clock that went back does not keep it from being done.
        Some(at) => Ok(!(at.0..at.0 + EVERY).contains(&now.0)),
        None => {
            put_off(cache, now)?;
            Ok(false)
        }
    }
}

/// Puts the next examination off for a month: this one could not be done.
///
/// # Errors
/// [`SyncError::Store`].
pub fn put_off(cache: &Cache, now: Moment) -> Result<(), SyncError> {
    Ok(cache.write(|writer| writer.exchange(|exchange| exchange.set_examined(now)))?)
}

/// Holds every record of which no change waits against what it was.
///
/// # Errors
/// [`SyncError::Store`]; what was found until then is not noted.
pub fn examine(
    cache: &Cache,
    sealer: &Sealer,
    surroundings: &dyn Surroundings,
) -> Result<Examined, SyncError> {
    let mut examined = Examined::default();
    let mut suspects: Vec<Kept> = Vec::new();
    let mut after = Id::from_bytes([0; 16]);
    loop {
        let (kept, found) = cache.read(|reader| {
            let kept = reader.kept_after(after, AT_ONCE)?;
            let mut found = Vec::new();
            for one in &kept {
                let row = read(reader.get(&one.class, one.id))?;
                if !row.is_some_and(|row| fits(sealer, one, row.as_ref())) {
                    found.push(one.clone());
                }
            }
            Ok((kept, found))
        })?;
        let Some(last) = kept.last() else { break };
        after = last.id;
        examined.records += kept.len() as u64;
        suspects.extend(found);
    }
    suspects.truncate(MOST_DAMAGED);
    examined.damaged = cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            let damaged = forget(exchange, sealer, &suspects)?;
            if let Some((first, now)) = damaged.first() {
                note(exchange, sealer, surroundings, first, *now, damaged.len())?;
            }
            exchange.set_examined(surroundings.now())?;
            Ok::<_, SyncError>(damaged.len() as u64)
        }))
    })??;
    Ok(examined)
}

/// A row, which may not be there; `None` where what is there cannot be read as one.
fn read(row: Result<Option<Row>, StoreError>) -> Result<Option<Option<Row>>, StoreError> {
    match row {
        Ok(row) => Ok(Some(row)),
        Err(StoreError::Damaged(_) | StoreError::Misfit { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn fits(sealer: &Sealer, kept: &Kept, row: Option<&Row>) -> bool {
    // What this version does not know it cannot judge.
    sealer.known(&kept.class).is_none()
        || row.is_some_and(|row| sealer.plain(&row.fields, &row.unknown) == kept.plain)
}

/// Forgets that the hub has these records, as far as they are still not what they were; each with the hash
/// of what it is now.
fn forget<'a>(
    exchange: &Exchange<'_>,
    sealer: &Sealer,
    suspects: &'a [Kept],
) -> Result<Vec<(&'a Kept, Hash)>, SyncError> {
    let (mut damaged, mut buckets) = (Vec::new(), Buckets::default());
    for kept in suspects {
        let Some(synced) = exchange.synced(kept.id)? else { continue };
        let row = read(exchange.row(&kept.class, kept.id))?;
        // It may have been changed meanwhile.
        if synced.plain != Some(kept.plain)
            || exchange.is_waiting(kept.id)?
            || exchange.is_refused(kept.id)?
            || row.as_ref().is_some_and(|row| fits(sealer, kept, row.as_ref()))
        {
            continue;
        }
        if row.as_ref().is_none_or(Option::is_none) {
            // Nothing of it is left that could be read or stand in its way.
            exchange.discard(&kept.class, kept.id)?;
        }
        let now = row.flatten().map(|row| sealer.plain(&row.fields, &row.unknown));
        let now = now.unwrap_or_default();
        counting::forget(exchange, &mut buckets, wire_id(kept.id), &synced)?;
        damaged.push((kept, Hash(now)));
    }
    buckets.write(exchange)?;
    Ok(damaged)
}

/// Writes down what was found, for every desk: the first record with both hashes, and how many there are.
fn note(
    exchange: &Exchange<'_>,
    sealer: &Sealer,
    surroundings: &dyn Surroundings,
    first: &Kept,
    now: Hash,
    count: usize,
) -> Result<(), SyncError> {
    let (id, at) = (surroundings.id()?, surroundings.now());
    let was = Hash(first.plain);
    let reason =
        format!("{count} not as they were; {} {}: {was}, now {now}", first.class, first.id);
    let incident = Incident { operation: "sync.rows_damaged", record: None, reason };
    incident.record(exchange, sealer, (id, at))
}
