//! Number series, and the issuing of documents.

use std::collections::BTreeSet;

use booqing_model::entities::{DocumentKind, DocumentState, NumberSeries, SeriesEnd, SeriesState};
use booqing_model::fields::Patch;
use booqing_model::text::Text;
use booqing_model::{Fields, Id, Values};
use booqing_store::{Change, ChangeSet, Condition, Edit, ListQuery, Reader, StoreError};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use booqing_sync::numbering::{self, Chain};
use serde::Serialize;
use serde_json::json;

use crate::reason::Reason;
use crate::words::{self, pick};
use crate::{Desk, DeskError, Language, RecordView, Result, desks, values};

const CLASS: &str = "number_series";
const DOCUMENT: &str = "document";

/// What gets a number of a series when it is issued.
pub const ISSUED: &[DocumentKind] =
    &[DocumentKind::Quote, DocumentKind::Order, DocumentKind::Invoice, DocumentKind::CreditNote];

/// What is issued, by its stable name.
///
/// # Errors
/// [`DeskError::Value`] for a name that is none of [`ISSUED`].
pub fn kind(name: &str) -> Result<DocumentKind> {
    let known = DocumentKind::from_code(name).filter(|kind| ISSUED.contains(kind));
    known.ok_or_else(|| values::wrong("kinds", name, NOT_ISSUED))
}

/// Why a series is closed: its desk is lost, or it has ended.
pub fn end(desk_lost: bool) -> SeriesEnd {
    if desk_lost { SeriesEnd::DeskLost } else { SeriesEnd::Ended }
}

const NOT_ISSUED: (&str, &str) = (
    "must be quote, order, invoice or credit_note",
    "moet quote, order, invoice of credit_note zijn",
);

/// A number series that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSeries {
    /// What its numbers begin with, such as `2026-`.
    pub prefix: String,
    /// The fiscal year whose documents it numbers.
    pub fiscal_year: i64,
    /// What it numbers.
    pub kinds: BTreeSet<DocumentKind>,
    /// The first number it gives.
    pub first: u32,
    /// Whether it is of this desk alone, which then issues offline too.
    pub own: bool,
}

/// A number series, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeriesLine {
    /// The series.
    pub id: Id,
    /// What its numbers begin with.
    pub prefix: String,
    /// The fiscal year whose documents it numbers.
    pub fiscal_year: i64,
    /// What it numbers, in words.
    pub kinds: Vec<String>,
    /// The desk whose own it is; null for a series of the office.
    pub desk: Option<String>,
    /// The first number it gives.
    pub first: u32,
    /// The last number it gave, as far as is known here; null where none is.
    pub last: Option<u32>,
    /// How many documents with its numbers are here.
    pub documents: u64,
    /// Why it gives no more, in words; null while it does.
    pub closed: Option<String>,
    /// What is wrong with its numbers, in words.
    pub faults: Vec<String>,
}

impl Desk {
    /// The number series, the latest year first.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn series(&self, language: Language) -> Result<Vec<SeriesLine>> {
        let chain = Chain::new(&self.connection.administration_key);
        let mut all = self.cache.read(|reader| {
            let (mut all, twice) = (Vec::new(), reader.given_twice()?);
            for id in reader.ids(CLASS)? {
                let Some(row) = reader.get(CLASS, id)? else { continue };
                all.push(line(reader, (&chain, &twice), id, &row.fields, language));
            }
            Ok(all.into_iter().collect::<Result<Vec<_>>>())
        })??;
        all.sort_by(|one, other| {
            (other.fiscal_year, &one.prefix).cmp(&(one.fiscal_year, &other.prefix))
        });
        Ok(all)
    }

    /// Makes a number series.
    ///
    /// # Errors
    /// [`DeskError::Value`] when there is one whose numbers begin so, or another that is open numbers the
    /// same; nothing is made then.
    pub fn add_series(&self, new: &NewSeries) -> Result<RecordView> {
        let prefix = Text::parse(new.prefix.trim());
        let prefix = prefix.map_err(|_| values::wrong("prefix", &new.prefix, Reason::missing()))?;
        if new.kinds.is_empty() || !new.kinds.iter().all(|kind| ISSUED.contains(kind)) {
            let given: Vec<&str> = new.kinds.iter().map(|kind| kind.code()).collect();
            return Err(values::wrong("kinds", &given.join(","), NOT_ISSUED));
        }
        if prefix.as_str().ends_with(|last: char| last.is_ascii_digit()) {
            // Else `2026-1` and `0001` would be `2026-` and `10001`.
            let reason = (
                "must not end in a digit, such as 2026-",
                "mag niet op een cijfer eindigen, zoals 2026-",
            );
            return Err(values::wrong("prefix", prefix.as_str(), reason));
        }
        let chain = Chain::new(&self.connection.administration_key);
        let id = chain.series_id(prefix.as_str());
        self.change(|reader| {
            if reader.get(CLASS, id)?.is_some() {
                let reason =
                    ("begins another number series already", "begint al een andere nummerreeks");
                return Err(values::wrong("prefix", prefix.as_str(), reason));
            }
            let desk = new.own.then_some(self.connection.desk);
            for kind in &new.kinds {
                numbered_once(reader, *kind, new.fiscal_year, desk)?;
            }
            let fields = Fields::from_entity(&NumberSeries {
                fiscal_year: new.fiscal_year,
                state: SeriesState::Open,
                first: new.first.max(1),
                last: None,
                prefix,
                kinds: new.kinds.clone(),
                desk,
                closed_at: None,
                closed_because: None,
            });
            let fields = fields
                .map_err(|_| DeskError::Unknown { class: CLASS, name: new.prefix.clone() })?;
            Ok(set(
                "number_series.add",
                vec![Change { class: CLASS.to_owned(), id, edit: Edit::Create(fields) }],
            ))
        })?;
        self.record(CLASS, &id.to_string())
    }

    /// Closes a number series at its last number: it gives no more.
    ///
    /// # Errors
    /// [`DeskError::Value`] when it is closed, or is another desk's own that is not said to be lost.
    pub fn close_series(&self, name: &str, because: SeriesEnd) -> Result<RecordView> {
        let id = self.series_named(name)?;
        self.change(|reader| {
            let row = reader.get(CLASS, id)?.map(|row| row.fields).unwrap_or_default();
            let prefix = row.text("prefix").unwrap_or_default();
            let wrong = |reason: (&'static str, &'static str)| values::wrong("series", prefix, reason);
            if row.text("state") == Some(SeriesState::Closed.code()) {
                return Err(wrong(("is closed already", "is al afgesloten")));
            }
            let own = Values::id(&row, "desk");
            match because {
                SeriesEnd::Ended if own.is_some_and(|desk| desk != self.connection.desk) => {
                    return Err(wrong((
                        "is another desk's own: that desk closes it, or is said to be lost",
                        "is van een andere werkplek: die sluit haar af, of wordt verloren verklaard",
                    )));
                }
                SeriesEnd::DeskLost if own.is_none_or(|desk| desk == self.connection.desk) => {
                    return Err(wrong((
                        "is of no desk that could be lost",
                        "is van geen werkplek die verloren kan zijn",
                    )));
                }
                _ => {}
            }
            let last = reader.end_of_series(id)?.map(|end| end.last);
            let now = SystemSurroundings.now();
            let patch = [
                ("state".to_owned(), json!(SeriesState::Closed.code())),
                ("last".to_owned(), json!(last)),
                ("closed_at".to_owned(), json!(now)),
                ("closed_because".to_owned(), json!(because.code())),
            ];
            Ok(change("number_series.close", CLASS, id, patch.into_iter().collect()))
        })?;
        self.record(CLASS, &id.to_string())
    }

    /// Opens a number series again, so that documents which a desk had issued in it can still come in.
    ///
    /// # Errors
    /// [`DeskError::Value`] when it is open, or another that is open numbers the same by now.
    pub fn reopen_series(&self, name: &str) -> Result<RecordView> {
        let id = self.series_named(name)?;
        self.change(|reader| {
            let row = reader.get(CLASS, id)?.map(|row| row.fields).unwrap_or_default();
            let prefix = row.text("prefix").unwrap_or_default();
            if row.text("state") == Some(SeriesState::Open.code()) {
                return Err(values::wrong("series", prefix, ("is open", "is open")));
            }
            let kinds = row.get("kinds").and_then(serde_json::Value::as_array);
            let kinds = kinds.into_iter().flatten().filter_map(serde_json::Value::as_str);
            let year = row.integer("fiscal_year").unwrap_or_default();
            let desk = Values::id(&row, "desk");
            for kind in kinds.filter_map(DocumentKind::from_code) {
                numbered_once(reader, kind, year, desk)?;
            }
            let patch = [
                ("state".to_owned(), json!(SeriesState::Open.code())),
                ("last".to_owned(), json!(null)),
                ("closed_at".to_owned(), json!(null)),
                ("closed_because".to_owned(), json!(null)),
            ];
            Ok(change("number_series.reopen", CLASS, id, patch.into_iter().collect()))
        })?;
        self.record(CLASS, &id.to_string())
    }

    /// Issues a document that is being written: it gets the next number of a series of its kind and
    /// fiscal year, and what the law keeps of it never changes again. In a series of this desk it has its
    /// number at once; in one of the office it gets it with the next sync, from the hub.
    ///
    /// # Errors
    /// [`DeskError::Value`] when it is no draft or no series numbers it; nothing is changed then.
    pub fn issue(&self, name: &str) -> Result<RecordView> {
        let id = self.named(DOCUMENT, name)?;
        let chain = Chain::new(&self.connection.administration_key);
        self.change(|reader| {
            let row = reader.get(DOCUMENT, id)?.map(|row| row.fields).unwrap_or_default();
            let state = row.text("state").unwrap_or_default();
            if state != DocumentState::Draft.code() {
                let reason = ("is no draft any more", "is geen concept meer");
                return Err(values::wrong("state", state, reason));
            }
            let kind = row.text("kind").unwrap_or_default();
            let Some(kind) = DocumentKind::from_code(kind).filter(|kind| ISSUED.contains(kind))
            else {
                let reason = ("gets no number", "krijgt geen nummer");
                return Err(values::wrong("kind", kind, reason));
            };
            let year = row.integer("fiscal_year").unwrap_or_default();
            let own = open_for(reader, kind, year, Some(self.connection.desk))?;
            // Before the hub has it, another desk may make one whose numbers begin so.
            if let Some((series, fields)) = &own
                && !reader.is_synced(*series)?
            {
                let shown = fields.text("prefix").unwrap_or_default();
                let reason = (
                    "is a series that the hub has not heard of yet: sync once first",
                    "is een reeks waarvan de hub nog niet weet: synchroniseer eerst",
                );
                return Err(values::wrong("series", shown, reason));
            }
            let mut next = row.clone();
            match own {
                Some((series, fields)) => {
                    let end = reader.end_of_series(series)?;
                    chain.give(id, &mut next, (series, &fields), end).map_err(|_| {
                        values::wrong("series", "", ("gives no number", "geeft geen nummer"))
                    })?;
                }
                None => {
                    let Some((series, _)) = open_for(reader, kind, year, None)? else {
                        let shown = format!("{kind} {year}");
                        let reason = (
                            "has no open number series: make one with `booqing series add`",
                            "heeft geen open nummerreeks: maak er een met `booqing series add`",
                        );
                        return Err(values::wrong("kind", &shown, reason));
                    };
                    next.set("series", json!(series));
                    next.set("state", json!(DocumentState::Issuing.code()));
                }
            }
            Ok(change("document.issue", DOCUMENT, id, row.patch_to(&next)))
        })?;
        self.record(DOCUMENT, &id.to_string())
    }

    /// The series that what its numbers begin with, its id or the beginning of that names.
    fn series_named(&self, name: &str) -> Result<Id> {
        let chain = Chain::new(&self.connection.administration_key);
        let id = chain.series_id(name);
        match self.cache.read(|reader| reader.get(CLASS, id))? {
            Some(_) => Ok(id),
            None => self.named(CLASS, name),
        }
    }
}

/// Refuses what an open series numbers already.
fn numbered_once(
    reader: &Reader<'_>,
    kind: DocumentKind,
    fiscal_year: i64,
    desk: Option<Id>,
) -> Result<()> {
    let Some((_, other)) = open_for(reader, kind, fiscal_year, desk)? else { return Ok(()) };
    let reason = (
        "is numbered by another open series of that year",
        "wordt al door een andere open reeks van dat jaar genummerd",
    );
    let shown = format!("{kind} {}", other.text("prefix").unwrap_or_default());
    Err(values::wrong("kinds", &shown, reason))
}

/// The open series that numbers documents of a kind and year: of the office, or that desk's own.
fn open_for(
    reader: &Reader<'_>,
    kind: DocumentKind,
    fiscal_year: i64,
    desk: Option<Id>,
) -> std::result::Result<Option<(Id, Fields)>, StoreError> {
    for id in reader.ids(CLASS)? {
        let Some(row) = reader.get(CLASS, id)? else { continue };
        let kinds = row.fields.get("kinds").and_then(serde_json::Value::as_array);
        let numbers = |kinds: &Vec<serde_json::Value>| kinds.contains(&json!(kind.code()));
        if row.fields.text("state") == Some(SeriesState::Open.code())
            && row.fields.integer("fiscal_year") == Some(fiscal_year)
            && Values::id(&row.fields, "desk") == desk
            && kinds.is_some_and(numbers)
        {
            return Ok(Some((id, row.fields)));
        }
    }
    Ok(None)
}

fn line(
    reader: &Reader<'_>,
    (chain, twice): (&Chain, &[String]),
    id: Id,
    series: &Fields,
    language: Language,
) -> Result<SeriesLine> {
    let number = |name| series.integer(name).and_then(|number| u32::try_from(number).ok());
    let code = |field, value: &str| words::label(language, CLASS, field, value);
    let kinds = series.get("kinds").and_then(serde_json::Value::as_array);
    let kinds = kinds.into_iter().flatten().filter_map(serde_json::Value::as_str);
    let first = number("first").unwrap_or(1);
    let prefix = series.text("prefix").unwrap_or_default().to_owned();
    let documents = reader.documents_of(id)?;
    let mut faults = numbering::faults(first, &documents);
    for (document, number) in &documents {
        let row = reader.get(DOCUMENT, *document)?;
        let fault = row.and_then(|row| chain.fault(*document, &row.fields));
        faults.extend(fault.map(|fault| (fault, number.sequence)));
    }
    // What its closing counted must be here.
    let last = documents.last().map(|(_, number)| number.sequence);
    let counted = number("last").filter(|counted| Some(*counted) > last);
    faults.extend(counted.map(|counted| ("series.gap", counted)));
    let mut faults: Vec<String> =
        faults.into_iter().map(|fault| in_words(fault, language)).collect();
    let is_of_it = |number: &&String| {
        let place = number.strip_prefix(prefix.as_str());
        place.is_some_and(|place| place.bytes().all(|digit| digit.is_ascii_digit()))
    };
    let given = pick(language, "was given twice", "is twee keer gegeven");
    faults.extend(twice.iter().filter(is_of_it).map(|number| format!("{number} {given}")));
    let closed = series.text("state") == Some(SeriesState::Closed.code());
    Ok(SeriesLine {
        id,
        prefix,
        fiscal_year: series.integer("fiscal_year").unwrap_or_default(),
        kinds: kinds.map(|kind| code("kinds", kind)).collect(),
        desk: match series.text("desk") {
            Some(desk) => Some(desks::name_of(reader, desk)?),
            None => None,
        },
        first,
        last,
        documents: documents.len() as u64,
        closed: closed
            .then(|| code("closed_because", series.text("closed_because").unwrap_or("ended"))),
        faults,
    })
}

/// The findings of the audit trail that a look at the numbers alone does not show again.
const FINDINGS: &[&str] = &["series.document_changed", "series.link_broken", "series.forked"];

/// How many numbers are not in order, as far as that is seen without reading every document.
pub(crate) fn count_faults(reader: &Reader<'_>) -> std::result::Result<u64, StoreError> {
    let mut faults = reader.given_twice()?.len() as u64;
    for (id, count, last) in reader.series_lengths()? {
        let series = reader.get(CLASS, id)?.map(|row| row.fields).unwrap_or_default();
        let length = last - series.integer("first").unwrap_or(1) + 1;
        faults += length.abs_diff(count);
    }
    for operation in FINDINGS {
        let conditions = vec![Condition::Is("operation", json!(operation))];
        let query = ListQuery { conditions, ..ListQuery::default() };
        faults += reader.list("audit_event", &query)?.0;
    }
    Ok(faults)
}

/// What is wrong with a number, for a person.
fn in_words((fault, number): (&str, u32), language: Language) -> String {
    let (english, dutch) = match fault {
        "series.gap" => ("is missing", "ontbreekt"),
        "series.forked" => (
            "does not follow upon the one before, or is there twice",
            "volgt niet op het vorige, of is er twee keer",
        ),
        "series.document_changed" => (
            "is not as it was when it was issued",
            "is niet zoals het was toen het werd uitgegeven",
        ),
        _ => ("is not chained to its document", "hoort niet bij zijn document"),
    };
    format!("{number} {}", pick(language, english, dutch))
}

/// A series of the office that goes on where another program stopped.
pub(crate) fn going_on(
    chain: &Chain,
    (prefix, fiscal_year, kind, last): (&str, i64, DocumentKind, u32),
) -> Option<Change> {
    let fields = Fields::from_entity(&NumberSeries {
        fiscal_year,
        state: SeriesState::Open,
        first: last.checked_add(1)?,
        last: None,
        prefix: Text::parse(prefix).ok()?,
        kinds: BTreeSet::from([kind]),
        desk: None,
        closed_at: None,
        closed_because: None,
    });
    let (class, id) = (CLASS.to_owned(), chain.series_id(prefix));
    Some(Change { class, id, edit: Edit::Create(fields.ok()?) })
}

pub(crate) fn set(operation: &str, changes: Vec<Change>) -> ChangeSet {
    let operation = operation.to_owned();
    ChangeSet { operation, at: SystemSurroundings.now(), user: None, changes }
}

fn change(operation: &str, class: &str, id: Id, patch: Patch) -> ChangeSet {
    set(operation, vec![Change { class: class.to_owned(), id, edit: Edit::Change(patch) }])
}

#[cfg(test)]
#[path = "series_tests.rs"]
mod tests;
