//! The formats as the desk uses them.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod clients;
mod hostile;
mod properties;
mod reading;
mod rejected;
mod support;
