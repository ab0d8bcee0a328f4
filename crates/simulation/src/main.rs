//! `booqing-simulate`: plays worlds, and tells of those that go wrong.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use booqing_scratch_postgres as scratch;
use booqing_simulation::shrink::shrink;
use booqing_simulation::{Backing, Failed, Plan, play_on};
use clap::Parser;
use serde_json::json;

/// Plays whole offices in any weather, each from one number, and checks that nothing is lost.
#[derive(Parser)]
struct Arguments {
    /// How many worlds
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The number of the first
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How much happens in each
    #[arg(long, default_value_t = 200)]
    steps: usize,
    /// How many are played at once; one for each processor when left out
    #[arg(long)]
    jobs: Option<usize>,
    /// Play worlds that went wrong once, from the files of this folder
    #[arg(long, value_name = "DIR")]
    regressions: Option<PathBuf>,
    /// With hubs on a PostgreSQL that is started for it; nothing is put back from copies then
    #[arg(long)]
    postgres: bool,
    /// Play one world from a file, and tell every step
    #[arg(long, value_name = "FILE", conflicts_with = "regressions")]
    tell: Option<PathBuf>,
}

/// Of so many worlds that go wrong the smallest is looked for: others mostly have the same cause.
const MOST_SHRUNK: u64 = 4;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            tell(&format!("booqing-simulate: {error}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "this is a command line")]
fn tell(words: &str) {
    eprintln!("{words}");
}

fn run(arguments: &Arguments) -> Result<bool, Failed> {
    if let Some(path) = &arguments.tell {
        let plan = serde_json::from_slice(&std::fs::read(path)?)?;
        let found = played(&plan, arguments.postgres, true)?;
        tell(&found.as_ref().map_or_else(|| "in order".to_owned(), ToString::to_string));
        return Ok(found.is_none());
    }
    let started = Instant::now();
    let kept = arguments.regressions.as_deref().map(read_kept).transpose()?.unwrap_or_default();
    for (name, plan) in &kept {
        if let Some(violation) = played(plan, arguments.postgres, false)? {
            tell(&format!("{name} goes wrong again: {violation}"));
            return Ok(false);
        }
    }
    let jobs = match arguments.jobs {
        Some(jobs) => jobs,
        None => std::thread::available_parallelism()?.get(),
    };
    let (next, wrong) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| -> Result<(), Failed> {
        let work = || -> Result<(), Failed> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= arguments.seeds {
                    return Ok(());
                }
                let plan = Plan::new(arguments.from + number, arguments.steps);
                if let Some(violation) = played(&plan, arguments.postgres, false)? {
                    let is_first = wrong.fetch_add(1, Ordering::Relaxed) < MOST_SHRUNK;
                    tell(&format!("seed {} goes wrong: {violation}", plan.seed));
                    if is_first {
                        report(&plan, arguments.postgres)?;
                    }
                }
            }
        };
        let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            worker.join().map_err(|_| "a world ended in a panic")??;
        }
        Ok(())
    })?;
    let wrong = wrong.into_inner();
    let result = json!({
        "seeds": arguments.seeds,
        "from": arguments.from,
        "steps": arguments.steps,
        "postgres": arguments.postgres,
        "regressions": kept.len(),
        "violations": wrong,
        "seconds": started.elapsed().as_secs_f64(),
    });
    writeln!(std::io::stdout().lock(), "{result}")?;
    Ok(wrong == 0)
}

/// Worlds that went wrong once, each with the name of its file.
fn read_kept(folder: &Path) -> Result<Vec<(String, Plan)>, Failed> {
    let mut kept = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let plan = serde_json::from_slice(&std::fs::read(&path)?)?;
            kept.push((path.display().to_string(), plan));
        }
    }
    kept.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(kept)
}

/// Plays a world on files in memory, where the machine has such.
fn played(
    plan: &Plan,
    postgres: bool,
    is_told: bool,
) -> Result<Option<booqing_simulation::Violation>, Failed> {
    let backing = if postgres { Backing::Postgres(scratch::database()?) } else { Backing::Files };
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? };
    play_on(plan, folder.path(), backing, is_told)
        .map_err(|error| format!("seed {}: {error}", plan.seed).into())
}

/// Tells of the smallest world that goes wrong as this one does.
fn report(plan: &Plan, postgres: bool) -> Result<(), Failed> {
    let goes_wrong = |tried: &Plan| played(tried, postgres, false).is_ok_and(|one| one.is_some());
    let small = shrink(plan, goes_wrong);
    let again =
        played(&small, postgres, false)?.map_or_else(String::new, |found| found.to_string());
    tell(&format!("the smallest such world has {} steps: {again}", small.steps.len()));
    tell(&serde_json::to_string(&small)?);
    Ok(())
}
