//! The connection is cut after every byte of a push and of a pull, in both directions.
//!
//! Each time something is entered, synced over a connection that is cut, and synced again over one that
//! is not. Then the hub must have it once, and both desks the same.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use booqing_hub::authority::Authority;
use booqing_hub::storage::embedded::Embedded;
use booqing_hub::{Limits, Objects, Server, Service};
use booqing_model::Id;
use serde_json::json;

use crate::desk::Desk;
use crate::proxy::{Proxy, Way};
use crate::{Outcome, print, runtime, tell};

/// Handshakes differ by a few bytes from one to the next.
const BEYOND: usize = 64;

/// Lines in one note.
const LINES: u64 = 20;

/// What is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Push,
    Pull,
}

pub(crate) fn run(every: usize) -> Outcome {
    let folder = tempfile::tempdir()?;
    runtime()?.block_on(async {
        let storage = Embedded::open(folder.path())?;
        let authority = Authority::open(folder.path(), SystemTime::now())?;
        let objects = Objects::in_folder(&Objects::folder_of(folder.path()))?;
        let service = Arc::new(Service::new(Arc::new(storage), objects, authority));
        let server = Server::bind("127.0.0.1:0", Arc::clone(&service), Limits::default()).await?;
        let address = server.address()?.to_string();
        let invitation = service.create_administration("Kantoor", &address, SystemTime::now())?;
        tokio::spawn(server.run(std::future::pending()));
        let proxy = Proxy::start(address.clone()).await?;
        let mut anna = Desk::join(&folder.path().join("anna"), &invitation, "anna").await?;
        let client = anna.enter("C-0001")?;
        anna.sync().await?;
        let invitation = anna.invite().await?;
        let mut bram = Desk::join(&folder.path().join("bram"), &invitation, "bram").await?;
        bram.sync().await?;
        let mut torture = Torture { proxy, address, anna, bram, client, entered: 0, failed: 0 };
        for what in [What::Push, What::Pull] {
            for way in [Way::Up, Way::Down] {
                torture.all(what, way, every).await?;
            }
        }
        torture.compare()
    })
}

struct Torture {
    proxy: Proxy,
    /// Where the hub itself listens.
    address: String,
    anna: Desk,
    bram: Desk,
    client: Id,
    /// How many lines were entered.
    entered: u64,
    /// How many syncs the cut ended.
    failed: u64,
}

impl Torture {
    /// Cuts after every byte of what goes one way.
    async fn all(&mut self, what: What, way: Way, every: usize) -> Outcome {
        let started = Instant::now();
        let length = self.length(what, way).await?;
        let (before, mut cuts) = (self.failed, 0);
        for bytes in (0..length + BEYOND).step_by(every) {
            self.once(what, Some((way, bytes))).await?;
            cuts += 1;
            if cuts % 500 == 0 {
                tell(&format!("{what:?} {way:?}: byte {bytes} of {length}"));
            }
        }
        print(&json!({
            "torture": "cut",
            "what": format!("{what:?}").to_lowercase(),
            "way": format!("{way:?}").to_lowercase(),
            "bytes": length,
            "every": every,
            "cuts": cuts,
            "syncs_ended_by_it": self.failed - before,
            "seconds": started.elapsed().as_secs_f64(),
        }))
    }

    /// How many bytes go that way when nothing is cut.
    async fn length(&mut self, what: What, way: Way) -> Outcome<usize> {
        let mut longest = 0;
        for _ in 0..3 {
            self.once(what, None).await?;
            longest = longest.max(usize::try_from(self.proxy.went(way))?);
        }
        Ok(longest)
    }

    /// Something is entered, and travels over a connection that is cut; then over one that is not.
    async fn once(&mut self, what: What, limit: Option<(Way, usize)>) -> Outcome {
        // What travels must not grow from one cut to the next.
        if self.entered.is_multiple_of(LINES) {
            self.client = self.anna.enter("C")?;
        }
        self.entered += 1;
        self.anna.add_line(self.client, &format!("line {}", self.entered))?;
        if what == What::Pull {
            settled(&mut self.anna).await?;
        }
        let (proxy, address) = (self.proxy.address.clone(), self.address.clone());
        self.proxy.cut(limit);
        let desk = match what {
            What::Push => &mut self.anna,
            What::Pull => &mut self.bram,
        };
        desk.at(&proxy)?;
        if let Err(error) = desk.sync().await {
            let is_from_the_cut =
                ["hub_unreachable", "not_tls", "bad_message", "timeout", "tls_handshake"]
                    .contains(&error.code());
            if limit.is_none() || !is_from_the_cut {
                return Err(format!("{what:?} cut at {limit:?}: {error}").into());
            }
            self.failed += 1;
        }
        desk.at(&address)?;
        settled(desk).await?;
        if what == What::Push && self.entered.is_multiple_of(50) {
            settled(&mut self.bram).await?;
            self.compare_now()?;
        }
        Ok(())
    }

    /// Both desks have every line, once.
    fn compare_now(&self) -> Outcome {
        let (anna, bram) = (self.anna.clients()?, self.bram.clients()?);
        if anna != bram {
            return Err(format!("after {} lines the desks differ", self.entered).into());
        }
        let notes = anna.iter().filter_map(|(_, client)| client.get("note")?.as_str());
        let mut lines: Vec<&str> = notes.flat_map(str::lines).collect();
        lines.sort_by_key(|line| line.split(' ').next_back().and_then(|n| n.parse::<u64>().ok()));
        let expected: Vec<String> =
            (1..=self.entered).map(|number| format!("line {number}")).collect();
        if lines != expected {
            return Err(format!("of {} lines {} are there", self.entered, lines.len()).into());
        }
        Ok(())
    }

    fn compare(&self) -> Outcome {
        self.compare_now()?;
        print(&json!({
            "torture": "cut",
            "entered": self.entered,
            "syncs_ended": self.failed,
            "differences": 0,
        }))
    }
}

/// Syncs over a whole connection: then nothing waits and both sides have the same.
async fn settled(desk: &mut Desk) -> Outcome {
    let summary = desk.sync().await?;
    if !summary.equal || summary.conflicts + summary.refused > 0 || desk.waiting()? > 0 {
        return Err(format!("over a whole connection a sync came to {summary:?}").into());
    }
    Ok(())
}
