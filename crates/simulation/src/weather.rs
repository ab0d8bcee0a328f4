//! What goes wrong in a world, and nobody there can help.

use std::sync::Arc;

use booqing_sync::inward::Surroundings;

use crate::desk::WentOn;
use crate::failing::on_a_full_disk;
use crate::office::{Office, Outcome};
use crate::verdict::Violation;
use crate::{Failed, edits};

/// After so many writes a disk is full, at the most.
const MOST_WRITES: u32 = 24;

/// After how many writes it is full: mostly few, as most of what is done writes little.
fn some_writes(dice: &mut fastrand::Rng) -> u32 {
    let most = dice.u32(0..MOST_WRITES);
    dice.u32(0..=most)
}

/// Whether that is what a program says of a disk that refuses.
fn is_of_disk(words: &str) -> bool {
    words.contains("disk")
}

impl Office {
    /// What a desk waits for is lost, on one of its two ways.
    pub(crate) fn lose(&mut self, place: usize, dice: &mut fastrand::Rng) -> Result<(), Failed> {
        let now = self.now();
        let Some(desk) = self.desks.get_mut(place) else { return Ok(()) };
        let Some(request) = desk.request() else {
            desk.give_up();
            return Ok(());
        };
        let certificate = desk.certificate();
        desk.give_up();
        match dice.u8(0..3) {
            0 => {}
            1 => {
                self.hub.answer(&certificate, request.path, &request.body, now)?;
            }
            _ => self.given_up.push((certificate, request)),
        }
        Ok(())
    }

    /// The hub gets something a second time.
    pub(crate) fn repeat(&mut self, place: usize, dice: &mut fastrand::Rng) -> Result<(), Failed> {
        let now = self.now();
        if !self.given_up.is_empty() && dice.bool() {
            let (certificate, request) =
                self.given_up.swap_remove(dice.usize(0..self.given_up.len()));
            self.hub.answer(&certificate, request.path, &request.body, now)?;
            return Ok(());
        }
        let Some(desk) = self.desks.get(place) else { return Ok(()) };
        if let Some(request) = desk.request() {
            self.hub.answer(&desk.certificate(), request.path, &request.body, now)?;
        }
        Ok(())
    }

    pub(crate) fn crash_desk(
        &mut self,
        place: usize,
        dice: &mut fastrand::Rng,
    ) -> Result<(), Failed> {
        let Some(desk) = self.desks.get_mut(place) else { return Ok(()) };
        if let Some(request) = desk.request() {
            self.given_up.push((desk.certificate(), request));
        }
        let around = Arc::clone(desk.around());
        let deed = edits::think(desk.used(self.calamity)?, &*around, &self.entries, dice)?;
        let mut was_editing = false;
        desk.crash(dice, |cache| {
            was_editing = true;
            deed.commit(cache, around.now())
        })?;
        // Nobody was told that it was saved; it may be all the same.
        if was_editing && deed.is_done(desk.cache()?)? {
            deed.note(desk.number, &mut self.entries);
        }
        Ok(())
    }

    pub(crate) fn crash_hub(
        &mut self,
        place: usize,
        dice: &mut fastrand::Rng,
    ) -> Result<(), Failed> {
        let now = self.now();
        let asked = self.desks.get(place).and_then(|desk| Some((desk, desk.request()?)));
        let asked = asked.map(|(desk, request)| (desk.certificate(), request));
        self.hub.crash(dice, |hub| {
            if let Some((certificate, request)) = &asked {
                hub.answer(certificate, request.path, &request.body, now)?;
            }
            Ok(())
        })?;
        self.break_connections(dice);
        Ok(())
    }

    pub(crate) fn put_hub_back(&mut self, dice: &mut fastrand::Rng) -> Result<(), Failed> {
        // Operators forget to say so, too.
        let is_said = dice.u8(0..4) > 0;
        if self.hub.put_back(is_said)? {
            self.break_connections(dice);
            // A request from before the copy was put back does not outlive it.
            self.given_up.clear();
        }
        Ok(())
    }

    /// The hub ended: what was under way is lost, and some of it arrives at the next one.
    fn break_connections(&mut self, dice: &mut fastrand::Rng) {
        for desk in &mut self.desks {
            if let Some(request) = desk.request()
                && dice.bool()
            {
                self.given_up.push((desk.certificate(), request));
            }
            if desk.is_syncing() {
                desk.give_up();
            }
        }
    }

    /// The hub keeps a desk out, with whatever it was doing, and the copies of its disk.
    pub(crate) fn revoke(&mut self, place: usize) -> Result<(), Failed> {
        let Some(desk) = self.desks.get(place) else { return Ok(()) };
        if self.revoked.insert(desk.id()) {
            self.hub.revoke(desk.id(), self.now())?;
        }
        Ok(())
    }

    pub(crate) fn clone_desk(
        &mut self,
        place: usize,
        dice: &mut fastrand::Rng,
    ) -> Result<(), Failed> {
        let number = self.desks.len();
        let Some(desk) = self.desks.get(place) else { return Ok(()) };
        if let Some(clone) = desk.clone_to(&self.folder, number, dice.u64(..))? {
            self.desks.push(clone);
        }
        Ok(())
    }

    /// The disk of a desk is full while it syncs, or while somebody enters something there. What is
    /// refused is not done in part, and the program goes on.
    pub(crate) fn fill_desk(&mut self, place: usize, dice: &mut fastrand::Rng) -> Outcome {
        let after = some_writes(dice);
        let Some(desk) = self.desks.get(place) else { return Ok(Ok(())) };
        if desk.is_working() {
            return self.go_on_with_a_full_disk(place, after);
        }
        let around = Arc::clone(desk.around());
        let deed = edits::think(desk.used(self.calamity)?, &*around, &self.entries, dice)?;
        let before = deed.rows(desk.cache()?)?;
        let commit = || deed.commit(desk.cache()?, around.now());
        let (done, is_refused) = on_a_full_disk(after, commit)?;
        match done {
            Ok(()) => deed.note(desk.number, &mut self.entries),
            Err(error) if !is_refused => return Err(error),
            Err(_) if deed.rows(desk.cache()?)? != before => {
                return Ok(Err(Violation::new("what the disk refused was done all the same")));
            }
            Err(_) => {}
        }
        Ok(Ok(()))
    }

    /// The disk of the hub is full while it answers a desk.
    pub(crate) fn fill_hub(&mut self, place: usize, dice: &mut fastrand::Rng) -> Outcome {
        let after = some_writes(dice);
        let is_asked = self.desks.get(place).is_some_and(|desk| desk.request().is_some());
        if is_asked { self.go_on_with_a_full_disk(place, after) } else { Ok(Ok(())) }
    }

    fn go_on_with_a_full_disk(&mut self, place: usize, after: u32) -> Outcome {
        let now = self.now();
        let Some(desk) = self.desks.get_mut(place) else { return Ok(Ok(())) };
        let (went, is_refused) = on_a_full_disk(after, || desk.go_on(&self.hub, now))?;
        match went {
            Ok(WentOn::Failed(error)) if is_refused && is_of_disk(&error.to_string()) => {
                self.tell(&format!("   the disk is full: {error}"));
                Ok(Ok(()))
            }
            Err(error) if is_refused && is_of_disk(&error.to_string()) => {
                self.tell(&format!("   the disk is full: {error}"));
                Ok(Ok(()))
            }
            went => self.went(place, went?),
        }
    }
}
