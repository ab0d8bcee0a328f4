//! Turns: of one administration one change is stored at a time, and the others wait without a connection to
//! the database.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use booqing_protocol::Id;

use crate::storage::StorageError;

/// How long a turn is waited for: as long as the database lets a row be waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whose turn it is.
#[derive(Debug, Default)]
pub(super) struct Turns {
    taken: Mutex<HashSet<Id>>,
    given_back: Condvar,
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    administration: Id,
}

impl Turns {
    /// Waits for the turn of an administration.
    ///
    /// # Errors
    /// [`StorageError::Unreachable`] when those before are not done in time.
    pub(super) fn take(&self, administration: Id) -> Result<Turn<'_>, StorageError> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let is_taken = |taken: &mut HashSet<Id>| taken.contains(&administration);
        let (mut taken, waited) = self
            .given_back
            .wait_timeout_while(taken, PATIENCE, is_taken)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(StorageError::Unreachable(
                "other changes are not stored in time".to_owned(),
            ));
        }
        taken.insert(administration);
        Ok(Turn { turns: self, administration })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut taken = self.turns.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.remove(&self.administration);
        self.turns.given_back.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn one_at_a_time_of_an_administration_and_others_beside_it() {
        let turns = Turns::default();
        let first = turns.take(Id([1; 16])).expect("a turn");
        drop(turns.take(Id([2; 16])).expect("another's turn"));
        std::thread::scope(|scope| {
            let (told, heard) = mpsc::channel();
            let turns = &turns;
            scope.spawn(move || {
                let _turn = turns.take(Id([1; 16])).expect("its turn");
                told.send(()).expect("told");
            });
            assert!(heard.try_recv().is_err(), "it waits");
            drop(first);
            heard.recv().expect("its turn came");
        });
        assert!(turns.taken.lock().expect("a lock").is_empty(), "all were given back");
    }
}
