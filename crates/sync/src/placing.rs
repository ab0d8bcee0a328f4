//! Outward, documents: each goes to the hub with its place in its series.

use std::borrow::Cow;
use std::collections::BTreeMap;

use booqing_model::entities::SeriesState;
use booqing_model::{Fields, Id, Values};
use booqing_store::tables::document::{Numbered, SeriesEnd};
use booqing_store::tables::outbox::{OutboxEntry, Waiting};
use booqing_store::{Exchange, Row};
use serde_json::{Value, json};

use crate::SyncError;
use crate::incident::Incident;
use crate::numbering::{self, CLASS, PLACE, SERIES, numbered};
use crate::outward::Outward;

/// Where a number series ends, with what goes along in this push.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ends {
    /// At the hub.
    at_hub: Option<SeriesEnd>,
    /// Here: with documents that have their numbers and are on their way.
    here: Option<SeriesEnd>,
}

/// How many documents are looked at together.
const AT_ONCE: u32 = 32;

impl Outward<'_> {
    /// A record as it is sealed: a document that is being issued has the next number of its series. It
    /// stands in the row once the hub has stored it. `None` where its series gives none any more.
    pub(crate) fn numbered(&self, class: &str, row: Row) -> Result<Option<Row>, SyncError> {
        if class == SERIES {
            return self.counted(row).map(Some);
        }
        if class != CLASS {
            return Ok(Some(row));
        }
        if numbering::is_issuing(class, &row.fields) {
            return self.give(row);
        }
        match numbered(&row.fields) {
            Some(number) => self.place(row, &number),
            None => Ok(Some(row)),
        }
    }

    /// Whether a document of an entry waits for the number of a series that gives none any more: nothing
    /// of it goes then, its postings no more than itself.
    pub(crate) fn lacks_number(&self, entry: &OutboxEntry) -> Result<bool, SyncError> {
        for waiting in entry.records.iter().filter(|waiting| waiting.class == CLASS) {
            let names = ["state", "series", "sequence"];
            let Some(fields) = self.exchange.row_some(CLASS, waiting.id, &names)? else { continue };
            let Some(series) = Values::id(&fields, "series") else { continue };
            if !numbering::is_issuing(CLASS, &fields) {
                continue;
            }
            let series = self.exchange.row_some(SERIES, series, &["state"])?;
            let state = series.as_ref().and_then(|series| series.text("state"));
            if state != Some(SeriesState::Open.code()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn give(&self, mut row: Row) -> Result<Option<Row>, SyncError> {
        let series = match Values::id(&row.fields, "series") {
            Some(series) => self.exchange.row(SERIES, series)?,
            None => None,
        };
        let Some(series) = series else { return Ok(None) };
        let (of, ends) = ((series.id, &series.fields), self.ends(series.id)?);
        let Ok(end) = self.sealer.chain.give(row.id, &mut row.fields, of, ends.here) else {
            return Ok(None);
        };
        let ends = Ends { here: Some(end), ..ends };
        self.ends.borrow_mut().insert(series.id, ends);
        Ok(Some(row))
    }

    /// Where a series ends.
    fn ends(&self, series: Id) -> Result<Ends, SyncError> {
        if let Some(ends) = self.ends.borrow().get(&series) {
            return Ok(ends.clone());
        }
        let mut at_hub = None;
        let mut below = None;
        // Of what is not there yet there are few, at the end.
        'series: loop {
            let documents = self.exchange.last_of_series(series, below, AT_ONCE)?;
            let Some((_, first)) = documents.last() else { break };
            below = Some(first.sequence);
            for (document, number) in documents {
                if is_at_hub(self.exchange, document)? {
                    at_hub = Some(SeriesEnd { last: number.sequence, link: number.link });
                    break 'series;
                }
            }
        }
        let ends = Ends { at_hub, here: self.exchange.end_of_series(series)? };
        self.ends.borrow_mut().insert(series, ends.clone());
        Ok(ends)
    }

    /// A document that has its number already: of a series of this desk, or one that the hub lost. Where
    /// the hub has given that number to another meanwhile, it keeps what it went out with, has no place in
    /// the series any more, and everybody hears of it. `None` where its series is not there.
    fn place(&self, row: Row, number: &Numbered) -> Result<Option<Row>, SyncError> {
        if is_at_hub(self.exchange, row.id)? {
            return self.follow_hub(row, number).map(Some);
        }
        let ends = self.ends(number.series)?;
        let first = match self.exchange.row_some(SERIES, number.series, &["first"])? {
            Some(series) => series.integer("first").and_then(|first| u32::try_from(first).ok()),
            None => return Ok(None),
        };
        let next = match &ends.at_hub {
            Some(end) => end.last.saturating_add(1),
            None => first.unwrap_or(1),
        };
        if number.sequence > next {
            // Those before it are on their way.
            return Ok(Some(row));
        }
        if number.sequence < next {
            return self.leave_series(&row, number).map(Some);
        }
        let previous = ends.at_hub.map(|end| end.link);
        let placed = if number.previous == previous {
            row
        } else {
            // Another came before it than had.
            let mut next = Row { version: row.version + 1, ..row.clone() };
            self.sealer.chain.link_again(row.id, &mut next.fields, previous);
            self.exchange.put_row(CLASS, &next, Some(&row), self.surroundings.now())?;
            next
        };
        let link = placed.fields.text("link").unwrap_or_default().to_owned();
        let end = SeriesEnd { last: number.sequence, link };
        let here = ends.here.filter(|here| here.last > end.last).or_else(|| Some(end.clone()));
        let ends = Ends { at_hub: Some(end), here };
        self.ends.borrow_mut().insert(number.series, ends);
        Ok(Some(placed))
    }

    /// The place that a document has at the hub is the one it has: whoever gave it back may have had to
    /// chain it to another.
    fn follow_hub(&self, row: Row, number: &Numbered) -> Result<Row, SyncError> {
        let base = self.exchange.base(row.id)?.unwrap_or_default();
        if numbered(&base).is_none_or(|there| there == *number) {
            return Ok(row);
        }
        let mut next = Row { version: row.version + 1, ..row.clone() };
        for name in PLACE {
            next.fields.set(name, base.get(name).cloned().unwrap_or_default());
        }
        self.exchange.put_row(CLASS, &next, Some(&row), self.surroundings.now())?;
        Ok(next)
    }

    fn leave_series(&self, row: &Row, number: &Numbered) -> Result<Row, SyncError> {
        let mut next = Row { version: row.version + 1, ..row.clone() };
        for name in PLACE {
            next.fields.set(name, Value::Null);
        }
        self.exchange.put_row(CLASS, &next, Some(row), self.surroundings.now())?;
        let reason = format!("number {} of series {}", number.sequence, number.series);
        let record = Some((CLASS, row.id));
        let incident = Incident { operation: "series.number_twice", record, reason };
        incident.record_once(self.exchange, self.sealer, self.surroundings)?;
        Ok(next)
    }

    /// A number series that was closed ends with the last number that is known here.
    fn counted(&self, row: Row) -> Result<Row, SyncError> {
        let end = self.exchange.end_of_series(row.id)?;
        let Some(last) = end.map(|end| i64::from(end.last)) else { return Ok(row) };
        let is_closed = row.fields.text("state") == Some(SeriesState::Closed.code());
        if !is_closed || row.fields.integer("last").is_some_and(|said| said >= last) {
            return Ok(row);
        }
        let mut next = Row { version: row.version + 1, ..row.clone() };
        next.fields.set("last", json!(last));
        self.exchange.put_row(SERIES, &next, Some(&row), self.surroundings.now())?;
        Ok(next)
    }

    /// The records of a set: documents with numbers in the order of these, behind their series.
    pub(crate) fn in_order<'r>(
        &self,
        records: &'r [Waiting],
    ) -> Result<Cow<'r, [Waiting]>, SyncError> {
        let of = |class| records.iter().filter(move |waiting| waiting.class == class).count();
        if of(CLASS) == 0 || of(CLASS) + of(SERIES) < 2 {
            return Ok(Cow::Borrowed(records));
        }
        let mut keyed = Vec::with_capacity(records.len());
        for waiting in records {
            let fields = place_of(self.exchange, waiting)?;
            let sequence = fields.and_then(|fields| fields.integer("sequence"));
            // What has none yet gets it behind the others.
            let place = match sequence {
                Some(sequence) => sequence,
                None if waiting.class == CLASS => i64::MAX,
                // It gives the numbers.
                None if waiting.class == SERIES => i64::MIN,
                None => 0,
            };
            keyed.push((place, waiting.clone()));
        }
        keyed.sort_by_key(|(place, _)| *place);
        Ok(Cow::Owned(keyed.into_iter().map(|(_, waiting)| waiting).collect()))
    }
}

fn place_of(exchange: &Exchange<'_>, waiting: &Waiting) -> Result<Option<Fields>, SyncError> {
    if waiting.class != CLASS {
        return Ok(None);
    }
    Ok(exchange.row_some(CLASS, waiting.id, &["series", "sequence"])?)
}

/// Whether the hub has a document with the number that it has here.
pub(crate) fn is_at_hub(exchange: &Exchange<'_>, document: Id) -> Result<bool, SyncError> {
    if exchange.synced(document)?.is_none_or(|synced| synced.deleted) {
        return Ok(false);
    }
    // Without a base it is the same on both sides.
    let base = exchange.base(document)?;
    Ok(base.is_none_or(|base| numbered(&base).is_some()))
}

/// The documents that have the number before that of a document.
pub(crate) fn before(exchange: &Exchange<'_>, waiting: &Waiting) -> Result<Vec<Id>, SyncError> {
    let Some(fields) = place_of(exchange, waiting)? else { return Ok(Vec::new()) };
    let sequence = fields.integer("sequence").and_then(|number| u32::try_from(number).ok());
    let before = sequence.and_then(|sequence| sequence.checked_sub(1));
    match (Values::id(&fields, "series"), before) {
        (Some(series), Some(before)) => Ok(exchange.with_number(series, before)?),
        _ => Ok(Vec::new()),
    }
}

/// Lets documents with numbers that wait by themselves go in the order of these, in the places that they
/// have among what waits: records that go back to a hub come in no order.
pub(crate) fn put_in_order(exchange: &Exchange<'_>) -> Result<(), SyncError> {
    let (mut places, mut documents) = (Vec::new(), Vec::new());
    let mut first = BTreeMap::new();
    for entry in exchange.waiting(u32::MAX)? {
        let [waiting] = entry.records.as_slice() else { continue };
        let fields = place_of(exchange, waiting)?.filter(|_| entry.sent.is_none());
        let Some(fields) = fields else { continue };
        if let (Some(series), Some(sequence)) =
            (Values::id(&fields, "series"), fields.integer("sequence"))
        {
            // What waits twice goes at once, with the first.
            if let Some(before) = first.get(&waiting.id) {
                exchange.hand_over(entry.n, *before)?;
                continue;
            }
            first.insert(waiting.id, entry.n);
            places.push(entry.n);
            documents.push((series, sequence, waiting.id, entry.n));
        }
    }
    documents.sort_unstable();
    for (to, (_, _, document, from)) in places.into_iter().zip(documents) {
        if to != from {
            exchange.move_records(from, to, &[document])?;
        }
    }
    Ok(())
}
