//! A policy: trigger + rounding + length + ground, versioned by date of law.
//!
//! The clock is never "created + 7 years". A trigger names the fact that starts the period, the
//! rounding moves that day to the end of a year where the law says so, the length is added, and
//! the ground says which law keeps the record. When the law changes, a version is added: old law
//! stays in the pack, and [`Reach`] says what happens to records that were already being kept.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::Length;
use crate::facts::{FactName, Facts, Flags, RecordTypes};
use crate::words::word_enum;

word_enum! {
    /// What starts the period. A trigger whose fact is missing leaves the record pending.
    pub enum Trigger {
        /// The end of the fiscal year the document belongs to (NL AWR art. 52).
        FiscalYearEnd = "fiscal_year_end",
        /// The loss of current value: contracts, standing data (NL practice to AWR art. 52).
        LossOfCurrentValue = "loss_of_current_value",
        /// First use of immovable property (NL Wet OB 1968 art. 34a).
        FirstUseYear = "first_use_year",
        /// The transaction: the supply, or the document when no other supply date is stated (VAT
        /// Directive art. 226(7): it is stated where it differs).
        TransactionYear = "transaction_year",
        /// The latest transaction the record relates to (IE VATCA 2010 s.84(3)).
        LatestTransaction = "latest_transaction",
        /// The last entry in the books (ES C. Com. 30, IT CC 2220, DE AO 147(4)).
        LastEntry = "last_entry",
        /// The day the tax was due (PL OP 70).
        TaxDueYear = "tax_due_year",
        /// The date of the document.
        DocumentDate = "document_date",
        /// The end of the contract.
        ContractEnd = "contract_end",
        /// The withdrawal of consent (GDPR art. 7(3)).
        ConsentWithdrawal = "consent_withdrawal",
        /// The request of the person (GDPR art. 17(1)).
        Request = "request",
    }
}

impl Trigger {
    /// The fact this trigger stands on, of those known about a record; the fact it waits for when
    /// none is known.
    pub(crate) fn fact(self, facts: &Facts) -> FactName {
        match self {
            Self::FiscalYearEnd | Self::DocumentDate => FactName::DocumentDate,
            Self::LossOfCurrentValue => FactName::LossOfCurrentValue,
            Self::FirstUseYear => FactName::FirstUse,
            Self::TransactionYear if facts.supply.is_none() && facts.document.is_some() => {
                FactName::DocumentDate
            }
            Self::TransactionYear => FactName::SupplyDate,
            Self::LatestTransaction => FactName::LatestTransaction,
            Self::LastEntry => FactName::LastEntry,
            Self::TaxDueYear => FactName::TaxDue,
            Self::ContractEnd => FactName::ContractEnd,
            Self::ConsentWithdrawal => FactName::ConsentWithdrawal,
            Self::Request => FactName::Request,
        }
    }
}

word_enum! {
    /// Where the period starts, given the day of the trigger.
    pub enum Rounding {
        /// On that day.
        None = "none",
        /// On 31 December of that day's year.
        CalendarYearEnd = "calendar_year_end",
        /// At the end of the tenant's fiscal year that day falls in.
        FiscalYearEnd = "fiscal_year_end",
    }
}

word_enum! {
    /// Which records a new version of the law reaches.
    pub enum Reach {
        /// Records whose trigger falls on or after the version's first day.
        New = "new",
        /// Also records whose period under the older law had not ended before the version's first
        /// day (DE EGAO art. 97 s.19a(2)).
        Running = "running",
    }
}

word_enum! {
    /// How sure the rule is. Shown in the product next to the rule.
    pub enum Confidence {
        /// Recollection; shown as such.
        Low = "low",
        /// One secondary source.
        Medium = "medium",
        /// Official text or at least two sources.
        High = "high",
    }
}

/// The law that keeps the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Article, as it is cited: `AWR art. 52(4)`.
    pub article: String,
    /// The rule in one sentence.
    pub text: String,
    /// Where it was read.
    pub source: String,
}

/// A policy's name on screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// In English.
    pub en: String,
    /// In Dutch.
    pub nl: String,
}

/// The rule as the law had it from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// First day this text of the law is in force. Absent for the oldest text a pack knows, which
    /// then counts for any earlier law date as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Which records it reaches.
    #[serde(default = "new_records")]
    pub reach: Reach,
    /// What starts the period.
    pub trigger: Trigger,
    /// Triggers to use instead, in this order, when the fact of `trigger` is missing and the law
    /// leaves no doubt about them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<Trigger>,
    /// Where the period starts.
    pub rounding: Rounding,
    /// How long it lasts.
    pub length: Length,
    /// How sure this is.
    pub confidence: Confidence,
}

const fn new_records() -> Reach {
    Reach::New
}

/// One rule of one jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Stable id, unique over all packs: `NL-AWR-52`.
    pub id: String,
    /// Name on screen.
    pub title: Title,
    /// The law that keeps the record.
    pub ground: Ground,
    /// The record types it applies to.
    pub record_types: RecordTypes,
    /// Applies only to records with all of these flags.
    #[serde(default, skip_serializing_if = "no_flags")]
    pub required_flags: Flags,
    /// Does not apply to records with any of these flags.
    #[serde(default, skip_serializing_if = "no_flags")]
    pub excluded_flags: Flags,
    /// What is uncertain or chosen about it, for the person who reviews the pack.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The texts of the law, oldest first.
    pub versions: Vec<Version>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn no_flags(flags: &Flags) -> bool {
    flags.is_empty()
}

impl Policy {
    /// Whether the policy applies to a record, whatever the date.
    #[must_use]
    pub fn applies_to(&self, facts: &Facts) -> bool {
        self.record_types.contains(facts.record_type)
            && facts.flags.contains_all(self.required_flags)
            && !facts.flags.intersects(self.excluded_flags)
    }

    /// What is wrong with the policy's own form, `None` when nothing is.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let blank = |text: &str| text.trim().is_empty();
        let id_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if self.id.is_empty() || !self.id.bytes().all(id_byte) {
            return Some("an id has letters, digits and hyphens only");
        }
        if blank(&self.ground.article) || blank(&self.ground.text) || blank(&self.ground.source) {
            return Some("a ground needs article, text and source");
        }
        if blank(&self.title.en) || blank(&self.title.nl) {
            return Some("a title needs en and nl");
        }
        if self.record_types.is_empty() {
            return Some("a policy applies to at least one record type");
        }
        if self.required_flags.intersects(self.excluded_flags) {
            return Some("a flag is both required and excluded");
        }
        if self.versions.is_empty() || self.versions.len() > usize::from(u8::MAX) {
            return Some("a policy has between 1 and 255 versions");
        }
        let dates = self.versions.iter().map(|version| version.valid_from);
        if !dates.is_sorted_by(|older, newer| older < newer) {
            return Some("versions stand oldest first, each with a later valid_from");
        }
        None
    }
}
