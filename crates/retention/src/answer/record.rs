//! Reading one record and the holds on it.

use jiff::tz::TimeZone;

use super::read::Node;
use crate::calendar::{FactDate, FiscalYear};
use crate::error::DecideError;
use crate::facts::{FactName, Facts, Flag, Flags, Hold, RecordType};

const RECORD_KEYS: [&str; 19] = [
    "type",
    "id",
    "person",
    "flags",
    "issued_at",
    "fiscal_year",
    "destroyed_at",
    "holds",
    "document_date",
    "supply_date",
    "first_use",
    "loss_of_current_value",
    "latest_transaction",
    "last_entry",
    "tax_due",
    "contract_end",
    "valid_until",
    "consent_withdrawal",
    "request",
];

/// Reads one record, without its holds.
pub(super) fn read_record(node: &Node<'_>, zone: &TimeZone) -> Result<Facts, DecideError> {
    let record = node.object(&RECORD_KEYS)?;
    let record_type = record
        .need("type", "say what the record is, such as sales_invoice")?
        .word(RecordType::from_word, RecordType::words)?;
    let mut facts = Facts::new(record_type);
    if let Some(flags) = record.get("flags") {
        let flags = flags.list()?;
        let flags = flags.iter().map(|flag| flag.word(Flag::from_word, Flag::words));
        facts.flags = flags.collect::<Result<Flags, _>>()?;
    }
    for name in FactName::ALL {
        if let Some(date) = record.get(name.word()) {
            facts.set(*name, Some(date.day_or_moment()?));
        }
    }
    // The end of validity of a contract: it ends, and loses its current value, on that day.
    if let Some(valid_until) = record.get("valid_until") {
        let end = Some(valid_until.day_or_moment()?);
        facts.contract_end = facts.contract_end.or(end);
        facts.loss_of_current_value = facts.loss_of_current_value.or(end);
    }
    if let Some(issued_at) = record.get("issued_at") {
        let moment = FactDate::Moment(issued_at.moment()?);
        let stated = facts.document.map(|date| date.local(zone));
        if stated.is_some_and(|stated| stated != moment.local(zone)) {
            return Err(DecideError::Contradiction {
                pointer: issued_at.pointer(),
                problem: "issued_at falls on another local day than document_date; give one",
            });
        }
        facts.document = Some(moment);
    }
    if let Some(year) = record.get("fiscal_year") {
        facts.fiscal_year = Some(read_fiscal_year(&year)?);
    }
    if let Some(destroyed_at) = record.get("destroyed_at") {
        facts.destroyed_at = Some(destroyed_at.moment_in(zone)?);
    }
    for handle in ["id", "person"] {
        if let Some(handle) = record.get(handle) {
            handle.text()?;
        }
    }
    Ok(facts)
}

fn read_fiscal_year(node: &Node<'_>) -> Result<FiscalYear, DecideError> {
    let year = node.object(&["start", "end"])?;
    let start = year.need("start", "give the first day of the fiscal year")?.date()?;
    let end = year.need("end", "give the last day of the fiscal year")?.date()?;
    if end < start {
        return Err(DecideError::Contradiction {
            pointer: node.pointer(),
            problem: "the fiscal year ends before it starts; correct one of the two",
        });
    }
    Ok(FiscalYear { start, end })
}

/// Reads a list of holds.
pub(super) fn read_holds(node: &Node<'_>, zone: &TimeZone) -> Result<Vec<Hold>, DecideError> {
    let known =
        ["id", "placed_at", "released_at", "reason", "authority", "placed_by", "review_date"];
    node.list()?
        .iter()
        .map(|node| {
            let hold = node.object(&known)?;
            let placed_at = hold.need("placed_at", "say from which moment the hold is in force")?;
            let placed_at = placed_at.moment_in(zone)?;
            let released_at =
                hold.get("released_at").map(|released| released.moment_in(zone)).transpose()?;
            if released_at.is_some_and(|released| released < placed_at) {
                return Err(DecideError::Contradiction {
                    pointer: node.pointer(),
                    problem: "the hold is released before it is placed; correct one of the two",
                });
            }
            let id = hold.get("id").map(|id| id.text()).transpose()?.unwrap_or_default();
            Ok(Hold { id: id.to_owned(), placed_at, released_at })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_has_a_key() {
        for name in FactName::ALL {
            assert!(RECORD_KEYS.contains(&name.word()), "{name}");
        }
    }
}
