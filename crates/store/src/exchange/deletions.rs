//! What syncs have deleted: what asks a person before it becomes much counts it.

use super::Exchange;
use crate::Result;
use crate::tables::{deletion, sealing_key};

impl Exchange<'_> {
    /// How many records of a class syncs have deleted since the last one that came to its end, and how many
    /// there were before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn deletions(&self, class: &str) -> Result<Option<(i64, i64)>> {
        deletion::get(self.database, class)
    }

    /// Notes that.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_deletions(&self, class: &str, counts: (i64, i64)) -> Result<()> {
        deletion::put(self.database, class, counts)
    }

    /// Notes that a sync came to its end: deletions are counted anew.
    ///
    /// # Errors
    /// When the database fails.
    pub fn clear_deletions(&self) -> Result<()> {
        deletion::clear(self.database)
    }

    /// How many keys there are here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count_keys(&self) -> Result<u64> {
        sealing_key::count(self.database)
    }
}
