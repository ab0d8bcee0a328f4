//! Whole documents: what stands on their pages, and whether they are PDF/A.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod archive;
mod code;
mod content;
mod reading;
mod refusals;
mod samples;
mod size;
