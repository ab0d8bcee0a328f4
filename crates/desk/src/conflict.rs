//! Conflicts: two edits of one thing, side by side, and the decision between them.

use booqing_model::entities::Resolution;
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
use crate::{Desk, DeskError, Language, Result};

const CLASS: &str = "conflict";
/// The fields of a conflict that may hold its sides: one does, by the class of what it is about.
const PLACES: &[&str] = &[
    "working",
    "statutory",
    "contract",
    "consent",
    "legal_obligation",
    "legitimate_interest",
    "employment",
];

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
    /// What another desk entered, by the short name of that desk.
    Desk(String),
    /// Neither.
    Other,
}

impl Kept {
    fn of(conflict: &Fields, here: Id) -> Self {
        let by = match conflict.text("resolution") {
            Some("mine") => conflict.text("found_by"),
            Some("theirs") => conflict.text("theirs_by"),
            _ => return Self::Other,
        };
        match by.unwrap_or_default() {
            desk if desk == here.to_string() => Self::This,
            desk => Self::Desk(short_name(desk)),
        }
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
    /// in its place, as a change like any other. What is not kept stays in the conflict.
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
                return Err(DeskError::Settled(Kept::of(&conflict, here)));
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
    let refuse = |reason: (&str, &str)| crate::values::wrong(field, "", reason);
    let (Some(mine), Some(theirs)) = (side(conflict, "mine"), side(conflict, "theirs")) else {
        return Err(refuse((
            "cannot be read on this desk; settle it on one that has the key",
            "is op deze werkplek niet te lezen; beslis op een werkplek die de sleutel heeft",
        )));
    };
    let mut patch = Patch::new();
    // What follows from other values was computed again after the merge, and is again now.
    let follows = |name: &&str| class == "booking" && FOLLOWING.contains(name);
    for name in group_of(conflict, &class).into_iter().filter(|name| !follows(name)) {
        let value = |side: &Value| side.get(name).cloned().unwrap_or_default();
        if row.fields.get(name).cloned().unwrap_or_default() != value(theirs) {
            return Err(refuse((
                "was changed again since; look at it and change it by hand",
                "is sindsdien weer gewijzigd; bekijk het en wijzig het met de hand",
            )));
        }
        patch.set(name, value(mine));
    }
    let mut fields = row.fields.with(&patch);
    if class == "booking" {
        crate::booking::follow(reader, &mut fields)?;
    }
    let edit = Edit::Change(row.fields.patch_to(&fields));
    Ok(Some(Change { class, id: record, edit }))
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

/// By what people tell desks apart until desks have names: the end of the id.
fn short_name(desk: &str) -> String {
    desk.char_indices().rev().nth(5).map_or(desk, |(at, _)| &desk[at..]).to_owned()
}

/// The fields a conflict is about.
fn group_of(conflict: &Fields, class: &str) -> Vec<&'static str> {
    let group = conflict.text("field_group").unwrap_or_default();
    let fields = register::find(class).into_iter().flat_map(|record| record.fields);
    fields.filter(|field| field.group == group).map(|field| field.name).collect()
}

/// One side: `base`, `mine` or `theirs`.
fn side<'a>(conflict: &'a Fields, name: &str) -> Option<&'a Value> {
    PLACES.iter().find_map(|place| conflict.get(place))?.get(name)
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
        let Some(value) = side(conflict, from).and_then(|side| side.get(name)) else {
            return Ok(None);
        };
        let Some((record, field)) = record_type.and_then(|r| Some((r, r.field(name)?))) else {
            return Ok(None);
        };
        let text = crate::dossier::text_of(reader, style, record, field, value)?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    };
    let turned = is_other_side(conflict, here);
    let (mine, theirs) = if turned { ("theirs", "mine") } else { ("mine", "theirs") };
    let fields = group_of(conflict, &class).into_iter().map(|name| {
        Ok(ConflictField {
            field: name.to_owned(),
            label: words::field(style.language, &class, name).to_owned(),
            base: text(name, "base")?,
            mine: text(name, mine)?,
            theirs: text(name, theirs)?,
        })
    });
    let desk = |name: &str| {
        let desk = conflict.text(name).unwrap_or_default();
        if desk == here.to_string() {
            words::pick(style.language, "This desk", "Deze werkplek").to_owned()
        } else {
            let short = short_name(desk);
            format!("{} {short}", words::pick(style.language, "Desk", "Werkplek"))
        }
    };
    let settled = conflict.get("resolved_at").is_some();
    Ok(ConflictLine {
        id,
        title: title(reader, style.language, &class, record)?,
        record_class: class.clone(),
        record: record.to_string(),
        found_at: conflict.integer("found_at").unwrap_or_default(),
        found_by: desk(if turned { "theirs_by" } else { "found_by" }),
        theirs_by: desk(if turned { "found_by" } else { "theirs_by" }),
        fields: fields.collect::<Result<_>>()?,
        resolution: settled.then(|| Kept::of(conflict, here).words(style.language)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{TestDesk, desk, id};

    /// A client whose phone was changed here and elsewhere.
    fn office() -> TestDesk {
        let desk = desk();
        let client = desk.client(&["family_name=Berg", "phone=222"]);
        desk.put(
            CLASS,
            id(50),
            json!({"record_class": "client", "record": client.id, "field_group": "phone",
                "person": client.id, "found_at": 1_796_115_600, "found_by": id(8),
                "theirs_by": id(9), "contract": {"base": {"phone": "111"},
                "mine": {"phone": "333"}, "theirs": {"phone": "222"}}}),
        );
        desk
    }

    fn phone(desk: &TestDesk) -> Option<String> {
        desk.record("client", "C-0001").expect("a client").fields.text("phone").map(str::to_owned)
    }

    #[test]
    fn the_sides_stand_side_by_side() {
        let desk = office();
        let conflicts = desk.conflicts(false, Language::Nl).expect("listed");
        let [conflict] = conflicts.as_slice() else { panic!("{conflicts:?}") };
        assert_eq!(conflict.title, "Relatie Berg (C-0001)");
        assert_eq!(conflict.found_by, "Deze werkplek");
        let [field] = conflict.fields.as_slice() else { panic!("{conflict:?}") };
        let sides = [&field.base, &field.mine, &field.theirs].map(|side| side.as_deref());
        assert_eq!(sides, [Some("111"), Some("333"), Some("222")]);
        assert_eq!(field.label, "Telefoon");
    }

    #[test]
    fn the_side_that_is_kept_is_a_change_and_a_second_decision_is_told_the_first() {
        let desk = office();
        let name = id(50).to_string();
        desk.resolve_conflict(&name, Keep::Mine).expect("settled");
        assert_eq!(phone(&desk).as_deref(), Some("333"));
        assert!(desk.conflicts(false, Language::En).expect("listed").is_empty());
        let second = desk.resolve_conflict(&name, Keep::Theirs);
        assert!(matches!(&second, Err(DeskError::Settled(Kept::This))), "{second:?}");
        assert_eq!(phone(&desk).as_deref(), Some("333"));
        // It can be taken back like any other change.
        let step = desk.last_step(Language::En).expect("read").expect("a step");
        assert_eq!(step.label, "Conflict settled");
        desk.undo(step.step).expect("undone");
        assert_eq!(phone(&desk).as_deref(), Some("222"));
        assert_eq!(desk.conflicts(false, Language::En).expect("listed").len(), 1);
    }

    /// The conflict is told from the desk that found it; the words are told from the one that reads.
    #[test]
    fn what_was_kept_is_told_by_who_entered_it() {
        let kept = |resolution: &str, here: u8| {
            let mut conflict = Fields::new();
            for (name, desk) in [("found_by", 8), ("theirs_by", 9)] {
                conflict.set(name, id(desk).to_string().into());
            }
            conflict.set("resolution", resolution.into());
            Kept::of(&conflict, id(here))
        };
        assert_eq!(kept("mine", 8), Kept::This);
        assert_eq!(kept("theirs", 9), Kept::This);
        assert_eq!(kept("mine", 9), Kept::Desk(short_name(&id(8).to_string())));
        assert_eq!(kept("theirs", 7), Kept::Desk(short_name(&id(9).to_string())));
        assert_eq!(kept("other", 8), Kept::Other);
        assert_eq!(short_name("0123456789"), "456789");
    }

    /// The time a resource is occupied follows from the merged time, and is what neither side had.
    #[test]
    fn mine_of_a_slot_is_kept_for_the_time_there_is_now() {
        let desk = desk();
        desk.client(&["family_name=Berg"]);
        for room in ["name=Kamer 1", "name=Kamer 2"] {
            desk.add_resource(&desk.values("resource", &[room])).expect("a resource");
        }
        let values = ["client=C-0001", "resource=Kamer 2", "starts=2026-10-12T19:00"];
        let booking = desk.add_booking(&desk.values("booking", &values)).expect("a booking");
        let (first, second) = (
            desk.record("resource", "Kamer 1").expect("there").id,
            desk.record("resource", "Kamer 2").expect("there").id,
        );
        let side = |room, from: i64| json!({"resource": room, "occupied_from": from});
        desk.put(
            CLASS,
            id(50),
            json!({"record_class": "booking", "record": booking.id, "field_group": "slot",
                "found_at": 1_796_115_600, "found_by": id(8), "theirs_by": id(9),
                "working": {"base": side(second, 1), "mine": side(first, 2),
                    "theirs": side(second, 3)}}),
        );
        desk.resolve_conflict(&id(50).to_string(), Keep::Mine).expect("settled");
        let now = desk.record("booking", "B-00001").expect("there").fields;
        assert_eq!(now.get("resource"), Some(&json!(first)));
        assert_eq!(now.get("occupied_from"), booking.fields.get("occupied_from"));
    }

    #[test]
    fn what_was_changed_since_is_not_overwritten() {
        let desk = office();
        desk.set_client("C-0001", &desk.values("client", &["phone=444"])).expect("changed");
        let name = id(50).to_string();
        let refused = desk.resolve_conflict(&name, Keep::Mine);
        assert!(matches!(refused, Err(DeskError::Value { .. })), "{refused:?}");
        desk.resolve_conflict(&name, Keep::Theirs).expect("settled");
        assert_eq!(phone(&desk).as_deref(), Some("444"));
    }

    #[test]
    fn the_desk_that_sees_it_from_the_other_side_keeps_its_own() {
        let desk = office();
        let client = desk.record("client", "C-0001").expect("a client").id;
        desk.put(
            CLASS,
            id(51),
            json!({"record_class": "client", "record": client, "field_group": "phone",
                "found_at": 1_796_115_600, "found_by": id(9), "theirs_by": id(8),
                "contract": {"base": {}, "mine": {"phone": "555"}, "theirs": {"phone": "222"}}}),
        );
        let seen = desk.conflict(&id(51).to_string(), Language::En).expect("shown");
        assert_eq!(seen.found_by, "This desk");
        assert_eq!(seen.fields[0].mine.as_deref(), Some("222"));
        desk.resolve_conflict(&id(51).to_string(), Keep::Mine).expect("settled");
        assert_eq!(phone(&desk).as_deref(), Some("222"), "this desk's own value stays");
    }

    #[test]
    fn keeping_theirs_leaves_the_record_as_it_is() {
        let desk = office();
        desk.resolve_conflict(&id(50).to_string(), Keep::Theirs).expect("settled");
        assert_eq!(phone(&desk).as_deref(), Some("222"));
    }
}
