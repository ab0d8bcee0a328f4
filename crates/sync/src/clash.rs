//! A booking that came too late for its place becomes a clash: it says to which booking it lost, and
//! everybody sees it.
//!
//! The hub only says that a place is taken, and by what. The desk looks for itself: what it does not see
//! is pulled first, and a booking keeps its place as long as nothing here is in it.

use booqing_model::entities::BookingState;
use booqing_model::{Fields, Id, Values};
use booqing_protocol::message::Occupied;
use booqing_protocol::{MOST_RECORDS, Slot};
use booqing_store::Row;
use booqing_store::tables::outbox::{OutboxEntry, Waiting};
use serde_json::Value;

use crate::SyncError;
use crate::following::follow;
use crate::outward::Outward;
use crate::wire::{model_id, wire_id};

/// The record class of bookings.
const CLASS: &str = "booking";

/// What a booking occupies as it stands here.
fn slot(fields: &Fields) -> Option<Slot> {
    let resource = wire_id(Values::id(fields, "resource")?);
    let (from, until) = (fields.integer("occupied_from")?, fields.integer("occupied_until")?);
    (from < until).then_some(Slot { resource, from, until })
}

impl Outward<'_> {
    /// Makes clashes of the bookings of an entry whose place others have, as far as that is seen here:
    /// how many.
    pub(crate) fn give_way(
        &self,
        entry: &OutboxEntry,
        occupied: &[Occupied],
    ) -> Result<u64, SyncError> {
        let mut clashes = 0;
        for Occupied { record, by } in occupied {
            let (id, by) = (model_id(*record), model_id(*by));
            let waits = |waiting: &&Waiting| waiting.id == id && waiting.class == CLASS;
            if entry.records.iter().any(|waiting| waits(&waiting)) && self.lose_place(id, by)? {
                clashes += 1;
            }
        }
        Ok(clashes)
    }

    /// Lets what wants a place go in one set with what has it and is on its way to another: each may wait
    /// for the other.
    pub(crate) fn change_places(&self, occupied: &[Occupied]) -> Result<(), SyncError> {
        for Occupied { record, by } in occupied {
            let places = (
                self.exchange.waits_in(model_id(*record))?,
                self.exchange.waits_in(model_id(*by))?,
            );
            let (Some(one), Some(other)) = places else { continue };
            let records =
                self.exchange.records_of(one)?.len() + self.exchange.records_of(other)?.len();
            if one != other && records <= MOST_RECORDS / 2 {
                self.exchange.hand_over(one.max(other), one.min(other))?;
            }
        }
        Ok(())
    }

    fn lose_place(&self, id: Id, by: Id) -> Result<bool, SyncError> {
        let (Some(record), Some(row), Some(winner)) = (
            self.sealer.known(CLASS),
            self.exchange.row(CLASS, id)?,
            self.exchange.row(CLASS, by)?,
        ) else {
            return Ok(false);
        };
        // Either may have been moved since.
        let places = (slot(&row.fields), slot(&winner.fields));
        if !matches!(places, (Some(one), Some(other)) if one.overlaps(&other)) {
            return Ok(false);
        }
        // Whether one at a time may be there, this desk knows for itself.
        let resource = match Values::id(&row.fields, "resource") {
            Some(resource) => self.exchange.row_some("resource", resource, &["exclusive"])?,
            None => None,
        };
        let exclusive = resource.as_ref().and_then(|resource| resource.get("exclusive"));
        if exclusive.and_then(Value::as_bool) != Some(true) {
            return Ok(false);
        }
        let mut fields = row.fields.clone();
        fields.set("state", BookingState::Clash.code().into());
        fields.set("clash_with", by.to_string().into());
        follow(self.exchange, self.sealer.terms(), record, &mut fields)?;
        // Whatever else of it cannot be computed: it has no place.
        for name in ["occupied_from", "occupied_until"] {
            fields.set(name, Value::Null);
        }
        let next = Row { version: row.version + 1, fields, ..row.clone() };
        Ok(self.exchange.put_row(CLASS, &next, Some(&row), self.surroundings.now())?).map(|()| true)
    }
}
