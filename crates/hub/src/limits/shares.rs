//! Shares: so many of something at once for a desk, for an administration, for everybody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use booqing_protocol::Id;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Share;
use crate::storage::Desk;

/// Something there is only so much of.
#[derive(Debug)]
pub(crate) struct Shares {
    most: Share,
    desks: Keyed,
    administrations: Keyed,
    all: Arc<Semaphore>,
}

/// What somebody has of it, until it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    _desk: OfKey,
    _administration: OfKey,
    _all: Option<OwnedSemaphorePermit>,
}

impl Shares {
    pub(crate) fn new(most: Share) -> Self {
        let all = Arc::new(Semaphore::new(most.all as usize));
        Self { most, desks: Keyed::default(), administrations: Keyed::default(), all }
    }

    /// Waits until so many are free for a desk: first of its own share, then of its
    /// administration's, then of everybody's. So one that asks for more than its own holds up nobody
    /// else. More than a share are taken as the whole share.
    pub(crate) async fn take(&self, desk: Desk, count: u32) -> Held {
        let Share { desk: own, administration, all } = self.most;
        Held {
            _desk: self.desks.take(desk.id, own, count).await,
            _administration: self
                .administrations
                .take(desk.administration, administration, count)
                .await,
            // Nobody closes it.
            _all: Arc::clone(&self.all).acquire_many_owned(count.min(all)).await.ok(),
        }
    }
}

/// A semaphore for each desk or administration that has or wants something.
#[derive(Debug, Default, Clone)]
struct Keyed(Arc<Mutex<HashMap<Id, Arc<Semaphore>>>>);

impl Keyed {
    async fn take(&self, key: Id, most: u32, count: u32) -> OfKey {
        let semaphore = {
            let mut semaphores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Semaphore::new(most as usize));
            Arc::clone(semaphores.entry(key).or_insert_with(new))
        };
        // Made before waiting: whoever gives up waiting tidies up as well.
        let mut of_key = OfKey { key, keyed: self.clone(), permit: None };
        of_key.permit = semaphore.acquire_many_owned(count.min(most)).await.ok();
        of_key
    }
}

/// What somebody has of a desk's or an administration's share.
#[derive(Debug)]
struct OfKey {
    key: Id,
    keyed: Keyed,
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for OfKey {
    fn drop(&mut self) {
        drop(self.permit.take());
        let mut semaphores = self.keyed.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The map's own is the last: nobody has or wants any of it.
        if semaphores.get(&self.key).is_some_and(|last| Arc::strong_count(last) == 1) {
            semaphores.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const SHARE: Share = Share { desk: 2, administration: 3, all: 4 };

    fn desk(administration: u8, number: u8) -> Desk {
        Desk { id: Id([number; 16]), administration: Id([administration; 16]) }
    }

    /// What can be had without waiting.
    fn now(shares: &Shares, desk: Desk, count: u32) -> Option<Held> {
        shares.take(desk, count).now_or_never()
    }

    #[test]
    fn a_desk_an_administration_and_all_have_a_share_each() {
        let shares = Shares::new(SHARE);
        let first = now(&shares, desk(1, 1), 2).expect("its own share");
        assert!(now(&shares, desk(1, 1), 1).is_none(), "a third of one desk waits");
        let second = now(&shares, desk(1, 2), 1).expect("another desk's");
        assert!(now(&shares, desk(1, 2), 1).is_none(), "a fourth of one administration waits");
        let third = now(&shares, desk(2, 3), 1).expect("another administration's");
        assert!(now(&shares, desk(2, 4), 1).is_none(), "a fifth of all waits");
        drop(first);
        assert!(now(&shares, desk(2, 4), 1).is_some());
        drop((second, third));
        assert!(now(&shares, desk(1, 1), 2).is_some());
    }

    #[test]
    fn more_than_a_share_is_the_whole_share() {
        let shares = Shares::new(SHARE);
        let held = now(&shares, desk(1, 1), 100).expect("the whole share");
        assert!(now(&shares, desk(1, 1), 1).is_none());
        drop(held);
        assert!(now(&shares, desk(1, 1), 1).is_some());
    }

    #[test]
    fn who_gives_up_waiting_or_is_done_leaves_nothing_behind() {
        let shares = Shares::new(SHARE);
        let held = now(&shares, desk(1, 1), 2);
        let mut waiting = Box::pin(shares.take(desk(1, 1), 1));
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(held);
        assert_eq!(shares.desks.0.lock().expect("the map").len(), 1, "one still waits");
        drop(waiting);
        assert!(shares.desks.0.lock().expect("the map").is_empty());
        assert!(shares.administrations.0.lock().expect("the map").is_empty());
    }
}
