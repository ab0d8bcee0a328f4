//! From the start of the process to a list of clients that can be used; beside an empty window.
//!
//! A release cannot be driven, so it is looked at from outside: the time is that of the last change
//! of the picture at the right of the navigation, after which nothing changes for a while. Then the
//! list stands as it stays. For the empty window it is the last change of the same part of the
//! screen. The navigation is left out because it tells how the sync goes, which is no part of it.

mod desktop;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args;

use crate::measure::{Figure, Outcome, Samples, tell};
use crate::office::{Hub, beside};
use desktop::Desktop;

/// How long nothing must change.
const STILL: Duration = Duration::from_millis(1500);
/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the screen is looked at.
const LOOK: Duration = Duration::from_millis(4);

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How often each is started
    #[arg(long, default_value_t = 7)]
    runs: usize,
    /// Clients in the list
    #[arg(long, default_value_t = 1200)]
    clients: u32,
}

pub(crate) fn run(folder: &Path, options: &Options) -> Outcome {
    let desktop = Desktop::start(folder)?;
    let home = folder.join("home");
    let hub = Hub::start(&folder.join("hub"))?;
    let invitation = hub.administration("Kantoor Van Dijk")?;
    let clients = options.clients.to_string();
    for arguments in [vec!["join", &invitation], vec!["demo", "--clients", &clients], vec!["sync"]]
    {
        tell(&format!("booqing {}", arguments.first().copied().unwrap_or_default()));
        let mut booqing = desktop.program(&beside("booqing")?);
        booqing.arg("--home").arg(&home).args(arguments).stdout(Stdio::null());
        if !booqing.status()?.success() {
            return Err(format!("{booqing:?} failed").into());
        }
    }
    let ours = || {
        let mut command = desktop.program(&beside("smartbooqing-desk")?);
        command.arg("--home").arg(&home);
        Outcome::Ok(command)
    };
    let empty = || {
        let mut command = desktop.program(&beside("empty-window")?);
        // Ours finds out by itself that there is no graphics card; this one is told.
        command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        Outcome::Ok(command)
    };
    // The first start of each reads from the disk what later ones find in memory.
    let first =
        (start(&desktop, ours()?, Some("desk"))?, start(&desktop, empty()?, Some("empty"))?);
    let (mut desk, mut window) = (Samples::default(), Samples::default());
    let (mut desk_first, mut window_first) = (Samples::default(), Samples::default());
    for run in 0..options.runs {
        tell(&format!("start {}", run + 1));
        let started = start(&desktop, ours()?, None)?;
        desk.add(started.last);
        desk_first.add(started.first);
        let started = start(&desktop, empty()?, None)?;
        window.add(started.last);
        window_first.add(started.first);
    }
    let baseline = window.percentile(50).as_secs_f64() * 1e3;
    Figure::milliseconds("start.clients.p50", desk.percentile(50))
        .beside("an empty Tauri window, p50", baseline)
        .with("target_ratio", 1.5)
        .with("met", desk.percentile(50).as_secs_f64() * 1e3 <= 1.5 * baseline)
        .with("all_runs_ms", desk.all())
        .with("baseline_runs_ms", window.all())
        .with("something_shown_p50", desk_first.middle())
        .with("baseline_something_shown_p50", window_first.middle())
        .with("first_run_ms", first.0.last.as_secs_f64() * 1e3)
        .with("baseline_first_run_ms", first.1.last.as_secs_f64() * 1e3)
        .print();
    Ok(())
}

/// When the screen changed after a start.
#[derive(Debug, Clone, Copy)]
struct Started {
    /// The first change: there is a window.
    first: Duration,
    /// The last change.
    last: Duration,
}

/// Starts a program, waits until its window stands still, and ends it.
fn start(desktop: &Desktop, mut command: Command, picture: Option<&str>) -> Outcome<Started> {
    let dark = desktop.dark()?;
    let started = Instant::now();
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let (mut seen, mut first, mut last) = (dark, None, Duration::ZERO);
    let outcome = loop {
        std::thread::sleep(LOOK);
        let now = started.elapsed();
        let looks = desktop.look()?;
        if looks != seen {
            (seen, last) = (looks, now);
            first = first.or(Some(now));
        }
        match first {
            Some(first) if now > last + STILL => break Ok(Started { first, last }),
            _ if now > PATIENCE => break Err("the window does not come to rest".into()),
            _ if process.try_wait()?.is_some() => break Err("the program has ended".into()),
            _ => {}
        }
    };
    if let Some(name) = picture {
        desktop.picture(name)?;
    }
    // What has ended already need not be ended.
    let _ = process.kill();
    let _ = process.wait();
    outcome
}
