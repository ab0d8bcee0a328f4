//! Values as people write them on a command line: `field=value`.

use booqing_model::Fields;
use booqing_model::field::{Field, Kind, Merge, Record, RecordType};
use booqing_model::fields::Patch;
use booqing_model::text::{Note, Text, TextError};
use serde_json::Value;

use crate::{DeskError, Result};

/// The most characters of a value that an error repeats.
const SHOWN: usize = 40;

/// Reads assignments into a change. An empty value clears a field.
///
/// # Errors
/// [`DeskError::Value`] names the field, the value and what is wrong.
pub(crate) fn read(record: &'static RecordType, assignments: &[String]) -> Result<Patch> {
    assignments.iter().map(|assignment| read_one(record, assignment)).collect()
}

fn read_one(record: &'static RecordType, assignment: &str) -> Result<(String, Value)> {
    let Some((name, value)) = assignment.split_once('=') else {
        return Err(wrong(assignment, "", "is not of the form field=value"));
    };
    let Some(field) = record.field(name) else {
        let known: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
        let reason =
            format!("is not a field of a {}; there are {}", record.class, known.join(", "));
        return Err(wrong(name, value, &reason));
    };
    if value.is_empty() {
        return Ok((name.to_owned(), Value::Null));
    }
    let parsed = parse(field, value).map_err(|reason| wrong(name, value, &reason))?;
    Ok((name.to_owned(), parsed))
}

fn parse(field: &Field, value: &str) -> std::result::Result<Value, String> {
    match field.kind {
        Kind::Text if field.merge == Merge::Text => {
            Note::parse(value).map_err(said)?;
            Ok(value.into())
        }
        Kind::Text => Text::parse(value).map(|text| text.as_str().into()).map_err(said),
        Kind::Integer => {
            value.parse::<i64>().map(Value::from).map_err(|_| "is not a whole number".to_owned())
        }
        Kind::Boolean => match value {
            "yes" | "true" | "ja" => Ok(true.into()),
            "no" | "false" | "nee" => Ok(false.into()),
            _ => Err("is not yes or no".to_owned()),
        },
        Kind::Id => value
            .parse::<booqing_model::Id>()
            .map(|id| id.to_string().into())
            .map_err(|_| "is not an id".to_owned()),
        Kind::Json if field.merge == Merge::Set => {
            let mut words: Vec<&str> =
                value.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
            words.sort_unstable();
            words.dedup();
            Ok(words.into())
        }
        Kind::Json => serde_json::from_str(value).map_err(|error| format!("is not JSON: {error}")),
    }
}

fn said(error: TextError) -> String {
    error.to_string()
}

/// Whether values make up an entity: dates that exist, words that are known.
///
/// # Errors
/// [`DeskError::Value`].
pub(crate) fn check<R: Record>(fields: &Fields) -> Result<()> {
    fields
        .to_entity::<R>()
        .map(|_| ())
        .map_err(|error| wrong(R::TYPE.class, "", &error.to_string()))
}

fn wrong(field: &str, value: &str, reason: &str) -> DeskError {
    let shown: String = value
        .chars()
        .take(SHOWN)
        // Characters that cannot be seen, or that turn the line round, are named.
        .map(|c| {
            if c.is_control() || is_direction(c) {
                format!("‹U+{:04X}›", u32::from(c))
            } else {
                c.to_string()
            }
        })
        .collect();
    let rest = if value.chars().count() > SHOWN { "…" } else { "" };
    DeskError::Value {
        field: field.to_owned(),
        value: format!("{shown}{rest}"),
        reason: reason.to_owned(),
    }
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use booqing_model::entities::Client;
    use serde_json::json;

    use super::*;

    fn patch(assignments: &[&str]) -> Result<Patch> {
        let assignments: Vec<String> = assignments.iter().map(|text| (*text).to_owned()).collect();
        read(Client::TYPE, &assignments)
    }

    #[test]
    fn values_are_read_by_what_their_field_holds() {
        let patch = patch(&["given_name= Zoë ", "payment_days=14", "tags=vip, bouw,vip", "phone="])
            .expect("read");
        let expected: Patch = serde_json::from_value(json!({"given_name": "Zoë",
            "payment_days": 14, "tags": ["bouw", "vip"], "phone": null}))
        .expect("a patch");
        assert!(patch == expected, "{patch:?}");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (assignment, field, reason) in [
            ("payment_days=veertien", "payment_days", "whole number"),
            ("shoe_size=43", "shoe_size", "is not a field"),
            ("given_name", "given_name", "field=value"),
            ("given_name=a\u{7}b", "given_name", "control character"),
        ] {
            let Err(DeskError::Value { field: named, reason: said, .. }) = patch(&[assignment])
            else {
                panic!("{assignment} was read");
            };
            assert_eq!(named, field);
            assert!(said.contains(reason), "{said}");
        }
    }

    #[test]
    fn an_entity_must_hold_together() {
        let check = |value| {
            let fields: Fields = serde_json::from_value(value).expect("fields");
            check::<Client>(&fields)
        };
        let client = json!({"kind": "person", "state": "active", "number": "C-1"});
        assert!(check(client).is_ok());
        for wrong in [
            json!({"kind": "person", "state": "active"}),
            json!({"kind": "giraffe", "state": "active", "number": "C-1"}),
            json!({"kind": "person", "state": "active", "number": "C-1", "birth_date": "1980-02-30"}),
        ] {
            assert!(check(wrong).is_err());
        }
    }

    #[test]
    fn what_turns_a_line_round_is_shown_for_what_it_is() {
        let Err(DeskError::Value { value, .. }) = patch(&["payment_days=\u{202e}41"]) else {
            panic!("it was read");
        };
        assert_eq!(value, "‹U+202E›41");
    }
}
