//! Documents, in lists.

use booqing_model::Id;
use booqing_store::{Condition, ListQuery, Reader, Row};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Desk, Result, originals};

const CLASS: &str = "document";

/// Which documents are asked for; the latest come first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct DocumentQuery {
    /// Words, or beginnings of words, that the document or its client must hold.
    pub text: String,
    /// The client it must be to or from.
    pub client: Option<Id>,
    /// How many to pass over.
    pub offset: u32,
    /// How many at the most.
    pub limit: u32,
}

/// A document in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DocumentLine {
    /// The document.
    pub id: Id,
    /// What it is.
    pub kind: String,
    /// Its number; null before it is issued.
    pub number: Option<String>,
    /// Where it stands.
    pub state: String,
    /// The date on it.
    pub document_date: String,
    /// The date by which it is paid.
    pub due_date: Option<String>,
    /// The client it is to or from.
    pub client: Option<Id>,
    /// The client's name.
    pub client_name: String,
    /// Amount with VAT, in cents.
    #[ts(type = "number")]
    pub gross: i64,
    /// Currency of the amount.
    pub currency: String,
    /// The fiscal year it falls in.
    #[ts(type = "number")]
    pub fiscal_year: i64,
    /// How many originals it has.
    #[ts(type = "number")]
    pub originals: u64,
}

/// A stretch of the list of documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DocumentPage {
    /// How many fit the question.
    #[ts(type = "number")]
    pub total: u64,
    /// Those asked for.
    pub rows: Vec<DocumentLine>,
}

impl Desk {
    /// Documents, a stretch of the list.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn documents(&self, query: &DocumentQuery) -> Result<DocumentPage> {
        let client = query.client.map(|client| Condition::Is("client", client.to_string().into()));
        let asked = ListQuery {
            text: query.text.clone(),
            conditions: client.into_iter().collect(),
            order: vec!["document_date", "number"],
            descending: true,
            offset: query.offset,
            limit: query.limit,
        };
        self.cache.read(|reader| {
            let (total, rows) = reader.list(CLASS, &asked)?;
            let rows = rows.iter().map(|row| line(reader, row)).collect::<Result<_>>();
            Ok(rows.map(|rows| DocumentPage { total, rows }))
        })?
    }
}

fn line(reader: &Reader<'_>, row: &Row) -> Result<DocumentLine> {
    let text = |name: &str| row.fields.text(name).map(str::to_owned);
    let client = row.fields.text("client").and_then(|id| id.parse().ok());
    Ok(DocumentLine {
        id: row.id,
        kind: text("kind").unwrap_or_default(),
        number: text("number"),
        state: text("state").unwrap_or_default(),
        document_date: text("document_date").unwrap_or_default(),
        due_date: text("due_date"),
        client,
        client_name: Desk::client_name(reader, client)?,
        gross: row.fields.integer("gross").unwrap_or_default(),
        currency: text("currency").unwrap_or_default(),
        fiscal_year: row.fields.integer("fiscal_year").unwrap_or_default(),
        originals: originals::of_document(reader, row.id)?,
    })
}
