//! Taking in what the hub has, page after page, in three stages that work at the same time: a page
//! is asked for while the one before is opened and the one before that is written. Pages are those of a
//! pull, or of a first sync.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use booqing_protocol::message::{Cursor, Incoming, Page, Pull};
use booqing_protocol::recall::Recall;
use booqing_protocol::scan::Scanned;
use booqing_protocol::{Id, VERSION};
use booqing_store::Cache;
use tokio::sync::mpsc::{Receiver, Sender, UnboundedSender, channel, unbounded_channel};

use super::client::HubClient;
use super::run::{Watch, blocking};
use crate::inward::{self, Taken};
use crate::local::Work;
use crate::opening::{OpenedPage, Opener};
use crate::scanning::{FirstSync, Scanning};
use crate::{SyncError, recalling};

/// The most pages of one transaction. What comes slower than it is written is written by itself, so
/// that somebody who saves a change meanwhile does not wait for the network.
const TOGETHER: usize = 8;
/// The pages of one transaction of a load, which are waited for: the fewer transactions, the fewer pages
/// of the database are written twice.
const LOADED_TOGETHER: usize = 32;
/// How long a transaction of a load waits for its next page, and for how long it takes pages at all: who
/// saves a change meanwhile waits as long. A slow network makes more transactions, not longer ones.
const WAITS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(750));
/// From so many new records on, indexes are made after them, if there are more than old ones.
const LOAD: u64 = 5_000;

/// A page that came.
pub(super) enum Came {
    /// What is new.
    New(Box<Page>),
    /// Some of what there is, and how far the first sync is with it.
    Scanned(Box<Scanned>, Box<Scanning>),
}

impl Came {
    fn open(&self, opener: &Opener<'_>) -> Result<OpenedPage, SyncError> {
        match self {
            Self::New(page) => opener.open(page),
            Self::Scanned(scanned, scanning) => opener.open_scanned(scanned, scanning),
        }
    }
}

/// Takes in everything from a page that came up to the head, or to the end of the first sync.
///
/// # Errors
/// [`SyncError`]. The transactions before the trouble stay, with the cursor after their pages.
pub(super) async fn take_in(
    work: &Work,
    hub: &mut HubClient,
    first: Came,
    watch: &mut Watch<'_>,
) -> Result<Taken, SyncError> {
    // One page waits before each stage: enough to keep it busy, and little to hold.
    let (came, to_open) = channel(1);
    let (opened, to_write) = mpsc::sync_channel(1);
    let (written, to_drop) = mpsc::channel();
    let (so_far, mut told) = unbounded_channel();
    let opening = {
        let work = work.clone();
        blocking(move || open(&work, to_open, &opened, &to_drop))
    };
    let writing = {
        let work = work.clone();
        blocking(move || write(&work, &to_write, &Onward { pages: written, so_far }))
    };
    let telling = async {
        while let Some(progress) = told.recv().await {
            watch.came(&progress);
        }
    };
    let (asked, opened, written, ()) =
        tokio::join!(ask(work, hub, first, came), opening, writing, telling);
    // A later stage that fails ends the earlier ones, which then have no trouble of their own.
    let taken = written?;
    opened?;
    asked?;
    Ok(taken)
}

/// Asks for page after page and hands each on.
async fn ask(
    work: &Work,
    hub: &mut HubClient,
    first: Came,
    came: Sender<Came>,
) -> Result<(), SyncError> {
    let whole = work.cache.read(|reader| reader.progress())?.whole.unsigned_abs();
    let mut page = first;
    loop {
        let next = Next::after(&page);
        if came.send(page).await.is_err() {
            return Ok(());
        }
        let Some(next) = next else { return Ok(()) };
        page = next.ask(work, hub, whole).await?;
    }
}

/// What is asked for after a page.
enum Next {
    /// What is new since.
    New(Cursor),
    /// The rest of the first sync.
    Rest(Box<Scanning>),
}

impl Next {
    fn after(page: &Came) -> Option<Self> {
        match page {
            Came::New(page) => page.root.is_none().then_some(Self::New(page.cursor)),
            Came::Scanned(_, scanning) => {
                (!scanning.is_done()).then(|| Self::Rest(scanning.clone()))
            }
        }
    }

    async fn ask(self, work: &Work, hub: &mut HubClient, whole: u64) -> Result<Came, SyncError> {
        let administration = work.sealer.administration();
        match self {
            Self::New(cursor) => {
                // Pages of one sync come faster than they are written: what was told of stays the same.
                let pull = Pull { version: VERSION, administration, cursor, whole };
                let mut page: Page = hub.ask("/v1/pull", &pull).await?;
                goes_on(cursor, &page)?;
                let of = (administration, page.cursor.epoch);
                recall(hub, &mut page.records, of).await?;
                Ok(Came::New(Box::new(page)))
            }
            Self::Rest(scanning) => {
                let asked = scanning.request(administration);
                let mut scanned: Scanned = hub.ask("/v1/scan", &asked).await?;
                let next = scanning.next(&scanned)?;
                recall(hub, &mut scanned.records, (administration, scanning.epoch())).await?;
                Ok(Came::Scanned(Box::new(scanned), Box::new(next)))
            }
        }
    }
}

/// Asks for what a page had no room for: versions that passed before its records.
async fn recall(
    hub: &mut HubClient,
    came: &mut [Incoming],
    (administration, epoch): (Id, u64),
) -> Result<(), SyncError> {
    loop {
        let records = recalling::lacking(came)?;
        if records.is_empty() {
            return Ok(());
        }
        let asked = Recall { version: VERSION, administration, epoch, records };
        recalling::add(came, hub.ask("/v1/recall", &asked).await?)?;
    }
}

/// Refuses a page that leads nowhere: a hub that sends such would keep a desk busy for ever.
fn goes_on(from: Cursor, page: &Page) -> Result<(), SyncError> {
    if page.root.is_none() && page.cursor == from { Err(SyncError::Standstill) } else { Ok(()) }
}

/// Opens pages as they come. Those that were written come back and end where they were made: the
/// writer has the most to do.
fn open(
    work: &Work,
    mut pages: Receiver<Came>,
    opened: &mpsc::SyncSender<OpenedPage>,
    written: &mpsc::Receiver<OpenedPage>,
) -> Result<(), SyncError> {
    let opener = Opener::new(&work.cache, &work.sealer);
    while let Some(page) = pages.blocking_recv() {
        written.try_iter().for_each(drop);
        if opened.send(page.open(&opener)?).is_err() {
            break;
        }
    }
    Ok(())
}

/// What was written in a transaction.
pub(super) struct Written {
    /// How many records.
    pub(super) records: usize,
    /// How many the hub has in all.
    pub(super) total: u64,
    /// How far the first sync is that it was of.
    pub(super) first: Option<FirstSync>,
}

/// What becomes of pages that are written.
struct Onward {
    /// Where the pages go.
    pages: mpsc::Sender<OpenedPage>,
    /// Where it is told what was written.
    so_far: UnboundedSender<Written>,
}

/// Writes pages as they come; those that are there already go together.
fn write(
    work: &Work,
    pages: &mpsc::Receiver<OpenedPage>,
    onward: &Onward,
) -> Result<Taken, SyncError> {
    let Ok(first) = pages.recv() else { return Ok(Taken::default()) };
    let is_load = is_much(&work.cache, first.total())?;
    if is_load {
        work.cache.write(|writer| writer.begin_load())?;
    }
    let taken = write_all(work, (first, is_load), pages, onward);
    let ended = if is_load { end_load(&work.cache) } else { Ok(()) };
    // What went wrong first is what is told.
    let taken = taken?;
    ended?;
    Ok(taken)
}

fn end_load(cache: &Cache) -> Result<(), SyncError> {
    while cache.write(|writer| writer.end_load())? {}
    Ok(())
}

fn write_all(
    work: &Work,
    (first, is_load): (OpenedPage, bool),
    pages: &mpsc::Receiver<OpenedPage>,
    onward: &Onward,
) -> Result<Taken, SyncError> {
    let more = |until: Instant| {
        let left = until.saturating_duration_since(Instant::now());
        match is_load {
            true if left.is_zero() => None,
            true => pages.recv_timeout(WAITS.0.min(left)).ok(),
            false => pages.try_recv().ok(),
        }
    };
    let most = if is_load { LOADED_TOGETHER } else { TOGETHER };
    let (mut taken, mut next) = (Taken::default(), Some(first));
    while let Some(page) = next {
        let until = Instant::now() + WAITS.1;
        let together =
            std::iter::once(page).chain(std::iter::from_fn(|| more(until)).take(most - 1));
        let mut written = Written { records: 0, total: 0, first: None };
        let done = |page: OpenedPage| {
            written.records += page.len();
            (written.total, written.first) = (page.total(), page.first());
            // Nobody takes it when everything is opened: it ends here.
            let _ = onward.pages.send(page);
        };
        let Work { cache, sealer, surroundings, guard } = work;
        taken.add(inward::write(cache, sealer, together, &**surroundings, guard, done)?);
        if taken.is_equal == Some(false) {
            // Nothing of these was written, so that nothing after them may be.
            break;
        }
        // Told only now: whoever hears it looks, and must find it.
        let _ = onward.so_far.send(written);
        next = pages.recv().ok();
    }
    Ok(taken)
}

/// Whether so much is new that indexes are better made afterwards.
fn is_much(cache: &Cache, total: u64) -> Result<bool, SyncError> {
    let known = cache.read(|reader| reader.synced_count())?;
    Ok(total.saturating_sub(known) > known.max(LOAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_leads_nowhere_is_refused() {
        let at = |rev| Cursor { epoch: 1, rev };
        let page = |cursor, root| Page { cursor, records: Vec::new(), root, total: 9, since: 0 };
        assert!(goes_on(at(3), &page(at(4), None)).is_ok());
        assert!(goes_on(at(3), &page(at(3), Some(Default::default()))).is_ok(), "the head");
        assert!(matches!(goes_on(at(3), &page(at(3), None)), Err(SyncError::Standstill)));
    }
}
