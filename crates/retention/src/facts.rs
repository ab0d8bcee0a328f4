//! What the engine must know about a record, and the holds on it.

use jiff::Timestamp;

use crate::calendar::{FactDate, FiscalYear};
use crate::words::{word_enum, word_set};

word_enum! {
    /// What a record is. A policy names the types it applies to.
    pub enum RecordType {
        /// An issued invoice.
        SalesInvoice = "sales_invoice",
        /// A received invoice.
        PurchaseInvoice = "purchase_invoice",
        /// An issued or received credit note.
        CreditNote = "credit_note",
        /// A receipt, till slip or voucher.
        Receipt = "receipt",
        /// A reminder with amounts.
        Reminder = "reminder",
        /// A quote that led to nothing; no tax relevance in general.
        Quote = "quote",
        /// An order confirmation.
        OrderConfirmation = "order_confirmation",
        /// A booking: order-system detail and diary belong to the administration.
        Booking = "booking",
        /// A payment.
        Payment = "payment",
        /// A bank statement.
        BankStatement = "bank_statement",
        /// A posting in a journal.
        Posting = "posting",
        /// The books themselves: ledgers, journals, inventories.
        Books = "books",
        /// Annual accounts.
        AnnualAccounts = "annual_accounts",
        /// A contract.
        Contract = "contract",
        /// Standing data that keep a current value: master data, accepted conditions.
        StandingData = "standing_data",
        /// A business letter, sent or received.
        Letter = "letter",
        /// The evidence that consent was given (GDPR art. 7(1)), not the data it covers.
        Consent = "consent",
        /// A direct-debit mandate.
        Mandate = "mandate",
    }
}

word_set! {
    /// A set of record types.
    pub struct RecordTypes of RecordType;
}

word_enum! {
    /// A circumstance that makes a longer policy apply, or another one not apply.
    pub enum Flag {
        /// About immovable property or a right to it.
        ImmovableProperty = "immovable_property",
        /// Immovable property let with VAT by choice (BE: 25 years).
        LettingWithVat = "letting_with_vat",
        /// A supply under a One Stop Shop scheme.
        Oss = "oss",
        /// A supply under the Mini One Stop Shop of before 2021 (UK).
        Moss = "moss",
        /// A capital good under an adjustment scheme (UK).
        CapitalGoods = "capital_goods",
        /// The holder is self-employed, not a company (UK).
        SelfEmployed = "self_employed",
        /// The holder is a private company (UK).
        PrivateCompany = "private_company",
        /// The holder is a supervised financial firm (DE).
        SupervisedFinancial = "supervised_financial",
        /// Shows a loss, deduction or credit carried to later years (ES).
        CarriedCredits = "carried_credits",
        /// Evidence in a case of tax fraud (FR).
        TaxFraud = "tax_fraud",
    }
}

word_set! {
    /// A set of flags.
    pub struct Flags of Flag;
}

word_enum! {
    /// A dated fact of a record, by the key it has in a `given` object.
    pub enum FactName {
        /// Date on the document, or the local day of the moment it was issued.
        DocumentDate = "document_date",
        /// Date of the supply, where it differs from the date on the document.
        SupplyDate = "supply_date",
        /// First use of the immovable property.
        FirstUse = "first_use",
        /// Day on which the item lost its current value (contracts, standing data; for property,
        /// the end of the interest in it).
        LossOfCurrentValue = "loss_of_current_value",
        /// Latest transaction the record relates to.
        LatestTransaction = "latest_transaction",
        /// Last entry in the books that record it.
        LastEntry = "last_entry",
        /// Day on which the tax was due.
        TaxDue = "tax_due",
        /// End of the contract.
        ContractEnd = "contract_end",
        /// Withdrawal of the consent.
        ConsentWithdrawal = "consent_withdrawal",
        /// Request of the person.
        Request = "request",
    }
}

/// The facts of one record, as far as known. `Copy`, without heap: a report reads a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// What the record is.
    pub record_type: RecordType,
    /// Circumstances that policies ask for.
    pub flags: Flags,
    /// [`FactName::DocumentDate`]: the day written on it, or the moment it was issued.
    pub document: Option<FactDate>,
    /// [`FactName::SupplyDate`].
    pub supply: Option<FactDate>,
    /// [`FactName::FirstUse`].
    pub first_use: Option<FactDate>,
    /// [`FactName::LossOfCurrentValue`].
    pub loss_of_current_value: Option<FactDate>,
    /// [`FactName::LatestTransaction`].
    pub latest_transaction: Option<FactDate>,
    /// [`FactName::LastEntry`].
    pub last_entry: Option<FactDate>,
    /// [`FactName::TaxDue`].
    pub tax_due: Option<FactDate>,
    /// [`FactName::ContractEnd`].
    pub contract_end: Option<FactDate>,
    /// [`FactName::ConsentWithdrawal`].
    pub consent_withdrawal: Option<FactDate>,
    /// [`FactName::Request`].
    pub request: Option<FactDate>,
    /// The fiscal year the record was booked in, where it is not the one its date falls in by the
    /// tenant's ordinary year end (a short or long first year).
    pub fiscal_year: Option<FiscalYear>,
    /// When the record was destroyed.
    pub destroyed_at: Option<Timestamp>,
    /// When the agreement with the processor ended without a choice between return and deletion
    /// (GDPR art. 28(3)(g)).
    pub agreement_ended_at: Option<Timestamp>,
}

impl Facts {
    /// A record of which only the type is known.
    #[must_use]
    pub const fn new(record_type: RecordType) -> Self {
        Self {
            record_type,
            flags: Flags::EMPTY,
            document: None,
            supply: None,
            first_use: None,
            loss_of_current_value: None,
            latest_transaction: None,
            last_entry: None,
            tax_due: None,
            contract_end: None,
            consent_withdrawal: None,
            request: None,
            fiscal_year: None,
            destroyed_at: None,
            agreement_ended_at: None,
        }
    }

    /// A record with the date on it.
    #[must_use]
    pub fn dated(record_type: RecordType, document: impl Into<FactDate>) -> Self {
        Self { document: Some(document.into()), ..Self::new(record_type) }
    }

    /// One dated fact.
    #[must_use]
    pub const fn get(&self, name: FactName) -> Option<FactDate> {
        match name {
            FactName::DocumentDate => self.document,
            FactName::SupplyDate => self.supply,
            FactName::FirstUse => self.first_use,
            FactName::LossOfCurrentValue => self.loss_of_current_value,
            FactName::LatestTransaction => self.latest_transaction,
            FactName::LastEntry => self.last_entry,
            FactName::TaxDue => self.tax_due,
            FactName::ContractEnd => self.contract_end,
            FactName::ConsentWithdrawal => self.consent_withdrawal,
            FactName::Request => self.request,
        }
    }

    /// Sets one dated fact.
    pub const fn set(&mut self, name: FactName, date: Option<FactDate>) {
        let place = match name {
            FactName::DocumentDate => &mut self.document,
            FactName::SupplyDate => &mut self.supply,
            FactName::FirstUse => &mut self.first_use,
            FactName::LossOfCurrentValue => &mut self.loss_of_current_value,
            FactName::LatestTransaction => &mut self.latest_transaction,
            FactName::LastEntry => &mut self.last_entry,
            FactName::TaxDue => &mut self.tax_due,
            FactName::ContractEnd => &mut self.contract_end,
            FactName::ConsentWithdrawal => &mut self.consent_withdrawal,
            FactName::Request => &mut self.request,
        };
        *place = date;
    }
}

/// A legal hold that covers a record (GDPR art. 17(3)(e), 18(1)(c)). Which records a hold covers,
/// its reason and its authority are the caller's; the engine needs to know when it was in force.
///
/// A hold blocks every destruction while it is in force and never moves a retention date; no new
/// period starts at its release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The hold's own id.
    pub id: String,
    /// From this moment on, inclusive.
    pub placed_at: Timestamp,
    /// Until this moment, exclusive. `None` while it has not been released.
    pub released_at: Option<Timestamp>,
}

impl Hold {
    /// Whether the hold is in force at a moment.
    #[must_use]
    pub fn in_force_at(&self, moment: Timestamp) -> bool {
        self.placed_at <= moment && self.released_at.is_none_or(|released| moment < released)
    }

    /// Whether the hold is in force at any moment from `from` (inclusive) to `to` (exclusive).
    #[must_use]
    pub fn in_force_within(&self, from: Timestamp, to: Timestamp) -> bool {
        self.placed_at < to
            && self.released_at.is_none_or(|released| released > from && released > self.placed_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_lists_of_words() {
        let flags: Flags = serde_json::from_str(r#"["oss","immovable_property"]"#).unwrap();
        assert!(flags.contains(Flag::Oss) && !flags.contains(Flag::Moss));
        assert_eq!(serde_json::to_string(&flags).unwrap(), r#"["immovable_property","oss"]"#);
        assert!(flags.contains_all(Flags::EMPTY.with(Flag::Oss)));
        assert!(!flags.intersects(Flags::EMPTY.with(Flag::Moss)));
        assert!(serde_json::from_str::<Flags>(r#"["nonsense"]"#).is_err());
        assert!(RecordType::ALL.len() <= 32 && Flag::ALL.len() <= 32);
    }

    #[test]
    fn every_word_reads_back() {
        for kind in RecordType::ALL {
            assert_eq!(RecordType::from_word(kind.word()), Some(*kind));
        }
        assert_eq!(RecordType::from_word("Sales_Invoice"), None);
    }

    #[test]
    fn every_fact_has_its_own_place() {
        let day = FactDate::Day(jiff::civil::date(2020, 2, 29));
        for name in FactName::ALL {
            let mut facts = Facts::new(RecordType::Letter);
            facts.set(*name, Some(day));
            for other in FactName::ALL {
                assert_eq!(facts.get(*other).is_some(), name == other);
            }
        }
    }

    #[test]
    fn a_hold_is_in_force_from_placing_until_just_before_release() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let hold = Hold {
            id: "H1".into(),
            placed_at: at("2025-11-01T08:00:00Z"),
            released_at: Some(at("2026-09-15T08:00:00Z")),
        };
        assert!(!hold.in_force_at(at("2025-11-01T07:59:59Z")));
        assert!(hold.in_force_at(at("2025-11-01T08:00:00Z")));
        assert!(hold.in_force_at(at("2026-09-15T07:59:59Z")));
        assert!(!hold.in_force_at(at("2026-09-15T08:00:00Z")));
        assert!(hold.in_force_within(at("2025-11-01T00:00:00Z"), at("2025-11-02T00:00:00Z")));
        assert!(!hold.in_force_within(at("2025-10-01T00:00:00Z"), at("2025-11-01T08:00:00Z")));
        assert!(!hold.in_force_within(at("2026-09-15T08:00:00Z"), at("2026-09-16T08:00:00Z")));
    }
}
