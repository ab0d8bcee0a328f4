//! What passed before the records of a page: told as far as there is room, asked for by itself beyond that.

use booqing_protocol::message::Incoming;
use booqing_protocol::recall::{Between, MOST_RECALLED, Recall, Recalled, Versions};
use booqing_protocol::{HEAD_CLASS, Id, Refusal};

use super::StorageError;
use super::ledger::{Ledger, State};

type Answered<T> = Result<Result<T, Refusal>, StorageError>;

/// Room for versions that passed, in a page.
pub(super) struct Room(usize);

impl Room {
    /// For so many of them.
    pub(super) fn new(versions: usize) -> Self {
        Self(versions)
    }

    /// Tells with each record what passed after a revision, until there is no more room.
    pub(super) fn tell(
        &mut self,
        ledger: &mut impl Ledger,
        records: &mut [(Id, Incoming)],
        after: u64,
    ) -> Result<(), StorageError> {
        let asked: Vec<Between> = records
            .iter()
            .map(|(id, record)| Between { id: *id, after, before: record.rev })
            .collect();
        for ((_, record), told) in records.iter_mut().zip(self.versions(ledger, &asked)?) {
            (record.passed, record.rest) = (told.passed, told.rest);
        }
        Ok(())
    }

    /// What passed of these records, in their order, as far as there is room.
    fn versions(
        &mut self,
        ledger: &mut impl Ledger,
        asked: &[Between],
    ) -> Result<Vec<Versions>, StorageError> {
        let mut told: Vec<Versions> = asked.iter().map(|_| Versions::default()).collect();
        // One more than there is room for says whether there are more.
        let mut found = ledger.passed(asked, self.0 + 1)?;
        let rest = (found.len() > self.0).then(|| found.pop()).flatten();
        self.0 -= found.len();
        for (place, version) in found {
            if let Some(versions) = told.get_mut(place) {
                versions.passed.push(version);
            }
        }
        if let Some((cut, _)) = rest {
            for (versions, asked) in told.iter_mut().zip(asked).skip(cut) {
                versions.rest = Some(versions.passed.last().map_or(asked.after, |last| last.rev));
            }
        }
        Ok(told)
    }
}

/// The versions that a page had no room for.
pub(super) fn recall(ledger: &mut impl Ledger, recall: &Recall, room: Room) -> Answered<Recalled> {
    let State { epoch, .. } = ledger.state()?;
    if recall.records.len() > MOST_RECALLED {
        return Ok(Err(Refusal::TooLarge));
    }
    if recall.epoch != epoch {
        return Ok(Err(Refusal::EpochChanged));
    }
    let mut room = room;
    Ok(Ok(Recalled { records: room.versions(ledger, &recall.records)? }))
}

/// Whether versions of a class are told of when they have passed. A desk's word on what it was given is
/// made anew many times a day, says itself which is the later, and is summed up by nobody.
pub(super) fn is_told(class: &str) -> bool {
    class != HEAD_CLASS
}
