//! A world: its desks and its hub, and what happens to them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use booqing_model::Id;
use booqing_protocol::Refusal;
use booqing_sync::inward::Surroundings;
use booqing_sync::local::Request;
use booqing_sync::{Consent, SyncError};

use crate::desk::{Desk, WentOn};
use crate::entries::Entries;
use crate::hub::{Backing, Hub};
use crate::plan::{Calamity, MOST_DESKS, Plan, Step, What};
use crate::transcript::Heard;
use crate::verdict::{self, Violation};
use crate::{Failed, before, edits};

/// The first moment of every world: 1 January 2026, noon.
const START: i64 = 1_767_268_800;
/// How often everybody syncs at the end, at the most.
const MOST_ROUNDS: usize = 40;
/// The most steps of a sync in clear weather.
pub(crate) const MOST_STEPS: usize = 5_000;

/// A world.
#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) hub: Hub,
    pub(crate) desks: Vec<Desk>,
    pub(crate) entries: Entries,
    /// The bytes of every original that was added, by its record.
    pub(crate) originals: BTreeMap<Id, Vec<u8>>,
    pub(crate) calamity: Calamity,
    world: Arc<AtomicI64>,
    pub(crate) folder: std::path::PathBuf,
    dice: fastrand::Rng,
    /// Requests that a desk gave up and that may arrive all the same, each with its certificate.
    pub(crate) given_up: Vec<([u8; 32], Request)>,
    /// The desks that the hub keeps out.
    pub(crate) revoked: BTreeSet<booqing_protocol::Id>,
    is_told: bool,
}

/// Plays a world in a folder of its own. `None` when everything is as it must be. When it `is_told`,
/// every step is written to standard error.
///
/// # Errors
/// When the simulation itself fails.
pub fn play(plan: &Plan, folder: &Path, is_told: bool) -> Result<Option<Violation>, Failed> {
    play_on(plan, folder, Backing::Files, is_told)
}

/// Plays a world, with a hub that keeps its records in this.
///
/// # Errors
/// When the simulation itself fails.
pub fn play_on(
    plan: &Plan,
    folder: &Path,
    backing: Backing,
    is_told: bool,
) -> Result<Option<Violation>, Failed> {
    let mut office = Office::with_hub(plan, folder, backing, is_told)?;
    for number in 0..plan.desks {
        office.join()?;
        if number < plan.older
            && let Some(desk) = office.desks.last_mut()
        {
            desk.runs(before::register());
        }
    }
    for (number, step) in plan.steps.iter().enumerate() {
        office.tell(&format!(
            "{number}: {:?} of desk {}",
            step.what,
            usize::from(step.desk) % office.desks.len().max(1)
        ));
        if let Err(violation) = office.step(step)? {
            return Ok(Some(violation.at(number, step)));
        }
    }
    if let Err(violation) = office.clear_up()? {
        return Ok(Some(violation));
    }
    verdict::of(&mut office)
}

/// Plays the steps of a world, and gives what desks and hub said to each other.
///
/// # Errors
/// When the simulation itself fails, or something is not as it must be.
pub fn listen(plan: &Plan, folder: &Path, backing: Backing) -> Result<Vec<Heard>, Failed> {
    let mut office = Office::with_hub(plan, folder, backing, false)?;
    office.hub.listen();
    for _ in 0..plan.desks {
        office.join()?;
    }
    for (number, step) in plan.steps.iter().enumerate() {
        office.step(step)?.map_err(|violation| violation.at(number, step).to_string())?;
    }
    Ok(office.hub.heard())
}

pub(crate) type Outcome = Result<Result<(), Violation>, Failed>;

impl Office {
    /// A world with a hub and no desk yet.
    fn with_hub(
        plan: &Plan,
        folder: &Path,
        backing: Backing,
        is_told: bool,
    ) -> Result<Self, Failed> {
        Ok(Self {
            hub: Hub::new(&folder.join("hub"), backing)?,
            desks: Vec::new(),
            entries: Entries::default(),
            originals: BTreeMap::new(),
            calamity: plan.calamity,
            world: Arc::new(AtomicI64::new(START)),
            folder: folder.to_path_buf(),
            dice: fastrand::Rng::with_seed(plan.seed ^ 0x5eed),
            given_up: Vec::new(),
            revoked: BTreeSet::new(),
            is_told,
        })
    }

    /// Tells what happens, to somebody who follows a world.
    #[expect(clippy::print_stderr, reason = "asked for on a command line")]
    pub(crate) fn tell(&self, words: &str) {
        if self.is_told {
            eprintln!("{words}");
        }
    }

    /// Another desk comes in.
    pub(crate) fn join(&mut self) -> Result<(), Failed> {
        let (number, seed) = (self.desks.len(), self.dice.u64(..));
        let mut dice = fastrand::Rng::with_seed(seed);
        let desk = Desk::join(&self.folder, number, &mut dice, &self.world, &self.hub)?;
        self.desks.push(desk);
        Ok(())
    }

    /// The time in the world goes on by so many seconds.
    pub(crate) fn later(&self, seconds: i64) {
        self.world.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> i64 {
        self.world.load(Ordering::Relaxed)
    }

    fn step(&mut self, step: &Step) -> Outcome {
        let mut dice = fastrand::Rng::with_seed(u64::from(step.dice));
        self.world.fetch_add(dice.i64(1..90), Ordering::Relaxed);
        let place = usize::from(step.desk) % self.desks.len().max(1);
        let now = self.now();
        match step.what {
            What::Join if self.desks.len() < MOST_DESKS => self.join()?,
            What::CrashHub => self.crash_hub(place, &mut dice)?,
            What::FillHub => return self.fill_hub(place, &mut dice),
            What::HalfAYear => self.later(181 * 86_400),
            What::CopyHub => self.hub.copy()?,
            What::PutHubBack => self.put_hub_back(&mut dice)?,
            What::Repeat => self.repeat(place, &mut dice)?,
            What::Revoke => self.revoke(place)?,
            What::CloneDesk if self.desks.len() < MOST_DESKS => {
                self.clone_desk(place, &mut dice)?;
            }
            what => {
                let Some(desk) = self.desks.get_mut(place) else { return Ok(Ok(())) };
                match what {
                    What::Edit => {
                        let around = Arc::clone(desk.around());
                        let deed = edits::think(
                            desk.used(self.calamity)?,
                            &*around,
                            &self.entries,
                            &mut dice,
                        )?;
                        deed.commit(desk.cache()?, around.now())?;
                        let words = format!("   {}: {deed:?}", self.entries.next());
                        deed.note(desk.number, &mut self.entries);
                        self.tell(&words);
                    }
                    What::Resolve => {
                        let now = desk.around().now();
                        if let Some(deed) = edits::resolve(desk.cache()?, now, &mut dice)? {
                            deed.commit(desk.cache()?, now)?;
                            deed.note(desk.number, &mut self.entries);
                        }
                    }
                    What::Sync => {
                        if desk.is_out {
                            desk.rejoin(&mut dice, &self.hub)?;
                        }
                        let went = desk.sync()?;
                        return self.went(place, went);
                    }
                    What::GoOn => {
                        let went = desk.go_on(&self.hub, now)?;
                        return self.went(place, went);
                    }
                    What::Lose => self.lose(place, &mut dice)?,
                    What::Cut if desk.cut(&mut dice) == Some(true) => {
                        let what = "an answer that was cut off was taken for whole";
                        return Ok(Err(Violation::new(what)));
                    }
                    What::CrashDesk => self.crash_desk(place, &mut dice)?,
                    What::FillDesk => return self.fill_desk(place, &mut dice),
                    What::AddOriginal => self.add_original(place, &mut dice)?,
                    What::Carry => return self.carry(place, &mut dice),
                    What::Clock => {
                        let years = dice.i64(-12..12);
                        desk.set_clock(years * 31_557_600 + dice.i64(-86_400..86_400));
                    }
                    What::Upgrade => desk.upgrade()?,
                    What::CopyDesk => desk.copy(self.entries.next())?,
                    What::PutDeskBack => {
                        if let Some(since) = desk.put_back()? {
                            let number = desk.number;
                            self.entries.void(number, since);
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(Ok(()))
    }

    /// Looks at how a sync went: what nobody caused must not happen.
    pub(crate) fn went(&mut self, place: usize, went: WentOn) -> Outcome {
        let Some(desk) = self.desks.get(place) else { return Ok(Ok(())) };
        if self.is_told {
            let (waiting, conflicts) = desk
                .cache()?
                .read(|reader| Ok((reader.outbox(u32::MAX)?.len(), reader.count("conflict")?)))?;
            let stands = format!("{waiting} wait, {conflicts} conflicts");
            self.tell(&format!("   desk {place}: {went:?}; {}; {stands}", desk.doing()));
        }
        let Some(desk) = self.desks.get_mut(place) else { return Ok(Ok(())) };
        match went {
            WentOn::Further => {}
            WentOn::Settled | WentOn::Done(_) => {
                let waiting = verdict::waiting_marks(desk)?;
                self.entries.accept(desk.number, |number| !waiting.contains(&number));
            }
            WentOn::Failed(error) => match (&error, self.calamity) {
                (
                    SyncError::HubPutBack
                    | SyncError::HubLost { .. }
                    | SyncError::Forked { .. }
                    | SyncError::Replayed { .. }
                    | SyncError::Branched { .. },
                    Calamity::HubPutBack,
                ) => {
                    // The person at the desk asks the operator, who says yes.
                    desk.consent = Consent { put_back: true, ..Consent::default() };
                }
                (SyncError::Refused(refusal), Calamity::DeskDisks)
                    if refusal.code() == "forked_desk" =>
                {
                    desk.is_out = true;
                }
                (SyncError::Refused(Refusal::UnknownDesk), _)
                    if self.revoked.contains(&desk.id()) =>
                {
                    desk.is_out = true;
                }
                (SyncError::Unsettled, _) => {}
                _ => return Ok(Err(Violation::new(&format!("a sync failed: {error:?}")))),
            },
        }
        Ok(Ok(()))
    }

    /// The weather clears: everybody syncs until nothing is left to do.
    fn clear_up(&mut self) -> Outcome {
        self.given_up.clear();
        for desk in &mut self.desks {
            desk.give_up();
        }
        // A desk that sees everything for the first time.
        self.join()?;
        for round in 0..MOST_ROUNDS {
            let mut is_settled = true;
            for place in 0..self.desks.len() {
                // Each has synced once as what it is.
                if let Some(desk) = self.desks.get_mut(place).filter(|_| round > 0) {
                    desk.upgrade()?;
                }
                is_settled &= round > 0;
                match self.sync_all_the_way(place)? {
                    Ok(had_nothing) => is_settled &= had_nothing,
                    Err(violation) => return Ok(Err(violation)),
                }
            }
            if is_settled {
                return self.carry_everything();
            }
        }
        Ok(Err(Violation::new("the desks never come to an end")))
    }

    /// One sync without trouble: whether there was nothing to do.
    fn sync_all_the_way(&mut self, place: usize) -> Result<Result<bool, Violation>, Failed> {
        let now = self.now();
        let mut dice = fastrand::Rng::with_seed(self.dice.u64(..));
        let Some(desk) = self.desks.get_mut(place) else { return Ok(Ok(true)) };
        if desk.is_out {
            desk.rejoin(&mut dice, &self.hub)?;
        }
        let mut went = desk.sync()?;
        for _ in 0..MOST_STEPS {
            let desk = self.desks.get_mut(place).ok_or("no desk")?;
            match went {
                WentOn::Done(summary) => {
                    let is_waiting = desk.cache()?.read(|reader| reader.outbox_len())? > 0;
                    let had_nothing = summary.equal
                        && !is_waiting
                        && summary.pushed + summary.pulled + summary.given_back == 0;
                    self.went(place, WentOn::Done(summary))?.ok();
                    return Ok(Ok(had_nothing));
                }
                WentOn::Failed(_) => return Ok(self.went(place, went)?.map(|()| false)),
                WentOn::Settled | WentOn::Further => {
                    if let Err(violation) = self.went(place, went)? {
                        return Ok(Err(violation));
                    }
                }
            }
            let desk = self.desks.get_mut(place).ok_or("no desk")?;
            went = desk.go_on(&self.hub, now)?;
        }
        Ok(Err(Violation::new("a sync never ends")))
    }

    /// The marks that are anywhere in the records of the first desk.
    pub(crate) fn present(&self) -> Result<HashSet<usize>, Failed> {
        let desk = self.desks.first().ok_or("no desk")?;
        verdict::marks(desk)
    }
}

#[cfg(test)]
mod tests {
    use booqing_model::time::Moment;

    use super::*;

    fn played(plan: &Plan) -> (tempfile::TempDir, Office) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut office =
            Office::with_hub(plan, folder.path(), Backing::Files, false).expect("opened");
        for _ in 0..plan.desks {
            office.join().expect("joined");
        }
        for step in &plan.steps {
            office.step(step).expect("played").expect("in order");
        }
        office.clear_up().expect("played").expect("in order");
        (folder, office)
    }

    #[test]
    fn the_same_seed_comes_out_the_same() {
        for seed in [3, 5, 11] {
            let plan = Plan::new(seed, 120);
            let (_one, first) = played(&plan);
            let (_other, second) = played(&plan);
            let records = verdict::records(&first.desks[0]).expect("read");
            assert!(records.len() > 3, "something happens in world {seed}");
            assert_eq!(records, verdict::records(&second.desks[0]).expect("read"), "world {seed}");
        }
    }

    /// A judge who never finds anything would be no judge.
    #[test]
    fn what_is_taken_from_a_world_in_order_is_missed() {
        let plan = Plan::new(3, 120);
        let (_folder, mut office) = played(&plan);
        assert_eq!(verdict::of(&mut office).expect("judged"), None);
        let cache = Arc::clone(office.desks[1].cache().expect("it runs"));
        let id = cache.read(|reader| reader.ids("client")).expect("read")[0];
        let taken = |everywhere: bool, office: &Office| {
            let desks = office.desks.iter().skip(usize::from(!everywhere));
            for desk in desks.take(if everywhere { usize::MAX } else { 1 }) {
                let cache = desk.cache().expect("it runs");
                let done = cache.write(|writer| {
                    Ok(writer.exchange(|exchange| match exchange.row("client", id)? {
                        Some(row) => exchange.delete_row("client", &row, Moment(1)),
                        None => Ok(()),
                    }))
                });
                done.expect("written").expect("taken");
            }
        };
        taken(false, &office);
        let found = verdict::of(&mut office).expect("judged").expect("one desk lacks it");
        assert!(found.to_string().contains("lacks client"), "{found}");
        taken(true, &office);
        let found = verdict::of(&mut office).expect("judged").expect("nobody has it");
        assert!(found.to_string().contains("entries are lost"), "{found}");
    }
}
