//! Questions as JSON: other inputs of the answered families, and faults with their place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use booqing_retention::{DecideError, decide_json};
use serde_json::{Value, json};

fn tenant(country: &str) -> Value {
    let zone = match country {
        "DE" => "Europe/Berlin",
        _ => "Europe/Amsterdam",
    };
    json!({"country": country, "time_zone": zone, "fiscal_year_end": "12-31"})
}

fn answer(given: &Value) -> Value {
    decide_json(given).unwrap_or_else(|error| panic!("{error}"))
}

fn fault(given: &Value) -> (&'static str, String) {
    let error = decide_json(given).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn records_that_end_alike_are_answered_as_each_and_all_as_results() {
    let given = |second: &str| {
        json!({
            "tenant": tenant("NL"),
            "records": [
                {"type": "sales_invoice", "document_date": "2018-03-14", "id": "a"},
                {"type": "receipt", "document_date": second}
            ]
        })
    };
    let alike = answer(&given("2018-12-31"));
    assert_eq!(alike["each"]["retain_through"], "2025-12-31");
    assert_eq!(alike["results"][0]["id"], "a");
    assert_eq!(alike["results"][1]["type"], "receipt");
    let different = answer(&given("2019-01-01"));
    assert_eq!(different.get("each"), None);
    assert_eq!(different["results"][0]["retain_through"], "2025-12-31");
    assert_eq!(different["results"][1]["retain_through"], "2026-12-31");
}

#[test]
fn all_longer_policies_at_once() {
    let answer = answer(&json!({
        "tenant": tenant("NL"),
        "record": {
            "type": "sales_invoice", "document_date": "2015-01-02", "supply_date": "2014-12-30",
            "flags": ["oss", "immovable_property"], "first_use": "2010-06-01"
        }
    }));
    assert_eq!(
        answer["all_policies"],
        json!([
            {"id": "NL-AWR-52", "retain_through": "2022-12-31"},
            {"id": "NL-OB-34a", "retain_through": "2019-12-31"},
            {"id": "EU-OSS", "retain_through": "2024-12-31"}
        ])
    );
    assert_eq!(answer["governing_policy"], "EU-OSS");
}

#[test]
fn a_missing_fact_leaves_the_record_pending_and_is_named() {
    let answer = answer(&json!({
        "tenant": tenant("NL"),
        "record": {"type": "purchase_invoice", "document_date": "2014-09-01",
                   "flags": ["immovable_property"]},
        "holds": [{"id": "H", "placed_at": "2020-01-01", "released_at": "2021-01-01"}],
        "ask_status_at": ["2019-12-31T23:59:59+01:00", "2020-01-01", "2021-01-01"]
    }));
    assert_eq!(answer["retain_through"], Value::Null);
    assert_eq!(answer["destroyable_from"], Value::Null);
    assert_eq!(answer["waiting_for"], json!([{"id": "NL-OB-34a", "fact": "first_use"}]));
    let statuses: Vec<_> =
        answer["status_at"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, ["trigger_pending", "held", "trigger_pending"]);
}

#[test]
fn a_fact_given_as_a_moment_counts_on_its_local_day() {
    let answer = answer(&json!({
        "tenant": tenant("NL"),
        "record": {"type": "purchase_invoice", "document_date": "2014-09-01",
                   "flags": ["immovable_property"], "first_use": "2015-12-31T23:30:00Z"}
    }));
    assert_eq!(answer["retain_through"], "2025-12-31");
}

#[test]
fn several_holds_overlap_and_the_last_release_frees() {
    let answer = answer(&json!({
        "tenant": tenant("NL"),
        "record": {"type": "sales_invoice", "document_date": "2015-03-14"},
        "holds": [
            {"id": "H1", "placed_at": "2022-01-01T00:00:00Z", "released_at": "2024-01-01T00:00:00Z"},
            {"id": "H2", "placed_at": "2023-01-01T00:00:00Z", "released_at": null, "reason": "audit"}
        ],
        "ask_status_at": ["2024-06-01T00:00:00Z", "2022-12-31T00:00:00Z"]
    }));
    assert_eq!(answer["retain_through"], "2022-12-31");
    assert_eq!(answer["status_at"][0]["status"], "held");
    assert_eq!(answer["status_at"][1]["status"], "held");
}

#[test]
fn a_destroyed_record_is_destroyed_from_that_moment() {
    let answer = answer(&json!({
        "tenant": tenant("NL"),
        "record": {"type": "sales_invoice", "document_date": "2015-03-14",
                   "destroyed_at": "2023-02-01T12:00:00+01:00"},
        "ask_status_at": ["2023-02-01T11:59:59+01:00", "2023-02-01T12:00:00+01:00"]
    }));
    assert_eq!(answer["status_at"][0]["status"], "due_for_disposition");
    assert_eq!(answer["status_at"][1]["status"], "destroyed");
}

#[test]
fn the_law_of_a_date_decides_also_for_several_records() {
    let answer = answer(&json!({
        "tenant": tenant("DE"),
        "records": [
            {"type": "sales_invoice", "document_date": "2016-05-01"},
            {"type": "sales_invoice", "document_date": "2013-05-01"}
        ],
        "evaluated_under": [{"law_as_of": "2024-12-31"}, {"law_as_of": "2026-06-01"}]
    }));
    let through = |law: usize, record: usize| {
        answer["results"][law]["results"][record]["retain_through"].as_str().unwrap().to_owned()
    };
    assert_eq!([through(0, 0), through(0, 1)], ["2026-12-31", "2023-12-31"]);
    // The second had ended under the old law: the new one does not touch it.
    assert_eq!([through(1, 0), through(1, 1)], ["2024-12-31", "2023-12-31"]);
}

#[test]
fn a_setting_lengthens_with_a_reason_and_never_shortens() {
    let given = |years: u16, reason: &str| {
        let mut tenant = tenant("NL");
        tenant["longer_periods"] =
            json!([{"record_type": "sales_invoice", "years": years, "reason": reason}]);
        json!({"tenant": tenant, "record": {"type": "sales_invoice", "document_date": "2018-03-14"}})
    };
    assert_eq!(answer(&given(9, "claims"))["retain_through"], "2027-12-31");
    assert_eq!(answer(&given(5, "tidy"))["retain_through"], "2025-12-31");
    let (code, message) = fault(&given(9, " "));
    assert_eq!(code, "reason_required");
    assert!(message.starts_with("/tenant/longer_periods/0"), "{message}");
}

#[test]
fn the_careful_rounding_is_a_setting() {
    let mut tenant = tenant("NL");
    tenant["fiscal_year_end"] = json!("06-30");
    tenant["calendar_rounding"] = json!(true);
    let given =
        json!({"tenant": tenant, "record": {"type": "receipt", "document_date": "2018-09-15"}});
    assert_eq!(answer(&given)["retain_through"], "2026-12-31");
}

#[test]
fn a_short_first_year_is_given_with_the_record() {
    let answer = answer(&json!({
        "tenant": tenant("NL"),
        "record": {"type": "receipt", "document_date": "2018-11-15",
                   "fiscal_year": {"start": "2018-11-01", "end": "2019-12-31"}}
    }));
    assert_eq!(answer["fiscal_year"], "2018/2019");
    assert_eq!(answer["retain_through"], "2026-12-31");
}

#[test]
fn policy_changes() {
    let ask = |change: Value| answer(&json!({"tenant": tenant("NL"), "policy_change": change}));
    let longer = ask(json!({"record_type": "sales_invoice", "years": 10, "reason": "claims"}));
    assert_eq!(longer, json!({"result": "accepted", "minimum_years": 7, "effective_years": 10}));
    let same = ask(json!({"record_type": "sales_invoice", "years": 7}));
    assert_eq!(same["result"], "accepted");
    let silent = ask(json!({"record_type": "sales_invoice", "years": 10}));
    assert_eq!(
        silent,
        json!({"result": "refused", "reason": "reason_required", "minimum_years": 7,
               "effective_years": 7})
    );
    let oss = ask(json!({"record_type": "sales_invoice", "flags": ["oss"], "years": 9}));
    assert_eq!(
        (&oss["reason"], &oss["minimum_years"]),
        (&json!("below_statutory_minimum"), &json!(10))
    );
    let months = ask(json!({"record_type": "sales_invoice", "months": 83}));
    assert_eq!(months["result"], "refused");
    let mandate = ask(json!({"record_type": "mandate", "years": 1}));
    assert_eq!(
        (&mandate["minimum_months"], &mandate["effective_months"]),
        (&json!(14), &json!(14))
    );
}

#[test]
fn faults_name_their_place_and_what_to_do() {
    let record = json!({"type": "sales_invoice", "document_date": "2018-03-14"});
    let with = |key: &str, value: Value| {
        let mut record = record.clone();
        record[key] = value;
        json!({"tenant": tenant("NL"), "record": record})
    };
    let cases = [
        (with("document_date", json!("2018-02-30")), "bad_date", "/record/document_date"),
        (with("document_date", json!("20180314")), "bad_date", "YYYY-MM-DD"),
        (with("document_date", json!("14-03-2018")), "bad_date", "YYYY-MM-DD"),
        (with("document_date", json!("2018-03-14T10:00:00")), "bad_moment", "offset"),
        (with("document_date", json!(20_180_314)), "wrong_kind", "/record/document_date"),
        (with("issued_at", json!("2018-12-31T25:30:00Z")), "bad_moment", "/record/issued_at"),
        (with("issued_at", json!("2018-03-14T23:30:00Z")), "contradiction", "/record/issued_at"),
        (with("colour", json!("red")), "unknown_key", "\"colour\""),
        (with("type", json!("recipe")), "unknown_word", "/record/type"),
        (with("type", Value::Null), "missing", "/record/type"),
        (with("flags", json!(["oss", "magic"])), "unknown_word", "/record/flags/1"),
        (
            with("fiscal_year", json!({"start": "2019-01-01", "end": "2018-01-01"})),
            "contradiction",
            "/record/fiscal_year",
        ),
        (json!({"tenant": tenant("XX"), "record": record}), "no_policy_pack", "XX"),
        (json!({"tenant": tenant("nl"), "record": record}), "bad_country", "/tenant/country"),
        (json!({"record": record}), "missing", "/tenant"),
        (json!({"tenant": tenant("NL")}), "missing", "/record"),
        (json!({"tenant": "NL", "record": record}), "wrong_kind", "/tenant is text"),
        (json!([]), "wrong_kind", "the question is a list"),
        (json!({"tenant": tenant("NL"), "record": record, "hold": []}), "unknown_key", "holds"),
        (
            json!({"tenant": tenant("NL"), "record": record, "records": []}),
            "contradiction",
            "/records",
        ),
        (
            json!({"tenant": tenant("NL"), "record": record,
                   "holds": [{"placed_at": "2026-01-02", "released_at": "2026-01-01"}]}),
            "contradiction",
            "/holds/0",
        ),
        (
            json!({"tenant": tenant("NL"), "record": record, "holds": [{"id": "H"}]}),
            "missing",
            "/holds/0/placed_at",
        ),
        (
            json!({"tenant": tenant("NL"), "record": record, "ask_status_at": ["yesterday"]}),
            "bad_moment",
            "/ask_status_at/0",
        ),
        (
            json!({"tenant": tenant("NL"), "record": record,
                   "evaluated_under": [{"law_as_of": "2025-13-01"}]}),
            "bad_date",
            "/evaluated_under/0/law_as_of",
        ),
        (
            json!({"tenant": tenant("NL"),
                   "policy_change": {"record_type": "sales_invoice", "years": -1}}),
            "out_of_bounds",
            "/policy_change/years",
        ),
        (
            json!({"tenant": tenant("NL"),
                   "policy_change": {"record_type": "sales_invoice", "years": 7.5}}),
            "out_of_bounds",
            "/policy_change/years",
        ),
        (
            json!({"tenant": tenant("NL"),
                   "policy_change": {"record_type": "sales_invoice", "years": 70000}}),
            "out_of_bounds",
            "from 0 to 100",
        ),
        (
            json!({"tenant": tenant("NL"),
                   "policy_change": {"record_type": "sales_invoice", "years": 100, "months": 1}}),
            "out_of_bounds",
            "/policy_change",
        ),
        (
            json!({"tenant": tenant("NL"), "record": record,
                   "policy_change": {"record_type": "sales_invoice", "years": 9}}),
            "contradiction",
            "/record",
        ),
        (
            json!({"tenant": tenant("NL"), "record": record, "erasure_request": {}}),
            "not_answered",
            "/erasure_request",
        ),
    ];
    for (given, code, part) in cases {
        let (got, message) = fault(&given);
        assert_eq!(got, code, "{message}");
        assert!(message.contains(part), "{message} does not say {part}");
    }
}

#[test]
fn a_bad_zone_and_a_bad_year_end_point_at_themselves() {
    let mut given = json!({"tenant": tenant("NL"), "record": {"type": "receipt"}});
    given["tenant"]["time_zone"] = json!("Europe/Atlantis");
    assert!(fault(&given).1.starts_with("/tenant/time_zone"));
    given["tenant"]["time_zone"] = json!("Europe/Amsterdam");
    given["tenant"]["fiscal_year_end"] = json!("02-30");
    assert!(fault(&given).1.starts_with("/tenant/fiscal_year_end"));
}

#[test]
fn what_no_law_keeps_says_so() {
    let answer = answer(&json!({
        "tenant": tenant("NL"), "record": {"type": "quote", "document_date": "2020-01-01"},
        "ask_status_at": ["2030-01-01T00:00:00Z"]
    }));
    assert_eq!(answer["governing_policy"], Value::Null);
    assert_eq!(answer["all_policies"], json!([]));
    assert_eq!(answer["status_at"][0]["status"], "trigger_pending");
}

#[test]
fn the_end_of_the_calendar_keeps_for_ever() {
    let answer = answer(&json!({
        "tenant": tenant("NL"), "record": {"type": "receipt", "document_date": "9999-12-31"},
        "ask_status_at": ["9999-12-30T00:00:00Z"]
    }));
    assert_eq!(answer["retain_through"], "9999-12-31");
    assert_eq!(answer["destroyable_from"], Value::Null);
    assert_eq!(answer["status_at"][0]["status"], "retained");
}

#[test]
fn errors_are_values() {
    let error = decide_json(&json!({"tenant": tenant("XX"), "record": {"type": "receipt"}}));
    assert!(matches!(error, Err(DecideError::NoPack { country, .. }) if country == "XX"));
}
