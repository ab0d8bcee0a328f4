//! The routes: read the bytes, ask the service, write the bytes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use booqing_protocol::message::Answer;
use booqing_protocol::{LARGEST_MESSAGE, Refusal, decode, encode};
use futures_util::stream;
use minicbor::{Decode, Encode};
use tokio::sync::{broadcast, watch};

use crate::service::{News, Service, ServiceError};
use crate::storage::Desk;

/// The most bytes of a request to join: a name and a signing request.
const LARGEST_JOIN: usize = 64 * 1024;
/// How long a notification stream is silent before it shows that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// What every route of one connection knows.
#[derive(Clone)]
struct Connection {
    service: Arc<Service>,
    /// The hash of the certificate at the other end.
    certificate: Option<[u8; 32]>,
    /// Becomes true when the hub ends.
    closed: watch::Receiver<bool>,
}

/// The routes for one connection.
pub(super) fn routes(
    service: Arc<Service>,
    certificate: Option<[u8; 32]>,
    closed: watch::Receiver<bool>,
) -> Router {
    let is_stranger = certificate.is_none();
    // Whoever shows no certificate is not listened to for long.
    let largest = if is_stranger { LARGEST_JOIN } else { LARGEST_MESSAGE };
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/v1/join", post(join))
        .route("/v1/invite", post(invite))
        .route("/v1/push", post(push))
        .route("/v1/pull", post(pull))
        .route("/v1/events", get(events))
        .layer(DefaultBodyLimit::max(largest))
        .with_state(Connection { service, certificate, closed })
}

async fn join(State(connection): State<Connection>, body: Bytes) -> Response {
    answer(&body, move |join| connection.service.join(&join, SystemTime::now())).await
}

async fn invite(State(connection): State<Connection>, body: Bytes) -> Response {
    answer(&body, move |invite| {
        connection.as_desk(|service, desk| service.invite(desk, &invite, SystemTime::now()))
    })
    .await
}

async fn push(State(connection): State<Connection>, body: Bytes) -> Response {
    answer(&body, move |push| connection.as_desk(|service, desk| service.push(desk, &push))).await
}

async fn pull(State(connection): State<Connection>, body: Bytes) -> Response {
    answer(&body, move |pull| connection.as_desk(|service, desk| service.pull(desk, &pull))).await
}

impl Connection {
    /// Does something for the desk behind this connection.
    fn as_desk<T>(
        &self,
        work: impl FnOnce(&Service, Desk) -> Result<Result<T, Refusal>, ServiceError>,
    ) -> Result<Result<T, Refusal>, ServiceError> {
        match self.desk()? {
            Some(desk) => work(&self.service, desk),
            None => Ok(Err(Refusal::UnknownDesk)),
        }
    }

    fn desk(&self) -> Result<Option<Desk>, ServiceError> {
        match &self.certificate {
            Some(certificate) => self.service.desk(certificate),
            None => Ok(None),
        }
    }
}

/// Reads a message, works on a thread that may block, and writes the answer.
async fn answer<Asked, Given>(
    body: &[u8],
    work: impl FnOnce(Asked) -> Result<Result<Given, Refusal>, ServiceError> + Send + 'static,
) -> Response
where
    Asked: for<'b> Decode<'b, ()> + Send + 'static,
    Given: Encode<()> + Send + 'static,
{
    let asked = match decode(body) {
        Ok(asked) => asked,
        Err(error) => {
            return written(&Answer::<()>::Refused(Refusal::Malformed {
                reason: error.to_string(),
            }));
        }
    };
    match tokio::task::spawn_blocking(move || work(asked)).await {
        Ok(Ok(Ok(given))) => written(&Answer::Done(given)),
        Ok(Ok(Err(refusal))) => written(&Answer::<()>::Refused(refusal)),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

/// Tells the operator why, and the desk that nothing was stored. Errors name files and codes, never
/// content: the hub has none to name.
#[expect(clippy::print_stderr, reason = "the operator's log")]
fn failed(error: &dyn std::error::Error) -> Response {
    eprintln!("booqing-hub: {error}");
    written(&Answer::<()>::Refused(Refusal::HubFailed))
}

/// Refusals have the status 200 too: they are answers of this protocol. Any other status comes
/// from something in between.
fn written<T: Encode<()>>(answer: &Answer<T>) -> Response {
    match encode(answer) {
        Ok(bytes) => ([(header::CONTENT_TYPE, "application/cbor")], bytes).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Server-sent events: `{"rev": N}` whenever the administration has a new revision, and nothing
/// about what changed.
async fn events(State(connection): State<Connection>) -> Response {
    // Listen before asking who it is: nothing is missed in between.
    let news = connection.service.news();
    let closed = connection.closed.clone();
    let desk = tokio::task::spawn_blocking(move || connection.desk()).await;
    let desk = match desk {
        Ok(Ok(desk)) => desk,
        Ok(Err(error)) => return failed(&error),
        Err(error) => return failed(&error),
    };
    let Some(desk) = desk else { return StatusCode::FORBIDDEN.into_response() };
    let events = stream::unfold((news, closed, desk), next_event);
    (
        [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")],
        Body::from_stream(events),
    )
        .into_response()
}

type Listening = (broadcast::Receiver<News>, watch::Receiver<bool>, Desk);

async fn next_event(
    (mut news, mut closed, desk): Listening,
) -> Option<(Result<String, Infallible>, Listening)> {
    loop {
        let received = tokio::select! {
            received = news.recv() => received,
            _ = closed.changed() => return None,
            // A comment, which says nothing and finds out whether the other end is there.
            () = tokio::time::sleep(HEARTBEAT) => {
                return Some((Ok(":\n\n".to_owned()), (news, closed, desk)));
            }
        };
        let event = match received {
            Ok(news) if news.administration == desk.administration => {
                format!("data: {{\"rev\":{}}}\n\n", news.rev)
            }
            Ok(_) => continue,
            // It was slow and missed some: it pulls to see which.
            Err(broadcast::error::RecvError::Lagged(_)) => "data: {\"rev\":0}\n\n".to_owned(),
            Err(broadcast::error::RecvError::Closed) => return None,
        };
        return Some((Ok(event), (news, closed, desk)));
    }
}
