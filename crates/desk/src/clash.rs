//! Double bookings: what an exclusive resource is asked for twice is refused here, and where two desks
//! did so apart, the booking that came too late is a clash until somebody decides.

use booqing_model::entities::BookingState;
use booqing_model::{Fields, Id};
use booqing_store::{Condition, ListQuery, Reader, Row};
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use crate::booking::{BookingLine, line};
use crate::reason::Reason;
use crate::{Desk, Language, Result, day_text, values};

const CLASS: &str = "booking";
/// The fields that say what a booking occupies.
const PLACE: &[&str] = &["resource", "occupied_from", "occupied_until"];
/// The fields that people change to give a booking another place.
const MOVES: &[&str] = &["resource", "starts", "ends", "zone"];

/// A booking that lost its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ClashLine {
    /// The booking.
    pub booking: BookingLine,
    /// The one that has its place; null when that is not here any more.
    pub by: Option<BookingLine>,
}

impl Desk {
    /// The bookings that lost their place to others, the first to begin first.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn clashes(&self) -> Result<Vec<ClashLine>> {
        self.cache.read(|reader| {
            let mut clashes = Vec::new();
            for row in open(reader)? {
                let by = row.fields.text("clash_with").and_then(|id| id.parse().ok());
                let by = match by {
                    Some(by) => reader.get(CLASS, by)?,
                    None => None,
                };
                let by = by.map(|by| line(reader, &by)).transpose();
                clashes.push(
                    line(reader, &row).and_then(|booking| Ok(ClashLine { booking, by: by? })),
                );
            }
            Ok(clashes.into_iter().collect())
        })?
    }
}

/// The bookings that are clashes.
fn open(reader: &Reader<'_>) -> std::result::Result<Vec<Row>, booqing_store::StoreError> {
    let state = BookingState::Clash.code().into();
    let query = ListQuery {
        // Few have the first, and an index knows which.
        conditions: vec![Condition::Has("clash_with"), Condition::Is("state", state)],
        order: vec!["starts"],
        limit: u32::MAX,
        ..ListQuery::default()
    };
    Ok(reader.list(CLASS, &query)?.1)
}

/// How many bookings are clashes.
pub(crate) fn count(reader: &Reader<'_>) -> std::result::Result<u64, booqing_store::StoreError> {
    Ok(open(reader)?.len() as u64)
}

/// What is a clash, a sync finds out; nobody says so.
pub(crate) fn is_found(before: &Fields, fields: &Fields) -> Result<()> {
    let clash = BookingState::Clash.code();
    if fields.text("state") != Some(clash) || before.text("state") == Some(clash) {
        return Ok(());
    }
    let reason = (
        "is what a sync makes of a booking that lost its place; nobody enters it",
        "is wat een synchronisatie maakt van een boeking die haar plaats verloor; dat vult niemand in",
    );
    Err(values::wrong("state", clash, reason))
}

/// A clash that is given another place is what it was before; an option where that is not known here,
/// since the client agreed to a place that is gone.
pub(crate) fn settle(
    reader: &Reader<'_>,
    id: Id,
    before: &Fields,
    fields: &mut Fields,
) -> Result<()> {
    let clash = BookingState::Clash.code();
    let is_moved = MOVES.iter().any(|name| before.get(name) != fields.get(name));
    if before.text("state") != Some(clash) || fields.text("state") != Some(clash) || !is_moved {
        return Ok(());
    }
    let became = |after: &booqing_model::fields::Patch| {
        after.iter().any(|(name, value)| name == "state" && value.as_str() == Some(clash))
    };
    let history = reader.history(id)?;
    let was = history.iter().find(|entry| became(&entry.after));
    let was = was.and_then(|entry| entry.before.text("state")).filter(|was| *was != clash);
    fields.set("state", was.unwrap_or(BookingState::Option.code()).into());
    Ok(())
}

/// Refuses a place on an exclusive resource that another booking has. A booking that keeps the place it
/// had is let be.
pub(crate) fn check_place(
    reader: &Reader<'_>,
    id: Id,
    before: &Fields,
    fields: &Fields,
) -> Result<()> {
    if PLACE.iter().all(|name| before.get(name) == fields.get(name)) {
        return Ok(());
    }
    let (Some(resource), Some(from), Some(until)) = (
        fields.text("resource"),
        fields.integer("occupied_from"),
        fields.integer("occupied_until"),
    ) else {
        return Ok(());
    };
    let place = match resource.parse() {
        Ok(id) => reader.get("resource", id)?.map(|row| row.fields).unwrap_or_default(),
        Err(_) => Fields::new(),
    };
    if place.get("exclusive").and_then(Value::as_bool) != Some(true) {
        return Ok(());
    }
    let query = ListQuery {
        conditions: vec![
            Condition::Is("resource", resource.into()),
            Condition::Below("occupied_from", until.into()),
            Condition::AtLeast("occupied_until", (from + 1).into()),
        ],
        order: vec!["occupied_from"],
        limit: 2,
        ..ListQuery::default()
    };
    let (_, there) = reader.list(CLASS, &query)?;
    let Some(other) = there.iter().find(|row| row.id != id) else { return Ok(()) };
    let text = |fields: &Fields, name| fields.text(name).unwrap_or_default().to_owned();
    let (name, number) = (text(&place, "name"), text(&other.fields, "number"));
    let (starts, ends) = (text(&other.fields, "starts"), text(&other.fields, "ends"));
    // The day is said once.
    let within = starts.get(..10) == ends.get(..10);
    let until = |language| match ends.get(11..16).filter(|_| within) {
        Some(time) => time.to_owned(),
        None => day_text(language, &ends),
    };
    let reason = Reason::both(
        format!(
            "is not free: {name} has booking {number} from {} until {}",
            day_text(Language::En, &starts),
            until(Language::En)
        ),
        format!(
            "is niet vrij: {name} heeft boeking {number} van {} tot {}",
            day_text(Language::Nl, &starts),
            until(Language::Nl)
        ),
    );
    let wanted = text(fields, "starts").replace('T', " ").chars().take(16).collect::<String>();
    Err(values::wrong("starts", &wanted, reason))
}

#[cfg(test)]
#[path = "clash_tests.rs"]
mod tests;
