//! Bookings: listed, shown, entered, changed, cancelled.

use booqing_model::entities::{Booking, BookingState, Line};
use booqing_model::fields::Patch;
use booqing_model::following::{Buffers, NothingFollows, complete_booking};
use booqing_model::money::{Cents, Quantity, VatRate};
use booqing_model::text::Text;
use booqing_model::time::{TimeError, WallTime};
use booqing_model::{Fields, Id};
use booqing_retention::FiscalYearEnd;
use booqing_store::{Condition, ListQuery, Reader, Row};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::TS;

use crate::around::CacheAround;
use crate::reason::Reason;
use crate::record::{RecordView, default, new_id, next_number, own_number};
use crate::{Desk, Result, clash, values};

const CLASS: &str = "booking";
const NUMBER_PREFIX: &str = "B-";
/// How long a booking lasts when neither its end nor a service says so, in minutes.
const USUAL_MINUTES: i64 = 60;

/// What a list of bookings is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum BookingSort {
    /// When it begins.
    #[default]
    Starts,
    /// The office's number.
    Number,
    /// Where it stands.
    State,
    /// Amount without VAT.
    Net,
}

/// Which bookings are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct BookingQuery {
    /// Words, or beginnings of words, that the booking or its client must hold.
    pub text: String,
    /// The state it must be in.
    pub state: Option<String>,
    /// The client it must be for.
    pub client: Option<Id>,
    /// The first day, such as `2026-11-23`.
    pub from: Option<String>,
    /// The last day.
    pub until: Option<String>,
    /// What the list is sorted by.
    pub sort: BookingSort,
    /// Whether the last comes first.
    pub descending: bool,
    /// How many to pass over.
    pub offset: u32,
    /// How many at the most.
    pub limit: u32,
}

/// A booking in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct BookingLine {
    /// The booking.
    pub id: Id,
    /// The office's number.
    pub number: String,
    /// When it begins, by the clock on the wall.
    pub starts: String,
    /// When it ends, by the clock on the wall.
    pub ends: String,
    /// The zone of that clock.
    pub zone: String,
    /// The client it is for.
    pub client: Option<Id>,
    /// The client's name.
    pub client_name: String,
    /// What it is about.
    pub title: Option<String>,
    /// The resource it occupies.
    pub resource_name: Option<String>,
    /// The service that was booked.
    pub service_name: Option<String>,
    /// Where it stands.
    pub state: String,
    /// Amount without VAT, in cents.
    #[ts(type = "number")]
    pub net: i64,
    /// Currency of the amount.
    pub currency: String,
    /// Whether the hub has not got it yet as it stands here.
    pub waiting: bool,
}

/// A stretch of the list of bookings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct BookingPage {
    /// How many fit the question.
    #[ts(type = "number")]
    pub total: u64,
    /// Those asked for.
    pub rows: Vec<BookingLine>,
}

impl Desk {
    /// Bookings, a stretch of the list.
    ///
    /// # Errors
    /// [`crate::DeskError::Value`] for a day that does not exist; [`crate::DeskError::Store`].
    pub fn bookings(&self, query: &BookingQuery) -> Result<BookingPage> {
        let asked = list_query(query)?;
        self.cache.read(|reader| {
            let (total, rows) = reader.list(CLASS, &asked)?;
            let rows = rows.iter().map(|row| line(reader, row)).collect::<Result<_>>();
            Ok(rows.map(|rows| BookingPage { total, rows }))
        })?
    }

    /// Enters a booking. What follows from other values is filled in: its number, fiscal year,
    /// the interval the resource is occupied, lines and end from the service, the amount.
    ///
    /// # Errors
    /// [`crate::DeskError::Value`]; nothing is entered then.
    pub fn add_booking(&self, given: &Patch) -> Result<RecordView> {
        let settings = self.booking_settings()?;
        self.add_record::<Booking>(given, |reader, id, fields| {
            if fields.get("number").is_none() {
                fields.set("number", next_number(reader, CLASS, NUMBER_PREFIX, 5)?.into());
            }
            default(fields, "state", BookingState::Confirmed.code());
            default(fields, "zone", settings.zone.as_str());
            default(fields, "currency", settings.currency.as_str());
            if let Some(service) = reference(reader, "service", fields)? {
                from_service(fields, &service)?;
            }
            own_number(reader, CLASS, id, fields)?;
            complete(reader, fields, &settings)?;
            clash::is_found(&Fields::new(), fields)?;
            clash::check_place(reader, id, &Fields::new(), fields)
        })
    }

    /// Changes a booking, and what follows from what changed.
    ///
    /// # Errors
    /// [`crate::DeskError::Unknown`], [`crate::DeskError::Value`]; nothing is changed then.
    pub fn set_booking(&self, name: &str, patch: &Patch) -> Result<RecordView> {
        let settings = self.booking_settings()?;
        let moves = patch.names().any(|name| name == "starts");
        let ends = patch.names().any(|name| name == "ends");
        self.set_record::<Booking>(name, patch, |reader, id, fields| {
            let before = reader.get(CLASS, id)?.map(|row| row.fields).unwrap_or_default();
            may_cancel(&before, fields)?;
            own_number(reader, CLASS, id, fields)?;
            if moves && !ends {
                keep_length(&before, fields)?;
            }
            clash::is_found(&before, fields)?;
            clash::settle(reader, id, &before, fields)?;
            complete(reader, fields, &settings)?;
            clash::check_place(reader, id, &before, fields)
        })
    }

    /// Cancels a booking: it stays, in state `cancelled`, and its resource is free again.
    ///
    /// # Errors
    /// [`crate::DeskError::Unknown`]; [`crate::DeskError::Value`] when it was invoiced.
    pub fn cancel_booking(&self, name: &str) -> Result<RecordView> {
        let cancelled = [("state".to_owned(), BookingState::Cancelled.code().into())];
        self.set_booking(name, &cancelled.into_iter().collect())
    }

    fn booking_settings(&self) -> Result<Settings> {
        Ok(Settings::of(&self.administration_fields()?))
    }
}

/// What a booking takes from the administration.
struct Settings {
    zone: String,
    currency: String,
    year_end: Option<FiscalYearEnd>,
}

impl Settings {
    fn of(administration: &Fields) -> Self {
        let text = |name: &str| administration.text(name).unwrap_or_default().to_owned();
        Self {
            zone: text("time_zone"),
            currency: text("currency"),
            year_end: FiscalYearEnd::parse(&text("fiscal_year_end")),
        }
    }
}

/// Brings what follows from other values of a booking up to date, by the administration there is.
pub(crate) fn follow(reader: &Reader<'_>, fields: &mut Fields) -> Result<()> {
    let mut settings = Settings::of(&Fields::new());
    for id in reader.ids("administration")? {
        if let Some(row) = reader.get("administration", id)? {
            settings = Settings::of(&row.fields);
        }
    }
    complete(reader, fields, &settings)
}

/// What was invoiced is not cancelled any more.
fn may_cancel(before: &Fields, after: &Fields) -> Result<()> {
    let is_cancelled = after.text("state") == Some(BookingState::Cancelled.code());
    match before.text("state") {
        Some(state @ ("invoiced" | "closed")) if is_cancelled => {
            let reason = (
                "cannot be cancelled any more; make a credit note",
                "kan niet meer worden geannuleerd; maak een creditnota",
            );
            Err(values::wrong("state", state, reason))
        }
        _ => Ok(()),
    }
}

/// A booking that is moved takes its end along.
fn keep_length(before: &Fields, fields: &mut Fields) -> Result<()> {
    let (from, until) = (wall(before, "starts")?, wall(before, "ends")?);
    let moved = wall(fields, "starts")?;
    let length = until.0.duration_since(from.0);
    fields.set("ends", written(later(moved, length.as_mins())?).into());
    Ok(())
}

fn list_query(query: &BookingQuery) -> Result<ListQuery> {
    let mut conditions = Vec::new();
    if let Some(state) = &query.state {
        conditions.push(Condition::Is("state", state.as_str().into()));
    }
    if let Some(client) = query.client {
        conditions.push(Condition::Is("client", client.to_string().into()));
    }
    if let Some(from) = &query.from {
        conditions.push(Condition::AtLeast("starts", day("from", from)?.to_string().into()));
    }
    if let Some(until) = &query.until {
        let next = day("until", until)?.tomorrow();
        let next = next.map_err(|_| values::wrong("until", until, TimeError::OutOfRange))?;
        conditions.push(Condition::Below("starts", next.to_string().into()));
    }
    Ok(ListQuery {
        text: query.text.clone(),
        conditions,
        order: match query.sort {
            BookingSort::Starts => vec!["starts"],
            BookingSort::Number => vec!["number"],
            BookingSort::State => vec!["state", "starts"],
            BookingSort::Net => vec!["net"],
        },
        descending: query.descending,
        offset: query.offset,
        limit: query.limit,
    })
}

/// A day as it is written: `2026-11-23`.
pub(crate) fn day(field: &str, text: &str) -> Result<jiff::civil::Date> {
    booqing_model::time::Date::parse(text)
        .map(|date| date.0)
        .map_err(|error| values::wrong(field, text, error))
}

pub(crate) fn line(reader: &Reader<'_>, row: &Row) -> Result<BookingLine> {
    let text = |name: &str| row.fields.text(name).map(str::to_owned);
    let id = |name: &str| row.fields.text(name).and_then(|id| id.parse().ok());
    let name_in = |class: &str| -> Result<Option<String>> {
        let Some(id) = id(class) else { return Ok(None) };
        let found = reader.get(class, id)?;
        Ok(found.and_then(|row| row.fields.text("name").map(str::to_owned)))
    };
    Ok(BookingLine {
        id: row.id,
        number: text("number").unwrap_or_default(),
        starts: text("starts").unwrap_or_default(),
        ends: text("ends").unwrap_or_default(),
        zone: text("zone").unwrap_or_default(),
        client: id("client"),
        client_name: Desk::client_name(reader, id("client"))?,
        title: text("title"),
        resource_name: name_in("resource")?,
        service_name: name_in("service")?,
        state: text("state").unwrap_or_default(),
        net: row.fields.integer("net").unwrap_or_default(),
        currency: text("currency").unwrap_or_default(),
        waiting: reader.is_waiting(row.id)?,
    })
}

/// The record a field refers to.
fn reference(reader: &Reader<'_>, field: &str, fields: &Fields) -> Result<Option<Fields>> {
    let Some(id) = fields.text(field).and_then(|id| id.parse().ok()) else { return Ok(None) };
    Ok(reader.get(field, id)?.map(|row| row.fields))
}

/// Takes end, subject and a line with the price from a service, where they were not given.
fn from_service(fields: &mut Fields, service: &Fields) -> Result<()> {
    let name = service.text("name").unwrap_or_default();
    default(fields, "title", name);
    if fields.get("ends").is_none() {
        let starts = wall(fields, "starts")?;
        let minutes = service.integer("minutes").unwrap_or(USUAL_MINUTES);
        fields.set("ends", written(later(starts, minutes)?).into());
    }
    if fields.get("lines").is_none()
        && let Ok(description) = Text::parse(name)
    {
        let number = |name: &str| service.integer(name).unwrap_or_default();
        let line = Line {
            key: new_id()?,
            description,
            quantity: Quantity(1000),
            unit_price: Cents(number("price")),
            vat_rate: VatRate(u32::try_from(number("vat_rate")).unwrap_or_default()),
        };
        fields.set("lines", json!([line]));
    }
    Ok(())
}

/// Brings what follows from other values up to date: fiscal year, occupied interval, amount.
fn complete(reader: &Reader<'_>, fields: &mut Fields, settings: &Settings) -> Result<()> {
    let starts = wall(fields, "starts")?;
    if fields.get("ends").is_none() {
        fields.set("ends", written(later(starts, USUAL_MINUTES)?).into());
    }
    let ends = wall(fields, "ends")?;
    fields.set("starts", written(starts).into());
    fields.set("ends", written(ends).into());
    let service = reference(reader, "service", fields)?.unwrap_or_default();
    let around = CacheAround::read(reader)?;
    let ordinary = |day: jiff::civil::Date| match settings.year_end {
        Some(end) => end.year_of(day).end.year().into(),
        None => day.year().into(),
    };
    complete_booking(fields, Buffers::of_service(&service), |day| {
        around.year_of(day).unwrap_or_else(|| ordinary(day))
    })
    .map_err(|NothingFollows { field, value, hindrance }| values::wrong(field, &value, hindrance))
}

fn wall(fields: &Fields, name: &str) -> Result<WallTime> {
    let typed = fields.text(name).unwrap_or_default();
    if typed.is_empty() {
        return Err(values::wrong(
            name,
            "",
            (
                "is missing: give a time such as 2026-11-23T10:00",
                "ontbreekt: geef een tijd zoals 2026-11-23T10:00",
            ),
        ));
    }
    let time: jiff::civil::DateTime = typed
        .replacen(' ', "T", 1)
        .parse()
        .map_err(|_| values::wrong(name, typed, Reason::not_a_time()))?;
    if !booqing_model::time::YEARS.contains(&time.year()) {
        return Err(values::wrong(name, typed, TimeError::OutOfRange));
    }
    Ok(WallTime(time))
}

fn later(time: WallTime, minutes: i64) -> Result<WallTime> {
    let span = jiff::SignedDuration::from_mins(minutes);
    time.0
        .checked_add(span)
        .map(WallTime)
        .map_err(|_| values::wrong("ends", &written(time), TimeError::OutOfRange))
}

/// A wall time as it is stored.
fn written(time: WallTime) -> String {
    time.0.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
#[path = "booking_tests.rs"]
mod tests;
