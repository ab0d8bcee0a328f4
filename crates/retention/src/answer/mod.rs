//! Questions and answers as JSON: the `given` and `expect` objects of the worked examples.
//!
//! Answered are the period, hold, status and law-date families. The erasure, agreement, deadline,
//! consent and disclosure families belong to other parts and are refused by name.
//!
//! An answer holds, per record: `retain_through`, `destroyable_from` (both null while a trigger is
//! pending or when no law keeps the record), `governing_policy`, `all_policies`, `fiscal_year`,
//! `local_document_date`, `waiting_for` when a trigger is pending, and `status_at` when
//! `ask_status_at` is given. Several `records` are answered as `results`, and as `each` when they
//! all end alike; `evaluated_under` is answered as `results`, one per law date.

mod question;
mod read;
mod record;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::book::PolicyBook;
use crate::calendar::Length;
use crate::change::check_policy_change;
use crate::decision::Decision;
use crate::embedded::embedded_book;
use crate::error::DecideError;
use question::{Asked, Question, RecordAsked};

/// Answers one `given` object by the packs built into the program.
///
/// # Errors
/// What in the question cannot be understood, where, and what to do.
pub fn decide_json(given: &Value) -> Result<Value, DecideError> {
    let book = embedded_book().map_err(|problem| DecideError::Packs(Box::new(problem)))?;
    decide_json_by(book, given)
}

impl PolicyBook {
    /// Answers one `given` object by this book.
    ///
    /// # Errors
    /// As [`decide_json`].
    pub fn decide_json(&self, given: &Value) -> Result<Value, DecideError> {
        decide_json_by(self, given)
    }
}

pub(crate) fn decide_json_by(book: &PolicyBook, given: &Value) -> Result<Value, DecideError> {
    let question = Question::read(given)?;
    match &question.asked {
        Asked::Change(change) => {
            let country = question.tenant.country();
            let answer = check_policy_change(book, country, change, question.law_as_of)?;
            let mut object = Map::new();
            let result = if answer.refused.is_some() { "refused" } else { "accepted" };
            object.insert("result".into(), json!(result));
            if let Some(reason) = answer.refused {
                object.insert("reason".into(), json!(reason));
            }
            put_length(&mut object, "minimum", answer.minimum);
            put_length(&mut object, "effective", answer.effective);
            Ok(Value::Object(object))
        }
        Asked::Records { records, laws, several } => {
            let under = |law: Option<Date>| answer_records(book, &question, records, *several, law);
            if laws.is_empty() {
                return Ok(Value::Object(under(question.law_as_of)?));
            }
            let results = laws
                .iter()
                .map(|law| {
                    let mut answer = under(Some(*law))?;
                    answer.insert("law_as_of".into(), json!(law));
                    Ok(Value::Object(answer))
                })
                .collect::<Result<Vec<_>, DecideError>>()?;
            Ok(json!({ "results": results }))
        }
    }
}

fn put_length(object: &mut Map<String, Value>, name: &str, length: Length) {
    match length.whole_years() {
        Some(years) => object.insert(format!("{name}_years"), json!(years)),
        None => object.insert(format!("{name}_months"), json!(length.months())),
    };
}

/// The keys in which records must agree to be answered as `each`.
const EACH: [&str; 5] =
    ["retain_through", "destroyable_from", "governing_policy", "all_policies", "status_at"];

fn answer_records(
    book: &PolicyBook,
    question: &Question,
    records: &[RecordAsked],
    several: bool,
    law: Option<Date>,
) -> Result<Map<String, Value>, DecideError> {
    let decider = book.decider(&question.tenant, law)?;
    let mut answers = records.iter().map(|asked| {
        let decision = decider.decide(&asked.facts);
        (asked, answer_record(book, question, asked, &decision))
    });
    if !several {
        return Ok(answers.next().map(|(_, answer)| answer).unwrap_or_default());
    }
    let mut results = Vec::with_capacity(records.len());
    for (asked, mut answer) in answers {
        answer.insert("type".into(), json!(asked.facts.record_type));
        if let Some(id) = &asked.id {
            answer.insert("id".into(), json!(id));
        }
        results.push(answer);
    }
    let each = |answer: &Map<String, Value>| -> Map<String, Value> {
        let shared = answer.iter().filter(|(key, _)| EACH.contains(&key.as_str()));
        shared.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let mut object = Map::new();
    let mut shared = results.iter().map(each);
    if let Some(first) = shared.next()
        && shared.all(|other| other == first)
    {
        object.insert("each".into(), Value::Object(first));
    }
    object.insert("results".into(), json!(results));
    Ok(object)
}

fn answer_record(
    book: &PolicyBook,
    question: &Question,
    asked: &RecordAsked,
    decision: &Decision,
) -> Map<String, Value> {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("retain_through", json!(decision.retain_through()));
    put("destroyable_from", json!(decision.destroyable_from()));
    put("governing_policy", json!(decision.governing().map(|term| book.id(term.policy))));
    let all = decision
        .terms()
        .map(|term| json!({ "id": book.id(term.policy), "retain_through": term.retain_through }));
    put("all_policies", all.collect());
    put("fiscal_year", json!(decision.fiscal_year().map(|year| year.to_string())));
    put("local_document_date", json!(decision.local_document_date()));
    let waiting: Vec<Value> = decision
        .terms()
        .filter(|term| term.retain_through.is_none())
        .map(|term| json!({ "id": book.id(term.policy), "fact": term.fact }))
        .collect();
    if !waiting.is_empty() {
        put("waiting_for", Value::Array(waiting));
    }
    if let Some(asked_at) = &question.ask_status_at {
        let answers = asked_at.iter().map(|(text, moment)| {
            let status = decision.status_at(&question.tenant, *moment, &asked.holds);
            json!({ "as_of": text, "status": status })
        });
        put("status_at", answers.collect());
    }
    object
}
