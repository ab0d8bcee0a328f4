//! What the hub takes for each desk that reads everything at once.

use booqing_protocol::scan::{Manifest, Scan, Scanned, Stretch, Survey};
use booqing_protocol::{Id, Invitation, VERSION};
use booqing_sync::driver::{self, HubClient};
use tokio::runtime::Runtime;

use crate::measure::{Figure, Memory, Outcome};
use crate::office::Hub;

/// How many read at once.
const STREAMS: u8 = 8;
/// The most that each may take, in MiB.
const MOST: f64 = 4.0;

/// Lets desks read everything from the beginning, all at the same time, and keeps nothing of it.
/// `invite` gives an invitation for each.
pub(super) fn measure(
    runtime: &Runtime,
    hub: &Hub,
    label: &str,
    mut invite: impl FnMut() -> Outcome<String>,
) -> Outcome {
    let invitations = (0..STREAMS).map(|_| invite()).collect::<Outcome<Vec<String>>>()?;
    let before = Memory::begin_of(hub.process());
    let records = runtime.block_on(async {
        let readers: Vec<_> = (0..STREAMS)
            .zip(invitations)
            .map(|(number, line)| tokio::spawn(async move { read(number, &line).await }))
            .collect();
        let mut records = 0;
        for reader in readers {
            records += reader.await?.map_err(|error| error.to_string())?;
        }
        Outcome::Ok(records)
    })?;
    let peak = Memory::of(hub.process()).peak;
    let each = peak.saturating_sub(before.resident) / u64::from(STREAMS);
    Figure::new(label, each as f64 / 1_048_576.0, "MiB")
        .at_most(MOST)
        .with("streams", STREAMS)
        .with("records", records)
        .with("hub_before_bytes", before.resident)
        .with("hub_peak_bytes", peak)
        .print();
    Ok(())
}

/// Reads everything as a desk that has nothing: how many records.
async fn read(
    number: u8,
    invitation: &str,
) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    let invitation = Invitation::from_line(invitation)?;
    let enrolled = driver::join(&invitation, Id([0xa0 | number; 16]), "a reader").await?;
    let connection = enrolled.connection;
    let own = (&*connection.certificate, &*connection.private_key);
    let mut client = HubClient::new(&connection.address, connection.hub_identity, Some(own))?;
    let (version, administration) = (VERSION, enrolled.administration);
    let manifest: Manifest =
        client.ask("/v1/manifest", &Survey { version, administration }).await?;
    let buckets = manifest.holdings.0.keys().cloned();
    let buckets = buckets.map(|(class, fiscal_year)| Stretch::Bucket { class, fiscal_year });
    let mut stretches: Vec<Stretch> = buckets.chain([Stretch::Deleted]).collect();
    let (mut after, mut records) = (None, 0);
    while !stretches.is_empty() {
        let (at, left) = (manifest.at, stretches.clone());
        let scan = Scan { version, administration, at, stretches: left, after };
        let scanned: Scanned = client.ask("/v1/scan", &scan).await?;
        records += scanned.records.len();
        stretches.drain(..usize::try_from(scanned.ended)?.min(stretches.len()));
        after = scanned.after;
    }
    Ok(records)
}
