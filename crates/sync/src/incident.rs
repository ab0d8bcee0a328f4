//! Incidents: that something was not as it should be, as an event of the audit trail, synced to every
//! desk.

use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_store::tables::outbox::Waiting;
use booqing_store::{Exchange, Row};
use serde_json::json;

use crate::SyncError;
use crate::inward::Surroundings;
use crate::sealing::Sealer;
use crate::wire::model_id;

const CLASS: &str = "audit_event";

/// What was found.
#[derive(Debug)]
pub(crate) struct Incident<'a> {
    /// Its stable name.
    pub(crate) operation: &'static str,
    /// The record it is about, by class and id.
    pub(crate) record: Option<(&'a str, Id)>,
    /// What was found, in figures and hashes; nothing of content.
    pub(crate) reason: String,
}

impl Incident<'_> {
    /// Writes it down, once for the same finding at this desk.
    pub(crate) fn record_once(
        &self,
        exchange: &Exchange<'_>,
        sealer: &Sealer,
        surroundings: &dyn Surroundings,
    ) -> Result<(), SyncError> {
        let key = format!("{}/{}/{}", self.operation, self.reason, sealer.desk());
        let id = sealer.chain.said_id(&key);
        if exchange.row(CLASS, id)?.is_some() || exchange.synced(id)?.is_some() {
            return Ok(());
        }
        self.record(exchange, sealer, (id, surroundings.now()))
    }

    /// Writes it down, as a record of that id.
    pub(crate) fn record(
        &self,
        exchange: &Exchange<'_>,
        sealer: &Sealer,
        (id, at): (Id, Moment),
    ) -> Result<(), SyncError> {
        let mut fields: Fields = [
            ("at", json!(at)),
            ("operation", json!(self.operation)),
            ("desk", json!(model_id(sealer.desk()))),
            ("reason", json!(self.reason)),
        ]
        .into_iter()
        .collect();
        if let Some((class, record)) = self.record {
            fields.set("record_class", json!(class));
            fields.set("record", json!(record));
        }
        let row = Row { seq: 0, id, version: 1, fields, unknown: Default::default() };
        exchange.put_row(CLASS, &row, None, at)?;
        exchange.put_outbox(at, &[Waiting::new(CLASS, id, 1)])?;
        Ok(())
    }
}
