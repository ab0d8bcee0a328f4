//! The part of the engine that compares both sides, down to the records that differ.
//!
//! Everything is compared at one revision of the hub. When another desk pushes meanwhile, what is
//! told is no longer of that revision, and the comparison begins again: a few times, and then the next
//! sync has another try.

use std::collections::VecDeque;

use booqing_protocol::Id;
use booqing_protocol::compare::{Compared, Fetched, MOST_RANGES, Range};
use booqing_protocol::message::Cursor;

use super::{Ask, Effect, Engine, Task};
use crate::SyncError;
use crate::repair::{Basis, Concluded, Mended, Narrowed};

/// How often a comparison begins again in one sync.
const MOST_STARTS: u32 = 4;

/// How many records are asked for at once, keys that they need not counted.
pub(super) const AT_ONCE: usize = 500;

/// A comparison under way.
#[derive(Debug, Default)]
pub(super) struct Comparing {
    basis: Basis,
    starts: u32,
    /// Whether what was sent earlier and is stored at the hub is known to be.
    has_resent: bool,
    /// The revision of the hub at which everything is compared.
    at: Option<Cursor>,
    /// What was asked for last.
    asked: Vec<Range>,
    /// What is to be looked into.
    ranges: VecDeque<Range>,
    /// Records that differ and were not fetched yet.
    records: VecDeque<Id>,
    /// Those in which something is decided about others, for when these are dealt with.
    decisions: Vec<Id>,
    fetching: Vec<Id>,
}

impl Engine {
    /// Begins to compare: because the hub begins another epoch, or because both sides differ.
    pub(super) fn compare(&mut self, other_epoch: bool) -> Effect {
        let basis = Basis { other_epoch, put_back: self.consent.put_back, ..Basis::default() };
        (self.has_compared, self.has_resent) = (true, true);
        self.comparing = Some(Comparing { basis, ..Comparing::default() });
        Effect::Ask(Ask::Compare(Vec::new()))
    }

    /// Begins again, at the revision the hub has now.
    fn compare_again(&mut self) -> Effect {
        let Some(comparing) = &mut self.comparing else { return self.go_on() };
        if comparing.starts >= MOST_STARTS {
            return self.give_up();
        }
        let (starts, has_resent) = (comparing.starts + 1, comparing.has_resent);
        let basis = Basis { at: None, ..comparing.basis };
        *comparing = Comparing { basis, starts, has_resent, ..Comparing::default() };
        Effect::Ask(Ask::Compare(Vec::new()))
    }

    /// The hub told where it stands, to a desk that was silent for long. What this desk sent and the hub has
    /// is known to be there before anything comes in; what the hub has not got stays where it is until both
    /// sides were compared.
    fn silent(&mut self, epoch: u64, compared: &Compared) -> Effect {
        self.summary.head = self.summary.head.max(compared.cursor.rev);
        if compared.cursor.epoch != epoch {
            // Nothing here means anything there until a person has said so.
            return self.begin();
        }
        let (at, last_n) = (Some(compared.cursor), compared.last_n);
        Effect::Do(Task::ResendStored(Basis { at, last_n, ..Basis::default() }))
    }

    /// The hub is too busy to be compared with now.
    fn give_up(&mut self) -> Effect {
        let was = self.comparing.take();
        if self.silent_since.is_some() || was.is_some_and(|was| was.basis.other_epoch) {
            return Effect::Fail(SyncError::Unsettled);
        }
        self.go_on()
    }

    pub(super) fn compared(&mut self, compared: Box<Compared>) -> Effect {
        if let (Some(epoch), false) = (self.silent_since, self.has_resent) {
            return self.silent(epoch, &compared);
        }
        let Some(comparing) = &mut self.comparing else { return self.go_on() };
        let at = *comparing.at.get_or_insert(compared.cursor);
        if compared.cursor != at {
            return self.compare_again();
        }
        if comparing.basis.at.is_none() {
            comparing.basis.at = Some(at);
            comparing.basis.since = compared.since;
            comparing.basis.last_n = compared.last_n;
            comparing.basis.root = compared.digest.as_ref().and_then(|digest| digest.root().ok());
        }
        self.summary.head = self.summary.head.max(at.rev);
        let asked = std::mem::take(&mut comparing.asked);
        Effect::Do(Task::Narrow(comparing.basis, asked, compared))
    }

    pub(super) fn narrowed(&mut self, narrowed: Narrowed) -> Effect {
        match narrowed {
            Narrowed::NotAccepted => Effect::Fail(SyncError::HubPutBack),
            Narrowed::Differ { ranges, records, decisions } => {
                let Some(comparing) = &mut self.comparing else { return self.go_on() };
                if comparing.basis.other_epoch && !comparing.has_resent {
                    // The hub has these numbers. Others may have gone on from them.
                    return Effect::Do(Task::ResendStored(comparing.basis));
                }
                comparing.ranges.extend(ranges);
                comparing.records.extend(records);
                comparing.decisions.extend(decisions);
                self.look_further()
            }
        }
    }

    /// What was sent earlier is out of the way: everything is compared once more with that in. Says
    /// nothing when no comparison is under way.
    pub(super) fn resent(&mut self) -> Option<Effect> {
        let comparing = self.comparing.as_mut()?;
        comparing.has_resent = true;
        comparing.at = None;
        comparing.basis.at = None;
        Some(Effect::Ask(Ask::Compare(Vec::new())))
    }

    fn look_further(&mut self) -> Effect {
        let Some(comparing) = &mut self.comparing else { return self.go_on() };
        if !comparing.ranges.is_empty() {
            let count = comparing.ranges.len().min(MOST_RANGES);
            comparing.asked = comparing.ranges.drain(..count).collect();
            return Effect::Ask(Ask::Compare(comparing.asked.clone()));
        }
        if comparing.records.is_empty() {
            comparing.records.extend(comparing.decisions.drain(..));
        }
        if !comparing.records.is_empty() {
            let count = comparing.records.len().min(AT_ONCE);
            comparing.fetching = comparing.records.drain(..count).collect();
            return Effect::Ask(Ask::Fetch(comparing.fetching.clone()));
        }
        Effect::Do(Task::Conclude(comparing.basis))
    }

    pub(super) fn fetched(&mut self, fetched: Box<Fetched>) -> Effect {
        let Some(comparing) = &mut self.comparing else {
            let mut asked = std::mem::take(&mut self.fetching);
            asked.truncate(usize::try_from(fetched.answered).unwrap_or(0));
            return Effect::Do(Task::Mend(Basis::default(), asked, fetched));
        };
        if comparing.at != Some(fetched.cursor) {
            return self.compare_again();
        }
        let mut asked = std::mem::take(&mut comparing.fetching);
        let answered = usize::try_from(fetched.answered).unwrap_or(0).min(asked.len());
        if answered == 0 {
            return Effect::Fail(SyncError::Standstill);
        }
        let later = asked.split_off(answered);
        later.into_iter().rev().for_each(|id| comparing.records.push_front(id));
        Effect::Do(Task::Mend(comparing.basis, asked, fetched))
    }

    pub(super) fn mended(&mut self, mended: Mended) -> Effect {
        match mended {
            Mended::Lacks { keys, records } => {
                // Together, so that none of them is without its key.
                let mut asked = keys;
                asked.extend(records);
                match &mut self.comparing {
                    Some(comparing) => comparing.fetching.clone_from(&asked),
                    None => self.fetching.clone_from(&asked),
                }
                Effect::Ask(Ask::Fetch(asked))
            }
            Mended::Lost { class, id } => {
                self.comparing = None;
                Effect::Fail(SyncError::HubLost { class, id })
            }
            Mended::Done { taken, differed, given_back } => {
                self.count(&taken);
                self.summary.repaired += differed - given_back.min(differed);
                self.summary.given_back += given_back;
                if let Some(comparing) = &mut self.comparing {
                    comparing.basis.differed += differed;
                }
                self.look_further()
            }
        }
    }

    pub(super) fn concluded(&mut self, concluded: Concluded) -> Effect {
        (self.comparing, self.silent_since) = (None, None);
        self.summary.equal = concluded.is_equal;
        // What was taken in or given back is looked at once more when it has been pushed.
        self.has_pushed = true;
        self.go_on()
    }
}
