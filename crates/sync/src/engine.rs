//! The engine: what to do next in a sync, as a state machine without I/O.
//!
//! It is told what happened and answers with the one thing to do now. Pulling and pushing do not
//! wait for each other's success: what cannot be pushed does not stop what comes in, and the other
//! way round a change that is stale is pushed again once what made it stale has come in.

use booqing_protocol::message::{Page, Push, Pushed};

use crate::inward::Taken;
use crate::outward::Settled;

/// How often a change may turn out stale in one sync before the rest is left for the next one.
const MOST_ROUNDS: u32 = 8;

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// A sync was asked for.
    Start,
    /// A page came.
    Came(Box<Page>),
    /// A page was taken in.
    Taken(Taken),
    /// A push was planned; `None` when nothing waits.
    Planned(Option<Box<Push>>),
    /// The hub answered a push.
    Answered(Box<Pushed>),
    /// The outcomes were stored.
    Settled(Settled),
}

/// What to do now.
#[derive(Debug)]
pub enum Effect {
    /// Ask the hub for what is new.
    Pull,
    /// Take a page in.
    Take(Box<Page>),
    /// Plan a push.
    Plan,
    /// Send a push.
    Push(Box<Push>),
    /// Store the outcomes of a push.
    Settle(Box<Pushed>),
    /// Nothing: this is what it came to.
    Done(Summary),
}

/// What a sync came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Changes the hub has stored.
    pub pushed: u64,
    /// Records that came in.
    pub pulled: u64,
    /// Records changed on both sides and merged.
    pub merged: u64,
    /// Groups changed on both sides that became conflict records.
    pub conflicts: u64,
    /// Changes that the hub refused, or that wait for the next sync.
    pub refused: u64,
    /// The last revision of the hub that was seen.
    pub head: u64,
    /// Whether both sides had the same at the end.
    pub equal: bool,
}

/// A sync under way.
#[derive(Debug, Default)]
pub struct Engine {
    summary: Summary,
    rounds: u32,
    /// Whether anything was pushed since the hub's head was last reached.
    has_pushed: bool,
}

impl Engine {
    /// A sync that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// What to do now that this has happened.
    pub fn next(&mut self, event: Event) -> Effect {
        match event {
            Event::Start => Effect::Pull,
            Event::Came(page) => {
                self.summary.head = self.summary.head.max(page.cursor.rev);
                Effect::Take(page)
            }
            Event::Taken(taken) => self.taken(taken),
            Event::Planned(Some(push)) => Effect::Push(push),
            // Nothing waits any more. What was pushed comes back once, so that the digests are
            // compared with it in.
            Event::Planned(None) if self.has_pushed => {
                self.has_pushed = false;
                Effect::Pull
            }
            Event::Planned(None) => Effect::Done(self.summary),
            Event::Answered(pushed) => {
                self.summary.head = self.summary.head.max(pushed.head);
                Effect::Settle(pushed)
            }
            Event::Settled(settled) => self.settled(settled),
        }
    }

    fn taken(&mut self, taken: Taken) -> Effect {
        self.summary.pulled += taken.records;
        self.summary.merged += taken.merged;
        self.summary.conflicts += taken.conflicts;
        if let Some(is_equal) = taken.is_equal {
            self.summary.equal = is_equal;
        }
        if !taken.reached_head {
            return Effect::Pull;
        }
        if self.rounds >= MOST_ROUNDS { Effect::Done(self.summary) } else { Effect::Plan }
    }

    fn settled(&mut self, settled: Settled) -> Effect {
        self.summary.pushed += settled.accepted;
        self.summary.refused += settled.refused;
        self.has_pushed = true;
        if settled.stale == 0 {
            return Effect::Plan;
        }
        self.rounds += 1;
        if self.rounds >= MOST_ROUNDS {
            self.summary.refused += settled.stale;
        }
        // What made them stale is at the hub.
        self.has_pushed = false;
        Effect::Pull
    }
}

#[cfg(test)]
mod tests {
    use booqing_protocol::message::Cursor;

    use super::*;

    fn page(root: bool) -> Event {
        Event::Came(Box::new(Page {
            cursor: Cursor { epoch: 1, rev: 7 },
            records: Vec::new(),
            root: root.then(Default::default),
            total: 0,
        }))
    }

    fn taken(reached_head: bool) -> Event {
        Event::Taken(Taken {
            records: 3,
            reached_head,
            is_equal: reached_head.then_some(true),
            ..Taken::default()
        })
    }

    fn push() -> Event {
        Event::Planned(Some(Box::new(Push {
            version: 1,
            administration: Default::default(),
            acknowledged: Cursor::default(),
            changes: Vec::new(),
        })))
    }

    fn answered() -> Event {
        Event::Answered(Box::new(Pushed { results: Vec::new(), head: 9 }))
    }

    #[test]
    fn it_pulls_to_the_head_pushes_and_looks_once_more() {
        let mut engine = Engine::new();
        assert!(matches!(engine.next(Event::Start), Effect::Pull));
        assert!(matches!(engine.next(page(false)), Effect::Take(_)));
        assert!(matches!(engine.next(taken(false)), Effect::Pull));
        assert!(matches!(engine.next(page(true)), Effect::Take(_)));
        assert!(matches!(engine.next(taken(true)), Effect::Plan));
        assert!(matches!(engine.next(push()), Effect::Push(_)));
        assert!(matches!(engine.next(answered()), Effect::Settle(_)));
        let settled = Settled { accepted: 2, ..Settled::default() };
        assert!(matches!(engine.next(Event::Settled(settled)), Effect::Plan));
        assert!(matches!(engine.next(Event::Planned(None)), Effect::Pull));
        assert!(matches!(engine.next(page(true)), Effect::Take(_)));
        assert!(matches!(engine.next(taken(true)), Effect::Plan));
        let Effect::Done(summary) = engine.next(Event::Planned(None)) else { panic!("done") };
        assert_eq!((summary.pushed, summary.pulled, summary.head), (2, 9, 9));
        assert!(summary.equal);
    }

    #[test]
    fn nothing_to_do_is_one_pull() {
        let mut engine = Engine::new();
        engine.next(Event::Start);
        engine.next(page(true));
        engine.next(taken(true));
        assert!(matches!(engine.next(Event::Planned(None)), Effect::Done(_)));
    }

    #[test]
    fn what_is_stale_is_pulled_for_and_pushed_again_but_not_for_ever() {
        let mut engine = Engine::new();
        let mut pushes = 0;
        let mut effect = engine.next(Event::Start);
        let summary = loop {
            effect = match effect {
                Effect::Pull => engine.next(page(true)),
                Effect::Take(_) => engine.next(taken(true)),
                Effect::Plan => engine.next(push()),
                Effect::Push(_) => {
                    pushes += 1;
                    engine.next(answered())
                }
                Effect::Settle(_) => {
                    engine.next(Event::Settled(Settled { stale: 1, ..Settled::default() }))
                }
                Effect::Done(summary) => break summary,
            };
        };
        assert_eq!(pushes, MOST_ROUNDS);
        assert_eq!(summary.refused, 1);
    }
}
