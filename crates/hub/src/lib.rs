//! The hub: it orders and stores what desks send, and cannot read it.
//!
//! It knows the protocol and nothing of the model. A desk is known by its certificate, and by that
//! alone its administration; no request names an administration that counts.

pub mod authority;
mod elsewhere;
pub mod endpoint;
pub mod examining;
pub mod limits;
pub mod log;
mod metrics;
mod news;
pub mod objects;
pub mod server;
pub mod service;
pub mod storage;
mod tls;

pub use endpoint::Endpoint;
pub use limits::Limits;
pub use objects::Objects;
pub use server::{Server, ServerError};
pub use service::Service;
pub use storage::{Storage, StorageError};
