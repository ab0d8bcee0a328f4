//! Bookings of rooms: few hours, so that desks give away the same ones.

use booqing_model::entities::BookingState;
use booqing_model::fields::Patch;
use booqing_model::following::{Buffers, complete_booking};
use booqing_model::{Fields, Id, Values};
use serde_json::json;

use crate::Failed;
use crate::desk::Desk;

/// What people make of a booking, by hand.
const STATES: &[BookingState] =
    &[BookingState::Option, BookingState::Confirmed, BookingState::Cancelled, BookingState::Done];

/// A room.
pub(crate) fn room() -> Fields {
    [("name", json!("room")), ("exclusive", json!(true))].into_iter().collect()
}

/// Gives a booking a room at some time.
pub(crate) fn give(fields: &mut Fields, room: Id, dice: &mut fastrand::Rng) {
    fields.set("resource", json!(room));
    move_to(fields, dice);
    complete(fields);
}

fn move_to(fields: &mut Fields, dice: &mut fastrand::Rng) {
    let hour = dice.u8(8..18);
    let until = hour + dice.u8(1..3);
    fields.set("starts", json!(format!("2026-12-01T{hour:02}:00:00")));
    fields.set("ends", json!(format!("2026-12-01T{until:02}:00:00")));
    fields.set("zone", json!("Europe/Amsterdam"));
}

/// What follows, as a desk computes it when somebody saves.
fn complete(fields: &mut Fields) {
    // Of a booking that two desks made apart not everything need fit.
    let year = fields.integer("fiscal_year").unwrap_or(2026);
    let _ = complete_booking(fields, Buffers::default(), |_| year);
}

/// Moves a booking, or makes something else of it. A clash gets another place or is given up.
pub(crate) fn change(before: &Fields, dice: &mut fastrand::Rng) -> Patch {
    let mut fields = before.clone();
    let is_clash = before.text("state") == Some(BookingState::Clash.code());
    if dice.bool() {
        move_to(&mut fields, dice);
    }
    if is_clash || dice.u8(0..3) == 0 {
        let state = dice.choice(STATES).copied().unwrap_or(BookingState::Option);
        fields.set("state", json!(state));
    }
    complete(&mut fields);
    before.patch_to(&fields)
}

/// Two bookings of a desk that are in one room at the same time.
pub(crate) fn twice(desk: &Desk) -> Result<Option<String>, Failed> {
    let mut places = desk.cache()?.read(|reader| {
        let mut places = Vec::new();
        for id in reader.ids("booking")? {
            let Some(row) = reader.get("booking", id)? else { continue };
            let fields = &row.fields;
            let (from, until) = (fields.integer("occupied_from"), fields.integer("occupied_until"));
            if let (Some(room), Some(from), Some(until)) =
                (Values::id(fields, "resource"), from, until)
            {
                places.push((room, from, until, id));
            }
        }
        Ok(places)
    })?;
    places.sort_unstable();
    Ok(places.windows(2).find_map(|pair| match pair {
        [(room, _, until, one), (other_room, from, _, other)]
            if room == other_room && from < until =>
        {
            Some(format!("bookings {one} and {other} are in one room at the same time"))
        }
        _ => None,
    }))
}
