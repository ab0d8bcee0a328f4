//! The engine: what to do next in a sync, as a state machine without I/O.
//!
//! It is told what happened and answers with the one thing to do now. Pulling and pushing do not
//! wait for each other's success: what cannot be pushed does not stop what comes in, and the other
//! way round a change that is stale is pushed again once what made it stale has come in. Where both
//! sides turn out to have different records, or the hub was put back from a copy, they are compared
//! ([`comparing`]).

pub mod comparing;
#[cfg(test)]
mod tests;

use booqing_protocol::compare::{Compared, Fetched, Range};
use booqing_protocol::message::{Incoming, Page, Push, Pushed};
use booqing_protocol::recall::{Between, Recalled};
use booqing_protocol::scan::{Manifest, Scanned};
use booqing_protocol::{Id, Refusal};

use crate::inward::Taken;
use crate::repair::{Basis, Concluded, Mended, Narrowed};
use crate::scanning::Scanning;
use crate::settling::Settled;
use crate::{SyncError, recalling};
use comparing::{AT_ONCE, Comparing};

/// How often a change may turn out stale in one sync before the rest is left for the next one.
const MOST_ROUNDS: u32 = 8;

/// What a person has agreed to, for one sync.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Consent {
    /// The hub was put back from a copy: what it lacks is given back to it.
    pub put_back: bool,
    /// So many records were really meant to be deleted.
    pub deletions: bool,
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// A sync was asked for.
    Start,
    /// It is known for how long this desk has been silent.
    Awake {
        /// The epoch in which it last was at the hub, when that is so long ago that it compares first
        /// what there is.
        silent_since: Option<u64>,
    },
    /// It is known whether this desk has read everything once.
    Oriented {
        /// Whether it has not.
        is_first: bool,
    },
    /// The hub told what there is.
    Surveyed(Box<Manifest>),
    /// A first sync has begun, or goes on.
    Scanning(Box<Scanning>),
    /// A page of it came.
    Scanned(Box<Scanned>),
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
    /// The hub told how its records add up.
    Compared(Box<Compared>),
    /// That was compared with the records here.
    Narrowed(Narrowed),
    /// Records came that differ.
    Fetched(Box<Fetched>),
    /// The versions came that passed before some of the records that came last.
    Recalled(Box<Recalled>),
    /// They were dealt with.
    Mended(Mended),
    /// The comparison was brought to an end.
    Concluded(Concluded),
    /// The hub refused what it was asked last.
    Refused(Refusal),
}

/// What the hub is asked.
#[derive(Debug, Clone)]
pub enum Ask {
    /// What there is.
    Survey,
    /// The next of that.
    Scan(Box<Scanning>),
    /// What is new.
    Pull,
    /// To store changes.
    Push(Box<Push>),
    /// How its records in these ranges add up; with none, everything.
    Compare(Vec<Range>),
    /// For these records.
    Fetch(Vec<Id>),
    /// For the versions that passed of these records, in this epoch.
    Recall(u64, Vec<Between>),
}

/// What is done on the cache.
#[derive(Debug)]
pub enum Task {
    /// Find out for how long this desk has been silent.
    Wake,
    /// Plan to send again what was sent and has no outcome yet.
    Resend,
    /// Plan to send again what was sent and has numbers that the hub has, where a comparison comes first.
    ResendStored(Basis),
    /// Find out whether this desk has read everything once.
    Orient,
    /// Begin a first sync of what there is, or go on with one.
    BeginScan(Box<Manifest>),
    /// Take a page of it in, which brings it so far.
    TakeScanned(Box<Scanned>, Box<Scanning>),
    /// Take a page in.
    Take(Box<Page>),
    /// Plan a push; when nothing waits, of what this desk was given, if it is `told` of all that it
    /// knows to be there.
    Plan {
        /// Whether what it pushed has come back.
        told: bool,
    },
    /// Store the outcomes of a push.
    Settle(Box<Pushed>),
    /// Compare what the hub told of these ranges with what is here.
    Narrow(Basis, Vec<Range>, Box<Compared>),
    /// Deal with records that differ: these were asked for, and these are there.
    Mend(Basis, Vec<Id>, Box<Fetched>),
    /// Bring a comparison to an end.
    Conclude(Basis),
}

/// What to do now.
#[derive(Debug)]
pub enum Effect {
    /// Ask the hub.
    Ask(Ask),
    /// Work on the cache.
    Do(Task),
    /// Nothing: this is what it came to.
    Done(Summary),
    /// Nothing: this is why it cannot go on.
    Fail(SyncError),
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
    /// Bookings that lost their place to others.
    pub clashes: u64,
    /// Changes that became late entries.
    pub late: u64,
    /// Changes that the hub refused, or that wait for the next sync.
    pub refused: u64,
    /// Records that differed without a change to explain it, and were fetched again.
    pub repaired: u64,
    /// Records that the hub had lost and that go back to it.
    pub given_back: u64,
    /// The last revision of the hub that was seen.
    pub head: u64,
    /// Whether both sides had the same at the end.
    pub equal: bool,
}

/// A sync under way.
#[derive(Debug, Default)]
pub struct Engine {
    consent: Consent,
    summary: Summary,
    /// Whether what was sent earlier is out of the way.
    has_resent: bool,
    rounds: u32,
    /// Whether anything was pushed since the hub's head was last reached.
    has_pushed: bool,
    comparing: Option<Comparing>,
    /// The epoch that a desk knows which has been silent for long, until everything here and at the hub
    /// was held against each other.
    silent_since: Option<u64>,
    /// Records on which a change was stale although everything had been pulled.
    fetching: Vec<Id>,
    /// The first sync, while it is under way.
    scanning: Option<Box<Scanning>>,
    /// Whether the records were compared already: what then still differs is left for the next sync.
    has_compared: bool,
    /// Records that came, while what passed before them is still being told.
    recalling: Option<Records>,
}

/// Records that came.
#[derive(Debug)]
enum Records {
    Page(Box<Page>),
    Scanned(Box<Scanned>),
    Fetched(Box<Fetched>),
}

impl Records {
    fn all(&mut self) -> &mut [Incoming] {
        match self {
            Self::Page(page) => &mut page.records,
            Self::Scanned(scanned) => &mut scanned.records,
            Self::Fetched(fetched) => &mut fetched.records,
        }
    }
}

impl Engine {
    /// A sync that has not begun.
    pub fn new(consent: Consent) -> Self {
        Self { consent, ..Self::default() }
    }

    /// What to do now that this has happened.
    pub fn next(&mut self, event: Event) -> Effect {
        match event {
            Event::Start => Effect::Do(Task::Wake),
            // Others may have gone on from what was sent and has no outcome yet. Known to be the hub's,
            // it is no change that waits, and nothing to merge.
            Event::Awake { silent_since: None } => Effect::Do(Task::Resend),
            Event::Awake { silent_since } => {
                self.silent_since = silent_since;
                Effect::Ask(Ask::Compare(Vec::new()))
            }
            Event::Oriented { is_first: true } => Effect::Ask(Ask::Survey),
            Event::Oriented { is_first: false } => Effect::Ask(Ask::Pull),
            Event::Surveyed(manifest) => Effect::Do(Task::BeginScan(manifest)),
            Event::Scanning(scanning) => self.scan(scanning),
            Event::Scanned(scanned) => self.came(Records::Scanned(scanned)),
            Event::Came(page) => self.came(Records::Page(page)),
            Event::Recalled(recalled) => self.recalled(*recalled),
            Event::Taken(taken) => self.taken(taken),
            Event::Planned(Some(push)) => Effect::Ask(Ask::Push(push)),
            Event::Planned(None) => self.nothing_to_push(),
            Event::Answered(pushed) => {
                self.summary.head = self.summary.head.max(pushed.head);
                Effect::Do(Task::Settle(pushed))
            }
            Event::Settled(settled) => self.settled(settled),
            Event::Compared(compared) => self.compared(compared),
            Event::Narrowed(narrowed) => self.narrowed(narrowed),
            Event::Fetched(fetched) => self.came(Records::Fetched(fetched)),
            Event::Mended(mended) => self.mended(mended),
            Event::Concluded(concluded) => self.concluded(concluded),
            Event::Refused(refusal) => self.refused(refusal),
        }
    }

    /// Pulls or compares, now that what was sent earlier is out of the way.
    fn begin(&mut self) -> Effect {
        self.has_resent = true;
        if self.consent.put_back {
            // Revisions mean nothing, whether the hub says so or not.
            return self.compare(true);
        }
        Effect::Do(Task::Orient)
    }

    /// Reads on, until there is nothing left of what there was. What came since is pulled then.
    fn scan(&mut self, scanning: Box<Scanning>) -> Effect {
        if scanning.is_done() {
            self.scanning = None;
            return Effect::Ask(Ask::Pull);
        }
        self.scanning = Some(scanning.clone());
        Effect::Ask(Ask::Scan(scanning))
    }

    /// Records are looked at once everything that passed before them was told.
    fn came(&mut self, mut records: Records) -> Effect {
        let lacking = match recalling::lacking(records.all()) {
            Ok(lacking) => lacking,
            Err(error) => return Effect::Fail(error),
        };
        if !lacking.is_empty() {
            let epoch = match &records {
                Records::Page(page) => page.cursor.epoch,
                Records::Fetched(fetched) => fetched.cursor.epoch,
                Records::Scanned(_) => self.scanning.as_ref().map_or(0, |one| one.epoch()),
            };
            self.recalling = Some(records);
            return Effect::Ask(Ask::Recall(epoch, lacking));
        }
        match records {
            Records::Scanned(scanned) => self.scanned(scanned),
            Records::Fetched(fetched) => self.fetched(fetched),
            Records::Page(page) => {
                self.summary.head = self.summary.head.max(page.cursor.rev);
                Effect::Do(Task::Take(page))
            }
        }
    }

    fn recalled(&mut self, recalled: Recalled) -> Effect {
        let Some(mut records) = self.recalling.take() else { return Effect::Ask(Ask::Pull) };
        match recalling::add(records.all(), recalled) {
            Ok(()) => self.came(records),
            Err(error) => Effect::Fail(error),
        }
    }

    fn scanned(&mut self, scanned: Box<Scanned>) -> Effect {
        let Some(scanning) = &mut self.scanning else { return Effect::Ask(Ask::Pull) };
        match scanning.next(&scanned) {
            Ok(next) => {
                **scanning = next;
                Effect::Do(Task::TakeScanned(scanned, scanning.clone()))
            }
            Err(error) => Effect::Fail(error),
        }
    }

    fn taken(&mut self, taken: Taken) -> Effect {
        self.count(&taken);
        if let Some(scanning) = self.scanning.take() {
            return if taken.has_scanned { Effect::Ask(Ask::Pull) } else { self.scan(scanning) };
        }
        if let Some(is_equal) = taken.is_equal {
            self.summary.equal = is_equal;
            if is_equal {
                self.silent_since = None;
            }
        }
        if !taken.reached_head {
            return Effect::Ask(Ask::Pull);
        }
        if taken.is_equal == Some(false) && !self.has_compared {
            return self.compare(false);
        }
        self.go_on()
    }

    fn nothing_to_push(&mut self) -> Effect {
        if !self.has_resent {
            return self.begin();
        }
        if let Some(effect) = self.resent() {
            return effect;
        }
        if self.has_pushed {
            // What was pushed comes back once, so that the digests are compared with it in.
            self.has_pushed = false;
            return Effect::Ask(Ask::Pull);
        }
        Effect::Done(self.summary)
    }

    /// Pushes what waits.
    fn go_on(&mut self) -> Effect {
        if self.rounds >= MOST_ROUNDS { Effect::Done(self.summary) } else { self.plan() }
    }

    fn plan(&self) -> Effect {
        Effect::Do(Task::Plan { told: !self.has_pushed })
    }

    fn settled(&mut self, settled: Settled) -> Effect {
        self.summary.pushed += settled.accepted;
        self.summary.refused += settled.refused;
        self.summary.clashes += settled.clashes;
        self.summary.late += settled.late;
        self.has_pushed = !settled.is_whole;
        self.summary.equal |= settled.is_whole;
        if !self.has_resent {
            return self.begin();
        }
        if let Some(effect) = self.resent() {
            return effect;
        }
        if settled.stale == 0 {
            return self.plan();
        }
        self.rounds += 1;
        if self.rounds >= MOST_ROUNDS {
            self.summary.refused += settled.stale;
        }
        // What made them stale is at the hub. A pull brings it; but one that was deleted before this
        // desk began to read is in no pull, and is asked for by itself.
        self.has_pushed = false;
        if self.rounds.is_multiple_of(2) {
            self.fetching = settled.changed;
            self.fetching.truncate(AT_ONCE);
            return Effect::Ask(Ask::Fetch(self.fetching.clone()));
        }
        Effect::Ask(Ask::Pull)
    }

    fn refused(&mut self, refusal: Refusal) -> Effect {
        self.recalling = None;
        match refusal {
            // What was read in another epoch may be given to other records now.
            Refusal::EpochChanged if !self.has_compared => {
                self.scanning = None;
                self.compare(true)
            }
            // It had these numbers: they are lost, and with them what they stood for.
            Refusal::Gap { .. } if self.has_resent => Effect::Fail(SyncError::HubPutBack),
            // A pull never waits for a push. It will be refused again when its time comes.
            _ if !self.has_resent => self.begin(),
            refusal => Effect::Fail(SyncError::Refused(refusal)),
        }
    }

    fn count(&mut self, taken: &Taken) {
        self.summary.pulled += taken.records;
        self.summary.merged += taken.merged;
        self.summary.conflicts += taken.conflicts;
    }
}
