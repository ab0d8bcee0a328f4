//! What is true of every decision, over generated tenants and facts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use booqing_retention::{
    Decision, FactDate, FactName, Facts, Flag, Hold, Length, LongerPeriod, PolicyBook, RecordType,
    Status, Tenant, embedded_book,
};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

fn book() -> &'static PolicyBook {
    embedded_book().unwrap()
}

/// Days from 1995 to 2044, leap days as likely as others are not.
fn days() -> impl Strategy<Value = Date> {
    let base = Date::new(1995, 1, 1).unwrap();
    prop_oneof![
        (0_i64..18_262).prop_map(move |day| base.checked_add(Span::new().days(day)).unwrap()),
        select(vec![
            Date::new(2000, 2, 29).unwrap(),
            Date::new(2020, 2, 29).unwrap(),
            Date::new(2021, 2, 28).unwrap(),
            Date::new(2019, 12, 31).unwrap(),
            Date::new(2024, 12, 31).unwrap(),
            Date::new(2025, 1, 1).unwrap(),
        ]),
    ]
}

fn moments() -> impl Strategy<Value = Timestamp> {
    (788_918_400_i64..2_366_755_200).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn tenants() -> impl Strategy<Value = (&'static str, &'static str, &'static str)> {
    let countries: Vec<&'static str> = vec![
        "NL", "BE", "DE", "FR", "UK", "AT", "ES", "IT", "PL", "SE", "DK", "IE", "LU", "FI", "CH",
        "NO", "PT",
    ];
    (
        select(countries),
        select(vec!["Europe/Amsterdam", "Europe/London", "Pacific/Kiritimati", "America/Adak"]),
        select(vec!["12-31", "06-30", "02-last", "02-29", "02-28", "04-05", "01-01"]),
    )
}

fn facts() -> impl Strategy<Value = Facts> {
    let date = prop_oneof![days().prop_map(FactDate::Day), moments().prop_map(FactDate::Moment)];
    (
        select(RecordType::ALL),
        vec(select(Flag::ALL), 0..3),
        vec(proptest::option::weighted(0.7, date), FactName::ALL.len()),
    )
        .prop_map(|(record_type, flags, dates)| {
            let mut facts = Facts::new(record_type);
            facts.flags = flags.into_iter().collect();
            for (name, date) in FactName::ALL.iter().zip(dates) {
                facts.set(*name, date);
            }
            facts
        })
}

fn tenant((country, zone, end): (&str, &str, &str)) -> Tenant {
    Tenant::new(country, zone, end).unwrap()
}

fn record_json(facts: &Facts) -> Value {
    let mut record = Map::new();
    record.insert("type".into(), json!(facts.record_type));
    record.insert("flags".into(), json!(facts.flags));
    for name in FactName::ALL {
        let text = match facts.get(*name) {
            Some(FactDate::Day(day)) => day.to_string(),
            Some(FactDate::Moment(moment)) => moment.to_string(),
            None => continue,
        };
        record.insert(name.word().into(), json!(text));
    }
    Value::Object(record)
}

fn decide(tenant: &Tenant, facts: &Facts, law: Option<Date>) -> Decision {
    book().decide(tenant, facts, law).unwrap()
}

proptest! {
    #[test]
    fn a_later_document_is_never_kept_shorter(
        of in tenants(), facts in facts(), one in days(), two in days(),
    ) {
        let tenant = tenant(of);
        let (first, second) = (one.min(two), one.max(two));
        let on = |day| decide(&tenant, &Facts { document: Some(FactDate::Day(day)), ..facts }, None);
        let (first, second) = (on(first), on(second));
        for (a, b) in first.terms().zip(second.terms()) {
            // Under one text of the law: a change of law may well shorten (DE 2025).
            if a.policy == b.policy && a.version == b.version && a.fact == b.fact {
                prop_assert!(a.retain_through <= b.retain_through);
            }
        }
    }

    #[test]
    fn a_term_never_ends_before_its_trigger(of in tenants(), facts in facts()) {
        for term in decide(&tenant(of), &facts, None).terms() {
            prop_assert!(term.trigger_date <= term.start);
            prop_assert!(term.start <= term.statutory_retain_through);
            prop_assert!(term.statutory_retain_through <= term.retain_through);
            prop_assert_eq!(term.trigger_date.is_none(), term.retain_through.is_none());
        }
    }

    #[test]
    fn the_longest_governs_and_a_pending_one_leaves_the_end_open(of in tenants(), facts in facts()) {
        let decision = decide(&tenant(of), &facts, None);
        let pending = decision.terms().any(|term| term.retain_through.is_none());
        let longest = decision.terms().filter_map(|term| term.retain_through).max();
        prop_assert_eq!(decision.retain_through(), if pending { None } else { longest });
        prop_assert_eq!(decision.retained_at_least_through(), longest);
        if let Some(governing) = decision.governing() {
            let id = |term: &booqing_retention::Term| book().id(term.policy).to_owned();
            let first = decision
                .terms()
                .filter(|term| term.retain_through == governing.retain_through)
                .map(id)
                .min();
            prop_assert_eq!(Some(id(governing)), first);
        }
        let next = decision.retain_through().map(|day| day.tomorrow().unwrap());
        prop_assert_eq!(decision.destroyable_from(), next);
    }

    #[test]
    fn a_hold_blocks_and_moves_nothing(
        of in tenants(), facts in facts(), at in moments(), placed in moments(),
        length in proptest::option::of(0_i64..100_000_000),
    ) {
        let tenant = tenant(of);
        let decision = decide(&tenant, &facts, None);
        let released_at = length
            .map(|seconds| placed.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap());
        let hold = Hold { id: "H".into(), placed_at: placed, released_at };
        let free = decision.status_at(&tenant, at, &[]);
        let with = decision.status_at(&tenant, at, std::slice::from_ref(&hold));
        prop_assert_eq!(with, if hold.in_force_at(at) { Status::Held } else { free });
        // The answer with a hold has the same dates as the answer without.
        let mut given = json!({
            "tenant": {"country": of.0, "time_zone": of.1, "fiscal_year_end": of.2},
            "record": record_json(&facts),
        });
        let without = book().decide_json(&given).unwrap();
        given["holds"] = json!([{"placed_at": placed.to_string(), "id": "H"}]);
        prop_assert_eq!(book().decide_json(&given).unwrap(), without);
    }

    #[test]
    fn nothing_is_due_before_the_day_it_may_go(of in tenants(), facts in facts(), at in moments()) {
        let tenant = tenant(of);
        let decision = decide(&tenant, &facts, None);
        let today = at.to_zoned(tenant.zone().clone()).date();
        let due = decision.status_at(&tenant, at, &[]) == Status::DueForDisposition;
        prop_assert_eq!(due, decision.destroyable_from().is_some_and(|from| today >= from));
    }

    #[test]
    fn the_same_question_as_json_has_the_same_answer(
        of in tenants(), facts in facts(), law in proptest::option::of(days()),
    ) {
        let decision = decide(&tenant(of), &facts, law);
        let mut given = json!({
            "tenant": {"country": of.0, "time_zone": of.1, "fiscal_year_end": of.2},
            "record": record_json(&facts),
        });
        if let Some(law) = law {
            given["law_as_of"] = json!(law);
        }
        let given: Value = serde_json::from_str(&given.to_string()).unwrap();
        let answer = book().decide_json(&given).unwrap();
        prop_assert_eq!(&answer["retain_through"], &json!(decision.retain_through()));
        prop_assert_eq!(&answer["local_document_date"], &json!(decision.local_document_date()));
        let terms: Vec<Value> = decision
            .terms()
            .map(|term| json!({"id": book().id(term.policy), "retain_through": term.retain_through}))
            .collect();
        prop_assert_eq!(&answer["all_policies"], &Value::Array(terms));
    }

    #[test]
    fn settings_only_lengthen(of in tenants(), facts in facts(), months in 1_u16..400) {
        let plain = decide(&tenant(of), &facts, None);
        let longer = LongerPeriod::new(
            facts.record_type, Length::of_months(months).unwrap(), "claims",
        ).unwrap();
        let set = tenant(of).with_longer(longer).with_calendar_rounding(true);
        let set = decide(&set, &facts, None);
        prop_assert!(set.retain_through() >= plain.retain_through());
        for (plain, set) in plain.terms().zip(set.terms()) {
            prop_assert_eq!(plain.policy, set.policy);
            prop_assert!(set.retain_through >= plain.retain_through);
        }
    }

    #[test]
    fn an_explanation_ends_where_the_decision_ends(of in tenants(), facts in facts()) {
        let tenant = tenant(of);
        let decision = decide(&tenant, &facts, None);
        let told = book().explain(&tenant, &facts, None).unwrap();
        prop_assert_eq!(told.retain_through, decision.retain_through());
        for (policy, term) in told.policies.iter().zip(decision.terms()) {
            let last = policy.steps.last().unwrap();
            let reached = match last {
                booqing_retention::Step::Added { to, .. }
                | booqing_retention::Step::Lengthened { to, .. } => Some(*to),
                _ => None,
            };
            prop_assert_eq!(reached, term.retain_through);
        }
    }
}
