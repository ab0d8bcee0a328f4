//! A PostgreSQL server for tests and measurements.
//!
//! Debian's programs, run as a user of their own on a socket in a temporary folder. The server ends
//! and the folder goes when the program that asked for it ends, however it ends: the shell that
//! watches over the server reads a pipe of which only that program has the other end.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The port names the socket, where nothing listens on TCP.
const PORT: u16 = 5432;
/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// What watches over the server: it ends it when its own input ends, and takes the folder away.
const WATCH: &str = r#"
"$1"/postgres -D "$2/data" -k "$2" -p "$3" $4 >"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT $server 2>/dev/null
wait $server
rm -rf "$2"
"#;

/// Whether a committed transaction has to survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As in an office: what is measured is what people get.
    Full,
    /// The machine does not lose power during a test.
    UntilPowerFails,
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    child: Child,
    alive: Option<ChildStdin>,
    made: AtomicU32,
}

impl Server {
    /// Starts one.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the error carries what it said.
    pub fn start(durability: Durability) -> io::Result<Self> {
        Self::start_with(durability, None)
    }

    /// Starts one that also listens on a port of this machine, over TLS with this certificate and its
    /// key (PEM).
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_over_tls(certificate: &str, key: &str) -> io::Result<Self> {
        let mut tries = 0;
        loop {
            tries += 1;
            match Self::start_with(Durability::UntilPowerFails, Some((certificate, key))) {
                // Somebody took the port between looking for one and listening on it.
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && tries < 5 => {}
                done => return done,
            }
        }
    }

    fn start_with(durability: Durability, tls: Option<(&str, &str)>) -> io::Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("booqing-pg-").tempdir()?.keep();
        let mut options = "-c max_connections=200".to_owned();
        if let Some((certificate, key)) = tls {
            let (certificate_path, key_path) = (folder.join("tls.crt"), folder.join("tls.key"));
            std::fs::write(&certificate_path, certificate)?;
            std::fs::write(&key_path, key)?;
            succeed(Command::new("chmod").arg("600").arg(&key_path))?;
            options.push_str(" -c listen_addresses=127.0.0.1 -c ssl=on");
            for (name, path) in [("cert", certificate_path), ("key", key_path)] {
                options.push_str(&format!(" -c ssl_{name}_file={}", path.display()));
            }
        } else {
            options.push_str(" -c listen_addresses=");
        }
        if is_root()? {
            // PostgreSQL refuses to run as root.
            succeed(Command::new("chown").args(["-R", "postgres"]).arg(&folder))?;
        }
        let data = folder.join("data");
        let mut init = as_its_user("sh")?;
        init.arg("-c").arg(r#"exec "$1"/initdb -D "$2" -U owner -A trust -E UTF8 --no-sync"#);
        succeed(init.arg("sh").arg(&programs).arg(&data).arg("--locale=C"))?;
        if durability == Durability::UntilPowerFails {
            options.push_str(" -c fsync=off -c full_page_writes=off");
        }
        // As late as can be: it is free until another program takes it.
        let port = match tls {
            Some(_) => std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port(),
            None => PORT,
        };
        let mut child = as_its_user("sh")?
            .arg("-c")
            .arg(WATCH)
            .arg("sh")
            .arg(&programs)
            .arg(&folder)
            .arg(port.to_string())
            .arg(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let alive = child.stdin.take();
        let server = Self { folder, programs, port, child, alive, made: AtomicU32::new(0) };
        server.wait()?;
        Ok(server)
    }

    fn wait(&self) -> io::Result<()> {
        let started = Instant::now();
        loop {
            let asked = Command::new(self.programs.join("pg_isready"))
                .args(["-q", "-h"])
                .arg(&self.folder)
                .args(["-p", &self.port.to_string()])
                .status()?;
            if asked.success() {
                return Ok(());
            }
            let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            if log.contains("Address already in use") {
                return Err(io::Error::new(io::ErrorKind::AddrInUse, log));
            }
            if started.elapsed() > PATIENCE {
                return Err(io::Error::other(format!("PostgreSQL does not start: {log}")));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Makes an empty database and its owner, who may not go around row-level security. The answer
    /// is where to reach it, as a URL.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn database(&self) -> io::Result<String> {
        let name = format!("hub{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS"))?;
        self.sql("postgres", &format!("CREATE DATABASE {name} OWNER {name}"))?;
        Ok(self.url(&name, &name))
    }

    /// Where a user reaches a database.
    pub fn url(&self, user: &str, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://{user}@{folder}:{}/{database}", self.port)
    }

    /// The port, which is one of this machine for a server over TLS.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What statements give in a database, as the user who may do everything: unaligned, without
    /// headings.
    ///
    /// # Errors
    /// When one of them fails.
    pub fn sql(&self, database: &str, statements: &str) -> io::Result<String> {
        self.sql_as("owner", database, statements)
    }

    /// What statements give in a database, as one of its users.
    ///
    /// # Errors
    /// When one of them fails.
    pub fn sql_as(&self, user: &str, database: &str, statements: &str) -> io::Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h"]).arg(&self.folder);
        psql.args(["-p", &self.port.to_string(), "-U", user, "-d", database, "-c", statements]);
        Ok(String::from_utf8_lossy(&succeed(&mut psql)?.stdout).trim_end().to_owned())
    }

    /// Everything in a database, as its operator's backup has it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn dump(&self, database: &str) -> io::Result<Vec<u8>> {
        let mut dump = Command::new(self.programs.join("pg_dump"));
        dump.arg("-h").arg(&self.folder).args(["-p", &self.port.to_string(), "-U", "owner"]);
        Ok(succeed(dump.arg(database))?.stdout)
    }

    /// The folder with its data and its log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.alive.take());
        let _ = self.child.wait();
    }
}

/// A database on the one server of this program, which ends with the program.
///
/// # Errors
/// When there is no server, or it refuses.
pub fn database() -> io::Result<String> {
    with_shared(Server::database)
}

/// Does something with the one server of this program.
///
/// # Errors
/// When it does not start, and what the work gives.
pub fn with_shared<T>(work: impl FnOnce(&Server) -> io::Result<T>) -> io::Result<T> {
    static SHARED: Mutex<Option<Server>> = Mutex::new(None);
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if shared.is_none() {
        *shared = Some(Server::start(Durability::UntilPowerFails)?);
    }
    shared.as_ref().map_or_else(|| Err(io::Error::other("no server")), work)
}

/// The folder with PostgreSQL's programs, of the newest version there is.
fn programs() -> io::Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let mut found: Vec<(u32, PathBuf)> = versions
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let programs = entry.path().join("bin");
            let version = entry.file_name().to_str()?.parse().ok()?;
            programs.join("postgres").exists().then_some((version, programs))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, programs)| programs).ok_or_else(|| {
        io::Error::other("PostgreSQL is not installed: `apt-get install postgresql`")
    })
}

fn is_root() -> io::Result<bool> {
    Ok(succeed(Command::new("id").arg("-u"))?.stdout.starts_with(b"0\n"))
}

fn as_its_user(program: &str) -> io::Result<Command> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", program]).current_dir("/");
    Ok(command)
}

fn succeed(command: &mut Command) -> io::Result<Output> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(output);
    }
    let mut said = Vec::new();
    write!(said, "{:?}: ", command.get_program())?;
    said.extend_from_slice(&output.stderr);
    Err(io::Error::other(String::from_utf8_lossy(&said).into_owned()))
}
