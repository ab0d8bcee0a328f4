//! The use cases of one desk.
//!
//! Everything the window and the command line can do stands here, one operation a file: its
//! request, its answer, its refusals and its tests. The shells above translate and call; they
//! decide nothing. Time, ids and randomness come in from outside wherever a result depends on
//! them.

pub mod appearance;
mod around;
pub mod booking;
mod changes;
pub mod clash;
pub mod client;
pub mod conflict;
pub mod demo;
pub mod desk;
pub mod desks;
pub mod document;
pub mod dossier;
pub mod error;
pub mod export;
mod fill;
pub mod history;
mod holds;
pub mod home;
pub mod import;
pub mod join;
pub mod keys;
pub mod kit;
pub mod late;
pub mod live;
mod names;
pub mod opening;
pub mod originals;
pub mod overtaken;
pub mod print;
pub mod process;
pub mod reason;
mod record;
pub mod register;
mod rejects;
pub mod rejoin;
pub mod report;
pub mod resource;
pub mod retention;
pub mod search;
pub mod sentences;
pub mod series;
pub mod status;
pub mod synchronise;
#[cfg(test)]
mod testing;
mod values;
pub mod why;
mod words;

pub use appearance::{Appearance, Density, Language, Start, Theme};
/// The id of a record.
pub use booqing_model::Id;
pub use desk::{Desk, Unlock};
pub use error::{DeskError, Failure};
pub use home::Home;
pub use reason::Reason;
pub use record::RecordView;
pub use words::{class as class_label, classes as classes_label, day_text, label};

/// The time now: for the shells, which pass it to operations that depend on it.
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// The result of an operation of the desk.
pub type Result<T> = std::result::Result<T, DeskError>;
