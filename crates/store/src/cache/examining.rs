//! What an examination reads.

use booqing_model::Id;
use booqing_model::time::Moment;

use super::Reader;
use crate::Result;
use crate::tables::{connection, synced};

impl Reader<'_> {
    /// Records behind an id whose values can be held against what they were, in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub fn kept_after(&self, after: Id, limit: u32) -> Result<Vec<synced::Kept>> {
        synced::kept(self.connection, after, limit)
    }

    /// With which register everything was last read; `None` before the first time.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read_with(&self) -> Result<Option<[u8; 16]>> {
        connection::read_with(self.connection)
    }

    /// When everything was last examined.
    ///
    /// # Errors
    /// When the database fails.
    pub fn examined_at(&self) -> Result<Option<Moment>> {
        Ok(connection::examined(self.connection)?.map(Moment))
    }
}
