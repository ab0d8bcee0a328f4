//! What becomes of a document that was issued at one desk while something else was done with it at another.

use std::collections::BTreeMap;

use booqing_model::entities::{Document, DocumentState};
use booqing_model::field::{FieldClass, RecordType};
use booqing_model::{Fields, Record};
use booqing_protocol::SealedRecord;
use booqing_store::Row;
use booqing_store::tables::document::Numbered;
use booqing_store::tables::outbox::Waiting;
use serde_json::Value;

use crate::SyncError;
use crate::incident::Incident;
use crate::inward::Inward;
use crate::merge::Merged;
use crate::numbering::{CLASS, GIVEN, PLACE, numbered};

/// A document three times: as it was, here and at the hub.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sides<'a> {
    pub(crate) base: &'a Fields,
    pub(crate) mine: &'a Fields,
    pub(crate) theirs: &'a Fields,
}

/// Whether a field is one that does not change once a document is issued.
fn is_pinned(record: &RecordType, name: &str) -> bool {
    record.field(name).is_some_and(|field| {
        matches!(field.class, FieldClass::Statutory { .. }) || GIVEN.contains(&field.name)
    })
}

/// Whether a document was issued by this program, whatever became of its place in a series.
fn is_issued(fields: &Fields) -> bool {
    fields.text("fingerprint").is_some()
}

/// Whether a document is issued, or on its way to be.
pub(crate) fn is_going_out(fields: &Fields) -> bool {
    is_issued(fields) || fields.text("state") == Some(DocumentState::Issuing.code())
}

fn of(fields: &Fields, name: &str) -> Value {
    fields.get(name).cloned().unwrap_or_default()
}

/// What was issued stands: what was made of it apart, and does not fit that any more, becomes a conflict for
/// a person to see. What was issued at the hub comes before what was issued here. The groups in which
/// what was made here stands against what was made there.
fn stand(merged: &mut Merged, sides: Sides<'_>) -> Vec<&'static str> {
    let Sides { base, mine, theirs } = sides;
    if is_issued(theirs) {
        // Its place in the series is the one that it has at the hub.
        for name in PLACE {
            merged.fields.set(name, of(theirs, name));
        }
        merged.conflicts.retain(|group| *group != "issue");
    }
    if is_issued(base) {
        return Vec::new();
    }
    let issuing = mine.text("state") == Some(DocumentState::Issuing.code());
    let (issued, other) = match (is_issued(theirs), is_issued(mine) || issuing) {
        (true, _) => (theirs, mine),
        (false, true) => (mine, theirs),
        (false, false) => return Vec::new(),
    };
    let record = Document::TYPE;
    let mut lost: BTreeMap<&'static str, bool> = BTreeMap::new();
    for field in record.fields.iter().filter(|field| is_pinned(record, field.name)) {
        let name = field.name;
        merged.fields.set(name, of(issued, name));
        // That it was to be issued there too, it is.
        let is_lost = !GIVEN.contains(&name)
            && of(other, name) != of(base, name)
            && of(other, name) != of(issued, name);
        *lost.entry(field.group).or_default() |= is_lost;
    }
    merged.conflicts.retain(|group| !lost.contains_key(group));
    let lost = lost.into_iter().filter(|(_, lost)| *lost).map(|(group, _)| group);
    if is_issued(theirs) {
        merged.conflicts.extend(lost);
        return Vec::new();
    }
    lost.collect()
}

impl Inward<'_> {
    /// Whether a document has a number here that the hub has refused: whatever comes does not take that
    /// away.
    pub(crate) fn holds_number(&self, class: &str, row: &Row) -> Result<bool, SyncError> {
        if class != CLASS || numbered(&row.fields).is_none() {
            return Ok(false);
        }
        let base = self.exchange.base(row.id)?;
        Ok(base.is_some_and(|base| numbered(&base).is_none())
            && self.exchange.is_refused(row.id)?)
    }

    /// Sees to it that a document that was issued stands. The groups in which what was made here stands
    /// against what was made there.
    pub(crate) fn stand(
        &mut self,
        merged: &mut Merged,
        row: &Row,
        sides: Sides<'_>,
    ) -> Result<Vec<&'static str>, SyncError> {
        let kept = stand(merged, sides);
        let Sides { base, mine, theirs } = sides;
        match (numbered(mine), numbered(theirs)) {
            (Some(here), Some(there))
                if !is_issued(base)
                    && (here.series, here.sequence) != (there.series, there.sequence) =>
            {
                self.keep_twin(row, &here)?;
            }
            _ => {}
        }
        Ok(kept)
    }

    /// Keeps what was made there of groups in which what was made here stands.
    pub(crate) fn keep_theirs(
        &mut self,
        record: &SealedRecord,
        sides: (&Row, &Row),
        groups: &[&'static str],
        base: &Fields,
    ) -> Result<(), SyncError> {
        for group in groups {
            self.keep_other_side(Document::TYPE, record, sides, group, base)?;
        }
        Ok(())
    }

    /// A document was issued twice, with a number of each of two series: what went out from here is a
    /// document of its own from now on, and everybody hears of it. Every desk that holds it makes the same
    /// one of it.
    fn keep_twin(&mut self, row: &Row, number: &Numbered) -> Result<(), SyncError> {
        let (id, now) = (self.sealer.chain.twin_id(row.id, number), self.surroundings.now());
        if self.exchange.row(CLASS, id)?.is_some() || self.exchange.synced(id)?.is_some() {
            return Ok(());
        }
        let mut fields = row.fields.clone();
        let previous = fields.text("previous").map(str::to_owned);
        self.sealer.chain.link_again(id, &mut fields, previous);
        let twin = Row { seq: 0, id, version: 1, fields, unknown: row.unknown.clone() };
        self.exchange.put_row(CLASS, &twin, None, now)?;
        self.exchange.put_outbox(now, &[Waiting::new(CLASS, id, 1)])?;
        let reason = format!("document {} is also document {id}", row.id);
        let record = Some((CLASS, row.id));
        let incident = Incident { operation: "series.issued_twice", record, reason };
        incident.record_once(self.exchange, self.sealer, self.surroundings)
    }
}
