//! Real processes, killed at random moments: the hub, and desks that enter and sync.
//!
//! In the end everything that a desk said it had saved must be on every desk, once.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use booqing_protocol::Invitation;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::{Failed, Outcome, older, print, runtime, tell};

/// How many desks there are.
const DESKS: usize = 3;
/// The longest that nobody is killed.
const LONGEST: u64 = 400;
/// Numbers of one life of a desk: more than it can give.
const NUMBERS: u64 = 100_000;

/// A program that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What is killed.
struct Desks {
    folders: Vec<PathBuf>,
    running: Vec<Option<(Running, Receiver<Value>)>>,
    lives: u64,
    /// The numbers that were said to be saved.
    saved: Vec<u64>,
    writes_back: u64,
    syncs: u64,
}

pub(crate) fn run(rounds: u32, seed: u64, hub: Option<PathBuf>) -> Outcome {
    tell(&format!("seed {seed}"));
    let started = Instant::now();
    let program = match hub {
        Some(program) => program,
        None => std::env::current_exe()?.with_file_name("booqing-hub"),
    };
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("hub");
    let (mut hub, address) = serve(&program, &data, "127.0.0.1:0")?;
    let runtime = runtime()?;
    let invitation = administration(&program, &data, &address)?;
    let mut desks = Desks {
        folders: Vec::new(),
        running: Vec::new(),
        lives: 0,
        saved: Vec::new(),
        writes_back: 0,
        syncs: 0,
    };
    for number in 0..DESKS {
        let path = folder.path().join(format!("desk-{number}"));
        let invitation = match desks.folders.first() {
            None => Invitation::from_line(&invitation)?,
            Some(first) => runtime.block_on(async { Desk::open(first)?.invite().await })?,
        };
        runtime.block_on(Desk::join(&path, &invitation, "desk"))?;
        desks.folders.push(path);
        desks.running.push(None);
    }
    let mut dice = fastrand::Rng::with_seed(seed);
    let (mut killed_hubs, mut updates) = (0, 0);
    for round in 0..rounds {
        desks.start_all(&mut dice)?;
        std::thread::sleep(Duration::from_millis(dice.u64(1..LONGEST)));
        if dice.u8(0..4) == 0 {
            drop(hub);
            killed_hubs += 1;
            if dice.u8(0..3) == 0 {
                // It is killed again, while it brings its data up to date.
                older::hub(&data)?;
                updates += 1;
                let again = serving(&program, &data, &address)?;
                std::thread::sleep(Duration::from_micros(dice.u64(1..40_000)));
                drop(again);
            }
            (hub, _) = serve(&program, &data, &address)?;
        } else {
            let number = dice.usize(0..DESKS);
            desks.kill(number)?;
            if dice.u8(0..3) == 0 {
                desks.update(number, &mut dice)?;
                updates += 1;
            }
        }
        if round % 50 == 49 {
            tell(&format!("round {}: {} changes saved", round + 1, desks.saved.len()));
        }
    }
    for number in 0..DESKS {
        desks.kill(number)?;
    }
    let (lost, doubled) = runtime.block_on(judge(&desks, folder.path()))?;
    print(&json!({
        "torture": "kill",
        "rounds": rounds,
        "seed": seed,
        "killed_hubs": killed_hubs,
        "killed_desks": desks.lives,
        "killed_in_an_update": updates,
        "saved": desks.saved.len(),
        "syncs": desks.syncs,
        "writes_back": desks.writes_back,
        "lost": lost.len(),
        "doubled": doubled.len(),
        "seconds": started.elapsed().as_secs_f64(),
    }))?;
    if lost.is_empty() && doubled.is_empty() {
        Ok(())
    } else {
        Err(format!("lost: {lost:?}, doubled: {doubled:?}").into())
    }
}

/// Starts the hub.
fn serving(program: &Path, data: &Path, listen: &str) -> Outcome<Running> {
    Ok(Running(
        Command::new(program)
            .args(["serve", "--log", "warn", "--listen", listen, "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()?,
    ))
}

/// Starts the hub, and gives the address it listens on.
fn serve(program: &Path, data: &Path, listen: &str) -> Outcome<(Running, String)> {
    let mut hub = serving(program, data, listen)?;
    let output = hub.0.stdout.take().ok_or("the hub has no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let told: Value = serde_json::from_str(&line)
        .map_err(|_| "the hub does not start: what it keeps may be lost")?;
    let address = told.get("listening").and_then(Value::as_str).ok_or("it does not listen")?;
    Ok((hub, address.to_owned()))
}

fn administration(program: &Path, data: &Path, address: &str) -> Outcome<String> {
    let made = Command::new(program)
        .args(["administration", "create", "Kantoor", "--address", address, "--data"])
        .arg(data)
        .output()?;
    Ok(String::from_utf8(made.stdout)?.trim().to_owned())
}

impl Desks {
    fn start_all(&mut self, dice: &mut fastrand::Rng) -> Outcome {
        for (folder, running) in self.folders.iter().zip(&mut self.running) {
            if running.is_none() {
                self.lives += 1;
                *running = Some(start(folder, dice.u64(..), self.lives * NUMBERS)?);
            }
        }
        Ok(())
    }

    /// Kills a desk, and notes what it had said by then.
    fn kill(&mut self, number: usize) -> Outcome {
        let running = self.running.get_mut(number).and_then(Option::take);
        let Some((running, said)) = running else { return Ok(()) };
        let mut child = running;
        if let Some(status) = child.0.try_wait()? {
            return Err(format!("desk {number} ended by itself: {status}").into());
        }
        child.0.kill()?;
        child.0.wait()?;
        // Everything it wrote is in the pipe, whole lines or none.
        for line in said {
            self.saved.extend(line.get("saved").and_then(Value::as_u64));
            self.syncs += u64::from(line.get("synced") == Some(&json!(true)));
            self.writes_back += u64::from(line.get("written_back").is_some());
        }
        Ok(())
    }
}

impl Desks {
    /// A desk that does not run is killed while it brings its cache up to date.
    fn update(&mut self, number: usize, dice: &mut fastrand::Rng) -> Outcome {
        let Some(folder) = self.folders.get(number) else { return Ok(()) };
        older::cache(folder)?;
        self.lives += 1;
        let started = start(folder, dice.u64(..), self.lives * NUMBERS)?;
        if let Some(running) = self.running.get_mut(number) {
            *running = Some(started);
        }
        std::thread::sleep(Duration::from_micros(dice.u64(1..30_000)));
        self.kill(number)
    }
}

fn start(folder: &Path, seed: u64, first: u64) -> Outcome<(Running, Receiver<Value>)> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["worker", "--seed", &seed.to_string(), "--first", &first.to_string(), "--folder"])
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or("a desk has no output")?;
    Ok((Running(child), listen(output)))
}

/// Hears every whole line a desk says.
fn listen(output: ChildStdout) -> Receiver<Value> {
    let (say, said) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // The last one may be cut off.
            let Ok(value) = serde_json::from_str(&line) else { break };
            if say.send(value).is_err() {
                break;
            }
        }
    });
    said
}

/// What was saved and is not there, and what is there more than once, once everybody has synced.
async fn judge(desks: &Desks, folder: &Path) -> Outcome<(Vec<u64>, Vec<u64>)> {
    let mut open: Vec<Desk> =
        desks.folders.iter().map(|folder| Desk::open(folder)).collect::<Outcome<_>>()?;
    let invitation = match open.first_mut() {
        Some(desk) => desk.invite().await?,
        None => return Err("there is no desk".into()),
    };
    open.push(Desk::join(&folder.join("fresh"), &invitation, "fresh").await?);
    for _ in 0..3 {
        for desk in &mut open {
            desk.sync().await?;
        }
    }
    let mut notes = None;
    for desk in &open {
        desk.cache.check()?;
        if desk.waiting()? > 0 {
            return Err("a change waits after everybody has synced".into());
        }
        let clients: Vec<String> =
            desk.clients()?.into_iter().map(|(id, client)| format!("{id} {client}")).collect();
        let text = clients.join("\n");
        if *notes.get_or_insert_with(|| text.clone()) != text {
            return Err("the desks do not have the same".into());
        }
    }
    // A line of a note on which two desks wrote at once may be in a conflict instead.
    let conflicts = conflicts(open.first().ok_or("there is no desk")?)?;
    let text = notes.unwrap_or_default();
    let times = |number: u64| text.matches(&format!("<{number}>")).count();
    let lost = desks
        .saved
        .iter()
        .copied()
        .filter(|number| times(*number) == 0 && !conflicts.contains(&format!("<{number}>")));
    let doubled = desks.saved.iter().copied().filter(|number| times(*number) > 1);
    Ok((lost.collect(), doubled.collect()))
}

fn conflicts(desk: &Desk) -> Result<String, Failed> {
    let conflicts = desk.cache.read(|reader| {
        let mut conflicts = Vec::new();
        for id in reader.ids("conflict")? {
            conflicts.extend(reader.get("conflict", id)?.map(|row| json!(row.fields).to_string()));
        }
        Ok(conflicts)
    })?;
    Ok(conflicts.join("\n"))
}
