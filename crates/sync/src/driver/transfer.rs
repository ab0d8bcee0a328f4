//! A transfer of chunks, from beginning to end: the machine decides, this carries out.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use hyper::{Method, Response, StatusCode};

use super::client::{EXCHANGE, HubClient};
use super::run::blocking;
use crate::SyncError;
use crate::transfer::work::{Request, TransferWork, answered};
use crate::transfer::{Ask, Effect, Errand, Event, Transfer, Transferred};

/// What comes of a chunk is written in pieces of so many bytes. A connection that is cut leaves what has
/// come, to the byte.
const WRITTEN: usize = 256 * 1024;

/// Carries chunks once. `watch` is told after each. Whoever drops it stops it: what has come stays, and the
/// next one goes on from there.
///
/// # Errors
/// [`SyncError`]. What was carried until then stays so.
pub async fn transfer(
    work: &TransferWork,
    hub: &mut HubClient,
    errand: Errand,
    mut watch: impl FnMut(Transferred) + Send,
) -> Result<Transferred, SyncError> {
    let (mut machine, mut event) = (Transfer::new(errand), Event::Start);
    let mut told = Transferred::default();
    loop {
        let own = work.clone();
        event = match machine.next(event) {
            Effect::Ask(ask) => {
                let asked = ask.clone();
                match blocking(move || own.request(&asked)).await? {
                    Some(request) => carry(work, hub, &ask, request).await?,
                    None => Event::Lost,
                }
            }
            Effect::Do(task) => blocking(move || own.perform(&task)).await?,
            Effect::Done(done) => return Ok(done),
            Effect::Fail(error) => return Err(error),
        };
        if machine.so_far() != told {
            told = machine.so_far();
            watch(told);
        }
    }
}

async fn carry(
    work: &TransferWork,
    hub: &mut HubClient,
    ask: &Ask,
    request: Request,
) -> Result<Event, SyncError> {
    let carried = tokio::time::timeout(EXCHANGE, async {
        match request {
            Request::Post { path, body } => answered(ask, &hub.exchange(path, body).await?),
            Request::Put { path, body } => {
                let request = hub
                    .request(Method::PUT, &path)
                    .header(CONTENT_TYPE, "application/octet-stream")
                    .body(Full::new(Bytes::from(body)));
                let answer = hub.begin(request).await?;
                if answer.status() != StatusCode::OK {
                    return Err(SyncError::NotTheHub(answer.status().as_u16()));
                }
                answered(ask, &hub.message(answer).await?)
            }
            Request::Get { path, from } => fetch(work, hub, ask, &path, from).await,
        }
    })
    .await;
    let carried = carried.unwrap_or(Err(SyncError::Silent));
    if carried.is_err() {
        hub.give_up();
    }
    carried
}

/// Asks for a chunk, or for what is still to come of it.
async fn fetch(
    work: &TransferWork,
    hub: &mut HubClient,
    ask: &Ask,
    path: &str,
    from: u64,
) -> Result<Event, SyncError> {
    let Ask::Give(name) = *ask else { return Ok(Event::Lost) };
    let mut request = hub.request(Method::GET, path);
    if from > 0 {
        request = request.header(RANGE, format!("bytes={from}-"));
    }
    let answer = hub.begin(request.body(Full::new(Bytes::new()))).await?;
    let is_message = answer.headers().get(CONTENT_TYPE).is_some_and(|is| is == "application/cbor");
    let mut at = match answer.status() {
        StatusCode::OK if is_message => return answered(ask, &hub.message(answer).await?),
        // All of it, whatever was asked for.
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT => first_byte(&answer).ok_or(SyncError::NotTheHub(206))?,
        // There is no more of it than has come: whether that is all of it, its name tells.
        StatusCode::RANGE_NOT_SATISFIABLE => return Ok(Event::Came),
        other => return Err(SyncError::NotTheHub(other.as_u16())),
    };
    let mut body = answer.into_body();
    let mut waiting = Vec::new();
    loop {
        let frame = body.frame().await;
        let is_over = !matches!(frame, Some(Ok(_)));
        let failed = match frame {
            Some(Ok(frame)) => {
                waiting.extend(frame.into_data().unwrap_or_default());
                None
            }
            Some(Err(error)) => Some(hub.lost(error.to_string())),
            None => None,
        };
        if is_over || waiting.len() >= WRITTEN {
            let (own, bytes) = (work.clone(), std::mem::take(&mut waiting));
            let length = bytes.len() as u64;
            blocking(move || own.append(name, at, &bytes)).await?;
            at += length;
        }
        match failed {
            Some(error) => return Err(error),
            None if is_over => return Ok(Event::Came),
            None => {}
        }
    }
}

/// The first byte that an answer gives some bytes from.
fn first_byte<B>(answer: &Response<B>) -> Option<u64> {
    let range = answer.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split_once('-')?.0.parse().ok()
}
