//! Other programs' sync on the same records, on this machine, in the same run: Anki, PouchDB and Actual.
//!
//! Their drivers stand in `crates/bench/peers` and say there what is and is not comparable; none of them
//! runs TLS, seals or checks anything. Each runs in a network of its own, so that the bytes on the wire
//! are its own and nothing leaves the machine.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::measure::{Outcome, print, rounded, tell};

/// What a phase cost.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    pub(super) seconds: f64,
    pub(super) bytes: u64,
}

/// The records that ours were measured with.
pub(super) struct Given<'a> {
    /// The file, where there is one.
    pub(super) file: Option<&'a Path>,
    /// How many were made, where there is none.
    pub(super) count: u32,
    /// With which seed.
    pub(super) seed: u32,
}

/// What ours cost.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ours {
    pub(super) first_sync: Cost,
    pub(super) nothing: Cost,
    pub(super) push_edited: Cost,
    pub(super) push_one: Cost,
}

impl Ours {
    /// By the name that a peer's driver has for the phase.
    fn phase(&self, name: &str) -> Option<(&'static str, Cost)> {
        Some(match name {
            "initial_pull" | "pull_new" => ("first_sync", self.first_sync),
            "noop" | "noop_pull" => ("nothing_to_do", self.nothing),
            "push" => ("push_edited", self.push_edited),
            "push_one" => ("push_one", self.push_one),
            _ => return None,
        })
    }
}

/// Runs the peers that were installed under `tools`, and prints what they came to and the ratios.
pub(super) fn run(tools: &Path, folder: &Path, given: &Given<'_>, ours: &Ours) -> Outcome {
    let drivers = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    let records = match given.file {
        Some(file) => file.canonicalize()?,
        None => made(&drivers, folder, given)?,
    };
    let driver = |name: &str| drivers.join(name).into_os_string();
    for peer in ["pouch", "anki", "actual"] {
        tell(&format!("peers: {peer}"));
        let home = tools.join(peer).canonicalize()?;
        let work = folder.join(peer);
        let mut command = Command::new("sh");
        command.arg(drivers.join("in_netns.sh")).current_dir(&home);
        match peer {
            "anki" => command
                .arg(home.join("bin").join("python"))
                .arg(driver("anki_bench.py"))
                .arg(&records)
                .arg(&work),
            "pouch" => command
                .args(["node", "--max-old-space-size=8000"])
                .arg(driver("pouch_bench.cjs"))
                .arg(&records)
                .arg("1000")
                .arg(&work),
            _ => command
                .args(["node", "--max-old-space-size=8000"])
                .arg(driver("actual_bench.cjs"))
                .arg(&records)
                .arg(&work),
        };
        compare(&mut command, peer, ours)?;
    }
    Ok(())
}

/// The same records as ours, in a file.
fn made(drivers: &Path, folder: &Path, given: &Given<'_>) -> Outcome<PathBuf> {
    let records = folder.join("records.jsonl");
    let made = Command::new("python3")
        .arg(drivers.join("gen_records.py"))
        .args([given.count.to_string(), given.seed.to_string()])
        .stdout(File::create(&records)?)
        .status()?;
    if made.success() { Ok(records) } else { Err("the records for the peers were not made".into()) }
}

fn compare(command: &mut Command, peer: &str, ours: &Ours) -> Outcome {
    let mut running = command.stdout(Stdio::piped()).spawn()?;
    let output = running.stdout.take().ok_or("the peer has no output")?;
    let mut told = Vec::new();
    for line in BufReader::new(output).lines() {
        // A server of somebody else's may print whatever it likes.
        let Ok(row) = serde_json::from_str::<Value>(&line?) else { continue };
        if row.get("phase").is_some() {
            print(&row);
            told.push(row);
        }
    }
    if !running.wait()?.success() {
        return Err(format!("{peer} failed; it needs a network namespace, and so root").into());
    }
    for row in told {
        let name = row.get("phase").and_then(Value::as_str).unwrap_or_default();
        let Some((phase, ours)) = ours.phase(name) else { continue };
        let number = |field: &str| row.get(field).and_then(Value::as_f64).unwrap_or_default();
        let ratio = |ours: f64, theirs: f64| {
            // What their clock shows as nothing is shorter than it shows.
            if theirs > 0.0 { rounded(ours / theirs) } else { Value::Null }
        };
        print(&json!({
            "measure": format!("sync.peers.{phase}"),
            "unit": "ratio",
            "peer": peer,
            "value": ratio(ours.seconds, number("wall_s")),
            "ours_seconds": rounded(ours.seconds),
            "theirs_seconds": number("wall_s"),
            "bytes_ratio": ratio(ours.bytes as f64, number("wire_bytes")),
            "ours_bytes": ours.bytes,
            "theirs_bytes": number("wire_bytes"),
        }));
    }
    Ok(())
}

/// Where a run of the peers keeps its files.
pub(super) fn folder(of: &Path) -> Outcome<PathBuf> {
    let folder = of.join("peers");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
