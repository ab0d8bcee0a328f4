//! A first sync that is cut off again and again, by a desk that may only have so much memory.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::Options;
use super::phase::{OfDesk, Scene};
use crate::measure::Outcome;

/// Lets a fresh desk come in whose connections are cut; in the end it has everything, or this fails.
/// `bytes` is what a first sync takes.
pub(super) fn measure(
    scene: &Scene<'_>,
    home: &Path,
    invitation: &str,
    bytes: u64,
    options: &Options,
) -> Outcome {
    // One after the other they take it to its end, some of them before a page is through.
    let mut dice = fastrand::Rng::with_seed(options.seed.into());
    let most = (2 * bytes / u64::from(options.cuts)).max(1);
    // It joins over the first.
    scene.way.cut([u64::MAX]);
    scene.way.cut((0..options.cuts).map(|_| dice.u64(..most)));
    let limit = options.limit * 1_048_576;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["fresh", "--limit", &limit.to_string()])
        .arg(home)
        .arg(invitation)
        .args(["--again", &options.cuts.to_string()]);
    let phase = scene.begin()?;
    let told = super::told_by(&mut command)?;
    let number = |field: &str| told.get(field).and_then(Value::as_f64).unwrap_or_default();
    let of_desk = OfDesk {
        wall: Duration::from_secs_f64(number("seconds")),
        processor: Duration::from_secs_f64(number("processor_seconds")),
        peak: number("peak_memory_bytes") as u64,
    };
    let cut = scene.way.were_cut();
    let also = json!({"cut": cut, "limit_bytes": limit, "seed": options.seed, "equal": true, "joining_counts_for_hub_and_bytes": true, "told": told});
    phase.end_of("first_sync_cut", of_desk, also)?;
    if cut < u64::from(options.cuts) * 4 / 5 {
        return Err(format!("only {cut} of {} connections were cut", options.cuts).into());
    }
    Ok(())
}
