//! Clients. Each follows from the seed and its place in the row alone, so that none is kept.

use booqing_model::Id;
use booqing_model::entities::{
    Address, AddressKind, Client, ClientKind, ClientState, ContactPoint, ContactRole, Party,
};
use booqing_model::text::{Email, Note, Phone, TagSet, Text};
use booqing_model::time::{Date as ModelDate, Moment};
use jiff::civil::Date;

use super::calendar::{Span, days_between, plus_days};
use super::names::{self, latin};
use super::places::{Place, place};
use super::rng::{Rng, Stream};
use super::words::{self, text};
use super::{DemoError, companies, numbers, privacy};

/// Of so many clients, this share was there when the books began.
const THERE_ALREADY: (u64, u64) = (2, 5);
/// One in so many clients is a supplier only, and another one both.
const SUPPLIER_EVERY: u32 = 16;
const SUPPLIER_ONLY: u32 = 3;
const SUPPLIER_TOO: u32 = 11;

/// What decides about a client before its values are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits {
    /// Person or company.
    pub(super) kind: ClientKind,
    /// Whether the office buys from it.
    pub(super) supplier: bool,
    /// Whether it buys from the office.
    pub(super) customer: bool,
    /// Where it is.
    pub(super) country: &'static str,
    /// Where the relation stands today.
    pub(super) state: ClientState,
    /// The last day on which it books.
    pub(super) until: Date,
    /// Of a hundred times that it could book, how often it does.
    pub(super) eager: u64,
}

impl Traits {
    /// Whether it is a company in another country of the Union, which accounts for the VAT itself.
    pub(super) fn reverse_charged(&self) -> bool {
        self.kind == ClientKind::Company && matches!(self.country, "BE" | "DE" | "FR")
    }

    /// Whether it is a person in another country of the Union.
    pub(super) fn consumer_abroad(&self) -> bool {
        self.kind == ClientKind::Person && matches!(self.country, "BE" | "DE" | "FR")
    }
}

/// All clients of a plan.
#[derive(Debug)]
pub(super) struct Clients<'a> {
    span: &'a Span,
    seed: u64,
    count: u32,
}

impl<'a> Clients<'a> {
    /// So many clients.
    pub(super) fn new(span: &'a Span, seed: u64, count: u32) -> Self {
        Self { span, seed, count }
    }

    /// How many there are in the end.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// The day on which a client is entered. Later clients are not entered earlier.
    pub(super) fn day(&self, index: u32) -> Date {
        let (share, of) = THERE_ALREADY;
        let count = u64::from(self.count);
        let there = (count * share).div_ceil(of);
        let Some(after) = u64::from(index).checked_sub(there) else { return self.span.first };
        let days = u64::try_from(days_between(self.span.first, self.span.last)).unwrap_or(0);
        let day = (after + 1) * days / (count - there).max(1);
        let day = plus_days(self.span.first, i64::try_from(day).unwrap_or(0));
        self.span.open_from(day.min(self.span.last))
    }

    /// The id of a client.
    pub(super) fn id(&self, index: u32) -> Result<Id, DemoError> {
        let opening = self.span.opening(self.day(index))?;
        let mut rng = Rng::of(self.seed, Stream::Client, u64::from(index));
        Ok(rng.id(opening, u64::from(index % 60_000)))
    }

    /// What decides about a client.
    pub(super) fn traits(&self, index: u32) -> Traits {
        let mut rng = Rng::of(self.seed, Stream::Traits, u64::from(index));
        let supplier_only = index % SUPPLIER_EVERY == SUPPLIER_ONLY;
        let supplier = supplier_only || index % SUPPLIER_EVERY == SUPPLIER_TOO;
        let company = supplier || rng.percent(38);
        let country = match rng.below(100) {
            0..=89 => "NL",
            90..=93 => "BE",
            94..=96 => "DE",
            97 => "FR",
            _ => "GB",
        };
        let known = days_between(self.day(index), self.span.last);
        let recent = known < 120;
        let prospect = index > 0 && !supplier && rng.percent(if recent { 22 } else { 2 });
        let left = index > 0 && known > 500 && rng.percent(18);
        let until = if left { rng.between(200, known - 90) } else { known + 400 };
        let state = match (prospect, left) {
            (true, _) => ClientState::Prospect,
            (false, true) => ClientState::Inactive,
            (false, false) => ClientState::Active,
        };
        Traits {
            kind: if company { ClientKind::Company } else { ClientKind::Person },
            supplier,
            customer: !supplier_only && !prospect,
            country,
            state,
            until: plus_days(self.day(index), until),
            eager: rng.pick(&[100, 60, 35, 20, 20, 10, 10]),
        }
    }

    /// One of the first `made` clients that books on that day.
    pub(super) fn customer(&self, rng: &mut Rng, made: u32, day: Date) -> Option<u32> {
        if made == 0 {
            return None;
        }
        for _ in 0..12 {
            let index = u32::try_from(rng.below(u64::from(made))).unwrap_or(0);
            let traits = self.traits(index);
            if traits.customer && day <= traits.until && rng.percent(traits.eager) {
                return Some(index);
            }
        }
        Some(0)
    }

    /// One of the first `made` clients that supplies.
    pub(super) fn supplier(rng: &mut Rng, made: u32) -> Option<u32> {
        let place = rng.pick(&[SUPPLIER_ONLY, SUPPLIER_ONLY, SUPPLIER_ONLY, SUPPLIER_TOO]);
        let rows = (made + SUPPLIER_EVERY - 1 - place) / SUPPLIER_EVERY;
        let row = rng.below(u64::from(rows.min(60)));
        (rows > 0).then(|| u32::try_from(row).unwrap_or(0) * SUPPLIER_EVERY + place)
    }

    /// Buyer or seller, as on a document.
    pub(super) fn party(&self, index: u32) -> Result<Party, DemoError> {
        let client = self.client(index)?;
        let address = client.addresses.first().cloned();
        let of = |part: fn(Address) -> Option<Text>| address.clone().and_then(part);
        Ok(Party {
            name: text(&client.display_name())?,
            street: of(|address| address.street),
            postcode: of(|address| address.postcode),
            city: of(|address| address.city),
            country: of(|address| address.country),
            vat_number: client.vat_number,
        })
    }

    /// Days within which a client pays.
    pub(super) fn payment_days(&self, index: u32) -> i64 {
        if self.traits(index).kind == ClientKind::Company { 30 } else { 14 }
    }

    /// A client as it is entered.
    pub(super) fn client(&self, index: u32) -> Result<Client, DemoError> {
        let traits = self.traits(index);
        let day = self.day(index);
        let at = self.span.opening(day)?;
        let mut rng = Rng::of(self.seed, Stream::Client, u64::from(index));
        // The id takes the first numbers.
        rng.id(at, 0);
        let mut client = self.bare(index, &traits)?;
        match traits.kind {
            ClientKind::Person => fill_person(&mut client, &mut rng, &traits, index)?,
            ClientKind::Company => fill_company(&mut client, &mut rng, &traits, at)?,
        }
        let mobile = traits.kind == ClientKind::Person && rng.percent(75);
        client.phone = Some(Phone::parse(&numbers::phone(&mut rng, traits.country, mobile))?);
        let company = traits.kind == ClientKind::Company;
        if traits.country == "NL" && (company || rng.percent(35)) {
            client.iban = Some(text(&numbers::iban(&mut rng))?);
        }
        fill_addresses(&mut client, &mut rng, &traits, at)?;
        if rng.percent(25) {
            client.note = Some(Note::parse(&words::client_note(&mut rng))?);
        }
        client.tags = tags(&mut rng, &traits);
        let consents = privacy::consents(self.span, self.seed, index, &traits, day);
        if consents.birthday {
            let born = rng.between(20 * 365, 80 * 365);
            client.birth_date = Some(ModelDate(plus_days(day, -born)));
        }
        if consents.newsletter {
            client.newsletter_email.clone_from(&client.email);
        }
        Ok(client)
    }

    fn bare(&self, index: u32, traits: &Traits) -> Result<Client, DemoError> {
        let dutch = matches!(traits.country, "NL" | "BE") && index % 14 != 5;
        Ok(Client {
            kind: traits.kind,
            state: traits.state,
            number: text(&format!("C-{:04}", index + 1))?,
            given_name: None,
            infix: None,
            family_name: None,
            company_name: None,
            kvk_number: None,
            vat_number: None,
            iban: None,
            birth_date: None,
            email: None,
            phone: None,
            website: None,
            newsletter_email: None,
            addresses: Vec::new(),
            contacts: Vec::new(),
            note: None,
            language: Some(text(if dutch { "nl" } else { "en" })?),
            payment_days: u32::try_from(self.payment_days(index)).ok(),
            tags: TagSet::new(),
            merged_into: None,
        })
    }
}

fn fill_person(
    client: &mut Client,
    rng: &mut Rng,
    traits: &Traits,
    index: u32,
) -> Result<(), DemoError> {
    let name = names::person(rng, traits.country);
    client.given_name = Some(text(name.given)?);
    client.infix = (!name.infix.is_empty()).then(|| text(name.infix)).transpose()?;
    client.family_name = Some(text(name.family)?);
    let given = latin(name.given);
    let local = if given.is_empty() { "post".to_owned() } else { given };
    let host = rng.pick(&["example.org", "example.com", "example.net"]);
    client.email = Some(Email::parse(&format!("{local}.{}@{host}", index + 1))?);
    Ok(())
}

fn fill_company(
    client: &mut Client,
    rng: &mut Rng,
    traits: &Traits,
    at: Moment,
) -> Result<(), DemoError> {
    let name = companies::company(rng, traits.country);
    let slug = latin(&name);
    let host = if slug.is_empty() { "bedrijf.example".to_owned() } else { slug + ".example" };
    client.company_name = Some(text(&name)?);
    client.kvk_number = (traits.country == "NL").then(|| text(&numbers::kvk(rng))).transpose()?;
    client.vat_number =
        numbers::vat(rng, traits.country).map(|number| text(&number)).transpose()?;
    let local = rng.pick(&["info", "administratie", "facturen", "post"]);
    client.email = Some(Email::parse(&format!("{local}@{host}"))?);
    if rng.percent(60) {
        client.website = Some(text(&format!("https://www.{host}"))?);
    }
    let roles = [ContactRole::Buyer, ContactRole::Payer, ContactRole::Signer];
    let contacts = usize::try_from(rng.between(0, 3)).unwrap_or(0);
    for role in roles.into_iter().take(contacts) {
        let person = names::person(rng, traits.country);
        let local = Some(latin(person.given)).filter(|local| !local.is_empty());
        let email = local.map(|local| Email::parse(&format!("{local}@{host}"))).transpose()?;
        client.contacts.push(ContactPoint {
            key: rng.id(at, client.contacts.len() as u64),
            name: text(&person.full())?,
            role,
            email,
            phone: Some(Phone::parse(&numbers::phone(rng, traits.country, true))?),
        });
    }
    Ok(())
}

fn fill_addresses(
    client: &mut Client,
    rng: &mut Rng,
    traits: &Traits,
    at: Moment,
) -> Result<(), DemoError> {
    let mut kinds = vec![AddressKind::Visit];
    if rng.percent(12) {
        kinds.push(if rng.percent(50) { AddressKind::Post } else { AddressKind::Location });
    }
    if traits.kind == ClientKind::Company && rng.percent(15) {
        kinds.push(AddressKind::Invoice);
    }
    for kind in kinds {
        let Place { street, postcode, city, country } = place(rng, traits.country);
        client.addresses.push(Address {
            key: rng.id(at, client.addresses.len() as u64),
            kind,
            street: Some(text(&street)?),
            postcode: Some(text(&postcode)?),
            city: Some(text(city)?),
            country: Some(text(country)?),
        });
    }
    Ok(())
}

fn tags(rng: &mut Rng, traits: &Traits) -> TagSet {
    let mut tags = TagSet::new();
    if traits.supplier {
        tags.insert("leverancier".to_owned());
    }
    if traits.customer && rng.percent(30) {
        tags.insert(words::tag(rng).to_owned());
    }
    if traits.country != "NL" {
        tags.insert("buitenland".to_owned());
    }
    tags
}
