//! A phase of the benchmark: what it took in all, as one line of the same form for every phase.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::peers::Cost;
use super::wire::Way;
use crate::measure::{Memory, Outcome, print, processor_time, rounded};
use crate::office::Hub;

/// What is measured in every phase.
pub(super) struct Scene<'a> {
    /// What comes before the name of each phase.
    pub(super) name: &'a str,
    /// The hub.
    pub(super) hub: &'a Hub,
    /// The way to it that all desks take.
    pub(super) way: &'a Way,
}

/// What the desk of a phase took.
#[derive(Debug, Clone, Copy)]
pub(super) struct OfDesk {
    /// How long it was at it.
    pub(super) wall: Duration,
    /// The processor.
    pub(super) processor: Duration,
    /// The most memory it had, in bytes.
    pub(super) peak: u64,
}

/// A phase under way.
pub(super) struct Phase<'a> {
    scene: &'a Scene<'a>,
    began: Instant,
    desk: Duration,
    hub: Duration,
    bytes: u64,
}

impl<'a> Scene<'a> {
    /// Begins a phase; the desk is this process, until another is said to be it.
    pub(super) fn begin(&'a self) -> Outcome<Phase<'a>> {
        Memory::begin();
        Memory::begin_of(self.hub.process());
        Ok(Phase {
            scene: self,
            desk: processor_time(std::process::id())?,
            hub: processor_time(self.hub.process())?,
            bytes: self.way.both(),
            began: Instant::now(),
        })
    }
}

impl Phase<'_> {
    /// Ends it, with something else worth knowing. Gives what it cost.
    pub(super) fn end(self, name: &str, also: Value) -> Outcome<Cost> {
        let desk = OfDesk {
            wall: self.began.elapsed(),
            processor: processor_time(std::process::id())?.saturating_sub(self.desk),
            peak: Memory::now().peak,
        };
        self.end_of(name, desk, also)
    }

    /// The same of a desk that is a process of its own.
    pub(super) fn end_of(self, name: &str, desk: OfDesk, also: Value) -> Outcome<Cost> {
        let bytes = self.scene.way.both() - self.bytes;
        let hub = self.scene.hub.process();
        let mut line = json!({
            "phase": format!("sync.{}.{name}", self.scene.name),
            "wall_s": rounded(desk.wall.as_secs_f64()),
            "desk_cpu_s": rounded(desk.processor.as_secs_f64()),
            "hub_cpu_s": rounded(processor_time(hub)?.saturating_sub(self.hub).as_secs_f64()),
            "bytes": bytes,
            "desk_peak_bytes": desk.peak,
            "hub_peak_bytes": Memory::of(hub).peak,
        });
        if let (Some(line), Value::Object(also)) = (line.as_object_mut(), also) {
            line.extend(also);
        }
        print(&line);
        Ok(Cost { seconds: desk.wall.as_secs_f64(), bytes })
    }
}
