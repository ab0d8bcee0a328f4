//! Golden cases: a pack proves itself before one policy of it is used.

use serde_json::Value;

use crate::answer::decide_json_by;
use crate::book::PolicyBook;
use crate::error::PackError;
use crate::pack::Pack;

/// Answers every golden case of a pack by that pack alone.
pub(crate) fn check(name: &str, pack: &Pack) -> Result<(), PackError> {
    let book = PolicyBook::of(vec![pack.clone()])?;
    for case in &pack.golden_cases {
        let answer =
            decide_json_by(&book, &case.given).map_err(|problem| PackError::GoldenQuestion {
                pack: name.to_owned(),
                case: case.id.clone(),
                problem: Box::new(problem),
            })?;
        if let Some(difference) = first_difference(&case.expect, &answer, String::new()) {
            return Err(PackError::GoldenCase {
                pack: name.to_owned(),
                case: case.id.clone(),
                pointer: difference.pointer,
                expected: difference.expected.to_string(),
                got: difference.got.map_or_else(|| "nothing".to_owned(), Value::to_string),
            });
        }
    }
    Ok(())
}

/// A place where an answer is not what was expected.
pub(crate) struct Difference<'a> {
    pub(crate) pointer: String,
    pub(crate) expected: &'a Value,
    pub(crate) got: Option<&'a Value>,
}

/// The first difference between what is expected and an answer. An answer may say more than is
/// expected: keys that are not expected are not compared.
pub(crate) fn first_difference<'a>(
    expected: &'a Value,
    answer: &'a Value,
    pointer: String,
) -> Option<Difference<'a>> {
    match (expected, answer) {
        (Value::Object(expected), Value::Object(answer)) => {
            expected.iter().find_map(|(key, expected)| {
                let pointer = format!("{pointer}/{key}");
                match answer.get(key) {
                    None => Some(Difference { pointer, expected, got: None }),
                    Some(answer) => first_difference(expected, answer, pointer),
                }
            })
        }
        (Value::Array(wanted), Value::Array(answers)) if wanted.len() == answers.len() => {
            wanted.iter().zip(answers).enumerate().find_map(|(place, (expected, answer))| {
                first_difference(expected, answer, format!("{pointer}/{place}"))
            })
        }
        _ if expected == answer => None,
        _ => Some(Difference { pointer, expected, got: Some(answer) }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_found_and_more_is_allowed() {
        let answer = json!({"a": 1, "b": [{"c": 2, "d": 3}], "e": null});
        let find = |expected: Value| {
            first_difference(&expected, &answer, String::new())
                .map(|difference| (difference.pointer, difference.got.cloned()))
        };
        assert_eq!(find(json!({"b": [{"c": 2}], "e": null})), None);
        assert_eq!(find(json!({"b": [{"c": 9}]})), Some(("/b/0/c".into(), Some(json!(2)))));
        assert_eq!(find(json!({"b": []})), Some(("/b".into(), Some(answer["b"].clone()))));
        assert_eq!(find(json!({"f": null})), Some(("/f".into(), None)));
    }
}
