//! Pace: how many requests of a desk, and of an administration, come through in a second. Those
//! that come faster wait for their turn.

use std::time::Duration;

use booqing_protocol::Id;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::Rate;
use crate::storage::Desk;

type Limiter<C> = RateLimiter<Id, DashMapStateStore<Id>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The pace of desks and administrations.
pub(crate) struct Pace<C: Clock = DefaultClock> {
    clock: C,
    desks: Limiter<C>,
    administrations: Limiter<C>,
}

impl<C: Clock> std::fmt::Debug for Pace<C> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pace").finish_non_exhaustive()
    }
}

impl<C: Clock + Clone> Pace<C> {
    pub(crate) fn new(desk: Rate, administration: Rate, clock: C) -> Self {
        let quota = |rate: Rate| Quota::per_second(rate.per_second).allow_burst(rate.burst);
        let desks = RateLimiter::dashmap_with_clock(quota(desk), clock.clone());
        let administrations = RateLimiter::dashmap_with_clock(quota(administration), clock.clone());
        Self { clock, desks, administrations }
    }

    /// How long the next request of a desk has to wait; `None` when it may go on, and is counted.
    ///
    /// A desk that is too fast counts nothing for its administration.
    pub(crate) fn wait(&self, desk: Desk) -> Option<Duration> {
        let checks = [(&self.desks, desk.id), (&self.administrations, desk.administration)];
        checks.into_iter().find_map(|(limiter, key)| {
            let not_until = limiter.check_key(&key).err()?;
            Some(not_until.wait_time_from(self.clock.now()))
        })
    }

    /// Waits for a desk's turn; whether it had to.
    pub(crate) async fn turn(&self, desk: Desk) -> bool {
        let mut has_waited = false;
        while let Some(wait) = self.wait(desk) {
            has_waited = true;
            tokio::time::sleep(wait).await;
        }
        has_waited
    }

    /// Waits until a certificate may be looked up, which is counted for it alone: whose it is nobody knows
    /// yet. Whether it had to.
    pub(crate) async fn knock(&self, certificate: &[u8; 32]) -> bool {
        let mut id = [0; 16];
        id.iter_mut().zip(certificate).for_each(|(byte, of)| *byte = *of);
        let mut has_waited = false;
        while let Err(not_until) = self.desks.check_key(&Id(id)) {
            has_waited = true;
            tokio::time::sleep(not_until.wait_time_from(self.clock.now())).await;
        }
        has_waited
    }

    /// Forgets who has not asked for a while, which is the same to them.
    pub(crate) fn forget(&self) {
        for limiter in [&self.desks, &self.administrations] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;
    use crate::limits::rate;

    fn desk(administration: u8, number: u8) -> Desk {
        Desk { id: Id([number; 16]), administration: Id([administration; 16]) }
    }

    #[test]
    fn a_burst_goes_through_and_what_follows_waits_for_its_turn() {
        let clock = FakeRelativeClock::default();
        let pace = Pace::new(rate(10, 3), rate(1_000, 1_000), clock.clone());
        for _ in 0..3 {
            assert_eq!(pace.wait(desk(1, 1)), None);
        }
        assert_eq!(pace.wait(desk(1, 1)), Some(Duration::from_millis(100)));
        assert_eq!(pace.wait(desk(1, 2)), None, "another desk goes on");
        clock.advance(Duration::from_millis(100));
        assert_eq!(pace.wait(desk(1, 1)), None);
        assert!(pace.wait(desk(1, 1)).is_some());
    }

    #[test]
    fn the_desks_of_an_administration_share_its_pace() {
        let pace = Pace::new(rate(10, 10), rate(10, 3), FakeRelativeClock::default());
        for number in 1..=3 {
            assert_eq!(pace.wait(desk(1, number)), None);
        }
        assert!(pace.wait(desk(1, 4)).is_some());
        assert_eq!(pace.wait(desk(2, 5)), None, "another administration goes on");
    }

    #[test]
    fn who_has_not_asked_for_a_while_is_forgotten() {
        let clock = FakeRelativeClock::default();
        let pace = Pace::new(rate(10, 3), rate(10, 3), clock.clone());
        assert_eq!(pace.wait(desk(1, 1)), None);
        pace.forget();
        assert_eq!((pace.desks.len(), pace.administrations.len()), (1, 1));
        clock.advance(Duration::from_secs(10));
        pace.forget();
        assert_eq!((pace.desks.len(), pace.administrations.len()), (0, 0));
    }

    #[tokio::test]
    async fn a_certificate_is_looked_up_at_the_pace_of_a_desk() {
        let pace = Pace::new(rate(10, 3), rate(1_000, 1_000), FakeRelativeClock::default());
        for _ in 0..3 {
            assert!(!pace.knock(&[1; 32]).await);
        }
        assert!(pace.desks.check_key(&Id([1; 16])).is_err(), "a fourth waits");
        assert!(!pace.knock(&[2; 32]).await, "another certificate does not");
    }
}
