//! `booqing-hub`: the server.

use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use booqing_hub::authority::Authority;
use booqing_hub::log::LevelFilter;
use booqing_hub::objects::s3;
use booqing_hub::storage::embedded::{Copied, Embedded, Serving, create_private_folder};
use booqing_hub::storage::postgres::{Address, Postgres};
use booqing_hub::storage::{Admission, Desk};
use booqing_hub::{Limits, Objects, Server, Service, examining, limits, log};
use clap::{Args, CommandFactory, Parser, Subcommand};
use serde_json::json;

/// The server that desks sync with. It orders and stores what it cannot read.
#[derive(Parser)]
#[command(name = "booqing-hub", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Where a hub keeps what it keeps.
#[derive(Args)]
struct Place {
    /// The folder that holds everything of the hub; made when it is not there
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// A PostgreSQL database that holds the records, so that several hubs can serve them; the
    /// folder then holds the hub's authority only, and must be the same for all of them
    #[arg(long, value_name = "URL", env = "BOOQING_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// The certificate (PEM) of the authority that vouches for a database on another machine
    #[arg(long, value_name = "FILE", env = "BOOQING_DATABASE_CA", requires = "database")]
    database_ca: Option<PathBuf>,
    /// Where originals and archives are kept: s3://bucket or s3://bucket/folder, the rest from the
    /// environment (AWS_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY); in the data
    /// folder when it is left out
    #[arg(long, value_name = "URL", env = "BOOQING_OBJECTS")]
    objects: Option<String>,
    /// The certificates (PEM) of the authorities that vouch for a store on another machine
    #[arg(long, value_name = "FILE", env = "BOOQING_OBJECTS_CA", requires = "objects")]
    objects_ca: Option<PathBuf>,
}

impl Place {
    fn objects(&self) -> Result<Objects, Box<dyn std::error::Error>> {
        Ok(match &self.objects {
            Some(url) => {
                let address = s3::Address::parse(url, self.objects_ca.as_deref());
                Objects::in_store(&address.map_err(booqing_hub::objects::ObjectsError::from)?)?
            }
            None => Objects::in_folder(&Objects::folder_of(&self.data))?,
        })
    }
}

/// How whoever keeps a hub running sees how it is.
#[derive(Args)]
struct Watching {
    /// Tell counters (/metrics, for Prometheus) and that the hub is well (/healthz) at this address
    /// of this machine, in the clear; port 0 picks a port
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<String>,
    /// How much is logged to standard error: off, error, warn, info, debug (each request) or trace
    #[arg(long, value_name = "LEVEL", default_value = "info", env = "BOOQING_LOG")]
    log: LevelFilter,
}

/// What desks may ask of a hub.
#[derive(Args)]
struct Bounds {
    /// Connections at once; a desk that is open has two
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().connections)]
    connections: usize,
    /// Requests a second of one desk, and four times that of one administration; those beyond it
    /// wait
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().rate.per_second)]
    rate: NonZeroU32,
}

impl Bounds {
    fn limits(&self) -> Limits {
        let rate = self.rate.get();
        let times = |number| rate.saturating_mul(number);
        Limits {
            connections: self.connections.max(1),
            rate: limits::rate(rate, times(4)),
            rate_of_an_administration: limits::rate(times(4), times(16)),
            ..Limits::default()
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Serve until told to end
    Serve {
        #[command(flatten)]
        place: Place,
        /// The address to listen on; port 0 picks one
        #[arg(long, value_name = "ADDRESS", default_value = USUAL_ADDRESS)]
        listen: String,
        #[command(flatten)]
        watching: Watching,
        #[command(flatten)]
        bounds: Bounds,
    },
    /// Copy everything in the data folder, while a hub serves it or not
    ///
    /// Each database is copied as it stands at one moment; the copy is opened, its pages are checked
    /// and its records are counted again. Each chunk is compared with its name; a store of chunks
    /// elsewhere (--objects) is not copied. To go back to it, end the hub, put the copy in the place of
    /// the data folder, and run `booqing-hub put-back`.
    Backup {
        #[command(flatten)]
        place: Place,
        /// The folder to make; it must not be there yet
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// Compute the hash of every record again, and what all of them add up to
    ///
    /// Desks are served meanwhile. A hub that serves does this once a month by itself, and says in its
    /// log what it found. What is damaged is named by its id; put back a copy that has it
    /// (`booqing-hub put-back`): desks then give back what the copy lacks.
    Examine {
        #[command(flatten)]
        place: Place,
    },
    /// Say that the data folder or the database was put back from a copy made earlier
    ///
    /// Run this after putting back a copy and before serving it. Every desk then stops, asks a
    /// person whether the hub was indeed put back, compares what it has with what the hub has, and
    /// gives back what the copy lacks. Desks that were kept out after the copy was made are let in again:
    /// see `booqing-hub desk list`.
    PutBack {
        #[command(flatten)]
        place: Place,
    },
    /// Make administrations
    #[command(subcommand)]
    Administration(AdministrationCommand),
    /// See which desks there are, and keep one out
    #[command(subcommand)]
    Desk(DeskCommand),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages
    Manual {
        /// The folder they are written to
        folder: PathBuf,
    },
}

#[derive(Subcommand)]
enum AdministrationCommand {
    /// Make an administration and print the invitation for its first desk
    Create {
        /// Its name, as desks show it
        name: String,
        #[command(flatten)]
        place: Place,
        /// Where desks reach the hub: host:port; where it listened last when left out
        #[arg(long, value_name = "ADDRESS")]
        address: Option<String>,
    },
}

#[derive(Subcommand)]
enum DeskCommand {
    /// Print every desk that was let in, a line each: JSON
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Keep a desk out from now on, while a hub serves or not: one that was lost, or stolen
    ///
    /// The hub refuses its certificate at its next request, and every invitation of its administration that
    /// waits: it may have made one. What is on it stays there until it is wiped, and what it had not sent
    /// waits there; it comes in again with a new invitation only, as another desk. Do it again after putting
    /// back a copy that was made before.
    Revoke {
        /// The administration: its id, as `booqing-hub desk list` prints it
        administration: String,
        /// The desk: its id
        desk: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Where a hub listens when nothing else is said.
const USUAL_ADDRESS: &str = "127.0.0.1:8443";
/// The file that says where the hub of a data folder listened last.
const LISTENING: &str = "listening";

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[expect(clippy::print_stderr, reason = "this is a command line")]
fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve { place, listen, watching, bounds } => {
            serve(&place, &listen, &watching, &bounds)
        }
        Command::Administration(AdministrationCommand::Create { name, place, address }) => {
            create(&name, &place, address)
        }
        Command::Desk(DeskCommand::List { place }) => desks(&place),
        Command::Desk(DeskCommand::Revoke { administration, desk, place }) => {
            revoke(&administration, &desk, &place)
        }
        Command::Backup { place, to } => back_up(&place, &to),
        Command::Examine { place } => examine(&place),
        Command::PutBack { place } => put_back(&place),
        Command::Completions { shell } => completions(shell),
        Command::Manual { folder } => manual(&folder),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("booqing-hub: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What a hub works with.
struct Opened {
    service: Service,
    /// That no other hub serves these files.
    _alone: Option<Serving>,
}

/// Opens the hub of a place; `alone` when no other hub may serve it meanwhile. A database may be
/// served by several.
fn open(place: &Place, alone: bool) -> Result<Opened, Box<dyn std::error::Error>> {
    let Some(database) = &place.database else {
        // The storage first: whether its folder is new tells whether a lost file was there.
        let storage = Arc::new(Embedded::open(&place.data)?);
        let _alone = if alone { Some(storage.serve_alone()?) } else { None };
        let authority = Authority::open(&place.data, SystemTime::now())?;
        return Ok(Opened { service: Service::new(storage, place.objects()?, authority), _alone });
    };
    let address = Address::parse(database, place.database_ca.as_deref())?;
    create_private_folder(&place.data)?;
    let authority = Authority::open(&place.data, SystemTime::now())?;
    let storage = Arc::new(Postgres::open(address, authority.identity())?);
    Ok(Opened { service: Service::new(storage, place.objects()?, authority), _alone: None })
}

#[expect(clippy::print_stdout, reason = "this is a command line")]
fn serve(place: &Place, listen: &str, watching: &Watching, bounds: &Bounds) -> Outcome {
    log::start(watching.log, std::io::stderr);
    let Opened { service, _alone } = open(place, true)?;
    let identity = service.authority().identity();
    let identity: String = identity.iter().map(|byte| format!("{byte:02x}")).collect();
    let service = Arc::new(service);
    service.hear_others()?;
    let limits = bounds.limits();
    allow_files(&limits);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let end = ToldToEnd::new()?;
        let mut server = Server::bind(listen, Arc::clone(&service), limits).await?;
        let metrics = match &watching.metrics {
            Some(address) => Some(server.watched_at(address).await?.to_string()),
            None => None,
        };
        let listening = server.address()?.to_string();
        std::fs::write(place.data.join(LISTENING), &listening)?;
        println!("{}", first_line(&listening, &identity, metrics.as_deref()));
        tracing::info!(version = env!("CARGO_PKG_VERSION"), listening, "the hub serves");
        let examining = tokio::spawn(examining::monthly(service, place.data.clone()));
        server.run(end.told()).await;
        examining.abort();
        tracing::info!("the hub has ended");
        Ok(())
    })
}

/// What a hub says of itself when it is ready.
fn first_line(listening: &str, identity: &str, metrics: Option<&str>) -> serde_json::Value {
    let mut line = json!({"listening": listening, "identity": identity});
    if let (Some(metrics), Some(line)) = (metrics, line.as_object_mut()) {
        line.insert("metrics".to_owned(), metrics.into());
    }
    line
}

/// Asks for as many open files as the connections may need, and the databases beside them. Where
/// it gets fewer, connections beyond them wait.
fn allow_files(limits: &Limits) {
    let needed = u64::try_from(limits.connections).unwrap_or(u64::MAX).saturating_mul(2);
    match rlimit::increase_nofile_limit(needed.max(4096)) {
        Ok(allowed) if allowed < needed => {
            tracing::warn!(allowed, needed, "fewer files may be open than connections need");
        }
        Ok(_) => {}
        Err(error) => tracing::warn!("how many files may be open cannot be changed: {error}"),
    }
}

#[expect(clippy::print_stdout, reason = "this is a command line")]
fn create(name: &str, place: &Place, address: Option<String>) -> Outcome {
    let Opened { service, .. } = open(place, false)?;
    let address = match address {
        Some(address) => address,
        None => last_address(&place.data)?,
    };
    let invitation = service.create_administration(name, &address, SystemTime::now())?;
    println!("{}", invitation.to_line());
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is a command line")]
fn desks(place: &Place) -> Outcome {
    let Opened { service, .. } = open(place, false)?;
    for (administration, Admission { desk, name, joined, revoked }) in service.desks()? {
        let administration = administration.to_string();
        println!(
            "{}",
            json!({"administration": administration, "desk": desk.to_string(), "name": name,
                "joined": joined, "revoked": revoked})
        );
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is a command line")]
fn revoke(administration: &str, desk: &str, place: &Place) -> Outcome {
    let id = |text: &str| {
        text.parse().map_err(|_| format!("{text} is no id: see `booqing-hub desk list`"))
    };
    let known = Desk { id: id(desk)?, administration: id(administration)? };
    let Opened { service, .. } = open(place, false)?;
    if !service.revoke(known, SystemTime::now())? {
        let none = "there is no such desk that may come in: see `booqing-hub desk list`";
        return Err(none.into());
    }
    println!("{}", json!({"revoked": desk}));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is a command line")]
fn put_back(place: &Place) -> Outcome {
    // A hub that serves these files would go on in the old epoch with what it has in memory.
    let Opened { service, _alone } = open(place, true)?;
    let count = service.put_back()?;
    println!("{}", json!({"put_back": count}));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is a command line")]
fn examine(place: &Place) -> Outcome {
    let Opened { service, .. } = open(place, false)?;
    let mut damaged = 0;
    service.examine(&|| true, |administration, examined| {
        let administration = administration.to_string();
        let examined = match examined {
            Ok(examined) => examined,
            Err(error) => {
                damaged += 1;
                let error = error.to_string();
                println!("{}", json!({"administration": administration, "error": error}));
                return;
            }
        };
        let named: Vec<String> = examined.named.iter().map(ToString::to_string).collect();
        println!(
            "{}",
            json!({"administration": administration, "records": examined.records,
                "damaged": examined.damaged, "named": named,
                "miscounted": examined.is_miscounted})
        );
        damaged += usize::from(!examined.is_sound());
    })?;
    if damaged == 0 {
        return Ok(());
    }
    Err(format!(
        "the records of {damaged} administrations are not as they were stored; put back a copy that \
         has them and say so with put-back"
    )
    .into())
}

#[expect(clippy::print_stdout, reason = "this is a command line")]
fn back_up(place: &Place, to: &Path) -> Outcome {
    if place.database.is_some() {
        return Err("the records are in the database: copy it with its own tools (pg_dump, \
                    pg_basebackup), then the store of chunks, and keep a copy of authority.key and \
                    authority.crt of the data folder, by which desks know this hub"
            .into());
    }
    // Opening makes a new one. What lacks one of the two has lost it, and opening says so.
    if ["directory.db", "storage.key"].iter().all(|file| !place.data.join(file).exists()) {
        return Err(format!("{} is no data folder of a hub", place.data.display()).into());
    }
    let Copied { administrations, chunks, bytes } = Embedded::open(&place.data)?.back_up(to)?;
    // A store of chunks elsewhere has copies of its own.
    let chunks = place.objects.is_none().then_some(chunks);
    println!(
        "{}",
        json!({"backup": to, "administrations": administrations, "chunks": chunks, "bytes": bytes})
    );
    Ok(())
}

/// Where desks on this machine reach the hub of a data folder.
fn last_address(data: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let Ok(last) = std::fs::read_to_string(data.join(LISTENING)) else {
        return Ok(USUAL_ADDRESS.to_owned());
    };
    let is_everywhere = last.parse::<SocketAddr>().is_ok_and(|last| last.ip().is_unspecified());
    if is_everywhere {
        return Err(format!(
            "the hub listens on every address of this machine ({last}): say with --address under \
             which one desks reach it, such as hub.example.org:8443"
        )
        .into());
    }
    Ok(last)
}

fn completions(shell: clap_complete::Shell) -> Outcome {
    let mut output = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "booqing-hub", &mut output);
    Ok(std::io::stdout().lock().write_all(&output)?)
}

fn manual(folder: &Path) -> Outcome {
    std::fs::create_dir_all(folder)?;
    Ok(clap_mangen::generate_to(Arguments::command(), folder)?)
}

/// SIGTERM and Ctrl C, listened for from the moment this is made.
///
/// It is made before the hub says that it listens: who reads that line may end the hub at once, and
/// a signal that nobody listens for yet ends it in the middle of whatever it does.
struct ToldToEnd {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

#[cfg(unix)]
impl ToldToEnd {
    /// Begins to listen; within a runtime.
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { signals: [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?] })
    }

    /// Ends with the first of them.
    async fn told(mut self) {
        let [terminate, interrupt] = &mut self.signals;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl ToldToEnd {
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    async fn told(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
