//! A desk of a world: its cache on a disk, and the program that syncs it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use booqing_model::Id;
use booqing_protocol::Hash;
use booqing_store::tables::connection::Connection;
use booqing_store::{Cache, ChunkFolder};
use booqing_sync::engine::{Ask, Effect, Task};
use booqing_sync::inward::Surroundings;
use booqing_sync::local::{Request, Work, answered};
use booqing_sync::register::{self, Register};
use booqing_sync::{Consent, Engine, Event, Sealer, Summary, SyncError, Terms};

use crate::Failed;
use crate::around::Around;
use crate::disk::{Files, Image};
use crate::edits::Used;
use crate::freight::Freight;
use crate::hub::{ADMINISTRATION, Hub};
use crate::installation::{self, open};
use crate::plan::Calamity;

/// The key that the desks of every world share.
const ADMINISTRATION_KEY: [u8; 32] = [9; 32];

/// Where the chunks of a desk are, by its cache.
fn chunks_of(path: &Path) -> PathBuf {
    path.with_extension("chunks")
}

/// The certificate of a desk, as the hub sees it.
pub fn certificate(desk: booqing_protocol::Id) -> [u8; 32] {
    let mut certificate = [0; 32];
    let (first, second) = certificate.split_at_mut(16);
    first.copy_from_slice(&desk.0);
    second.copy_from_slice(&Hash::of(&desk.0).0);
    certificate
}

/// A sync under way.
struct Running {
    engine: Engine,
    work: Work,
    doing: Doing,
}

/// What a sync waits for.
enum Doing {
    /// Its turn to work on the cache.
    Perform(Box<Task>),
    /// Its request to arrive.
    Send(Ask, Request),
    /// The answer to arrive.
    Answer(Ask, Vec<u8>),
}

/// What came of going on with a sync.
#[derive(Debug)]
pub enum WentOn {
    /// It goes on.
    Further,
    /// The outcomes of a push were stored.
    Settled,
    /// It ended well.
    Done(Summary),
    /// It cannot go on.
    Failed(SyncError),
}

/// A desk.
pub struct Desk {
    /// Its place among the desks.
    pub number: usize,
    path: PathBuf,
    cache: Option<Arc<Cache>>,
    sealer: Arc<Sealer>,
    id: booqing_protocol::Id,
    around: Arc<Around>,
    running: Option<Running>,
    /// The originals on their way.
    pub(crate) carrying: Option<Box<Freight>>,
    /// What a person has agreed to, for the next sync.
    pub consent: Consent,
    /// A copy of the disk, and the number that the next entry had then.
    copy: Option<(Image, Files, usize)>,
    /// Whether it has heard that it must come in again: there are two of it, or the hub keeps it out.
    pub is_out: bool,
    /// What an older version knows that it runs.
    older: Option<Register>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Desk").field("number", &self.number).finish_non_exhaustive()
    }
}

fn connection(id: booqing_protocol::Id) -> Connection {
    Connection {
        name: "Kantoor".to_owned(),
        desk: Id::from_bytes(id.0),
        address: String::new(),
        hub_identity: [0; 32],
        certificate: certificate(id).to_vec(),
        private_key: Vec::new(),
        administration_key: ADMINISTRATION_KEY,
    }
}

fn sealer(id: booqing_protocol::Id, around: &Arc<Around>, older: Option<Register>) -> Arc<Sealer> {
    let terms = Terms::new("NL", "Europe/Amsterdam", "12-31");
    let sealer = Sealer::new(ADMINISTRATION, id, &ADMINISTRATION_KEY, terms);
    let sealer = sealer.with_register(older.unwrap_or_else(Register::current));
    let around = Arc::clone(around);
    Arc::new(sealer.with_random(Arc::new(move |bytes| {
        around.fill(bytes);
        Ok(())
    })))
}

/// Whose desk it is, from the dice.
fn new_id(dice: &mut fastrand::Rng) -> booqing_protocol::Id {
    let mut bytes = [0; 16];
    dice.fill(&mut bytes);
    booqing_protocol::Id(bytes)
}

impl Desk {
    /// A new desk, which comes in.
    ///
    /// # Errors
    /// When its cache cannot be made.
    pub fn join(
        folder: &Path,
        number: usize,
        dice: &mut fastrand::Rng,
        world: &Arc<AtomicI64>,
        hub: &Hub,
    ) -> Result<Self, Failed> {
        let path = folder.join(format!("desk-{number}.db"));
        installation::lay_out(&path)?;
        let id = new_id(dice);
        hub.admit(id, certificate(id))?;
        let cache = open(&path)?;
        cache.write(|writer| writer.set_hub(&connection(id)))?;
        let around = Arc::new(Around::new(dice.u64(..), world));
        Ok(Self::with(number, path, cache, id, around))
    }

    fn with(
        number: usize,
        path: PathBuf,
        cache: Arc<Cache>,
        id: booqing_protocol::Id,
        around: Arc<Around>,
    ) -> Self {
        Self {
            number,
            path,
            cache: Some(cache),
            sealer: sealer(id, &around, None),
            id,
            around,
            running: None,
            carrying: None,
            consent: Consent::default(),
            copy: None,
            is_out: false,
            older: None,
        }
    }

    /// Runs an older version from now on, which knows this.
    pub fn runs(&mut self, older: Register) {
        self.older = Some(older);
        self.becomes(self.id);
    }

    /// Gets this version, which reads at once what the one before could not. Nothing is asked of the hub.
    ///
    /// # Errors
    /// When its cache fails.
    pub fn upgrade(&mut self) -> Result<(), Failed> {
        if self.older.take().is_none() {
            return Ok(());
        }
        self.give_up();
        self.becomes(self.id);
        register::read_again(self.cache()?, &self.sealer, &*self.around)?;
        Ok(())
    }

    /// What people use of it.
    ///
    /// # Errors
    /// When the desk does not run.
    pub(crate) fn used(&self, calamity: Calamity) -> Result<Used<'_>, Failed> {
        let is_older = self.older.is_some();
        let has_own_series = calamity != Calamity::DeskDisks;
        Ok(Used { cache: self.cache()?, is_older, has_own_series })
    }

    /// Is the desk of that id from now on.
    fn becomes(&mut self, id: booqing_protocol::Id) {
        (self.id, self.sealer) = (id, sealer(id, &self.around, self.older));
    }

    /// Comes in again as another desk, with everything that waits.
    ///
    /// # Errors
    /// When its cache cannot be written to.
    pub fn rejoin(&mut self, dice: &mut fastrand::Rng, hub: &Hub) -> Result<(), Failed> {
        self.give_up();
        let id = new_id(dice);
        hub.admit(id, certificate(id))?;
        self.cache()?.write(|writer| writer.rejoin(&connection(id)))?;
        self.becomes(id);
        self.is_out = false;
        Ok(())
    }

    /// Its cache.
    ///
    /// # Errors
    /// When the desk does not run.
    pub fn cache(&self) -> Result<&Arc<Cache>, Failed> {
        self.cache.as_ref().ok_or_else(|| "the desk does not run".into())
    }

    /// Its dice and its clock.
    pub fn around(&self) -> &Arc<Around> {
        &self.around
    }

    /// Whether it syncs.
    pub fn is_syncing(&self) -> bool {
        self.running.is_some()
    }

    /// Whether it is about to work on its cache.
    pub fn is_working(&self) -> bool {
        matches!(self.running, Some(Running { doing: Doing::Perform(_), .. }))
    }

    /// The request that it wants to send.
    pub fn request(&self) -> Option<Request> {
        match &self.running.as_ref()?.doing {
            Doing::Send(_, request) => Some(request.clone()),
            _ => None,
        }
    }

    /// What it is doing, for somebody who follows a world.
    pub fn doing(&self) -> String {
        let name = |debug: String| {
            let end = debug.find(['(', ' ']).unwrap_or(debug.len());
            debug.get(..end).unwrap_or_default().to_owned()
        };
        match self.running.as_ref().map(|running| &running.doing) {
            None => "nothing".to_owned(),
            Some(Doing::Perform(task)) => format!("to do {}", name(format!("{task:?}"))),
            Some(Doing::Send(ask, _)) => format!("to send {}", name(format!("{ask:?}"))),
            Some(Doing::Answer(ask, _)) => format!("to hear of {}", name(format!("{ask:?}"))),
        }
    }

    /// Which desk it is.
    pub fn id(&self) -> booqing_protocol::Id {
        self.id
    }

    /// The certificate that it shows.
    pub fn certificate(&self) -> [u8; 32] {
        certificate(self.id)
    }

    /// Begins to sync, unless it does.
    ///
    /// # Errors
    /// [`SyncError`] of the first step.
    pub fn sync(&mut self) -> Result<WentOn, Failed> {
        if self.running.is_some() {
            return Ok(WentOn::Further);
        }
        let consent = std::mem::take(&mut self.consent);
        let surroundings: Arc<dyn Surroundings + Send + Sync> = Arc::clone(&self.around) as _;
        let work = Work::new(self.cache()?, &self.sealer, &surroundings, consent);
        work.begin(consent)?;
        let mut engine = Engine::new(consent);
        let effect = engine.next(Event::Start);
        self.carry_on(engine, work, effect)
    }

    fn carry_on(&mut self, engine: Engine, work: Work, effect: Effect) -> Result<WentOn, Failed> {
        let doing = match effect {
            Effect::Ask(ask) => {
                let request = work.request(&ask)?;
                Doing::Send(ask, request)
            }
            Effect::Do(task) => Doing::Perform(Box::new(task)),
            Effect::Done(summary) => {
                work.finish(&summary)?;
                return Ok(WentOn::Done(summary));
            }
            Effect::Fail(error) => return Ok(WentOn::Failed(error)),
        };
        self.running = Some(Running { engine, work, doing });
        Ok(WentOn::Further)
    }

    /// Goes on with a sync: with what it does itself, or with what arrives.
    ///
    /// # Errors
    /// When the simulation fails.
    pub fn go_on(&mut self, hub: &Hub, now: i64) -> Result<WentOn, Failed> {
        let Some(Running { mut engine, work, doing }) = self.running.take() else {
            return Ok(WentOn::Further);
        };
        let event = match doing {
            Doing::Perform(task) => {
                let is_settling = matches!(*task, Task::Settle(_));
                match work.perform(*task) {
                    Ok(event) if is_settling => {
                        let effect = engine.next(event);
                        let went = self.carry_on(engine, work, effect)?;
                        return Ok(match went {
                            WentOn::Further => WentOn::Settled,
                            other => other,
                        });
                    }
                    Ok(event) => event,
                    Err(error) => return Ok(WentOn::Failed(error)),
                }
            }
            Doing::Send(ask, request) => {
                let answer = hub.answer(&self.certificate(), request.path, &request.body, now)?;
                self.running = Some(Running { engine, work, doing: Doing::Answer(ask, answer) });
                return Ok(WentOn::Further);
            }
            Doing::Answer(ask, bytes) => match answered(&ask, &bytes) {
                Ok(event) => event,
                Err(error) => return Ok(WentOn::Failed(error)),
            },
        };
        let effect = engine.next(event);
        self.carry_on(engine, work, effect)
    }

    /// Gives a sync up: its connection is gone. The request that was under way, if there was one.
    pub fn give_up(&mut self) -> Option<Request> {
        match self.running.take()?.doing {
            Doing::Send(_, request) => Some(request),
            _ => None,
        }
    }

    /// Cuts the answer that is under way, and lets it arrive. `None` when none is; otherwise whether it
    /// was taken for whole.
    pub fn cut(&mut self, dice: &mut fastrand::Rng) -> Option<bool> {
        if !matches!(self.running.as_ref()?.doing, Doing::Answer(..)) {
            return None;
        }
        let Doing::Answer(ask, bytes) = self.running.take()?.doing else { return None };
        let cut = dice.usize(0..bytes.len().max(1));
        Some(answered(&ask, bytes.get(..cut).unwrap_or_default()).is_ok())
    }

    /// Is killed while it does something, at any byte it writes, and started again.
    ///
    /// # Errors
    /// When it does not start again: the data would be lost.
    pub fn crash(
        &mut self,
        dice: &mut fastrand::Rng,
        work: impl FnOnce(&Arc<Cache>) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        let before = Image::take(&self.path)?;
        let task = self.running.take();
        match task {
            Some(Running { work, doing: Doing::Perform(task), .. }) => {
                // What it came to dies with the program.
                let _ = work.perform(*task);
            }
            other => {
                drop(other);
                work(self.cache()?)?;
            }
        }
        let left = before.torn(&Image::take(&self.path)?, dice);
        self.put(&left)
    }

    fn put(&mut self, image: &Image) -> Result<(), Failed> {
        (self.running, self.carrying) = (None, None);
        self.cache = None;
        image.put(&self.path)?;
        let cache = open(&self.path)?;
        // What was cut off before it was noted goes, as it does when a desk is opened.
        let folder = ChunkFolder::open(&self.chunks())?;
        cache.read(|reader| folder.tidy(|name| reader.has_chunk(name)))?;
        self.cache = Some(cache);
        Ok(())
    }

    /// Where its chunks are.
    pub(crate) fn chunks(&self) -> PathBuf {
        chunks_of(&self.path)
    }

    /// What seals and opens.
    pub fn sealer(&self) -> &Arc<Sealer> {
        &self.sealer
    }

    /// Copies its disk.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn copy(&mut self, next_entry: usize) -> Result<(), Failed> {
        let chunks = Files::take(&self.chunks())?;
        self.copy = Some((Image::take(&self.path)?, chunks, next_entry));
        Ok(())
    }

    /// Puts its disk back from the copy: the number that the next entry had then.
    ///
    /// # Errors
    /// When it does not start again.
    pub fn put_back(&mut self) -> Result<Option<usize>, Failed> {
        let Some((image, chunks, next_entry)) = self.copy.clone() else { return Ok(None) };
        chunks.put(&self.chunks())?;
        self.put(&image)?;
        self.find_out_who()?;
        Ok(Some(next_entry))
    }

    /// Starts the copy of its disk as a desk beside it.
    ///
    /// # Errors
    /// When it does not start.
    pub fn clone_to(
        &self,
        folder: &Path,
        number: usize,
        seed: u64,
    ) -> Result<Option<Self>, Failed> {
        let Some((image, chunks, _)) = &self.copy else { return Ok(None) };
        let path = folder.join(format!("desk-{number}.db"));
        image.put(&path)?;
        chunks.put(&chunks_of(&path))?;
        let around = Arc::new(self.around.beside(seed));
        let mut clone = Self::with(number, path.clone(), open(&path)?, self.id, around);
        clone.older = self.older;
        clone.find_out_who()?;
        Ok(Some(clone))
    }

    /// Reads from the disk which desk this is: it may have come in again since.
    fn find_out_who(&mut self) -> Result<(), Failed> {
        let hub = self.cache()?.read(|reader| reader.hub())?.ok_or("the desk never joined")?;
        self.becomes(booqing_protocol::Id(*hub.desk.as_bytes()));
        self.is_out = false;
        Ok(())
    }

    /// Its clock is off by so many seconds from now on.
    pub fn set_clock(&self, off: i64) {
        self.around.set_off(off);
    }
}
