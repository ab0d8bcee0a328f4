//! What depends on what the hub has not got: a booking is of no use to anybody without its client.
//!
//! The hub cannot see who belongs to whom, so the desk sees to it: what refers to a record that the hub
//! has not got waits until that is stored, and is refused here when that was refused. Once a later
//! change of it is stored, what was refused for its sake goes along by itself.

use std::collections::{HashMap, HashSet};

use booqing_model::field::Kind;
use booqing_model::register;
use booqing_model::{Id, Values};
use booqing_store::tables::outbox::{OutboxEntry, Waiting};
use booqing_store::{Exchange, Row};

use crate::SyncError;
use crate::inward::Surroundings;
use crate::placing;

/// Why something was refused that depends on something else.
pub(crate) const CODE: &str = "depends_on_refused";

/// How an entry stands to what the hub has not got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It depends on nothing of that kind.
    Free,
    /// It depends on something that goes along in the same push.
    Waits,
    /// It depends on something in the entry of that number, which comes after it: keys took the place it
    /// had.
    Needs(i64),
    /// It depends on something that the hub refused.
    Refused,
}

/// Looks at one entry after the other.
#[derive(Debug, Default)]
pub(crate) struct Dependants {
    /// Records that go along in this push and that the hub has not got.
    new: HashSet<Id>,
    /// Records that others refer to and that the hub has: many refer to the same.
    there: HashSet<Id>,
}

impl Dependants {
    /// How an entry stands. Records of it that are read stand in `rows` afterwards.
    pub(crate) fn standing(
        &mut self,
        exchange: &Exchange<'_>,
        entry: &OutboxEntry,
        rows: &mut HashMap<Id, Row>,
    ) -> Result<Standing, SyncError> {
        let own: HashSet<Id> = entry.records.iter().map(|waiting| waiting.id).collect();
        // A refusal counts before everything else: nothing goes along with what does not go.
        let mut standing = Standing::Free;
        for waiting in &entry.records {
            for id in placing::before(exchange, waiting)? {
                // Without the one before it the hub does not take it.
                if own.contains(&id) || placing::is_at_hub(exchange, id)? {
                    continue;
                }
                if exchange.synced(id)?.is_none() && exchange.is_refused(id)? {
                    return Ok(Standing::Refused);
                }
                // In a set of its own behind this one it may wait for another one of these.
                if standing == Standing::Free
                    && let Some(later) = exchange.waits_in(id)?.filter(|later| *later > entry.n)
                {
                    standing = Standing::Needs(later);
                }
            }
            for id in references(exchange, waiting, rows)? {
                if own.contains(&id) || self.there.contains(&id) {
                    continue;
                }
                if exchange.synced(id)?.is_some() {
                    self.there.insert(id);
                    continue;
                }
                if exchange.is_refused(id)? {
                    return Ok(Standing::Refused);
                }
                if self.new.contains(&id) {
                    standing = Standing::Waits;
                } else if standing == Standing::Free
                    && let Some(later) = exchange.waits_in(id)?.filter(|later| *later > entry.n)
                {
                    standing = Standing::Needs(later);
                }
            }
        }
        Ok(standing)
    }

    /// Notes that these go along, which the hub has not got.
    pub(crate) fn go(&mut self, new: impl Iterator<Item = Id>) {
        self.new.extend(new);
    }
}

/// The records that a record refers to, as it stands here.
fn references(
    exchange: &Exchange<'_>,
    waiting: &Waiting,
    rows: &mut HashMap<Id, Row>,
) -> Result<Vec<Id>, SyncError> {
    let Some(record) = register::find(&waiting.class) else { return Ok(Vec::new()) };
    let mut refers = record.fields.iter().filter(|field| field.kind == Kind::Id).peekable();
    if refers.peek().is_none() {
        return Ok(Vec::new());
    }
    let Some(row) = exchange.row(record.class, waiting.id)? else { return Ok(Vec::new()) };
    let named = refers.filter_map(|field| Values::id(&row.fields, field.name)).collect();
    rows.insert(waiting.id, row);
    Ok(named)
}

/// Sends again what was refused with a code: the reason may be gone now.
pub(crate) fn send_again(
    exchange: &Exchange<'_>,
    surroundings: &dyn Surroundings,
    code: &str,
) -> Result<(), SyncError> {
    for (class, id) in exchange.take_refusals(code)? {
        let row = match register::find(&class) {
            Some(record) => exchange.row(record.class, id)?,
            None => None,
        };
        if let Some(row) = row
            && !exchange.is_waiting(id)?
        {
            let waiting = Waiting::new(&class, id, row.version);
            exchange.put_outbox(surroundings.now(), &[waiting])?;
        }
    }
    Ok(())
}
