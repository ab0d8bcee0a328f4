//! What was entered for a fiscal year that was sealed meanwhile becomes a late entry: the record is again
//! what it is at the hub, and what was entered is kept for a person to see to.
//!
//! The hub only says that a year is sealed. The desk looks for itself: what does not know the year to be
//! sealed pulls first.

use std::collections::BTreeSet;

use booqing_model::entities::{Document, Entry, FiscalYearState, Intent, late_place_of};
use booqing_model::field::{FieldClass, Person, RecordType};
use booqing_model::parts::Unknown;
use booqing_model::register::NOTES;
use booqing_model::time::{Date, Moment};
use booqing_model::{Fields, Id, Record};
use booqing_retention::FiscalYear;
use booqing_store::Row;
use booqing_store::tables::outbox::{OutboxEntry, Waiting};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::SyncError;
use crate::numbering;
use crate::outward::Outward;

/// Why the hub refuses what is meant for a sealed year.
pub(crate) const CODE: &str = "year_sealed";
/// The record class of late entries.
const CLASS: &str = "late_entry";
/// The field that names the year of a record.
const YEAR: &str = "fiscal_year";

/// What somebody meant to do with a record, and what that changes.
struct Meant {
    intent: Intent,
    before: Fields,
    after: Fields,
}

impl Outward<'_> {
    /// Makes late entries of the records of an entry that are of sealed years, as far as that is known
    /// here: how many; `None` when nothing of it is. The others stay in the entry.
    pub(crate) fn be_late(&self, entry: &mut OutboxEntry) -> Result<Option<u64>, SyncError> {
        let sealed = self.exchange.sealed_years()?;
        let (mut left, mut moved) = (BTreeSet::new(), 0);
        for waiting in &entry.records {
            let is_of_it = waiting.class != YEAR && !NOTES.contains(&waiting.class.as_str());
            let Some(record) = self.sealer.known(&waiting.class).filter(|_| is_of_it) else {
                continue;
            };
            let row = self.exchange.row(record.class, waiting.id)?;
            let base = self.exchange.base(waiting.id)?;
            let years = [row.as_ref().map(|row| &row.fields), base.as_ref()];
            // Also the one that it was deleted in at the hub: what is left of it there is of that year.
            let there = self.exchange.synced(waiting.id)?.map(|synced| synced.fiscal_year);
            let year = years
                .into_iter()
                .flatten()
                .filter_map(|fields| fields.integer(YEAR))
                .chain(there)
                .find(|year| sealed.contains(year));
            let Some(year) = year else { continue };
            if let Some(row) = &row
                && self.moves_on(row, base.as_ref(), year, &sealed)?
            {
                moved += 1;
                continue;
            }
            if let Some(meant) = self.take_back(record, waiting.id, row, base)? {
                self.keep_late(record, waiting.id, year, &sealed, &meant)?;
            }
            self.exchange.leave_entry(entry.n, waiting.id)?;
            self.exchange.forget_base(waiting.id)?;
            left.insert(waiting.id);
        }
        entry.records.retain(|waiting| !left.contains(&waiting.id));
        Ok(Some(left.len() as u64 + moved).filter(|late| *late > 0))
    }

    /// Whether a document that went out with its number before the year was known to be sealed goes into
    /// the year that is open: it keeps what it went out with, and the late entry says so.
    fn moves_on(
        &self,
        row: &Row,
        base: Option<&Fields>,
        year: i64,
        sealed: &BTreeSet<i64>,
    ) -> Result<bool, SyncError> {
        let has_it = |fields: &Fields| numbering::numbered(fields).is_some();
        if !has_it(&row.fields) || base.is_some_and(has_it) {
            return Ok(false);
        }
        let mut next = Row { version: row.version + 1, ..row.clone() };
        next.fields.set(YEAR, json!(self.open_year(sealed)?));
        self.exchange.put_row(numbering::CLASS, &next, Some(row), self.surroundings.now())?;
        let nothing = Fields::new();
        let meant = Meant { intent: Intent::Create, before: nothing, after: row.fields.clone() };
        self.keep_late(Document::TYPE, row.id, year, sealed, &meant)?;
        Ok(true)
    }

    /// Whether an entry seals a year.
    pub(crate) fn seals(&self, entry: &OutboxEntry) -> Result<bool, SyncError> {
        for waiting in entry.records.iter().filter(|waiting| waiting.class == YEAR) {
            let row = self.exchange.row_some(YEAR, waiting.id, &["state"])?;
            let state = row.as_ref().and_then(|row| FiscalYearState::from_code(row.text("state")?));
            if state.is_some_and(FiscalYearState::is_sealed) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets what seals a year wait for everything else: what is on its way into the year comes first,
    /// whatever numbers it has, also where all of it goes back to a hub that lost it.
    pub(crate) fn seal_last(&self, entries: &mut Vec<OutboxEntry>) -> Result<(), SyncError> {
        let last = entries.iter().rposition(|entry| !entry.records.is_empty()).unwrap_or_default();
        for index in 0..last {
            let Some(entry) = entries.get_mut(index) else { break };
            if !self.seals(entry)? {
                continue;
            }
            let n = self.exchange.put_outbox(Moment(entry.at), &[])?;
            self.exchange.hand_over(entry.n, n)?;
            let moved =
                OutboxEntry { n, records: std::mem::take(&mut entry.records), ..entry.clone() };
            // Behind others that are not read yet it waits with them.
            if entries.last().is_some_and(|last| last.n + 1 == n) {
                entries.push(moved);
            }
        }
        Ok(())
    }

    /// Makes a record what it is at the hub, and says what was meant; `None` when nothing was.
    fn take_back(
        &self,
        record: &'static RecordType,
        id: Id,
        row: Option<Row>,
        base: Option<Fields>,
    ) -> Result<Option<Meant>, SyncError> {
        let (class, now) = (record.class, self.surroundings.now());
        let is_there = self.exchange.synced(id)?.is_some_and(|synced| !synced.deleted);
        let meant = match (row, base.filter(|_| is_there)) {
            (Some(row), Some(base)) => {
                let patch = base.patch_to(&row.fields);
                let pick = |fields: &Fields| -> Fields {
                    let named = |name: &str| Some((name.to_owned(), fields.get(name)?.clone()));
                    patch.names().filter_map(named).collect()
                };
                let meant =
                    Meant { intent: Intent::Change, before: pick(&base), after: pick(&row.fields) };
                let back = Row { version: row.version + 1, fields: base, ..row.clone() };
                self.exchange.put_row(class, &back, Some(&row), now)?;
                meant
            }
            // Here it is as it is there.
            (Some(_), None) if is_there => return Ok(None),
            (Some(row), None) => {
                self.exchange.delete_row(class, &row, now)?;
                Meant { intent: Intent::Create, before: Fields::new(), after: row.fields }
            }
            (None, Some(base)) => {
                let version = self.exchange.last_version(id)? + 1;
                let (fields, unknown) = (base, self.exchange.kept_unknown(id)?);
                let back = Row { seq: 0, id, version, fields, unknown };
                self.exchange.put_row(class, &back, None, now)?;
                // What had stayed closed went with it: nothing to hold it against.
                self.exchange.set_plain(id, None)?;
                Meant { intent: Intent::Delete, before: Fields::new(), after: Fields::new() }
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(meant))
    }

    /// Keeps what was meant, to be sent to every desk.
    fn keep_late(
        &self,
        record: &'static RecordType,
        id: Id,
        year: i64,
        sealed: &BTreeSet<i64>,
        meant: &Meant,
    ) -> Result<(), SyncError> {
        let now = self.surroundings.now();
        let mut is_moved = false;
        let person = record.fields.iter().find_map(|field| match field.class {
            FieldClass::Personal { person: Person::Itself, .. } => Some(json!(id)),
            FieldClass::Personal { person: Person::Named(reference), .. } => {
                is_moved = meant.before.get(reference).is_some();
                // Of a change the person is in the record.
                let named = meant.after.get(reference).or_else(|| meant.before.get(reference));
                named.cloned().or_else(|| {
                    let row = self.exchange.row_some(record.class, id, &[reference]).ok()??;
                    row.get(reference).cloned()
                })
            }
            _ => None,
        });
        let values = [
            (YEAR, json!(self.open_year(sealed)?)),
            ("meant_for", json!(year)),
            ("record_class", json!(record.class)),
            ("record", json!(id)),
            ("intent", json!(meant.intent)),
            ("person", person.unwrap_or(Value::Null)),
            ("entered_at", json!(self.exchange.changed_at(id)?)),
            ("found_at", json!(now)),
            ("found_by", json!(crate::wire::model_id(self.sealer.desk()))),
        ];
        let places: BTreeSet<&str> =
            record.fields.iter().map(|field| late_place_of(field.class)).collect();
        let entries = places.into_iter().filter_map(|place| {
            let pick = |side: &Fields| -> Fields {
                let fields = record.fields.iter();
                let fields = fields.filter(|field| late_place_of(field.class) == place);
                fields
                    .filter_map(|field| Some((field.name, side.get(field.name)?.clone())))
                    .collect()
            };
            // What was of somebody else before does not lie under the key of whoever came after; the
            // record has it.
            let is_of_another = is_moved && !["working", "statutory"].contains(&place);
            let nothing = Fields::new();
            let before = if is_of_another { &nothing } else { &meant.before };
            let entry = Entry { before: pick(before), after: pick(&meant.after) };
            let holds = !entry.before.is_empty() || !entry.after.is_empty();
            holds.then(|| (place, json!(entry)))
        });
        let fields: Fields = values.into_iter().chain(entries).collect();
        let (late, version) = (self.surroundings.id()?, 1);
        let row = Row { seq: 0, id: late, version, fields, unknown: Unknown::new() };
        self.exchange.put_row(CLASS, &row, None, now)?;
        self.exchange.put_outbox(now, &[Waiting::new(CLASS, late, version)])?;
        Ok(())
    }

    /// The fiscal year that is going on, or the first after it that is not sealed.
    fn open_year(&self, sealed: &BTreeSet<i64>) -> Result<i64, SyncError> {
        let now = Timestamp::from_second(self.surroundings.now().0).unwrap_or_default();
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let years = self.exchange.fiscal_years(None)?;
        let ordinary = || match self.sealer.terms() {
            Some(terms) => terms.fiscal_year(Date(today)),
            None => today.year().into(),
        };
        let mut year = FiscalYear::called(&years, today).unwrap_or_else(ordinary);
        while sealed.contains(&year) {
            year += 1;
        }
        Ok(year)
    }
}
