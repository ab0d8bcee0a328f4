//! The hub over real TLS, on files.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod admission;
mod apart;
mod backup;
mod changes;
mod chunks;
mod events;
mod fixture;
mod limits;
mod pages;
mod program;
mod s3;

/// What the hub keeps its records in.
mod backing {
    use std::path::Path;
    use std::sync::Arc;

    use booqing_hub::Storage;
    use booqing_hub::storage::embedded::Embedded;

    pub(crate) fn open(folder: &Path) -> Arc<dyn Storage> {
        Arc::new(Embedded::open(folder).expect("storage"))
    }
}
