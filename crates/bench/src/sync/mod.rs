//! Two desks and a hub on one machine: real processes, real TLS, real files.
//!
//! Desk A is in this process and enters everything; fresh desks are processes of their own, so that
//! their memory is theirs alone.

pub(crate) mod fresh;
mod peers;
mod profile;
mod streams;
mod wire;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use booqing_desk::Desk;
use booqing_desk::synchronise::Consent;
use booqing_model::fields::Patch;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_store::{Cache, Change, ChangeSet, Edit, StoreError};
use clap::{Args, ValueEnum};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::measure::{Figure, Outcome, Samples, print, processor_time, tell, timed};
use crate::office::{self, Hub};
use crate::records::{self, id_of};

use peers::Ours;

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
    let invitation = hub.administration("Meetkantoor")?;
    let home = folder.join("a");
    let (joined, desk) = runtime.block_on(office::desk(&home, &invitation, "A"))?;
    let cache = Arc::new(office::cache(&home, joined.administration)?);
    let label = |measure: &str| format!("sync.{name}.{measure}");

    tell(&format!("{name}: records are entered at desk A"));
    let ((records, bookings), time) = timed(|| enter(&cache, mapping, options))?;
    let per_second = |records: u64, time: Duration| (records as f64 / time.as_secs_f64()).round();
    Figure::seconds(&label("enter"), time)
        .with("records", records)
        .with("records_per_second", per_second(records, time))
        .print();
    tell(&format!("{name}: everything is pushed"));
    let time = sync(runtime, &desk)?.1;
    Figure::seconds(&label("push_all"), time)
        .with("records", records)
        .with("records_per_second", per_second(records, time))
        .peak()
        .print();

    let mut samples = Samples::default();
    let (mut over_idle, mut at_hub) = (0, Duration::ZERO);
    let mut last = Value::Null;
    for run in 0..options.runs {
        tell(&format!("{name}: fresh desk {}", run + 1));
        let invitation = runtime.block_on(desk.invite())?;
        let before = processor_time(hub.process())?;
        last = fresh_desk(&folder.join(format!("b{run}")), &invitation, false)?;
        at_hub = processor_time(hub.process())?.saturating_sub(before);
        let number = |field: &str| last.get(field).and_then(Value::as_f64).unwrap_or_default();
        samples.add(Duration::from_secs_f64(number("seconds")));
        over_idle = over_idle.max(number("over_idle_bytes") as u64);
    }
    let mut ours = Ours::default();
    ours.first_sync.seconds = samples.percentile(50).as_secs_f64();
    let pulled = last.get("pulled").and_then(Value::as_u64).unwrap_or_default();
    let is_large = records >= 1_000_000;
    let usable = last.get("usable_seconds").and_then(Value::as_f64).unwrap_or_default();
    Figure::seconds(&label("first_sync.usable"), Duration::from_secs_f64(usable))
        .at_most(3.0)
        .with("records", last.get("usable_records").cloned().unwrap_or_default())
        .print();
    Figure::seconds(&label("first_sync"), samples.percentile(50))
        .at_most(if is_large { 40.0 } else { 3.0 })
        .with("records_entered", records)
        .with("records_pulled_with_keys", pulled)
        .with("records_per_second", per_second(pulled, samples.percentile(50)))
        .with("all_runs_ms", samples.all())
        .with("last", last)
        .with("last_hub_processor_seconds", at_hub.as_secs_f64())
        .print();
    Figure::new(&label("first_sync.memory_over_idle"), over_idle as f64 / 1_048_576.0, "MiB")
        .at_most(32.0)
        .print();
    tell(&format!("{name}: several desks read everything at once"));
    let invite = || Ok(runtime.block_on(desk.invite())?);
    streams::measure(runtime, &hub, &label("first_sync.hub_memory_per_stream"), invite)?;
    tell(&format!("{name}: where the time goes"));
    let invitation = runtime.block_on(desk.invite())?;
    let mut told = fresh_desk(&folder.join("profile"), &invitation, true)?;
    let bytes = told.get("wire_bytes_to_the_desk").and_then(Value::as_u64);
    ours.first_sync.bytes = bytes.unwrap_or_default();
    if let Some(told) = told.as_object_mut() {
        told.insert("measure".to_owned(), label("first_sync.profile").into());
    }
    print(&told);
    small(runtime, &desk, &cache, &bookings, (name, options), &mut ours)?;
    tell(&format!("{name}: bytes, and a record that is wrong"));
    let edit = |ids: &[Id]| edit(&cache, ids, "once more");
    let measured = wire::small(&cache, joined.administration, (&label, records), &bookings, edit);
    let bytes = runtime.block_on(measured)?;
    (ours.nothing.bytes, ours.push_one.bytes, ours.push_edited.bytes) = bytes;
    match &options.peers {
        Some(tools) => {
            peers::run(tools, &peers::folder(folder)?, (options.count, options.seed), &ours)
        }
        None => Ok(()),
    }
}

/// What is done all day: one change, many changes, nothing.
fn small(
    runtime: &Runtime,
    desk: &Desk,
    cache: &Cache,
    bookings: &[Id],
    (name, options): (&str, &Options),
    ours: &mut Ours,
) -> Outcome {
    let label = |measure: &str| format!("sync.{name}.{measure}");
    let mut nothing = Samples::default();
    for _ in 0..options.times {
        nothing.add(sync(runtime, desk)?.1);
    }
    ours.nothing.seconds = nothing.percentile(50).as_secs_f64();
    Figure::milliseconds(&label("nothing_to_do.p95"), nothing.percentile(95))
        .at_most(10.0)
        .with("p50", nothing.middle())
        .print();
    let mut one = Samples::default();
    for (nth, id) in bookings.iter().take(options.times).enumerate() {
        edit(cache, &[*id], &format!("one {nth}"))?;
        one.add(sync(runtime, desk)?.1);
    }
    ours.push_one.seconds = one.percentile(50).as_secs_f64();
    Figure::milliseconds(&label("push_one.p95"), one.percentile(95))
        .at_most(10.0)
        .with("p50", one.middle())
        .with("from", "the change is in the cache: pull, push, acknowledged and compared")
        .print();
    let many: Vec<Id> = bookings.iter().copied().take(10_000).collect();
    let ((), time) = timed(|| edit(cache, &many, "edited"))?;
    let pushed = sync(runtime, desk)?;
    ours.push_edited.seconds = pushed.1.as_secs_f64();
    Figure::seconds(&label("push_edited"), pushed.1)
        .at_most(0.3)
        .with("records", many.len())
        .with("seconds_to_enter", time.as_secs_f64())
        .peak()
        .print();
    Ok(())
}

/// Syncs a desk, which must go well.
fn sync(runtime: &Runtime, desk: &Desk) -> Outcome<(u64, Duration)> {
    let (done, time) =
        timed(|| Ok(runtime.block_on(desk.synchronise(Consent::default(), |_| {}))?))?;
    if done.equal && done.refused == 0 {
        Ok((done.pushed, time))
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
    command.arg("fresh").arg(home).arg(invitation).stderr(Stdio::inherit());
    if profile {
        command.arg("--profile");
    }
    let output = command.output()?;
    if !output.status.success() {
        return Err("the fresh desk failed".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
