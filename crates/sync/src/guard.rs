//! What asks a person before it lets something pass.
//!
//! A hub cannot read what it orders a desk to delete, and neither can whoever got hold of another
//! desk be told from a colleague who tidies up. So a sync that would delete more than a tenth of a
//! class, and more than a hundred records of it, stops before it does. And what another desk was told
//! differs from what this one was told after a hub was put back, and after it told two stories: which of
//! the two it was, only a person knows.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::SyncError;
use crate::engine::Consent;

/// So many deletions of one class are never asked about.
const ALWAYS: u64 = 100;
/// More than one in so many records of a class is asked about.
const ONE_IN: u64 = 10;

/// What one sync may do.
#[derive(Debug, Default)]
pub struct Guard {
    consent: Consent,
    /// By class: what was deleted, and how many there were before.
    deleted: Mutex<BTreeMap<&'static str, (u64, u64)>>,
}

impl Guard {
    /// A guard for one sync, with what a person has agreed to.
    pub fn new(consent: Consent) -> Self {
        Self { consent, ..Self::default() }
    }

    /// Whether a person says that the hub was put back.
    pub(crate) fn is_put_back(&self) -> bool {
        self.consent.put_back
    }

    /// Another record is about to be deleted.
    ///
    /// # Errors
    /// [`SyncError::MassDeletion`] when that is too much.
    pub(crate) fn deletes(
        &self,
        class: &'static str,
        there_are: impl FnOnce() -> Result<u64, SyncError>,
    ) -> Result<(), SyncError> {
        if self.consent.deletions {
            return Ok(());
        }
        let mut deleted = self.deleted.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, of) = match deleted.get(class) {
            Some((count, of)) => (count + 1, *of),
            None => (1, there_are()?),
        };
        if count > ALWAYS && count.saturating_mul(ONE_IN) > of {
            return Err(SyncError::MassDeletion { class, of });
        }
        deleted.insert(class, (count, of));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(guard: &Guard, of: u64, count: u64) -> u64 {
        (0..count).take_while(|_| guard.deletes("client", || Ok(of)).is_ok()).count() as u64
    }

    #[test]
    fn a_hundred_pass_and_a_tenth_passes_and_more_is_asked_about() {
        assert_eq!(allowed(&Guard::default(), 10, 10), 10, "all of a few");
        assert_eq!(allowed(&Guard::default(), 500, 500), 100);
        assert_eq!(allowed(&Guard::default(), 5_000, 5_000), 500);
        assert_eq!(
            allowed(&Guard::new(Consent { deletions: true, ..Consent::default() }), 5_000, 5_000),
            5_000
        );
    }

    #[test]
    fn each_class_counts_for_itself() {
        let guard = Guard::default();
        assert_eq!(allowed(&guard, 200, 200), 100);
        assert!(guard.deletes("booking", || Ok(200)).is_ok());
    }
}
