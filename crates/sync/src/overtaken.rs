//! A decision that was taken at two desks apart: the one that the hub had first stands. The other is kept
//! with it, what it had changed is as it was, and whoever made it is told.

use booqing_model::entities::{DELETION, OVERTAKEN, Overtaken, decision_of, place_of};
use booqing_model::field::RecordType;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id, Values};
use booqing_store::Row;
use serde_json::{Value, json};

use crate::following::follow;
use crate::inward::Inward;
use crate::merge::{Merged, merge};
use crate::wire::model_id;
use crate::{SyncError, issued, numbering};

/// Decisions that say that somebody has done something by hand: done twice, it is there twice.
const BY_HAND: [&str; 2] = ["entered", "other"];

impl Inward<'_> {
    /// Keeps what was decided here and does not stand with what stands, and takes back what it had changed.
    /// Nothing where both decided the same.
    pub(crate) fn overtake(
        &mut self,
        record_type: &'static RecordType,
        mine: &Row,
        merged: &mut Merged,
    ) -> Result<(), SyncError> {
        let Some(fields) = decision_of(record_type.class).filter(|_| !merged.overtaken.is_empty())
        else {
            return Ok(());
        };
        let Some(decision) = mine.fields.text(fields.decision) else { return Ok(()) };
        let is_same = merged.fields.text(fields.decision) == Some(decision);
        if is_same && !BY_HAND.contains(&decision) {
            return Ok(());
        }
        if record_type.class == "conflict" && !is_same {
            self.take_back_decided(&mine.fields)?;
        }
        // Whoever only heard of it, before the hub was put back, is told nothing.
        if !self.exchange.was_set_here(mine.id, fields.decision)? {
            return Ok(());
        }
        let second = Overtaken {
            key: model_id(self.sealer.desk()),
            at: mine.fields.integer(fields.at).map(Moment),
            by: mine.fields.id(fields.by),
            decision: decision.to_owned(),
            seen_at: None,
        };
        let mut all = match merged.fields.get(OVERTAKEN) {
            Some(Value::Array(others)) => others.clone(),
            _ => Vec::new(),
        };
        all.retain(|other| other.get("key") != Some(&json!(second.key)));
        all.push(json!(second));
        merged.fields.set(OVERTAKEN, Value::Array(all));
        Ok(())
    }

    /// What settling a conflict changed in the record that it is about is as it was, unless somebody has
    /// entered something else since.
    fn take_back_decided(&mut self, conflict: &Fields) -> Result<(), SyncError> {
        let about = conflict.text("record_class").and_then(|class| self.sealer.known(class));
        let (Some(record_type), Some(id)) = (about, conflict.id("record")) else { return Ok(()) };
        self.withdraw(record_type, id, conflict)?;
        let (class, now) = (record_type.class, self.surroundings.now());
        let Some(base) = self.exchange.base(id)?.filter(|base| !base.is_empty()) else {
            return Ok(());
        };
        if !self.exchange.is_waiting(id)? {
            return Ok(());
        }
        let row = self.exchange.row(class, id)?;
        let back = match row {
            None if deletes(conflict) => {
                // With what had been entered before it was deleted.
                let fields = self.exchange.deleted_values(id)?.unwrap_or_else(|| base.clone());
                let version = self.exchange.last_version(id)? + 1;
                let back =
                    Row { seq: 0, id, version, fields, unknown: self.exchange.kept_unknown(id)? };
                self.exchange.put_row(class, &back, None, now)?;
                // What lay closed was not held against it.
                self.exchange.set_plain(id, None)?;
                back
            }
            // A document that was issued since goes on as it is.
            Some(row)
                if class != numbering::CLASS
                    || !issued::is_going_out(&row.fields)
                    || issued::is_going_out(&base) =>
            {
                let Some(fields) = self.without_decision(record_type, conflict, &row)? else {
                    return Ok(());
                };
                let back = Row { version: row.version + 1, fields, ..row.clone() };
                self.exchange.put_row(class, &back, Some(&row), now)?;
                back
            }
            _ => return Ok(()),
        };
        if back.fields == base && !self.exchange.is_sent(id)? {
            // It is what the hub has.
            while let Some(n) = self.exchange.waits_in(id)? {
                self.exchange.leave_entry(n, id)?;
            }
            self.exchange.forget_base(id)?;
        }
        Ok(())
    }

    /// Takes away the conflict between what was decided here and what came just before the decision that
    /// stands: there is nothing left to decide.
    fn withdraw(
        &mut self,
        record_type: &'static RecordType,
        record: Id,
        decided: &Fields,
    ) -> Result<(), SyncError> {
        let group = decided.text("field_group");
        let kept = decided.text("resolution").unwrap_or_default();
        for id in self.exchange.conflicts_about(record)? {
            let is_new = self.exchange.synced(id)?.is_none() && !self.exchange.is_sent(id)?;
            let Some(row) = self.exchange.row("conflict", id)?.filter(|_| is_new) else { continue };
            let found = &row.fields;
            if found.text("field_group") != group || found.get("resolved_at").is_some() {
                continue;
            }
            let is_decided = |field: &str, place: &str| {
                side(found, field, place, "mine") == side(decided, field, place, kept)
            };
            let is_of_it = match group {
                Some(DELETION) => deletes(decided) && is_decided(DELETION, "working"),
                group => record_type
                    .group(group.unwrap_or_default())
                    .all(|field| is_decided(field.name, place_of(field.class))),
            };
            if !is_of_it {
                continue;
            }
            while let Some(n) = self.exchange.waits_in(id)? {
                self.exchange.leave_entry(n, id)?;
            }
            self.exchange.discard("conflict", id)?;
            self.taken.conflicts = self.taken.conflicts.saturating_sub(1);
        }
        Ok(())
    }

    /// The values of a record without what a decision about a conflict had put there; `None` when nothing of
    /// that is there, or it cannot be told from what was entered since.
    fn without_decision(
        &self,
        record_type: &'static RecordType,
        conflict: &Fields,
        row: &Row,
    ) -> Result<Option<Fields>, SyncError> {
        let (kept, other) = match conflict.text("resolution") {
            Some("mine") => ("mine", "theirs"),
            _ => return Ok(None),
        };
        let group = conflict.text("field_group").unwrap_or_default();
        let values = |side: &dyn Fn(&'static str, &str) -> Value| -> Fields {
            let fields = record_type.group(group);
            fields.map(|field| (field.name, side(field.name, place_of(field.class)))).collect()
        };
        let [decided, before] =
            [kept, other].map(|name| values(&|field, place| side(conflict, field, place, name)));
        let now = values(&|field, _| row.fields.get(field).cloned().unwrap_or_default());
        // What was entered since is merged with the other side, as if nobody had decided.
        let merged = merge(record_type, &decided, &now, &before);
        if !merged.conflicts.is_empty() || merged.fields == now {
            return Ok(None);
        }
        let mut fields = row.fields.clone();
        for field in record_type.group(group) {
            fields.set(field.name, merged.fields.get(field.name).cloned().unwrap_or_default());
        }
        follow(self.exchange, self.sealer.terms(), record_type, &mut fields)?;
        Ok(Some(fields).filter(|fields| *fields != row.fields))
    }
}

/// Whether what was decided about a conflict is that the record is deleted.
fn deletes(conflict: &Fields) -> bool {
    let kept = conflict.text("resolution").unwrap_or_default();
    conflict.text("field_group") == Some(DELETION)
        && side(conflict, DELETION, "working", kept) == json!(true)
}

/// The value that a side of a conflict has of a field; null where it has none.
fn side(conflict: &Fields, field: &str, place: &str, side: &str) -> Value {
    let sides = conflict.get(place).and_then(|sides| sides.get(side));
    sides.and_then(|values| values.get(field)).cloned().unwrap_or_default()
}
