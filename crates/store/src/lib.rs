//! The encrypted cache of one administration.
//!
//! One SQLCipher file per administration, opened by the recipe in [`open`]. One writer and several
//! readers; what only reads gets a [`Reader`], what changes goes through the [`Writer`]. Every
//! change is one transaction that writes the rows, their history, the outbox entry and the undo
//! step, or nothing.
//!
//! The tables follow from the field register; a test compares them. Each has its file under
//! [`tables`], with its SQL.

pub mod cache;
pub mod change;
pub mod chunks;
mod codec;
mod error;
pub mod exchange;
mod ffi;
mod known;
pub mod lists;
pub mod open;
pub mod rows;
mod schema;
pub mod search;
pub mod tables;

pub use cache::{Cache, Reader, Writer};
pub use change::{Batch, Change, ChangeSet, Committed, Edit, Step};
pub use chunks::ChunkFolder;
pub use error::StoreError;
pub use exchange::Exchange;
pub use lists::{Condition, ListQuery};
pub use open::Identity;
pub use rows::{NewRow, Row, Scanned};
pub use search::Hit;
pub use tables::history::HistoryEntry;
pub use tables::undo::UndoStep;

/// The result of an operation of the store.
pub type Result<T> = std::result::Result<T, StoreError>;
