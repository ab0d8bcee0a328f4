//! A record as a map: what is stored, sealed, merged and exported.
//!
//! A record is worked on as a map and not as a struct, so that a field this version does not know
//! is kept and given back.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::Id;
use crate::field::Record;

/// The values of a record by field name. An absent value is absent: never `null`.
///
/// `Debug` shows the names and never the values, so that they stay out of logs.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<Name, Value>);

/// The name of a field. Those of the register are there already and need no copy.
pub type Name = Cow<'static, str>;

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut values = BTreeMap::<Name, Value>::deserialize(deserializer)?;
        values.retain(|_, value| !value.is_null());
        Ok(Self(values))
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why a map is not the entity it should be.
#[derive(Debug, Error)]
pub enum FieldsError {
    /// A value is missing or has another form than the entity declares.
    #[error("this is not a {class}: {reason}")]
    NotThisEntity {
        /// The record class expected.
        class: &'static str,
        /// What does not fit.
        reason: String,
    },
}

impl Fields {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The values of an entity.
    ///
    /// # Errors
    /// [`FieldsError`] when the entity does not serialise to a map.
    pub fn from_entity<R: Record>(entity: &R) -> Result<Self, FieldsError> {
        let wrong = |reason: String| FieldsError::NotThisEntity { class: R::TYPE.class, reason };
        match serde_json::to_value(entity).map_err(|error| wrong(error.to_string()))? {
            Value::Object(map) => Ok(map.into_iter().collect()),
            other => Err(wrong(format!("{other} is no map"))),
        }
    }

    /// The entity with these values. Unknown names are passed over here; they stay in the map.
    ///
    /// # Errors
    /// [`FieldsError`] when a value is missing or has another form.
    pub fn to_entity<R: Record>(&self) -> Result<R, FieldsError> {
        let map = self.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        // Where it went wrong is looked for only then: that takes longer.
        serde_json::from_value(Value::Object(map)).or_else(|_| {
            let map = self.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
            serde_path_to_error::deserialize(Value::Object(map)).map_err(|error| {
                FieldsError::NotThisEntity { class: R::TYPE.class, reason: error.to_string() }
            })
        })
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The text of a field, when it is one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// The number of a field, when it is one.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(Value::as_i64)
    }

    /// Sets a field; `null` removes it. Returns the value it had.
    pub fn set(&mut self, name: &str, value: Value) -> Option<Value> {
        if value.is_null() {
            return self.0.remove(name);
        }
        match self.0.get_mut(name) {
            Some(before) => Some(std::mem::replace(before, value)),
            None => self.0.insert(name.to_owned().into(), value),
        }
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The names and values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// These values with a change applied: `null` removes.
    #[must_use]
    pub fn with(&self, change: &Patch) -> Self {
        let mut changed = self.clone();
        for (name, value) in &change.0 {
            changed.set(name, value.clone());
        }
        changed
    }

    /// What changes these values into others.
    pub fn patch_to(&self, other: &Self) -> Patch {
        let mut patch = Patch::default();
        for (name, value) in &other.0 {
            if self.0.get(name) != Some(value) {
                patch.0.insert(name.to_string(), value.clone());
            }
        }
        for name in self.0.keys().filter(|name| !other.0.contains_key(*name)) {
            patch.0.insert(name.to_string(), Value::Null);
        }
        patch
    }
}

impl<N: Into<Name>> FromIterator<(N, Value)> for Fields {
    fn from_iter<T: IntoIterator<Item = (N, Value)>>(values: T) -> Self {
        let values = values.into_iter().filter(|(_, value)| !value.is_null());
        Self(values.map(|(name, value)| (name.into(), value)).collect())
    }
}

impl IntoIterator for Fields {
    type Item = (Name, Value);
    type IntoIter = std::collections::btree_map::IntoIter<Name, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// A change of some fields: the new value of each, `null` where it is cleared.
///
/// `Debug` shows the names and never the values.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Patch(BTreeMap<String, Value>);

impl fmt::Debug for Patch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl Patch {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a field; `null` clears it.
    pub fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// The names and new values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the fields that change.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// Values by the names of fields, wherever they stand: in a map, or in a row that is being read.
pub trait Values {
    /// The text of a field, when it is one.
    fn text(&self, name: &str) -> Option<&str>;

    /// The number of a field, when it is one.
    fn integer(&self, name: &str) -> Option<i64>;

    /// The record that a field refers to.
    fn id(&self, name: &str) -> Option<Id>;

    /// The list or structure of a field.
    fn structure(&self, name: &str) -> Option<Cow<'_, Value>>;
}

impl Values for Fields {
    fn text(&self, name: &str) -> Option<&str> {
        Self::text(self, name)
    }

    fn integer(&self, name: &str) -> Option<i64> {
        Self::integer(self, name)
    }

    fn id(&self, name: &str) -> Option<Id> {
        self.text(name)?.parse().ok()
    }

    fn structure(&self, name: &str) -> Option<Cow<'_, Value>> {
        self.get(name).map(Cow::Borrowed)
    }
}

impl FromIterator<(String, Value)> for Patch {
    fn from_iter<T: IntoIterator<Item = (String, Value)>>(values: T) -> Self {
        Self(values.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        serde_json::from_value(value).expect("a map")
    }

    #[test]
    fn an_absent_value_is_absent() {
        let mut map: Fields =
            [("a".to_owned(), json!(1)), ("b".to_owned(), Value::Null)].into_iter().collect();
        assert_eq!(map.len(), 1);
        assert_eq!(map.set("a", Value::Null), Some(json!(1)));
        assert!(map.is_empty());
        assert_eq!(fields(json!({"a": null, "b": 1})), fields(json!({"b": 1})));
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        let wrong = fields(json!({"kind": "person", "state": "active", "number": "C-1",
            "addresses": [{"key": "01a218d3-6ef8-79d8-813c-dbdf628fa1f3", "kind": "home"}]}));
        let said = wrong.to_entity::<crate::entities::Client>().expect_err("no such kind");
        assert!(said.to_string().contains("addresses[0].kind: unknown variant `home`"), "{said}");
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(format!("{:?}", fields(json!({"phone": "06 1234"}))), "{\"phone\"}");
    }

    #[test]
    fn a_patch_names_what_changes_and_nothing_else() {
        let before = fields(json!({"a": 1, "b": 2, "c": 3}));
        let after = fields(json!({"a": 1, "b": 5, "d": 4}));
        let patch = before.patch_to(&after);
        assert_eq!(patch.names().collect::<Vec<_>>(), ["b", "c", "d"]);
        assert_eq!(before.with(&patch), after);
    }

    proptest! {
        #[test]
        fn a_patch_there_and_back_changes_nothing(
            before in proptest::collection::btree_map("[a-e]", 0i64..5, 0..5),
            after in proptest::collection::btree_map("[a-e]", 0i64..5, 0..5),
        ) {
            let map = |values: BTreeMap<String, i64>| -> Fields {
                values.into_iter().map(|(name, value)| (name, json!(value))).collect()
            };
            let (before, after) = (map(before), map(after));
            prop_assert_eq!(before.with(&before.patch_to(&after)), after.clone());
            prop_assert_eq!(
                before.with(&before.patch_to(&after)).with(&after.patch_to(&before)),
                before
            );
        }
    }
}
