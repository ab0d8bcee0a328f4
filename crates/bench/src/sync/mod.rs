//! Two desks and a hub on one machine: real processes, real TLS, real files.
//!
//! Desk A is in this process and enters everything; fresh desks are processes of their own, so that
//! their memory is theirs alone. All of them take a way to the hub that counts what goes and comes. Each phase
//! prints one line of the same form ([`phase`]), each figure that is to be reached another.

mod cut;
pub(crate) mod fresh;
mod merged;
mod peers;
mod phase;
mod profile;
mod seen;
mod streams;
mod wire;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use booqing_desk::Desk;
use booqing_desk::synchronise::{Consent, Synchronised};
use booqing_model::fields::Patch;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_protocol::Invitation;
use booqing_store::{Cache, Change, ChangeSet, Edit, StoreError};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::hub;
use crate::measure::{Figure, Outcome, Samples, print, tell, timed};
use crate::office::{self, Hub};
use crate::records::{self, id_of};

use peers::{Cost, Given, Ours};
use phase::{OfDesk, Scene};
use wire::Way;

/// Changes in one set, as an import makes them.
const SET: usize = 250;

/// What a line of the data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mapping {
    /// One record: a booking that names its customer.
    Flat,
    /// A booking that refers to a client, and that client, which has keys of its own.
    Clients,
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Records as `gen_records.py` prints them, one a line
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// How many to make where there is no file
    #[arg(long, default_value_t = 100_000)]
    count: u32,
    /// What a line becomes; both when nothing is said
    #[arg(long)]
    mapping: Option<Mapping>,
    /// How often a fresh desk comes in
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How often one change is pushed, and a sync has nothing to do
    #[arg(long, default_value_t = 50)]
    times: usize,
    /// How often a first sync is cut off on its way
    #[arg(long, default_value_t = 50)]
    cuts: u32,
    /// The memory that the desk of that first sync may have, in MiB; its stacks and what is written of
    /// libraries are in it
    #[arg(long, default_value_t = 256)]
    limit: u64,
    /// Run other programs beside this one: the folder they are installed in
    #[arg(long, value_name = "DIR")]
    peers: Option<PathBuf>,
    /// The seed of the records
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u32,
}

pub(crate) fn run(folder: &Path, options: &Options) -> Outcome {
    let mappings = options.mapping.map_or(vec![Mapping::Flat, Mapping::Clients], |one| vec![one]);
    let runtime = office::runtime()?;
    for mapping in mappings {
        let name = match mapping {
            Mapping::Flat => "flat",
            Mapping::Clients => "clients",
        };
        let folder = office::empty(&folder.join(name))?;
        measure(&runtime, &folder, name, mapping, options)?;
    }
    if options.peers.is_none() {
        hub::pushes(&office::empty(&folder.join("hub"))?, &hub::Pushes::default())?;
    }
    Ok(())
}

fn measure(
    runtime: &Runtime,
    folder: &Path,
    name: &str,
    mapping: Mapping,
    options: &Options,
) -> Outcome {
    let hub = Hub::start(&folder.join("hub"))?;
    let way = runtime.block_on(Way::to(&hub.address))?;
    let scene = Scene { name, hub: &hub, way: &way };
    let mut invitation = Invitation::from_line(&hub.administration("Meetkantoor")?)?;
    invitation.address.clone_from(&way.address);
    let home = folder.join("a");
    let (joined, desk) = runtime.block_on(office::desk(&home, &invitation.to_line(), "A"))?;
    let desk = Arc::new(desk);
    let cache = Arc::new(office::cache(&home, joined.administration)?);
    let label = |measure: &str| format!("sync.{name}.{measure}");

    tell(&format!("{name}: records are entered at desk A"));
    let phase = scene.begin()?;
    let (records, bookings) = enter(&cache, mapping, options)?;
    phase.end("enter", json!({"records": records}))?;
    tell(&format!("{name}: everything is pushed"));
    let phase = scene.begin()?;
    sync(runtime, &desk)?;
    phase.end("push_all", json!({"records": records}))?;

    let mut ours = Ours {
        first_sync: first_syncs(runtime, &scene, &desk, folder, options)?,
        ..Ours::default()
    };
    if options.cuts > 0 {
        tell(&format!("{name}: a fresh desk whose connection is cut"));
        let mut invitation = Invitation::from_line(&runtime.block_on(desk.invite())?)?;
        let way = runtime.block_on(Way::to(&hub.address))?;
        invitation.address.clone_from(&way.address);
        let scene = Scene { way: &way, ..scene };
        cut::measure(
            &scene,
            &folder.join("cut"),
            &invitation.to_line(),
            ours.first_sync.bytes,
            options,
        )?;
    }
    tell(&format!("{name}: several desks read everything at once"));
    let invite = || Ok(runtime.block_on(desk.invite())?);
    streams::measure(runtime, &hub, &label("first_sync.hub_memory_per_stream"), invite)?;
    tell(&format!("{name}: where the time goes"));
    let invitation = runtime.block_on(desk.invite())?;
    let mut told = fresh_desk(&folder.join("profile"), &invitation, true)?;
    if let Some(told) = told.as_object_mut() {
        told.insert("measure".to_owned(), label("first_sync.profile").into());
    }
    print(&told);
    let many = small(runtime, &scene, (&desk, &cache), &bookings, options, &mut ours)?;
    let home = folder.join("b0");
    let other = (home.as_path(), joined.administration);
    merged::measure(runtime, &scene, (&desk, &cache), other, &many)?;
    tell(&format!("{name}: bytes, and a record that is wrong"));
    let edit = |ids: &[Id]| edit(&cache, ids, "once more");
    let measured = wire::small(&scene, &cache, joined.administration, records, &bookings, edit);
    let bytes = runtime.block_on(measured)?;
    (ours.nothing.bytes, ours.push_one.bytes, ours.push_edited.bytes) = bytes;
    tell(&format!("{name}: how soon a change is seen on another desk"));
    let invitation = runtime.block_on(desk.invite())?;
    seen::measure(runtime, &desk, &folder.join("c"), &invitation, &label("seen.p95"))?;
    match &options.peers {
        Some(tools) => {
            let given = Given {
                file: options.records.as_deref(),
                count: options.count,
                seed: options.seed,
            };
            peers::run(tools, &peers::folder(folder)?, &given, &ours)
        }
        None => Ok(()),
    }
}

/// Fresh desks come in, one after the other: the time in the middle, and the bytes of the last.
fn first_syncs(
    runtime: &Runtime,
    scene: &Scene<'_>,
    desk: &Desk,
    folder: &Path,
    options: &Options,
) -> Outcome<Cost> {
    let label = |measure: &str| format!("sync.{}.{measure}", scene.name);
    let (mut samples, mut over_idle, mut loading) = (Samples::default(), 0, 0);
    let (mut last, mut bytes) = (Value::Null, 0);
    for run in 0..options.runs.max(1) {
        tell(&format!("{}: fresh desk {}", scene.name, run + 1));
        let invitation = runtime.block_on(desk.invite())?;
        let phase = scene.begin()?;
        last = fresh_desk(&folder.join(format!("b{run}")), &invitation, false)?;
        let number = |field: &str| last.get(field).and_then(Value::as_f64).unwrap_or_default();
        let wall = Duration::from_secs_f64(number("seconds"));
        let of_desk = OfDesk {
            wall,
            processor: Duration::from_secs_f64(number("processor_seconds")),
            peak: number("peak_memory_bytes") as u64,
        };
        bytes = phase
            .end_of(
                "first_sync",
                of_desk,
                json!({"told": last, "joining_counts_for_hub_and_bytes": true}),
            )?
            .bytes;
        samples.add(wall);
        over_idle = over_idle.max(number("over_idle_bytes") as u64);
        loading = loading.max(number("loading_bytes") as u64);
    }
    let pulled = last.get("pulled").and_then(Value::as_u64).unwrap_or_default();
    let is_large = pulled >= 1_000_000;
    let usable = last.get("usable_seconds").and_then(Value::as_f64).unwrap_or_default();
    Figure::seconds(&label("first_sync.usable"), Duration::from_secs_f64(usable))
        .at_most(3.0)
        .with("records", last.get("usable_records").cloned().unwrap_or_default())
        .print();
    let middle = samples.percentile(50);
    Figure::seconds(&label("first_sync"), middle)
        .at_most(if is_large { 40.0 } else { 3.0 })
        .with("records_pulled_with_keys", pulled)
        .with("records_per_second", (pulled as f64 / middle.as_secs_f64()).round())
        .with("all_runs_ms", samples.all())
        .print();
    Figure::new(&label("first_sync.bytes_per_record"), bytes as f64 / pulled.max(1) as f64, "B")
        .at_most(250.0)
        .with("bytes", bytes)
        .with("of", "both ways, with encryption, handshakes and joining")
        .print();
    let mebibytes = |bytes: u64| bytes as f64 / 1_048_576.0;
    Figure::new(&label("first_sync.memory_over_idle"), mebibytes(loading), "MiB")
        .at_most(32.0)
        .with("until", "everything has come in")
        .print();
    Figure::new(&label("first_sync.memory_with_indexes"), mebibytes(over_idle), "MiB")
        .at_most(140.0)
        .with("until", "indexes are made as well")
        .print();
    Ok(Cost { seconds: middle.as_secs_f64(), bytes })
}

/// What is done all day: one change, many changes, nothing. Gives the records that were changed last.
fn small(
    runtime: &Runtime,
    scene: &Scene<'_>,
    (desk, cache): (&Desk, &Cache),
    bookings: &[Id],
    options: &Options,
    ours: &mut Ours,
) -> Outcome<Vec<Id>> {
    let label = |measure: &str| format!("sync.{}.{measure}", scene.name);
    let mut nothing = Samples::default();
    let phase = scene.begin()?;
    for _ in 0..options.times {
        nothing.add(sync(runtime, desk)?.1);
    }
    phase.end("nothing_to_do", json!({"times": options.times}))?;
    ours.nothing.seconds = nothing.percentile(50).as_secs_f64();
    Figure::milliseconds(&label("nothing_to_do.p95"), nothing.percentile(95))
        .at_most(10.0)
        .with("p50", nothing.middle())
        .print();
    let mut one = Samples::default();
    let phase = scene.begin()?;
    for (nth, id) in bookings.iter().take(options.times).enumerate() {
        edit(cache, &[*id], &format!("one {nth}"))?;
        one.add(sync(runtime, desk)?.1);
    }
    phase.end("push_one", json!({"times": options.times, "entering_in_it": true}))?;
    ours.push_one.seconds = one.percentile(50).as_secs_f64();
    Figure::milliseconds(&label("push_one.p95"), one.percentile(95))
        .at_most(10.0)
        .with("p50", one.middle())
        .with("from", "the change is in the cache: pull, push, acknowledged and compared")
        .print();
    let many: Vec<Id> = bookings.iter().copied().take(10_000).collect();
    let phase = scene.begin()?;
    edit(cache, &many, "edited")?;
    phase.end("edit", json!({"records": many.len()}))?;
    let phase = scene.begin()?;
    let (_, time) = sync(runtime, desk)?;
    phase.end("push_edited", json!({"records": many.len()}))?;
    ours.push_edited.seconds = time.as_secs_f64();
    Figure::seconds(&label("push_edited"), time).at_most(0.3).with("records", many.len()).print();
    Ok(many)
}

/// Syncs a desk, which must go well.
fn sync(runtime: &Runtime, desk: &Desk) -> Outcome<(Synchronised, Duration)> {
    let (done, time) =
        timed(|| Ok(runtime.block_on(desk.synchronise(Consent::default(), |_| {}))?))?;
    if done.equal && done.refused == 0 {
        Ok((done, time))
    } else {
        Err(format!("the sync came to {done:?}").into())
    }
}

/// Enters all records. Gives how many there are, and the bookings among them.
fn enter(cache: &Cache, mapping: Mapping, options: &Options) -> Outcome<(u64, Vec<Id>)> {
    let mut open: Vec<Change> = Vec::new();
    let (mut total, mut bookings, mut clients) = (0, Vec::new(), HashSet::new());
    let commit = |open: &mut Vec<Change>| -> Outcome {
        let set = ChangeSet {
            operation: "import".to_owned(),
            at: Moment(1_780_000_000),
            user: None,
            changes: std::mem::take(open),
        };
        cache.write(|writer| writer.commit(&set))?;
        Ok(())
    };
    let change = |class: &str, (id, fields): (Id, Fields)| Change {
        class: class.to_owned(),
        id,
        edit: Edit::Create(fields),
    };
    records::each(options.records.as_deref(), options.count, options.seed, |i, line| {
        if mapping == Mapping::Clients {
            let customer = line.get("customer_id").and_then(Value::as_str).unwrap_or_default();
            if clients.insert(id_of(customer)) {
                open.push(change("client", records::client(line)?));
                total += 1;
            }
        }
        let booking = records::booking(i, line, mapping == Mapping::Clients)?;
        bookings.push(booking.0);
        open.push(change("booking", booking));
        total += 1;
        if open.len() >= SET {
            commit(&mut open)?;
        }
        Ok(())
    })?;
    if !open.is_empty() {
        commit(&mut open)?;
    }
    Ok((total, bookings))
}

/// Changes bookings, in one transaction.
fn edit(cache: &Cache, bookings: &[Id], note: &str) -> Outcome {
    let mut patch = Patch::new();
    patch.set("note", note.into());
    patch.set("state", "done".into());
    change(cache, bookings, &patch)
}

/// Changes bookings alike, in one transaction.
fn change(cache: &Cache, bookings: &[Id], patch: &Patch) -> Outcome {
    let sets = bookings.chunks(SET).map(|ids| ChangeSet {
        operation: "booking.set".to_owned(),
        at: Moment(1_790_000_000),
        user: None,
        changes: ids
            .iter()
            .map(|id| Change {
                class: "booking".to_owned(),
                id: *id,
                edit: Edit::Change(patch.clone()),
            })
            .collect(),
    });
    cache.write(|writer| {
        writer.batch(|batch| {
            for set in sets {
                batch.apply(&set)?;
            }
            Ok::<_, StoreError>(())
        })
    })?;
    Ok(())
}

/// Lets a fresh desk come in, in a process of its own, and gives what it tells.
fn fresh_desk(home: &Path, invitation: &str, profile: bool) -> Outcome<Value> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("fresh").arg(home).arg(invitation);
    if profile {
        command.arg("--profile");
    }
    told_by(&mut command)
}

/// What a fresh desk tells.
fn told_by(command: &mut Command) -> Outcome<Value> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("the fresh desk failed".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
