//! The desk's side of synchronisation.
//!
//! The desk merges, because only the desk can read; the hub orders. What is decided here is decided
//! without I/O: [`merge`] is a pure function, and [`engine`] a state machine that is told what
//! happened and says what to do next. [`opening`], [`inward`], [`outward`], [`settling`] and [`repair`] do its work
//! on the cache, [`local`] hands it to them; [`driver`] is the part that talks to a hub.

mod apart;
mod clash;
mod conflict;
pub mod content;
mod counting;
mod dependants;
pub mod driver;
pub mod engine;
mod error;
pub mod examining;
mod following;
pub mod guard;
mod incident;
pub mod inward;
mod issued;
mod late;
pub mod local;
pub mod merge;
pub mod numbering;
pub mod opening;
pub mod outward;
mod overtaken;
mod own;
mod own_records;
mod placing;
pub mod random;
mod recalling;
pub mod register;
pub mod repair;
pub mod scanning;
pub mod sealing;
mod sent;
pub mod settling;
pub mod term;
pub mod transfer;
pub mod wire;
pub mod witness;

pub use engine::{Consent, Effect, Engine, Event, Summary};
pub use error::{SyncError, Trouble};
pub use sealing::Sealer;
pub use term::Terms;
