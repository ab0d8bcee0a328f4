//! How soon a change that is made on one desk is seen on another, both kept in sync by themselves.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use booqing_desk::{Desk, Language, live};
use booqing_model::fields::Patch;
use tokio::runtime::Runtime;

use crate::measure::{Figure, Outcome, Samples};
use crate::office;

/// How many changes are made.
const TIMES: usize = 30;
/// How often the other desk is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// When it is given up.
const MOST: Duration = Duration::from_secs(600);

/// Makes changes on `desk` and waits until each is on a desk that joins with an invitation.
pub(super) fn measure(
    runtime: &Runtime,
    desk: &Arc<Desk>,
    home: &Path,
    invitation: &str,
    label: &str,
) -> Outcome {
    let (_, other) = runtime.block_on(office::desk(home, invitation, "C"))?;
    let other = Arc::new(other);
    let running: Vec<_> = [desk, &other]
        .into_iter()
        .map(|one| runtime.spawn(live::run(Arc::clone(one), || Language::En, |_| {})))
        .collect();
    let mut samples = Samples::default();
    for number in 0..TIMES {
        // The first also waits for the first sync of the other desk, and is none.
        let time = seen(desk, &other, number)?;
        if number > 0 {
            samples.add(time);
        }
    }
    running.iter().for_each(tokio::task::JoinHandle::abort);
    Figure::milliseconds(label, samples.percentile(95))
        .at_most(2_000.0)
        .with("p50", samples.middle())
        .with("all_ms", samples.all())
        .with("from", "a client is saved on one desk, until it can be read on the other")
        .print();
    Ok(())
}

fn seen(desk: &Desk, other: &Desk, number: usize) -> Outcome<Duration> {
    let mut client = Patch::new();
    client.set("company_name", format!("Seen {number}").into());
    let began = Instant::now();
    let made = desk.add_client(&client)?;
    while other.record("client", &made.id.to_string()).is_err() {
        if began.elapsed() > MOST {
            return Err("a change was not seen on the other desk".into());
        }
        std::thread::sleep(LOOK);
    }
    Ok(began.elapsed())
}
