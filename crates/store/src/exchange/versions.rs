//! What the sync engine does about what a version before did not know.

use booqing_model::Id;
use booqing_model::parts::Unknown;

use super::Exchange;
use crate::rows::{self, Row};
use crate::tables::{connection, history};
use crate::{Result, search};

impl Exchange<'_> {
    /// Writes a record of which more is known now, and nothing else than before.
    ///
    /// # Errors
    /// [`crate::StoreError::Misfit`] when a value does not fit its column.
    pub fn put_known(&self, class: &str, row: &Row) -> Result<()> {
        self.known.writes(class);
        rows::update(self.database, class, row)?;
        search::put(self.database, class, row.id, &row.fields)
    }

    /// What was kept of a record that was deleted here and of which a version before did not know all.
    ///
    /// # Errors
    /// When the database fails.
    pub fn kept_unknown(&self, id: Id) -> Result<Unknown> {
        rows::read_unknown(history::kept_unknown(self.database, id)?.as_deref())
    }

    /// The records of a class that have fields that the program they came to did not know.
    ///
    /// # Errors
    /// When the database fails.
    pub fn with_unknown(&self, class: &str) -> Result<Vec<Id>> {
        rows::with_unknown(self.database, class)
    }

    /// Notes of which register the program is that has read everything here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_read_with(&self, register: [u8; 16]) -> Result<()> {
        connection::set_read_with(self.database, register)
    }
}
