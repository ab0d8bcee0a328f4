//! A transcript of the protocol as it stands: what desks and hub of a small office say to each other, byte
//! for byte. It freezes with the first release; until then `cargo xtask docs` writes it again when it is
//! changed on purpose.
//!
//! A hub must give the same answers to the same questions, and a desk must be able to read what was
//! stored by them.

#![allow(clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use booqing_simulation::desk::{Desk, WentOn};
use booqing_simulation::transcript::{Heard, asked_again, kinds, plan, read, written};
use booqing_simulation::{Backing, listen};

/// How much happens.
const STEPS: usize = 500;
/// No more is said than a person can look through.
const MOST: usize = 100;
/// What must occur.
const KINDS: &[&str] = &[
    "/v1/push",
    "/v1/pull",
    "/v1/manifest",
    "/v1/scan",
    "/v1/fetch",
    "/v1/offer",
    "accepted",
    "stale",
    "occupied",
    "not_next",
    "refused",
];

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/transcript.txt")
}

fn played(seed: u64) -> Vec<Heard> {
    let folder = tempfile::tempdir().expect("a folder");
    listen(&plan(seed, STEPS), folder.path(), Backing::Files).expect("played")
}

/// Whether everything occurs in a world, and each answer follows from what is heard: chunks travel beside it.
fn fits(seed: u64) -> bool {
    let heard = played(seed);
    let found = kinds(&heard).expect("answers");
    let is_all = heard.len() <= MOST && KINDS.iter().all(|kind| found.contains(*kind));
    let again = |folder: tempfile::TempDir| {
        asked_again(&heard, &folder.path().join("hub")).expect("answered").1
    };
    is_all && again(tempfile::tempdir().expect("a folder")) == heard
}

/// The first world that fits.
fn first() -> u64 {
    (1..20_000).find(|seed| fits(*seed)).expect("a world in which everything occurs")
}

/// The transcript that is kept, and the seed of its world.
fn kept() -> (u64, String) {
    let text = std::fs::read_to_string(path()).expect("a transcript");
    let seed = text.lines().find_map(|line| line.strip_prefix("# seed "));
    (seed.and_then(|seed| seed.parse().ok()).expect("a seed"), text)
}

fn page(seed: u64, heard: &[Heard]) -> String {
    let head = "# What two desks and more say to a hub, and what it answers: CBOR in hexadecimal.\n\
                # Written by cargo xtask docs.\n";
    format!("{head}# seed {seed}\n{}", written(heard))
}

#[test]
fn desks_say_what_they_said() {
    if std::env::var_os("BOOQING_WRITE_DOCS").is_some() {
        // The same world, as long as it fits.
        let before = path().exists().then(|| kept().0);
        let seed = before.filter(|seed| fits(*seed)).unwrap_or_else(first);
        std::fs::write(path(), page(seed, &played(seed))).expect("written");
    }
    let (seed, text) = kept();
    let now = page(seed, &played(seed));
    if now != text {
        let line = text.lines().zip(now.lines()).zip(1..).find(|((old, new), _)| old != new);
        let line = line.map_or(0, |(_, line)| line);
        panic!("the transcript is another from line {line} on; if that is meant: cargo xtask docs");
    }
}

#[test]
fn a_hub_answers_as_it_did_and_a_desk_reads_it() {
    let (_, text) = kept();
    let heard = read(&text).expect("a transcript");
    let found = kinds(&heard).expect("answers");
    assert!(KINDS.iter().all(|kind| found.contains(*kind)), "{found:?}");
    let folder = tempfile::tempdir().expect("a folder");
    let (hub, again) = asked_again(&heard, &folder.path().join("hub")).expect("answered");
    for (number, (old, new)) in heard.iter().zip(&again).enumerate() {
        assert!(old == new, "answer {number} is another: {new:?}");
    }
    let world = Arc::new(AtomicI64::new(1_800_000_000));
    let mut dice = fastrand::Rng::with_seed(1);
    let mut desk = Desk::join(folder.path(), 9, &mut dice, &world, &hub).expect("joined");
    let mut went = desk.sync().expect("begun");
    let summary = loop {
        match went {
            WentOn::Done(summary) => break summary,
            WentOn::Failed(error) => panic!("{error}"),
            WentOn::Further | WentOn::Settled => {
                went = desk.go_on(&hub, 1_800_000_000).expect("went on");
            }
        }
    };
    assert!(summary.equal && summary.pulled > 20, "{summary:?}");
    let cache = desk.cache().expect("open");
    for class in ["client", "booking", "document", "number_series"] {
        assert!(cache.read(|reader| reader.count(class)).expect("counted") > 0, "{class}");
    }
}
