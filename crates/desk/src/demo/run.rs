//! The days of the office, one after the other.

use std::collections::BTreeMap;

use booqing_model::Id;
use booqing_model::fields::Patch;
use booqing_model::time::Moment;
use booqing_store::ChangeSet;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::bookings::Bookings;
use super::calendar::{Span, days_between, plus_days};
use super::catalogue::{self, Catalogue};
use super::clients::Clients;
use super::documents::Documents;
use super::office::{self, Office};
use super::purchases::Purchases;
use super::rng::{Rng, Stream};
use super::sets::Sets;
use super::{DemoError, Plan, Summary, privacy};

/// Entries for which no place was found on a day, after which the rest waits for the next.
const FAILURES: u32 = 25;
/// The month in which the year before is closed.
const CLOSING_MONTH: i8 = 4;

/// Who takes the change sets.
pub(super) type Take<'t, E> = &'t mut dyn FnMut(ChangeSet) -> Result<(), E>;

/// Everything that is made, up to the day that is being made.
struct Run<'a> {
    plan: &'a Plan,
    span: &'a Span,
    clients: &'a Clients<'a>,
    office: &'a Office,
    bookings: Bookings<'a>,
    documents: Documents<'a>,
    purchases: Purchases<'a>,
    sets: Sets,
    rng: Rng,
    /// How many clients there are.
    known: u32,
    /// What clients take back, by the day on which they do.
    withdrawals: BTreeMap<Date, Vec<Withdrawal>>,
    years: BTreeMap<i16, Id>,
    month: i8,
    held: bool,
}

struct Withdrawal {
    client: Id,
    cleared: Vec<&'static str>,
    consents: Vec<Id>,
}

/// Makes the days of a plan.
pub(super) fn run<E: From<DemoError>>(
    plan: &Plan,
    administration: Id,
    take: Take<'_, E>,
) -> Result<Summary, E> {
    let span = Span::of(plan)?;
    let mut rng = Rng::of(plan.seed, Stream::Office, 0);
    let at = span.opening(span.first).map_err(DemoError::from)?;
    let office = Office::of(&mut rng, at)?;
    let catalogue = Catalogue::of(plan, &span, &mut rng, at)?;
    let clients = Clients::new(&span, plan.seed, plan.clients);
    let mut run = Run {
        plan,
        span: &span,
        clients: &clients,
        office: &office,
        bookings: Bookings::new(&span, &catalogue, &clients, plan.seed),
        documents: Documents::new(&span, &clients, office.party.clone(), plan.seed),
        purchases: Purchases::new(&span, &clients, office.party.clone(), plan.seed),
        sets: Sets::new(at),
        rng,
        known: 0,
        withdrawals: BTreeMap::new(),
        years: BTreeMap::new(),
        month: 0,
        held: false,
    };
    run.open(administration, &catalogue)?;
    run.days(take)?;
    run.finish()?;
    hand_over(&mut run.sets, take)?;
    let given = run.documents.given().clone();
    Ok(Summary { given, ..run.sets.summary })
}

fn hand_over<E>(sets: &mut Sets, take: Take<'_, E>) -> Result<(), E> {
    while let Some(set) = sets.next_ready() {
        take(set)?;
    }
    Ok(())
}

impl Run<'_> {
    fn open(&mut self, administration: Id, catalogue: &Catalogue) -> Result<(), DemoError> {
        self.sets.change("administration", administration, self.office.patch.clone());
        for (id, user) in &self.office.users {
            self.sets.create(*id, user)?;
        }
        for place in &catalogue.resources {
            self.sets.create(place.id, &place.record)?;
        }
        for (id, offer) in &catalogue.services {
            self.sets.create(*id, &catalogue::service(offer, self.span)?)?;
        }
        Ok(())
    }

    fn days<E: From<DemoError>>(&mut self, take: Take<'_, E>) -> Result<(), E> {
        let span = self.span;
        let total: u64 = span.days().map(|day| span.weight(day)).sum();
        let mut past = 0;
        for day in span.days() {
            past += span.weight(day);
            let at = span.opening(day).map_err(DemoError::from)?;
            self.year(day, at)?;
            let user = self.office.user(&mut self.rng);
            self.withdraw(day, at, user)?;
            self.sets.begin(at, user);
            while self.known < self.clients.count() && self.clients.day(self.known) <= day {
                self.client(day, at, user)?;
                hand_over(&mut self.sets, take)?;
            }
            let wanted =
                u128::from(self.plan.bookings) * u128::from(past) / u128::from(total.max(1));
            self.enter(day, at, u32::try_from(wanted).unwrap_or(u32::MAX))?;
            hand_over(&mut self.sets, take)?;
            if span.over && day == span.last {
                self.sets.begin(span.closing(day).map_err(DemoError::from)?, user);
            }
            self.documents.send(&mut self.sets, day)?;
            self.purchases.receive(&mut self.sets, day, self.bookings.made(), self.known)?;
            self.privacy(day)?;
            hand_over(&mut self.sets, take)?;
        }
        Ok(())
    }

    /// Opens the year of that day, and closes the one before when it is time. A record that
    /// changes later stands in sets of its own, so that two sets that share a record, which are
    /// sent as one, stay small.
    fn year(&mut self, day: Date, at: Moment) -> Result<(), DemoError> {
        if !self.years.contains_key(&day.year()) {
            self.sets.begin(at, None);
            let id = self.rng.id(at, 0);
            self.years.insert(day.year(), id);
            self.sets.create(id, &office::fiscal_year(day))?;
        }
        if day.month() >= CLOSING_MONTH {
            self.close_year(day.year() - 1, at);
        }
        Ok(())
    }

    fn close_year(&mut self, year: i16, at: Moment) {
        // What is removed is not closed again.
        if let Some(id) = self.years.remove(&year) {
            self.sets.begin(at, None);
            self.sets.change("fiscal_year", id, office::closing());
        }
    }

    fn client(&mut self, day: Date, at: Moment, user: Option<Id>) -> Result<(), DemoError> {
        let index = self.known;
        self.known += 1;
        let (id, client) = (self.clients.id(index)?, self.clients.client(index)?);
        let traits = self.clients.traits(index);
        let agreed = privacy::consents(self.span, self.plan.seed, index, &traits, day);
        if agreed.withdrawn.is_some() {
            self.sets.begin(at, user);
        }
        self.sets.create(id, &client)?;
        let days = (day, self.span.today);
        let mut consents = Vec::new();
        for (purpose, _) in agreed.purposes() {
            let consent = privacy::consent(&mut self.rng, id, purpose, at, days)?;
            let consent_id = self.rng.id(at, 0);
            self.sets.create(consent_id, &consent)?;
            consents.push(consent_id);
        }
        if let Some(withdrawn) = agreed.withdrawn {
            self.sets.begin(at, user);
            let cleared = agreed.purposes().map(|(_, field)| field).collect();
            let withdrawal = Withdrawal { client: id, cleared, consents };
            self.withdrawals.entry(withdrawn).or_default().push(withdrawal);
        }
        Ok(())
    }

    fn withdraw(&mut self, day: Date, at: Moment, user: Option<Id>) -> Result<(), DemoError> {
        for Withdrawal { client, cleared, consents } in
            self.withdrawals.remove(&day).unwrap_or_default()
        {
            self.sets.begin(at, user);
            for consent in consents {
                let mut patch = Patch::new();
                patch.set("withdrawn_at", json!(at.0));
                self.sets.change("consent", consent, patch);
            }
            let mut patch = Patch::new();
            for field in cleared {
                patch.set(field, Value::Null);
            }
            self.sets.change("client", client, patch);
        }
        Ok(())
    }

    fn enter(&mut self, day: Date, at: Moment, wanted: u32) -> Result<(), DemoError> {
        let mut failures = 0;
        while self.bookings.made() < wanted && failures < FAILURES {
            // A series may take places of the days to come, and never more than there are.
            let most = self.plan.bookings - self.bookings.made();
            let entered = self.bookings.enter(day, at, self.known, most)?;
            if entered.is_empty() {
                failures += 1;
            }
            for made in entered {
                self.sets.create(made.id, &made.record)?;
                if let Some(client) = made.client {
                    self.documents.offer(&mut self.sets, &made, client, day)?;
                }
                if let Some(due) = made.due {
                    self.documents.expect(due);
                }
            }
        }
        Ok(())
    }

    /// What happens on the first open day of a month.
    fn privacy(&mut self, day: Date) -> Result<(), DemoError> {
        if day.month() == self.month {
            return Ok(());
        }
        self.month = day.month();
        let at = self.sets.at();
        self.bookings.forget(at);
        let when = (day, at);
        for disclosure in
            privacy::disclosures(&mut self.rng, self.span, self.clients, self.known, when)?
        {
            let id = self.rng.id(at, 0);
            self.sets.create(id, &disclosure)?;
        }
        let late = days_between(self.span.first, day) * 4
            >= days_between(self.span.first, self.span.last) * 3;
        if let (true, false, Some(document)) = (late, self.held, self.documents.latest()) {
            self.held = true;
            let client = self.clients.id(self.known / 3)?;
            for hold in [
                privacy::hold_on_client(client, at, self.span.today)?,
                privacy::hold_on_document(document, at, self.span.today)?,
            ] {
                let id = self.rng.id(at, 0);
                self.sets.create(id, &hold)?;
            }
        }
        Ok(())
    }

    /// What is left at the end: invoices being written, or the closing of the last year.
    fn finish(&mut self) -> Result<(), DemoError> {
        let span = self.span;
        if !span.over {
            self.documents.drafts(&mut self.sets, span.last)?;
        }
        let closed = plus_days(span.last.last_of_year(), 91);
        if span.over && closed < span.today {
            self.close_year(span.last.year(), span.opening(closed)?);
        }
        self.sets.close();
        Ok(())
    }
}
