//! The retention engine alone: a question without an administration.

use booqing_retention::decide_json;
use serde_json::Value;

use crate::{DeskError, Result};

/// Answers questions in the form of the worked examples: one JSON object, or one a line.
///
/// # Errors
/// [`DeskError::Question`] names the question, the place in it and what to do. Nothing is answered
/// then, also not the questions before it.
pub fn decide(text: &str) -> Result<Vec<Value>> {
    questions(text)?
        .iter()
        .zip(1..)
        .map(|(given, number)| {
            decide_json(given).map_err(|error| DeskError::Question {
                number,
                code: error.code(),
                reason: error.to_string(),
            })
        })
        .collect()
}

/// One object over several lines, or one on each line.
fn questions(text: &str) -> Result<Vec<Value>> {
    serde_json::Deserializer::from_str(text)
        .into_iter::<Value>()
        .zip(1..)
        .map(|(question, number)| {
            question.map_err(|error| DeskError::Question {
                number,
                code: "not_json",
                reason: error.to_string(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_question_or_one_a_line() {
        let question = json!({
            "tenant": {"country": "NL", "time_zone": "Europe/Amsterdam", "fiscal_year_end": "12-31"},
            "record": {"type": "sales_invoice", "document_date": "2018-03-14", "flags": []},
        });
        let whole = serde_json::to_string_pretty(&question).expect("text");
        let lines = format!("{question}\n{question}\n");
        assert_eq!(decide(&whole).expect("answered").len(), 1);
        let answers = decide(&lines).expect("answered");
        assert_eq!(answers.len(), 2);
        assert_eq!(answers[0]["retain_through"], "2025-12-31");
    }

    #[test]
    fn a_question_that_cannot_be_answered_is_named() {
        let good = json!({
            "tenant": {"country": "NL", "time_zone": "Europe/Amsterdam", "fiscal_year_end": "12-31"},
            "record": {"type": "sales_invoice", "document_date": "2018-03-14"},
        });
        let mut bad = good.clone();
        bad["record"]["document_date"] = "2018-02-31".into();
        let Err(DeskError::Question { number, reason, .. }) = decide(&format!("{good}\n{bad}"))
        else {
            panic!("it was answered");
        };
        assert_eq!(number, 2);
        assert!(reason.contains("document_date"), "{reason}");
        assert!(matches!(decide("{"), Err(DeskError::Question { code: "not_json", .. })));
    }
}
