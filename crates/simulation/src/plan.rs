//! What happens in a world, step by step, made from a seed before anything is played.
//!
//! A step carries its own number for whatever it has to choose, so that steps can be left out and the
//! others stay as they are.

use serde::{Deserialize, Serialize};

/// The most desks there are.
pub const MOST_DESKS: usize = 8;

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Step {
    /// What happens.
    pub what: What,
    /// To which desk, where it happens to one; counted round.
    pub desk: u8,
    /// What it chooses by.
    pub dice: u32,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Somebody enters, changes or deletes something.
    Edit,
    /// Somebody settles a conflict.
    Resolve,
    /// A desk begins to sync.
    Sync,
    /// A desk goes on with its sync: works on its cache, or its request or answer arrives.
    GoOn,
    /// What a desk is waiting for is lost; the hub may get the request all the same, now or later.
    Lose,
    /// An answer is cut off.
    Cut,
    /// The hub gets a request a second time, or one that was given up.
    Repeat,
    /// A desk's program is killed while it works.
    CrashDesk,
    /// The hub is killed while it works.
    CrashHub,
    /// A desk's disk is full while it works.
    FillDesk,
    /// The hub's disk is full while it works.
    FillHub,
    /// Another desk comes in.
    Join,
    /// A desk's clock jumps.
    Clock,
    /// Half a year goes by.
    HalfAYear,
    /// The hub's data are copied.
    CopyHub,
    /// The hub's data are put back from the copy.
    PutHubBack,
    /// A desk's disk is copied.
    CopyDesk,
    /// A desk's disk is put back from the copy.
    PutDeskBack,
    /// The hub keeps a desk out from now on; it comes in again as another when it next syncs.
    Revoke,
    /// A desk of the version before gets this one.
    Upgrade,
    /// The copy of a desk's disk is started as well.
    CloneDesk,
    /// Somebody adds an original.
    AddOriginal,
    /// A desk carries originals: one step of it, in any weather.
    Carry,
}

/// Which calamities a world has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calamity {
    /// Network, crashes and clocks only.
    Weather,
    /// The hub is put back from copies, too.
    HubPutBack,
    /// Desks' disks are put back and copied, too.
    DeskDisks,
}

/// A world: how many desks it begins with, and what happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The number it was made from.
    pub seed: u64,
    /// How many desks there are at first.
    pub desks: u8,
    /// How many of them run the version before at first.
    #[serde(default)]
    pub older: u8,
    /// What can go wrong.
    pub calamity: Calamity,
    /// What happens.
    pub steps: Vec<Step>,
}

impl Plan {
    /// The world of a seed.
    pub fn new(seed: u64, steps: usize) -> Self {
        let mut dice = fastrand::Rng::with_seed(seed);
        let desks = dice.u8(2..=6);
        let calamity = match dice.u8(0..10) {
            0..6 => Calamity::Weather,
            6..8 => Calamity::HubPutBack,
            _ => Calamity::DeskDisks,
        };
        let mut weights: Vec<(What, u32)> = vec![
            (What::Edit, dice.u32(10..60)),
            (What::Resolve, dice.u32(0..6)),
            (What::Sync, dice.u32(10..40)),
            (What::GoOn, dice.u32(60..220)),
            (What::Lose, dice.u32(0..12)),
            (What::Cut, dice.u32(0..6)),
            (What::Repeat, dice.u32(0..10)),
            (What::CrashDesk, dice.u32(0..8)),
            (What::CrashHub, dice.u32(0..6)),
            (What::FillDesk, dice.u32(0..8)),
            (What::FillHub, dice.u32(0..6)),
            (What::Join, dice.u32(0..2)),
            (What::Upgrade, dice.u32(0..3)),
            (What::Revoke, dice.u32(0..2)),
            (What::Clock, dice.u32(0..3)),
            (What::HalfAYear, dice.u32(0..2)),
            (What::AddOriginal, dice.u32(0..4)),
            (What::Carry, dice.u32(0..40)),
        ];
        match calamity {
            Calamity::Weather => {}
            Calamity::HubPutBack => weights.extend([(What::CopyHub, 4), (What::PutHubBack, 2)]),
            Calamity::DeskDisks => {
                weights.extend([(What::CopyDesk, 4), (What::PutDeskBack, 2), (What::CloneDesk, 1)]);
            }
        }
        let all: u32 = weights.iter().map(|(_, weight)| weight).sum();
        let mut steps_made = Vec::with_capacity(steps);
        for _ in 0..steps {
            let mut left = dice.u32(0..all);
            let what = weights.iter().find_map(|(what, weight)| {
                let is_it = left < *weight;
                left = left.saturating_sub(*weight);
                is_it.then_some(*what)
            });
            let what = what.unwrap_or(What::GoOn);
            steps_made.push(Step { what, desk: dice.u8(..), dice: dice.u32(..) });
        }
        let older = if dice.bool() { 0 } else { dice.u8(1..=desks) };
        Self { seed, desks, older, calamity, steps: steps_made }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_world() {
        assert_eq!(Plan::new(7, 50), Plan::new(7, 50));
        assert_ne!(Plan::new(7, 50).steps, Plan::new(8, 50).steps);
    }
}
