//! From facts to a decision: the arithmetic of trigger, rounding and length.

use jiff::civil::Date;

use crate::book::{PolicyBook, PolicyIndex};
use crate::calendar::{FiscalYear, calendar_year_end};
use crate::decision::{Decision, Term};
use crate::facts::Facts;
use crate::policy::{Policy, Reach, Rounding, Trigger, Version};
use crate::tenant::Tenant;

/// Decides for one tenant under one law date. Allocates nothing per record.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    book: &'a PolicyBook,
    tenant: &'a Tenant,
    law_as_of: Option<Date>,
    policies: &'a [PolicyIndex],
}

impl<'a> Decider<'a> {
    pub(crate) const fn new(
        book: &'a PolicyBook,
        tenant: &'a Tenant,
        law_as_of: Option<Date>,
        policies: &'a [PolicyIndex],
    ) -> Self {
        Self { book, tenant, law_as_of, policies }
    }

    /// The book it decides by.
    #[must_use]
    pub const fn book(&self) -> &'a PolicyBook {
        self.book
    }

    /// The tenant it decides for.
    #[must_use]
    pub const fn tenant(&self) -> &'a Tenant {
        self.tenant
    }

    /// Until when one record is kept, and which policy governs: among the policies that apply,
    /// the longest; on a tie the one whose id comes first. While a policy that applies waits for
    /// a fact, the end is not known, since it may turn out to be the longest.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision {
        let local_document_date = facts.document.map(|date| date.local(self.tenant.zone()));
        let fiscal_year = facts
            .fiscal_year
            .or_else(|| local_document_date.map(|day| self.tenant.fiscal_year_end().year_of(day)));
        let mut decision = Decision::new(facts, local_document_date, fiscal_year);
        for index in self.policies {
            let Some((policy, law_text_date)) = self.book.policy_and_law_date(*index) else {
                continue;
            };
            if policy.applies_to(facts) {
                let law = self.law_as_of.unwrap_or(law_text_date);
                if let Some(term) = self.term(*index, policy, law, facts, fiscal_year) {
                    decision.add(term, |index| self.book.id(index));
                }
            }
        }
        decision
    }

    /// The term of one policy under the law of one day. `None` when no version of it was in force
    /// for this record.
    fn term(
        &self,
        index: PolicyIndex,
        policy: &Policy,
        law: Date,
        facts: &Facts,
        fiscal_year: Option<FiscalYear>,
    ) -> Option<Term> {
        let mut chosen: Option<(Term, &Version)> = None;
        for (place, version) in (0_u8..).zip(&policy.versions) {
            if version.valid_from.is_some_and(|from| from > law) {
                break;
            }
            let term = self.under(index, place, version, facts, fiscal_year);
            if reaches(version, &term, chosen.as_ref().map(|(older, _)| older)) {
                chosen = Some((term, version));
            }
        }
        chosen.map(|(term, version)| self.with_settings(term, version, facts))
    }

    /// The term under one version of a policy, before settings.
    fn under(
        &self,
        policy: PolicyIndex,
        version_place: u8,
        version: &Version,
        facts: &Facts,
        fiscal_year: Option<FiscalYear>,
    ) -> Term {
        let known = |trigger: Trigger| {
            let fact = trigger.fact(facts);
            let date = if trigger == Trigger::FiscalYearEnd {
                fiscal_year.map(|year| year.end)
            } else {
                facts.get(fact).map(|date| date.local(self.tenant.zone()))
            };
            date.map(|date| (trigger, fact, date))
        };
        let found = known(version.trigger)
            .or_else(|| version.otherwise.iter().find_map(|trigger| known(*trigger)));
        let (trigger, fact, trigger_date) = match found {
            Some((trigger, fact, date)) => (trigger, fact, Some(date)),
            None => (version.trigger, version.trigger.fact(facts), None),
        };
        let start = trigger_date.map(|date| self.rounded(version.rounding, date, facts));
        Term {
            policy,
            version: version_place,
            trigger,
            fact,
            trigger_date,
            start,
            statutory_start: start,
            length: version.length,
            statutory_length: version.length,
            retain_through: start.map(|start| version.length.after(start)),
            statutory_retain_through: start.map(|start| version.length.after(start)),
        }
    }

    fn rounded(&self, rounding: Rounding, date: Date, facts: &Facts) -> Date {
        match rounding {
            Rounding::None => date,
            Rounding::CalendarYearEnd => calendar_year_end(date),
            Rounding::FiscalYearEnd => match facts.fiscal_year {
                Some(year) if year.contains(date) => year.end,
                _ => self.tenant.fiscal_year_end().year_of(date).end,
            },
        }
    }

    /// The settings of the tenant, which only lengthen.
    fn with_settings(&self, mut term: Term, version: &Version, facts: &Facts) -> Term {
        let from_fiscal_year =
            term.trigger == Trigger::FiscalYearEnd || version.rounding == Rounding::FiscalYearEnd;
        if self.tenant.calendar_rounding() && from_fiscal_year {
            term.start = term.start.map(calendar_year_end);
        }
        if let Some(longer) = self.tenant.longer_for(facts.record_type) {
            term.length = term.length.max(longer.length());
        }
        term.retain_through = term.start.map(|start| term.length.after(start));
        term
    }
}

/// Whether a version of the law reaches a record, given its term under that version and under the
/// version before.
fn reaches(version: &Version, term: &Term, older: Option<&Term>) -> bool {
    let Some(from) = version.valid_from else { return true };
    let new = term.trigger_date.is_none_or(|date| date >= from);
    match (version.reach, older) {
        (Reach::New, _) | (Reach::Running, None) => new,
        (Reach::Running, Some(older)) => {
            older.statutory_retain_through.is_none_or(|last| last >= from)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::embedded_book;
    use crate::facts::{FactName, RecordType};

    fn through(country: &str, facts: &Facts, law: Option<Date>) -> Option<Date> {
        let tenant = Tenant::new(country, "Europe/Brussels", "12-31").unwrap();
        embedded_book().unwrap().decide(&tenant, facts, law).unwrap().retain_through()
    }

    #[test]
    fn a_new_law_reaches_new_records_only_where_it_says_so() {
        let invoice = |year| Facts::dated(RecordType::SalesInvoice, date(year, 6, 1));
        // BE: 7 before 2023, 10 from then on, old records stay.
        assert_eq!(through("BE", &invoice(2022), None), Some(date(2029, 12, 31)));
        assert_eq!(through("BE", &invoice(2023), None), Some(date(2033, 12, 31)));
    }

    #[test]
    fn a_new_law_reaches_running_periods_where_it_says_so() {
        let invoice = |year| Facts::dated(RecordType::SalesInvoice, date(year, 6, 1));
        let law = Some(date(2025, 1, 1));
        // DE: 10 years from 2014 ended 2024-12-31, the day before; from 2015 they were running.
        assert_eq!(through("DE", &invoice(2014), law), Some(date(2024, 12, 31)));
        assert_eq!(through("DE", &invoice(2015), law), Some(date(2023, 12, 31)));
        assert_eq!(
            through("DE", &invoice(2015), Some(date(2024, 12, 31))),
            Some(date(2025, 12, 31))
        );
    }

    #[test]
    fn another_trigger_stands_in_where_the_policy_says_so() {
        let book = embedded_book().unwrap();
        let tenant = Tenant::new("IE", "Europe/Dublin", "12-31").unwrap();
        let mut facts = Facts::dated(RecordType::SalesInvoice, date(2018, 3, 14));
        let used = |facts: &Facts| {
            let decision = book.decide(&tenant, facts, None).unwrap();
            let term = *decision.governing().unwrap();
            (term.trigger, term.fact)
        };
        assert_eq!(used(&facts), (Trigger::TransactionYear, FactName::DocumentDate));
        facts.supply = Some(date(2018, 3, 10).into());
        assert_eq!(used(&facts), (Trigger::TransactionYear, FactName::SupplyDate));
        facts.latest_transaction = Some(date(2018, 4, 1).into());
        assert_eq!(used(&facts), (Trigger::LatestTransaction, FactName::LatestTransaction));
    }

    #[test]
    fn the_year_a_record_was_booked_in_counts_before_the_ordinary_one() {
        let year = FiscalYear { start: date(2018, 11, 1), end: date(2019, 12, 31) };
        let facts = Facts {
            fiscal_year: Some(year),
            ..Facts::dated(RecordType::Receipt, date(2018, 11, 15))
        };
        assert_eq!(through("NL", &facts, None), Some(date(2026, 12, 31)));
        let contract = Facts {
            fiscal_year: Some(year),
            loss_of_current_value: Some(date(2018, 12, 1).into()),
            ..Facts::new(RecordType::Contract)
        };
        assert_eq!(through("NL", &contract, None), Some(date(2026, 12, 31)));
    }
}
