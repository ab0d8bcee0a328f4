//! Reading a whole question.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use super::read::{Node, Object};
use super::record::{read_holds, read_record};
use crate::calendar::{Length, MAX_MONTHS};
use crate::change::PolicyChange;
use crate::error::DecideError;
use crate::facts::{Facts, Flag, Flags, Hold, RecordType};
use crate::tenant::{LongerPeriod, Tenant, TenantError};

/// One `given` object.
pub(super) struct Question {
    pub(super) tenant: Tenant,
    pub(super) law_as_of: Option<Date>,
    /// Each moment as it was written, and read.
    pub(super) ask_status_at: Option<Vec<(String, Timestamp)>>,
    pub(super) asked: Asked,
}

pub(super) enum Asked {
    Change(PolicyChange),
    Records {
        records: Vec<RecordAsked>,
        /// The law dates of `evaluated_under`; empty when it is not given.
        laws: Vec<Date>,
        /// Whether `records` was given, not `record`.
        several: bool,
    },
}

pub(super) struct RecordAsked {
    pub(super) id: Option<String>,
    pub(super) facts: Facts,
    pub(super) holds: Vec<Hold>,
}

/// Keys of questions that other parts answer, the most telling first.
const OTHER_FAMILIES: [(&str, &str); 15] = [
    ("erasure_request", "erasure"),
    ("paid_storage", "agreement"),
    ("events", "agreement and backup"),
    ("agreement", "agreement"),
    ("custody", "agreement"),
    ("aware_at", "deadline"),
    ("received_at", "deadline"),
    ("holidays", "deadline"),
    ("consent", "consent"),
    ("withdrawn_at", "consent"),
    ("requests", "disclosure"),
    ("person", "erasure"),
    ("client", "agreement"),
    ("country", "deadline"),
    ("time_zone", "deadline"),
];

const KEYS: [&str; 8] = [
    "tenant",
    "record",
    "records",
    "holds",
    "ask_status_at",
    "evaluated_under",
    "law_as_of",
    "policy_change",
];

impl Question {
    pub(super) fn read(given: &Value) -> Result<Self, DecideError> {
        let root = Node::root(given);
        let object = root.any_object()?;
        let asked = |wanted: &str| object.keys().any(|key| key == wanted);
        if let Some((key, family)) = OTHER_FAMILIES.iter().find(|(key, _)| asked(key)) {
            let pointer = format!("/{key}");
            return Err(DecideError::NotAnswered { pointer, key: (*key).to_owned(), family });
        }
        object.only(&KEYS)?;
        let tenant = object.need("tenant", "give country, time_zone and fiscal_year_end")?;
        let tenant = read_tenant(&tenant)?;
        let law_as_of = object.get("law_as_of").map(|law| law.date()).transpose()?;
        let ask_status_at = object.get("ask_status_at");
        let ask_status_at = ask_status_at.map(|asked| read_moments(&asked, &tenant)).transpose()?;
        let asked = match object.get("policy_change") {
            Some(change) => {
                only_change(&object)?;
                Asked::Change(read_change(&change)?)
            }
            None => read_records(&object, &tenant)?,
        };
        Ok(Self { tenant, law_as_of, ask_status_at, asked })
    }
}

/// A policy change asks nothing about records.
fn only_change(object: &Object<'_>) -> Result<(), DecideError> {
    match object.keys().find(|key| !["tenant", "law_as_of", "policy_change"].contains(key)) {
        None => Ok(()),
        Some(key) => Err(DecideError::Contradiction {
            pointer: format!("/{key}"),
            problem: "a question asks about records or about a policy_change; ask them apart",
        }),
    }
}

fn read_tenant(node: &Node<'_>) -> Result<Tenant, DecideError> {
    let known = ["country", "time_zone", "fiscal_year_end", "calendar_rounding", "longer_periods"];
    let object = node.object(&known)?;
    let country = object.need("country", "give two capital letters, such as NL")?;
    let zone = object.need("time_zone", "give an IANA name, such as Europe/Amsterdam")?;
    let end = object.need("fiscal_year_end", "give MM-DD or MM-last, such as 12-31")?;
    let tenant = Tenant::new(country.text()?, zone.text()?, end.text()?).map_err(|problem| {
        let pointer = match &problem {
            TenantError::Country(_) => country.pointer(),
            TenantError::TimeZone(_) => zone.pointer(),
            TenantError::FiscalYearEnd(_) | TenantError::ReasonMissing => end.pointer(),
        };
        DecideError::Tenant { pointer, problem }
    })?;
    let rounding = object.get("calendar_rounding").map(|on| on.truth()).transpose()?;
    let tenant = tenant.with_calendar_rounding(rounding.unwrap_or(false));
    let Some(longer) = object.get("longer_periods") else { return Ok(tenant) };
    longer.list()?.iter().try_fold(tenant, |tenant, node| {
        let change = read_change(node)?;
        let reason = change.reason.unwrap_or_default();
        let longer = LongerPeriod::new(change.record_type, change.length, &reason)
            .map_err(|problem| DecideError::Tenant { pointer: node.pointer(), problem })?;
        Ok(tenant.with_longer(longer))
    })
}

fn read_change(node: &Node<'_>) -> Result<PolicyChange, DecideError> {
    let object = node.object(&["record_type", "flags", "years", "months", "reason"])?;
    let record_type = object
        .need("record_type", "say for which record type, such as sales_invoice")?
        .word(RecordType::from_word, RecordType::words)?;
    let flags = match object.get("flags") {
        None => Flags::EMPTY,
        Some(flags) => {
            let flags = flags.list()?;
            let flags = flags.iter().map(|flag| flag.word(Flag::from_word, Flag::words));
            flags.collect::<Result<Flags, _>>()?
        }
    };
    let years = object.get("years").map(|years| years.number(0, MAX_MONTHS / 12)).transpose()?;
    let months = object.get("months").map(|months| months.number(0, MAX_MONTHS)).transpose()?;
    if years.is_none() && months.is_none() {
        object.need("years", "say how many years to keep it")?;
    }
    let total = years.unwrap_or(0) * 12 + months.unwrap_or(0);
    let length = Length::of_months(total).ok_or_else(|| DecideError::OutOfBounds {
        pointer: node.pointer(),
        value: format!("{total} months"),
        least: 0,
        most: MAX_MONTHS,
    })?;
    let reason = object.get("reason").map(|reason| reason.text()).transpose()?;
    Ok(PolicyChange { record_type, flags, length, reason: reason.map(str::to_owned) })
}

fn read_moments(node: &Node<'_>, tenant: &Tenant) -> Result<Vec<(String, Timestamp)>, DecideError> {
    node.list()?
        .iter()
        .map(|moment| Ok((moment.text()?.to_owned(), moment.moment_in(tenant.zone())?)))
        .collect()
}

fn read_records(object: &Object<'_>, tenant: &Tenant) -> Result<Asked, DecideError> {
    let zone = tenant.zone();
    let holds = object.get("holds").map(|holds| read_holds(&holds, zone)).transpose()?;
    let holds = holds.unwrap_or_default();
    let one = |node: &Node<'_>| -> Result<RecordAsked, DecideError> {
        let facts = read_record(node, zone)?;
        let record = node.any_object()?;
        let mut holds = holds.clone();
        if let Some(own) = record.get("holds") {
            holds.extend(read_holds(&own, zone)?);
        }
        let id = record.get("id").map(|id| id.text()).transpose()?.map(str::to_owned);
        Ok(RecordAsked { id, facts, holds })
    };
    let (records, several) = match (object.get("record"), object.get("records")) {
        (Some(record), None) => (vec![one(&record)?], false),
        (None, Some(records)) => {
            (records.list()?.iter().map(one).collect::<Result<Vec<_>, _>>()?, true)
        }
        (Some(_), Some(records)) => {
            return Err(DecideError::Contradiction {
                pointer: records.pointer(),
                problem: "both record and records are given; give one of the two",
            });
        }
        (None, None) => {
            object.need("record", "give a record, records or a policy_change")?;
            (Vec::new(), false)
        }
    };
    let laws = match object.get("evaluated_under") {
        None => Vec::new(),
        Some(laws) => laws
            .list()?
            .iter()
            .map(|node| {
                let law = node.object(&["law_as_of"])?;
                law.need("law_as_of", "give the date of the law, YYYY-MM-DD")?.date()
            })
            .collect::<Result<Vec<_>, _>>()?,
    };
    Ok(Asked::Records { records, laws, several })
}
