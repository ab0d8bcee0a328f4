//! The part that talks to a hub.

mod client;
mod enrolment;
mod news;
mod run;
mod stream;
mod tls;
mod transfer;

pub use client::HubClient;
pub use enrolment::{Enrolled, invite, join};
pub use news::News;
pub use run::{Intake, SystemSurroundings, sync};
pub use transfer::transfer;
