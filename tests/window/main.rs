//! The real window, driven by WebDriver on a display without a screen.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod day;
mod desktop;
mod journey;
mod keys;
mod office;
mod page;
mod shell;
