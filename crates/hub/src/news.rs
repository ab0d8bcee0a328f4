//! Who is told what is new: the desks of an administration that wait for it, and nobody else. What is told
//! to many costs those nothing who belong to others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use booqing_protocol::Id;
use tokio::sync::watch;

use crate::storage::Heard;

/// Where news are told, by administration. There is an entry where somebody listens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bulletin(Arc<Mutex<HashMap<Id, watch::Sender<u64>>>>);

impl Bulletin {
    /// Listens to the news of an administration from now on.
    pub(crate) fn listen(&self, administration: Id) -> Listener {
        let told = self.lock().entry(administration).or_default().subscribe();
        Listener { bulletin: self.clone(), administration, told: Some(told) }
    }

    /// Tells what was heard.
    pub(crate) fn tell(&self, heard: Heard) {
        let told = self.lock();
        match heard {
            Heard::News(news) => {
                if let Some(told) = told.get(&news.administration) {
                    told.send_replace(news.rev);
                }
            }
            Heard::Missed => told.values().for_each(|told| {
                told.send_replace(0);
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id, watch::Sender<u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who listens.
#[derive(Debug)]
pub(crate) struct Listener {
    bulletin: Bulletin,
    administration: Id,
    /// There until it is dropped.
    told: Option<watch::Receiver<u64>>,
}

impl Listener {
    /// The latest revision that was told since it was asked last; 0 when it is not known which. `None` when
    /// nobody tells any more.
    pub(crate) async fn next(&mut self) -> Option<u64> {
        let told = self.told.as_mut()?;
        told.changed().await.ok()?;
        Some(*told.borrow_and_update())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut told = self.bulletin.lock();
        drop(self.told.take());
        if told.get(&self.administration).is_some_and(|told| told.receiver_count() == 0) {
            told.remove(&self.administration);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::News;

    fn news(administration: u8, rev: u64) -> Heard {
        Heard::News(News { administration: Id([administration; 16]), rev })
    }

    #[tokio::test]
    async fn each_administration_hears_of_itself_and_the_latest_is_enough() {
        let bulletin = Bulletin::default();
        let mut one = bulletin.listen(Id([1; 16]));
        let mut also = bulletin.listen(Id([1; 16]));
        let mut other = bulletin.listen(Id([2; 16]));
        bulletin.tell(news(1, 4));
        bulletin.tell(news(1, 5));
        bulletin.tell(news(3, 9));
        assert_eq!((one.next().await, also.next().await), (Some(5), Some(5)));
        bulletin.tell(news(2, 7));
        assert_eq!(other.next().await, Some(7));
        bulletin.tell(Heard::Missed);
        assert_eq!((one.next().await, other.next().await), (Some(0), Some(0)));
    }

    #[tokio::test]
    async fn the_same_revision_told_twice_is_heard_twice() {
        let bulletin = Bulletin::default();
        let mut one = bulletin.listen(Id([1; 16]));
        for _ in 0..2 {
            bulletin.tell(Heard::Missed);
            assert_eq!(one.next().await, Some(0));
        }
    }

    #[test]
    fn nothing_is_kept_of_an_administration_to_which_nobody_listens() {
        let bulletin = Bulletin::default();
        let (one, other) = (bulletin.listen(Id([1; 16])), bulletin.listen(Id([1; 16])));
        drop(one);
        assert_eq!(bulletin.lock().len(), 1);
        drop(other);
        bulletin.tell(news(1, 4));
        assert_eq!(bulletin.lock().len(), 0);
    }
}
