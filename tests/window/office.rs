//! An office around the window: a hub, and a desk on the command line with something in it.

use std::path::PathBuf;

use serde_json::Value;

use crate::desktop::{DESK, Desktop, PATIENCE, beside};

/// The program beside which the others stand.
pub(crate) const BOOQING: &str = DESK;

#[path = "../../crates/cli/tests/support/hub.rs"]
mod hub;

/// A hub with an administration and its first desk.
pub(crate) struct Office {
    hub: Option<hub::Hub>,
    /// The home of the first desk.
    pub(crate) home: PathBuf,
}

impl Office {
    /// Opens an office whose first desk has joined, with nothing in it.
    pub(crate) fn open(desktop: &Desktop) -> Self {
        beside("booqing-hub", "booqing-hub");
        let hub = hub::Hub::start();
        let home = desktop.home("office");
        desktop.booqing(&home, &["join", &hub.invitation(), "--name", "Kantoor"]);
        Self { hub: Some(hub), home }
    }

    /// The same with demo data that the hub has.
    pub(crate) fn with_demo(desktop: &Desktop) -> Self {
        let office = Self::open(desktop);
        let demo = ["demo", "--clients", "60", "--bookings", "300", "--years", "2024-2026"];
        desktop.booqing(&office.home, &demo);
        desktop.booqing(&office.home, &["sync"]);
        office
    }

    /// An invitation for one more desk.
    pub(crate) fn invitation(&self, desktop: &Desktop) -> String {
        let invited = desktop.booqing(&self.home, &["invite"]);
        invited[0]["invitation"].as_str().expect("an invitation").to_owned()
    }

    /// Syncs the first desk until it has this value of a client.
    pub(crate) fn client_gets(&self, desktop: &Desktop, client: &str, field: &str, value: &str) {
        let started = std::time::Instant::now();
        let mut found = Value::Null;
        while started.elapsed() < PATIENCE {
            desktop.booqing(&self.home, &["sync"]);
            found = desktop.booqing(&self.home, &["client", "show", client]).remove(0);
            if found["fields"][field] == value {
                return;
            }
        }
        panic!("{field} does not become {value}: {found}");
    }

    /// Syncs the first desk until this list of it is empty.
    pub(crate) fn lists_nothing(&self, desktop: &Desktop, list: &[&str]) {
        let started = std::time::Instant::now();
        let mut found = Vec::new();
        while started.elapsed() < PATIENCE {
            desktop.booqing(&self.home, &["sync"]);
            found = desktop.booqing(&self.home, list);
            if found.is_empty() {
                return;
            }
        }
        panic!("{list:?} does not become empty: {found:?}");
    }

    /// The hub ends; desks work on without it.
    pub(crate) fn close_hub(&mut self) {
        self.hub = None;
    }
}
