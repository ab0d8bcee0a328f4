//! Received documents: purchase invoices and receipts.

use booqing_model::entities::{Document, DocumentFlag, DocumentKind, DocumentState, Line, Party};
use booqing_model::money::{Cents, Quantity, VatRate};
use booqing_model::time::Date as ModelDate;
use jiff::civil::Date;

use super::DemoError;
use super::amounts::document;
use super::calendar::{Rate, Span, days_between, plus_days};
use super::clients::Clients;
use super::rng::{Rng, Stream};
use super::sets::Sets;
use super::words::{self, text};

/// One received document for so many bookings.
const BOOKINGS_EACH: u32 = 17;
/// One in so many received documents is about the building.
const BUILDING_EVERY: u32 = 120;

/// What the office buys: description, lowest and highest price in cents, VAT.
const GOODS: &[(&str, i64, i64, Rate)] = &[
    ("Huur bedrijfsruimte", 125_000, 162_500, Rate::High),
    ("Kantoorartikelen", 1495, 18_900, Rate::High),
    ("Telefoon en internet", 4500, 9900, Rate::High),
    ("Energie", 18_000, 64_000, Rate::High),
    ("Vakliteratuur", 2450, 9800, Rate::Low),
    ("Verzekeringspremie", 8900, 41_000, Rate::Zero),
    ("Onderhoud machines", 7500, 48_000, Rate::High),
    ("Koffie, thee en lunch", 1850, 16_200, Rate::Low),
    ("Reparatie dakgoot", 24_000, 98_000, Rate::High),
    ("Drukwerk", 9500, 52_000, Rate::High),
];

const SMALL: &[(&str, i64, i64, Rate)] = &[
    ("Brandstof", 3500, 8900, Rate::High),
    ("Parkeren", 250, 1850, Rate::High),
    ("Lunch", 1450, 6400, Rate::Low),
    ("Schroeven en pluggen", 395, 4200, Rate::High),
    ("Bloemen", 1250, 3500, Rate::Low),
    ("Postzegels", 990, 4950, Rate::Zero),
];

/// The documents the office receives.
#[derive(Debug)]
pub(super) struct Purchases<'a> {
    span: &'a Span,
    clients: &'a Clients<'a>,
    buyer: Party,
    rng: Rng,
    made: u32,
}

impl<'a> Purchases<'a> {
    /// None yet.
    pub(super) fn new(span: &'a Span, clients: &'a Clients<'a>, buyer: Party, seed: u64) -> Self {
        let rng = Rng::of(seed, Stream::Documents, 1);
        Self { span, clients, buyer, rng, made: 0 }
    }

    /// What came in until that day, when there are so many bookings and clients.
    pub(super) fn receive(
        &mut self,
        sets: &mut Sets,
        day: Date,
        bookings: u32,
        known: u32,
    ) -> Result<(), DemoError> {
        while self.made < bookings / BOOKINGS_EACH {
            self.made += 1;
            let dated = plus_days(day, -self.rng.between(0, 6)).max(self.span.first);
            let supplier = Clients::supplier(&mut self.rng, known);
            let mut received = match supplier {
                Some(supplier) if self.made % BUILDING_EVERY == BUILDING_EVERY / 2 => {
                    self.building(dated, supplier)?
                }
                Some(supplier) if self.rng.percent(62) => self.invoice(dated, supplier)?,
                _ => self.receipt(dated)?,
            };
            received.buyer = Some(self.buyer.clone());
            received.state = match days_between(day, self.span.today) {
                ..=8 => DocumentState::Received,
                9..=22 => DocumentState::Approved,
                _ => DocumentState::Posted,
            };
            let id = self.rng.id(sets.at(), 0);
            sets.create(id, &received)?;
        }
        Ok(())
    }

    fn invoice(&mut self, day: Date, supplier: u32) -> Result<Document, DemoError> {
        let mut lines = Vec::new();
        for _ in 0..self.rng.between(1, 3) {
            let goods = self.rng.pick(GOODS);
            lines.push(self.line(day, goods)?);
        }
        self.of_supplier(day, supplier, lines)
    }

    /// An invoice about the building, which the law keeps longer.
    fn building(&mut self, day: Date, supplier: u32) -> Result<Document, DemoError> {
        let line =
            self.line(day, ("Verbouwing bedrijfspand, termijn", 1_250_000, 4_800_000, Rate::High))?;
        let mut invoice = self.of_supplier(day, supplier, vec![line])?;
        invoice.flags.insert(DocumentFlag::ImmovableProperty);
        invoice.first_use = Some(ModelDate(plus_days(day, self.rng.between(20, 90))));
        Ok(invoice)
    }

    fn of_supplier(
        &mut self,
        day: Date,
        supplier: u32,
        mut lines: Vec<Line>,
    ) -> Result<Document, DemoError> {
        if self.clients.traits(supplier).reverse_charged() {
            for line in &mut lines {
                line.vat_rate = VatRate(0);
            }
        }
        let mut invoice = document(DocumentKind::PurchaseInvoice, day, lines)?;
        let number = format!("{}{:05}", self.rng.pick(&["F", "VF-", "2-", ""]), self.made * 7);
        invoice.number = Some(text(&number)?);
        invoice.due_date = Some(ModelDate(plus_days(day, 30)));
        invoice.seller = Some(self.clients.party(supplier)?);
        invoice.client = Some(self.clients.id(supplier)?);
        Ok(invoice)
    }

    fn receipt(&mut self, day: Date) -> Result<Document, DemoError> {
        let goods = self.rng.pick(SMALL);
        let line = self.line(day, goods)?;
        let mut receipt = document(DocumentKind::Receipt, day, vec![line])?;
        receipt.seller = Some(Party {
            name: text(words::shop(&mut self.rng))?,
            street: None,
            postcode: None,
            city: None,
            country: Some(text("NL")?),
            vat_number: None,
        });
        Ok(receipt)
    }

    fn line(
        &mut self,
        day: Date,
        (description, low, high, rate): (&str, i64, i64, Rate),
    ) -> Result<Line, DemoError> {
        Ok(Line {
            key: self.rng.id(self.span.opening(day)?, 0),
            description: text(description)?,
            quantity: Quantity::ONE,
            unit_price: Cents(self.rng.between(low, high)),
            vat_rate: rate.on(day),
        })
    }
}
