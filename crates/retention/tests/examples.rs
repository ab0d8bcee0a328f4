//! Every worked example: the families this engine answers must agree, the others are refused by
//! name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use booqing_retention::{DecideError, decide_json};
use serde_json::Value;

const EXAMPLES: &str = include_str!("retention-examples.json");

const ANSWERED: [&str; 11] = [
    "NL-01", "NL-03", "NL-04", "NL-07", "NL-09", "NL-11", "NL-13", "NL-23", "DE-02", "AT-01",
    "PL-01",
];

/// The family of each case that other parts answer, and the key that says so.
const REFUSED: [(&str, &str); 7] = [
    ("NL-17", "erasure_request"),
    ("NL-20", "events"),
    ("DL-01", "received_at"),
    ("BR-01", "aware_at"),
    ("CN-01", "consent"),
    ("BK-01", "events"),
    ("DS-01", "requests"),
];

fn cases() -> Vec<Value> {
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap();
    examples["cases"].as_array().unwrap().clone()
}

/// Whether everything expected is answered; the answer may say more.
fn agrees(expected: &Value, answer: &Value) -> bool {
    match (expected, answer) {
        (Value::Object(expected), Value::Object(answer)) => expected
            .iter()
            .all(|(key, value)| answer.get(key).is_some_and(|answer| agrees(value, answer))),
        (Value::Array(expected), Value::Array(answer)) => {
            expected.len() == answer.len()
                && expected.iter().zip(answer).all(|(expected, answer)| agrees(expected, answer))
        }
        _ => expected == answer,
    }
}

#[test]
fn the_answered_families_agree() {
    let mut seen = 0;
    for case in cases() {
        let id = case["id"].as_str().unwrap();
        if ANSWERED.contains(&id) {
            seen += 1;
            let answer =
                decide_json(&case["given"]).unwrap_or_else(|error| panic!("{id}: {error}"));
            let expected = &case["expect"];
            assert!(agrees(expected, &answer), "{id}\nexpected {expected:#}\nanswered {answer:#}");
        }
    }
    assert_eq!(seen, ANSWERED.len());
}

#[test]
fn the_policies_of_an_example_are_listed_exactly() {
    for case in cases() {
        if let Some(expected) = case["expect"].get("all_policies") {
            assert_eq!(&decide_json(&case["given"]).unwrap()["all_policies"], expected);
        }
    }
}

#[test]
fn the_other_families_are_refused_by_the_key_that_tells_them() {
    let mut seen = 0;
    for case in cases() {
        let id = case["id"].as_str().unwrap();
        if ANSWERED.contains(&id) {
            continue;
        }
        let (_, wanted) = REFUSED.iter().find(|(refused, _)| *refused == id).expect(id);
        seen += 1;
        match decide_json(&case["given"]) {
            Err(DecideError::NotAnswered { key, pointer, .. }) => {
                assert_eq!((key.as_str(), pointer), (*wanted, format!("/{wanted}")), "{id}");
            }
            other => panic!("{id}: {other:?}"),
        }
    }
    assert_eq!(seen, REFUSED.len());
}
