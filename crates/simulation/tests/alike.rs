//! The same worlds with a hub on files and one on PostgreSQL: what desks and hub say to each other is the
//! same, byte for byte, and everything is as it must be in the end.

#![allow(clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use booqing_simulation::transcript::{Heard, kinds, plan};
use booqing_simulation::{Backing, Plan, listen, play_on};

/// A database of a server that all tests of this process share.
fn postgres() -> Backing {
    Backing::Postgres(booqing_scratch_postgres::database().expect("a database"))
}

fn heard(seed: u64, backing: Backing) -> Vec<Heard> {
    let folder = tempfile::tempdir().expect("a folder");
    listen(&plan(seed, 300), folder.path(), backing).expect("played")
}

#[test]
fn the_same_is_said_to_a_hub_on_files_and_to_one_on_postgresql() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 1..=25 {
        let (files, postgres) = (heard(seed, Backing::Files), heard(seed, postgres()));
        let differs = files.iter().zip(&postgres).position(|(one, other)| one != other);
        if let Some(place) = differs {
            let (one, other) = (files.get(place), postgres.get(place));
            panic!("seed {seed}, {place}: {one:?} and {other:?}");
        }
        assert_eq!(files.len(), postgres.len(), "seed {seed}");
        seen.extend(kinds(&files).expect("answers"));
    }
    for kind in ["accepted", "stale", "occupied", "not_next", "/v1/scan", "/v1/fetch", "/v1/recall"]
    {
        assert!(seen.contains(kind), "{kind} occurs: {seen:?}");
    }
}

/// In any weather, with hubs that are killed.
#[test]
fn nothing_is_lost_with_a_hub_on_postgresql() {
    for seed in 1..=25 {
        let folder = tempfile::tempdir().expect("a folder");
        let plan = Plan::new(seed, 200);
        let violation = play_on(&plan, folder.path(), postgres(), false).expect("played");
        assert_eq!(violation, None, "seed {seed}");
    }
}
