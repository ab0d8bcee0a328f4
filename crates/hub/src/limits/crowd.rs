//! A crowd: so many connections of one kind. One more makes the oldest leave.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use booqing_protocol::Id;
use tokio::sync::Notify;

/// The connections of desks, or of strangers.
#[derive(Debug)]
pub(crate) struct Crowd {
    most: usize,
    inside: Mutex<HashMap<Id, VecDeque<Arc<Notify>>>>,
}

/// A place in the crowd, until it is dropped.
#[derive(Debug)]
pub(crate) struct Standing {
    crowd: Arc<Crowd>,
    key: Id,
    leave: Arc<Notify>,
}

impl Crowd {
    /// A crowd of so many with one key; at least one.
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most: most.max(1), inside: Mutex::default() })
    }

    /// Comes in; the oldest with this key leaves when there are too many.
    pub(crate) fn enter(self: &Arc<Self>, key: Id) -> Standing {
        let leave = Arc::new(Notify::new());
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let line = inside.entry(key).or_default();
        line.push_back(Arc::clone(&leave));
        if line.len() > self.most
            && let Some(oldest) = line.pop_front()
        {
            // Kept until it listens.
            oldest.notify_one();
        }
        Standing { crowd: Arc::clone(self), key, leave }
    }
}

impl Standing {
    /// Waits until there is no place any more.
    pub(crate) async fn displaced(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        let mut inside = self.crowd.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = inside.get_mut(&self.key) {
            line.retain(|other| !Arc::ptr_eq(other, &self.leave));
            if line.is_empty() {
                inside.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn is_displaced(standing: &Standing) -> bool {
        standing.displaced().now_or_never().is_some()
    }

    #[test]
    fn one_too_many_makes_the_oldest_with_its_key_leave() {
        let crowd = Crowd::new(2);
        let [first, second, other] = [1, 1, 2].map(|key| crowd.enter(Id([key; 16])));
        assert!(!is_displaced(&first));
        let third = crowd.enter(Id([1; 16]));
        assert!(is_displaced(&first));
        assert!(![&second, &third, &other].into_iter().any(is_displaced));
        drop(second);
        let fourth = crowd.enter(Id([1; 16]));
        assert!(![&third, &fourth].into_iter().any(is_displaced), "one had left by itself");
        drop((first, third, fourth, other));
        assert!(crowd.inside.lock().expect("the map").is_empty());
    }
}
