//! A sync, asked for by a person or a script.

use std::sync::Arc;

pub use booqing_sync::Consent;
pub use booqing_sync::driver::Intake;
use booqing_sync::driver::{self, HubClient, SystemSurroundings};
use booqing_sync::examining;
pub use booqing_sync::examining::Examined;
use booqing_sync::inward::Surroundings;
use booqing_sync::local::Work;
use serde::Serialize;

use crate::{Desk, Result};

/// What a sync came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Synchronised {
    /// Changes the hub has stored.
    pub pushed: u64,
    /// Records that came in.
    pub pulled: u64,
    /// Records changed on both sides and merged.
    pub merged: u64,
    /// Conflicts that were found.
    pub conflicts: u64,
    /// Bookings that lost their place to others.
    pub clashes: u64,
    /// Changes that came too late for a sealed year.
    pub late: u64,
    /// Changes that the hub refused, or that wait for the next sync.
    pub refused: u64,
    /// Records that differed without a change to explain it, and were fetched again.
    pub repaired: u64,
    /// Records that the hub had lost and that were given back to it.
    pub given_back: u64,
    /// The hub's last revision.
    pub head: u64,
    /// Whether both sides had the same at the end.
    pub equal: bool,
}

impl Desk {
    /// Syncs once, with what a person has agreed to. `watch` is told how far it is with what comes in.
    ///
    /// # Errors
    /// [`crate::DeskError::Sync`]. What came in until then stays; what waits goes on waiting.
    pub async fn synchronise(
        &self,
        consent: Consent,
        watch: impl FnMut(Intake) + Send,
    ) -> Result<Synchronised> {
        let sealer = Arc::new(self.sealer()?);
        let surroundings: Arc<dyn Surroundings + Send + Sync> = Arc::new(SystemSurroundings);
        let work = Work::new(&self.cache, &sealer, &surroundings, consent);
        // One sync at a time; its connection is there for the next one, unless this one is given up.
        let mut kept = self.hub.lock().await;
        let mut client = match kept.take() {
            Some(client) => client,
            None => self.hub_client()?,
        };
        let mut summary = driver::sync(&work, &mut client, consent, watch).await?;
        if examining::is_due(&self.cache, surroundings.now())? {
            match self.examine().await {
                Ok(examined) if examined.damaged > 0 => {
                    // What is not as it was is fetched again.
                    let again = driver::sync(&work, &mut client, consent, |_| {}).await?;
                    summary.repaired += again.repaired + again.pulled;
                    summary.equal = again.equal;
                }
                Ok(_) => {}
                // The sync was done. What is damaged is told when the desk opens and where it is read; it
                // is not looked for again with every sync.
                Err(_) => examining::put_off(&self.cache, surroundings.now())?,
            }
        }
        *kept = Some(client);
        drop(kept);
        Ok(Synchronised {
            pushed: summary.pushed,
            pulled: summary.pulled,
            merged: summary.merged,
            conflicts: summary.conflicts,
            clashes: summary.clashes,
            late: summary.late,
            refused: summary.refused,
            repaired: summary.repaired,
            given_back: summary.given_back,
            head: summary.head,
            equal: summary.equal,
        })
    }

    /// Holds every record here against what it was when it came or was sent, once a month by itself: disks
    /// rot. What is not as it was is fetched again by the next sync.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub async fn examine(&self) -> Result<Examined> {
        let (cache, sealer) = (Arc::clone(&self.cache), self.sealer()?);
        let examine = move || examining::examine(&cache, &sealer, &SystemSurroundings);
        match tokio::task::spawn_blocking(examine).await {
            Ok(examined) => Ok(examined?),
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    }

    /// What reaches the hub. Nothing is connected yet.
    pub(crate) fn hub_client(&self) -> Result<HubClient> {
        let hub = &self.connection;
        let certificate = (hub.certificate.as_slice(), hub.private_key.as_slice());
        Ok(HubClient::new(&hub.address, hub.hub_identity, Some(certificate))?)
    }

    /// Makes an invitation for another desk, shown to the person beside it: valid ten minutes, once.
    ///
    /// # Errors
    /// [`crate::DeskError::Sync`] when the hub cannot be reached.
    pub async fn invite(&self) -> Result<String> {
        let (hub, mut client) = (&self.connection, self.hub_client()?);
        let administration = booqing_sync::wire::wire_id(self.administration);
        let invitation = driver::invite(&mut client, administration, hub).await?;
        Ok(invitation.to_line())
    }
}
