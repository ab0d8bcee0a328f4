//! What comes back from the hub and was sent from here, although the answer to it was lost.

use std::collections::HashMap;

use booqing_model::Fields;
use booqing_protocol::message::ChangeSet;
use booqing_protocol::{Hash, SealedRecord, decode};
use booqing_store::tables::synced::Synced;

use crate::inward::Inward;
use crate::opening::{Content, OpenedRecord};
use crate::wire::model_id;
use crate::{SyncError, numbering, witness};

impl Inward<'_> {
    /// The version that a record had here when these bytes of it were sent; `None` when this desk did
    /// not send them, or has heard what became of them.
    pub(crate) fn sent_version(
        &mut self,
        record: &SealedRecord,
        hash: Hash,
    ) -> Result<Option<i64>, SyncError> {
        if record.author != self.sealer.desk() {
            return Ok(None);
        }
        if let Some(sent) = &self.sent {
            return Ok(sent.get(&hash).copied());
        }
        let mut sent = HashMap::new();
        for entry in self.exchange.waiting(u32::MAX)? {
            let Some(bytes) = entry.sent else { continue };
            let change: ChangeSet = decode(&bytes)?;
            for outgoing in &change.records {
                let id = model_id(SealedRecord::from_bytes(&outgoing.record)?.id);
                let waiting = entry.records.iter().find(|waiting| waiting.id == id);
                let version = waiting.map_or(0, |waiting| waiting.version);
                sent.insert(Hash::of(&outgoing.record), version);
            }
        }
        let found = sent.get(&hash).copied();
        self.sent = Some(sent);
        Ok(found)
    }

    /// The hub has what this desk sent, although the answer was lost: what was changed here since
    /// is a change upon that, and nothing to merge.
    pub(crate) fn take_own(
        &mut self,
        before: Option<&Synced>,
        came: &OpenedRecord,
        version: i64,
    ) -> Result<(), SyncError> {
        let OpenedRecord { rev, hash, record, content, .. } = came;
        let id = model_id(record.id);
        if let Content::Values { new, .. } = content {
            let values = || Ok(new.row()?.fields);
            numbering::settle_opened(self.exchange, self.surroundings, record, values)?;
        }
        if self.sealer.known(&record.class).is_some() {
            let row = self.exchange.row(&record.class, id)?;
            let sent = if record.deleted {
                Fields::new()
            } else {
                numbering::as_sent(
                    record,
                    &row,
                    self.exchange.fields_at(id, row.as_ref(), version)?,
                )
            };
            self.exchange.put_base(id, &sent)?;
        }
        match content {
            Content::Values { closed: Some(closed), .. } => {
                self.exchange.renew_unread(id, &closed.bytes)?;
            }
            Content::Values { .. } | Content::Deleted { .. } => self.exchange.forget_unread(id)?,
            Content::Head(head) => witness::note(self.exchange, self.sealer, record, head)?,
            Content::Key(_) | Content::Unknown(_) => {}
        }
        self.note(before, record, *hash, *rev)
    }
}
