//! What was changed, taken back, waits, or was refused.

use booqing_model::{Id, register};
use booqing_store::tables::history::HistoryKind;
use booqing_store::tables::outbox::OutboxEntry;
use booqing_store::{HistoryEntry, Reader, StoreError, UndoStep};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use booqing_sync::witness::HEAD_CLASS;
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use crate::dossier::called;
use crate::values::is_something;
use crate::words::{self, Style};
use crate::{Desk, Language, Result};

/// A change of a record, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryLine {
    /// When, in seconds since 1970; for what was done at another desk, when it came here. Null for
    /// `arrived`: a record does not say when it was made.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
    /// By whom, where that is known.
    pub user: Option<String>,
    /// Whether it was done at another desk.
    pub elsewhere: bool,
    /// `create`, `change` or `delete`; `arrived` for a record that was made at another desk, where
    /// its history before is.
    #[ts(type = "'create' | 'change' | 'delete' | 'arrived'")]
    pub kind: &'static str,
    /// The fields that changed.
    pub fields: Vec<ChangedField>,
}

/// A field before and after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ChangedField {
    /// The field.
    pub field: String,
    /// What it is called.
    pub label: String,
    /// The value before; null for none.
    pub before: Option<String>,
    /// The value after; null for none.
    pub after: Option<String>,
}

/// A step that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct UndoLine {
    /// Its number.
    #[ts(type = "number")]
    pub step: i64,
    /// What was done, by its stable name.
    pub operation: String,
    /// What was done, in words.
    pub label: String,
    /// When, in seconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    /// How many records it changed.
    #[ts(type = "number")]
    pub records: u64,
}

/// A change that waits for the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct QueueLine {
    /// Its number.
    #[ts(type = "number")]
    pub n: i64,
    /// When it was made, in seconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    /// Its records.
    pub records: Vec<QueuedRecord>,
}

/// A record of a change that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct QueuedRecord {
    /// Its record class.
    pub class: String,
    /// The record.
    pub id: Id,
    /// What it is called.
    pub title: String,
}

/// A record the hub will not store as it stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RefusedLine {
    /// Its record class.
    pub class: String,
    /// The record.
    pub id: Id,
    /// What it is called.
    pub title: String,
    /// The hub's stable code.
    pub code: String,
    /// What that means and what to do.
    pub sentence: String,
    /// When the desk heard of it, in seconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
}

/// The most records of one change that a queue names.
const MOST_NAMED: usize = 10;

impl Desk {
    /// The changes of a record, the last one first. A record that was made at another desk begins
    /// with its arrival.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn history_of(&self, id: &str, language: Language) -> Result<Vec<HistoryLine>> {
        let id: Id = id
            .parse()
            .map_err(|_| crate::values::wrong("id", id, ("is not an id", "is geen id")))?;
        let style = self.style(language)?;
        self.cache.read(|reader| {
            let entries = reader.history(id)?;
            let is_made_here = match entries.last() {
                Some(first) => first.kind == HistoryKind::Create,
                None => !reader.is_at_hub(id)?,
            };
            let arrived = (!is_made_here).then(|| Ok(arrived()));
            Ok(entries.iter().map(|entry| line(reader, &style, entry)).chain(arrived).collect())
        })?
    }

    /// The last step that can be taken back.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn last_step(&self, language: Language) -> Result<Option<UndoLine>> {
        self.cache
            .read(|reader| undo_line(reader, reader.last_step()?, language))
            .map_err(Into::into)
    }

    /// A step of a number, taken back or not; `None` when there is none.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn step(&self, step: i64, language: Language) -> Result<Option<UndoLine>> {
        self.cache
            .read(|reader| undo_line(reader, reader.step(step)?, language))
            .map_err(Into::into)
    }

    /// Takes a step back. That is a change like any other.
    ///
    /// # Errors
    /// `changed_since` when what it changed was changed again; `nothing_to_undo`.
    pub fn undo(&self, step: i64) -> Result<()> {
        let now = SystemSurroundings.now();
        let committed = self.cache.write(|writer| writer.undo(step, now, None))?;
        self.tell(&committed);
        Ok(())
    }

    /// What the hub has not got yet, the oldest first.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn queue(&self, language: Language, limit: u32) -> Result<Vec<QueueLine>> {
        self.cache.read(|reader| {
            // What a desk says of what it was told is nobody's change.
            let is_head = |entry: &OutboxEntry| {
                entry.records.iter().any(|waiting| waiting.class == HEAD_CLASS)
            };
            let entries = reader.outbox(limit)?.into_iter().filter(|entry| !is_head(entry));
            let queue = entries.map(|entry| {
                // An import waits in entries of hundreds of records: the first ones say enough.
                // Keys that go back to a hub that lost them are no records to anybody.
                let records = entry.records.into_iter();
                let records = records.filter(|waiting| register::find(&waiting.class).is_some());
                let records = records.take(MOST_NAMED).map(|waiting| {
                    Ok(QueuedRecord {
                        title: title(reader, language, &waiting.class, waiting.id)?,
                        class: waiting.class,
                        id: waiting.id,
                    })
                });
                Ok(QueueLine { n: entry.n, at: entry.at, records: records.collect::<Result<_>>()? })
            });
            Ok(queue.collect())
        })?
    }

    /// What the hub refused, the latest first.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn refusals(&self, language: Language) -> Result<Vec<RefusedLine>> {
        self.cache.read(|reader| {
            let refused = reader.refusals()?.into_iter().map(|refused| {
                Ok(RefusedLine {
                    title: title(reader, language, &refused.class, refused.record)?,
                    sentence: refusal(language, &refused.code),
                    class: refused.class,
                    id: refused.record,
                    code: refused.code,
                    at: refused.at.0,
                })
            });
            Ok(refused.collect())
        })?
    }
}

fn line(reader: &Reader<'_>, style: &Style, entry: &HistoryEntry) -> Result<HistoryLine> {
    let kind = match entry.kind {
        HistoryKind::Create => "create",
        HistoryKind::Change => "change",
        HistoryKind::Delete => "delete",
    };
    let mut fields = Vec::new();
    for (name, after) in entry.after.iter() {
        let Some(record) = register::find(&entry.class) else { continue };
        let Some(field) = record.field(name).filter(|field| field.kind.is_for_people()) else {
            continue;
        };
        let text = |value: Option<&Value>| -> Result<Option<String>> {
            let Some(value) = value.filter(|value| is_something(value)) else { return Ok(None) };
            crate::dossier::text_of(reader, style, record, field, value).map(Some)
        };
        let (before, after) = (text(entry.before.get(name))?, text(Some(after))?);
        // That a list is empty from the beginning is no change to anybody.
        if before.is_none() && after.is_none() {
            continue;
        }
        let label = words::field(style.language, record.class, field.name).to_owned();
        fields.push(ChangedField { field: name.to_owned(), label, before, after });
    }
    let user = match entry.user {
        Some(user) => reader.get("user", user)?.map(|row| called("user", &row)),
        None => None,
    };
    // What is done here is a step that can be taken back; what comes from the hub is none.
    // That the hub gave a document its number is the end of what was done here.
    let state = |name: Option<&Value>| name.and_then(Value::as_str).map(str::to_owned);
    let was_issuing = state(entry.before.get("state")).as_deref() == Some("issuing");
    let elsewhere = entry.step.is_none() && !(entry.class == "document" && was_issuing);
    Ok(HistoryLine { at: Some(entry.at.0), user, elsewhere, kind, fields })
}

fn arrived() -> HistoryLine {
    HistoryLine { at: None, user: None, elsewhere: true, kind: "arrived", fields: Vec::new() }
}

impl HistoryLine {
    /// What happened, in words: `Changed at another desk`.
    pub fn label(&self, language: Language) -> String {
        let done = match self.kind {
            "change" => words::pick(language, "Changed", "Gewijzigd"),
            "delete" => words::pick(language, "Deleted", "Verwijderd"),
            _ => words::pick(language, "Made", "Gemaakt"),
        };
        let place = words::pick(language, "at another desk", "op een andere werkplek");
        if self.elsewhere { format!("{done} {place}") } else { done.to_owned() }
    }
}

/// What a record is called, with its kind: `Client Anna van der Berg (C-0001)`.
pub(crate) fn title(
    reader: &Reader<'_>,
    language: Language,
    class: &str,
    id: Id,
) -> Result<String> {
    if class == "key" {
        return Ok(words::pick(language, "Key", "Sleutel").to_owned());
    }
    let Some(record) = register::find(class) else { return Ok(format!("{class} {id}")) };
    let kind = words::class(language, class);
    let row = reader.get(record.class, id)?;
    Ok(match row {
        Some(row) => format!("{kind} {}", called(class, &row)),
        None => format!("{kind} {id}"),
    })
}

fn undo_line(
    reader: &Reader<'_>,
    step: Option<UndoStep>,
    language: Language,
) -> std::result::Result<Option<UndoLine>, StoreError> {
    let Some(step) = step else { return Ok(None) };
    Ok(Some(UndoLine {
        step: step.step,
        label: operation(language, &step.operation),
        operation: step.operation,
        at: step.at.0,
        records: reader.records_of_step(step.step)?,
    }))
}

/// An operation in words: `client.set` is "Client changed".
fn operation(language: Language, operation: &str) -> String {
    let (class, verb) = operation.split_once('.').unwrap_or((operation, ""));
    let done = match verb {
        "add" => words::pick(language, "added", "toegevoegd"),
        "set" => words::pick(language, "changed", "gewijzigd"),
        "issue" => words::pick(language, "issued", "uitgegeven"),
        "close" => words::pick(language, "closed", "afgesloten"),
        "reopen" => words::pick(language, "opened again", "weer geopend"),
        "resolve" => words::pick(language, "settled", "beslist"),
        "see" => words::pick(language, "seen", "gezien"),
        "import" => words::pick(language, "imported", "geïmporteerd"),
        "create" => words::pick(language, "made", "gemaakt"),
        _ => words::pick(language, "changed", "gewijzigd"),
    };
    match register::find(class) {
        Some(_) if verb == "import" => format!("{} {done}", words::classes(language, class)),
        Some(_) => format!("{} {done}", words::class(language, class)),
        None => operation.to_owned(),
    }
}

/// What a refusal of the hub means, and what to do.
fn refusal(language: Language, code: &str) -> String {
    let (english, dutch) = match code {
        "too_large" => (
            "The record is larger than the hub takes. Shorten it; it then goes along with the next sync.",
            "Het gegeven is groter dan de hub aanneemt. Maak het korter; het gaat dan mee met de volgende synchronisatie.",
        ),
        "year_sealed" => (
            "The fiscal year is sealed. Enter it in an open year.",
            "Het boekjaar is verzegeld. Voer het in een open jaar in.",
        ),
        "series_closed" => (
            "The number series of this document is closed. Open it again, and this goes along by itself; or make it a draft again, if it has no number yet.",
            "De nummerreeks van dit document is afgesloten. Open haar weer, dan gaat dit vanzelf mee; of maak er weer een concept van, als het nog geen nummer heeft.",
        ),
        "numbered" => (
            "What was numbered is not taken back. For a document issue a credit note; close a number series.",
            "Wat genummerd is, wordt niet teruggenomen. Geef voor een document een creditnota uit; sluit een nummerreeks af.",
        ),
        "depends_on_refused" => (
            "It belongs to something that the hub refused. Put that right first; this then goes along by itself.",
            "Het hoort bij iets wat de hub weigerde. Zet dat eerst recht; dit gaat dan vanzelf mee.",
        ),
        "malformed" => (
            "The hub could not read the change. Update this program and change the record again.",
            "De hub kon de wijziging niet lezen. Werk dit programma bij en wijzig het gegeven opnieuw.",
        ),
        _ => (
            "The hub will not store this. What you entered is kept here; change the record to send it again.",
            "De hub slaat dit niet op. Wat u invulde staat hier nog; wijzig het gegeven om het opnieuw te versturen.",
        ),
    };
    words::pick(language, english, dutch).to_owned()
}

#[cfg(test)]
mod tests {
    use booqing_model::time::Moment;
    use booqing_store::tables::outbox::Waiting;

    use super::*;
    use crate::testing::{desk, id};

    /// A hub that is away leaves it in the outbox; nobody entered it, and nobody waits for it.
    #[test]
    fn what_a_desk_says_of_what_it_was_told_is_no_change_that_waits() {
        let desk = desk();
        desk.client(&["family_name=Berg"]);
        let queue = || desk.queue(Language::En, 10).expect("listed");
        let (before, waiting) = (queue(), desk.status().expect("told").waiting);
        assert!(!before.is_empty());
        let head = Waiting::new(HEAD_CLASS, id(9), 1);
        desk.cache
            .write(|writer| writer.exchange(|exchange| exchange.put_outbox(Moment(0), &[head])))
            .expect("noted");
        assert_eq!(queue(), before);
        assert_eq!(desk.status().expect("told").waiting, waiting);
    }
}
