//! A fresh desk: it joins, syncs for the first time, and tells what that took.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
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
    /// How often the sync is begun again when it was cut off
    #[arg(long, default_value_t = 0)]
    again: u64,
    /// The memory that it may have, in bytes (RLIMIT_DATA)
    #[arg(long)]
    limit: Option<u64>,
}

pub(crate) fn run(options: &Options) -> Outcome {
    if let Some(limit) = options.limit {
        rlimit::setrlimit(rlimit::Resource::DATA, limit, limit)?;
    }
    let runtime = office::runtime()?;
    let (joined, desk) = runtime.block_on(office::desk(&options.home, &options.invitation, "B"))?;
    if options.profile {
        drop(desk);
        let cache = Arc::new(office::cache(&options.home, joined.administration)?);
        let profile = runtime.block_on(profile::run(&cache, joined.administration))?;
        print(&profile);
        return Ok(());
    }
    let idle = Memory::begin();
    let before = processor_time(std::process::id())?;
    let (began, usable) = (Instant::now(), OnceLock::new());
    // The most there was when something of what there is was written last: indexes are made after that, and
    // what is new is pulled then.
    let loading = AtomicU64::new(0);
    let watch = |intake: Intake| {
        if intake.first.is_some() {
            loading.store(Memory::now().peak, Ordering::Relaxed);
        }
        if intake.first == Some(FirstSync::Usable) {
            usable.get_or_init(|| (began.elapsed(), intake.came));
        }
    };
    let mut again = 0;
    let (done, time) = timed(|| {
        loop {
            match runtime.block_on(desk.synchronise(Consent::default(), &watch)) {
                Err(_) if again < options.again => again += 1,
                done => return Ok(done?),
            }
        }
    })?;
    let (usable_after, records_then) = usable.get().copied().unwrap_or((time, done.pulled));
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
        "begun_again": again,
        "idle_bytes": idle.resident,
        "peak_memory_bytes": peak,
        "loading_bytes": loading.into_inner().saturating_sub(idle.resident),
        "over_idle_bytes": peak.saturating_sub(idle.resident),
    }));
    Ok(())
}
