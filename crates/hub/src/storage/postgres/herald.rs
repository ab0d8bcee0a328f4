//! Telling the other hubs on this database what is new, and hearing it from them.
//!
//! Hubs tell each other after the commit and on a connection of their own: `NOTIFY` within a commit
//! makes all commits of the database wait for each other. What is lost when a hub ends in between
//! is told with the administration's next change; the desks of the hub that ended ask anyway, as
//! soon as they reach another.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use booqing_protocol::Id;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, Client, NoTls, Socket};

use super::Address;
use crate::storage::{Heard, News, StorageError};

/// The channel of the database.
const CHANNEL: &str = "booqing";
/// News that wait to be told; what does not fit is told with the next change.
const WAITING: usize = 4096;
/// How often desks look for themselves, where a database has no notifications.
const LOOKING: Duration = Duration::from_secs(10);
/// How long a hub waits before it connects again.
const AGAIN: Duration = Duration::from_secs(1);

/// Tells and hears.
#[derive(Debug)]
pub(super) struct Herald(mpsc::Sender<News>);

impl Herald {
    /// Begins to listen, and goes on for as long as the runtime does.
    pub(super) fn start(
        runtime: &Runtime,
        address: Address,
        tell: Arc<dyn Fn(Heard) + Send + Sync>,
    ) -> Result<Self, StorageError> {
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(|_| StorageError::NoRandom)?;
        let own = u64::from_le_bytes(name);
        let (sender, waiting) = mpsc::channel(WAITING);
        // Whoever starts a hub may rely on it: what happens from now on is heard.
        let (ready, is_ready) = std::sync::mpsc::channel();
        runtime.spawn(async move {
            let mut waiting = waiting;
            let mut first = Some(ready);
            loop {
                let ended = serve(&address, own, &mut waiting, &*tell, &mut first).await;
                if let Some(ready) = first.take() {
                    let _ = ready.send(ended);
                    return;
                }
                if matches!(ended, Ok(())) {
                    return;
                }
                tokio::time::sleep(AGAIN).await;
            }
        });
        is_ready
            .recv()
            .map_err(|_| StorageError::Unreachable("the database does not answer".to_owned()))??;
        Ok(Self(sender))
    }

    pub(super) fn announce(&self, news: News) {
        let _ = self.0.try_send(news);
    }
}

type Ready = std::sync::mpsc::Sender<Result<(), StorageError>>;

/// Serves one connection until it fails; `Ok` when nobody has anything to tell any more.
async fn serve(
    address: &Address,
    own: u64,
    waiting: &mut mpsc::Receiver<News>,
    tell: &(dyn Fn(Heard) + Send + Sync),
    first: &mut Option<Ready>,
) -> Result<(), StorageError> {
    let (client, mut heard) = match address.tls()? {
        None => connect(address, NoTls).await?,
        Some(tls) => connect(address, tls).await?,
    };
    let listens = client.batch_execute(&format!("LISTEN {CHANNEL}")).await.map_err(Into::into);
    if listens.as_ref().is_err_and(is_unknown) {
        return look_again(waiting, tell, first).await;
    }
    listens?;
    match first.take() {
        Some(ready) => {
            let _ = ready.send(Ok(()));
        }
        // What was told meanwhile was not heard.
        None => tell(Heard::Missed),
    }
    let tell_others =
        client.prepare("SELECT pg_notify($1, line) FROM unnest($2::text[]) AS line").await?;
    let mut batch = Vec::new();
    loop {
        tokio::select! {
            line = heard.recv() => {
                let Some(line) = line else {
                    return Err(StorageError::Unreachable("the connection is gone".to_owned()));
                };
                if let Some((news, by)) = read(&line)
                    && by != own
                {
                    tell(Heard::News(news));
                }
            }
            count = waiting.recv_many(&mut batch, WAITING) => {
                if count == 0 {
                    return Ok(());
                }
                let lines: Vec<String> =
                    batch.drain(..).map(|news: News| write(news, own)).collect();
                client.execute(&tell_others, &[&CHANNEL, &lines]).await?;
            }
        }
    }
}

/// Whether a database says that it has no such statement (SQLSTATE 0A000, or 42601 where it does not even
/// know its name).
fn is_unknown(error: &StorageError) -> bool {
    let unknown = [&SqlState::FEATURE_NOT_SUPPORTED, &SqlState::SYNTAX_ERROR];
    matches!(error, StorageError::Server { code, .. } if unknown.iter().any(|one| one.code() == code))
}

/// Where hubs cannot hear of each other, each tells its desks now and then that something may have been
/// missed.
async fn look_again(
    waiting: &mut mpsc::Receiver<News>,
    tell: &(dyn Fn(Heard) + Send + Sync),
    first: &mut Option<Ready>,
) -> Result<(), StorageError> {
    if let Some(ready) = first.take() {
        let _ = ready.send(Ok(()));
    }
    tracing::warn!(
        seconds = LOOKING.as_secs(),
        "the database has no notifications: desks look for themselves what other hubs stored"
    );
    let mut every = tokio::time::interval(LOOKING);
    loop {
        tokio::select! {
            _ = every.tick() => tell(Heard::Missed),
            news = waiting.recv() => {
                if news.is_none() {
                    return Ok(());
                }
            }
        }
    }
}

async fn connect<T>(
    address: &Address,
    tls: T,
) -> Result<(Client, mpsc::UnboundedReceiver<String>), StorageError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let (client, mut connection) = address.config().connect(tls).await?;
    let (sender, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notification(notification) = message
                && sender.send(notification.payload().to_owned()).is_err()
            {
                return;
            }
        }
    });
    Ok((client, heard))
}

/// A line tells which administration has which revision, and which hub says so.
fn write(news: News, own: u64) -> String {
    format!("{} {} {own:x}", super::uuid(news.administration), news.rev)
}

fn read(line: &str) -> Option<(News, u64)> {
    let mut words = line.split(' ');
    let administration: uuid::Uuid = words.next()?.parse().ok()?;
    let rev = words.next()?.parse().ok()?;
    let by = u64::from_str_radix(words.next()?, 16).ok()?;
    Some((News { administration: Id(*administration.as_bytes()), rev }, by))
}
