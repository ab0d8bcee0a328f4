//! `PUT` and `GET` of chunks: bytes as they are, with ranges (RFC 9110, section 14).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use booqing_protocol::chunk::{Kept, LARGEST_CHUNK};
use booqing_protocol::message::Answer;
use booqing_protocol::{ChunkName, Refusal, encode};
use object_store::GetRange;
use tokio::time::Instant;

use super::exchange::Under;
use super::routes::{Connection, Failed, Given, STRANGERS, failed, written};
use crate::endpoint::{self, Reply};
use crate::limits::Held;
use crate::objects::Piece;
use crate::service::ServiceError;
use crate::storage::Desk;

/// Answers a request for one chunk.
pub(super) async fn chunk(
    State(connection): State<Arc<Connection>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let under = connection.begin();
    let began = Instant::now();
    let whose = connection.desk.unwrap_or(STRANGERS);
    if connection.gate.pace.turn(whose).await {
        connection.metrics.delayed();
    }
    let Ok(name) = name.parse::<ChunkName>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let asked = Asked { connection: &connection, whose, name, under, began };
    match *request.method() {
        Method::PUT => asked.keep(request).await,
        Method::GET => asked.give(request.headers()).await,
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

struct Asked<'a> {
    connection: &'a Arc<Connection>,
    whose: Desk,
    name: ChunkName,
    under: Under,
    began: Instant,
}

impl Asked<'_> {
    async fn keep(self, request: Request) -> Response {
        let connection = self.connection;
        let taken = connection.take_in(self.whose, request, LARGEST_CHUNK).await;
        let (bytes, units) = match taken {
            Ok(taken) => taken,
            Err(status) => return status.into_response(),
        };
        self.under.works();
        let received = bytes.len();
        let kept = match self.desk().await {
            Ok(Ok(desk)) => {
                let _place = connection.gate.working.take(self.whose, 1).await;
                connection.service.keep(desk, self.name, bytes).await.map_err(Failed::from)
            }
            Ok(Err(refusal)) => Ok(Err(refusal)),
            Err(error) => Err(error),
        };
        drop(units);
        let reply = kept.and_then(|kept| match kept {
            Ok(()) => {
                let kept = Kept { bytes: u64::try_from(received).unwrap_or(u64::MAX) };
                let bytes = encode(&Answer::Done(kept)).map_err(ServiceError::from)?;
                Ok(Reply { bytes, outcome: "done" })
            }
            Err(refusal) => Ok(endpoint::refused(refusal)?),
        });
        self.under.gives();
        match reply {
            Ok(Reply { bytes, outcome }) => {
                self.tell("keep", outcome, (received, bytes.len()));
                written(bytes, None, self.under)
            }
            Err(error) => {
                self.tell("keep", "failed", (received, 0));
                failed(&error, self.under)
            }
        }
    }

    async fn give(self, headers: &HeaderMap) -> Response {
        self.under.works();
        let connection = self.connection;
        let page = {
            let _waits = connection.metrics.waits();
            connection.gate.pages.take(self.whose, 1).await
        };
        let wanted = range(headers);
        let found = match self.desk().await {
            Ok(Ok(desk)) => {
                let _place = connection.gate.working.take(self.whose, 1).await;
                connection.service.give(desk, self.name, wanted).await.map_err(Failed::from)
            }
            Ok(Err(refusal)) => Ok(Err(refusal)),
            Err(error) => Err(error),
        };
        self.under.gives();
        match found {
            Ok(Ok(piece)) => {
                self.tell("give", "done", (0, piece.bytes.len()));
                given(piece, page, self.under)
            }
            Ok(Err(refusal)) => {
                self.tell("give", refusal.code(), (0, 0));
                match endpoint::refused(refusal) {
                    Ok(reply) => written(reply.bytes, None, self.under),
                    Err(error) => failed(&error.into(), self.under),
                }
            }
            Err(error) => {
                self.tell("give", "failed", (0, 0));
                failed(&error, self.under)
            }
        }
    }

    /// The desk that asks, as the hub knows it now.
    async fn desk(&self) -> Result<Result<Desk, Refusal>, Failed> {
        Ok(self.connection.known().await?.ok_or(Refusal::UnknownDesk))
    }

    fn tell(&self, endpoint: &'static str, outcome: &'static str, bytes: (usize, usize)) {
        let time = self.began.elapsed();
        self.connection.metrics.answered(endpoint, outcome, time, bytes);
        tracing::debug!(
            desk = %self.whose.id,
            administration = %self.whose.administration,
            endpoint,
            outcome,
            received = bytes.0,
            sent = bytes.1,
            milliseconds = time.as_millis(),
            "answered"
        );
    }
}

/// The bytes of a chunk, all of them or some: what was asked for is a chunk and no message, and says so
/// by its type.
fn given(piece: Piece, page: Held, under: Under) -> Response {
    if piece.is_none() {
        let told = [(header::CONTENT_RANGE, format!("bytes */{}", piece.of))];
        return (StatusCode::RANGE_NOT_SATISFIABLE, told).into_response();
    }
    let Piece { bytes, range, of } = piece;
    let is_whole = range == (0..of);
    let status = if is_whole { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT };
    let body = Body::new(Given::new(bytes, Some(page), under));
    let headers =
        [(header::CONTENT_TYPE, "application/octet-stream"), (header::ACCEPT_RANGES, "bytes")];
    let mut response = (status, headers, body).into_response();
    if !is_whole {
        let last = range.end.saturating_sub(1);
        let told = format!("bytes {}-{last}/{of}", range.start);
        if let Ok(told) = told.try_into() {
            response.headers_mut().insert(header::CONTENT_RANGE, told);
        }
    }
    response
}

/// The range that is asked for: one with a beginning. Any other may be passed over (RFC 9110, section
/// 14.2), and the whole chunk is given.
fn range(headers: &HeaderMap) -> Option<GetRange> {
    let range = headers.get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=")?;
    let (first, last) = range.split_once('-')?;
    let first: u64 = first.parse().ok()?;
    if last.is_empty() {
        return Some(GetRange::Offset(first));
    }
    let last: u64 = last.parse().ok()?;
    (last >= first).then(|| GetRange::Bounded(first..last.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_a_beginning() {
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, text.parse().expect("a header"));
            range(&headers)
        };
        assert_eq!(asked("bytes=5-"), Some(GetRange::Offset(5)));
        assert_eq!(asked("bytes=5-9"), Some(GetRange::Bounded(5..10)));
        for other in ["bytes=-5", "bytes=9-5", "bytes=1-2,4-5", "lines=1-", "bytes=x-", "bytes"] {
            assert_eq!(asked(other), None, "{other}");
        }
        assert_eq!(range(&HeaderMap::new()), None);
    }
}
