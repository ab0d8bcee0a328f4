//! Reading JSON with the place of every fault: a JSON pointer and what to do.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::calendar::FactDate;
use crate::error::DecideError;

/// A value and where it stands.
#[derive(Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    pointer: String,
}

/// An object whose keys have been checked.
pub(super) struct Object<'a> {
    map: &'a Map<String, Value>,
    pointer: String,
}

impl<'a> Node<'a> {
    pub(super) const fn root(value: &'a Value) -> Self {
        Self { value, pointer: String::new() }
    }

    pub(super) fn pointer(&self) -> String {
        self.pointer.clone()
    }

    fn kind(&self, expected: &'static str) -> DecideError {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        DecideError::Kind { pointer: self.pointer.clone(), expected, found }
    }

    /// An object, whatever its keys.
    pub(super) fn any_object(&self) -> Result<Object<'a>, DecideError> {
        let map = self.value.as_object().ok_or_else(|| self.kind("an object"))?;
        Ok(Object { map, pointer: self.pointer.clone() })
    }

    /// An object with no other keys than these.
    pub(super) fn object(&self, known: &[&'static str]) -> Result<Object<'a>, DecideError> {
        let object = self.any_object()?;
        object.only(known)?;
        Ok(object)
    }

    pub(super) fn list(&self) -> Result<Vec<Self>, DecideError> {
        let list = self.value.as_array().ok_or_else(|| self.kind("a list"))?;
        let node = |(place, value)| Node { value, pointer: format!("{}/{place}", self.pointer) };
        Ok(list.iter().enumerate().map(node).collect())
    }

    pub(super) fn text(&self) -> Result<&'a str, DecideError> {
        self.value.as_str().ok_or_else(|| self.kind("text"))
    }

    pub(super) fn truth(&self) -> Result<bool, DecideError> {
        self.value.as_bool().ok_or_else(|| self.kind("true or false"))
    }

    /// A whole number within bounds.
    pub(super) fn number(&self, least: u16, most: u16) -> Result<u16, DecideError> {
        let number = self.value.as_number().ok_or_else(|| self.kind("a whole number"))?;
        number
            .as_u64()
            .and_then(|number| u16::try_from(number).ok())
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| DecideError::OutOfBounds {
                pointer: self.pointer.clone(),
                value: number.to_string(),
                least,
                most,
            })
    }

    /// One word of a fixed list.
    pub(super) fn word<T>(
        &self,
        from_word: impl Fn(&str) -> Option<T>,
        known: impl Fn() -> Vec<&'static str>,
    ) -> Result<T, DecideError> {
        let word = self.text()?;
        from_word(word).ok_or_else(|| DecideError::UnknownWord {
            pointer: self.pointer.clone(),
            value: word.to_owned(),
            known: known(),
        })
    }

    /// A day, `YYYY-MM-DD`.
    pub(super) fn date(&self) -> Result<Date, DecideError> {
        let text = self.text()?;
        parse_date(text).ok_or_else(|| DecideError::BadDate {
            pointer: self.pointer.clone(),
            value: text.to_owned(),
        })
    }

    /// A day, or a moment whose day depends on the zone.
    pub(super) fn day_or_moment(&self) -> Result<FactDate, DecideError> {
        let text = self.text()?;
        if text.contains(['T', 't', ' ']) {
            self.moment().map(FactDate::Moment)
        } else {
            self.date().map(FactDate::Day)
        }
    }

    /// A moment, RFC 3339 with an offset.
    pub(super) fn moment(&self) -> Result<Timestamp, DecideError> {
        let text = self.text()?;
        // The parser also takes other forms: only those of RFC 3339 are meant here.
        let day = text.get(..10).and_then(parse_date);
        day.and_then(|_| text.parse().ok()).ok_or_else(|| DecideError::BadMoment {
            pointer: self.pointer.clone(),
            value: text.to_owned(),
        })
    }

    /// A moment, or the first moment of a day in a zone.
    pub(super) fn moment_in(&self, zone: &TimeZone) -> Result<Timestamp, DecideError> {
        match self.text().ok().and_then(parse_date) {
            Some(day) => day.to_zoned(zone.clone()).map(|start| start.timestamp()).map_err(|_| {
                DecideError::BadDate { pointer: self.pointer.clone(), value: day.to_string() }
            }),
            None => self.moment(),
        }
    }
}

/// `YYYY-MM-DD` and no other form.
fn parse_date(text: &str) -> Option<Date> {
    let form = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    form.then(|| text.parse().ok()).flatten()
}

impl<'a> Object<'a> {
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.map.iter().filter(|(_, value)| !value.is_null()).map(|(key, _)| key.as_str())
    }

    /// Refuses keys that are not known here.
    pub(super) fn only(&self, known: &[&'static str]) -> Result<(), DecideError> {
        match self.map.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(DecideError::UnknownKey {
                pointer: self.pointer.clone(),
                key: key.clone(),
                known: known.to_vec(),
            }),
        }
    }

    fn pointer_to(&self, key: &str) -> String {
        // RFC 6901: "~" and "/" in a key are escaped.
        format!("{}/{}", self.pointer, key.replace('~', "~0").replace('/', "~1"))
    }

    /// The value of a key; `None` when it is absent or null.
    pub(super) fn get(&self, key: &str) -> Option<Node<'a>> {
        let value = self.map.get(key).filter(|value| !value.is_null())?;
        Some(Node { value, pointer: self.pointer_to(key) })
    }

    /// The value of a key that must be there.
    pub(super) fn need(&self, key: &str, needed: &'static str) -> Result<Node<'a>, DecideError> {
        let pointer = || self.pointer_to(key);
        self.get(key).ok_or_else(|| DecideError::Missing { pointer: pointer(), needed })
    }
}
