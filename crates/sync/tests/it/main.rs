//! Desks and a hub, over real TLS, on real caches.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod answers;
mod balanced;
mod blind;
mod decided;
mod examined;
mod false_hubs;
mod first_sync;
mod fixture;
mod forked;
mod hostile_hubs;
mod issued_apart;
mod keys;
mod late;
mod linking;
mod manipulated;
mod merging;
mod numbered;
mod operator;
mod originals;
mod places;
mod pushing;
mod recalled;
mod repair;
mod silent;
mod two_desks;
mod weather;
mod what_the_hub_sees;
