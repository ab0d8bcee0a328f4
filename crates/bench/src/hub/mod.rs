//! What a hub takes: many desks that push at once, each one change after the other; and an office
//! that comes back all at once.
//!
//! The real program over real TLS, on files and on a PostgreSQL server that is durable as in an
//! office, both on this machine and both in this run. The desks are in this process and share the
//! cores with the hub and the database.

mod returning;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use booqing_protocol::message::{
    ChangeResult, ChangeSet, Cursor, Outcome as Told, Outgoing, Push, Pushed,
};
use booqing_protocol::{
    Hash, Id, Invitation, Part, PartClass, Route, Routing, SealedRecord, VERSION, decode,
};
use booqing_scratch_postgres::{Durability, Server};
use booqing_sync::driver::{HubClient, join};
use clap::Args;

use crate::measure::{Figure, Outcome, Samples, rounded, tell};
use crate::office::{self, Hub};

/// The sealed bytes of a record of the usual size.
const SEALED: usize = 250;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many desks of one office come back at once
    #[arg(long, default_value_t = 500)]
    returning: usize,
    #[command(flatten)]
    pushes: Pushes,
}

/// Desks that push one change after the other.
#[derive(Debug, Args)]
pub(crate) struct Pushes {
    /// How many desks push at once, each of an administration of its own
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 64])]
    desks: Vec<usize>,
    /// For how many seconds
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many hubs serve the database
    #[arg(long, default_values_t = [1, 2], value_delimiter = ',')]
    hubs: Vec<usize>,
}

impl Default for Pushes {
    /// One hub, as an office begins.
    fn default() -> Self {
        Self { desks: vec![1, 8, 64], seconds: 5, hubs: vec![1] }
    }
}

pub(crate) fn run(folder: &Path, options: &Options) -> Outcome {
    let runtime = office::runtime()?;
    // Both ends of a connection are files, and one of them is here.
    rlimit::increase_nofile_limit(u64::try_from(4 * options.returning)?.max(1024))?;
    let data = office::empty(&folder.join("returning"))?;
    runtime.block_on(returning::measure(&data, options.returning))?;
    drop(runtime);
    pushes(folder, &options.pushes)
}

/// How many changes a second a hub on files and hubs on PostgreSQL take.
pub(crate) fn pushes(folder: &Path, options: &Pushes) -> Outcome {
    let runtime = office::runtime()?;
    for desks in &options.desks {
        let data = office::empty(&folder.join(format!("files-{desks}")))?;
        let files = runtime.block_on(measure(&[Hub::start(&data)?], *desks, options))?;
        files.figure("files", *desks, 1).print();
        for hubs in &options.hubs {
            tell(&format!("{desks} desks, {hubs} hubs on PostgreSQL"));
            let data = office::empty(&folder.join(format!("postgres-{desks}-{hubs}")))?;
            let server = Server::start(Durability::Full)?;
            let url = server.database()?;
            let serving = (0..*hubs)
                .map(|_| Hub::start_on(&data, Some(&url)))
                .collect::<Outcome<Vec<_>>>()?;
            let before = size(&server)?;
            let measured = runtime.block_on(measure(&serving, *desks, options))?;
            let grown = size(&server)?.saturating_sub(before);
            measured
                .figure("postgres", *desks, *hubs)
                .beside("files", files.per_second())
                .with("database_bytes_per_change", grown / measured.changes.max(1))
                .print();
        }
    }
    Ok(())
}

fn size(server: &Server) -> Outcome<u64> {
    let told = server.sql("postgres", "SELECT sum(pg_database_size(oid)) FROM pg_database")?;
    Ok(told.parse()?)
}

/// What so many desks got done.
struct Measured {
    changes: u64,
    time: Duration,
    samples: Samples,
}

impl Measured {
    fn per_second(&self) -> f64 {
        self.changes as f64 / self.time.as_secs_f64()
    }

    fn figure(&self, storage: &str, desks: usize, hubs: usize) -> Figure {
        let milliseconds = |percent| rounded(self.samples.percentile(percent).as_secs_f64() * 1e3);
        Figure::new(&format!("hub.{storage}.pushes"), self.per_second(), "changes/s")
            .with("desks", desks)
            .with("hubs", hubs)
            .with("changes", self.changes)
            .with("p50_ms", milliseconds(50))
            .with("p99_ms", milliseconds(99))
    }
}

async fn measure(hubs: &[Hub], desks: usize, options: &Pushes) -> Outcome<Measured> {
    let mut clients = Vec::new();
    for (desk, hub) in (0..desks).zip(hubs.iter().cycle()) {
        let line = hub.administration(&format!("Kantoor {desk}"))?;
        let id = Id(u128::try_from(desk + 1)?.to_be_bytes());
        let enrolled = join(&Invitation::from_line(&line)?, id, "A").await?;
        let connection = enrolled.connection;
        let identity = (connection.certificate.as_slice(), connection.private_key.as_slice());
        let client = HubClient::new(&hub.address, connection.hub_identity, Some(identity))?;
        clients.push((client, id, Id(enrolled.administration.0)));
    }
    let started = Instant::now();
    let end = started + Duration::from_secs(options.seconds);
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|(client, desk, administration)| {
            tokio::spawn(async move {
                push_until(end, client, desk, administration)
                    .await
                    .map_err(|error| error.to_string())
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await??);
    }
    let time = started.elapsed();
    let mut samples = Samples::default();
    let changes = all.len() as u64;
    all.into_iter().for_each(|time| samples.add(time));
    Ok(Measured { changes, time, samples })
}

/// Pushes new records, one at a time, and gives how long each took until it was acknowledged.
async fn push_until(
    end: Instant,
    mut client: HubClient,
    desk: Id,
    administration: Id,
) -> Outcome<Vec<Duration>> {
    let mut times = Vec::new();
    for n in 1.. {
        let push = Push {
            version: VERSION,
            administration,
            acknowledged: Cursor::default(),
            changes: vec![ChangeSet { n, records: vec![record(desk, n)?] }],
        };
        let started = Instant::now();
        let pushed: Pushed = client.ask("/v1/push", &push).await?;
        times.push(started.elapsed());
        let result = pushed.results.first().ok_or("no result")?;
        let Told::Accepted { .. } = decode::<ChangeResult>(result)?.outcome else {
            return Err("the hub did not take a change".into());
        };
        if Instant::now() >= end {
            break;
        }
    }
    Ok(times)
}

/// A new booking, as large as they are.
fn record(desk: Id, n: u64) -> Outcome<Outgoing> {
    // Ids as desks make them: in the order of time, with a random end.
    let mut id = Hash::of(&[desk.0.as_slice(), n.to_be_bytes().as_slice()].concat()).0;
    id.get_mut(..8).ok_or("an id")?.copy_from_slice(&n.to_be_bytes());
    let record = SealedRecord {
        id: Id(id),
        class: "booking".to_owned(),
        version: 1,
        lineage: Hash::default(),
        author: desk,
        routing: Routing(BTreeMap::from([("fiscal_year".to_owned(), Route::Number(2026))])),
        parts: vec![Part {
            class: PartClass::Working,
            sealed: vec![0x5a; SEALED].into(),
            seed: None,
        }],
        deleted: false,
        seed: [0; 12].into(),
    };
    Ok(Outgoing { record: record.to_bytes()?.into() })
}
