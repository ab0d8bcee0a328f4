//! What benchmarks need around them: folders, a hub, desks.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use booqing_desk::join::{Joined, join};
use booqing_desk::{Desk, Home, Unlock};
use booqing_keys::{Passphrase, Slots};
use booqing_model::Id;
use booqing_store::{Cache, Identity};
use serde_json::Value;

use crate::measure::Outcome;

/// The passphrase of every home: there is nothing in them to protect.
const PASSPHRASE: &str = "vijf woorden voor een meting";

/// The folder of a benchmark, emptied.
pub(crate) fn empty(folder: &Path) -> Outcome<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Ok(folder.canonicalize()?)
}

/// A program that stands beside this one.
pub(crate) fn beside(name: &str) -> Outcome<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(name);
    if path.exists() {
        Ok(path)
    } else {
        Err(format!("{} is not built: run this through `cargo xtask bench`", path.display()).into())
    }
}

/// A runtime as the command line has it.
pub(crate) fn runtime() -> Outcome<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// A hub that serves; it ends with this value.
#[derive(Debug)]
pub(crate) struct Hub {
    process: Child,
    data: PathBuf,
    database: Option<String>,
    /// Where it listens.
    pub(crate) address: String,
}

impl Hub {
    /// Starts a hub on a folder.
    pub(crate) fn start(data: &Path) -> Outcome<Self> {
        Self::start_on(data, None)
    }

    /// Starts a hub on a folder, with its records in a database when one is named.
    pub(crate) fn start_on(data: &Path, database: Option<&str>) -> Outcome<Self> {
        let database = database.map(str::to_owned);
        let mut process = program(database.as_deref())?
            // What a hub takes is asked for here, not what it lets one desk have.
            .args(["serve", "--rate", "1000000", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("the hub has no output")?;
        let data = data.to_path_buf();
        let mut hub = Self { process, data, database, address: String::new() };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let told: Value = serde_json::from_str(&line)?;
        let address = told.get("listening").and_then(Value::as_str);
        hub.address = address.ok_or("the hub does not say where it listens")?.to_owned();
        Ok(hub)
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.process.id()
    }

    /// Makes an administration and gives the invitation for its first desk.
    pub(crate) fn administration(&self, name: &str) -> Outcome<String> {
        let made = program(self.database.as_deref())?
            .args(["administration", "create", name, "--address", &self.address, "--data"])
            .arg(&self.data)
            .output()?;
        let line = String::from_utf8(made.stdout)?.trim().to_owned();
        if made.status.success() { Ok(line) } else { Err("no administration was made".into()) }
    }
}

fn program(database: Option<&str>) -> Outcome<Command> {
    let mut command = Command::new(beside("booqing-hub")?);
    match database {
        Some(url) => command.env("BOOQING_DATABASE", url),
        None => command.env_remove("BOOQING_DATABASE"),
    };
    Ok(command)
}

impl Drop for Hub {
    fn drop(&mut self) {
        // What has ended already need not be ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn unlock() -> Unlock {
    Unlock::Passphrase(passphrase())
}

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.to_owned())
}

/// A new desk that comes in with an invitation, and is open.
pub(crate) async fn desk(folder: &Path, invitation: &str, name: &str) -> Outcome<(Joined, Desk)> {
    let home = Arc::new(Home::open(folder)?);
    let joined = join(&home, &unlock(), invitation, name).await?;
    Ok((joined, Desk::open(home, &unlock())?))
}

/// A desk that came in before.
pub(crate) fn again(folder: &Path) -> Outcome<Desk> {
    Ok(Desk::open(Arc::new(Home::open(folder)?), &unlock())?)
}

/// The cache of a desk, beside the desk.
pub(crate) fn cache(folder: &Path, administration: Id) -> Outcome<Cache> {
    let mut slots = Slots::read(folder)?;
    let key = slots.open_with_passphrase(&passphrase())?.key.cache_key(administration.as_bytes());
    let identity = Identity { installation: slots.installation().to_owned(), administration };
    let path = folder.join("caches").join(format!("{administration}.db"));
    Ok(Cache::open(&path, key, &identity)?)
}
