//! Bytes: a way to the hub that counts what goes and comes, encryption and handshakes included.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use booqing_model::Id;
use booqing_model::time::Moment;
use booqing_store::{Cache, StoreError};
use booqing_sync::driver::{self, HubClient, SystemSurroundings};
use booqing_sync::engine::{Ask, Effect, Task};
use booqing_sync::inward::Surroundings;
use booqing_sync::local::{Work, answered};
use booqing_sync::wire::wire_id;
use booqing_sync::{Consent, Engine, Event, Sealer, Summary, Terms};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::phase::Scene;
use crate::measure::{Figure, Outcome, print};

/// A way to a hub.
pub(super) struct Way {
    /// Where it begins.
    pub(super) address: String,
    went: Arc<AtomicU64>,
    came: Arc<AtomicU64>,
    cuts: Arc<Cuts>,
}

/// After how many bytes to the desk the next connections are cut, the first of them first.
#[derive(Default)]
struct Cuts {
    next: Mutex<VecDeque<u64>>,
    done: AtomicU64,
}

impl Way {
    /// To the hub at an address.
    pub(super) async fn to(hub: &str) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let (went, came) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let (up, down, hub) = (Arc::clone(&went), Arc::clone(&came), hub.to_owned());
        let cuts = Arc::<Cuts>::default();
        let cutting = Arc::clone(&cuts);
        tokio::spawn(async move {
            while let Ok((desk, _)) = listener.accept().await {
                let Ok(hub) = TcpStream::connect(&hub).await else { break };
                let _ = (desk.set_nodelay(true), hub.set_nodelay(true));
                let (desk_reads, desk_writes) = desk.into_split();
                let (hub_reads, hub_writes) = hub.into_split();
                let going = tokio::spawn(pass(desk_reads, hub_writes, Arc::clone(&up), u64::MAX));
                let (down, cutting) = (Arc::clone(&down), Arc::clone(&cutting));
                let most = cutting.next();
                tokio::spawn(async move {
                    if pass(hub_reads, desk_writes, down, most).await {
                        // Both ways at once, as when a network goes away.
                        cutting.done.fetch_add(1, Ordering::Relaxed);
                        going.abort();
                    }
                });
            }
        });
        Ok(Self { address, went, came, cuts })
    }

    /// Cuts the next connections, each after so many bytes to the desk.
    pub(super) fn cut(&self, after: impl IntoIterator<Item = u64>) {
        self.cuts.next.lock().unwrap_or_else(PoisonError::into_inner).extend(after);
    }

    /// How many connections were cut.
    pub(super) fn were_cut(&self) -> u64 {
        self.cuts.done.load(Ordering::Relaxed)
    }

    /// The bytes that have come to the desk.
    pub(super) fn came(&self) -> u64 {
        self.came.load(Ordering::Relaxed)
    }

    /// The bytes that have gone either way.
    pub(super) fn both(&self) -> u64 {
        self.came() + self.went.load(Ordering::Relaxed)
    }
}

impl Cuts {
    fn next(&self) -> u64 {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.unwrap_or(u64::MAX)
    }
}

/// Passes bytes on, so many at the most; whether there were more.
async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    count: Arc<AtomicU64>,
    mut most: u64,
) -> bool {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length) = from.read(&mut buffer).await {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        let passed = usize::try_from(length.min(most)).unwrap_or_default();
        let Some(bytes) = buffer.get(..passed).filter(|_| length > 0) else { break };
        count.fetch_add(length.min(most), Ordering::Relaxed);
        if to.write_all(bytes).await.is_err() {
            break;
        }
        if length > most {
            return true;
        }
        most -= length;
    }
    false
}

/// What syncs, step by step, over a way that counts.
struct Counting<'a> {
    way: &'a Way,
    client: HubClient,
    work: &'a Work,
}

impl Counting<'_> {
    /// Syncs, and says how many bytes that was and how long it took.
    async fn sync(&mut self) -> Outcome<(Summary, u64, Duration)> {
        let (before, began) = (self.way.both(), Instant::now());
        let consent = Consent::default();
        let done = driver::sync(self.work, &mut self.client, consent, |_| {}).await?;
        let time = began.elapsed();
        if !done.equal {
            return Err(format!("the sync came to {done:?}").into());
        }
        Ok((done, self.way.both() - before, time))
    }
}

/// Syncs as the driver does, and says which step took how long.
async fn steps(work: &Work, client: &mut HubClient) -> Outcome<Value> {
    let (mut engine, mut event) = (Engine::new(Consent::default()), Event::Start);
    let mut spent: BTreeMap<&str, f64> = BTreeMap::new();
    loop {
        let began = Instant::now();
        let step;
        event = match engine.next(event) {
            Effect::Ask(ask) => {
                step = match ask {
                    Ask::Push(_) => "ask_push",
                    _ => "ask_others",
                };
                let request = work.request(&ask)?;
                answered(&ask, &client.exchange(request.path, request.body).await?)?
            }
            Effect::Do(task) => {
                step = match task {
                    Task::Plan { .. } => "seal",
                    Task::Settle(_) => "settle",
                    _ => "others",
                };
                work.perform(task)?
            }
            Effect::Done(_) => break,
            Effect::Fail(error) => return Err(error.into()),
        };
        *spent.entry(step).or_default() += began.elapsed().as_secs_f64();
    }
    Ok(json!({"unit": "s", "value": spent.values().sum::<f64>(), "steps": spent}))
}

/// Measures what small syncs cost on the wire, and finding and mending one wrong record.
///
/// `edit` changes records at this desk. The answer is what it took in bytes: nothing, one change, many.
pub(super) async fn small(
    scene: &Scene<'_>,
    cache: &Arc<Cache>,
    administration: Id,
    records: u64,
    bookings: &[Id],
    edit: impl Fn(&[Id]) -> Outcome,
) -> Outcome<(u64, u64, u64)> {
    let label = |measure: &str| format!("sync.{}.{measure}", scene.name);
    let hub = cache.read(|reader| reader.hub())?.ok_or("the desk has not joined")?;
    let terms = Terms::new("NL", "Europe/Amsterdam", "12-31");
    let sealer =
        Sealer::new(wire_id(administration), wire_id(hub.desk), &hub.administration_key, terms);
    let surroundings: Arc<dyn Surroundings + Send + Sync> = Arc::new(SystemSurroundings);
    let work = Work::new(cache, &Arc::new(sealer), &surroundings, Consent::default());
    let way = scene.way;
    let certificate = (hub.certificate.as_slice(), hub.private_key.as_slice());
    let client = HubClient::new(&way.address, hub.hub_identity, Some(certificate))?;
    let mut counting = Counting { way, client, work: &work };
    let connecting = counting.sync().await?.1;
    let nothing = counting.sync().await?.1;
    Figure::new(&label("nothing_to_do.bytes"), nothing as f64, "B")
        .at_most(1_000.0)
        .with("with_a_new_connection", connecting)
        .print();
    let id = *bookings.first().ok_or("there is no booking")?;
    edit(&[id])?;
    let one = counting.sync().await?.1;
    Figure::new(&label("push_one.bytes"), one as f64, "B").at_most(1_000.0).print();

    edit(bookings.get(..10_000).unwrap_or(bookings))?;
    let before = counting.way.both();
    let mut profile = steps(&work, &mut counting.client).await?;
    let many = counting.way.both() - before;
    if let Some(told) = profile.as_object_mut() {
        told.insert("measure".to_owned(), label("push_edited.profile").into());
        told.insert("bytes".to_owned(), many.into());
    }
    print(&profile);

    // One record is gone, and no change explains it.
    let wrong = *bookings.get(bookings.len() / 2).ok_or("there is no booking")?;
    cache.write(|writer| {
        writer.exchange(|exchange| {
            let gone = || StoreError::Damaged("it was not there before".to_owned());
            let row = exchange.row("booking", wrong)?.ok_or_else(gone)?;
            exchange.forget_synced(wrong)?;
            exchange.delete_row("booking", &row, Moment(1))?;
            exchange.recount()
        })
    })?;
    let phase = scene.begin()?;
    let (done, bytes, time) = counting.sync().await?;
    phase.end("repair_one", json!({"records": records}))?;
    if done.repaired != 1 {
        return Err(format!("one record was wrong, and the sync came to {done:?}").into());
    }
    let of = |figure: Figure| figure.with("records", records);
    of(Figure::seconds(&label("repair_one"), time).at_most(1.0)).print();
    of(Figure::new(&label("repair_one.bytes"), bytes as f64, "B").at_most(20_000.0)).print();
    Ok((nothing, one, many))
}
