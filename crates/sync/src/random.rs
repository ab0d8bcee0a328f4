//! Random bytes.

use std::sync::Arc;

use crate::SyncError;

/// Where random bytes come from: fills what it is given.
pub type Random = Arc<dyn Fn(&mut [u8]) -> Result<(), SyncError> + Send + Sync>;

/// Random bytes of the operating system.
pub(crate) fn of_system() -> Random {
    Arc::new(|bytes| booqing_keys::random::fill(bytes).map_err(|_| SyncError::NoRandom))
}
