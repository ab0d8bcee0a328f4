//! What surrounds a desk of a world: dice and a clock, from the seed.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use booqing_model::Id;
use booqing_model::time::Moment;
use booqing_sync::SyncError;
use booqing_sync::inward::Surroundings;

/// The dice and the clock of a desk.
#[derive(Debug)]
pub struct Around {
    dice: Mutex<fastrand::Rng>,
    /// The time in the world, in seconds since 1970.
    world: Arc<AtomicI64>,
    /// By how much the clock of this desk is off.
    off: AtomicI64,
}

impl Around {
    pub(crate) fn new(seed: u64, world: &Arc<AtomicI64>) -> Self {
        Self {
            dice: Mutex::new(fastrand::Rng::with_seed(seed)),
            world: Arc::clone(world),
            off: AtomicI64::new(0),
        }
    }

    /// Those of a desk beside it, in the same world.
    pub(crate) fn beside(&self, seed: u64) -> Self {
        Self::new(seed, &self.world)
    }

    /// The clock is off by so many seconds from now on.
    pub(crate) fn set_off(&self, off: i64) {
        self.off.store(off, Ordering::Relaxed);
    }

    /// Throws the dice for each of these bytes.
    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}

impl Surroundings for Around {
    fn id(&self) -> Result<Id, SyncError> {
        let mut random = [0; 10];
        self.fill(&mut random);
        let seconds = self.now().0.unsigned_abs();
        Ok(Id::new(seconds.saturating_mul(1000), random))
    }

    fn now(&self) -> Moment {
        let now = self.world.load(Ordering::Relaxed) + self.off.load(Ordering::Relaxed);
        Moment(now.max(0))
    }
}
