//! What one desk, one administration and all of them together may ask of a hub at once.
//!
//! Nobody is refused for being busy: who asks for more than its share waits, and waiting is bounded
//! by the connections a desk may have. So a desk that asks without end slows itself, an
//! administration with many desks slows itself, and what all of them cost in memory is known
//! beforehand.

mod crowd;
mod pace;
mod shares;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use crowd::{Crowd, Standing};
pub(crate) use pace::Pace;
pub(crate) use shares::{Held, Shares};

/// How many of something there may be at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Of one desk.
    pub desk: u32,
    /// Of the desks of one administration.
    pub administration: u32,
    /// Of all of them.
    pub all: u32,
}

/// How many requests may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// In a second, lastingly.
    pub per_second: NonZeroU32,
    /// At once, after a rest.
    pub burst: NonZeroU32,
}

/// How long a hub has patience with the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Without a byte in either direction, while the hub waits for the other end.
    pub idle: Duration,
    /// From the head of a request to the last byte of its answer.
    pub exchange: Duration,
}

/// The limits of a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; more wait until one is closed.
    pub connections: usize,
    /// Of those, how many may be in the handshake. One more closes the oldest: a handshake takes
    /// milliseconds, and a whole office that comes back at once must fit.
    pub handshakes: usize,
    /// How many may be of somebody who has no desk, and joins. One more closes the oldest.
    pub strangers: usize,
    /// Connections of one desk. One more closes the oldest: a desk whose network went away leaves
    /// connections behind that it knows nothing of any more.
    pub connections_of_a_desk: usize,
    /// How long a handshake may take.
    pub handshake: Duration,
    /// How long the head of a request may take, and a connection may be kept without one.
    pub head: Duration,
    /// With a desk.
    pub patience: Patience,
    /// With anybody else.
    pub patience_with_strangers: Patience,
    /// How long a desk that asks to be told may wait for news.
    pub wait: Duration,
    /// How long requests under way may take when the hub ends.
    pub last_requests: Duration,
    /// Pages under way: asked for and not yet taken off by the desk. A page is a quarter of a mebibyte, as
    /// much again of versions that passed, and what is left of a change set, which has four at the most.
    pub pages: Share,
    /// Parts of requests that are held, in units of 64 KiB, of requests with more than one.
    pub units: Share,
    /// Requests at work: each has a thread, and most of them the database.
    pub working: Share,
    /// Requests of a desk.
    pub rate: Rate,
    /// Requests of the desks of an administration.
    pub rate_of_an_administration: Rate,
}

/// Bytes of a request are counted in units of this. Less than one is not counted: connections are.
pub(crate) const UNIT: usize = 64 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            handshakes: 2048,
            strangers: 256,
            connections_of_a_desk: 8,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            patience: Patience {
                idle: Duration::from_secs(60),
                exchange: Duration::from_secs(600),
            },
            patience_with_strangers: Patience {
                idle: Duration::from_secs(10),
                exchange: Duration::from_secs(30),
            },
            wait: Duration::from_secs(50),
            last_requests: Duration::from_secs(10),
            pages: Share { desk: 2, administration: 32, all: 256 },
            // 8 MiB is one message of the largest kind.
            units: Share { desk: 128, administration: 512, all: 4096 },
            working: Share { desk: 2, administration: 8, all: 64 },
            rate: rate(500, 2_000),
            rate_of_an_administration: rate(2_000, 8_000),
        }
    }
}

/// What keeps a hub within its limits.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) limits: Limits,
    pub(crate) pace: Pace,
    pub(crate) pages: Shares,
    pub(crate) units: Shares,
    pub(crate) working: Shares,
    pub(crate) desks: Arc<Crowd>,
    pub(crate) handshakes: Arc<Crowd>,
    pub(crate) strangers: Arc<Crowd>,
}

impl Gate {
    pub(crate) fn new(limits: Limits) -> Self {
        let clock = governor::clock::DefaultClock::default();
        Self {
            pace: Pace::new(limits.rate, limits.rate_of_an_administration, clock),
            pages: Shares::new(limits.pages),
            units: Shares::new(limits.units),
            working: Shares::new(limits.working),
            desks: Crowd::new(limits.connections_of_a_desk),
            handshakes: Crowd::new(limits.handshakes),
            strangers: Crowd::new(limits.strangers),
            limits,
        }
    }
}

/// A rate of so many in a second and so many at once; at least one.
pub fn rate(per_second: u32, burst: u32) -> Rate {
    let at_least_one = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Rate { per_second: at_least_one(per_second), burst: at_least_one(burst) }
}
