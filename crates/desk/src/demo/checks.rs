//! What an administration that was made must be like, whatever the plan.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use booqing_model::entities::{
    Administration, Booking, BookingState, Client, Consent, Disclosure, Document, DocumentKind,
    DocumentState, FiscalYear, Hold, Line, Resource, Service, User,
};
use booqing_model::field::Kind;
use booqing_model::money::Cents;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id, Record, register};
use booqing_store::{ChangeSet, Edit};
use jiff::civil::{Date, date};
use serde_json::json;

use super::sets::LIMIT;
use super::{DemoError, Plan, Summary, generate};

/// An administration as it stands in the end.
pub(super) struct Books {
    pub(super) records: BTreeMap<Id, (String, Fields)>,
    /// When each record was made.
    made: BTreeMap<Id, Moment>,
    order: Vec<Id>,
    sets: usize,
    pub(super) hash: u64,
    pub(super) summary: Summary,
}

pub(super) fn administration() -> Id {
    Id::new(1, [7; 10])
}

fn bare_administration() -> Fields {
    let values = json!({
        "legal_name": "Nieuw", "country": "NL", "time_zone": "Europe/Amsterdam",
        "fiscal_year_end": "12-31", "currency": "EUR", "language": "nl", "agreement": "trial",
    });
    serde_json::from_value(values).expect("fields")
}

pub(super) fn plan() -> Plan {
    Plan::new(date(2026, 11, 25))
}

pub(super) fn small(clients: u32, bookings: u32) -> Plan {
    Plan { clients, bookings, ..plan() }
}

/// Carries a plan out as a store would, checking what a store would not.
pub(super) fn books(plan: &Plan) -> Books {
    let mut books = Books {
        records: BTreeMap::new(),
        made: BTreeMap::new(),
        order: Vec::new(),
        sets: 0,
        hash: 0,
        summary: Summary::default(),
    };
    let own = ("administration".to_owned(), bare_administration());
    books.records.insert(administration(), own);
    let mut hasher = DefaultHasher::new();
    let mut last = Moment(0);
    let mut take = |set: ChangeSet| {
        assert!((1..=LIMIT).contains(&set.changes.len()));
        assert!(set.at >= last, "in the order of moments");
        assert_eq!(set.operation, "demo");
        last = set.at;
        books.sets += 1;
        set.at.0.hash(&mut hasher);
        set.user.map(|id| *id.as_bytes()).hash(&mut hasher);
        for change in &set.changes {
            (&change.class, change.id.as_bytes()).hash(&mut hasher);
            apply(&mut books, &change.class, change.id, &change.edit, set.at, &mut hasher);
        }
        Ok::<(), DemoError>(())
    };
    let summary = generate(plan, administration(), &mut take).expect("an administration");
    books.hash = hasher.finish();
    books.summary = summary;
    books
}

fn apply(
    books: &mut Books,
    class: &str,
    id: Id,
    edit: &Edit,
    at: Moment,
    hasher: &mut DefaultHasher,
) {
    let values = |fields: &Fields| serde_json::to_string(fields).expect("text");
    match edit {
        Edit::Create(fields) => {
            values(fields).hash(hasher);
            assert!(
                books.records.insert(id, (class.to_owned(), fields.clone())).is_none(),
                "twice"
            );
            refers_back(books, class, fields);
            books.made.insert(id, at);
            books.order.push(id);
        }
        Edit::Change(patch) => {
            serde_json::to_string(patch).expect("text").hash(hasher);
            let (known, fields) = books.records.get_mut(&id).expect("a record");
            assert_eq!(*known, class);
            *fields = fields.with(patch);
        }
        Edit::Delete => panic!("nothing is deleted"),
    }
}

/// What a record refers to is there, and of the right class.
fn refers_back(books: &Books, class: &str, fields: &Fields) {
    let record = register::find(class).expect("a class");
    for field in record.fields {
        let (Some(target), Kind::Id) = (field.refers, field.kind) else { continue };
        let Some(id) = fields.text(field.name) else { continue };
        let found = books.records.get(&id.parse().expect("an id"));
        let found = found.map(|(class, _)| class.as_str());
        assert_eq!(found, Some(target), "{class}.{}", field.name);
    }
}

impl Books {
    pub(super) fn all<R: Record>(&self) -> Vec<(Id, R)> {
        self.order
            .iter()
            .filter_map(|id| {
                let (class, fields) = self.records.get(id)?;
                (class == R::TYPE.class).then(|| (*id, fields.to_entity().expect("an entity")))
            })
            .collect()
    }

    pub(super) fn check(&self, plan: &Plan) {
        self.check_entities();
        check_occupancy(self);
        check_bookings(self, plan);
        check_documents(self);
        check_consents(self);
        for (_, fields) in self.records.values() {
            check_hosts(&serde_json::to_string(fields).expect("text"));
        }
    }

    fn check_entities(&self) {
        let (_, own) = self.records.get(&administration()).expect("the administration");
        let own: Administration = own.to_entity().expect("an administration");
        assert_eq!((own.country.as_str(), own.fiscal_year_end.as_str()), ("NL", "12-31"));
        let typed = self.all::<Client>().len()
            + self.all::<Resource>().len()
            + self.all::<Service>().len()
            + self.all::<Booking>().len()
            + self.all::<Document>().len()
            + self.all::<FiscalYear>().len()
            + self.all::<Consent>().len()
            + self.all::<Disclosure>().len()
            + self.all::<Hold>().len()
            + self.all::<User>().len();
        assert_eq!(typed, self.order.len(), "each record is one of these");
        assert_eq!(self.summary.records.values().sum::<u64>(), typed as u64);
        assert_eq!(self.summary.change_sets, self.sets as u64);
        for (class, fields) in self.records.values() {
            let record = register::find(class).expect("a class");
            let unknown = fields.iter().find(|(name, _)| record.field(name).is_none());
            assert_eq!(unknown.map(|(name, _)| name), None, "{class}");
        }
    }
}

fn check_occupancy(books: &Books) {
    let exclusive: BTreeSet<Id> = books
        .all::<Resource>()
        .into_iter()
        .filter(|(_, resource)| resource.exclusive)
        .map(|(id, _)| id)
        .collect();
    let mut taken: BTreeMap<Id, Vec<(Moment, Moment)>> = BTreeMap::new();
    for (_, booking) in books.all::<Booking>() {
        let resource = booking.resource.expect("a resource");
        let occupied = booking.occupied_from.zip(booking.occupied_until);
        assert_eq!(occupied.is_some(), booking.state.occupies(), "{}", booking.state);
        let Some((from, until)) = occupied else { continue };
        assert!(from < until);
        if exclusive.contains(&resource) {
            taken.entry(resource).or_default().push((from, until));
        }
    }
    for times in taken.values_mut() {
        times.sort_unstable();
        for pair in times.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "two bookings overlap");
        }
    }
}

fn check_bookings(books: &Books, plan: &Plan) {
    let services: BTreeMap<Id, Service> = books.all::<Service>().into_iter().collect();
    let bookings = books.all::<Booking>();
    assert_eq!(bookings.len(), plan.bookings as usize);
    let wall: BTreeMap<Id, Booking> = bookings.iter().cloned().collect();
    for (nth, (id, booking)) in bookings.iter().enumerate() {
        assert_eq!(booking.number.as_str(), format!("B-{:05}", nth + 1));
        let starts = booking.starts.moment(&booking.zone).expect("a start that exists");
        let ends = booking.ends.moment(&booking.zone).expect("an end that exists");
        assert!(books.made[id] < starts, "entered before it takes place");
        assert_eq!(booking.fiscal_year, i64::from(booking.starts.0.year()));
        assert!((plan.first_year..=plan.last_year).contains(&booking.fiscal_year));
        if let Some(service) = booking.service.map(|id| &services[&id]) {
            let before = i64::from(service.buffer_before) * 60;
            let after = i64::from(service.buffer_after) * 60;
            if booking.state.occupies() {
                assert_eq!(booking.occupied_from, Some(Moment(starts.0 - before)));
                assert_eq!(booking.occupied_until, Some(Moment(ends.0 + after)));
            }
            assert!(service.active);
        }
        if let Some(first) = booking.series.map(|first| &wall[&first]) {
            assert_eq!(first.starts.0.time(), booking.starts.0.time(), "the clock says the same");
            assert_eq!((first.client, first.series), (booking.client, booking.series));
        }
        let net = Cents::sum(booking.lines.iter().map(|line| line.net().expect("net")));
        assert_eq!(net, Ok(booking.net));
        let past = booking.ends.0.date() < plan.today;
        let over = [
            BookingState::Closed,
            BookingState::Invoiced,
            BookingState::Done,
            BookingState::NoShow,
        ];
        if booking.state != BookingState::Cancelled {
            assert_eq!(over.contains(&booking.state), past, "{}", booking.state);
        }
    }
}

fn check_documents(books: &Books) {
    let documents = books.all::<Document>();
    let mut numbers: BTreeMap<String, (u32, Date)> = BTreeMap::new();
    let mut invoiced = BTreeSet::new();
    for (_, document) in &documents {
        check_amounts(document);
        assert_eq!(document.fiscal_year, i64::from(document.document_date.0.year()));
        if document.kind == DocumentKind::Invoice && document.state != DocumentState::Draft {
            invoiced.extend(document.booking);
        }
        assert_eq!((document.series, document.sequence), (None, None), "another program's");
        let issued = matches!(
            document.kind,
            DocumentKind::Quote
                | DocumentKind::Order
                | DocumentKind::Invoice
                | DocumentKind::CreditNote
        );
        if document.state == DocumentState::Draft || !issued {
            continue;
        }
        let number = document.number.as_ref().expect("a number").as_str();
        let (series, sequence) = number.rsplit_once('-').expect("a series and a place in it");
        let (last, day) = numbers.entry(series.to_owned()).or_insert((0, document.document_date.0));
        assert_eq!(sequence, format!("{:04}", *last + 1), "no gap in {series}");
        assert!(*day <= document.document_date.0, "in the order of dates");
        (*last, *day) = (*last + 1, document.document_date.0);
        assert!(document.buyer.is_some() && document.seller.is_some());
    }
    let named: BTreeSet<String> = documents
        .iter()
        .filter(|(_, document)| document.state != DocumentState::Draft)
        .flat_map(|(_, document)| &document.lines)
        .filter_map(|line| line.description.as_str().rsplit_once("(B-"))
        .map(|(_, number)| format!("B-{}", number.trim_end_matches(')')))
        .collect();
    for (id, booking) in books.all::<Booking>() {
        let has = invoiced.contains(&id) || named.contains(booking.number.as_str());
        let should = match booking.state {
            BookingState::Invoiced => true,
            BookingState::Closed => booking.net.0 > 0,
            _ => false,
        };
        assert_eq!(has, should, "{} is {}", booking.number.as_str(), booking.state);
    }
}

fn check_amounts(document: &Document) {
    let net = Cents::sum(document.lines.iter().map(|line: &Line| line.net().expect("net")));
    assert_eq!(net, Ok(document.net));
    let of = |part: fn(&booqing_model::entities::VatTotal) -> Cents| {
        Cents::sum(document.vat_totals.iter().map(part)).expect("a sum")
    };
    assert_eq!((of(|total| total.net), of(|total| total.vat)), (document.net, document.vat));
    assert_eq!(document.net.plus(document.vat), Ok(document.gross));
    for total in &document.vat_totals {
        assert_eq!(total.net.vat(total.rate), Ok(total.vat));
        let lines = document.lines.iter().filter(|line| line.vat_rate == total.rate);
        assert_eq!(Cents::sum(lines.map(|line| line.net().expect("net"))), Ok(total.net));
    }
}

/// What rests on a consent is there only while the consent is.
fn check_consents(books: &Books) {
    let mut standing: BTreeMap<Id, BTreeSet<String>> = BTreeMap::new();
    for (_, consent) in books.all::<Consent>() {
        if consent.withdrawn_at.is_none() {
            let purposes = standing.entry(consent.client).or_default();
            purposes.insert(consent.purpose.as_str().to_owned());
        }
        assert!(consent.withdrawn_at.is_none_or(|at| at > consent.given_at));
    }
    for (id, client) in books.all::<Client>() {
        let agreed = |purpose| standing.get(&id).is_some_and(|all| all.contains(purpose));
        assert_eq!(client.birth_date.is_some(), agreed(super::privacy::BIRTHDAY));
        assert_eq!(client.newsletter_email.is_some(), agreed(super::privacy::NEWSLETTER));
    }
}

/// Every host that is named is kept free by RFC 2606.
fn check_hosts(text: &str) {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(['@', '/']) {
        rest = after;
        let host: String =
            after.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-')).collect();
        let Some((name, top)) = host.rsplit_once('.') else { continue };
        let name = name.trim_start_matches("www.");
        let free = top == "example" || (name == "example" && matches!(top, "org" | "com" | "net"));
        assert!(free, "{host}");
    }
}
