//! Documents: written, changed, issued in a series of the office, while other desks do the same.

use std::sync::Arc;

use booqing_model::fields::Patch;
use booqing_model::{Fields, Id};
use booqing_store::{Cache, Change, Edit};
use booqing_sync::numbering::{self, Chain};
use serde_json::json;

use crate::Failed;
use crate::desk::Desk;

/// The series of the office. Desks that make it apart make one.
fn series() -> Id {
    Id::new(0, [77; 10])
}

/// The series, where a desk has none yet.
pub(crate) fn new_series(cache: &Arc<Cache>) -> Result<Option<Change>, Failed> {
    if cache.read(|reader| reader.get("number_series", series()))?.is_some() {
        return Ok(None);
    }
    let fields: Fields = [
        ("state", json!("open")),
        ("fiscal_year", json!(2026)),
        ("first", json!(1)),
        ("prefix", json!("2026-")),
        ("kinds", json!(["invoice"])),
    ]
    .into_iter()
    .collect();
    let edit = Edit::Create(fields);
    Ok(Some(Change { class: "number_series".to_owned(), id: series(), edit }))
}

/// A draft.
pub(crate) fn draft(mark: &str, client: Option<Id>) -> Fields {
    let values = [
        ("state", json!("draft")),
        ("fiscal_year", json!(2026)),
        ("kind", json!("invoice")),
        ("document_date", json!("2026-11-30")),
        ("currency", json!("EUR")),
        ("net", json!(0)),
        ("vat", json!(0)),
        ("gross", json!(0)),
        ("reference", json!(mark)),
        ("client", json!(client)),
    ];
    values.into_iter().collect()
}

/// Whether what the law keeps of a document may be changed.
pub(crate) fn is_draft(fields: &Fields) -> bool {
    fields.text("state") == Some("draft")
}

/// Issues a draft.
pub(crate) fn issue() -> Patch {
    let values = [("state", json!("issuing")), ("series", json!(series()))];
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What is wrong with the documents of a desk in the end: all that were issued have a number, and none is
/// missing, there twice or not chained. After the hub was put back a number may have gone out twice: then it
/// is said so.
pub(crate) fn amiss(desk: &Desk) -> Result<Option<String>, Failed> {
    let cache = desk.cache()?;
    let (documents, key) = cache.read(|reader| {
        let key = reader.hub()?.map(|hub| hub.administration_key).unwrap_or_default();
        Ok((reader.documents_of(series())?, key))
    })?;
    if let Some((fault, number)) = numbering::faults(1, &documents).first() {
        return Ok(Some(format!("{fault} at number {number}")));
    }
    let chain = Chain::new(&key);
    for (id, number) in &documents {
        let row = cache.read(|reader| reader.get("document", *id))?;
        let fault = row.and_then(|row| chain.fault(*id, &row.fields));
        if let Some(fault) = fault {
            return Ok(Some(format!("{fault} at number {}", number.sequence)));
        }
    }
    for id in cache.read(|reader| reader.ids("document"))? {
        let Some(row) = cache.read(|reader| reader.get("document", id))? else { continue };
        if row.fields.text("state") == Some("issuing") {
            return Ok(Some(format!("document {id} waits for a number")));
        }
    }
    Ok(None)
}
