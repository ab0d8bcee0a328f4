//! Who occupies what: of two records that want one exclusive resource at the same time, the first to come
//! has it.
//!
//! Only what a push changes is looked at: a record that occupies what it occupied before is let through,
//! also where another does since before the resource became exclusive.

use std::collections::{BTreeSet, HashMap, HashSet};

use booqing_protocol::message::Occupied;
use booqing_protocol::{Id, SealedRecord, Slot};

use super::StorageError;
use super::ledger::{Ledger, Standing};

/// What is occupied, of the resources that a push is about and that anything could be in doubt of.
#[derive(Debug, Default)]
pub(super) struct Occupancy(HashMap<Id, Resource>);

/// A resource, and who occupies it.
#[derive(Debug, Default)]
struct Resource {
    is_exclusive: bool,
    /// By when each begins; then when it ends, and whose it is.
    slots: BTreeSet<(i64, i64, Id)>,
    /// No slot is longer.
    longest: i64,
}

impl Resource {
    fn add(&mut self, id: Id, slot: Slot) {
        self.longest = self.longest.max(slot.until.saturating_sub(slot.from));
        self.slots.insert((slot.from, slot.until, id));
    }

    /// The first that would overlap.
    fn first_within(&self, slot: Slot) -> Option<Id> {
        let from = (slot.from.saturating_sub(self.longest), i64::MIN, Id([0; 16]));
        let until = (slot.until, i64::MIN, Id([0; 16]));
        let mut near = self.slots.range(from..until);
        near.find(|(_, until, _)| *until > slot.from).map(|(_, _, id)| *id)
    }
}

impl Occupancy {
    /// What a push has to be held against: of the resources that are exclusive, or that it makes so.
    /// Where nothing new is occupied, nothing is asked for.
    pub(super) fn read(
        ledger: &mut impl Ledger,
        coming: &[&SealedRecord],
        standing: &HashMap<Id, Standing>,
    ) -> Result<Self, StorageError> {
        // What leaves its place in one set may want it again in the next.
        let (mut seen, mut often) = (HashSet::new(), HashSet::new());
        often.extend(coming.iter().map(|record| record.id).filter(|id| !seen.insert(*id)));
        let asks = |id: Id, slot: &Slot| often.contains(&id) || is_new(standing, id, *slot);
        let mut wanted: Vec<Slot> = coming
            .iter()
            .filter_map(|record| record.slot().filter(|slot| asks(record.id, slot)))
            .collect();
        let named: BTreeSet<Id> = wanted.iter().map(|slot| slot.resource).collect();
        if named.is_empty() {
            return Ok(Self::default());
        }
        let made = |id: &Id| coming.iter().any(|one| one.id == *id && one.routing.is_exclusive());
        let stored = ledger.bytes(&named.iter().copied().collect::<Vec<_>>())?;
        let mut resources = HashMap::new();
        for id in named {
            let is_exclusive = match stored.get(&id) {
                Some((_, bytes)) => {
                    let record = SealedRecord::from_bytes(bytes)?;
                    !record.deleted && record.routing.is_exclusive()
                }
                None => false,
            };
            if is_exclusive || (seen.contains(&id) && made(&id)) {
                resources.insert(id, Resource { is_exclusive, ..Resource::default() });
            }
        }
        wanted.retain(|slot| resources.contains_key(&slot.resource));
        wanted.sort_unstable();
        wanted.dedup();
        if !wanted.is_empty() {
            for (id, slot) in ledger.occupied(&wanted)? {
                if let Some(resource) = resources.get_mut(&slot.resource) {
                    resource.add(id, slot);
                }
            }
        }
        Ok(Self(resources))
    }

    /// Lets the records of a set take the place of what they were: those that would occupy what others
    /// do, each with the first of these. Nothing is changed then.
    pub(super) fn change<'a>(
        &mut self,
        records: impl Iterator<Item = &'a SealedRecord> + Clone,
        standing: &HashMap<Id, Standing>,
    ) -> Vec<Occupied> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut exclusive_before = Vec::new();
        for record in records.clone() {
            // It may be made exclusive by the set that occupies it, or by one before.
            if let Some(resource) = self.0.get_mut(&record.id) {
                exclusive_before.push((record.id, resource.is_exclusive));
                resource.is_exclusive = !record.deleted && record.routing.is_exclusive();
            }
            self.take(record.id, standing.get(&record.id).and_then(|standing| standing.slot));
        }
        // What keeps its place comes before what wants one.
        let (new, kept): (Vec<_>, Vec<_>) = records
            .clone()
            .filter_map(|record| Some((record.id, record.slot()?)))
            .partition(|(id, slot)| is_new(standing, *id, *slot));
        for (id, slot) in kept {
            if let Some(resource) = self.0.get_mut(&slot.resource) {
                resource.add(id, slot);
            }
        }
        let mut occupied = Vec::new();
        for (id, slot) in new {
            let Some(resource) = self.0.get_mut(&slot.resource) else { continue };
            if resource.is_exclusive
                && let Some(by) = resource.first_within(slot)
            {
                occupied.push(Occupied { record: id, by });
            }
            resource.add(id, slot);
        }
        if !occupied.is_empty() {
            for (id, is_exclusive) in exclusive_before {
                if let Some(resource) = self.0.get_mut(&id) {
                    resource.is_exclusive = is_exclusive;
                }
            }
            for record in records.clone() {
                self.take(record.id, record.slot());
            }
            for record in records {
                let slot = standing.get(&record.id).and_then(|standing| standing.slot);
                let resource = slot.and_then(|slot| Some((slot, self.0.get_mut(&slot.resource)?)));
                if let Some((slot, resource)) = resource {
                    resource.add(record.id, slot);
                }
            }
        }
        occupied
    }

    fn take(&mut self, id: Id, slot: Option<Slot>) {
        if let Some(slot) = slot
            && let Some(resource) = self.0.get_mut(&slot.resource)
        {
            resource.slots.remove(&(slot.from, slot.until, id));
        }
    }
}

/// Whether a record occupies what it did not before.
fn is_new(standing: &HashMap<Id, Standing>, id: Id, slot: Slot) -> bool {
    standing.get(&id).and_then(|standing| standing.slot) != Some(slot)
}
