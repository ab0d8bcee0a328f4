//! Originals of a world: added at desks, carried through the weather, and all there in the end.

use std::io::Cursor;
use std::sync::Arc;

use booqing_model::Id;
use booqing_model::time::Moment;
use booqing_store::{Cache, Change, ChangeSet, ChunkFolder, Edit};
use booqing_sync::inward::Surroundings;
use booqing_sync::transfer::original;
use booqing_sync::transfer::work::{Request, TransferWork, answered, stored_of};
use booqing_sync::transfer::{Ask, Effect, Errand, Event, Task, Transfer, Transferred};
use booqing_sync::{Sealer, SyncError};
use serde_json::json;

use crate::Failed;
use crate::desk::Desk;
use crate::hub::{ADMINISTRATION, Hub};
use crate::office::{MOST_STEPS, Office};
use crate::plan::Calamity;
use crate::verdict::Violation;

/// A transfer under way at a desk.
pub struct Freight {
    machine: Transfer,
    work: TransferWork,
    doing: Doing,
}

impl std::fmt::Debug for Freight {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Freight").field("doing", &self.doing).finish_non_exhaustive()
    }
}

#[derive(Debug)]
enum Doing {
    Perform(Task),
    Ask(Ask),
}

/// What the network does to a request or its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// It carries both.
    Carries,
    /// It loses the request.
    LosesRequest,
    /// It loses the answer.
    LosesAnswer,
    /// It cuts the answer off.
    Cuts,
}

/// How a transfer stands after a step.
#[derive(Debug)]
pub enum Carried {
    /// It goes on.
    Further(Box<Freight>),
    /// Its connection is gone.
    Broken,
    /// It ended well.
    Done(Transferred),
    /// It cannot go on.
    Failed(SyncError),
}

impl Freight {
    /// Begins.
    #[must_use]
    pub fn begin(work: TransferWork, errand: Errand) -> Carried {
        let mut machine = Transfer::new(errand);
        let effect = machine.next(Event::Start);
        Self::after(machine, work, effect)
    }

    fn after(machine: Transfer, work: TransferWork, effect: Effect) -> Carried {
        let doing = match effect {
            Effect::Ask(ask) => Doing::Ask(ask),
            Effect::Do(task) => Doing::Perform(task),
            Effect::Done(done) => return Carried::Done(done),
            Effect::Fail(error) => return Carried::Failed(error),
        };
        Carried::Further(Box::new(Self { machine, work, doing }))
    }

    /// Goes a step further.
    ///
    /// # Errors
    /// When the simulation fails.
    pub fn step(
        self,
        hub: &Hub,
        certificate: &[u8; 32],
        (network, now): (Network, i64),
        dice: &mut fastrand::Rng,
    ) -> Result<Carried, Failed> {
        let Self { mut machine, work, doing } = self;
        let event = match doing {
            Doing::Perform(task) => work.perform(&task)?,
            Doing::Ask(ask) => {
                let Some(request) = work.request(&ask)? else {
                    let effect = machine.next(Event::Lost);
                    return Ok(Self::after(machine, work, effect));
                };
                if network == Network::LosesRequest {
                    return Ok(Carried::Broken);
                }
                let bytes = match request {
                    Request::Post { path, body } => hub.answer(certificate, path, &body, now)?,
                    Request::Put { body, .. } => hub.keep(certificate, &ask, body)?,
                    Request::Get { from, .. } => {
                        let given = hub.give(certificate, &ask, from)?;
                        let (Ask::Give(name), Some(piece)) = (&ask, given) else {
                            let effect =
                                machine.next(Event::Refused(booqing_protocol::Refusal::NoChunk));
                            return Ok(Self::after(machine, work, effect));
                        };
                        let whole = network == Network::Carries;
                        let end = if whole { piece.len() } else { dice.usize(0..=piece.len()) };
                        work.append(*name, from, piece.get(..end).unwrap_or_default())?;
                        if !whole {
                            return Ok(Carried::Broken);
                        }
                        let effect = machine.next(Event::Came);
                        return Ok(Self::after(machine, work, effect));
                    }
                };
                match network {
                    Network::Carries => answered(&ask, &bytes)?,
                    _ => return Ok(Carried::Broken),
                }
            }
        };
        let effect = machine.next(event);
        Ok(Self::after(machine, work, effect))
    }
}

/// Adds an original: its bytes, and the record that says so.
///
/// # Errors
/// When the disk or the cache refuses.
pub fn add(
    cache: &Cache,
    folder: &ChunkFolder,
    sealer: &Sealer,
    (id, now): (Id, Moment),
    bytes: &[u8],
) -> Result<(), Failed> {
    let taken = original::take(sealer, folder, &mut Cursor::new(bytes))?;
    let fields = json!({
        "fiscal_year": 2026, "sha256": taken.sha256, "size": taken.size, "stored": taken.stored,
    });
    let edit = Edit::Create(serde_json::from_value(fields)?);
    let changes = vec![Change { class: "attachment".to_owned(), id, edit }];
    let set = ChangeSet { operation: "add".to_owned(), at: now, user: None, changes };
    cache.write(|writer| {
        writer.batch(|batch| {
            for (name, length) in &taken.chunks {
                batch.add_chunk(name.0, *length, now.0)?;
            }
            batch.apply(&set).map(drop)
        })
    })?;
    Ok(())
}

/// The chunks of an original, by its record; `None` where there is no such record.
///
/// # Errors
/// When the cache cannot be read.
pub fn errand(cache: &Arc<Cache>, id: Id) -> Result<Option<Errand>, Failed> {
    let row = cache.read(|reader| reader.get("attachment", id))?;
    let stored = row.and_then(|row| stored_of(&row.fields));
    stored.map(|stored| Ok(Errand::These(original::names(&stored)?))).transpose()
}

/// The bytes of an original that is here.
///
/// # Errors
/// When they are not whole.
pub fn read(cache: &Arc<Cache>, folder: &ChunkFolder, id: Id) -> Result<Vec<u8>, Failed> {
    let row = cache.read(|reader| reader.get("attachment", id))?.ok_or("there is no record")?;
    let stored = stored_of(&row.fields).ok_or("the record says nothing")?;
    let mut bytes = Vec::new();
    original::write(folder, &stored, row.fields.text("sha256").unwrap_or_default(), &mut bytes)?;
    Ok(bytes)
}

impl Office {
    pub(crate) fn add_original(
        &mut self,
        place: usize,
        dice: &mut fastrand::Rng,
    ) -> Result<(), Failed> {
        let Some(desk) = self.desks.get(place) else { return Ok(()) };
        // The same file is added more than once, too.
        let known: Vec<&Vec<u8>> = self.originals.values().collect();
        let bytes = match dice.choice(&known) {
            Some(known) if dice.u8(0..4) == 0 => (*known).clone(),
            _ => {
                let mut bytes = vec![0; dice.usize(0..300)];
                dice.fill(&mut bytes);
                bytes
            }
        };
        let (id, now) = (desk.around().id()?, desk.around().now());
        let folder = ChunkFolder::open(&desk.chunks())?;
        add(desk.cache()?, &folder, desk.sealer(), (id, now), &bytes)?;
        self.originals.insert(id, bytes);
        Ok(())
    }

    /// One step of a transfer; a new one begins where there is none.
    pub(crate) fn carry(
        &mut self,
        place: usize,
        dice: &mut fastrand::Rng,
    ) -> Result<Result<(), Violation>, Failed> {
        let network = match dice.u8(0..12) {
            0 => Network::LosesRequest,
            1 => Network::LosesAnswer,
            2 => Network::Cuts,
            _ => Network::Carries,
        };
        let now = self.now();
        let Some(desk) = self.desks.get_mut(place) else { return Ok(Ok(())) };
        if self.revoked.contains(&desk.id()) {
            // Nobody talks to it.
            desk.carrying = None;
            return Ok(Ok(()));
        }
        let carried = match desk.carrying.take() {
            Some(freight) => freight.step(&self.hub, &desk.certificate(), (network, now), dice)?,
            None => Freight::begin(work_of(desk)?, self.errand_of(place, dice)?),
        };
        let Some(desk) = self.desks.get_mut(place) else { return Ok(Ok(())) };
        match carried {
            Carried::Further(freight) => desk.carrying = Some(freight),
            Carried::Broken | Carried::Done(_) => {}
            Carried::Failed(error) => {
                return Ok(Err(Violation::new(&format!("a transfer failed: {error:?}"))));
            }
        }
        Ok(Ok(()))
    }

    /// What a desk carries: everything, or an original that somebody there asks for.
    fn errand_of(&self, place: usize, dice: &mut fastrand::Rng) -> Result<Errand, Failed> {
        let desk = self.desks.get(place).ok_or("no desk")?;
        let ids = desk.cache()?.read(|reader| reader.ids("attachment"))?;
        let asked = dice.choice(&ids).filter(|_| dice.clone().bool());
        let errand = asked.map(|id| errand(desk.cache()?, *id)).transpose()?.flatten();
        Ok(errand.unwrap_or(Errand::All))
    }

    /// Everything that waits goes to the hub, and a desk that has nothing reads every original.
    pub(crate) fn carry_everything(&mut self) -> Result<Result<(), Violation>, Failed> {
        // What a hub lost that was put back without a word is offered again within a month.
        self.later(31 * 24 * 3600);
        for place in 0..self.desks.len() {
            if let Err(violation) = self.carry_all_the_way(place, Errand::All)? {
                return Ok(Err(violation));
            }
        }
        let reader = self.desks.len().saturating_sub(1);
        for (id, bytes) in self.originals.clone() {
            let cache = Arc::clone(self.desks.get(reader).ok_or("no desk")?.cache()?);
            // Its record may be gone with a disk that was put back: then nobody asks for it.
            let Some(errand) = errand(&cache, id)? else { continue };
            let done = match self.carry_all_the_way(reader, errand)? {
                Ok(done) => done,
                Err(violation) => return Ok(Err(violation)),
            };
            if done.absent > 0 {
                // It may have been on a disk that was put back, and nowhere else.
                if self.calamity == Calamity::DeskDisks {
                    continue;
                }
                return Ok(Err(Violation::new(&format!("original {id} is lost"))));
            }
            let desk = self.desks.get(reader).ok_or("no desk")?;
            if read(&cache, &ChunkFolder::open(&desk.chunks())?, id)? != bytes {
                return Ok(Err(Violation::new(&format!("original {id} is another"))));
            }
        }
        Ok(Ok(()))
    }

    fn carry_all_the_way(
        &mut self,
        place: usize,
        errand: Errand,
    ) -> Result<Result<Transferred, Violation>, Failed> {
        let (now, mut dice) = (self.now(), fastrand::Rng::with_seed(0));
        let desk = self.desks.get_mut(place).ok_or("no desk")?;
        desk.carrying = None;
        let mut carried = Freight::begin(work_of(desk)?, errand);
        for _ in 0..MOST_STEPS {
            let freight = match carried {
                Carried::Further(freight) => freight,
                Carried::Done(done) => return Ok(Ok(done)),
                other => {
                    let what = format!("originals cannot be carried in the end: {other:?}");
                    return Ok(Err(Violation::new(&what)));
                }
            };
            let clear = (Network::Carries, now);
            carried = freight.step(&self.hub, &desk.certificate(), clear, &mut dice)?;
        }
        Ok(Err(Violation::new("a transfer never ends")))
    }
}

fn work_of(desk: &Desk) -> Result<TransferWork, Failed> {
    Ok(TransferWork {
        cache: Arc::clone(desk.cache()?),
        folder: ChunkFolder::open(&desk.chunks())?,
        administration: ADMINISTRATION,
        surroundings: Arc::clone(desk.around()) as _,
    })
}
