//! The routes: read the bytes, ask the service, write the bytes, within the limits.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use booqing_protocol::chunk::CHUNKS;
use booqing_protocol::{Id, LARGEST_MESSAGE, Refusal};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Frame, SizeHint};
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::Instant;

use super::exchange::{Exchange, Under};
use super::{chunks, events};
use crate::endpoint::{self, Endpoint, Reply};
use crate::limits::{Gate, Held, UNIT};
use crate::metrics::Metrics;
use crate::service::{Service, ServiceError};
use crate::storage::Desk;

/// The most bytes of a request to join: a name and a signing request.
const LARGEST_JOIN: usize = 64 * 1024;
/// Those who are no desk have one share together.
pub(super) const STRANGERS: Desk = Desk { id: Id([0; 16]), administration: Id([0; 16]) };

/// What every route of one connection knows.
pub(super) struct Connection {
    pub(super) service: Arc<Service>,
    pub(super) gate: Arc<Gate>,
    pub(super) metrics: Arc<Metrics>,
    /// The hash of the certificate at the other end.
    pub(super) certificate: Option<[u8; 32]>,
    /// Whose it was when the connection was made: it stays that desk's, and may be refused later.
    pub(super) desk: Option<Desk>,
    pub(super) exchange: Arc<Exchange>,
    /// Becomes true when the hub ends.
    pub(super) closed: watch::Receiver<bool>,
}

/// Why there is no answer of the service.
#[derive(Debug, Error)]
pub(super) enum Failed {
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error("a request was not brought to its end: {0}")]
    Thread(#[from] tokio::task::JoinError),
}

/// The routes for one connection.
pub(super) fn routes(connection: Arc<Connection>) -> Router {
    let mut router = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/v1/events", get(events::events))
        .route(&format!("{CHUNKS}{{name}}"), any(chunks::chunk));
    for endpoint in Endpoint::ALL {
        let answer = move |State(connection): State<Arc<Connection>>, request: Request| async move {
            connection.answer(endpoint, request).await
        };
        router = router.route(endpoint.path(), post(answer));
    }
    router.with_state(connection)
}

impl Connection {
    /// A request begins.
    pub(super) fn begin(&self) -> Under {
        let limits = &self.gate.limits;
        let is_stranger = self.desk.is_none();
        let patience = if is_stranger { limits.patience_with_strangers } else { limits.patience };
        self.exchange.begin(patience.exchange)
    }

    /// The desk behind the certificate, as the hub knows it now.
    pub(super) async fn known(self: &Arc<Self>) -> Result<Option<Desk>, Failed> {
        let connection = Arc::clone(self);
        let known = move || {
            let certificate = connection.certificate.as_ref();
            certificate.map_or(Ok(None), |certificate| connection.service.desk(certificate))
        };
        Ok(tokio::task::spawn_blocking(known).await??)
    }

    /// Answers a request: takes it in, waits for its turn, and hands the answer out.
    async fn answer(self: Arc<Self>, endpoint: Endpoint, request: Request) -> Response {
        let under = self.begin();
        let began = Instant::now();
        let whose = self.desk.unwrap_or(STRANGERS);
        if self.gate.pace.turn(whose).await {
            self.metrics.delayed();
        }
        let (body, units) = match self.take_in(whose, request, LARGEST_MESSAGE).await {
            Ok(body) => body,
            Err(status) => return status.into_response(),
        };
        under.works();
        let received = body.len();
        let page = if endpoint.gives_page() {
            let _waits = self.metrics.waits();
            Some(self.gate.pages.take(whose, 1).await)
        } else {
            None
        };
        let replied = match endpoint {
            Endpoint::Wait => events::wait(&self, body).await,
            _ => self.work(endpoint, body).await,
        };
        drop(units);
        under.gives();
        let time = began.elapsed();
        let (outcome, sent) = match &replied {
            Ok(reply) => (reply.outcome, reply.bytes.len()),
            Err(_) => ("failed", 0),
        };
        self.metrics.answered(endpoint.name(), outcome, time, (received, sent));
        tracing::debug!(
            desk = %whose.id,
            administration = %whose.administration,
            endpoint = endpoint.name(),
            outcome,
            received,
            sent,
            milliseconds = time.as_millis(),
            "answered"
        );
        match replied {
            Ok(reply) => written(reply.bytes, page, under),
            Err(error) => failed(&error, under),
        }
    }

    /// Reads a request; what is held of it is counted until it is dealt with.
    pub(super) async fn take_in(
        &self,
        whose: Desk,
        request: Request,
        largest: usize,
    ) -> Result<(Bytes, Option<Held>), StatusCode> {
        // No request is compressed: nothing is unpacked here, so that nothing can grow.
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        // Whoever is no desk is not listened to for long.
        let largest = if self.desk.is_none() { largest.min(LARGEST_JOIN) } else { largest };
        let told = length(request.headers());
        if told.is_some_and(|told| told > largest) {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        // Whoever does not say how much there is may have that much.
        let units = told.unwrap_or(largest).div_ceil(UNIT);
        let held = if units > 1 {
            let _waits = self.metrics.waits();
            Some(self.gate.units.take(whose, u32::try_from(units).unwrap_or(u32::MAX)).await)
        } else {
            None
        };
        let body = Limited::new(request.into_body(), largest).collect().await;
        let body = body.map_err(|error| {
            let is_too_large = error.is::<LengthLimitError>();
            if is_too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST }
        })?;
        Ok((body.to_bytes(), held))
    }

    /// Asks the service, on a thread that may block.
    pub(super) async fn work(
        self: &Arc<Self>,
        endpoint: Endpoint,
        body: Bytes,
    ) -> Result<Reply, Failed> {
        let place = {
            let _waits = self.metrics.waits();
            self.gate.working.take(self.desk.unwrap_or(STRANGERS), 1).await
        };
        let connection = Arc::clone(self);
        // What has begun is brought to its end, whether or not the other end is still there, and
        // keeps its place until then.
        let work = move || {
            let _place = place;
            let certificate = connection.certificate.as_ref();
            endpoint.answer(&connection.service, certificate, &body, SystemTime::now())
        };
        Ok(tokio::task::spawn_blocking(work).await??)
    }
}

/// How many bytes a request says it has.
fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Tells the operator why, and the desk that nothing was stored. Errors name files and codes, never
/// content: the hub has none to name.
pub(super) fn failed(error: &Failed, under: Under) -> Response {
    tracing::error!("{error}");
    match endpoint::refused(Refusal::HubFailed) {
        Ok(reply) => written(reply.bytes, None, under),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Refusals have the status 200 too: they are answers of this protocol. Any other status comes
/// from something in between.
pub(super) fn written(bytes: Vec<u8>, page: Option<Held>, under: Under) -> Response {
    let given = Given::new(bytes.into(), page, under);
    ([(header::CONTENT_TYPE, "application/cbor")], Body::new(given)).into_response()
}

/// An answer, given piece by piece as the other end takes it: while some of it is left, the share
/// of its desk is taken and its time runs.
pub(super) struct Given {
    rest: Bytes,
    _page: Option<Held>,
    _under: Under,
}

impl Given {
    pub(super) fn new(bytes: Bytes, page: Option<Held>, under: Under) -> Self {
        Self { rest: bytes, _page: page, _under: under }
    }
}

impl hyper::body::Body for Given {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let piece = self.rest.len().min(UNIT);
        Poll::Ready((piece > 0).then(|| Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
