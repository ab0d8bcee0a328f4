//! Between columns of a row and what they hold.

use booqing_protocol::digest::Bucket;
use booqing_protocol::{Hash, Id, Slot};
use tokio_postgres::Row;

use super::uuid;
use crate::storage::StorageError;

pub(super) fn number(number: u64) -> Result<i64, StorageError> {
    i64::try_from(number).map_err(|_| StorageError::Damaged(format!("{number} is too large")))
}

/// A bound that a desk named. No revision is beyond it.
pub(super) fn bound(rev: u64) -> i64 {
    i64::try_from(rev).unwrap_or(i64::MAX)
}

pub(super) fn count(row: &Row, column: usize) -> Result<u64, StorageError> {
    Ok(row.try_get::<_, i64>(column)?.unsigned_abs())
}

pub(super) fn hash(row: &Row, column: usize) -> Result<Hash, StorageError> {
    let bytes: &[u8] = row.try_get(column)?;
    let bytes = bytes.try_into().map_err(|_| StorageError::Damaged("a hash".to_owned()))?;
    Ok(Hash(bytes))
}

pub(super) fn id(row: &Row, column: usize) -> Result<Id, StorageError> {
    Ok(Id(*row.try_get::<_, uuid::Uuid>(column)?.as_bytes()))
}

pub(super) fn byte(row: &Row, column: usize) -> Result<u8, StorageError> {
    u8::try_from(row.try_get::<_, i16>(column)?)
        .map_err(|_| StorageError::Damaged("the end of an id".to_owned()))
}

pub(super) fn bucket(row: &Row, column: usize) -> Result<Bucket, StorageError> {
    Ok(Bucket { count: count(row, column)?, sum: hash(row, column + 1)? })
}

/// What a record occupies, from three columns.
pub(super) fn slot(row: &Row, column: usize) -> Result<Option<Slot>, StorageError> {
    let Some(resource) = row.try_get::<_, Option<uuid::Uuid>>(column)? else { return Ok(None) };
    Ok(Some(Slot {
        resource: Id(*resource.as_bytes()),
        from: row.try_get(column + 1)?,
        until: row.try_get(column + 2)?,
    }))
}

pub(super) fn uuids(ids: &[Id]) -> Vec<uuid::Uuid> {
    ids.iter().map(|id| uuid(*id)).collect()
}
