//! What the sync engine asks of the history of a record.

use booqing_model::{Fields, Id};

use super::Exchange;
use crate::Result;
use crate::rows::Row;
use crate::tables::history::{self, HistoryKind};

impl Exchange<'_> {
    /// The version of a record's last change here, 0 when it was never here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_version(&self, id: Id) -> Result<i64> {
        history::last_version(self.database, id)
    }

    /// The values a record had at an earlier version: what was changed since is taken back from what it is
    /// now, nothing for a record that was deleted since.
    ///
    /// # Errors
    /// When the database fails.
    pub fn fields_at(&self, id: Id, now: Option<&Row>, version: i64) -> Result<Fields> {
        let mut fields = now.map(|row| row.fields.clone()).unwrap_or_default();
        for entry in history::of_record(self.database, id)? {
            if entry.version <= version {
                break;
            }
            for name in entry.after.names() {
                let before = entry.before.get(name).cloned().unwrap_or_default();
                fields.set(name, before);
            }
        }
        Ok(fields)
    }

    /// The values that a record had when it was last deleted; `None` when it never was.
    ///
    /// # Errors
    /// When the database fails.
    pub fn deleted_values(&self, id: Id) -> Result<Option<Fields>> {
        let entries = history::of_record(self.database, id)?;
        let deletion = entries.into_iter().find(|entry| entry.kind == HistoryKind::Delete);
        Ok(deletion.map(|entry| entry.before))
    }

    /// Whether somebody has set a field of a record at this desk.
    ///
    /// # Errors
    /// When the database fails.
    pub fn was_set_here(&self, id: Id, field: &str) -> Result<bool> {
        let entries = history::of_record(self.database, id)?;
        let sets = |after: &booqing_model::fields::Patch| after.names().any(|name| name == field);
        Ok(entries.iter().any(|entry| entry.step.is_some() && sets(&entry.after)))
    }
}
