//! Search over everything.

use booqing_model::Id;
use booqing_store::{Reader, Row};
use serde::Serialize;
use ts_rs::TS;

use crate::{Desk, Result};

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export, rename = "Hit")]
pub struct Found {
    /// The record class.
    pub class: String,
    /// The record.
    pub id: Id,
    /// By what a person recognises it.
    pub title: String,
    /// What else tells it from others: the city, the day, the client.
    pub detail: String,
    /// The client it is or is about.
    pub client: Option<Id>,
}

impl Desk {
    /// The records in which every word of the text begins a word, best first.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Found>> {
        self.cache.read(|reader| {
            let mut found = Vec::new();
            for hit in reader.search(text, limit)? {
                let Some(row) = reader.get(&hit.class, hit.id)? else { continue };
                found.push(describe(reader, hit.class, hit.title, &row));
            }
            Ok(found.into_iter().collect())
        })?
    }
}

fn describe(reader: &Reader<'_>, class: String, title: String, row: &Row) -> Result<Found> {
    let text = |name: &str| row.fields.text(name).unwrap_or_default();
    let client = row.fields.text("client").and_then(|id| id.parse().ok());
    let name = Desk::client_name(reader, client)?;
    let day = |name: &str| text(name).get(..10).unwrap_or_default().to_owned();
    let (detail, client) = match class.as_str() {
        "client" => {
            let city = crate::client::city_of(&row.fields).unwrap_or_default();
            let parts = [city, text("email").to_owned(), text("phone").to_owned()];
            (joined(parts), Some(row.id))
        }
        "booking" => (joined([day("starts"), name]), client),
        "document" => (joined([day("document_date"), name]), client),
        _ => (name, client),
    };
    Ok(Found { class, id: row.id, title, detail, client })
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
