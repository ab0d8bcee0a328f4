//! The records that carry keys to other desks: of no record class of the register, and with one part.

use booqing_protocol::{Hash, Routing, SealedRecord, decode, encode};
use booqing_store::tables::sealing_key::SealingKey;
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

use crate::content::no_content;
use crate::sealing::KEY_CLASS;
use crate::wire::{model_id, wire_id};
use crate::{Sealer, SyncError};

/// What is sealed in a record of class `key`.
#[derive(Encode, Decode)]
#[cbor(map)]
struct SealedKey {
    #[n(0)]
    purpose: String,
    #[n(1)]
    secret: ByteArray<32>,
}

impl Drop for SealedKey {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut *self.secret);
    }
}

impl Sealer {
    /// Seals a key, as the record that carries it to other desks.
    ///
    /// # Errors
    /// [`SyncError`].
    pub fn seal_key(&self, key: &SealingKey) -> Result<SealedRecord, SyncError> {
        let content = SealedKey { purpose: key.purpose.clone(), secret: key.secret.into() };
        let content = Zeroizing::new(encode(&content)?);
        let record = SealedRecord {
            id: wire_id(key.id),
            class: KEY_CLASS.to_owned(),
            version: 1,
            lineage: Hash::default(),
            author: self.desk(),
            routing: Routing::default(),
            seed: self.seed()?,
            parts: Vec::new(),
            deleted: false,
        };
        self.close(record, &content)
    }
}

/// Reads a key from the content of its record.
///
/// # Errors
/// [`SyncError::Content`].
pub(crate) fn read_key(record: &SealedRecord, content: &[u8]) -> Result<SealingKey, SyncError> {
    let key: SealedKey = decode(content).map_err(|_| no_content(record))?;
    Ok(SealingKey { id: model_id(record.id), purpose: key.purpose.clone(), secret: *key.secret })
}
