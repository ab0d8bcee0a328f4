//! "Why is this still here?" A decision as steps, as data: the interface phrases them in its own
//! language.

use jiff::civil::Date;
use serde::Serialize;

use crate::book::PolicyBook;
use crate::calendar::{FiscalYear, Length, day_after};
use crate::decision::{Decision, Term};
use crate::error::DecideError;
use crate::facts::{FactName, Facts, RecordType};
use crate::policy::{Confidence, Ground, Policy, Reach, Rounding, Title, Trigger, Version};
use crate::tenant::Tenant;

/// Everything that led to a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What the record is.
    pub record_type: RecordType,
    /// Its date in the tenant's zone.
    pub local_document_date: Option<Date>,
    /// The fiscal year it belongs to.
    pub fiscal_year: Option<FiscalYear>,
    /// Last day on which destruction is not allowed; `None` while a trigger is pending, or when
    /// no law keeps the record.
    pub retain_through: Option<Date>,
    /// The day after.
    pub destroyable_from: Option<Date>,
    /// Id of the policy that governs; `None` when no law keeps the record.
    pub governing: Option<String>,
    /// Every policy that applies, in the order of the book.
    pub policies: Vec<PolicyExplanation>,
}

/// What one policy asks, and how that follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyExplanation {
    /// Id of the policy.
    pub id: String,
    /// Its name on screen.
    pub title: Title,
    /// The law.
    pub ground: Ground,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// What is uncertain or chosen about it; may be empty.
    pub note: String,
    /// Id and version of the pack it comes from: `nl 1`.
    pub pack: String,
    /// Whether it governs.
    pub governs: bool,
    /// Last day on which it forbids destruction; `None` while its trigger is pending.
    pub retain_through: Option<Date>,
    /// How that day follows, in order.
    pub steps: Vec<Step>,
}

/// One step of the arithmetic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// The text of the law that applies, where the pack knows several.
    LawVersion {
        /// Since when; `None` for the oldest known text.
        valid_from: Option<Date>,
        /// Which records it reaches.
        reach: Reach,
    },
    /// The trigger, and the fact it stands on.
    Trigger {
        /// What starts the period.
        trigger: Trigger,
        /// The fact.
        fact: FactName,
        /// Its day. For `fiscal_year_end` the end of the fiscal year.
        date: Date,
    },
    /// The trigger waits for a fact.
    Waiting {
        /// What would start the period.
        trigger: Trigger,
        /// The fact that is missing.
        fact: FactName,
    },
    /// The start was moved to the end of a year.
    Rounded {
        /// By which rule.
        rounding: Rounding,
        /// To which day.
        to: Date,
    },
    /// The tenant's setting moved the start to the end of the calendar year.
    CarefulRounding {
        /// To which day.
        to: Date,
    },
    /// The length the law asks was added.
    Added {
        /// How long.
        length: Length,
        /// From the start of the period.
        from: Date,
        /// Last day.
        to: Date,
        /// Whether the day did not exist in the last month and became the last day of it.
        missing_day: bool,
    },
    /// The tenant's setting keeps it longer.
    Lengthened {
        /// How long, from the same start.
        length: Length,
        /// The written reason.
        reason: String,
        /// Last day.
        to: Date,
    },
}

impl PolicyBook {
    /// Explains the decision about one record.
    ///
    /// # Errors
    /// As [`PolicyBook::decider`].
    pub fn explain(
        &self,
        tenant: &Tenant,
        facts: &Facts,
        law_as_of: Option<Date>,
    ) -> Result<Explanation, DecideError> {
        let decision = self.decide(tenant, facts, law_as_of)?;
        let policies = decision
            .terms()
            .filter_map(|term| self.explain_term(tenant, facts, &decision, term))
            .collect();
        Ok(Explanation {
            record_type: facts.record_type,
            local_document_date: decision.local_document_date(),
            fiscal_year: decision.fiscal_year(),
            retain_through: decision.retain_through(),
            destroyable_from: decision.destroyable_from(),
            governing: decision.governing().map(|term| self.id(term.policy).to_owned()),
            policies,
        })
    }

    fn explain_term(
        &self,
        tenant: &Tenant,
        facts: &Facts,
        decision: &Decision,
        term: &Term,
    ) -> Option<PolicyExplanation> {
        let policy = self.policy(term.policy)?;
        let version = policy.versions.get(usize::from(term.version))?;
        let pack = self.pack_of(term.policy)?;
        Some(PolicyExplanation {
            id: policy.id.clone(),
            title: policy.title.clone(),
            ground: policy.ground.clone(),
            confidence: version.confidence,
            note: policy.note.clone(),
            pack: format!("{} {}", pack.id, pack.version),
            governs: decision.governing().is_some_and(|governing| governing.policy == term.policy),
            retain_through: term.retain_through,
            steps: steps(tenant, facts, policy, version, term),
        })
    }
}

fn steps(
    tenant: &Tenant,
    facts: &Facts,
    policy: &Policy,
    version: &Version,
    term: &Term,
) -> Vec<Step> {
    let mut steps = Vec::new();
    if policy.versions.len() > 1 {
        steps.push(Step::LawVersion { valid_from: version.valid_from, reach: version.reach });
    }
    let (Some(date), Some(start), Some(to)) = (term.trigger_date, term.start, term.retain_through)
    else {
        steps.push(Step::Waiting { trigger: term.trigger, fact: term.fact });
        return steps;
    };
    steps.push(Step::Trigger { trigger: term.trigger, fact: term.fact, date });
    let rounded = term.statutory_start.unwrap_or(start);
    if rounded != date {
        steps.push(Step::Rounded { rounding: version.rounding, to: rounded });
    }
    if start != rounded {
        steps.push(Step::CarefulRounding { to: start });
    }
    let statutory = term.statutory_length.after(start);
    steps.push(Step::Added {
        length: term.statutory_length,
        from: start,
        to: statutory,
        missing_day: statutory.day() != start.day(),
    });
    if let Some(longer) = tenant.longer_for(facts.record_type).filter(|_| to != statutory) {
        let reason = longer.reason().to_owned();
        steps.push(Step::Lengthened { length: longer.length(), reason, to });
    }
    steps
}

impl Explanation {
    /// The day the record ends by itself, absent holds.
    #[must_use]
    pub fn ends_on(&self) -> Option<Date> {
        self.retain_through.and_then(day_after)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::embedded_book;
    use crate::facts::{Flag, Flags};
    use crate::tenant::LongerPeriod;

    fn nl(end: &str) -> Tenant {
        Tenant::new("NL", "Europe/Amsterdam", end).unwrap()
    }

    #[test]
    fn every_step_of_a_leap_day_is_told() {
        let facts = Facts::dated(RecordType::SalesInvoice, date(2019, 5, 2));
        let told = embedded_book().unwrap().explain(&nl("02-last"), &facts, None).unwrap();
        assert_eq!(told.governing.as_deref(), Some("NL-AWR-52"));
        assert_eq!(told.ends_on(), Some(date(2027, 3, 1)));
        let policy = &told.policies[0];
        assert!(policy.governs && policy.ground.article.contains("52"));
        assert_eq!(
            policy.steps,
            [
                Step::Trigger {
                    trigger: Trigger::FiscalYearEnd,
                    fact: FactName::DocumentDate,
                    date: date(2020, 2, 29),
                },
                Step::Added {
                    length: Length::of_years(7).unwrap(),
                    from: date(2020, 2, 29),
                    to: date(2027, 2, 28),
                    missing_day: true,
                },
            ]
        );
    }

    #[test]
    fn a_missing_fact_is_named() {
        let facts = Facts {
            flags: Flags::EMPTY.with(Flag::ImmovableProperty),
            ..Facts::dated(RecordType::PurchaseInvoice, date(2014, 9, 1))
        };
        let told = embedded_book().unwrap().explain(&nl("12-31"), &facts, None).unwrap();
        assert_eq!(told.retain_through, None);
        assert_eq!(told.governing.as_deref(), Some("NL-OB-34a"));
        assert_eq!(
            told.policies[1].steps,
            [Step::Waiting { trigger: Trigger::FirstUseYear, fact: FactName::FirstUse }]
        );
    }

    #[test]
    fn settings_are_told_apart_from_the_law() {
        let longer =
            LongerPeriod::new(RecordType::SalesInvoice, Length::of_years(9).unwrap(), "claims");
        let tenant = nl("06-30").with_calendar_rounding(true).with_longer(longer.unwrap());
        let facts = Facts::dated(RecordType::SalesInvoice, date(2018, 9, 15));
        let told = embedded_book().unwrap().explain(&tenant, &facts, None).unwrap();
        assert_eq!(told.retain_through, Some(date(2028, 12, 31)));
        let steps = &told.policies[0].steps;
        assert_eq!(steps[1], Step::CarefulRounding { to: date(2019, 12, 31) });
        assert!(matches!(&steps[2], Step::Added { to, .. } if *to == date(2026, 12, 31)));
        assert!(matches!(&steps[3], Step::Lengthened { reason, .. } if reason == "claims"));
    }

    #[test]
    fn the_text_of_the_law_that_applies_is_named() {
        let tenant = Tenant::new("DE", "Europe/Berlin", "12-31").unwrap();
        let facts = Facts::dated(RecordType::SalesInvoice, date(2016, 5, 1));
        let book = embedded_book().unwrap();
        let told = book.explain(&tenant, &facts, Some(date(2025, 1, 1))).unwrap();
        assert_eq!(
            told.policies[0].steps[0],
            Step::LawVersion { valid_from: Some(date(2025, 1, 1)), reach: Reach::Running }
        );
        assert!(
            matches!(told.policies[0].steps[2], Step::Rounded { to, .. } if to == date(2016, 12, 31))
        );
    }
}
