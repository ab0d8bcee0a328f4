//! Conflicts: two edits of one thing, side by side, and the decision between them.

use booqing_model::entities::Resolution;
use booqing_model::fields::Patch;
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
    /// The desk whose edit is `mine`.
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
    /// As the desk that found the conflict had it.
    pub mine: Option<String>,
    /// As the hub had it: what the record holds until somebody decides.
    pub theirs: Option<String>,
}

/// Which side of a conflict is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Keep {
    /// What the desk that found the conflict had.
    Mine,
    /// What the hub had.
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

    /// Settles a conflict: the side that is kept is put into the record, as a change like any
    /// other; the other one stays in the conflict and in history.
    ///
    /// # Errors
    /// [`DeskError::Unknown`]; [`DeskError::Settled`] when somebody was first, with what was
    /// decided.
    pub fn resolve_conflict(&self, name: &str, keep: Keep) -> Result<()> {
        let id = self.named(CLASS, name)?;
        self.change(|reader| {
            let unknown = || DeskError::Unknown { class: CLASS, name: name.to_owned() };
            let conflict = reader.get(CLASS, id)?.ok_or_else(unknown)?.fields;
            if conflict.get("resolved_at").is_some() {
                let resolution = conflict.text("resolution").unwrap_or_default().to_owned();
                return Err(DeskError::Settled { resolution });
            }
            let now = SystemSurroundings.now();
            let resolution = match keep {
                Keep::Mine => Resolution::Mine,
                Keep::Theirs => Resolution::Theirs,
            };
            let decided: Patch = [
                ("resolved_at".to_owned(), now.0.into()),
                ("resolution".to_owned(), resolution.code().into()),
            ]
            .into_iter()
            .collect();
            let mut changes =
                vec![Change { class: CLASS.to_owned(), id, edit: Edit::Change(decided) }];
            changes.extend(kept(reader, &conflict, keep)?);
            Ok(ChangeSet { operation: "conflict.resolve".to_owned(), at: now, user: None, changes })
        })?;
        Ok(())
    }
}

/// The change that puts a side into the record; none when the record is gone.
fn kept(reader: &Reader<'_>, conflict: &Fields, keep: Keep) -> Result<Option<Change>> {
    let Some((class, record)) = about(conflict) else { return Ok(None) };
    if reader.get(&class, record)?.is_none() {
        return Ok(None);
    }
    let names = group_of(conflict, &class);
    let side = side(
        conflict,
        match keep {
            Keep::Mine => "mine",
            Keep::Theirs => "theirs",
        },
    );
    let patch: Patch = names
        .into_iter()
        .map(|name| {
            let value = side.and_then(|side| side.get(name)).cloned().unwrap_or_default();
            (name.to_owned(), value)
        })
        .collect();
    Ok(Some(Change { class, id: record, edit: Edit::Change(patch) }))
}

fn about(conflict: &Fields) -> Option<(String, Id)> {
    let class = conflict.text("record_class")?.to_owned();
    Some((class, conflict.text("record")?.parse().ok()?))
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
        let named = crate::dossier::reference(reader, field, value)?;
        let text =
            named.map_or_else(|| words::shown(style, record, field, value), |(_, name)| name);
        Ok(Some(text).filter(|text| !text.is_empty()))
    };
    let fields = group_of(conflict, &class).into_iter().map(|name| {
        Ok(ConflictField {
            field: name.to_owned(),
            label: words::field(style.language, &class, name).to_owned(),
            base: text(name, "base")?,
            mine: text(name, "mine")?,
            theirs: text(name, "theirs")?,
        })
    });
    let desk = |name: &str| {
        let desk = conflict.text(name).unwrap_or_default();
        if desk == here.to_string() {
            words::pick(style.language, "This desk", "Deze werkplek").to_owned()
        } else {
            let short: String =
                desk.chars().rev().take(6).collect::<Vec<_>>().iter().rev().collect();
            format!("{} {short}", words::pick(style.language, "Desk", "Werkplek"))
        }
    };
    let resolution = conflict.text("resolution");
    Ok(ConflictLine {
        id,
        title: title(reader, style.language, &class, record)?,
        record_class: class.clone(),
        record: record.to_string(),
        found_at: conflict.integer("found_at").unwrap_or_default(),
        found_by: desk("found_by"),
        theirs_by: desk("theirs_by"),
        fields: fields.collect::<Result<_>>()?,
        resolution: resolution.map(|word| {
            words::code(style.language, CLASS, "resolution", word).unwrap_or(word).to_owned()
        }),
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
        assert!(matches!(&second, Err(DeskError::Settled { resolution }) if resolution == "mine"));
        assert_eq!(phone(&desk).as_deref(), Some("333"));
        // It can be taken back like any other change.
        let step = desk.last_step(Language::En).expect("read").expect("a step");
        assert_eq!(step.label, "Conflict settled");
        desk.undo(step.step).expect("undone");
        assert_eq!(phone(&desk).as_deref(), Some("222"));
        assert_eq!(desk.conflicts(false, Language::En).expect("listed").len(), 1);
    }

    #[test]
    fn keeping_theirs_leaves_the_record_as_it_is() {
        let desk = office();
        desk.resolve_conflict(&id(50).to_string(), Keep::Theirs).expect("settled");
        assert_eq!(phone(&desk).as_deref(), Some("222"));
    }
}
