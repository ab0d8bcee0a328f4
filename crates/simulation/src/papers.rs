//! Documents: written, changed, issued in a series of the office or of the desk's own, while other desks do
//! the same.

use std::sync::Arc;

use booqing_model::fields::Patch;
use booqing_model::{Fields, Id};
use booqing_store::{Cache, Change, Edit, Row};
use booqing_sync::numbering::{self, Chain};
use serde_json::json;

use crate::Failed;
use crate::desk::Desk;
use crate::plan::Calamity;

const SERIES: &str = "number_series";

/// The series of the office. Desks that make it apart make one.
fn series() -> Id {
    Id::new(0, [77; 10])
}

/// The series that a desk has none of yet: that of the office, and its own where it may have one.
pub(crate) fn new_series(cache: &Arc<Cache>, has_own: bool) -> Result<Vec<Change>, Failed> {
    Ok(cache.read(|reader| {
        let mut new = Vec::new();
        if reader.get(SERIES, series())?.is_none() {
            new.push(made(series(), "2026-", None));
        }
        if let Some(hub) = reader.hub()?.filter(|_| has_own)
            && reader.get(SERIES, own(hub.desk))?.is_none()
        {
            new.push(made(own(hub.desk), &format!("{}-", hub.desk), Some(hub.desk)));
        }
        Ok(new)
    })?)
}

/// A series of a desk's own.
fn own(desk: Id) -> Id {
    let mut random = [0; 10];
    random.copy_from_slice(desk.as_bytes().split_at(6).1);
    Id::new(1, random)
}

fn made(id: Id, prefix: &str, desk: Option<Id>) -> Change {
    let fields: Fields = [
        ("state", json!("open")),
        ("fiscal_year", json!(2026)),
        ("first", json!(1)),
        ("prefix", json!(prefix)),
        ("kinds", json!(["invoice"])),
        ("desk", json!(desk)),
    ]
    .into_iter()
    .collect();
    Change { class: SERIES.to_owned(), id, edit: Edit::Create(fields) }
}

/// How a draft is changed by a number of the desk's own series, given at once, whether the hub has heard of
/// that or not: nobody else's begins so.
pub(crate) fn issue_here(cache: &Arc<Cache>, draft: &Row) -> Result<Option<Patch>, Failed> {
    Ok(cache.read(|reader| {
        let Some(hub) = reader.hub()? else { return Ok(None) };
        let id = own(hub.desk);
        let Some(series) = reader.get(SERIES, id)? else { return Ok(None) };
        let (chain, end) = (Chain::new(&hub.administration_key), reader.end_of_series(id)?);
        let mut next = draft.fields.clone();
        let given = chain.give(draft.id, &mut next, (id, &series.fields), end);
        Ok(given.ok().map(|_| draft.fields.patch_to(&next)))
    })?)
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
pub(crate) fn amiss(desk: &Desk, calamity: Calamity) -> Result<Option<String>, Failed> {
    let cache = desk.cache()?;
    let key = cache.read(|reader| reader.hub())?.map(|hub| hub.administration_key);
    let chain = Chain::new(&key.unwrap_or_default());
    for series in cache.read(|reader| reader.ids(SERIES))? {
        let documents = cache.read(|reader| reader.documents_of(series))?;
        if let Some((fault, number)) = numbering::faults(1, &documents).first() {
            return Ok(Some(format!("{fault} at number {number} of {series}")));
        }
        for (id, number) in &documents {
            let row = cache.read(|reader| reader.get("document", *id))?;
            let fault = row.and_then(|row| chain.fault(*id, &row.fields));
            if let Some(fault) = fault {
                return Ok(Some(format!("{fault} at number {} of {series}", number.sequence)));
            }
        }
    }
    for id in cache.read(|reader| reader.ids("document"))? {
        let Some(row) = cache.read(|reader| reader.get("document", id))? else { continue };
        if row.fields.text("state") == Some("issuing") {
            return Ok(Some(format!("document {id} waits for a number")));
        }
        let is_out =
            row.fields.text("state") == Some("issued") && row.fields.get("series").is_none();
        if is_out && calamity == Calamity::Weather {
            return Ok(Some(format!("document {id} has lost its place in its series")));
        }
    }
    Ok(None)
}
