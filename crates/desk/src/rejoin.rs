//! A desk comes in again: the hub has found that there are two of it, or does not know it any more.

use booqing_model::Id;
use booqing_protocol::Invitation;
use booqing_sync::driver::{self, SystemSurroundings};
use booqing_sync::inward::Surroundings;
use booqing_sync::wire::{model_id, wire_id};
use serde::Serialize;

use crate::changes::Changes;
use crate::{Desk, DeskError, Result, desks};

/// What came of coming in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejoined {
    /// This desk, as the hub knows it from now on.
    pub desk: Id,
    /// Changes that wait and go along with the next sync.
    pub waiting: u64,
}

impl Desk {
    /// Comes in again with an invitation to the same administration, and gives the desk as it is from
    /// now on, by the name it had or by another. Everything that is here stays, and what waits goes along
    /// with the next sync.
    ///
    /// # Errors
    /// [`DeskError::Invitation`]; [`DeskError::OtherAdministration`], before the invitation is used;
    /// [`DeskError::Joining`]. Everything is as it was then.
    pub async fn rejoin(
        &self,
        invitation: &str,
        desk_name: Option<&str>,
    ) -> Result<(Self, Rejoined)> {
        let invitation = Invitation::from_line(invitation)?;
        if model_id(invitation.administration) != self.administration {
            return Err(DeskError::OtherAdministration);
        }
        let before = self.connection.desk.to_string();
        let before = self.cache.read(|reader| Ok(desks::name_of(reader, &before)))??;
        let desk_name = desk_name.unwrap_or(&before);
        let id = wire_id(SystemSurroundings.id()?);
        let enrolled =
            driver::join(&invitation, id, desk_name).await.map_err(DeskError::Joining)?;
        let connection = enrolled.connection;
        if connection.administration_key != self.connection.administration_key {
            return Err(DeskError::OtherAdministration);
        }
        self.cache.write(|writer| {
            writer.rejoin(&connection)?;
            desks::introduce(writer, connection.desk, desk_name)
        })?;
        let waiting = self.cache.read(|reader| reader.outbox_len())?.unsigned_abs();
        let rejoined = Rejoined { desk: connection.desk, waiting };
        let desk = Self {
            home: self.home.clone(),
            keys: self.keys.clone(),
            cache: self.cache.clone(),
            connection,
            administration: self.administration,
            changes: Changes::default(),
            chunks: self.chunks.clone(),
            fetching: tokio::sync::Mutex::default(),
            hub: tokio::sync::Mutex::default(),
        };
        Ok((desk, rejoined))
    }
}
