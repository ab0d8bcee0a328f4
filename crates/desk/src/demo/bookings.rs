//! Bookings: single ones and series.

use booqing_model::Id;
use booqing_model::entities::{Booking, BookingState, ClientKind, Line, Participant, ResourceKind};
use booqing_model::money::{Cents, Currency, Quantity, VatRate};
use booqing_model::text::Note;
use booqing_model::time::{Moment, WallTime};
use jiff::civil::{Date, DateTime};

use super::calendar::{
    Rate, Span, days_between, is_working, next_month_end, next_working, plus_days, plus_minutes,
};
use super::catalogue::{Catalogue, ONLINE, Offer};
use super::clients::{Clients, Traits};
use super::documents::Due;
use super::occupancy::Occupancy;
use super::rng::{Rng, Stream};
use super::words::{self, text};
use super::{DemoError, names, places};

/// How often a slot is looked for before the booking is given up for that day.
const TRIES: u32 = 60;
/// Of a hundred entries, how many begin a series.
const SERIES: u64 = 9;

/// A booking that was made, and what it leads to.
#[derive(Debug)]
pub(super) struct Made {
    /// Its id.
    pub(super) id: Id,
    /// The record.
    pub(super) record: Booking,
    /// The client it is for.
    pub(super) client: Option<u32>,
    /// The invoice it leads to.
    pub(super) due: Option<Due>,
}

/// Where and when a booking takes place.
#[derive(Debug, Clone, Copy)]
struct Slot {
    resource: usize,
    starts: DateTime,
    ends: DateTime,
    from: Moment,
    until: Moment,
}

/// What the bookings of one entry have in common.
#[derive(Debug)]
struct Order {
    service: Id,
    offer: &'static Offer,
    client: Option<(u32, Traits)>,
    in_series: bool,
    extra: bool,
}

/// Makes bookings.
#[derive(Debug)]
pub(super) struct Bookings<'a> {
    span: &'a Span,
    catalogue: &'a Catalogue,
    clients: &'a Clients<'a>,
    occupancy: Occupancy,
    rng: Rng,
    number: u32,
}

impl<'a> Bookings<'a> {
    /// No bookings yet.
    pub(super) fn new(
        span: &'a Span,
        catalogue: &'a Catalogue,
        clients: &'a Clients<'a>,
        seed: u64,
    ) -> Self {
        let occupancy = Occupancy::new(catalogue.resources.len());
        let rng = Rng::of(seed, Stream::Bookings, 0);
        Self { span, catalogue, clients, occupancy, rng, number: 0 }
    }

    /// How many there are.
    pub(super) fn made(&self) -> u32 {
        self.number
    }

    /// Forgets what lies before that moment.
    pub(super) fn forget(&mut self, before: Moment) {
        self.occupancy.forget(before);
    }

    /// What is entered at that moment of that day: at most `most` bookings; none when no place is
    /// left for the one that was wanted.
    pub(super) fn enter(
        &mut self,
        day: Date,
        at: Moment,
        known: u32,
        most: u32,
    ) -> Result<Vec<Made>, DemoError> {
        let Some((service, offer)) = self.catalogue.service(&mut self.rng) else {
            return Ok(Vec::new());
        };
        let client = match self.rng.percent(98) {
            true => self.clients.customer(&mut self.rng, known, day),
            false => None,
        };
        let client = client.map(|index| (index, self.clients.traits(index)));
        let in_series = most > 1 && offer.minutes < 480 && self.rng.percent(SERIES);
        let extra = client.is_some() && self.rng.percent(20);
        let order = Order { service, offer, client, in_series, extra };
        let Some(first) = self.first_slot(day, at, &order)? else { return Ok(Vec::new()) };
        let mut made = Vec::new();
        let mut series = None;
        for starts in self.repeated(first, &order, most) {
            let Some(slot) = self.slot(first.resource, starts, offer)? else { continue };
            if slot.ends.date() > self.span.horizon || !self.is_free(&slot) {
                continue;
            }
            let id = self.rng.id(at, u64::from(self.number % 60_000));
            if in_series {
                series = series.or(Some(id));
            }
            made.push(self.make(id, at, &order, slot, series)?);
        }
        Ok(made)
    }

    fn is_free(&self, slot: &Slot) -> bool {
        let shared = self
            .catalogue
            .resources
            .get(slot.resource)
            .is_some_and(|place| !place.record.exclusive);
        shared || self.occupancy.is_free(slot.resource, slot.from, slot.until)
    }

    /// A free place some days ahead. On a day that is full another is looked for.
    fn first_slot(
        &mut self,
        day: Date,
        at: Moment,
        order: &Order,
    ) -> Result<Option<Slot>, DemoError> {
        let room = days_between(day, self.span.horizon);
        let soon = match self.rng.below(20) {
            0..=2 => (0, 1),
            3..=12 => (2, 14),
            _ => (15, 56),
        };
        for attempt in 0..TRIES {
            let (low, high) = if attempt < TRIES / 2 { soon } else { (0, room) };
            let ahead = self.rng.between(low.min(room), high.min(room));
            let date = plus_days(day, ahead);
            if !is_working(date) && attempt < TRIES * 3 / 4 {
                continue;
            }
            let Some(resource) = self.catalogue.resource(&mut self.rng, order.offer) else {
                return Ok(None);
            };
            let (first, last) = order.offer.hours;
            let quarter = self.rng.between(first * 4, last * 4);
            let starts = plus_minutes(date.at(0, 0, 0, 0), quarter * 15);
            let Some(slot) = self.slot(resource, starts, order.offer)? else { continue };
            let fits = slot.ends.date() <= self.span.horizon && slot.from > at;
            if fits && self.is_free(&slot) {
                return Ok(Some(slot));
            }
        }
        Ok(None)
    }

    /// The stretch a booking takes; `None` where the clocks skip its start or end.
    fn slot(
        &self,
        resource: usize,
        starts: DateTime,
        offer: &Offer,
    ) -> Result<Option<Slot>, DemoError> {
        let ends = plus_minutes(starts, offer.minutes);
        let moment = |time: DateTime| WallTime(time).moment(self.span.zone()).ok();
        let (Some(first), Some(last)) = (moment(starts), moment(ends)) else { return Ok(None) };
        let from = Moment(first.0 - offer.before * 60);
        let until = Moment(last.0 + offer.after * 60);
        Ok(Some(Slot { resource, starts, ends, from, until }))
    }

    /// The starts of a series, the first included; one when it is none. The wall time is the same
    /// all year round.
    fn repeated(&mut self, first: Slot, order: &Order, most: u32) -> Vec<DateTime> {
        if !order.in_series {
            return vec![first.starts];
        }
        let most = i64::from(most);
        let count = match self.rng.below(10) {
            0..=5 => (7, self.rng.between(8, 30)),
            6..=7 => (14, self.rng.between(6, 18)),
            _ => (0, self.rng.between(4, 12)),
        };
        let (step, count) = (count.0, count.1.min(most));
        (0..count)
            .map(|nth| match step {
                0 => months_later(first.starts, nth),
                days => plus_minutes(first.starts, nth * days * 24 * 60),
            })
            .filter(|starts| is_working(starts.date()) || starts.date() == first.starts.date())
            .collect()
    }

    fn make(
        &mut self,
        id: Id,
        at: Moment,
        order: &Order,
        slot: Slot,
        series: Option<Id>,
    ) -> Result<Made, DemoError> {
        self.number += 1;
        let lines = self.lines(at, order, slot.starts.date())?;
        let net = Cents::sum(lines.iter().map(Line::net).collect::<Result<Vec<_>, _>>()?)?;
        let invoiced_on = order.client.filter(|_| net.0 > 0).map(|(index, traits)| {
            let monthly = series.is_some() || traits.kind == ClientKind::Company;
            (index, monthly, self.invoice_day(slot.ends.date(), monthly))
        });
        let state = self.state(&slot, invoiced_on);
        if !matches!(
            state,
            BookingState::Draft | BookingState::Waitlisted | BookingState::Cancelled
        ) {
            self.occupancy.take(slot.resource, slot.from, slot.until);
        }
        let number = text(&format!("B-{:05}", self.number))?;
        // What is confirmed may be invoiced in advance: its day is past the last, it is not sent.
        let leads = matches!(
            state,
            BookingState::Confirmed
                | BookingState::Done
                | BookingState::Invoiced
                | BookingState::Closed
        );
        let due = invoiced_on.filter(|_| leads).map(|(client, monthly, day)| Due {
            day,
            client,
            monthly,
            booking: id,
            number: number.clone(),
            supplied: slot.starts.date(),
            lines: lines.clone(),
            consumer_abroad: is_oss(order),
        });
        let mut record = self.record(order, slot, state, lines, net)?;
        record.number = number;
        record.series = series;
        self.fill(&mut record, at, order)?;
        Ok(Made { id, record, client: order.client.map(|(index, _)| index), due })
    }

    fn record(
        &self,
        order: &Order,
        slot: Slot,
        state: BookingState,
        lines: Vec<Line>,
        net: Cents,
    ) -> Result<Booking, DemoError> {
        let client = order.client.map(|(index, _)| self.clients.id(index)).transpose()?;
        Ok(Booking {
            state,
            resource: self.catalogue.resources.get(slot.resource).map(|place| place.id),
            occupied_from: Some(slot.from).filter(|_| state.occupies()),
            occupied_until: Some(slot.until).filter(|_| state.occupies()),
            fiscal_year: i64::from(slot.starts.year()),
            number: text("B")?,
            starts: WallTime(slot.starts),
            ends: WallTime(slot.ends),
            zone: self.span.zone().clone(),
            lines,
            currency: Currency::euro(),
            net,
            client,
            clash_with: None,
            service: client.is_some().then_some(order.service),
            series: None,
            title: Some(text(order.offer.name)?),
            location: None,
            note: None,
            participants: Vec::new(),
        })
    }

    /// What makes one booking different from another: its title, notes and people.
    fn fill(&mut self, record: &mut Booking, at: Moment, order: &Order) -> Result<(), DemoError> {
        let Some((index, _)) = order.client else {
            record.title = Some(text(words::internal(&mut self.rng))?);
            return Ok(());
        };
        if self.rng.percent(12) {
            record.note = Some(Note::parse(words::booking_note(&mut self.rng))?);
        }
        if order.offer.needs == ResourceKind::Person && self.rng.percent(4) {
            let place = places::place(&mut self.rng, "NL");
            record.location = Some(text(&format!("{}, {}", place.street, place.city))?);
        }
        if order.offer.needs != ResourceKind::Room || self.rng.percent(60) {
            return Ok(());
        }
        for nth in 0..self.rng.below(4) {
            let itself = (nth == 0).then(|| self.clients.client(index)).transpose()?;
            let person = itself.filter(|client| client.company_name.is_none());
            let name = match &person {
                Some(client) => client.display_name(),
                None => names::person(&mut self.rng, "NL").full(),
            };
            let client = person.is_some().then_some(record.client).flatten();
            let wishes = rng_wish(&mut self.rng).map(text).transpose()?;
            let key = self.rng.id(at, nth);
            record.participants.push(Participant { key, client, name: text(&name)?, wishes });
        }
        Ok(())
    }

    fn lines(&mut self, at: Moment, order: &Order, day: Date) -> Result<Vec<Line>, DemoError> {
        let Some((_, traits)) = order.client else { return Ok(Vec::new()) };
        let last = self.span.horizon.year();
        let price = order.offer.price_in(day.year(), last);
        let mut lines =
            vec![self.line(at, order.offer.name, 1000, price, order.offer.rate.on(day))?];
        if order.extra && price.0 > 0 && !order.offer.shared {
            lines.push(self.extra(at, order.offer, day)?);
        }
        for line in &mut lines {
            if traits.reverse_charged() {
                line.vat_rate = VatRate(0);
                line.description = text(&format!("{} (btw verlegd)", line.description.as_str()))?;
            } else if is_oss(order) {
                line.vat_rate = abroad(traits.country);
            }
        }
        Ok(lines)
    }

    /// What is charged besides the service itself.
    fn extra(&mut self, at: Moment, offer: &Offer, day: Date) -> Result<Line, DemoError> {
        let (description, quantity, price, rate) = match offer.needs {
            ResourceKind::Room => {
                ("Koffie en thee", self.rng.between(2, 14) * 1000, 255, Rate::Low)
            }
            ResourceKind::Person if self.rng.percent(60) => {
                ("Voorrijkosten", 1000, 1750, Rate::High)
            }
            ResourceKind::Person => ("Verslag op papier", 1000, 1250, Rate::High),
            ResourceKind::Vehicle => {
                ("Extra kilometers", self.rng.between(10, 180) * 1000, 28, Rate::High)
            }
            ResourceKind::Machine => {
                ("Materiaal, per meter", self.rng.between(3, 40) * 250, 1195, Rate::High)
            }
        };
        self.line(at, description, quantity, Cents(price), rate.on(day))
    }

    fn line(
        &mut self,
        at: Moment,
        description: &str,
        quantity: i64,
        unit_price: Cents,
        vat_rate: VatRate,
    ) -> Result<Line, DemoError> {
        Ok(Line {
            key: self.rng.id(at, 0),
            description: text(description)?,
            quantity: Quantity(quantity),
            unit_price,
            vat_rate,
        })
    }

    /// When the invoice goes out: the next working day, or at the end of the month. In years that
    /// are over nothing stays behind.
    fn invoice_day(&self, ends: Date, monthly: bool) -> Date {
        let day = if monthly { next_month_end(ends) } else { next_working(ends) };
        if self.span.over { day.min(self.span.last) } else { day }
    }

    fn state(&mut self, slot: &Slot, invoiced_on: Option<(u32, bool, Date)>) -> BookingState {
        let chance = self.rng.below(100);
        let (begins, ends) = (slot.starts.date(), slot.ends.date());
        if ends >= self.span.today {
            return match chance {
                _ if begins < self.span.today => BookingState::InProgress,
                0..=3 => BookingState::Cancelled,
                4..=13 => BookingState::Option,
                14..=18 => BookingState::Draft,
                19..=21 => BookingState::Waitlisted,
                _ => BookingState::Confirmed,
            };
        }
        match (chance, invoiced_on) {
            (0..=6, _) => BookingState::Cancelled,
            (7..=8, Some(_)) => BookingState::NoShow,
            (_, None) => BookingState::Closed,
            (_, Some((_, _, day))) if day > self.span.last => BookingState::Done,
            (_, Some((index, _, day))) => {
                let late = if chance == 99 { 4000 } else { self.rng.between(-9, 25) };
                let paid = plus_days(day, self.clients.payment_days(index) + late);
                if paid < self.span.today { BookingState::Closed } else { BookingState::Invoiced }
            }
        }
    }
}

/// Whether the VAT of the country of the buyer is due, declared through the one-stop shop.
fn is_oss(order: &Order) -> bool {
    order.offer.code == ONLINE && order.client.is_some_and(|(_, traits)| traits.consumer_abroad())
}

/// The general rates of the countries where clients are.
fn abroad(country: &str) -> VatRate {
    VatRate(match country {
        "DE" => 1900,
        "FR" => 2000,
        _ => 2100,
    })
}

fn rng_wish(rng: &mut Rng) -> Option<&'static str> {
    rng.percent(15).then(|| rng.pick(&["vegetarisch", "rolstoel", "komt later", "notenvrij"]))
}

/// The same weekday of the month some months later: the third Tuesday stays the third Tuesday.
fn months_later(starts: DateTime, months: i64) -> DateTime {
    let date = starts.date();
    let nth = (date.day() - 1) / 7 + 1;
    let mut month = date.first_of_month();
    for _ in 0..months {
        month = plus_days(month.last_of_month(), 1);
    }
    let later = month.nth_weekday_of_month(nth, date.weekday());
    later
        .or_else(|_| month.nth_weekday_of_month(-1, date.weekday()))
        .map_or(starts, |date| date.to_datetime(starts.time()))
}
