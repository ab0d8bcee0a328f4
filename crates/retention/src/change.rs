//! Changing a period: a setting may lengthen with a written reason, never shorten below the law.

use jiff::civil::Date;
use serde::Serialize;

use crate::book::PolicyBook;
use crate::calendar::Length;
use crate::error::DecideError;
use crate::facts::{Facts, Flags, RecordType};
use crate::tenant::Country;
use crate::words::word_enum;

/// A period someone wants for a record type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyChange {
    /// For which record type.
    pub record_type: RecordType,
    /// For records with these flags.
    pub flags: Flags,
    /// The length asked, counted from where the statutory period starts.
    pub length: Length,
    /// Why longer than the law asks. Needed when it is longer.
    pub reason: Option<String>,
}

word_enum! {
    /// Why a change is refused.
    pub enum PolicyChangeRefusal {
        /// Shorter than the law asks.
        BelowStatutoryMinimum = "below_statutory_minimum",
        /// Longer than the law asks, without a written reason (GDPR art. 5(1)(e)).
        ReasonRequired = "reason_required",
    }
}

/// Whether a change may be made, and what holds from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PolicyChangeAnswer {
    /// Why not; `None` when it is accepted.
    pub refused: Option<PolicyChangeRefusal>,
    /// What the law asks: the longest of the policies that apply. Zero months when no law keeps
    /// the record type.
    pub minimum: Length,
    /// What holds after the answer: the length asked, or the minimum when it is refused.
    pub effective: Length,
}

/// Checks a change of the period of one record type against the law.
///
/// # Errors
/// [`DecideError::NoPack`] when there is no pack for the country.
pub fn check_policy_change(
    book: &PolicyBook,
    country: Country,
    change: &PolicyChange,
    law_as_of: Option<Date>,
) -> Result<PolicyChangeAnswer, DecideError> {
    let policies = book.policies_of(country).ok_or_else(|| DecideError::NoPack {
        country: country.to_string(),
        known: book.countries().map(|country| country.to_string()).collect(),
    })?;
    let facts = Facts { flags: change.flags, ..Facts::new(change.record_type) };
    let in_force = policies.iter().filter_map(|index| {
        let (policy, law_text_date) = book.policy_and_law_date(*index)?;
        let law = law_as_of.unwrap_or(law_text_date);
        let old_enough = |from: Option<Date>| from.is_none_or(|from| from <= law);
        let mut versions = policy.versions.iter().rev();
        let version = versions.find(|version| old_enough(version.valid_from))?;
        policy.applies_to(&facts).then_some(version.length)
    });
    let minimum = in_force.max().unwrap_or(Length::NOTHING);
    let reason = change.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    let refused = if change.length < minimum {
        Some(PolicyChangeRefusal::BelowStatutoryMinimum)
    } else if change.length > minimum && !reason {
        Some(PolicyChangeRefusal::ReasonRequired)
    } else {
        None
    };
    let effective = if refused.is_some() { minimum } else { change.length };
    Ok(PolicyChangeAnswer { refused, minimum, effective })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::embedded_book;
    use crate::facts::Flag;

    fn ask(
        country: &str,
        record_type: RecordType,
        flags: &[Flag],
        years: u16,
        reason: &str,
        law: Option<Date>,
    ) -> (Option<PolicyChangeRefusal>, u16, u16) {
        let change = PolicyChange {
            record_type,
            flags: flags.iter().copied().collect(),
            length: Length::of_years(years).unwrap(),
            reason: Some(reason.to_owned()),
        };
        let country = Country::parse(country).unwrap();
        let answer = check_policy_change(embedded_book().unwrap(), country, &change, law).unwrap();
        (
            answer.refused,
            answer.minimum.whole_years().unwrap(),
            answer.effective.whole_years().unwrap(),
        )
    }

    #[test]
    fn never_shorter_and_longer_only_with_a_reason() {
        let short = Some(PolicyChangeRefusal::BelowStatutoryMinimum);
        let reason = Some(PolicyChangeRefusal::ReasonRequired);
        let invoice = RecordType::SalesInvoice;
        assert_eq!(ask("NL", invoice, &[], 0, "why", None), (short, 7, 7));
        assert_eq!(ask("NL", invoice, &[], 6, "why", None), (short, 7, 7));
        assert_eq!(ask("NL", invoice, &[], 7, "", None), (None, 7, 7));
        assert_eq!(ask("NL", invoice, &[], 8, " ", None), (reason, 7, 7));
        assert_eq!(ask("NL", invoice, &[], 8, "why", None), (None, 7, 8));
        assert_eq!(ask("NL", invoice, &[Flag::Oss], 8, "why", None), (short, 10, 10));
    }

    #[test]
    fn the_minimum_is_the_one_of_the_law_date() {
        let short = Some(PolicyChangeRefusal::BelowStatutoryMinimum);
        let invoice = RecordType::SalesInvoice;
        assert_eq!(ask("DE", invoice, &[], 8, "", Some(date(2024, 12, 31))), (short, 10, 10));
        assert_eq!(ask("DE", invoice, &[], 8, "", Some(date(2025, 1, 1))), (None, 8, 8));
    }

    #[test]
    fn what_no_law_keeps_has_no_minimum() {
        let reason = Some(PolicyChangeRefusal::ReasonRequired);
        assert_eq!(ask("NL", RecordType::Quote, &[], 1, "", None), (reason, 0, 0));
        assert_eq!(ask("NL", RecordType::Quote, &[], 1, "claims", None), (None, 0, 1));
    }
}
