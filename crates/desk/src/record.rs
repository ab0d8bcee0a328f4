//! Records of any class: shown, entered, changed. What a class asks beyond its fields stands in
//! its own file.

use booqing_model::field::Record;
use booqing_model::fields::Patch;
use booqing_model::{Fields, Id};
use booqing_store::{Change, ChangeSet, Condition, Edit, ListQuery, Reader};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use serde::Serialize;
use serde_json::Value;

use crate::reason::Reason;
use crate::{Desk, DeskError, Language, Result, values, words};

/// A record with everything that is held in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordView {
    /// The record.
    pub id: Id,
    /// How many times it was changed.
    pub version: i64,
    /// The values, by field name.
    pub fields: Fields,
}

/// A value of a record as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueLine {
    /// The field, by the name that changes it.
    pub field: &'static str,
    /// The value, on one or several lines.
    pub text: String,
}

impl RecordView {
    /// By what a person recognises it: a name, a number; its id when it has neither.
    pub fn title(&self) -> String {
        let name = crate::client::name_of(&self.fields);
        if !name.is_empty() {
            return name;
        }
        let named = ["name", "number", "title"].iter().find_map(|name| self.fields.text(name));
        named.map_or_else(|| self.id.to_string(), str::to_owned)
    }
}

impl Desk {
    /// Reads values as people write them on a command line, `field=value`: a change for
    /// [`Self::add_client`] and its like. A reference may be a number or the beginning of an id.
    ///
    /// # Errors
    /// [`DeskError::Value`] names the field, the value and what is wrong;
    /// [`DeskError::Unknown`] for a reference that leads nowhere.
    pub fn read_values(&self, class: &'static str, assignments: &[String]) -> Result<Patch> {
        values::read(class, assignments, |target, name| self.named(target, name))
    }

    /// The record of that class that a number, an id or the beginning of one names.
    ///
    /// # Errors
    /// [`DeskError::Unknown`], [`DeskError::Ambiguous`].
    pub fn record(&self, class: &'static str, name: &str) -> Result<RecordView> {
        let id = self.named(class, name)?;
        self.record_of(class, id)
    }

    /// The values of a record as people read them, in the order of the register. What is empty is
    /// left out; what another program added is not known by a name and is left out too.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn lines_of(
        &self,
        class: &'static str,
        record: &RecordView,
        language: Language,
    ) -> Result<Vec<ValueLine>> {
        let style = self.style(language)?;
        let Some(known) = booqing_model::register::find(class) else { return Ok(Vec::new()) };
        self.cache.read(|reader| {
            let for_people = known.fields.iter().filter(|field| field.kind.is_for_people());
            let held = for_people.filter_map(|field| {
                let value = record.fields.get(field.name).filter(|v| values::is_something(v))?;
                Some((field, value))
            });
            let lines = held.map(|(field, value)| {
                let text = crate::dossier::text_of(reader, &style, known, field, value)?;
                Ok(ValueLine { field: field.name, text })
            });
            Ok(lines.collect())
        })?
    }

    /// Writes moments, in seconds since 1970, as people of this administration do.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn clock(&self, language: Language) -> Result<impl Fn(i64) -> String + use<>> {
        let style = self.style(language)?;
        Ok(move |seconds| style.moment(seconds))
    }

    pub(crate) fn record_of(&self, class: &'static str, id: Id) -> Result<RecordView> {
        let row = self.cache.read(|reader| reader.get(class, id))?;
        let row = row.ok_or_else(|| DeskError::Unknown { class, name: id.to_string() })?;
        Ok(RecordView { id, version: row.version, fields: row.fields })
    }

    /// Enters a record of an entity. `complete` adds what follows from what was given.
    pub(crate) fn add_record<R: Record>(
        &self,
        given: &Patch,
        complete: impl FnOnce(&Reader<'_>, Id, &mut Fields) -> Result<()>,
    ) -> Result<RecordView> {
        let (class, given) = (R::TYPE.class, values::tidy(R::TYPE, given)?);
        let id = SystemSurroundings.id()?;
        self.change(|reader| {
            let mut fields = Fields::new().with(&given);
            complete(reader, id, &mut fields)?;
            values::check::<R>(&fields)?;
            Ok(one(&format!("{class}.add"), class, id, Edit::Create(fields)))
        })?;
        self.record_of(class, id)
    }

    /// Changes a record of an entity. `complete` brings what follows from other values up to date.
    pub(crate) fn set_record<R: Record>(
        &self,
        name: &str,
        patch: &Patch,
        complete: impl FnOnce(&Reader<'_>, Id, &mut Fields) -> Result<()>,
    ) -> Result<RecordView> {
        let (class, patch) = (R::TYPE.class, values::tidy(R::TYPE, patch)?);
        let id = self.named(class, name)?;
        self.change(|reader| {
            let row = reader.get(class, id)?;
            let before = row.map(|row| row.fields).unwrap_or_default();
            let mut after = before.with(&patch);
            complete(reader, id, &mut after)?;
            values::check::<R>(&after)?;
            let edit = Edit::Change(before.patch_to(&after));
            Ok(one(&format!("{class}.set"), class, id, edit))
        })?;
        self.record_of(class, id)
    }
}

/// A change set of one record, made now.
pub(crate) fn one(operation: &str, class: &str, id: Id, edit: Edit) -> ChangeSet {
    ChangeSet {
        operation: operation.to_owned(),
        at: SystemSurroundings.now(),
        user: None,
        changes: vec![Change { class: class.to_owned(), id, edit }],
    }
}

/// Sets a field that was not given.
pub(crate) fn default(fields: &mut Fields, name: &str, value: impl Into<Value>) {
    if fields.get(name).is_none() {
        fields.set(name, value.into());
    }
}

/// The number after the last one with this prefix: `C-0043` after `C-0042`.
pub(crate) fn next_number(
    reader: &Reader<'_>,
    class: &str,
    prefix: &str,
    digits: usize,
) -> Result<String> {
    Ok(number_after(reader.last_number(class, prefix)?.as_deref(), prefix, digits))
}

/// The number after this one, of as many digits: the next after `C-000042` is `C-000043`, however many are
/// usual here.
pub(crate) fn number_after(last: Option<&str>, prefix: &str, digits: usize) -> String {
    let last = last.and_then(|number| number.strip_prefix(prefix)).unwrap_or_default();
    let digits = digits.max(last.len());
    let last: u64 = last.parse().unwrap_or(0);
    format!("{prefix}{:0digits$}", last.saturating_add(1))
}

/// Refuses a number that another record has. What has its number already keeps it: two desks may have given
/// the same one while they did not hear of each other.
pub(crate) fn own_number(reader: &Reader<'_>, class: &str, id: Id, fields: &Fields) -> Result<()> {
    let Some(number) = fields.text("number") else { return Ok(()) };
    let before = reader.get(class, id)?;
    if before.is_some_and(|row| row.fields.text("number") == Some(number)) {
        return Ok(());
    }
    let conditions = vec![Condition::Is("number", number.into())];
    let query = ListQuery { conditions, limit: 2, ..ListQuery::default() };
    if reader.list(class, &query)?.1.iter().any(|row| row.id != id) {
        let taken = Reason::both(
            format!("belongs to another {class}"),
            format!("is al van een andere {}", words::class(Language::Nl, class).to_lowercase()),
        );
        return Err(values::wrong("number", number, taken));
    }
    Ok(())
}

/// An id for an element of a list.
pub(crate) fn new_id() -> Result<Id> {
    Ok(SystemSurroundings.id()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_where_they_are() {
        assert_eq!(number_after(None, "C-", 4), "C-0001");
        assert_eq!(number_after(Some("C-0042"), "C-", 4), "C-0043");
        assert_eq!(number_after(Some("C-9999"), "C-", 4), "C-10000");
        assert_eq!(number_after(Some("B-00009"), "B-", 5), "B-00010");
        assert_eq!(
            number_after(Some("C-000042"), "C-", 4),
            "C-000043",
            "of an office that has more digits"
        );
    }

    #[test]
    fn an_odd_number_does_not_disturb_the_count() {
        let desk = crate::testing::desk();
        desk.client(&["family_name=Berg"]);
        for odd in ["C-2024-001", "C-18446744073709551615", "C-x", "D-0900"] {
            desk.client(&["family_name=Jansen", &format!("number={odd}")]);
        }
        let next = desk.client(&["family_name=Maes"]);
        assert_eq!(next.fields.text("number"), Some("C-0002"));
    }
}
