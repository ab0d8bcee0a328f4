//! Decisions of this desk that came to the hub after another desk's: that one stands, and whoever decided
//! otherwise here is told until somebody has seen it.

use booqing_model::entities::{OVERTAKEN, decision_of};
use booqing_model::fields::Patch;
use booqing_model::{Fields, Id, Values};
use booqing_store::{Change, ChangeSet, Edit, Reader, StoreError};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use serde::Serialize;
use serde_json::{Value, json};
use ts_rs::TS;

use crate::conflict::Kept;
use crate::history::title;
use crate::words::{self, Style};
use crate::{Desk, DeskError, Language, Result};

/// The record classes in which something is decided.
const CLASSES: [&str; 2] = ["conflict", "late_entry"];

/// A decision of this desk that does not stand, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OvertakenLine {
    /// The conflict, or the late entry.
    pub id: Id,
    /// Which of the two it is: `conflict`, `late_entry`.
    #[ts(type = "'conflict' | 'late_entry'")]
    pub class: String,
    /// What was decided about, such as "Client Berg (C-0001)".
    pub title: String,
    /// When it was decided here, by the clock of this desk, in seconds since 1970.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
    /// What was decided here.
    pub decided: String,
    /// What stands.
    pub stands: String,
}

impl Desk {
    /// The decisions of this desk that do not stand and that nobody has seen yet.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn overtaken(&self, language: Language) -> Result<Vec<OvertakenLine>> {
        let style = self.style(language)?;
        let here = self.connection.desk;
        self.cache.read(|reader| {
            let mut lines = Vec::new();
            for class in CLASSES {
                for (id, fields, decision) in unseen(reader, class, here)? {
                    lines.push(line(reader, &style, (class, id), &fields, &decision, here));
                }
            }
            Ok(lines.into_iter().collect())
        })?
    }

    /// Notes that somebody has seen it: the conflict or late entry, by its id or the beginning of it.
    ///
    /// # Errors
    /// [`DeskError::Unknown`] when there is nothing of that name to be seen, [`DeskError::Ambiguous`].
    pub fn see_overtaken(&self, name: &str) -> Result<()> {
        let here = self.connection.desk;
        self.change(|reader| {
            let mut found = Vec::new();
            for class in CLASSES {
                let unseen = unseen(reader, class, here)?.into_iter();
                let named = unseen.filter(|(id, ..)| id.to_string().starts_with(name));
                found.extend(named.map(|(id, fields, _)| (class, id, fields)));
            }
            let (class, id, fields) = match found.len() {
                0 => return Err(DeskError::Unknown { class: "conflict", name: name.to_owned() }),
                1 => found.remove(0),
                _ => return Err(DeskError::Ambiguous { class: "conflict", name: name.to_owned() }),
            };
            let now = SystemSurroundings.now();
            let mut all = decisions(&fields).to_vec();
            for decision in all.iter_mut().filter(|decision| is_of(decision, here)) {
                decision["seen_at"] = json!(now);
            }
            let seen: Patch = [(OVERTAKEN.to_owned(), Value::Array(all))].into_iter().collect();
            let changes = vec![Change { class: class.to_owned(), id, edit: Edit::Change(seen) }];
            Ok(ChangeSet { operation: format!("{class}.see"), at: now, user: None, changes })
        })?;
        Ok(())
    }
}

/// How many of them nobody has seen.
pub(crate) fn count(reader: &Reader<'_>, here: Id) -> std::result::Result<u64, StoreError> {
    let mut count = 0;
    for class in CLASSES {
        count += unseen(reader, class, here)?.len() as u64;
    }
    Ok(count)
}

fn decisions(fields: &Fields) -> &[Value] {
    fields.get(OVERTAKEN).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn is_of(decision: &Value, here: Id) -> bool {
    decision.get("key") == Some(&json!(here))
}

/// The records of a class with a decision of this desk that nobody has seen yet, and that decision.
fn unseen(
    reader: &Reader<'_>,
    class: &str,
    here: Id,
) -> std::result::Result<Vec<(Id, Fields, Value)>, StoreError> {
    let mut found = Vec::new();
    // Most of them were decided once.
    let mut decided_twice = Vec::new();
    reader.scan(class, &[OVERTAKEN], |id, fields| {
        if fields.structure(OVERTAKEN).is_some() {
            decided_twice.push(id);
        }
        Ok(())
    })?;
    for id in decided_twice {
        let Some(row) = reader.get(class, id)? else { continue };
        let unseen =
            |one: &&Value| is_of(one, here) && one.get("seen_at").is_none_or(Value::is_null);
        let decision = decisions(&row.fields).iter().find(unseen).cloned();
        found.extend(decision.map(|decision| (id, row.fields, decision)));
    }
    Ok(found)
}

fn line(
    reader: &Reader<'_>,
    style: &Style,
    (class, id): (&'static str, Id),
    fields: &Fields,
    decision: &Value,
    here: Id,
) -> Result<OvertakenLine> {
    let code = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let decided = code(decision.get("decision").and_then(Value::as_str));
    let stands = code(decision_of(class).and_then(|names| fields.text(names.decision)));
    let is_conflict = class == "conflict";
    let label = |code: &str| words::label(style.language, class, "settlement", code);
    let pick = |english, dutch| words::pick(style.language, english, dutch).to_owned();
    let stands = if stands.is_empty() {
        pick(
            "nothing: it was taken back, and is open again",
            "niets: het is teruggenomen en weer open",
        )
    } else if is_conflict {
        Kept::by(reader, fields, Some(&stands), here)?.words(style.language)
    } else if decided == stands {
        // Only what is entered by hand is told twice.
        pick(
            "Entered there, too: see that it is not in the books twice",
            "Daar ook ingevoerd: kijk of het niet dubbel in de boeken staat",
        )
    } else {
        label(&stands)
    };
    let decided = if is_conflict {
        Kept::by(reader, fields, Some(&decided), here)?.intention(style.language)
    } else {
        label(&decided)
    };
    let about = fields.text("record_class").unwrap_or_default();
    let record = fields.text("record").and_then(|id| id.parse().ok());
    let title = match record {
        Some(record) => title(reader, style.language, about, record)?,
        None => words::class(style.language, class).to_owned(),
    };
    let at = decision.get("at").and_then(Value::as_i64);
    Ok(OvertakenLine { id, class: class.to_owned(), title, at, decided, stands })
}

#[cfg(test)]
mod tests {
    use booqing_model::entities::Settlement;

    use super::*;
    use crate::testing::{TestDesk, desk, id};

    /// A desk that decided otherwise than another before it, about a conflict and a late entry.
    fn office() -> TestDesk {
        let desk = desk();
        let client = desk.client(&["family_name=Berg", "phone=222"]);
        let here = desk.connection.desk;
        desk.put("desk", id(9), json!({"name": "Laptop", "joined_at": 1}));
        let second = |decision: &str| {
            let one = |key: Id, decision: &str| {
                json!({"key": key, "at": 1_796_115_600, "by": null, "decision": decision,
                    "seen_at": null})
            };
            json!([one(id(77), decision), one(here, decision)])
        };
        let sides = json!({"base": {}, "mine": {"phone": "333"}, "theirs": {"phone": "222"}});
        desk.put(
            "conflict",
            id(50),
            json!({"record_class": "client", "record": client.id, "field_group": "phone",
                "found_at": 1, "found_by": here, "theirs_by": id(9), "contract": sides,
                "resolved_at": 2, "resolution": "theirs", "overtaken": second("mine")}),
        );
        desk.put(
            "late_entry",
            id(51),
            json!({"fiscal_year": 2026, "meant_for": 2024, "record_class": "client",
                "record": client.id, "intent": "change", "found_at": 1, "found_by": here,
                "settled_at": 2, "settlement": Settlement::Dropped, "overtaken": second("entered")}),
        );
        desk
    }

    /// Both entered it by hand: it is there twice.
    #[test]
    fn what_was_entered_twice_is_told() {
        let desk = office();
        let entered: Patch = [("settlement".to_owned(), json!("entered"))].into_iter().collect();
        desk.change(|_| {
            let edit = Edit::Change(entered.clone());
            let changes = vec![Change { class: "late_entry".to_owned(), id: id(51), edit }];
            let operation = "test".to_owned();
            Ok(ChangeSet { operation, at: SystemSurroundings.now(), user: None, changes })
        })
        .expect("changed");
        let lines = desk.overtaken(Language::En).expect("listed");
        assert!(lines[1].stands.contains("not in the books twice"), "{lines:?}");
    }

    /// The other desk took its decision back: then nothing stands, and nothing else was entered.
    #[test]
    fn what_was_taken_back_does_not_stand() {
        let desk = office();
        let open: Patch = ["resolved_at", "resolution"]
            .map(|name| (name.to_owned(), Value::Null))
            .into_iter()
            .collect();
        desk.change(|_| {
            let edit = Edit::Change(open.clone());
            let changes = vec![Change { class: "conflict".to_owned(), id: id(50), edit }];
            let operation = "test".to_owned();
            Ok(ChangeSet { operation, at: SystemSurroundings.now(), user: None, changes })
        })
        .expect("changed");
        let lines = desk.overtaken(Language::En).expect("listed");
        assert!(lines[0].stands.contains("open again"), "{lines:?}");
    }

    #[test]
    fn who_decided_otherwise_is_told_until_somebody_has_seen_it() {
        let desk = office();
        assert_eq!(desk.status().expect("read").overtaken, 2);
        assert_eq!(desk.status().expect("read").state, "attention");
        let lines = desk.overtaken(Language::En).expect("listed");
        let told: Vec<[&str; 4]> = lines
            .iter()
            .map(|one| [&*one.class, &*one.title, &*one.decided, &*one.stands])
            .collect();
        assert_eq!(
            told,
            [
                [
                    "conflict",
                    "Client Berg (C-0001)",
                    "keep what this desk entered",
                    "what desk Laptop entered was kept",
                ],
                [
                    "late_entry",
                    "Client Berg (C-0001)",
                    "Entered in an open year",
                    "Not wanted any more",
                ],
            ]
        );
        let dutch = desk.overtaken(Language::Nl).expect("listed");
        assert_eq!(dutch[0].decided, "houden wat deze werkplek invulde");
        for line in &lines {
            desk.see_overtaken(&line.id.to_string()).expect("noted");
        }
        assert_eq!(desk.overtaken(Language::En).expect("listed"), []);
        assert_eq!(desk.status().expect("read").overtaken, 0);
        let again = desk.see_overtaken(&lines[0].id.to_string());
        assert!(matches!(again, Err(DeskError::Unknown { .. })), "{again:?}");
        let step = desk.last_step(Language::En).expect("read").expect("a step");
        assert_eq!(step.label, "Late entry seen");
        // What the other desk was told is its own.
        let row = desk.cache.read(|reader| reader.get("conflict", id(50))).expect("read");
        let seen: Vec<bool> = decisions(&row.expect("there").fields)
            .iter()
            .map(|one| !one["seen_at"].is_null())
            .collect();
        assert_eq!(seen, [false, true]);
    }
}
