//! Carrying chunks of originals and archives to and from the hub, as a state machine without I/O.
//!
//! It works beside a sync and never in its way. What was made here goes first; then come archives, the
//! newest year first, and the originals that this desk keeps. What is cut off goes on where it stopped: a
//! chunk that is at the hub is not sent again, and one that came in part is asked for from there on.

pub mod original;
pub mod work;

use std::collections::{BTreeSet, VecDeque};

use booqing_protocol::chunk::Lacking;
use booqing_protocol::{ChunkName, Refusal};

use crate::SyncError;

/// What is carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// Everything that waits or is wanted.
    All,
    /// These chunks, for somebody who waits for them.
    These(Vec<ChunkName>),
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// It was asked for.
    Start,
    /// These chunks are to be offered.
    Offering(Vec<ChunkName>),
    /// The hub said which of them it lacks.
    Answered(Box<Lacking>),
    /// It is noted what the hub has.
    Noted,
    /// The hub has kept the chunk it was given last.
    Kept,
    /// The chunk that was to be sent is not here as it was made.
    Lost,
    /// These chunks are wanted here.
    Wanting(Vec<ChunkName>),
    /// All of the chunk that was asked for last has come.
    Came,
    /// It was taken in: whether it is what it is called.
    TakenIn(bool),
    /// Room was made.
    MadeRoom,
    /// The hub refused what it was asked last.
    Refused(Refusal),
}

/// What the hub is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Which of these it lacks.
    Offer(Vec<ChunkName>),
    /// To keep this one.
    Keep(ChunkName),
    /// For this one, or for what is still to come of it.
    Give(ChunkName),
}

/// What is done here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Find out what is to be offered.
    Offer,
    /// Note that the hub has these.
    AtHub(Vec<ChunkName>),
    /// Find out what is wanted here.
    Want,
    /// Take in the chunk that has come.
    TakeIn(ChunkName),
    /// Let go of what was not used for longest, when there is too much.
    MakeRoom,
}

/// What to do now.
#[derive(Debug)]
pub enum Effect {
    /// Ask the hub.
    Ask(Ask),
    /// Do something here.
    Do(Task),
    /// Nothing: this is what it came to.
    Done(Transferred),
    /// Nothing: this is what is wrong. All that could be carried was carried.
    Fail(SyncError),
}

/// What a transfer came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Transferred {
    /// Chunks that the hub has kept.
    pub sent: u64,
    /// Chunks that came.
    pub came: u64,
    /// Chunks that are wanted and that the hub has not got: the desk that made them has not sent them yet.
    pub absent: u64,
}

/// A transfer under way.
#[derive(Debug)]
pub struct Transfer {
    errand: Errand,
    done: Transferred,
    sending: VecDeque<ChunkName>,
    fetching: VecDeque<ChunkName>,
    /// Chunks that came once and were not what they are called.
    tried: BTreeSet<ChunkName>,
    trouble: Option<SyncError>,
}

impl Transfer {
    /// One that has not begun.
    pub fn new(errand: Errand) -> Self {
        Self {
            errand,
            done: Transferred::default(),
            sending: VecDeque::new(),
            fetching: VecDeque::new(),
            tried: BTreeSet::new(),
            trouble: None,
        }
    }

    /// What it has come to so far.
    pub fn so_far(&self) -> Transferred {
        self.done
    }

    /// What to do now that this has happened.
    pub fn next(&mut self, event: Event) -> Effect {
        match event {
            Event::Start => match &self.errand {
                Errand::All => Effect::Do(Task::Offer),
                Errand::These(names) => {
                    self.fetching = names.iter().copied().collect();
                    self.fetch()
                }
            },
            Event::Offering(names) if names.is_empty() => Effect::Do(Task::Want),
            Event::Offering(names) => {
                self.sending = names.iter().copied().collect();
                Effect::Ask(Ask::Offer(names))
            }
            Event::Answered(lacking) => self.answered(&lacking),
            Event::Noted => self.send(),
            Event::Kept => {
                self.done.sent += 1;
                let kept = self.sending.pop_front();
                Effect::Do(Task::AtHub(kept.into_iter().collect()))
            }
            Event::Lost => {
                if let Some(name) = self.sending.pop_front() {
                    self.trouble = Some(SyncError::ChunkLost { name });
                }
                self.send()
            }
            Event::Wanting(names) => {
                self.fetching = names.into();
                self.fetch()
            }
            Event::Came => match self.fetching.front() {
                Some(name) => Effect::Do(Task::TakeIn(*name)),
                None => Effect::Do(Task::MakeRoom),
            },
            Event::TakenIn(is_right) => self.taken_in(is_right),
            Event::MadeRoom => match self.trouble.take() {
                Some(trouble) => Effect::Fail(trouble),
                None => Effect::Done(self.done),
            },
            Event::Refused(Refusal::NoChunk) if !self.fetching.is_empty() => {
                self.fetching.pop_front();
                self.done.absent += 1;
                self.fetch()
            }
            Event::Refused(refusal) => Effect::Fail(SyncError::Refused(refusal)),
        }
    }

    fn answered(&mut self, lacking: &Lacking) -> Effect {
        let offered = std::mem::take(&mut self.sending);
        // A hub that lacks what it was not offered is not listened to: that may not be here at all.
        let (lacking, there): (Vec<_>, Vec<_>) =
            offered.into_iter().partition(|name| lacking.names.contains(name));
        self.sending = lacking.into();
        Effect::Do(Task::AtHub(there))
    }

    fn send(&mut self) -> Effect {
        match self.sending.front() {
            Some(name) => Effect::Ask(Ask::Keep(*name)),
            None => Effect::Do(Task::Offer),
        }
    }

    fn fetch(&mut self) -> Effect {
        match self.fetching.front() {
            Some(name) => Effect::Ask(Ask::Give(*name)),
            None => Effect::Do(Task::MakeRoom),
        }
    }

    fn taken_in(&mut self, is_right: bool) -> Effect {
        let Some(name) = self.fetching.front().copied() else {
            return Effect::Do(Task::MakeRoom);
        };
        if is_right {
            self.done.came += 1;
        } else if self.tried.insert(name) {
            // What came earlier may have been damaged here: all of it is asked for once more.
            return self.fetch();
        } else {
            self.trouble = Some(SyncError::ChunkAltered { name });
        }
        self.fetching.pop_front();
        self.fetch()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: u8) -> ChunkName {
        ChunkName([number; 32])
    }

    fn asked(effect: Effect) -> Ask {
        match effect {
            Effect::Ask(ask) => ask,
            other => panic!("{other:?}"),
        }
    }

    fn told(effect: Effect) -> Task {
        match effect {
            Effect::Do(task) => task,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_the_hub_lacks_is_sent_and_then_what_is_wanted_comes() {
        let mut transfer = Transfer::new(Errand::All);
        assert_eq!(told(transfer.next(Event::Start)), Task::Offer);
        let offered = vec![name(1), name(2), name(3)];
        let ask = asked(transfer.next(Event::Offering(offered.clone())));
        assert_eq!(ask, Ask::Offer(offered));
        let lacking = Lacking { names: vec![name(2), name(9)] };
        let task = told(transfer.next(Event::Answered(Box::new(lacking))));
        assert_eq!(task, Task::AtHub(vec![name(1), name(3)]));
        assert_eq!(asked(transfer.next(Event::Noted)), Ask::Keep(name(2)), "and not 9");
        assert_eq!(told(transfer.next(Event::Kept)), Task::AtHub(vec![name(2)]));
        assert_eq!(told(transfer.next(Event::Noted)), Task::Offer, "there may be more");
        assert_eq!(told(transfer.next(Event::Offering(Vec::new()))), Task::Want);
        let ask = asked(transfer.next(Event::Wanting(vec![name(4), name(5)])));
        assert_eq!(ask, Ask::Give(name(4)));
        let absent = transfer.next(Event::Refused(Refusal::NoChunk));
        assert_eq!(asked(absent), Ask::Give(name(5)), "one that is not there holds up no other");
        assert_eq!(told(transfer.next(Event::Came)), Task::TakeIn(name(5)));
        assert_eq!(told(transfer.next(Event::TakenIn(true))), Task::MakeRoom);
        let Effect::Done(done) = transfer.next(Event::MadeRoom) else { panic!("not done") };
        assert_eq!(done, Transferred { sent: 1, came: 1, absent: 1 });
    }

    #[test]
    fn a_chunk_that_is_another_is_asked_for_twice_and_named() {
        let mut transfer = Transfer::new(Errand::These(vec![name(1), name(2)]));
        assert_eq!(asked(transfer.next(Event::Start)), Ask::Give(name(1)));
        transfer.next(Event::Came);
        assert_eq!(asked(transfer.next(Event::TakenIn(false))), Ask::Give(name(1)));
        transfer.next(Event::Came);
        let ask = asked(transfer.next(Event::TakenIn(false)));
        assert_eq!(ask, Ask::Give(name(2)), "the others come all the same");
        transfer.next(Event::Came);
        assert_eq!(told(transfer.next(Event::TakenIn(true))), Task::MakeRoom);
        let failed = transfer.next(Event::MadeRoom);
        assert!(
            matches!(&failed, Effect::Fail(SyncError::ChunkAltered { name: one }) if *one == name(1)),
            "{failed:?}"
        );
    }

    #[test]
    fn a_chunk_that_was_lost_before_it_was_sent_is_named_and_the_others_are_sent() {
        let mut transfer = Transfer::new(Errand::All);
        transfer.next(Event::Start);
        transfer.next(Event::Offering(vec![name(1), name(2)]));
        let lacking = Lacking { names: vec![name(1), name(2)] };
        transfer.next(Event::Answered(Box::new(lacking)));
        assert_eq!(asked(transfer.next(Event::Noted)), Ask::Keep(name(1)));
        assert_eq!(asked(transfer.next(Event::Lost)), Ask::Keep(name(2)));
        transfer.next(Event::Kept);
        transfer.next(Event::Noted);
        transfer.next(Event::Offering(Vec::new()));
        assert_eq!(told(transfer.next(Event::Wanting(Vec::new()))), Task::MakeRoom);
        let failed = transfer.next(Event::MadeRoom);
        assert!(matches!(failed, Effect::Fail(SyncError::ChunkLost { .. })), "{failed:?}");
    }
}
