//! What asks a person before it lets something pass.
//!
//! A hub cannot read what it orders a desk to delete, and neither can whoever got hold of another
//! desk be told from a colleague who tidies up. So a sync that would delete more than a tenth of a
//! class, and more than a hundred records of it, stops before it does. And what another desk was told
//! differs from what this one was told after a hub was put back, and after it told two stories: which of
//! the two it was, only a person knows.

use booqing_store::Exchange;

use crate::SyncError;
use crate::counting::signed;
use crate::engine::Consent;

/// So many deletions of one class are never asked about.
const ALWAYS: u64 = 100;
/// More than one in so many records of a class is asked about.
const ONE_IN: u64 = 10;

/// What one sync may do.
#[derive(Debug, Default)]
pub struct Guard {
    consent: Consent,
}

/// Deletions of a class: how many, and how many records there were before.
type Counts = (u64, u64);

impl Guard {
    /// A guard for one sync, with what a person has agreed to.
    pub fn new(consent: Consent) -> Self {
        Self { consent }
    }

    /// Whether a person says that the hub was put back.
    pub(crate) fn is_put_back(&self) -> bool {
        self.consent.put_back
    }

    /// Another record of a class is about to be deleted. What was deleted before counts too, since the last
    /// sync that came to its end: a sync that is refused and begun again gets no further by that.
    ///
    /// # Errors
    /// [`SyncError::MassDeletion`] when that is too much.
    pub(crate) fn deletes(
        &self,
        exchange: &Exchange<'_>,
        class: &'static str,
        there_are: impl FnOnce() -> Result<u64, SyncError>,
    ) -> Result<(), SyncError> {
        if self.consent.deletions {
            return Ok(());
        }
        let before = match exchange.deletions(class)? {
            Some((deleted, of)) => (deleted.unsigned_abs(), of.unsigned_abs()),
            None => (0, there_are()?),
        };
        let (deleted, of) = one_more(class, before)?;
        Ok(exchange.put_deletions(class, (signed(deleted), signed(of)))?)
    }
}

/// One more deletion of a class.
fn one_more(class: &'static str, (deleted, of): Counts) -> Result<Counts, SyncError> {
    let deleted = deleted + 1;
    if deleted > ALWAYS && deleted.saturating_mul(ONE_IN) > of {
        return Err(SyncError::MassDeletion { class, of });
    }
    Ok((deleted, of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(of: u64) -> u64 {
        let mut counts = (0, of);
        for deleted in 0..of {
            match one_more("client", counts) {
                Ok(next) => counts = next,
                Err(_) => return deleted,
            }
        }
        of
    }

    #[test]
    fn a_hundred_pass_and_a_tenth_passes_and_more_is_asked_about() {
        assert_eq!(allowed(10), 10, "all of a few");
        assert_eq!(allowed(500), 100);
        assert_eq!(allowed(5_000), 500);
    }
}
