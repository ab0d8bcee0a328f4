//! What was sent and has no outcome yet, as it was sent.

use booqing_protocol::message::ChangeSet;
use booqing_protocol::{Hash, SealedRecord, decode};
use booqing_store::tables::outbox::OutboxEntry;

use crate::SyncError;

/// The sets that were sent, in the order of their numbers.
pub(crate) fn sent_again(entries: &[OutboxEntry]) -> Result<Vec<ChangeSet>, SyncError> {
    let sent = entries.iter().map_while(|entry| entry.sent.as_ref());
    sent.map(|bytes| Ok(decode(bytes)?)).collect()
}

/// A record that was sent.
pub(crate) struct Sent {
    pub(crate) record: SealedRecord,
    pub(crate) hash: Hash,
    /// The record as it was sent.
    pub(crate) bytes: Vec<u8>,
}

/// The records that were sent for an entry, keys among them.
pub(crate) fn sent_records(entry: &OutboxEntry) -> Result<Vec<Sent>, SyncError> {
    let Some(sent) = &entry.sent else { return Ok(Vec::new()) };
    let change: ChangeSet = decode(sent)?;
    change
        .records
        .iter()
        .map(|outgoing| {
            let bytes = outgoing.record.to_vec();
            Ok(Sent { record: SealedRecord::from_bytes(&bytes)?, hash: Hash::of(&bytes), bytes })
        })
        .collect()
}
