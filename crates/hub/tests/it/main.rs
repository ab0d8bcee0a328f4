//! The hub over real TLS.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod admission;
mod changes;
mod events;
mod fixture;
mod pages;
mod program;
