//! The records that are of no record class of the register: keys, and heads ([`crate::witness`]). Their one
//! part is sealed under a key of the administration for those.

use booqing_protocol::{Hash, Part, PartClass, Routing, SealedRecord};
use booqing_store::tables::sealing_key::SealingKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::sealing::KEY_CLASS;
use crate::wire::{model_id, wire_id};
use crate::{Sealer, SyncError};

/// What is sealed in a record of class `key`.
#[derive(Serialize, Deserialize)]
struct SealedKey {
    purpose: String,
    secret: String,
}

impl Sealer {
    /// Seals a key, as the record that carries it to other desks.
    ///
    /// # Errors
    /// [`SyncError`].
    pub fn seal_key(&self, key: &SealingKey) -> Result<SealedRecord, SyncError> {
        let secret: String = key.secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let content = SealedKey { purpose: key.purpose.clone(), secret };
        let content = Zeroizing::new(serde_json::to_vec(&content).map_err(|_| {
            SyncError::Content { class: KEY_CLASS.to_owned(), id: wire_id(key.id) }
        })?);
        let part = self.seal_own(KEY_CLASS, key.id, &content)?;
        self.sign(SealedRecord {
            id: wire_id(key.id),
            class: KEY_CLASS.to_owned(),
            version: 1,
            lineage: Hash::default(),
            author: self.desk(),
            routing: Routing::default(),
            parts: vec![part],
            deleted: false,
            mac: Hash::default(),
        })
    }

    /// Seals the only part of a record that is of no record class: under a key of the administration
    /// for those.
    pub(crate) fn seal_own(
        &self,
        class: &str,
        id: booqing_model::Id,
        content: &[u8],
    ) -> Result<Part, SyncError> {
        self.seal_part(&self.keys_key, class, id, PartClass::Working, content)
    }

    /// Opens it.
    pub(crate) fn open_own(
        &self,
        record: &SealedRecord,
        part: &Part,
    ) -> Result<Zeroizing<Vec<u8>>, SyncError> {
        self.open_part(&self.keys_key, record, part)
    }

    /// Opens a key.
    ///
    /// # Errors
    /// [`SyncError::Part`], [`SyncError::Content`].
    pub fn open_key(&self, record: &SealedRecord) -> Result<SealingKey, SyncError> {
        let wrong = || SyncError::Content { class: record.class.clone(), id: record.id };
        let part = record.parts.first().ok_or_else(wrong)?;
        let content = self.open_own(record, part)?;
        let SealedKey { purpose, secret } =
            serde_json::from_slice(&content).map_err(|_| wrong())?;
        let secret = Zeroizing::new(secret);
        let mut bytes = [0; 32];
        if secret.len() != 64 || !secret.is_ascii() {
            return Err(wrong());
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = secret.get(2 * index..2 * index + 2).ok_or_else(wrong)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(SealingKey { id: model_id(record.id), purpose, secret: bytes })
    }
}
