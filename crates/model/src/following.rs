//! What follows from other values of a booking: when its resource is occupied, the fiscal year it
//! falls in, and its amount. Computed when a booking is written, and again when what two desks made of
//! it became one.

use jiff::civil::Date;
use serde_json::{Value, json};
use thiserror::Error;

use crate::Fields;
use crate::entities::{BookingState, Line};
use crate::money::{Cents, MoneyError};
use crate::time::{TimeError, WallTime, Zone};

/// The fields of a booking that follow from others.
pub const FOLLOWING: &[&str] = &["occupied_from", "occupied_until", "fiscal_year", "net"];

/// Time around a booking in which its resource is occupied too, in minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Buffers {
    /// Before it begins.
    pub before: i64,
    /// After it ends.
    pub after: i64,
}

impl Buffers {
    /// Those of a service.
    pub fn of_service(service: &Fields) -> Self {
        let minutes = |name: &str| service.integer(name).unwrap_or_default();
        Self { before: minutes("buffer_before"), after: minutes("buffer_after") }
    }
}

/// A value from which nothing can follow.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{field} {hindrance}")]
pub struct NothingFollows {
    /// The field.
    pub field: &'static str,
    /// Its value as text; empty where it is none.
    pub value: String,
    /// What is wrong with it.
    pub hindrance: Hindrance,
}

/// What is wrong with a value from which others should follow.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Hindrance {
    /// No wall time.
    #[error("is not a time that exists, such as 2026-11-23T10:00")]
    NotATime,
    /// The end is not after the beginning.
    #[error("is not after the beginning")]
    EndsFirst,
    /// No such moment or zone.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// The lines come to no amount.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The lines are no lines.
    #[error("is no list of lines: {0}")]
    NoLines(String),
}

/// Brings what follows from other values of a booking up to date. `year_of` gives the fiscal year in
/// which a day falls.
///
/// # Errors
/// [`NothingFollows`]; the values are as they were then.
pub fn complete_booking(
    fields: &mut Fields,
    buffers: Buffers,
    year_of: impl FnOnce(Date) -> i64,
) -> Result<(), NothingFollows> {
    let (starts, ends) = (wall(fields, "starts")?, wall(fields, "ends")?);
    let text = |name| fields.text(name).unwrap_or_default();
    let wrong = |field, hindrance| {
        let value = text(field).to_owned();
        NothingFollows { field, value, hindrance }
    };
    if ends.0 <= starts.0 {
        return Err(wrong("ends", Hindrance::EndsFirst));
    }
    let zone = Zone::parse(text("zone")).map_err(|error| wrong("zone", error.into()))?;
    let moment =
        |field, time: WallTime| time.moment(&zone).map_err(|error| wrong(field, error.into()));
    let (from, until) = (moment("starts", starts)?, moment("ends", ends)?);
    let state = fields.text("state").map(BookingState::from_code);
    // A state of a newer version may occupy; better asked for once too often.
    let occupies = state.flatten().is_none_or(BookingState::occupies);
    let is_clash = state == Some(Some(BookingState::Clash));
    let occupied = (fields.text("resource").is_some() && occupies)
        .then(|| (from.0 - buffers.before * 60, until.0 + buffers.after * 60));
    let net = net(fields)?;

    let (from, until) =
        occupied.map_or((Value::Null, Value::Null), |(from, until)| (json!(from), json!(until)));
    if !is_clash {
        fields.set("clash_with", Value::Null);
    }
    fields.set("occupied_from", from);
    fields.set("occupied_until", until);
    fields.set("fiscal_year", year_of(starts.0.date()).into());
    fields.set("net", net.0.into());
    Ok(())
}

fn wall(fields: &Fields, field: &'static str) -> Result<WallTime, NothingFollows> {
    let value = fields.text(field).unwrap_or_default();
    value.parse().map(WallTime).map_err(|_| NothingFollows {
        field,
        value: value.to_owned(),
        hindrance: Hindrance::NotATime,
    })
}

/// The amount without VAT, the sum of the lines.
fn net(fields: &Fields) -> Result<Cents, NothingFollows> {
    let wrong = |hindrance| NothingFollows { field: "lines", value: String::new(), hindrance };
    let Some(lines) = fields.get("lines").cloned() else { return Ok(Cents(0)) };
    let lines: Vec<Line> = serde_json::from_value(lines)
        .map_err(|error| wrong(Hindrance::NoLines(error.to_string())))?;
    let amounts: Result<Vec<Cents>, _> = lines.iter().map(Line::net).collect();
    amounts.and_then(Cents::sum).map_err(|error| wrong(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn booking(change: Value) -> Fields {
        let line = json!({"key": "01900000-0000-7000-8000-000000000001", "description": "Intake",
            "quantity": 2000, "unit_price": 12_500, "vat_rate": 2100});
        let fields: Fields = serde_json::from_value(json!({"state": "confirmed",
            "starts": "2026-10-12T19:00:00", "ends": "2026-10-12T20:00:00",
            "zone": "Europe/Amsterdam", "lines": [line],
            "resource": "01900000-0000-7000-8000-000000000009", "net": 1, "fiscal_year": 1}))
        .expect("fields");
        fields.with(&serde_json::from_value(change).expect("a patch"))
    }

    fn year(day: Date) -> i64 {
        i64::from(day.year())
    }

    #[test]
    fn slot_year_and_amount_follow() {
        let mut fields = booking(json!({}));
        let buffers = Buffers { before: 15, after: 30 };
        complete_booking(&mut fields, buffers, year).expect("complete");
        let starts = 1_791_824_400;
        assert_eq!(fields.integer("occupied_from"), Some(starts - 15 * 60));
        assert_eq!(fields.integer("occupied_until"), Some(starts + 90 * 60));
        assert_eq!(
            (fields.integer("fiscal_year"), fields.integer("net")),
            (Some(2026), Some(25_000))
        );

        for state in BookingState::ALL {
            let patch =
                json!({"state": state, "clash_with": "01900000-0000-7000-8000-000000000007"});
            let mut other = fields.with(&serde_json::from_value(patch).expect("a patch"));
            complete_booking(&mut other, buffers, year).expect("complete");
            assert_eq!(other.get("occupied_from").is_some(), state.occupies(), "{state}");
            let is_clash = *state == BookingState::Clash;
            assert_eq!(other.get("clash_with").is_some(), is_clash, "{state}");
        }
    }

    #[test]
    fn from_what_does_not_fit_nothing_follows_and_nothing_changes() {
        for (change, field) in [
            (json!({"ends": "2026-10-12T18:00:00"}), "ends"),
            (json!({"starts": "2026-10-32T18:00:00"}), "starts"),
            (json!({"zone": "Europe/Atlantis"}), "zone"),
            (json!({"lines": [{"key": 1}]}), "lines"),
        ] {
            let before = booking(change);
            let mut fields = before.clone();
            let refused = complete_booking(&mut fields, Buffers::default(), year);
            assert_eq!(refused.map_err(|error| error.field), Err(field));
            assert_eq!(fields, before);
        }
    }
}
