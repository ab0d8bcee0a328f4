//! Late entries: what was entered for a fiscal year that had been sealed meanwhile, and what became of it.

pub use booqing_model::entities::Settlement;
use booqing_model::entities::late_place_of;
use booqing_model::field::RecordType;
use booqing_model::fields::Patch;
use booqing_model::{Fields, Id, register};
use booqing_store::{Change, ChangeSet, Condition, Edit, ListQuery, Reader, StoreError};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use crate::history::{ChangedField, title};
use crate::words::{self, Style};
use crate::{Desk, DeskError, Language, Result, desks, values};

const CLASS: &str = "late_entry";

/// A late entry, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct LateLine {
    /// The late entry.
    pub id: Id,
    /// What it is about, such as "Booking B-00012".
    pub title: String,
    /// What was meant to be done with it: `create`, `change` or `delete`.
    #[ts(type = "'create' | 'change' | 'delete'")]
    pub intent: String,
    /// The same in words.
    pub intended: String,
    /// The fiscal year it was meant for.
    #[ts(type = "number")]
    pub meant_for: i64,
    /// When it was entered, by the clock of its desk, in seconds since 1970; null where nobody knows.
    #[ts(type = "number | null")]
    pub entered_at: Option<i64>,
    /// At which desk.
    pub found_by: String,
    /// What it changes, field by field.
    pub fields: Vec<ChangedField>,
    /// How it was settled, in words; null while nobody has seen to it.
    pub settlement: Option<String>,
}

impl Desk {
    /// The late entries that nobody has seen to, the oldest first; or all.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn late_entries(&self, all: bool, language: Language) -> Result<Vec<LateLine>> {
        let style = self.style(language)?;
        let here = self.connection.desk;
        self.cache.read(|reader| {
            let mut lines = Vec::new();
            for id in reader.ids(CLASS)? {
                let Some(row) = reader.get(CLASS, id)? else { continue };
                if all || row.fields.get("settled_at").is_none() {
                    lines.push(line(reader, &style, id, &row.fields, here));
                }
            }
            Ok(lines.into_iter().collect())
        })?
    }

    /// One late entry, by its id or the beginning of it.
    ///
    /// # Errors
    /// [`DeskError::Unknown`], [`DeskError::Ambiguous`].
    pub fn late_entry(&self, name: &str, language: Language) -> Result<LateLine> {
        let id = self.named(CLASS, name)?;
        let all = self.late_entries(true, language)?;
        let unknown = || DeskError::Unknown { class: CLASS, name: name.to_owned() };
        all.into_iter().find(|late| late.id == id).ok_or_else(unknown)
    }

    /// Notes that somebody saw to a late entry. What was entered stays in it.
    ///
    /// # Errors
    /// [`DeskError::Unknown`]; [`DeskError::Value`] when somebody did before.
    pub fn settle_late_entry(&self, name: &str, settlement: Settlement) -> Result<()> {
        let id = self.named(CLASS, name)?;
        self.change(|reader| {
            let row = reader.get(CLASS, id)?.map(|row| row.fields).unwrap_or_default();
            if row.get("settled_at").is_some() {
                let before = row.text("settlement").unwrap_or_default();
                let reason = ("was said already", "is al gezegd");
                return Err(values::wrong("settlement", before, reason));
            }
            let now = SystemSurroundings.now();
            let settled: Patch = [
                ("settled_at".to_owned(), now.0.into()),
                ("settlement".to_owned(), settlement.code().into()),
            ]
            .into_iter()
            .collect();
            let changes = vec![Change { class: CLASS.to_owned(), id, edit: Edit::Change(settled) }];
            let operation = "late_entry.resolve".to_owned();
            Ok(ChangeSet { operation, at: now, user: None, changes })
        })?;
        Ok(())
    }
}

/// How many late entries nobody has seen to.
pub(crate) fn count(reader: &Reader<'_>) -> std::result::Result<u64, StoreError> {
    let conditions = vec![Condition::Is("settled_at", Value::Null)];
    Ok(reader.list(CLASS, &ListQuery { conditions, ..ListQuery::default() })?.0)
}

fn line(reader: &Reader<'_>, style: &Style, id: Id, late: &Fields, here: Id) -> Result<LateLine> {
    let text = |name: &str| late.text(name).unwrap_or_default().to_owned();
    let class = text("record_class");
    let record_type = register::find(&class);
    let (intent, desk) = (text("intent"), text("found_by"));
    let fields = match record_type {
        Some(record) => changed(reader, style, record, late)?,
        None => Vec::new(),
    };
    let code = |field| words::label(style.language, CLASS, field, &text(field));
    Ok(LateLine {
        id,
        title: title_of(reader, style, &class, late)?,
        intended: code("intent"),
        intent,
        meant_for: late.integer("meant_for").unwrap_or_default(),
        entered_at: late.integer("entered_at"),
        found_by: if desk == here.to_string() {
            words::pick(style.language, "This desk", "Deze werkplek").to_owned()
        } else {
            desks::name_of(reader, &desk)?
        },
        fields,
        settlement: late.text("settlement").map(|_| code("settlement")),
    })
}

/// What a late entry is about: the record, or by what it would be known had it been in time.
fn title_of(reader: &Reader<'_>, style: &Style, class: &str, late: &Fields) -> Result<String> {
    let id: Option<Id> = late.text("record").and_then(|id| id.parse().ok());
    let there = match id {
        Some(id) if register::find(class).is_some() => reader.get(class, id)?.is_some(),
        _ => false,
    };
    let known = ["number", "name", "title"].iter().find_map(|name| {
        let places = ["statutory", "working", "contract"].iter();
        let mut sides = places.filter_map(|place| late.get(place)?.get("after"));
        sides.find_map(|after| after.get(name)?.as_str()).map(str::to_owned)
    });
    match (id, known) {
        (_, Some(known)) if !there => {
            Ok(format!("{} {known}", words::class(style.language, class)))
        }
        (Some(id), _) => title(reader, style.language, class, id),
        (None, _) => Ok(words::class(style.language, class).to_owned()),
    }
}

fn changed(
    reader: &Reader<'_>,
    style: &Style,
    record: &'static RecordType,
    late: &Fields,
) -> Result<Vec<ChangedField>> {
    let mut fields = Vec::new();
    for field in record.fields.iter().filter(|field| field.kind.is_for_people()) {
        let entry = late.get(late_place_of(field.class));
        let side = |name: &str| -> Result<Option<String>> {
            let value = entry.and_then(|entry| entry.get(name)?.get(field.name));
            let Some(value) = value.filter(|value| values::is_something(value)) else {
                return Ok(None);
            };
            Ok(Some(crate::dossier::text_of(reader, style, record, field, value)?))
        };
        let (before, after) = (side("before")?, side("after")?);
        if before.is_some() || after.is_some() {
            let label = words::field(style.language, record.class, field.name).to_owned();
            fields.push(ChangedField { field: field.name.to_owned(), label, before, after });
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{TestDesk, desk, id};

    /// A desk with a late entry of each kind.
    fn office() -> TestDesk {
        let desk = desk();
        desk.client(&["family_name=Berg"]);
        let values = ["client=C-0001", "starts=2026-12-01T10:00"];
        let booking = desk.add_booking(&desk.values("booking", &values)).expect("a booking");
        desk.put("desk", id(9), json!({"name": "Laptop", "joined_at": 1}));
        let late = |intent: &str, record: Id| {
            json!({"fiscal_year": 2026, "meant_for": 2024, "record_class": "booking",
                "record": record, "intent": intent, "entered_at": 1_796_115_600,
                "found_at": 1_796_115_601, "found_by": id(9),
                "statutory": {"before": {"net": 0}, "after": {"net": 12_500, "number": "B-00077"}},
                "contract": {"before": {"title": "Intake"}, "after": {"note": "paid"}}})
        };
        desk.put(CLASS, id(50), late("create", id(60)));
        desk.put(CLASS, id(51), late("change", booking.id));
        desk
    }

    #[test]
    fn a_late_entry_says_what_was_meant_by_whom_and_for_which_year() {
        let desk = office();
        let lines = desk.late_entries(false, Language::Nl).expect("listed");
        let [created, changed] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(
            (created.title.as_str(), created.intent.as_str()),
            ("Boeking B-00077", "create")
        );
        assert_eq!(changed.title, "Boeking B-00001", "what is there is called what it is called");
        assert_eq!((created.meant_for, created.found_by.as_str()), (2024, "Laptop"));
        let fields: Vec<_> = changed
            .fields
            .iter()
            .map(|one| (one.field.as_str(), one.before.as_deref(), one.after.as_deref()))
            .collect();
        assert!(fields.contains(&("note", None, Some("paid"))), "{fields:?}");
        assert!(fields.contains(&("title", Some("Intake"), None)), "{fields:?}");
        assert_eq!(desk.status().expect("read").late_entries, 2);
    }

    #[test]
    fn it_is_seen_to_once() {
        let desk = office();
        let name = id(50).to_string();
        desk.settle_late_entry(&name, Settlement::Entered).expect("settled");
        assert_eq!(desk.late_entries(false, Language::En).expect("listed").len(), 1);
        assert_eq!(desk.status().expect("read").late_entries, 1);
        let settled = desk.late_entry(&name, Language::En).expect("shown");
        assert_eq!(settled.settlement.as_deref(), Some("Entered in an open year"));
        let again = desk.settle_late_entry(&name, Settlement::Dropped);
        assert!(matches!(again, Err(DeskError::Value { .. })), "{again:?}");
    }
}
