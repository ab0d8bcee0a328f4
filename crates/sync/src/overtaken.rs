//! A decision that was taken at two desks apart: the one that the hub had first stands. The other is kept
//! with it, what it had changed is as it was, and whoever made it is told.

use booqing_model::entities::{DELETION, OVERTAKEN, Overtaken, decision_of, place_of};
use booqing_model::field::{Merge, RecordType};
use booqing_model::time::Moment;
use booqing_model::{Fields, Values};
use booqing_store::Row;
use serde_json::{Value, json};

use crate::SyncError;
use crate::following::follow;
use crate::inward::Inward;
use crate::merge::Merged;
use crate::wire::model_id;

impl Inward<'_> {
    /// Keeps what was decided here and does not stand in the record it is about, and takes back what it
    /// had changed. Nothing where both decided the same.
    pub(crate) fn overtake(
        &mut self,
        record_type: &'static RecordType,
        mine: &Row,
        merged: &mut Merged,
    ) -> Result<(), SyncError> {
        if merged.overtaken.is_empty() {
            return Ok(());
        }
        let Some(fields) = decision_of(record_type.class) else { return Ok(()) };
        let Some(decision) = mine.fields.text(fields.decision) else { return Ok(()) };
        if merged.fields.text(fields.decision) == Some(decision) {
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
        if record_type.class == "conflict" {
            self.take_back_decided(&mine.fields)?;
        }
        Ok(())
    }

    /// What settling a conflict changed in the record that it is about is as it was, unless somebody has
    /// entered something else since.
    fn take_back_decided(&mut self, conflict: &Fields) -> Result<(), SyncError> {
        let about = conflict.text("record_class").and_then(|class| self.sealer.known(class));
        let (Some(record_type), Some(id)) = (about, conflict.id("record")) else { return Ok(()) };
        let (class, now) = (record_type.class, self.surroundings.now());
        let Some(base) = self.exchange.base(id)?.filter(|base| !base.is_empty()) else {
            return Ok(());
        };
        if !self.exchange.is_waiting(id)? {
            return Ok(());
        }
        let group = conflict.text("field_group").unwrap_or_default();
        let kept = conflict.text("resolution").unwrap_or_default();
        let row = self.exchange.row(class, id)?;
        let back = match row {
            None if group == DELETION
                && side(conflict, DELETION, "working", kept) == json!(true) =>
            {
                let version = self.exchange.last_version(id)? + 1;
                let unknown = self.exchange.kept_unknown(id)?;
                let back = Row { seq: 0, id, version, fields: base.clone(), unknown };
                self.exchange.put_row(class, &back, None, now)?;
                // What had stayed closed went with it: nothing to hold it against.
                self.exchange.set_plain(id, None)?;
                back
            }
            // A document that was issued since goes on as it is.
            Some(row) if group != DELETION && row.fields.text("state") == base.text("state") => {
                let mut fields = row.fields.clone();
                for field in record_type.group(group) {
                    let of = |values: &Fields| values.get(field.name).cloned().unwrap_or_default();
                    let decided = side(conflict, field.name, place_of(field.class), kept);
                    if field.merge != Merge::Computed && of(&row.fields) != decided {
                        return Ok(());
                    }
                    fields.set(field.name, of(&base));
                }
                follow(self.exchange, self.sealer.terms(), record_type, &mut fields)?;
                if fields == row.fields {
                    return Ok(());
                }
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
}

/// The value that a side of a conflict has of a field; null where it has none.
fn side(conflict: &Fields, field: &str, place: &str, side: &str) -> Value {
    let sides = conflict.get(place).and_then(|sides| sides.get(side));
    sides.and_then(|values| values.get(field)).cloned().unwrap_or_default()
}
