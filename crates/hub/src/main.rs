//! `booqing-hub`: the server.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use booqing_hub::authority::Authority;
use booqing_hub::storage::embedded::Embedded;
use booqing_hub::{Server, Service};
use clap::{CommandFactory, Parser, Subcommand};
use serde_json::json;

/// The server that desks sync with. It orders and stores what it cannot read.
#[derive(Parser)]
#[command(name = "booqing-hub", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until told to end
    Serve {
        /// The folder that holds everything of the hub; made when it is not there
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// The address to listen on; port 0 picks one
        #[arg(long, value_name = "ADDRESS", default_value = USUAL_ADDRESS)]
        listen: String,
    },
    /// Say that the data folder was put back from a copy made earlier
    ///
    /// Run this after putting back a copy and before serving it. Every desk then stops, asks a
    /// person whether the hub was indeed put back, compares what it has with what the hub has, and
    /// gives back what the copy lacks.
    PutBack {
        /// The folder that holds everything of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Make administrations
    #[command(subcommand)]
    Administration(AdministrationCommand),
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
        /// The folder that holds everything of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Where desks reach the hub: host:port; where it listened last when left out
        #[arg(long, value_name = "ADDRESS")]
        address: Option<String>,
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
        Command::Serve { data, listen } => serve(&data, &listen),
        Command::Administration(AdministrationCommand::Create { name, data, address }) => {
            create(&name, &data, address)
        }
        Command::PutBack { data } => put_back(&data),
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

/// Opens the hub of a data folder. The storage is opened first: it makes the folder.
fn open(data: &Path) -> Result<(Arc<Embedded>, Authority), Box<dyn std::error::Error>> {
    let storage = Arc::new(Embedded::open(data)?);
    let authority = Authority::open(data, SystemTime::now())?;
    Ok((storage, authority))
}

#[expect(clippy::print_stdout, reason = "this is a command line")]
fn serve(data: &Path, listen: &str) -> Outcome {
    let (storage, authority) = open(data)?;
    let _serving = storage.serve_alone()?;
    let identity: String = authority.identity().iter().map(|byte| format!("{byte:02x}")).collect();
    let service = Arc::new(Service::new(storage, authority));
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let end = ToldToEnd::new()?;
        let server = Server::bind(listen, service).await?;
        let listening = server.address()?.to_string();
        std::fs::write(data.join(LISTENING), &listening)?;
        println!("{}", json!({"listening": listening, "identity": identity}));
        server.run(end.told()).await;
        Ok(())
    })
}

#[expect(clippy::print_stdout, reason = "this is a command line")]
fn create(name: &str, data: &Path, address: Option<String>) -> Outcome {
    let (storage, authority) = open(data)?;
    let address = match address {
        Some(address) => address,
        None => last_address(data)?,
    };
    let service = Service::new(storage, authority);
    let invitation = service.create_administration(name, &address, SystemTime::now())?;
    println!("{}", invitation.to_line());
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is a command line")]
fn put_back(data: &Path) -> Outcome {
    let (storage, authority) = open(data)?;
    // A hub that serves would go on in the old epoch with what it has in memory.
    let _alone = storage.serve_alone()?;
    let count = Service::new(storage, authority).put_back()?;
    println!("{}", json!({"put_back": count}));
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
