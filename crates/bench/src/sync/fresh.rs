//! A fresh desk: it joins, syncs for the first time, and tells what that took.

use std::path::PathBuf;
use std::time::Instant;

use booqing_desk::synchronise::{Consent, Intake};
use booqing_sync::scanning::FirstSync;
use clap::Args;
use serde_json::json;

use crate::measure::{Memory, Outcome, print, processor_time, timed};
use crate::office;

use super::profile;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The home that is made
    home: PathBuf,
    /// The invitation
    invitation: String,
    /// Go through the steps one by one and tell what each took
    #[arg(long)]
    profile: bool,
}

pub(crate) fn run(options: &Options) -> Outcome {
    let runtime = office::runtime()?;
    let (joined, desk) = runtime.block_on(office::desk(&options.home, &options.invitation, "B"))?;
    if options.profile {
        drop(desk);
        let cache = office::cache(&options.home, joined.administration)?;
        let profile = runtime.block_on(profile::run(&cache, joined.administration))?;
        print(&profile);
        return Ok(());
    }
    let idle = Memory::begin();
    let before = processor_time(std::process::id())?;
    let (began, mut usable) = (Instant::now(), None);
    let watch = |intake: Intake| {
        if intake.first == Some(FirstSync::Usable) && usable.is_none() {
            usable = Some((began.elapsed(), intake.came));
        }
    };
    let (done, time) =
        timed(|| Ok(runtime.block_on(desk.synchronise(Consent::default(), watch))?))?;
    let (usable_after, records_then) = usable.unwrap_or((time, done.pulled));
    let peak = Memory::now().peak;
    let processor = processor_time(std::process::id())?.saturating_sub(before);
    if !done.equal {
        return Err(format!("the sync came to {done:?}").into());
    }
    print(&json!({
        "seconds": time.as_secs_f64(),
        "usable_seconds": usable_after.as_secs_f64(),
        "usable_records": records_then,
        "processor_seconds": processor.as_secs_f64(),
        "pulled": done.pulled,
        "idle_bytes": idle.resident,
        "peak_memory_bytes": peak,
        "over_idle_bytes": peak.saturating_sub(idle.resident),
    }));
    Ok(())
}
