//! The cache as a whole: real SQLCipher files.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod changes;
mod fixture;
mod full_disk;
mod hostile_files;
mod load;
mod search;
