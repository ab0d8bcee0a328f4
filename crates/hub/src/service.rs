//! What a hub does with a request, whatever it came over.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use booqing_protocol::chunk::{Lacking, MOST_OFFERED, Offer};
use booqing_protocol::compare::{Compare, Compared, Fetch, Fetched};
use booqing_protocol::message::{Invite, Join, Joined, Page, Pull, Push, Pushed};
use booqing_protocol::recall::{Recall, Recalled};
use booqing_protocol::scan::{Manifest, Scan, Scanned, Survey};
use booqing_protocol::waiting::{Wait, Waited};
use booqing_protocol::{ChunkName, Id, Invitation, Refusal, VERSION};
use hyper::body::Bytes;
use object_store::GetRange;
use thiserror::Error;

use crate::authority::{Authority, AuthorityError};
use crate::news::{Bulletin, Listener};
use crate::objects::{Objects, ObjectsError, Piece};
use crate::storage::{
    Admission, Desk, Examined, Heard, NewDesk, NewInvitation, News, Storage, StorageError,
};

/// The least version of the protocol from which this hub accepts changes.
const MINIMUM_VERSION: u32 = 1;
/// How long the first invitation of an administration is valid.
const FIRST_INVITATION: Duration = Duration::from_secs(7 * 24 * 3600);
/// The longest any invitation is valid.
const LONGEST_INVITATION: u32 = 7 * 24 * 3600;

/// Why a request failed for a reason that is the hub's.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The authority failed.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// Chunks could not be kept or given.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandom,
    /// An answer cannot be written.
    #[error(transparent)]
    Framing(#[from] booqing_protocol::FramingError),
}

/// A hub, without its connections.
pub struct Service {
    storage: Arc<dyn Storage>,
    objects: Objects,
    authority: Arc<Authority>,
    news: Bulletin,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Service").field("authority", &self.authority).finish()
    }
}

type Answered<T> = Result<Result<T, Refusal>, ServiceError>;

impl Service {
    /// A hub on this storage, with chunks there, and with this authority.
    pub fn new(storage: Arc<dyn Storage>, objects: Objects, authority: Authority) -> Self {
        Self { storage, objects, authority: Arc::new(authority), news: Bulletin::default() }
    }

    /// Hears from now on what other hubs on the same data store, and tells it to the desks here.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn hear_others(&self) -> Result<(), ServiceError> {
        let news = self.news.clone();
        Ok(self.storage.listen(Arc::new(move |heard| news.tell(heard)))?)
    }

    /// The hub's certification authority.
    pub fn authority(&self) -> &Arc<Authority> {
        &self.authority
    }

    /// New revisions of an administration, as they are made.
    pub(crate) fn news(&self, administration: Id) -> Listener {
        self.news.listen(administration)
    }

    /// Makes an administration and the invitation for its first desk.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn create_administration(
        &self,
        name: &str,
        address: &str,
        now: SystemTime,
    ) -> Result<Invitation, ServiceError> {
        let id = new_id(now)?;
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|_| ServiceError::NoRandom)?;
        let invitation = Invitation {
            address: address.to_owned(),
            identity: (*self.authority.identity()).into(),
            administration: id,
            secret: secret.into(),
        };
        self.storage.create_administration(id, name)?;
        self.storage.invite(&NewInvitation {
            administration: id,
            proof: invitation.proof(),
            bundle: None,
            expires: seconds(now) + i64::try_from(FIRST_INVITATION.as_secs()).unwrap_or(i64::MAX),
        })?;
        Ok(invitation)
    }

    /// Whether what is kept can be reached.
    ///
    /// # Errors
    /// [`ServiceError`] when it cannot.
    pub fn is_there(&self) -> Result<(), ServiceError> {
        Ok(self.storage.is_there()?)
    }

    /// The desk behind a certificate.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn desk(&self, certificate: &[u8; 32]) -> Result<Option<Desk>, ServiceError> {
        Ok(self.storage.desk(certificate)?)
    }

    /// Keeps a desk out from now on, and every invitation of its administration that waits. False when there
    /// is none of that id, or it is kept out already.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn revoke(&self, desk: Desk, now: SystemTime) -> Result<bool, ServiceError> {
        Ok(self.storage.revoke(desk, seconds(now))?)
    }

    /// Every desk that was let in, with its administration.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn desks(&self) -> Result<Vec<(Id, Admission)>, ServiceError> {
        let mut all = Vec::new();
        for administration in self.storage.administrations()? {
            let desks = self.storage.desks(administration)?;
            all.extend(desks.into_iter().map(|desk| (administration, desk)));
        }
        Ok(all)
    }

    /// Lets a desk in.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn join(&self, join: &Join, now: SystemTime) -> Answered<Joined> {
        let certificate = match self.authority.sign_desk(join.desk, &join.request, now) {
            Ok(certificate) => certificate,
            Err(AuthorityError::NotARequest) => {
                return Ok(Err(Refusal::Malformed {
                    reason: "the signing request cannot be read".to_owned(),
                }));
            }
            Err(error) => return Err(error.into()),
        };
        let desk = NewDesk {
            proof: join.proof,
            desk: join.desk,
            name: join.name.clone(),
            certificate: booqing_protocol::id::identity(&certificate),
        };
        let Some(admitted) = self.storage.admit(&desk, seconds(now))? else {
            return Ok(Err(Refusal::InvitationInvalid));
        };
        Ok(Ok(Joined {
            administration: admitted.administration,
            name: admitted.name,
            certificate: certificate.to_vec().into(),
            bundle: admitted.bundle.map(Into::into),
        }))
    }

    /// Keeps an invitation that a desk made for another.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn invite(&self, desk: Desk, invite: &Invite, now: SystemTime) -> Answered<()> {
        self.storage.invite(&NewInvitation {
            administration: desk.administration,
            proof: invite.proof,
            bundle: Some(invite.bundle.to_vec()),
            expires: seconds(now) + i64::from(invite.seconds.min(LONGEST_INVITATION)),
        })?;
        Ok(Ok(()))
    }

    /// Stores the changes of a desk and tells the others.
    ///
    /// # Errors
    /// [`ServiceError`]; then nothing is stored.
    pub fn push(&self, desk: Desk, push: &Push, now: SystemTime) -> Answered<Pushed> {
        if push.administration != desk.administration {
            return Ok(Err(Refusal::WrongAdministration));
        }
        if push.version < MINIMUM_VERSION || push.version > VERSION {
            return Ok(Err(Refusal::UpgradeRequired { minimum: MINIMUM_VERSION }));
        }
        let answer = self.storage.push(desk, push, seconds(now))?;
        // A push that stored nothing is no news to anybody.
        if let Ok(pushed) = &answer
            && pushed.head > push.acknowledged.rev
        {
            // Nobody may be listening.
            let news = News { administration: desk.administration, rev: pushed.head };
            self.news.tell(Heard::News(news));
            self.storage.announce(news);
        }
        Ok(answer)
    }

    /// What changed since a desk's cursor.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn pull(&self, desk: Desk, pull: &Pull) -> Answered<Page> {
        if pull.administration != desk.administration {
            return Ok(Err(Refusal::WrongAdministration));
        }
        Ok(self.storage.pull(desk, pull.cursor, pull.whole)?)
    }

    /// Where an administration is, for a desk that waits for news.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn wait(&self, desk: Desk, wait: &Wait) -> Answered<Waited> {
        if wait.administration != desk.administration {
            return Ok(Err(Refusal::WrongAdministration));
        }
        Ok(self.storage.head(desk)?.map(|head| Waited { head }))
    }

    /// How records add up here, for a desk that compares.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn compare(&self, desk: Desk, compare: &Compare) -> Answered<Compared> {
        if compare.administration != desk.administration {
            return Ok(Err(Refusal::WrongAdministration));
        }
        Ok(self.storage.compare(desk, compare)?)
    }

    /// Records by their ids.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn fetch(&self, desk: Desk, fetch: &Fetch) -> Answered<Fetched> {
        if fetch.administration != desk.administration {
            return Ok(Err(Refusal::WrongAdministration));
        }
        Ok(self.storage.fetch(desk, fetch)?)
    }

    /// What there is, for a desk that has nothing.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn manifest(&self, desk: Desk, survey: &Survey) -> Answered<Manifest> {
        if survey.administration != desk.administration {
            return Ok(Err(Refusal::WrongAdministration));
        }
        Ok(self.storage.manifest(desk)?)
    }

    /// The records of some stretches.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn scan(&self, desk: Desk, scan: &Scan) -> Answered<Scanned> {
        if scan.administration != desk.administration {
            return Ok(Err(Refusal::WrongAdministration));
        }
        Ok(self.storage.scan(desk, scan)?)
    }

    /// Versions that passed and that a page had no room for.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn recall(&self, desk: Desk, recall: &Recall) -> Answered<Recalled> {
        if recall.administration != desk.administration {
            return Ok(Err(Refusal::WrongAdministration));
        }
        Ok(self.storage.recall(desk, recall)?)
    }

    /// Which of the chunks that a desk has are not here.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn offer(&self, desk: Desk, offer: &Offer) -> Answered<Lacking> {
        if offer.administration != desk.administration {
            return Ok(Err(Refusal::WrongAdministration));
        }
        if offer.names.len() > MOST_OFFERED {
            return Ok(Err(Refusal::TooLarge));
        }
        let lacking = self.objects.lacking(desk.administration, &offer.names);
        // A store elsewhere needs the runtime; a folder does with this thread.
        let names = match tokio::runtime::Handle::try_current() {
            Ok(runtime) => runtime.block_on(lacking)?,
            Err(_) => futures_executor::block_on(lacking)?,
        };
        Ok(Ok(Lacking { names }))
    }

    /// Keeps a chunk of a desk. What it is called must be what it is: nothing else would ever be read of it.
    ///
    /// # Errors
    /// [`ServiceError`]; it is not kept then.
    pub async fn keep(&self, desk: Desk, name: ChunkName, bytes: Bytes) -> Answered<()> {
        if ChunkName::of(&bytes) != name {
            return Ok(Err(Refusal::OtherChunk));
        }
        Ok(Ok(self.objects.keep(desk.administration, name, bytes).await?))
    }

    /// A chunk, or some of it.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn give(
        &self,
        desk: Desk,
        name: ChunkName,
        wanted: Option<GetRange>,
    ) -> Answered<Piece> {
        let piece = self.objects.give(desk.administration, name, wanted).await?;
        Ok(piece.ok_or(Refusal::NoChunk))
    }

    /// A chunk from a byte on.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn give_from(&self, desk: Desk, name: ChunkName, first: u64) -> Answered<Piece> {
        self.give(desk, name, (first > 0).then_some(GetRange::Offset(first))).await
    }

    /// Examines every administration, for as long as it goes on; `tell` hears of each, also that it cannot
    /// be read.
    ///
    /// # Errors
    /// [`ServiceError`] when it is not known which there are.
    pub fn examine(
        &self,
        goes_on: &dyn Fn() -> bool,
        mut tell: impl FnMut(Id, Result<Examined, StorageError>),
    ) -> Result<(), ServiceError> {
        for administration in self.storage.administrations()? {
            if let Some(examined) = self.storage.examine(administration, goes_on).transpose() {
                tell(administration, examined);
            }
        }
        Ok(())
    }

    /// Notes that the data were put back from a copy: desks compare everything before they go on.
    ///
    /// # Errors
    /// [`ServiceError`]. Called again it does no harm.
    pub fn put_back(&self) -> Result<usize, ServiceError> {
        let administrations = self.storage.administrations()?;
        for administration in &administrations {
            self.storage.begin_again(*administration)?;
        }
        Ok(administrations.len())
    }
}

fn seconds(now: SystemTime) -> i64 {
    now.duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or(0)
}

fn new_id(now: SystemTime) -> Result<Id, ServiceError> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|_| ServiceError::NoRandom)?;
    let milliseconds = now
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .unwrap_or(0);
    Ok(Id(*uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).as_uuid().as_bytes()))
}
