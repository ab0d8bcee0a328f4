//! Conflicts: two edits of one thing, side by side, and the decision between them.

use std::collections::BTreeSet;

use booqing_model::entities::{DELETION, Resolution, place_of};
use booqing_model::fields::Patch;
use booqing_model::following::FOLLOWING;
use booqing_model::{Fields, Id, register};
use booqing_store::{Change, ChangeSet, Edit, Reader};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::history::title;
use crate::words::{self, Style};
use crate::{Desk, DeskError, Language, Result, desks};

const CLASS: &str = "conflict";

/// A conflict, with its sides in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ConflictLine {
    /// The conflict.
    pub id: Id,
    /// The class of the record it is about.
    pub record_class: String,
    /// That record.
    pub record: String,
    /// What that record is called.
    pub title: String,
    /// When it was found, in seconds since 1970.
    #[ts(type = "number")]
    pub found_at: i64,
    /// The desk whose edit is `mine`: this one, where it is a side.
    pub found_by: String,
    /// The desk whose edit is `theirs`.
    pub theirs_by: String,
    /// When `mine` was entered, by the clock of its desk, in seconds since 1970; null where nobody knows.
    #[ts(type = "number | null")]
    pub mine_at: Option<i64>,
    /// When `theirs` was entered.
    #[ts(type = "number | null")]
    pub theirs_at: Option<i64>,
    /// The fields, side by side.
    pub fields: Vec<ConflictField>,
    /// How it was settled; null while it is open.
    pub resolution: Option<String>,
}

/// A field of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ConflictField {
    /// The field.
    pub field: String,
    /// What it is called.
    pub label: String,
    /// Before both edits.
    pub base: Option<String>,
    /// As this desk had it, or on a third one, the desk that found the conflict.
    pub mine: Option<String>,
    /// As the other desk had it.
    pub theirs: Option<String>,
}

/// What was kept of a settled conflict, told from this desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// What this desk entered.
    This,
    /// What another desk entered, by the name of that desk.
    Desk(String),
    /// Neither.
    Other,
}

impl Kept {
    fn of(reader: &Reader<'_>, conflict: &Fields, here: Id) -> Result<Self> {
        Self::by(reader, conflict, conflict.text("resolution"), here)
    }

    /// What a decision about a conflict keeps, by its code.
    pub(crate) fn by(
        reader: &Reader<'_>,
        conflict: &Fields,
        decision: Option<&str>,
        here: Id,
    ) -> Result<Self> {
        let by = match decision {
            Some("mine") => conflict.text("found_by"),
            Some("theirs") => conflict.text("theirs_by"),
            _ => return Ok(Self::Other),
        };
        Ok(match by.unwrap_or_default() {
            desk if desk == here.to_string() => Self::This,
            desk => Self::Desk(desks::name_of(reader, desk)?),
        })
    }

    /// The words for it, such as "what this desk entered was kept".
    pub(crate) fn words(&self, language: Language) -> String {
        match (self, language) {
            (Self::This, Language::En) => "what this desk entered was kept".to_owned(),
            (Self::This, Language::Nl) => "wat deze werkplek invulde is gehouden".to_owned(),
            (Self::Desk(desk), Language::En) => format!("what desk {desk} entered was kept"),
            (Self::Desk(desk), Language::Nl) => format!("wat werkplek {desk} invulde is gehouden"),
            (Self::Other, Language::En) => "something else was entered".to_owned(),
            (Self::Other, Language::Nl) => "er is iets anders ingevuld".to_owned(),
        }
    }

    /// The same as what somebody wanted, such as "keep what this desk entered".
    pub(crate) fn intention(&self, language: Language) -> String {
        match (self, language) {
            (Self::This, Language::En) => "keep what this desk entered".to_owned(),
            (Self::This, Language::Nl) => "houden wat deze werkplek invulde".to_owned(),
            (Self::Desk(desk), Language::En) => format!("keep what desk {desk} entered"),
            (Self::Desk(desk), Language::Nl) => format!("houden wat werkplek {desk} invulde"),
            (Self::Other, Language::En) => "enter something else".to_owned(),
            (Self::Other, Language::Nl) => "iets anders invullen".to_owned(),
        }
    }
}

/// Which side of a conflict is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Keep {
    /// What this desk had, or on a third one, the desk that found the conflict.
    Mine,
    /// What the other desk had.
    Theirs,
}

impl Desk {
    /// The conflicts nobody has settled yet, the oldest first; or all.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn conflicts(&self, all: bool, language: Language) -> Result<Vec<ConflictLine>> {
        let style = self.style(language)?;
        let here = self.connection.desk;
        self.cache.read(|reader| {
            let mut conflicts = Vec::new();
            for id in reader.ids(CLASS)? {
                let Some(row) = reader.get(CLASS, id)? else { continue };
                if all || row.fields.get("resolved_at").is_none() {
                    conflicts.push(line(reader, &style, id, &row.fields, here));
                }
            }
            Ok(conflicts.into_iter().collect())
        })?
    }

    /// One conflict, by its id or the beginning of it.
    ///
    /// # Errors
    /// [`DeskError::Unknown`], [`DeskError::Ambiguous`].
    pub fn conflict(&self, name: &str, language: Language) -> Result<ConflictLine> {
        let id = self.named(CLASS, name)?;
        let all = self.conflicts(true, language)?;
        all.into_iter()
            .find(|conflict| conflict.id == id)
            .ok_or_else(|| DeskError::Unknown { class: CLASS, name: name.to_owned() })
    }

    /// Settles a conflict. The record holds `theirs`, so keeping that changes nothing; `mine` is put
    /// in its place, as a change like any other. What is not kept stays in the conflict. A record that one
    /// side deleted is there until then, and goes when that side is kept.
    ///
    /// # Errors
    /// [`DeskError::Unknown`]; [`DeskError::Settled`] when somebody was first, with what was
    /// decided; [`DeskError::Value`] when the fields were changed again since, or `mine` cannot be
    /// read here.
    pub fn resolve_conflict(&self, name: &str, keep: Keep) -> Result<()> {
        let id = self.named(CLASS, name)?;
        let here = self.connection.desk;
        self.change(|reader| {
            let unknown = || DeskError::Unknown { class: CLASS, name: name.to_owned() };
            let conflict = reader.get(CLASS, id)?.ok_or_else(unknown)?.fields;
            if conflict.get("resolved_at").is_some() {
                return Err(DeskError::Settled(Kept::of(reader, &conflict, here)?));
            }
            let now = SystemSurroundings.now();
            // The record of a conflict is told from the desk that found it.
            let resolution = match (keep, is_other_side(&conflict, here)) {
                (Keep::Mine, false) | (Keep::Theirs, true) => Resolution::Mine,
                (Keep::Theirs, false) | (Keep::Mine, true) => Resolution::Theirs,
            };
            let decided: Patch = [
                ("resolved_at".to_owned(), now.0.into()),
                ("resolution".to_owned(), resolution.code().into()),
            ]
            .into_iter()
            .collect();
            let mut changes =
                vec![Change { class: CLASS.to_owned(), id, edit: Edit::Change(decided) }];
            if resolution == Resolution::Mine {
                changes.extend(put_mine(reader, &conflict)?);
            } else if deletes(&conflict, "theirs") {
                changes.extend(delete(reader, &conflict)?);
            }
            Ok(ChangeSet { operation: "conflict.resolve".to_owned(), at: now, user: None, changes })
        })?;
        Ok(())
    }
}

/// The change that puts `mine` into the record; none when the record is gone.
fn put_mine(reader: &Reader<'_>, conflict: &Fields) -> Result<Option<Change>> {
    let Some((class, record)) = about(conflict) else { return Ok(None) };
    let Some(row) = reader.get(&class, record)? else { return Ok(None) };
    let field = conflict.text("field_group").unwrap_or_default();
    if field == DELETION {
        return if deletes(conflict, "mine") { delete(reader, conflict) } else { Ok(None) };
    }
    let refuse = |reason: (&str, &str)| crate::values::wrong(field, "", reason);
    let sides = (side(conflict, &class, "mine"), side(conflict, &class, "theirs"));
    let (Some(mine), Some(theirs)) = sides else {
        return Err(refuse((
            "cannot be read on this desk; settle it on one that has the key",
            "is op deze werkplek niet te lezen; beslis op een werkplek die de sleutel heeft",
        )));
    };
    let mut patch = Patch::new();
    // What follows from other values was computed again after the merge, and is again now.
    let follows = |name: &&str| class == "booking" && FOLLOWING.contains(name);
    for name in group_of(conflict, &class).into_iter().filter(|name| !follows(name)) {
        let value = |side: &Fields| side.get(name).cloned().unwrap_or_default();
        if row.fields.get(name).cloned().unwrap_or_default() != value(&theirs) {
            return Err(refuse((
                "was changed again since; look at it and change it by hand",
                "is sindsdien weer gewijzigd; bekijk het en wijzig het met de hand",
            )));
        }
        patch.set(name, value(&mine));
    }
    let mut fields = row.fields.with(&patch);
    if class == "booking" {
        crate::booking::follow(reader, &mut fields)?;
        crate::clash::check_place(reader, record, &row.fields, &fields)?;
    }
    let edit = Edit::Change(row.fields.patch_to(&fields));
    Ok(Some(Change { class, id: record, edit }))
}

/// The change that deletes the record after all; none when it is gone already.
fn delete(reader: &Reader<'_>, conflict: &Fields) -> Result<Option<Change>> {
    let Some((class, id)) = about(conflict) else { return Ok(None) };
    let is_there = reader.get(&class, id)?.is_some();
    Ok(is_there.then_some(Change { class, id, edit: Edit::Delete }))
}

/// Whether a side of a conflict is that the record was deleted.
fn deletes(conflict: &Fields, name: &str) -> bool {
    let side = conflict.get("working").and_then(|sides| sides.get(name));
    let side = side.filter(|_| conflict.text("field_group") == Some(DELETION));
    side.and_then(|side| side.get(DELETION)).and_then(Value::as_bool) == Some(true)
}

/// Whether this desk is the one whose edit the conflict calls `theirs`.
fn is_other_side(conflict: &Fields, here: Id) -> bool {
    conflict.text("theirs_by") == Some(here.to_string().as_str())
        && conflict.text("found_by") != conflict.text("theirs_by")
}

fn about(conflict: &Fields) -> Option<(String, Id)> {
    let class = conflict.text("record_class")?.to_owned();
    Some((class, conflict.text("record")?.parse().ok()?))
}

fn what_became(language: Language, is_deleted: bool) -> &'static str {
    if is_deleted {
        words::pick(language, "deleted", "verwijderd")
    } else {
        words::pick(language, "changed", "gewijzigd")
    }
}

/// The fields a conflict is about.
fn group_of(conflict: &Fields, class: &str) -> Vec<&'static str> {
    let group = conflict.text("field_group").unwrap_or_default();
    let fields = register::find(class).into_iter().flat_map(|record| record.fields);
    fields.filter(|field| field.group == group).map(|field| field.name).collect()
}

/// One side, `base`, `mine` or `theirs`, of all field classes; `None` when one of them cannot be read
/// here.
fn side(conflict: &Fields, class: &str, name: &str) -> Option<Fields> {
    let fields = group_of(conflict, class).into_iter();
    let fields = fields.filter_map(|name| register::find(class)?.field(name));
    let places: BTreeSet<&str> = fields.map(|field| place_of(field.class)).collect();
    let mut values = Fields::new();
    for place in places {
        let Value::Object(held) = conflict.get(place)?.get(name)? else { return None };
        for (name, value) in held {
            values.set(name, value.clone());
        }
    }
    Some(values)
}

fn line(
    reader: &Reader<'_>,
    style: &Style,
    id: Id,
    conflict: &Fields,
    here: Id,
) -> Result<ConflictLine> {
    let (class, record) = about(conflict).unwrap_or_else(|| (String::new(), id));
    let record_type = register::find(&class);
    let text = |name: &'static str, from: &str| -> Result<Option<String>> {
        let Some((record, field)) = record_type.and_then(|r| Some((r, r.field(name)?))) else {
            return Ok(None);
        };
        let sides = conflict.get(place_of(field.class));
        let Some(value) = sides.and_then(|sides| sides.get(from)?.get(name)) else {
            return Ok(None);
        };
        let text = crate::dossier::text_of(reader, style, record, field, value)?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    };
    let turned = is_other_side(conflict, here);
    let (mine, theirs) = if turned { ("theirs", "mine") } else { ("mine", "theirs") };
    let deletion = (conflict.text("field_group") == Some(DELETION)).then(|| {
        let word =
            |name: &str| Some(what_became(style.language, deletes(conflict, name)).to_owned());
        Ok(ConflictField {
            field: DELETION.to_owned(),
            label: words::pick(style.language, "The record", "Het gegeven").to_owned(),
            base: Some(words::pick(style.language, "there", "aanwezig").to_owned()),
            mine: word(mine),
            theirs: word(theirs),
        })
    });
    let fields = group_of(conflict, &class).into_iter().map(|name| {
        Ok(ConflictField {
            field: name.to_owned(),
            label: words::field(style.language, &class, name).to_owned(),
            base: text(name, "base")?,
            mine: text(name, mine)?,
            theirs: text(name, theirs)?,
        })
    });
    let desk = |name: &str| -> Result<String> {
        let desk = conflict.text(name).unwrap_or_default();
        if desk == here.to_string() {
            return Ok(words::pick(style.language, "This desk", "Deze werkplek").to_owned());
        }
        desks::name_of(reader, desk)
    };
    let settled = conflict.get("resolved_at").is_some();
    Ok(ConflictLine {
        id,
        title: title(reader, style.language, &class, record)?,
        record_class: class.clone(),
        record: record.to_string(),
        found_at: conflict.integer("found_at").unwrap_or_default(),
        found_by: desk(if turned { "theirs_by" } else { "found_by" })?,
        theirs_by: desk(if turned { "found_by" } else { "theirs_by" })?,
        mine_at: conflict.integer(if turned { "theirs_at" } else { "mine_at" }),
        theirs_at: conflict.integer(if turned { "mine_at" } else { "theirs_at" }),
        fields: deletion.into_iter().chain(fields).collect::<Result<_>>()?,
        resolution: if settled {
            Some(Kept::of(reader, conflict, here)?.words(style.language))
        } else {
            None
        },
    })
}

#[cfg(test)]
#[path = "conflict_tests.rs"]
mod tests;
