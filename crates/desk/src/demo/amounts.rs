//! What a document adds up to.

use std::collections::{BTreeMap, BTreeSet};

use booqing_model::entities::{Document, DocumentKind, DocumentState, Line, VatTotal};
use booqing_model::money::{Cents, Currency};
use booqing_model::time::Date as ModelDate;
use jiff::civil::Date;

use super::DemoError;

/// A document of that day with these lines and their totals, and nothing else yet. VAT is computed
/// over the sum of the lines of a rate.
pub(super) fn document(
    kind: DocumentKind,
    day: Date,
    lines: Vec<Line>,
) -> Result<Document, DemoError> {
    let vat_totals = vat_totals(&lines)?;
    let net = Cents::sum(vat_totals.iter().map(|total| total.net))?;
    let vat = Cents::sum(vat_totals.iter().map(|total| total.vat))?;
    Ok(Document {
        state: DocumentState::Draft,
        fiscal_year: i64::from(day.year()),
        series: None,
        sequence: None,
        previous: None,
        link: None,
        fingerprint: None,
        kind,
        number: None,
        document_date: ModelDate(day),
        supply_date: None,
        due_date: None,
        first_use: None,
        buyer: None,
        seller: None,
        lines,
        vat_totals,
        currency: Currency::euro(),
        net,
        vat,
        gross: net.plus(vat)?,
        reference: None,
        flags: BTreeSet::new(),
        credits: None,
        client: None,
        booking: None,
        note: None,
    })
}

fn vat_totals(lines: &[Line]) -> Result<Vec<VatTotal>, DemoError> {
    let mut by_rate = BTreeMap::new();
    for line in lines {
        let net = by_rate.entry(line.vat_rate).or_insert(Cents(0));
        *net = net.plus(line.net()?)?;
    }
    by_rate
        .into_iter()
        .rev()
        .map(|(rate, net)| Ok(VatTotal { rate, net, vat: net.vat(rate)? }))
        .collect()
}
