//! A change: rows, their history, the outbox entry and the undo step in one transaction.

use std::collections::BTreeSet;

use booqing_model::field::RecordType;
use booqing_model::fields::Patch;
use booqing_model::parts::{self, Unknown};
use booqing_model::time::Moment;
use booqing_model::{Fields, Id, register};
use rusqlite::Connection;
use serde_json::Value;

use crate::rows::{self, Row};
use crate::tables::history::{self, HistoryEntry, HistoryKind};
use crate::tables::outbox::{self, Waiting};
use crate::tables::{base, connection, fiscal_year, synced, undo};
use crate::{Result, StoreError, search};

mod issued;

/// What is done to a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// It is made with these values.
    Create(Fields),
    /// Some of its fields change.
    Change(Patch),
    /// It is deleted. Its history stays.
    Delete,
}

/// What is done to one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The record class.
    pub class: String,
    /// The record.
    pub id: Id,
    /// What is done to it.
    pub edit: Edit,
}

/// What is done together: all of it or none.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeSet {
    /// What a person would call it, by its stable name, such as `client.set`.
    pub operation: String,
    /// When.
    pub at: Moment,
    /// By whom, where that is known.
    pub user: Option<Id>,
    /// The records.
    pub changes: Vec<Change>,
}

/// What came of a change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The step it can be undone by; `None` when nothing changed.
    pub step: Option<i64>,
    /// The records that changed.
    pub records: Vec<(String, Id)>,
}

/// Carries out a change set inside the caller's transaction.
pub(crate) fn apply(
    connection: &Connection,
    set: &ChangeSet,
    undoes: Option<i64>,
) -> Result<Committed> {
    let mut step = Step::new(connection, &set.operation, set.at, set.user, undoes);
    let deleted = set.changes.iter().filter(|change| change.edit == Edit::Delete).count();
    step.rebuilds_search = deleted > MANY;
    for change in &set.changes {
        step.change(change)?;
    }
    step.finish()
}

/// From so many deleted records on, the search index is made again instead of cleaned word by word.
const MANY: usize = 1_000;

/// Changes that are made one after the other and taken back together.
#[derive(Debug)]
pub struct Step<'a> {
    connection: &'a Connection,
    operation: String,
    at: Moment,
    user: Option<Id>,
    undoes: Option<i64>,
    /// Its number, once something has changed: what changes nothing leaves no trace.
    step: Option<i64>,
    rebuilds_search: bool,
    /// The fiscal years that are sealed.
    sealed: Sealed,
    waiting: Vec<Waiting>,
}

impl<'a> Step<'a> {
    pub(crate) fn new(
        connection: &'a Connection,
        operation: &str,
        at: Moment,
        user: Option<Id>,
        undoes: Option<i64>,
    ) -> Self {
        let operation = operation.to_owned();
        let (step, rebuilds_search) = (None, false);
        let (sealed, waiting) = (Sealed::default(), Vec::new());
        Self { connection, operation, at, user, undoes, step, rebuilds_search, sealed, waiting }
    }

    /// Makes a change, and writes its history.
    ///
    /// # Errors
    /// [`StoreError`]; the whole step must be given up then.
    pub fn change(&mut self, change: &Change) -> Result<()> {
        // As it was before the step: a year is not opened and changed in one.
        self.sealed.load(self.connection)?;
        let done = apply_one(self.connection, change, self.rebuilds_search)?;
        let Some(done) = done else { return Ok(()) };
        self.sealed.check(&done)?;
        issued::check(self.connection, &done)?;
        let step = match self.step {
            Some(step) => step,
            None => {
                let (operation, at, user) = (&self.operation, self.at, self.user);
                undo::add(self.connection, operation, at, user, self.undoes)?
            }
        };
        self.step = Some(step);
        let Done { class, id, version, kind, before, after, unknown, .. } = done;
        self.waiting.push(Waiting::new(&class, id, version));
        let (at, user) = (self.at, self.user);
        let entry = HistoryEntry {
            class,
            record: id,
            version,
            at,
            user,
            step: Some(step),
            kind,
            before,
            after,
        };
        history::add(self.connection, &entry)?;
        match rows::write_unknown(&unknown)? {
            Some(unknown) => history::keep_unknown(self.connection, id, version, &unknown),
            None => Ok(()),
        }
    }

    /// Puts what changed into the outbox.
    ///
    /// # Errors
    /// When the database fails.
    pub fn finish(self) -> Result<Committed> {
        if self.rebuilds_search {
            search::rebuild(self.connection)?;
        }
        outbox::add_all(self.connection, self.at.0, &self.waiting)?;
        let records = self.waiting.into_iter().map(|waiting| (waiting.class, waiting.id));
        Ok(Committed { step: self.step, records: records.collect() })
    }
}

/// Several steps in one transaction: all of them, durably, or none.
#[derive(Debug)]
pub struct Batch<'a> {
    pub(crate) connection: &'a Connection,
}

impl Batch<'_> {
    /// Carries out a change set.
    ///
    /// # Errors
    /// [`StoreError`]; the whole batch must be given up then.
    pub fn apply(&self, set: &ChangeSet) -> Result<Committed> {
        apply(self.connection, set, None)
    }

    /// Begins a step whose changes come one after the other.
    pub fn begin(&self, operation: &str, at: Moment, user: Option<Id>) -> Step<'_> {
        Step::new(self.connection, operation, at, user, None)
    }
}

/// The fiscal years that are sealed when a step begins.
#[derive(Debug, Default)]
struct Sealed(Option<BTreeSet<i64>>);

impl Sealed {
    fn load(&mut self, connection: &Connection) -> Result<()> {
        if self.0.is_none() {
            self.0 = Some(fiscal_year::sealed(connection)?);
        }
        Ok(())
    }

    /// Refuses what adds to a sealed year, changes something in it or takes something out of it. This is
    /// the one place where that is decided for whatever is done here.
    fn check(&self, done: &Done) -> Result<()> {
        let is_of_it =
            done.class != fiscal_year::CLASS && !register::NOTES.contains(&done.class.as_str());
        let has_year =
            |record: &RecordType| record.routing().any(|field| field.name == fiscal_year::CLASS);
        if !is_of_it || !register::find(&done.class).is_some_and(has_year) {
            return Ok(());
        }
        let sealed = self.0.iter().flatten();
        match sealed.copied().find(|year| done.years.contains(&Some(*year))) {
            Some(year) => Err(StoreError::YearSealed(year)),
            None => Ok(()),
        }
    }
}

struct Done {
    /// What it was, of what does not change any more once it is so.
    issued: issued::Before,
    /// The fiscal years the record was and is in.
    years: [Option<i64>; 2],
    class: String,
    id: Id,
    version: i64,
    kind: HistoryKind,
    before: Fields,
    after: Patch,
    /// What goes with it that this version does not know.
    unknown: Unknown,
}

fn apply_one(
    connection: &Connection,
    change: &Change,
    rebuilds_search: bool,
) -> Result<Option<Done>> {
    let Change { class, id, edit } = change;
    let current = rows::get(connection, class, *id)?;
    let year = |fields: &Fields| fields.integer(fiscal_year::CLASS);
    let issued = issued::Before::of(class, current.as_ref());
    let before_year = current.as_ref().and_then(|row| year(&row.fields));
    let done = |version, kind, before: Fields, after: Patch| Done {
        issued,
        years: [before_year, year(&before.with(&after)).or(before_year)],
        class: class.clone(),
        id: *id,
        version,
        kind,
        before,
        after,
        unknown: Unknown::new(),
    };
    match (edit, current) {
        (Edit::Create(_), Some(_)) => {
            Err(StoreError::RecordExists { class: class.clone(), id: *id })
        }
        (Edit::Change(_) | Edit::Delete, None) => {
            Err(StoreError::NoRecord { class: class.clone(), id: *id })
        }
        (Edit::Create(fields), None) => {
            let row = created(connection, *id, canonical(class, fields.clone())?)?;
            rows::insert(connection, class, &row)?;
            search::add(connection, class, *id, &row.fields)?;
            let after = Fields::new().patch_to(&row.fields);
            Ok(Some(done(row.version, HistoryKind::Create, Fields::new(), after)))
        }
        (Edit::Change(patch), Some(mut row)) => {
            let next = canonical(class, row.fields.with(patch))?;
            let after = row.fields.patch_to(&next);
            if after.is_empty() {
                return Ok(None);
            }
            keep_base(connection, &row)?;
            let before = pick(&row.fields, &after);
            row.version += 1;
            row.fields = next;
            rows::update(connection, class, &row)?;
            search::put(connection, class, *id, &row.fields)?;
            Ok(Some(done(row.version, HistoryKind::Change, before, after)))
        }
        (Edit::Delete, Some(row)) => {
            keep_base(connection, &row)?;
            rows::delete(connection, class, *id)?;
            if rebuilds_search {
                search::remove_entry(connection, *id)?;
            } else {
                search::remove(connection, *id)?;
            }
            let after = row.fields.patch_to(&Fields::new());
            let deleted = done(row.version + 1, HistoryKind::Delete, row.fields, after);
            Ok(Some(Done { unknown: row.unknown, ..deleted }))
        }
    }
}

/// A record as it is made. One that comes back goes on counting where it was deleted, with what a version
/// before did not know of it.
fn created(connection: &Connection, id: Id, fields: Fields) -> Result<Row> {
    let version = history::last_version(connection, id)? + 1;
    let kept = if version > 1 { history::kept_unknown(connection, id)? } else { None };
    let unknown = rows::read_unknown(kept.as_deref())?;
    if !unknown.is_empty() {
        // It may be known by now.
        connection::forget_read_with(connection)?;
    }
    Ok(Row { seq: 0, id, version, fields, unknown })
}

fn canonical(class: &str, mut fields: Fields) -> Result<Fields> {
    let record = register::find(class).ok_or_else(|| StoreError::NoClass(class.to_owned()))?;
    parts::canonical(record, &mut fields);
    Ok(fields)
}

/// Keeps what the hub has, before the first change since.
fn keep_base(connection: &Connection, row: &Row) -> Result<()> {
    if synced::get(connection, row.id)?.is_some() {
        base::keep(connection, row.id, &row.fields)?;
    }
    Ok(())
}

fn pick(fields: &Fields, patch: &Patch) -> Fields {
    patch
        .names()
        .filter_map(|name| fields.get(name).map(|value| (name.to_owned(), value.clone())))
        .collect()
}

/// The change set that takes a step back.
///
/// # Errors
/// [`StoreError::NothingToUndo`] when there is no such step or it was undone already;
/// [`StoreError::ChangedSince`] when a field it changed has another value now.
pub(crate) fn inverse(
    connection: &Connection,
    step: i64,
    at: Moment,
    user: Option<Id>,
) -> Result<ChangeSet> {
    let undone = undo::get(connection, step)?
        .filter(|step| step.undone_by.is_none())
        .ok_or(StoreError::NothingToUndo(step))?;
    let entries = history::of_step(connection, step)?;
    let changes = entries
        .iter()
        .rev()
        .map(|entry| inverse_of(connection, entry))
        .collect::<Result<Vec<_>>>()?;
    Ok(ChangeSet { operation: format!("undo {}", undone.operation), at, user, changes })
}

fn inverse_of(connection: &Connection, entry: &HistoryEntry) -> Result<Change> {
    let changed = |field: &str| StoreError::ChangedSince {
        class: entry.class.clone(),
        id: entry.record,
        field: field.to_owned(),
    };
    let current = rows::get(connection, &entry.class, entry.record)?;
    let edit = match (entry.kind, current) {
        (HistoryKind::Delete, None) => Edit::Create(entry.before.clone()),
        (HistoryKind::Delete, Some(_)) => return Err(changed("deleted")),
        (HistoryKind::Create | HistoryKind::Change, None) => return Err(changed("deleted")),
        (HistoryKind::Create, Some(row)) => {
            // What was added to a new record since would be lost with it.
            let made = Fields::new().with(&entry.after);
            if let Some(name) = made.patch_to(&row.fields).names().next() {
                return Err(changed(name));
            }
            if !row.unknown.is_empty() {
                return Err(StoreError::NewerSince {
                    class: entry.class.clone(),
                    id: entry.record,
                });
            }
            Edit::Delete
        }
        (HistoryKind::Change, Some(row)) => {
            let mut back = Patch::new();
            for (name, after) in entry.after.iter() {
                let now = row.fields.get(name).unwrap_or(&Value::Null);
                if now != after {
                    return Err(changed(name));
                }
                back.set(name, entry.before.get(name).cloned().unwrap_or(Value::Null));
            }
            Edit::Change(back)
        }
    };
    Ok(Change { class: entry.class.clone(), id: entry.record, edit })
}
