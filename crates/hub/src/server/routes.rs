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
use booqing_protocol::{LARGEST_MESSAGE, Refusal};
use futures_util::stream;
use tokio::sync::{broadcast, watch};

use crate::endpoint::{self, Endpoint};
use crate::service::{Service, ServiceError};
use crate::storage::{Desk, Heard};

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
    let mut router =
        Router::new().route("/healthz", get(|| async { "ok" })).route("/v1/events", get(events));
    for endpoint in Endpoint::ALL {
        let answer = move |State(connection): State<Connection>, body: Bytes| async move {
            connection.answer(endpoint, body).await
        };
        router = router.route(endpoint.path(), post(answer));
    }
    router.layer(DefaultBodyLimit::max(largest)).with_state(Connection {
        service,
        certificate,
        closed,
    })
}

impl Connection {
    fn desk(&self) -> Result<Option<Desk>, ServiceError> {
        match &self.certificate {
            Some(certificate) => self.service.desk(certificate),
            None => Ok(None),
        }
    }

    /// Answers on a thread that may block.
    async fn answer(self, endpoint: Endpoint, body: Bytes) -> Response {
        let work = move || {
            let certificate = self.certificate.as_ref();
            endpoint.answer(&self.service, certificate, &body, SystemTime::now())
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(answer)) => written(answer),
            Ok(Err(error)) => failed(&error),
            Err(error) => failed(&error),
        }
    }
}

/// Tells the operator why, and the desk that nothing was stored. Errors name files and codes, never
/// content: the hub has none to name.
#[expect(clippy::print_stderr, reason = "the operator's log")]
fn failed(error: &dyn std::error::Error) -> Response {
    eprintln!("booqing-hub: {error}");
    match endpoint::refused(Refusal::HubFailed) {
        Ok(answer) => written(answer),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Refusals have the status 200 too: they are answers of this protocol. Any other status comes
/// from something in between.
fn written(answer: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/cbor")], answer).into_response()
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

type Listening = (broadcast::Receiver<Heard>, watch::Receiver<bool>, Desk);

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
            Ok(Heard::News(news)) if news.administration == desk.administration => {
                format!("data: {{\"rev\":{}}}\n\n", news.rev)
            }
            Ok(Heard::News(_)) => continue,
            // It was slow and missed some: it pulls to see which.
            Ok(Heard::Missed) | Err(broadcast::error::RecvError::Lagged(_)) => {
                "data: {\"rev\":0}\n\n".to_owned()
            }
            Err(broadcast::error::RecvError::Closed) => return None,
        };
        return Some((Ok(event), (news, closed, desk)));
    }
}
