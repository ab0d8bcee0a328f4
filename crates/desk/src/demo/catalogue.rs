//! Resources and services.

use booqing_model::Id;
use booqing_model::entities::{Resource, ResourceKind, Service};
use booqing_model::money::Cents;
use booqing_model::time::Moment;

use super::calendar::{Rate, Span};
use super::rng::Rng;
use super::words::text;
use super::{DemoError, Plan, names};

/// A service as the office offers it.
#[derive(Debug)]
pub(super) struct Offer {
    /// The office's code.
    pub(super) code: &'static str,
    /// What it is called.
    pub(super) name: &'static str,
    /// How long it takes, in minutes.
    pub(super) minutes: i64,
    /// Minutes kept free before it.
    pub(super) before: i64,
    /// Minutes kept free after it.
    pub(super) after: i64,
    /// Price in the last year, in cents.
    pub(super) price: i64,
    /// VAT.
    pub(super) rate: Rate,
    /// What it occupies.
    pub(super) needs: ResourceKind,
    /// Whether it is held on the resource that takes several bookings at a time.
    pub(super) shared: bool,
    /// How often it is booked, compared with others; 0 when it is no longer offered.
    pub(super) weight: u64,
    /// The first and last hour at which it begins.
    pub(super) hours: (i64, i64),
}

const fn offer(
    code: &'static str,
    name: &'static str,
    (minutes, before, after): (i64, i64, i64),
    price: i64,
    rate: Rate,
    needs: ResourceKind,
    (weight, first, last): (u64, i64, i64),
) -> Offer {
    Offer {
        code,
        name,
        minutes,
        before,
        after,
        price,
        rate,
        needs,
        shared: false,
        weight,
        hours: (first, last),
    }
}

/// The code of the service that is delivered over the network.
pub(super) const ONLINE: &str = "CUR";

/// What the office offers.
pub(super) const OFFERS: &[Offer] = &[
    offer("INT", "Kennismaking", (30, 0, 5), 0, Rate::High, ResourceKind::Person, (6, 9, 16)),
    offer(
        "CON60",
        "Consult 60 min",
        (60, 5, 10),
        9500,
        Rate::High,
        ResourceKind::Person,
        (24, 9, 18),
    ),
    offer(
        "CON90",
        "Consult 90 min",
        (90, 5, 15),
        13_750,
        Rate::High,
        ResourceKind::Person,
        (9, 9, 17),
    ),
    offer("ADV", "Adviesgesprek", (45, 0, 15), 8250, Rate::High, ResourceKind::Person, (10, 9, 17)),
    offer(
        "AVOND",
        "Avondspreekuur",
        (30, 0, 0),
        5250,
        Rate::High,
        ResourceKind::Person,
        (5, 18, 20),
    ),
    offer(
        "ZAAL4",
        "Zaalhuur dagdeel",
        (240, 15, 15),
        14_500,
        Rate::High,
        ResourceKind::Room,
        (8, 8, 18),
    ),
    offer(
        "ZAAL8",
        "Zaalhuur dag",
        (480, 15, 30),
        26_000,
        Rate::High,
        ResourceKind::Room,
        (3, 8, 9),
    ),
    offer(
        "TRN",
        "Training (vrijgesteld)",
        (180, 15, 15),
        39_000,
        Rate::Zero,
        ResourceKind::Room,
        (4, 9, 18),
    ),
    offer(
        "LEZ",
        "Rondleiding en lezing",
        (90, 10, 10),
        12_000,
        Rate::Low,
        ResourceKind::Room,
        (4, 10, 19),
    ),
    Offer {
        shared: true,
        ..offer(
            ONLINE,
            "Online cursus",
            (90, 0, 0),
            6500,
            Rate::High,
            ResourceKind::Room,
            (6, 9, 19),
        )
    },
    offer("REP", "Fietsreparatie", (45, 0, 10), 4250, Rate::Low, ResourceKind::Machine, (9, 9, 16)),
    offer(
        "GRAV",
        "Graveermachine",
        (120, 10, 20),
        5800,
        Rate::High,
        ResourceKind::Machine,
        (5, 9, 16),
    ),
    offer(
        "BUS4",
        "Bestelbus dagdeel",
        (240, 15, 30),
        4850,
        Rate::High,
        ResourceKind::Vehicle,
        (5, 8, 17),
    ),
    offer(
        "BUS24",
        "Bestelbus etmaal",
        (1440, 30, 60),
        9600,
        Rate::High,
        ResourceKind::Vehicle,
        (2, 8, 18),
    ),
    offer("FAX", "Faxservice", (15, 0, 0), 250, Rate::High, ResourceKind::Machine, (0, 9, 16)),
];

impl Offer {
    /// The price without VAT on a day of that year: a little lower each year before the last.
    pub(super) fn price_in(&self, year: i16, last: i16) -> Cents {
        let years = i64::from(last.saturating_sub(year)).clamp(0, 25);
        let price = self.price * (1000 - 22 * years) / 1000;
        Cents((price + 24) / 25 * 25)
    }
}

/// A resource with its id.
#[derive(Debug)]
pub(super) struct Place {
    /// Its id.
    pub(super) id: Id,
    /// What it is.
    pub(super) record: Resource,
}

/// The resources and the ids of the services, in the order of [`OFFERS`].
#[derive(Debug)]
pub(super) struct Catalogue {
    /// What can be occupied.
    pub(super) resources: Vec<Place>,
    /// What can be booked.
    pub(super) services: Vec<(Id, &'static Offer)>,
}

const RESOURCES: &[(&str, ResourceKind, Option<u32>)] = &[
    ("Zaal Amstel", ResourceKind::Room, Some(24)),
    ("Anna de Wit", ResourceKind::Person, None),
    ("Bestelbus 1", ResourceKind::Vehicle, Some(3)),
    ("Werkbank", ResourceKind::Machine, None),
    ("Zaal Linge", ResourceKind::Room, Some(12)),
    ("Bram Özdemir", ResourceKind::Person, None),
    ("Graveermachine", ResourceKind::Machine, None),
    ("Spreekkamer 1", ResourceKind::Room, Some(4)),
    ("Chiara Lefèvre", ResourceKind::Person, None),
    ("Bestelbus 2", ResourceKind::Vehicle, Some(3)),
];

/// What is added, in turn, when a plan needs more.
const MORE: &[ResourceKind] = &[
    ResourceKind::Person,
    ResourceKind::Room,
    ResourceKind::Vehicle,
    ResourceKind::Machine,
    ResourceKind::Person,
    ResourceKind::Room,
    ResourceKind::Vehicle,
];

/// Bookings a day at a resource, on average, above which there is another.
const BOOKINGS_A_DAY: i64 = 2;

impl Catalogue {
    /// The catalogue of a plan: the more bookings a day, the more resources.
    pub(super) fn of(
        plan: &Plan,
        span: &Span,
        rng: &mut Rng,
        at: Moment,
    ) -> Result<Self, DemoError> {
        let working_days = (span.length() * 3 / 4).max(1);
        let wanted = i64::from(plan.bookings) / (working_days * BOOKINGS_A_DAY) + 1;
        let more = usize::try_from(wanted).unwrap_or(0).saturating_sub(RESOURCES.len());
        let mut resources = Vec::new();
        let mut add = |rng: &mut Rng, name: &str, kind, capacity, exclusive| {
            let id = rng.id(at, resources.len() as u64);
            let record = Resource { name: text(name)?, kind, exclusive, capacity, active: true };
            resources.push(Place { id, record });
            Ok::<(), DemoError>(())
        };
        add(rng, "Online zaal", ResourceKind::Room, Some(40), false)?;
        for (name, kind, capacity) in RESOURCES {
            add(rng, name, *kind, *capacity, true)?;
        }
        for (number, kind) in (3..).zip(MORE.iter().copied().cycle().take(more)) {
            let name = match kind {
                ResourceKind::Person => names::person(rng, "NL").full(),
                ResourceKind::Room => format!("Zaal {number}"),
                ResourceKind::Vehicle => format!("Bestelbus {number}"),
                ResourceKind::Machine => format!("Werkbank {number}"),
            };
            add(rng, &name, kind, None, true)?;
        }
        let services = OFFERS.iter().zip(0..).map(|(offer, n)| (rng.id(at, n), offer)).collect();
        Ok(Self { resources, services })
    }

    /// A service, the often booked ones more often.
    pub(super) fn service(&self, rng: &mut Rng) -> Option<(Id, &'static Offer)> {
        let total = self.services.iter().map(|(_, offer)| offer.weight).sum();
        let mut left = rng.below(total);
        self.services.iter().copied().find(|(_, offer)| {
            let found = left < offer.weight;
            left = left.saturating_sub(offer.weight);
            found
        })
    }

    /// A resource that a service can be held on: its place among the resources.
    pub(super) fn resource(&self, rng: &mut Rng, offer: &Offer) -> Option<usize> {
        let fits = |place: &&(usize, &Place)| {
            place.1.record.kind == offer.needs && place.1.record.exclusive != offer.shared
        };
        let all = || self.resources.iter().enumerate();
        let count = all().filter(|place| fits(&place)).count() as u64;
        let nth = usize::try_from(rng.below(count)).ok()?;
        all().filter(|place| fits(&place)).nth(nth).map(|(at, _)| at)
    }
}

/// A service as it stands in the books today.
pub(super) fn service(offer: &Offer, span: &Span) -> Result<Service, DemoError> {
    let minutes = |minutes: i64| u32::try_from(minutes).unwrap_or(0);
    Ok(Service {
        code: text(offer.code)?,
        name: text(offer.name)?,
        minutes: minutes(offer.minutes),
        buffer_before: minutes(offer.before),
        buffer_after: minutes(offer.after),
        price: Cents(offer.price),
        vat_rate: offer.rate.on(span.last),
        active: offer.weight > 0,
    })
}
