//! Who wants to know that something changed here.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use booqing_model::register::RECORDS;
use booqing_sync::Consent;
use tokio::sync::{Notify, broadcast, watch};

use crate::Failure;

/// News that may wait for a listener that is busy. One that misses some is told that everything
/// may have changed.
const WAITING: usize = 64;

/// Tells of changes: to the sync that there is something to send, to lists that they are old.
#[derive(Debug)]
pub(crate) struct Changes {
    to_send: Notify,
    /// That there may be originals to carry.
    to_carry: Notify,
    /// What is wrong with those.
    trouble: Mutex<Option<Failure>>,
    /// What a person has agreed to, for the next sync.
    agreed: Mutex<Consent>,
    classes: broadcast::Sender<BTreeSet<String>>,
    /// Whether a person has stopped the live sync.
    pause: watch::Sender<bool>,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            to_send: Notify::new(),
            to_carry: Notify::new(),
            trouble: Mutex::default(),
            agreed: Mutex::default(),
            classes: broadcast::Sender::new(WAITING),
            pause: watch::Sender::new(false),
        }
    }
}

impl Changes {
    /// Something was changed here.
    pub(crate) fn tell<'a>(&self, classes: impl Iterator<Item = &'a str>) {
        self.to_send.notify_one();
        // Nobody may be listening.
        let _ = self.classes.send(classes.map(str::to_owned).collect());
    }

    /// Something came from the hub.
    pub(crate) fn tell_all(&self) {
        let _ = self.classes.send(every_class().collect());
    }

    /// So much was changed here that everything may be old.
    pub(crate) fn tell_everything(&self) {
        self.to_send.notify_one();
        self.tell_all();
    }

    /// Waits until there is something to send. What was told before counts once.
    pub(crate) async fn something_to_send(&self) {
        self.to_send.notified().await;
    }

    /// Makes the next wait end at once.
    pub(crate) fn wake(&self) {
        self.to_send.notify_one();
    }

    /// There may be originals to carry.
    pub(crate) fn carry(&self) {
        self.to_carry.notify_one();
    }

    /// Waits until there may be originals to carry. What was told before counts once.
    pub(crate) async fn something_to_carry(&self) {
        self.to_carry.notified().await;
    }

    /// Notes what is wrong with carrying originals; `None` when nothing is.
    pub(crate) fn set_trouble(&self, trouble: Option<Failure>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// What is wrong with carrying originals.
    pub(crate) fn trouble(&self) -> Option<Failure> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A person has agreed to something: the next sync begins at once and goes by it.
    pub(crate) fn agree(&self, consent: Consent) {
        *self.agreed.lock().unwrap_or_else(PoisonError::into_inner) = consent;
        self.wake();
    }

    /// What a person has agreed to; it holds for one sync.
    pub(crate) fn take_agreed(&self) -> Consent {
        std::mem::take(&mut *self.agreed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Stops the live sync, or lets it go on.
    pub(crate) fn pause(&self, paused: bool) {
        self.pause.send_replace(paused);
    }

    /// Whether it is stopped.
    pub(crate) fn is_paused(&self) -> bool {
        *self.pause.borrow()
    }

    /// Waits until it is stopped, or is not.
    pub(crate) async fn paused(&self, paused: bool) {
        // The sender lives as long as this.
        let _ = self.pause.subscribe().wait_for(|now| *now == paused).await;
    }

    /// The record classes in which something changed, each time.
    pub(crate) fn listen(&self) -> Listener {
        Listener(self.classes.subscribe())
    }
}

/// Hears of changes.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<BTreeSet<String>>);

impl Listener {
    /// The record classes in which something changed since; `None` when the desk is gone.
    pub async fn next(&mut self) -> Option<Vec<String>> {
        match self.0.recv().await {
            Ok(classes) => Some(classes.into_iter().collect()),
            // It was slow and missed some: anything may have changed.
            Err(broadcast::error::RecvError::Lagged(_)) => Some(every_class().collect()),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

fn every_class() -> impl Iterator<Item = String> {
    RECORDS.iter().map(|record| record.class.to_owned())
}
