//! A whole office that comes back in the same moment, as after the hub was away, and what another
//! office notices of it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use booqing_protocol::message::{ChangeSet, Cursor, Page, Pull, Push, Pushed};
use booqing_protocol::{Id, Invitation, VERSION};
use booqing_store::tables::connection::Connection;
use booqing_sync::SyncError;
use booqing_sync::driver::{HubClient, News, invite, join};
use tokio::sync::Barrier;

use super::record;
use crate::measure::{Figure, Memory, Outcome, Samples, rounded, tell};
use crate::office::Hub;

/// How long another office is watched before and after.
const CALM: Duration = Duration::from_secs(2);

/// A desk of a hub.
struct Desk {
    id: Id,
    administration: Id,
    connection: Connection,
}

impl Desk {
    async fn join(line: &str, number: usize) -> Outcome<Self> {
        let id = Id(u128::try_from(number)?.to_be_bytes());
        let enrolled = join(&Invitation::from_line(line)?, id, "A").await?;
        let administration = Id(enrolled.administration.0);
        Ok(Self { id, administration, connection: enrolled.connection })
    }

    /// This desk, of a hub that listens elsewhere now.
    fn moved(mut self, hub: &Hub) -> Self {
        self.connection.address.clone_from(&hub.address);
        self
    }

    fn client(&self) -> Result<HubClient, SyncError> {
        let connection = &self.connection;
        let identity = (connection.certificate.as_slice(), connection.private_key.as_slice());
        HubClient::new(&connection.address, connection.hub_identity, Some(identity))
    }

    async fn push(&self, client: &mut HubClient, n: u64) -> Outcome<Duration> {
        let push = Push {
            version: VERSION,
            administration: self.administration,
            acknowledged: Cursor::default(),
            changes: vec![ChangeSet { n, records: vec![record(self.id, n)?] }],
        };
        let started = Instant::now();
        let _: Pushed = client.ask("/v1/push", &push).await?;
        Ok(started.elapsed())
    }

    /// Comes back: asks what is new, and listens.
    async fn comes_back(&self) -> Result<News, SyncError> {
        let pull = Pull {
            version: VERSION,
            administration: self.administration,
            cursor: Cursor::default(),
            whole: 0,
        };
        let _: Page = self.client()?.ask("/v1/pull", &pull).await?;
        News::listen(self.client()?, self.administration).await
    }
}

/// So many desks of one office come back at once.
pub(super) async fn measure(data: &Path, desks: usize) -> Outcome {
    let hub = Hub::start(data)?;
    let bystander = Desk::join(&hub.administration("Kantoor De Wit")?, 1_000_000).await?;
    let office = office(&hub, desks).await?;
    tell(&format!("{desks} desks come back"));
    drop(hub);
    let hub = Hub::start(data)?;
    let office: Vec<_> = office.into_iter().map(|desk| desk.moved(&hub)).map(Arc::new).collect();
    let bystander = bystander.moved(&hub);
    let mut beside = bystander.client()?;
    let mut n = 0;
    let calm = until(&bystander, &mut beside, &mut n, tokio::time::sleep(CALM)).await?;
    let before = Memory::of(hub.process());

    let all = Arc::new(Barrier::new(desks));
    let started = Instant::now();
    let back: Vec<_> = office
        .iter()
        .map(|desk| {
            let (desk, all) = (Arc::clone(desk), Arc::clone(&all));
            tokio::spawn(async move {
                all.wait().await;
                let began = Instant::now();
                let news = desk.comes_back().await.map_err(|error| error.to_string())?;
                Ok::<_, String>((news, began.elapsed()))
            })
        })
        .collect();
    let (mut listening, mut samples) = (Vec::new(), Samples::default());
    let coming = async {
        for task in back {
            let (news, time) = task.await??;
            samples.add(time);
            listening.push(news);
        }
        Outcome::Ok(())
    };
    let mut came = Ok(());
    let busy = until(&bystander, &mut beside, &mut n, async { came = coming.await }).await?;
    came?;
    let time = started.elapsed();
    let after = Memory::of(hub.process());

    let first = office.first().ok_or("no desk")?;
    let mut client = first.client()?;
    first.push(&mut client, 1).await?;
    let stored = Instant::now();
    let mut told = Samples::default();
    for mut news in listening {
        news.next().await?;
        told.add(stored.elapsed());
    }

    let milliseconds =
        |samples: &Samples, percent| rounded(samples.percentile(percent).as_secs_f64() * 1e3);
    let kib = |bytes: u64| bytes / 1024;
    Figure::seconds("hub.files.return", time)
        .with("desks", desks)
        .with("desk_p50_ms", milliseconds(&samples, 50))
        .with("desk_p99_ms", milliseconds(&samples, 99))
        .with("told_last_ms", milliseconds(&told, 100))
        .with("beside_calm_p99_ms", milliseconds(&calm, 99))
        .with("beside_p99_ms", milliseconds(&busy, 99))
        .with("beside_worst_ms", milliseconds(&busy, 100))
        .with("hub_memory_kib", kib(before.resident))
        .with("hub_peak_kib", kib(after.peak))
        .with("kib_per_desk", kib(after.peak.saturating_sub(before.resident)) / desks.max(1) as u64)
        .print();
    Ok(())
}

/// The desks of an office: the first invites the others.
async fn office(hub: &Hub, desks: usize) -> Outcome<Vec<Desk>> {
    let first = Desk::join(&hub.administration("Kantoor Van Dijk")?, 1).await?;
    let mut inviting = first.client()?;
    let mut all = Vec::with_capacity(desks);
    for number in 2..=desks {
        let invited = invite(&mut inviting, first.administration, &first.connection).await?;
        all.push(Desk::join(&invited.to_line(), number).await?);
    }
    all.push(first);
    Ok(all)
}

/// What one more push takes another office, again and again until this is over.
async fn until(
    desk: &Desk,
    client: &mut HubClient,
    n: &mut u64,
    over: impl Future<Output = ()>,
) -> Outcome<Samples> {
    let mut over = std::pin::pin!(over);
    let mut samples = Samples::default();
    let mut is_over = false;
    while !is_over {
        *n += 1;
        let mut push = std::pin::pin!(desk.push(client, *n));
        let pushed = tokio::select! {
            pushed = &mut push => pushed,
            // What is under way is brought to its end: its number is given.
            () = &mut over => {
                is_over = true;
                push.await
            }
        };
        samples.add(pushed?);
    }
    Ok(samples)
}
