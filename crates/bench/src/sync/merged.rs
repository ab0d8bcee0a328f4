//! Ten thousand records that were changed on two desks, in different fields: what the second one's sync takes,
//! which pulls, merges and pushes them.

use std::path::Path;
use std::sync::Arc;

use booqing_model::Id;
use booqing_model::fields::Patch;
use booqing_store::Cache;
use serde_json::json;
use tokio::runtime::Runtime;

use super::phase::Scene;
use super::{SET, change, edit, sync};
use crate::measure::{Figure, Outcome, tell};
use crate::office;

/// Changes records on the desk that lives in `home`, and then the same on this desk.
pub(super) fn measure(
    runtime: &Runtime,
    scene: &Scene<'_>,
    (desk, cache): (&booqing_desk::Desk, &Cache),
    (home, administration): (&Path, Id),
    records: &[Id],
) -> Outcome {
    tell(&format!("{}: the same records are changed on two desks", scene.name));
    let other = Arc::new(office::again(home)?);
    sync(runtime, &other)?;
    let mut title = Patch::new();
    title.set("title", "changed elsewhere".into());
    change(&office::cache(home, administration)?, records, &title)?;
    sync(runtime, &other)?;
    edit(cache, records, "changed here")?;
    let before = runtime.block_on(other.synchronise(Default::default(), |_| {}))?.head;
    let phase = scene.begin()?;
    let (done, time) = sync(runtime, desk)?;
    phase.end("push_merged", json!({"records": records.len()}))?;
    let all = u64::try_from(records.len())?;
    if done.merged != all || done.conflicts != 0 {
        return Err(
            format!("{all} records were to be merged, and the sync came to {done:?}").into()
        );
    }
    // Each set once, and this desk's word on what it was given.
    let sets = u64::try_from(records.len().div_ceil(SET))?;
    let stored = done.head - before;
    if !(sets..=sets + 1).contains(&stored) {
        return Err(format!("{sets} sets were pushed, and the hub stored {stored}").into());
    }
    Figure::seconds(&format!("sync.{}.push_merged", scene.name), time)
        .with("records", all)
        .with("from", "changed on both desks, in other fields: pulled, merged, pushed, compared")
        .print();
    Ok(())
}
