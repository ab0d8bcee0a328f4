//! Search over everything.

use booqing_model::Id;
use serde::Serialize;

use crate::{Desk, Result};

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The record class.
    pub class: String,
    /// The record.
    pub id: Id,
    /// By what a person recognises it.
    pub title: String,
}

impl Desk {
    /// The records in which every word of the text begins a word, best first.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Found>> {
        let hits = self.cache.read(|reader| reader.search(text, limit))?;
        Ok(hits
            .into_iter()
            .map(|hit| Found { class: hit.class, id: hit.id, title: hit.title })
            .collect())
    }
}
