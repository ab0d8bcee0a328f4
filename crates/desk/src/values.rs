//! Values as people write them: on a command line as `field=value`, in the window as they typed
//! them.

use booqing_model::field::{Field, Kind, Merge, Record, RecordType};
use booqing_model::fields::Patch;
use booqing_model::money::Cents;
use booqing_model::text::{Email, Note, Text, TextError};
use booqing_model::time::Date;
use booqing_model::{Fields, Id, register};
use serde_json::Value;

use crate::reason::Reason;
use crate::words::{self, is_money};
use crate::{DeskError, Language, Result};

/// The most characters of a value that an error repeats.
const SHOWN: usize = 40;

/// Reads assignments into a change. An empty value clears a field. `resolve` finds the record that
/// a reference names.
///
/// # Errors
/// [`DeskError::Value`] names the field, the value and what is wrong.
pub(crate) fn read(
    class: &'static str,
    assignments: &[String],
    resolve: impl Fn(&'static str, &str) -> Result<Id>,
) -> Result<Patch> {
    let record =
        register::find(class).ok_or_else(|| DeskError::Unknown { class, name: String::new() })?;
    assignments.iter().map(|assignment| read_one(record, assignment, &resolve)).collect()
}

fn read_one(
    record: &'static RecordType,
    assignment: &str,
    resolve: &impl Fn(&'static str, &str) -> Result<Id>,
) -> Result<(String, Value)> {
    let Some((name, value)) = assignment.split_once('=') else {
        let reason = ("is not of the form field=value", "heeft niet de vorm veld=waarde");
        return Err(wrong(assignment, "", reason));
    };
    let field = field_of(record, name)?;
    if value.is_empty() {
        return Ok((name.to_owned(), Value::Null));
    }
    if let (Kind::Id, Some(target)) = (field.kind, field.refers) {
        return Ok((name.to_owned(), resolve(target, value)?.to_string().into()));
    }
    let parsed = parse(field, value).map_err(|reason| wrong(name, value, reason))?;
    Ok((name.to_owned(), parsed))
}

/// The field of that name.
///
/// # Errors
/// [`DeskError::Value`], with the names there are.
pub(crate) fn field_of(record: &'static RecordType, name: &str) -> Result<&'static Field> {
    record.field(name).ok_or_else(|| {
        let known: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
        let (class, known) = (record.class, known.join(", "));
        let reason = Reason::both(
            format!("is not a field of a {class}; there are {known}"),
            format!("is geen veld van {class}; er zijn {known}"),
        );
        wrong(name, "", reason)
    })
}

fn parse(field: &Field, value: &str) -> std::result::Result<Value, Reason> {
    match field.kind {
        Kind::Text => text(field, value).map_err(Reason::from),
        Kind::Integer if is_money(field.name) => {
            Cents::read(value).map(|cents| cents.0.into()).map_err(Reason::from)
        }
        Kind::Integer if field.name == "vat_rate" => percent(value),
        Kind::Integer => value
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| ("is not a whole number", "is geen geheel getal").into()),
        Kind::Boolean => match value {
            "yes" | "true" | "ja" => Ok(true.into()),
            "no" | "false" | "nee" => Ok(false.into()),
            _ => Err(("is not yes or no", "is geen ja of nee").into()),
        },
        Kind::Id => value
            .parse::<Id>()
            .map(|id| id.to_string().into())
            .map_err(|_| ("is not an id", "is geen id").into()),
        Kind::Json if field.merge == Merge::Set => {
            let mut words: Vec<&str> =
                value.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
            words.sort_unstable();
            words.dedup();
            Ok(words.into())
        }
        Kind::Stored => Err(("is not entered by hand", "wordt niet met de hand ingevuld").into()),
        Kind::Json => serde_json::from_str(value).map_err(|error| {
            Reason::both(format!("is not JSON: {error}"), format!("is geen JSON: {error}"))
        }),
    }
}

/// A percentage such as `21`, `5.5` or `5,5%`, in hundredths.
fn percent(value: &str) -> std::result::Result<Value, Reason> {
    let number = value.trim().trim_end_matches('%').trim_end();
    let no_percentage = || Reason::from(("is not a percentage", "is geen percentage"));
    let hundredths = Cents::read(number).map_err(|_| no_percentage())?.0;
    if (0..=10_000).contains(&hundredths) {
        Ok(hundredths.into())
    } else {
        Err(("is not between 0 and 100 percent", "ligt niet tussen 0 en 100 procent").into())
    }
}

/// A text within its limits, without white space around it.
fn text(field: &Field, value: &str) -> std::result::Result<Value, TextError> {
    if field.merge == Merge::Text {
        Note::parse(value).map(|note| note.as_str().into())
    } else {
        Text::parse(value).map(|text| text.as_str().into())
    }
}

/// A change as it is stored: texts within their limits and without white space around them, empty
/// ones cleared, no field that the entity does not have.
///
/// # Errors
/// [`DeskError::Value`].
pub(crate) fn tidy(record: &'static RecordType, patch: &Patch) -> Result<Patch> {
    let mut tidied = Patch::new();
    for (name, value) in patch.iter() {
        let field = field_of(record, name)?;
        let value = match value {
            Value::String(typed) if typed.trim().is_empty() => Value::Null,
            Value::String(typed) => {
                check_word(record, field, typed)?;
                text(field, typed).map_err(|error| wrong(name, typed, error))?
            }
            Value::Array(_) | Value::Object(_) => {
                tidy_structure(value).map_err(|(typed, error)| wrong(name, &typed, error))?
            }
            other => other.clone(),
        };
        tidied.set(name, value);
    }
    Ok(tidied)
}

/// A date that exists, an address that mail could go to, and a value of a closed list, before the entity
/// is made of them: so that the error names the field and says what it takes.
fn check_word(record: &'static RecordType, field: &Field, typed: &str) -> Result<()> {
    let is_date = field.name.ends_with("_date") || field.name.ends_with("_on");
    if is_date {
        Date::parse(typed.trim()).map_err(|error| wrong(field.name, typed, error))?;
    }
    if field.name.ends_with("email") && !Email::parse(typed).is_ok_and(|email| email.is_plausible())
    {
        let reason = (
            "is not an e-mail address such as name@example.org",
            "is geen e-mailadres zoals naam@example.org",
        );
        return Err(wrong(field.name, typed, reason));
    }
    let choices = words::choices(Language::En, record.class, field.name);
    if field.kind == Kind::Text
        && !choices.is_empty()
        && !choices.iter().any(|(word, _)| *word == typed.trim())
    {
        let known: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let known = known.join(", ");
        let reason = Reason::both(format!("is none of {known}"), format!("is geen van {known}"));
        return Err(wrong(field.name, typed, reason));
    }
    Ok(())
}

/// The texts of a structure likewise. The error is the text and what is wrong with it.
fn tidy_structure(value: &Value) -> std::result::Result<Value, (String, TextError)> {
    Ok(match value {
        Value::String(typed) if typed.trim().is_empty() => Value::Null,
        Value::String(typed) => match Text::parse(typed) {
            Ok(text) => text.as_str().into(),
            Err(error) => return Err((typed.clone(), error)),
        },
        Value::Array(elements) => {
            let tidied = elements.iter().map(tidy_structure);
            Value::Array(
                tidied
                    .filter(|element| element.as_ref().map_or(true, |value| !value.is_null()))
                    .collect::<std::result::Result<_, _>>()?,
            )
        }
        Value::Object(map) => {
            let mut tidied = serde_json::Map::new();
            for (name, element) in map {
                let element = tidy_structure(element)?;
                if !element.is_null() {
                    tidied.insert(name.clone(), element);
                }
            }
            Value::Object(tidied)
        }
        other => other.clone(),
    })
}

/// Whether values make up an entity: dates that exist, words that are known.
///
/// # Errors
/// [`DeskError::Value`].
pub(crate) fn check<R: Record>(fields: &Fields) -> Result<()> {
    fields.to_entity::<R>().map(|_| ()).map_err(|error| wrong(R::TYPE.class, "", error))
}

/// That a value does not fit its field.
pub(crate) fn wrong(field: &str, value: &str, reason: impl Into<Reason>) -> DeskError {
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
        reason: reason.into(),
    }
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a value is there: not null, no empty text and no empty list.
pub(crate) fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(all) => !all.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use booqing_model::entities::Client;
    use serde_json::json;

    use super::*;

    fn patch(assignments: &[&str]) -> Result<Patch> {
        let assignments: Vec<String> = assignments.iter().map(|text| (*text).to_owned()).collect();
        read("client", &assignments, |class, name| {
            Err(DeskError::Unknown { class, name: name.to_owned() })
        })
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
    fn amounts_and_rates_are_read_as_people_write_them() {
        let read = |class, assignment: &str| {
            read(class, &[assignment.to_owned()], |class, name| {
                Err(DeskError::Unknown { class, name: name.to_owned() })
            })
        };
        let patch = read("service", "price=1.234,50").expect("read");
        assert_eq!(patch.iter().next(), Some(("price", &json!(123_450))));
        let patch = read("service", "vat_rate=5,5%").expect("read");
        assert_eq!(patch.iter().next(), Some(("vat_rate", &json!(550))));
        for wrong in ["price=99999999999999999999", "price=veel", "vat_rate=101", "vat_rate=x"] {
            assert!(matches!(read("service", wrong), Err(DeskError::Value { .. })), "{wrong}");
        }
        assert!(matches!(read("booking", "client=C-1"), Err(DeskError::Unknown { .. })));
    }

    #[test]
    fn what_the_window_sends_is_tidied() {
        let sent: Patch = serde_json::from_value(json!({"given_name": "  Zoë ", "phone": " ",
            "addresses": [{"street": " Kade 1 ", "city": ""}], "payment_days": 14}))
        .expect("a patch");
        let tidied = tidy(Client::TYPE, &sent).expect("tidied");
        let expected: Patch = serde_json::from_value(json!({"given_name": "Zoë", "phone": null,
            "addresses": [{"street": "Kade 1"}], "payment_days": 14}))
        .expect("a patch");
        assert!(tidied == expected);
        let long = Patch::from_iter([("city_name".to_owned(), json!("x"))]);
        assert!(tidy(Client::TYPE, &long).is_err(), "there is no such field");
        let control = Patch::from_iter([("addresses".to_owned(), json!([{"city": "a\u{7}b"}]))]);
        assert!(tidy(Client::TYPE, &control).is_err());
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
            assert!(said.to_string().contains(reason), "{said}");
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
