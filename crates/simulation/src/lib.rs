//! A whole office, its hub and its weather, played from a seed.
//!
//! Several desks edit, sync, crash and come back; answers are lost, cut off, doubled and late; the hub
//! crashes, and is put back from a copy; disks are full, copied and put back; clocks are years off. All of
//! it follows from one number, so that whatever goes wrong can be played again.
//!
//! What is played is the program itself: desks run [`booqing_sync::Engine`] on real encrypted caches,
//! the hub is [`booqing_hub::Service`] on its real storage. Only the network, the clocks and the dice
//! are replaced. At the end the weather clears, everybody syncs until nothing is left to do, and the
//! invariants are checked ([`verdict`]).

mod around;
pub mod before;
pub mod desk;
pub mod disk;
mod edits;
pub mod entries;
mod failing;
pub mod freight;
pub mod hub;
mod installation;
pub mod office;
mod papers;
mod places;
pub mod plan;
pub mod shrink;
pub mod transcript;
pub mod verdict;
mod weather;
mod years;

pub use hub::Backing;
pub use office::{listen, play, play_on};
pub use plan::{Plan, Step};
pub use verdict::Violation;

/// What cannot happen in a world that is in order: the simulation itself failed.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;
