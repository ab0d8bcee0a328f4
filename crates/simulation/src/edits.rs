//! What people do at a desk.

use std::collections::HashSet;
use std::sync::Arc;

use booqing_model::entities::{DELETION, place_of};
use booqing_model::fields::Patch;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id, Values, parts};
use booqing_store::{Cache, Change, ChangeSet, Edit, Row};
use booqing_sync::inward::Surroundings;
use serde_json::{Value, json};

use crate::Failed;
use crate::entries::{Entries, mark, marks_in};
use crate::{papers, places, years};

/// The fields of a client that hold one value each.
const SCALARS: &[&str] = &["phone", "email", "website"];
/// Those of a booking.
const BOOKING_SCALARS: &[&str] = &["title", "location"];

/// What somebody is about to enter: the changes, and what they mean.
#[derive(Debug)]
pub(crate) struct Deed {
    changes: Vec<Change>,
    /// Each entry, in the order of its number: whether it has a mark, and what it replaces.
    entries: Vec<(bool, HashSet<usize>)>,
}

/// What somebody uses of a desk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Used<'d> {
    /// What it keeps.
    pub cache: &'d Arc<Cache>,
    /// Whether it shows only what the version before knows.
    pub is_older: bool,
    /// Whether it may number documents itself: a desk of which there may be two may not.
    pub has_own_series: bool,
}

/// Thinks of something to enter, from what the desk shows.
///
/// # Errors
/// When the cache cannot be read.
pub(crate) fn think(
    Used { cache, is_older, has_own_series }: Used<'_>,
    around: &dyn Surroundings,
    entries: &Entries,
    dice: &mut fastrand::Rng,
) -> Result<Deed, Failed> {
    let mut deed = Deed { changes: Vec::new(), entries: Vec::new() };
    let first = entries.next();
    let mut touched = HashSet::new();
    let sealed = years::sealed(cache)?;
    if dice.u8(0..60) == 0 {
        deed.changes.extend(years::seal(cache, around)?);
        return Ok(deed);
    }
    for _ in 0..if dice.u8(0..4) == 0 { dice.usize(2..5) } else { 1 } {
        let clients = cache.read(|reader| reader.ids("client"))?;
        let class = match dice.u8(0..8) {
            0 | 1 => "booking",
            2..=4 if !is_older => "document",
            _ => "client",
        };
        let ids = cache.read(|reader| reader.ids(class))?;
        let known = if ids.is_empty() || dice.u8(0..5) == 0 { None } else { dice.choice(&ids) };
        let next = || deed.entries.len() + first;
        let Some(id) = known else {
            let number = mark(next());
            deed.entries.push((true, HashSet::new()));
            let (id, client) = (around.id()?, dice.choice(&clients).copied());
            let mut fields = new_record(class, &number, client);
            if class == "document" && !deed.changes.iter().any(|one| one.class == "number_series") {
                deed.changes.extend(papers::new_series(cache, has_own_series)?);
            }
            if class == "booking" {
                fields.set("fiscal_year", json!(years::some_open(&sealed, dice)));
                let rooms = cache.read(|reader| reader.ids("resource"))?;
                let room = dice.choice(&rooms).copied();
                let room = room.map_or_else(|| deed.new_room(around), Ok)?;
                places::give(&mut fields, room, dice);
            }
            deed.changes.push(Change { class: class.to_owned(), id, edit: Edit::Create(fields) });
            continue;
        };
        // One that was numbered here is the last of its series until this is done.
        if !touched.insert(*id) || (class == "document" && deed.numbers()) {
            continue;
        }
        let Some(row) = cache.read(|reader| reader.get(class, *id))? else { continue };
        if years::is_in(&sealed, &row.fields) {
            continue;
        }
        let change = |edit| Change { class: class.to_owned(), id: *id, edit };
        let is_issued = class == "document" && !papers::is_draft(&row.fields);
        if dice.u8(0..12) == 0 && !is_issued {
            // Also what the version before does not show goes with it.
            let whole = parts::whole(&row.fields, &row.unknown);
            deed.entries.push((false, marks_in(&json!(whole).to_string())));
            deed.changes.push(change(Edit::Delete));
            continue;
        }
        let patch = if class == "booking" && dice.u8(0..2) == 0 {
            places::change(&row.fields, dice)
        } else if class == "document" && !is_issued && dice.u8(0..3) != 0 {
            let here =
                if has_own_series && dice.bool() { papers::issue_here(cache, &row)? } else { None };
            here.unwrap_or_else(papers::issue)
        } else {
            some_patch((class, is_older), &row, first, &mut deed.entries, dice)
        };
        if !patch.is_empty() {
            deed.changes.push(change(Edit::Change(patch)));
        }
    }
    Ok(deed)
}

fn new_record(class: &str, number: &str, client: Option<Id>) -> Fields {
    if class == "document" {
        return papers::draft(number, client);
    }
    let values: Vec<(&str, Value)> = if class == "client" {
        vec![("kind", json!("person")), ("number", json!(number))]
    } else {
        vec![("state", json!("confirmed")), ("number", json!(number)), ("client", json!(client))]
    };
    values.into_iter().collect()
}

/// A change of one field, or of one group of them.
fn some_patch(
    (class, is_older): (&str, bool),
    row: &Row,
    first: usize,
    entries: &mut Vec<(bool, HashSet<usize>)>,
    dice: &mut fastrand::Rng,
) -> Patch {
    let text = |name: &str| row.fields.text(name).unwrap_or_default().to_owned();
    let mut patch = Patch::new();
    let mut enter = |seen: HashSet<usize>| {
        entries.push((true, seen));
        mark(first + entries.len() - 1)
    };
    match dice.u8(0..6) {
        0 if class == "client" => {
            for name in ["given_name", "family_name"] {
                let seen = marks_in(&text(name));
                patch.set(name, json!(enter(seen)));
            }
        }
        1 if class == "client" => {
            let mut tags: Vec<String> = match row.fields.get("tags") {
                Some(Value::Array(tags)) => {
                    tags.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
                }
                _ => Vec::new(),
            };
            if !tags.is_empty() && dice.bool() {
                let gone = tags.remove(dice.usize(0..tags.len()));
                entries.push((false, marks_in(&gone)));
            } else {
                tags.push(enter(HashSet::new()));
            }
            patch.set("tags", json!(tags));
        }
        2 | 3 if !is_older || class != "client" => {
            let note = text("note");
            let mut lines: Vec<String> = note.lines().map(str::to_owned).collect();
            if !lines.is_empty() && dice.u8(0..3) == 0 {
                let place = dice.usize(0..lines.len());
                if let Some(line) = lines.get_mut(place) {
                    *line = enter(marks_in(line));
                }
            } else {
                lines.insert(dice.usize(0..=lines.len()), enter(HashSet::new()));
            }
            patch.set("note", json!(lines.join("\n")));
        }
        _ => {
            let names = match class {
                "client" => SCALARS,
                "booking" => BOOKING_SCALARS,
                _ if papers::is_draft(&row.fields) => &["reference"],
                _ => &["note"],
            };
            let name = dice.choice(names).copied().unwrap_or("note");
            let seen = marks_in(&text(name));
            patch.set(name, json!(enter(seen)));
        }
    }
    patch
}

impl Deed {
    /// Whether a document is numbered.
    fn numbers(&self) -> bool {
        self.changes.iter().any(|one| match &one.edit {
            Edit::Change(patch) => patch.iter().any(|(name, _)| name == "sequence"),
            Edit::Create(_) | Edit::Delete => false,
        })
    }

    /// Another room, for one booking at a time.
    fn new_room(&mut self, around: &dyn Surroundings) -> Result<Id, Failed> {
        let id = around.id()?;
        let edit = Edit::Create(places::room());
        self.changes.push(Change { class: "resource".to_owned(), id, edit });
        Ok(id)
    }

    /// Does it.
    ///
    /// # Errors
    /// When the cache refuses.
    pub(crate) fn commit(&self, cache: &Cache, now: Moment) -> Result<(), Failed> {
        let set = ChangeSet {
            operation: "play".to_owned(),
            at: now,
            user: None,
            changes: self.changes.clone(),
        };
        cache.write(|writer| writer.commit(&set))?;
        Ok(())
    }

    /// The records that it is about, as they stand.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub(crate) fn rows(&self, cache: &Cache) -> Result<Vec<Option<Row>>, Failed> {
        let rows = self
            .changes
            .iter()
            .map(|change| cache.read(|reader| reader.get(&change.class, change.id)));
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether the cache shows it: after a crash nobody knows.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub(crate) fn is_done(&self, cache: &Cache) -> Result<bool, Failed> {
        let Some(change) = self.changes.first() else { return Ok(false) };
        let row = cache.read(|reader| reader.get(&change.class, change.id))?;
        Ok(match (&change.edit, row) {
            (Edit::Create(_), row) => row.is_some(),
            (Edit::Delete, row) => row.is_none(),
            (Edit::Change(patch), Some(row)) => {
                let is_now = |name: &str| row.fields.get(name).cloned().unwrap_or_default();
                patch.iter().all(|(name, value)| is_now(name) == *value)
            }
            (Edit::Change(_), None) => false,
        })
    }

    /// Notes what was entered.
    pub(crate) fn note(self, desk: usize, entries: &mut Entries) {
        for (has_mark, replaces) in self.entries {
            entries.add(desk, has_mark, &replaces);
        }
    }
}

/// Thinks of settling one conflict in favour of either side, as a person does who sees both; `None` where
/// there is none that can be.
///
/// # Errors
/// When the cache cannot be read.
pub(crate) fn resolve(
    cache: &Arc<Cache>,
    now: Moment,
    dice: &mut fastrand::Rng,
) -> Result<Option<Deed>, Failed> {
    let ids = cache.read(|reader| reader.ids("conflict"))?;
    let Some(id) = dice.choice(&ids) else { return Ok(None) };
    let Some(row) = cache.read(|reader| reader.get("conflict", *id))? else { return Ok(None) };
    let sealed = years::sealed(cache)?;
    if row.fields.get("resolved_at").is_some() || years::is_in(&sealed, &row.fields) {
        return Ok(None);
    }
    let side = if dice.bool() { "mine" } else { "theirs" };
    let mut patch = Patch::new();
    patch.set("resolved_at", json!(now));
    patch.set("resolution", json!(side));
    let mut changes =
        vec![Change { class: "conflict".to_owned(), id: *id, edit: Edit::Change(patch) }];
    let mut entries = Vec::new();
    match kept(cache, &row.fields, side)? {
        Kept::Change(change) => changes.push(change),
        Kept::Deletion(change, row) => {
            let whole = parts::whole(&row.fields, &row.unknown);
            entries.push((false, marks_in(&json!(whole).to_string())));
            changes.push(change);
        }
        Kept::Stands => {}
        Kept::CannotBe => return Ok(None),
    }
    Ok(Some(Deed { changes, entries }))
}

/// What keeping a side of a conflict means.
enum Kept {
    /// It stands already.
    Stands,
    /// This change.
    Change(Change),
    /// This deletion, of what is there.
    Deletion(Change, Row),
    /// The record was changed again since, or what it is about cannot be changed like that.
    CannotBe,
}

/// What keeping a side means for the record of a conflict, which holds `theirs`, and is there where one side
/// deleted it.
fn kept(cache: &Arc<Cache>, conflict: &Fields, side: &str) -> Result<Kept, Failed> {
    let about = conflict.text("record_class").and_then(booqing_model::register::find);
    let (Some(record), Some(id)) = (about, conflict.id("record")) else {
        return Ok(Kept::CannotBe);
    };
    let Some(row) = cache.read(|reader| reader.get(record.class, id))? else {
        return Ok(Kept::Stands);
    };
    let group = conflict.text("field_group").unwrap_or_default();
    let change = |edit| Change { class: record.class.to_owned(), id, edit };
    let of = |place: &str, side: &str, name: &str| {
        let value = conflict.get(place).and_then(|sides| sides.get(side)?.get(name));
        value.cloned().unwrap_or_default()
    };
    if group == DELETION {
        let is_draft = record.class != "document" || papers::is_draft(&row.fields);
        return Ok(match of("working", side, DELETION) == json!(true) {
            true if !is_draft => Kept::CannotBe,
            true => Kept::Deletion(change(Edit::Delete), row),
            false => Kept::Stands,
        });
    }
    if side == "theirs" {
        return Ok(Kept::Stands);
    }
    if !["client", "booking"].contains(&record.class) || row.fields.text("state") == Some("clash") {
        return Ok(Kept::CannotBe);
    }
    let mut patch = Patch::new();
    for field in record.group(group) {
        let place = place_of(field.class);
        if row.fields.get(field.name).cloned().unwrap_or_default()
            != of(place, "theirs", field.name)
        {
            return Ok(Kept::CannotBe);
        }
        patch.set(field.name, of(place, "mine", field.name));
    }
    Ok(Kept::Change(change(Edit::Change(patch))))
}
