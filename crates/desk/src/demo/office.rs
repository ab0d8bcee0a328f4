//! The office itself: its administration, its people, its fiscal years.

use booqing_model::Id;
use booqing_model::entities::{FiscalYear, FiscalYearState, Party, Role, User, UserState};
use booqing_model::fields::Patch;
use booqing_model::text::Email;
use booqing_model::time::{Date as ModelDate, Moment};
use jiff::civil::Date;
use serde_json::json;

use super::DemoError;
use super::numbers;
use super::rng::Rng;
use super::words::text;

const LEGAL_NAME: &str = "Kantoor De Vaart B.V.";
const STREET: &str = "Oude Gracht 117";
const POSTCODE: &str = "3511 AB";
const CITY: &str = "Utrecht";

/// The office.
#[derive(Debug)]
pub(super) struct Office {
    /// What changes in the record of the administration.
    pub(super) patch: Patch,
    /// The office as it stands on documents.
    pub(super) party: Party,
    /// Who works there.
    pub(super) users: Vec<(Id, User)>,
}

impl Office {
    /// The office, with numbers of its own.
    pub(super) fn of(rng: &mut Rng, at: Moment) -> Result<Self, DemoError> {
        let vat_number = numbers::vat(rng, "NL");
        let patch = json!({
            "legal_name": LEGAL_NAME,
            "trade_name": "De Vaart",
            "kvk_number": numbers::kvk(rng),
            "vat_number": vat_number,
            "iban": numbers::iban(rng),
            "street": STREET,
            "postcode": POSTCODE,
            "city": CITY,
            "country": "NL",
            "time_zone": "Europe/Amsterdam",
            "fiscal_year_end": "12-31",
            "currency": "EUR",
            "language": "nl",
            "controller_name": "Saskia van der Meer",
            "controller_email": "privacy@de-vaart.example",
            "agreement": "active",
        });
        let patch = match patch {
            serde_json::Value::Object(values) => values.into_iter().collect(),
            _ => Patch::new(),
        };
        let party = Party {
            name: text(LEGAL_NAME)?,
            street: Some(text(STREET)?),
            postcode: Some(text(POSTCODE)?),
            city: Some(text(CITY)?),
            country: Some(text("NL")?),
            vat_number: vat_number.map(|number| text(&number)).transpose()?,
        };
        Ok(Self { patch, party, users: users(rng, at)? })
    }

    /// Who makes the entries of a day: not the accountant.
    pub(super) fn user(&self, rng: &mut Rng) -> Option<Id> {
        let ids: Vec<Option<Id>> = self
            .users
            .iter()
            .filter(|(_, user)| matches!(user.role, Role::Administrator | Role::Employee))
            .map(|(id, _)| Some(*id))
            .collect();
        rng.pick(&ids)
    }
}

fn users(rng: &mut Rng, at: Moment) -> Result<Vec<(Id, User)>, DemoError> {
    [
        ("Saskia van der Meer", "saskia", Role::Administrator),
        ("Daniël Öztürk", "daniel", Role::Employee),
        ("Fenna de Wit", "fenna", Role::Employee),
        ("Cornelis Zijlstra (accountant)", "accountant", Role::Accountant),
    ]
    .into_iter()
    .zip(0..)
    .map(|((name, local, role), nth)| {
        let user = User {
            display_name: text(name)?,
            email: Some(Email::parse(&format!("{local}@de-vaart.example"))?),
            role,
            state: UserState::Active,
            expires_on: None,
            client: None,
        };
        Ok((rng.id(at, nth), user))
    })
    .collect()
}

/// The fiscal year in which a day falls, open.
pub(super) fn fiscal_year(day: Date) -> FiscalYear {
    FiscalYear {
        fiscal_year: i64::from(day.year()),
        state: FiscalYearState::Open,
        starts: ModelDate(day.first_of_year()),
        ends: ModelDate(day.last_of_year()),
        archive_sha256: None,
        archive_size: None,
        archive: None,
    }
}

/// What closes a fiscal year.
pub(super) fn closing() -> Patch {
    let mut patch = Patch::new();
    patch.set("state", json!(FiscalYearState::Closed.code()));
    patch
}
