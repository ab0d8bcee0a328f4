//! The hub's log: lines for whoever keeps it running. It names desks and administrations by their
//! ids, and never by what people called them; of records it says nothing.

use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

pub use tracing_subscriber::filter::LevelFilter;

/// Logs from this level on; once in a program. Only what the hub itself says: what libraries say
/// in detail was never looked through for what it gives away.
pub fn start<W>(level: LevelFilter, to: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines =
        tracing_subscriber::fmt::layer().with_writer(to).with_ansi(false).with_target(false);
    let own = Targets::new().with_target("booqing_hub", level);
    tracing_subscriber::registry().with(lines.with_filter(own)).init();
}
