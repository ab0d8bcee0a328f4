//! Issued documents: quotes, orders, invoices and credit notes, numbered as they go out.

use std::collections::BTreeMap;

use booqing_model::Id;
use booqing_model::entities::{
    ClientKind, Document, DocumentFlag, DocumentKind, DocumentState, Line, Party,
};
use booqing_model::money::Quantity;
use booqing_model::text::{Note, Text};
use booqing_model::time::Date as ModelDate;
use jiff::civil::Date;

use super::DemoError;
use super::amounts::document;
use super::bookings::Made;
use super::calendar::{Span, days_between, next_working, plus_days};
use super::clients::Clients;
use super::rng::{Rng, Stream};
use super::sets::Sets;
use super::words::text;

/// Days until an issued invoice is in the books.
const POSTED_AFTER: i64 = 20;
/// Drafts that wait on the desk.
const DRAFTS: usize = 5;

/// A booking that is to be invoiced.
#[derive(Debug, Clone)]
pub(super) struct Due {
    /// On which day.
    pub(super) day: Date,
    /// To which client.
    pub(super) client: u32,
    /// Whether it goes on one invoice with the client's others of that day.
    pub(super) monthly: bool,
    /// The booking.
    pub(super) booking: Id,
    /// Its number.
    pub(super) number: Text,
    /// When it took place.
    pub(super) supplied: Date,
    /// What is charged.
    pub(super) lines: Vec<Line>,
    /// Whether the VAT is declared through the one-stop shop.
    pub(super) consumer_abroad: bool,
}

/// Numbers that were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// To what.
    pub kind: DocumentKind,
    /// Of which fiscal year.
    pub fiscal_year: i64,
    /// The last one.
    pub last: u32,
}

/// The documents the office sends.
#[derive(Debug)]
pub(super) struct Documents<'a> {
    span: &'a Span,
    clients: &'a Clients<'a>,
    seller: Party,
    rng: Rng,
    due: BTreeMap<Date, Vec<Due>>,
    credits: BTreeMap<Date, Vec<(Id, Document)>>,
    given: BTreeMap<String, Given>,
    latest: Option<Id>,
}

impl<'a> Documents<'a> {
    /// No documents yet.
    pub(super) fn new(span: &'a Span, clients: &'a Clients<'a>, seller: Party, seed: u64) -> Self {
        Self {
            span,
            clients,
            seller,
            rng: Rng::of(seed, Stream::Documents, 0),
            due: BTreeMap::new(),
            credits: BTreeMap::new(),
            given: BTreeMap::new(),
            latest: None,
        }
    }

    /// The last invoice that went out.
    pub(super) fn latest(&self) -> Option<Id> {
        self.latest
    }

    /// Keeps in mind that a booking is to be invoiced.
    pub(super) fn expect(&mut self, due: Due) {
        self.due.entry(due.day).or_default().push(due);
    }

    /// Now and then a quote, or a confirmation, for a booking that was just made.
    pub(super) fn offer(
        &mut self,
        sets: &mut Sets,
        made: &Made,
        client: u32,
        day: Date,
    ) -> Result<(), DemoError> {
        let booking = &made.record;
        if booking.net.0 <= 0 || booking.series.is_some() {
            return Ok(());
        }
        let (kind, prefix) = match self.rng.below(100) {
            0..=2 => (DocumentKind::Quote, "OF"),
            3 => (DocumentKind::Order, "OB"),
            _ => return Ok(()),
        };
        let mut offer = document(kind, day, booking.lines.clone())?;
        offer.due_date = Some(ModelDate(plus_days(day, 30)));
        self.address(&mut offer, client)?;
        offer.booking = Some(made.id);
        self.issue(sets, offer, prefix)?;
        Ok(())
    }

    /// What goes out on that day.
    pub(super) fn send(&mut self, sets: &mut Sets, day: Date) -> Result<(), DemoError> {
        let mut monthly: BTreeMap<(u32, bool), Vec<Due>> = BTreeMap::new();
        for due in self.due.remove(&day).unwrap_or_default() {
            if due.monthly {
                monthly.entry((due.client, due.consumer_abroad)).or_default().push(due);
            } else {
                self.invoice(sets, day, vec![due])?;
            }
        }
        for dues in monthly.into_values() {
            self.invoice(sets, day, dues)?;
        }
        for (id, invoice) in self.credits.remove(&day).unwrap_or_default() {
            self.credit(sets, day, id, invoice)?;
        }
        Ok(())
    }

    /// Some invoices that are being written: of what took place longest ago, and where everything
    /// went out, as on the last day of a month, of what comes next, in advance.
    pub(super) fn drafts(&mut self, sets: &mut Sets, day: Date) -> Result<(), DemoError> {
        let mut waiting: Vec<&Due> = self.due.values().flatten().collect();
        waiting.sort_by_key(|due| due.supplied);
        let waiting: Vec<Due> = waiting.into_iter().take(DRAFTS).cloned().collect();
        for due in waiting {
            let draft = self.written(day, vec![due])?;
            let id = self.rng.id(sets.at(), 0);
            sets.create(id, &draft)?;
        }
        Ok(())
    }

    fn invoice(&mut self, sets: &mut Sets, day: Date, dues: Vec<Due>) -> Result<(), DemoError> {
        let invoice = self.written(day, dues)?;
        let (id, invoice) = self.issue(sets, invoice, "")?;
        self.latest = Some(id);
        if self.rng.percent(2) {
            let later = next_working(plus_days(day, self.rng.between(3, 20)));
            if later <= self.span.last {
                self.credits.entry(later).or_default().push((id, invoice));
            }
        }
        Ok(())
    }

    /// An invoice of these bookings, all of one client, without a number.
    fn written(&mut self, day: Date, dues: Vec<Due>) -> Result<Document, DemoError> {
        let alone = dues.len() == 1;
        let client = dues.first().map(|due| due.client).unwrap_or_default();
        let booking = dues.first().map(|due| due.booking).filter(|_| alone);
        let abroad = dues.iter().any(|due| due.consumer_abroad);
        let supplied = dues.iter().map(|due| due.supplied).max().unwrap_or(day);
        let mut lines = Vec::new();
        for due in dues {
            for mut line in due.lines {
                if !alone {
                    line.description = text(&format!(
                        "{}, {} ({})",
                        line.description.as_str(),
                        due.supplied,
                        due.number.as_str()
                    ))?;
                }
                lines.push(line);
            }
        }
        let mut invoice = document(DocumentKind::Invoice, day, lines)?;
        invoice.booking = booking;
        invoice.supply_date = (supplied != day).then_some(ModelDate(supplied));
        invoice.due_date = Some(ModelDate(plus_days(day, self.clients.payment_days(client))));
        self.address(&mut invoice, client)?;
        if abroad {
            invoice.flags.insert(DocumentFlag::Oss);
        }
        if self.clients.traits(client).kind == ClientKind::Company && self.rng.percent(30) {
            invoice.reference = Some(text(&format!("PO-{:05}", self.rng.below(100_000)))?);
        }
        if self.rng.percent(3) {
            invoice.note = Some(Note::parse("Op verzoek ook per post verstuurd.")?);
        }
        Ok(invoice)
    }

    fn credit(
        &mut self,
        sets: &mut Sets,
        day: Date,
        id: Id,
        invoice: Document,
    ) -> Result<(), DemoError> {
        let whole = self.rng.percent(60);
        let lines = invoice
            .lines
            .into_iter()
            .take(if whole { usize::MAX } else { 1 })
            .map(|line| Line { quantity: Quantity(-line.quantity.0), ..line })
            .collect();
        let mut credit = document(DocumentKind::CreditNote, day, lines)?;
        credit.credits = Some(id);
        credit.reference = invoice.number;
        credit.buyer = invoice.buyer;
        credit.seller = invoice.seller;
        credit.client = invoice.client;
        credit.booking = invoice.booking;
        credit.flags = invoice.flags;
        self.issue(sets, credit, "CR")?;
        Ok(())
    }

    fn address(&self, document: &mut Document, client: u32) -> Result<(), DemoError> {
        document.client = Some(self.clients.id(client)?);
        document.buyer = Some(self.clients.party(client)?);
        document.seller = Some(self.seller.clone());
        Ok(())
    }

    /// The last numbers that were given, by what they begin with.
    pub(super) fn given(&self) -> &BTreeMap<String, Given> {
        &self.given
    }

    /// Gives a document the next number: as another program did, before this one was there.
    fn issue(
        &mut self,
        sets: &mut Sets,
        mut document: Document,
        prefix: &str,
    ) -> Result<(Id, Document), DemoError> {
        let prefix = format!("{prefix}{}-", document.fiscal_year);
        let (kind, fiscal_year) = (document.kind, document.fiscal_year);
        let given = self.given.entry(prefix.clone());
        let sequence = &mut given.or_insert(Given { kind, fiscal_year, last: 0 }).last;
        *sequence += 1;
        document.number = Some(text(&format!("{prefix}{sequence:04}"))?);
        let old = days_between(document.document_date.0, self.span.today) > POSTED_AFTER;
        let booked = matches!(document.kind, DocumentKind::Invoice | DocumentKind::CreditNote);
        document.state = if old && booked { DocumentState::Posted } else { DocumentState::Issued };
        let id = self.rng.id(sets.at(), u64::from(*sequence % 60_000));
        sets.create(id, &document)?;
        Ok((id, document))
    }
}
