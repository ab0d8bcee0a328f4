//! The answer about one record: every policy that applies, the one that governs, and the status
//! at any moment.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::book::PolicyIndex;
use crate::calendar::{FiscalYear, Length, day_after};
use crate::facts::{FactName, Facts, Hold};
use crate::policy::Trigger;
use crate::tenant::Tenant;
use crate::words::word_enum;

/// Most policies that can apply to one record. A book with more is refused.
pub const MAX_TERMS: usize = 12;

word_enum! {
    /// Where a record stands at a moment. The first that is true, in this order: destroyed, held,
    /// trigger pending, retained, return or delete pending, due for disposition.
    pub enum Status {
        /// No end is known: a policy that applies waits for a fact, or no law keeps the record and
        /// the end of its purpose decides.
        TriggerPending = "trigger_pending",
        /// A policy forbids destruction.
        Retained = "retained",
        /// A hold blocks destruction.
        Held = "held",
        /// Nothing forbids destruction.
        DueForDisposition = "due_for_disposition",
        /// Nothing forbids destruction, the agreement has ended, and the choice between return and
        /// deletion is open (GDPR art. 28(3)(g)).
        ReturnOrDeletePending = "return_or_delete_pending",
        /// Destroyed.
        Destroyed = "destroyed",
    }
}

/// What one policy asks for one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The policy.
    pub policy: PolicyIndex,
    /// Place of the version of the law that applies, in the policy's list.
    pub version: u8,
    /// The trigger that was used, or is waited for.
    pub trigger: Trigger,
    /// The fact the trigger stands on, or waits for.
    pub fact: FactName,
    /// The day of the trigger, in the tenant's zone. `None` while pending.
    pub trigger_date: Option<Date>,
    /// The day the period starts, after rounding, settings included.
    pub start: Option<Date>,
    /// The same without settings.
    pub statutory_start: Option<Date>,
    /// The length, settings included.
    pub length: Length,
    /// The length the law asks.
    pub statutory_length: Length,
    /// Last day on which destruction is not allowed, settings included. `None` while pending.
    pub retain_through: Option<Date>,
    /// The same without settings.
    pub statutory_retain_through: Option<Date>,
}

/// Until when a record is kept, and why. Without heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    terms: [Option<Term>; MAX_TERMS],
    governing: Option<Term>,
    local_document_date: Option<Date>,
    fiscal_year: Option<FiscalYear>,
    destroyed_at: Option<Timestamp>,
    agreement_ended_at: Option<Timestamp>,
}

impl Decision {
    pub(crate) const fn new(
        facts: &Facts,
        local_document_date: Option<Date>,
        fiscal_year: Option<FiscalYear>,
    ) -> Self {
        Self {
            terms: [None; MAX_TERMS],
            governing: None,
            local_document_date,
            fiscal_year,
            destroyed_at: facts.destroyed_at,
            agreement_ended_at: facts.agreement_ended_at,
        }
    }

    /// Adds a term and lets it govern when it is longer, or as long and first by id.
    pub(crate) fn add<'a>(&mut self, term: Term, id: impl Fn(PolicyIndex) -> &'a str) {
        if let Some(free) = self.terms.iter_mut().find(|place| place.is_none()) {
            *free = Some(term);
        }
        let governs = match &self.governing {
            None => true,
            Some(now) => match (now.retain_through, term.retain_through) {
                (None, Some(_)) => false,
                (Some(_), None) => true,
                (Some(a), Some(b)) if a != b => b > a,
                _ => id(term.policy) < id(now.policy),
            },
        };
        if governs {
            self.governing = Some(term);
        }
    }

    /// What each applicable policy asks, in the order of the book: the country's policies first,
    /// then those that apply everywhere.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().flatten()
    }

    /// The term that governs: the longest; while one is pending, the one that is waited for.
    /// `None` when no law keeps the record.
    #[must_use]
    pub const fn governing(&self) -> Option<&Term> {
        self.governing.as_ref()
    }

    /// Last day (inclusive, tenant's local calendar) on which destruction is not allowed. `None`
    /// while a trigger is pending, or when no law keeps the record.
    #[must_use]
    pub fn retain_through(&self) -> Option<Date> {
        self.governing.as_ref().and_then(|term| term.retain_through)
    }

    /// First local day on which destruction is allowed, absent holds: the day after
    /// [`Self::retain_through`].
    #[must_use]
    pub fn destroyable_from(&self) -> Option<Date> {
        self.retain_through().and_then(day_after)
    }

    /// What is certain while a trigger is pending: the latest day of the policies that are not.
    #[must_use]
    pub fn retained_at_least_through(&self) -> Option<Date> {
        self.terms().filter_map(|term| term.retain_through).max()
    }

    /// The date of the document in the tenant's zone.
    #[must_use]
    pub const fn local_document_date(&self) -> Option<Date> {
        self.local_document_date
    }

    /// The fiscal year the record belongs to.
    #[must_use]
    pub const fn fiscal_year(&self) -> Option<FiscalYear> {
        self.fiscal_year
    }

    /// The status at a moment, given the holds that cover the record.
    #[must_use]
    pub fn status_at(&self, tenant: &Tenant, moment: Timestamp, holds: &[Hold]) -> Status {
        let held = holds.iter().any(|hold| hold.in_force_at(moment));
        let day = || tenant.zone().to_datetime(moment).date();
        self.status(held, day, |event| event <= moment)
    }

    /// The status on a whole local day: held when a hold is in force at any moment of it. `start`
    /// and `end` are the first moment of that day and of the next in the tenant's zone.
    #[must_use]
    pub(crate) fn status_on(
        &self,
        day: Date,
        start: Timestamp,
        end: Timestamp,
        holds: &[Hold],
    ) -> Status {
        let held = holds.iter().any(|hold| hold.in_force_within(start, end));
        self.status(held, || day, |event| event < end)
    }

    fn status(
        &self,
        held: bool,
        day: impl Fn() -> Date,
        past: impl Fn(Timestamp) -> bool,
    ) -> Status {
        if self.destroyed_at.is_some_and(&past) {
            return Status::Destroyed;
        }
        if held {
            return Status::Held;
        }
        let ended = self.agreement_ended_at.is_some_and(&past);
        match (&self.governing, self.retain_through()) {
            (Some(_), None) => Status::TriggerPending,
            (Some(_), Some(last)) if day() <= last => Status::Retained,
            _ if ended => Status::ReturnOrDeletePending,
            (Some(_), Some(_)) => Status::DueForDisposition,
            (None, _) => Status::TriggerPending,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::embedded_book;
    use crate::facts::{Flag, Flags, RecordType};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_true_status_in_order() {
        let tenant = Tenant::new("NL", "Europe/Amsterdam", "12-31").unwrap();
        let hold = [Hold {
            id: "H1".into(),
            placed_at: at("2026-03-01T00:00:00Z"),
            released_at: Some(at("2026-05-01T00:00:00Z")),
        }];
        let facts = Facts {
            agreement_ended_at: Some(at("2026-02-01T00:00:00Z")),
            destroyed_at: Some(at("2026-04-01T00:00:00Z")),
            ..Facts::dated(RecordType::SalesInvoice, date(2018, 3, 14))
        };
        let decision = embedded_book().unwrap().decide(&tenant, &facts, None).unwrap();
        let status = |moment| decision.status_at(&tenant, at(moment), &hold);
        // Midnight in Amsterdam is 23:00 UTC in winter.
        assert_eq!(status("2025-12-31T22:59:59Z"), Status::Retained);
        assert_eq!(status("2025-12-31T23:00:00Z"), Status::DueForDisposition);
        assert_eq!(status("2026-02-01T00:00:00Z"), Status::ReturnOrDeletePending);
        assert_eq!(status("2026-03-01T00:00:00Z"), Status::Held);
        assert_eq!(status("2026-04-01T00:00:00Z"), Status::Destroyed);
    }

    #[test]
    fn a_pending_policy_leaves_the_end_open_and_says_what_is_certain() {
        let tenant = Tenant::new("NL", "Europe/Amsterdam", "12-31").unwrap();
        let facts = Facts {
            flags: Flags::EMPTY.with(Flag::ImmovableProperty),
            agreement_ended_at: Some(at("2020-01-01T00:00:00Z")),
            ..Facts::dated(RecordType::PurchaseInvoice, date(2014, 9, 1))
        };
        let decision = embedded_book().unwrap().decide(&tenant, &facts, None).unwrap();
        assert_eq!(decision.retain_through(), None);
        assert_eq!(decision.retained_at_least_through(), Some(date(2021, 12, 31)));
        let status = decision.status_at(&tenant, at("2030-01-01T00:00:00Z"), &[]);
        assert_eq!(status, Status::TriggerPending);
    }

    #[test]
    fn what_no_law_keeps_waits_for_a_choice_when_the_agreement_ends() {
        let tenant = Tenant::new("NL", "Europe/Amsterdam", "12-31").unwrap();
        let facts = Facts {
            agreement_ended_at: Some(at("2020-01-01T00:00:00Z")),
            ..Facts::new(RecordType::Quote)
        };
        let decision = embedded_book().unwrap().decide(&tenant, &facts, None).unwrap();
        let status = |moment| decision.status_at(&tenant, at(moment), &[]);
        assert_eq!(status("2019-12-31T23:59:59Z"), Status::TriggerPending);
        assert_eq!(status("2020-01-01T00:00:00Z"), Status::ReturnOrDeletePending);
    }
}
