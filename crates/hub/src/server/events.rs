//! Notifications: that an administration has a new revision, and nothing about what changed.
//!
//! As a stream of server-sent events, and for a desk behind a proxy that holds streams back as an
//! answer that comes late.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use booqing_protocol::message::Answer;
use booqing_protocol::waiting::{Wait, Waited};
use booqing_protocol::{Id, decode};
use futures_util::stream;
use tokio::sync::watch;
use tokio::time::Instant;

use super::routes::{Connection, Failed, STRANGERS, failed};
use crate::endpoint::{Endpoint, Reply};
use crate::metrics::Counted;
use crate::news::Listener;

/// How long a stream is silent before it shows that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// What one who waits for news hears.
struct Listening {
    news: Listener,
    closed: watch::Receiver<bool>,
    _counted: Counted,
}

impl Listening {
    /// From now on. Whoever asks first how things are and listens afterwards misses what comes in
    /// between.
    fn new(connection: &Connection, administration: Id) -> Self {
        Self {
            news: connection.service.news(administration),
            closed: connection.closed.clone(),
            _counted: connection.metrics.listens(),
        }
    }

    /// The next revision of the administration; 0 when it is not known, because some were missed.
    /// `None` when the hub ends.
    async fn next(&mut self) -> Option<u64> {
        tokio::select! {
            rev = self.news.next() => rev,
            _ = self.closed.wait_for(|closed| *closed) => None,
        }
    }
}

/// Server-sent events: `{"rev": N}` whenever the administration has a new revision.
pub(super) async fn events(State(connection): State<Arc<Connection>>) -> Response {
    let under = connection.begin();
    if connection.gate.pace.turn(connection.desk.unwrap_or(STRANGERS)).await {
        connection.metrics.delayed();
    }
    // Listen before asking who it is: nothing is missed in between.
    let listening = connection.desk.map(|desk| Listening::new(&connection, desk.administration));
    let known = match connection.known().await {
        Ok(known) => known,
        Err(error) => return failed(&error, under),
    };
    let (Some(listening), Some(_)) = (listening, known) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    under.goes_on();
    // The first thing said is nothing: it shows a desk that streams come through.
    let begun = (listening, None::<Instant>);
    let events = stream::unfold(begun, move |(mut listening, asked)| {
        let connection = Arc::clone(&connection);
        async move {
            let Some(asked) = asked else {
                return Some((
                    Ok::<_, Infallible>(COMMENT.to_owned()),
                    (listening, Some(Instant::now())),
                ));
            };
            let said = event(&mut listening).await?;
            if asked.elapsed() < HEARTBEAT {
                return Some((Ok(said), (listening, Some(asked))));
            }
            // A desk that is kept out meanwhile hears nothing any more.
            connection.known().await.ok().flatten()?;
            Some((Ok(said), (listening, Some(Instant::now()))))
        }
    });
    (
        [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")],
        Body::from_stream(events),
    )
        .into_response()
}

/// A comment, which says nothing and finds out whether the other end is there.
const COMMENT: &str = ":\n\n";

async fn event(listening: &mut Listening) -> Option<String> {
    match tokio::time::timeout(HEARTBEAT, listening.next()).await {
        Ok(Some(rev)) => Some(format!("data: {{\"rev\":{rev}}}\n\n")),
        Ok(None) => None,
        Err(_) => Some(COMMENT.to_owned()),
    }
}

/// Answers a desk that waits: when the administration is elsewhere than it knows, when its time is
/// over, or when the hub ends.
pub(super) async fn wait(connection: &Arc<Connection>, body: Bytes) -> Result<Reply, Failed> {
    let Some(desk) = connection.desk else { return connection.work(Endpoint::Wait, body).await };
    let mut listening = Listening::new(connection, desk.administration);
    let asked: Option<Wait> = decode(&body).ok();
    let most = connection.gate.limits.wait;
    let longest = asked
        .as_ref()
        .map_or(Duration::ZERO, |wait| Duration::from_secs(wait.seconds.into()).min(most));
    let until = Instant::now() + longest;
    loop {
        let reply = connection.work(Endpoint::Wait, body.clone()).await?;
        let is_news = !matches!(
            (&asked, decode(&reply.bytes)),
            (Some(asked), Ok(Answer::Done(Waited { head }))) if head == asked.known
        );
        if is_news {
            return Ok(reply);
        }
        match tokio::time::timeout_at(until, listening.next()).await {
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return Ok(reply),
        }
    }
}
