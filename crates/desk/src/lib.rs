//! The use cases of one desk.
//!
//! Everything the window and the command line can do stands here, one operation a file: its
//! request, its answer, its refusals and its tests. The shells above translate and call; they
//! decide nothing. Time, ids and randomness come in from outside wherever a result depends on
//! them.

pub mod appearance;
pub mod client;
pub mod desk;
pub mod error;
pub mod home;
pub mod join;
mod names;
pub mod register;
pub mod retention;
pub mod search;
pub mod sentences;
pub mod status;
pub mod synchronise;
mod values;

pub use appearance::{Appearance, Density, Language, Start, Theme};
pub use desk::{Desk, Unlock};
pub use error::{DeskError, Failure};
pub use home::Home;

/// The result of an operation of the desk.
pub type Result<T> = std::result::Result<T, DeskError>;
