//! The numbers of issued documents: one after the other in a series, each chained to the one before.
//!
//! A series of the office is numbered by the hub: a document that is being issued gets its number as it is
//! sealed, the next one that is known here, and has it once the hub has stored it so. A series of a desk is
//! numbered there. Whoever holds the documents of a series sees that none is missing, none is there twice
//! and none was changed since: a link is a keyed hash over the link before it and over what the law keeps
//! of the document.

use booqing_keys::Secret;
use booqing_model::entities::{Document, DocumentState, SeriesState};
use booqing_model::{Fields, Id, Record, Values};
use booqing_protocol::SealedRecord;
use booqing_store::tables::document::{Numbered, SeriesEnd};
use booqing_store::{Exchange, Row};
use serde_json::{Value, json};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::incident::Incident;
use crate::inward::Surroundings;
use crate::wire::model_id;
use crate::{Sealer, SyncError};

/// The record class of documents.
pub(crate) const CLASS: &str = "document";
/// The record class of number series.
pub(crate) const SERIES: &str = "number_series";

/// Why the hub refuses the number of a series that gives no more.
pub(crate) const CLOSED: &str = "series_closed";

/// The fields that come with a number.
pub const GIVEN: &[&str] =
    &["state", "series", "sequence", "previous", "link", "fingerprint", "number"];

/// Those that say where in its series a document is.
pub(crate) const PLACE: &[&str] = &["series", "sequence", "previous", "link"];

/// The digits of a number, at least: `2026-0117`.
const DIGITS: usize = 4;

/// What a fingerprint covers, by the number of the list. A list is never changed: what was issued under it
/// is verified by it for ever. What the law keeps of a document and is in no list needs a new one.
const LISTS: &[&[&str]] = &[&[
    "kind",
    "number",
    "document_date",
    "supply_date",
    "due_date",
    "first_use",
    "buyer",
    "seller",
    "lines",
    "vat_totals",
    "currency",
    "net",
    "vat",
    "gross",
    "reference",
    "flags",
]];

/// Why a series gives no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoNumber {
    /// It gives no more.
    #[error("the number series is closed")]
    Closed,
    /// Its record is not whole.
    #[error("the number series cannot be read")]
    Unreadable,
}

/// What chains the documents of an administration.
pub struct Chain(Secret);

impl std::fmt::Debug for Chain {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Chain")
    }
}

impl Chain {
    /// By the key of the administration.
    pub fn new(administration_key: &[u8; 32]) -> Self {
        Self(Secret::new(blake3::derive_key("smartbooqing 2026 number series", administration_key)))
    }

    fn hash(&self, what: &str, parts: &[&[u8]]) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_keyed(self.0.expose());
        for part in [what.as_bytes()].iter().chain(parts) {
            hasher.update(&(part.len() as u64).to_be_bytes()).update(part);
        }
        let mut hash = [0; 16];
        hasher.finalize_xof().fill(&mut hash);
        hash
    }

    /// The id of the series whose numbers begin so, however they are written: two desks that make it apart
    /// make one. It says nothing about when it was made.
    pub fn series_id(&self, prefix: &str) -> Id {
        let [random @ .., _, _, _, _, _, _] =
            self.hash("series", &[prefix.trim().to_lowercase().as_bytes()]);
        Id::new(0, random)
    }

    /// The id of what a desk issued under this number, of a document that has another one at the hub.
    pub(crate) fn twin_id(&self, document: Id, number: &Numbered) -> Id {
        let sequence = number.sequence.to_be_bytes();
        let parts: [&[u8]; 3] = [document.as_bytes(), number.series.as_bytes(), &sequence];
        let [random @ .., _, _, _, _, _, _] = self.hash("twin", &parts);
        Id::new(document.made_at().0.unsigned_abs().saturating_mul(1000), random)
    }

    /// The id of what is said once, by that text: whoever has no key cannot tell what it says.
    pub(crate) fn said_id(&self, text: &str) -> Id {
        Id::from_bytes(self.hash("incident", &[text.as_bytes()]))
    }

    /// What the law keeps of a document, as a hash, by that list; `None` for a list that this version does
    /// not know.
    fn fingerprint_by(&self, list: usize, fields: &Fields) -> Option<String> {
        let names = LISTS.get(list.checked_sub(1)?)?;
        let mut parts = Vec::with_capacity(names.len() * 2);
        for name in *names {
            let value = fields.get(name).filter(|value| !value.is_null());
            // Values are JSON already, so that writing them down does not fail.
            let value = value.map(|value| serde_json::to_vec(value).unwrap_or_default());
            parts.push(Zeroizing::new(name.as_bytes().to_vec()));
            parts.push(Zeroizing::new(value.unwrap_or_default()));
        }
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_slice()).collect();
        Some(format!("{list}:{}", hex(&self.hash("document", &parts))))
    }

    fn link(&self, document: Id, number: &Numbered, fingerprint: &str) -> String {
        let previous = number.previous.as_deref().unwrap_or_default().as_bytes();
        let sequence = number.sequence.to_be_bytes();
        let (series, document) = (number.series.as_bytes(), document.as_bytes());
        hex(&self.hash("link", &[series, &sequence, previous, document, fingerprint.as_bytes()]))
    }

    /// Gives a document the next number of its series, which ends there. It is issued then.
    ///
    /// # Errors
    /// [`NoNumber`]; nothing is changed then.
    pub fn give(
        &self,
        document: Id,
        fields: &mut Fields,
        (id, series): (Id, &Fields),
        end: Option<SeriesEnd>,
    ) -> Result<SeriesEnd, NoNumber> {
        if series.text("state") != Some(SeriesState::Open.code()) {
            return Err(NoNumber::Closed);
        }
        let prefix = series.text("prefix").ok_or(NoNumber::Unreadable)?;
        let number = |name| series.integer(name).and_then(|number| u32::try_from(number).ok());
        let next = match &end {
            Some(end) => end.last.checked_add(1),
            None => number("first"),
        };
        let sequence = next.ok_or(NoNumber::Unreadable)?;
        let previous = end.map(|end| end.link);
        fields.set("number", json!(format!("{prefix}{sequence:0DIGITS$}")));
        let place = Numbered { series: id, sequence, previous, link: String::new() };
        let fingerprint = self.fingerprint_by(LISTS.len(), fields).ok_or(NoNumber::Unreadable)?;
        let link = self.link(document, &place, &fingerprint);
        fields.set("series", json!(id));
        fields.set("sequence", json!(sequence));
        fields.set("previous", json!(place.previous));
        fields.set("link", json!(link));
        fields.set("fingerprint", json!(fingerprint));
        fields.set("state", json!(DocumentState::Issued.code()));
        Ok(SeriesEnd { last: sequence, link })
    }

    /// Chains a document that has its number to another one before it.
    pub(crate) fn link_again(&self, document: Id, fields: &mut Fields, previous: Option<String>) {
        let Some(number) = numbered(fields) else { return };
        let number = Numbered { previous, ..number };
        let fingerprint = fields.text("fingerprint").unwrap_or_default();
        let link = self.link(document, &number, fingerprint);
        fields.set("previous", json!(number.previous));
        fields.set("link", json!(link));
    }

    /// What is wrong with a document that was issued, by itself.
    pub fn fault(&self, document: Id, fields: &Fields) -> Option<&'static str> {
        let number = numbered(fields);
        let fingerprint = match (fields.text("fingerprint"), &number) {
            (Some(fingerprint), _) => fingerprint,
            (None, Some(_)) => return Some("series.link_broken"),
            (None, None) => return None,
        };
        if number.is_some_and(|number| self.link(document, &number, fingerprint) != number.link) {
            return Some("series.link_broken");
        }
        // Of what cannot be read, and what the law does not keep any longer, the hash is left.
        fields.get("document_date").filter(|date| !date.is_null())?;
        let list = fingerprint.split_once(':').and_then(|(list, _)| list.parse().ok())?;
        let now = self.fingerprint_by(list, fields)?;
        (now != fingerprint).then_some("series.document_changed")
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;

    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The number of a document, where it has one of a series.
pub fn numbered(fields: &Fields) -> Option<Numbered> {
    Some(Numbered {
        series: Values::id(fields, "series")?,
        sequence: fields.integer("sequence")?.try_into().ok()?,
        previous: fields.text("previous").map(str::to_owned),
        link: fields.text("link")?.to_owned(),
    })
}

/// Whether a document waits for its number.
pub(crate) fn is_issuing(class: &str, fields: &Fields) -> bool {
    class == CLASS
        && fields.text("state") == Some(DocumentState::Issuing.code())
        && fields.get("sequence").is_none_or(Value::is_null)
        && Values::id(fields, "series").is_some()
}

/// What was sent with a number has it here too, now that the hub has stored it.
pub(crate) fn settle(
    exchange: &Exchange<'_>,
    sealer: &Sealer,
    surroundings: &dyn Surroundings,
    sent: &SealedRecord,
) -> Result<(), SyncError> {
    let Some(row) = without_its_number(exchange, sent)? else { return Ok(()) };
    let content = sealer.open_first(sent)?;
    let opened = sealer.open(exchange, Document::TYPE, sent, &content)?;
    give(exchange, surroundings, &row, &opened.fields)
}

/// The same for what came back from the hub, whose parts are open and gone.
pub(crate) fn settle_opened(
    exchange: &Exchange<'_>,
    surroundings: &dyn Surroundings,
    sent: &SealedRecord,
    values: impl FnOnce() -> Result<Fields, SyncError>,
) -> Result<(), SyncError> {
    let Some(row) = without_its_number(exchange, sent)? else { return Ok(()) };
    give(exchange, surroundings, &row, &values()?)
}

/// The document, where it was sent with a number and has none here yet.
fn without_its_number(
    exchange: &Exchange<'_>,
    sent: &SealedRecord,
) -> Result<Option<Row>, SyncError> {
    if sent.number().is_none() {
        return Ok(None);
    }
    let row = exchange.row(CLASS, model_id(sent.id))?;
    Ok(row.filter(|row| numbered(&row.fields).is_none()))
}

fn give(
    exchange: &Exchange<'_>,
    surroundings: &dyn Surroundings,
    row: &Row,
    values: &Fields,
) -> Result<(), SyncError> {
    let mut next = Row { version: row.version + 1, ..row.clone() };
    copy(values, &mut next.fields);
    Ok(exchange.put_row(CLASS, &next, Some(row), surroundings.now())?)
}

/// The values of a record as they were sent: with the number that stands in the row meanwhile.
pub(crate) fn as_sent(sent: &SealedRecord, row: &Option<Row>, mut fields: Fields) -> Fields {
    if let Some(row) = row.as_ref().filter(|_| sent.number().is_some()) {
        copy(&row.fields, &mut fields);
    }
    fields
}

fn copy(from: &Fields, to: &mut Fields) {
    for name in GIVEN {
        to.set(name, from.get(name).cloned().unwrap_or_default());
    }
}

/// Holds documents that came against their numbers, and against those beside them as far as they are here.
pub(crate) fn verify(
    exchange: &Exchange<'_>,
    sealer: &Sealer,
    surroundings: &dyn Surroundings,
    documents: &[Id],
) -> Result<(), SyncError> {
    for document in documents {
        let Some(row) = exchange.row(CLASS, *document)? else { continue };
        for (operation, what) in amiss(exchange, sealer, &row)? {
            let number = row.fields.integer("sequence").unwrap_or_default();
            let reason = format!("document {document}, number {number} of its series{what}");
            let incident = Incident { operation, record: Some((CLASS, *document)), reason };
            incident.record_once(exchange, sealer, surroundings)?;
        }
    }
    Ok(())
}

/// Whether a document has its place in its series: what is on its way has it when the hub has it.
fn has_place(exchange: &Exchange<'_>, document: Id) -> Result<bool, SyncError> {
    Ok(!exchange.is_waiting(document)? && !exchange.is_refused(document)?)
}

/// What is wrong with a document, and where.
type Amiss = Vec<(&'static str, &'static str)>;

fn amiss(exchange: &Exchange<'_>, sealer: &Sealer, row: &Row) -> Result<Amiss, SyncError> {
    let mut amiss = Amiss::new();
    amiss.extend(sealer.chain.fault(row.id, &row.fields).map(|fault| (fault, "")));
    let Some(number) = numbered(&row.fields) else { return Ok(amiss) };
    if !has_place(exchange, row.id)? {
        return Ok(amiss);
    }
    let beside = |sequence: Option<u32>| -> Result<Vec<Id>, SyncError> {
        let mut documents = Vec::new();
        let Some(sequence) = sequence else { return Ok(documents) };
        for id in exchange.with_number(number.series, sequence)? {
            if has_place(exchange, id)? {
                documents.push(id);
            }
        }
        Ok(documents)
    };
    if beside(Some(number.sequence))?.iter().any(|other| *other != row.id) {
        amiss.push(("series.forked", ": another has it too"));
    }
    for before in beside(number.sequence.checked_sub(1))? {
        let link = exchange.row_some(CLASS, before, &["link"])?.unwrap_or_default();
        if link.text("link") != number.previous.as_deref() {
            amiss.push(("series.forked", ": chained to another than the one before"));
        }
    }
    for after in beside(number.sequence.checked_add(1))? {
        let previous = exchange.row_some(CLASS, after, &["previous"])?.unwrap_or_default();
        if previous.text("previous") != Some(number.link.as_str()) {
            amiss.push(("series.forked", ": the one after it is chained to another"));
        }
    }
    Ok(amiss)
}

/// Looks through number series, once everything is here: no number is missing; and `each` document is chained
/// to the one before, where they were not looked at as they came.
pub(crate) fn examine(
    exchange: &Exchange<'_>,
    sealer: &Sealer,
    surroundings: &dyn Surroundings,
    each: bool,
) -> Result<(), SyncError> {
    for (id, count, last) in exchange.series_lengths()? {
        let Some(series) = exchange.row_some(SERIES, id, &["first"])? else { continue };
        let first = series.integer("first").unwrap_or(1);
        if !each && last - first + 1 == count {
            continue;
        }
        let first = u32::try_from(first).unwrap_or(1);
        let mut documents = Vec::new();
        for document in exchange.documents_of(id)? {
            if has_place(exchange, document.0)? {
                documents.push(document);
            }
        }
        for (operation, number) in faults(first, &documents) {
            let reason = format!("number {number} of series {id}");
            let incident = Incident { operation, record: Some((SERIES, id)), reason };
            incident.record_once(exchange, sealer, surroundings)?;
        }
    }
    Ok(())
}

/// What is wrong with the numbers of a series, in their order: a stable name, and the number at which it is.
pub fn faults(first: u32, documents: &[(Id, Numbered)]) -> Vec<(&'static str, u32)> {
    let mut faults = Vec::new();
    let (mut next, mut before) = (Some(first), None::<&Numbered>);
    for (_, number) in documents {
        if before.is_some_and(|before| before.sequence == number.sequence) {
            faults.push(("series.forked", number.sequence));
            continue;
        }
        if next != Some(number.sequence) {
            faults.push(("series.gap", next.unwrap_or(number.sequence)));
        } else if number.previous.as_deref() != before.map(|before| before.link.as_str()) {
            faults.push(("series.forked", number.sequence));
        }
        (next, before) = (number.sequence.checked_add(1), Some(number));
    }
    faults
}
