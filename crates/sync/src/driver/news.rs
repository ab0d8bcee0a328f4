//! The hub's notifications: that there is something new, and nothing about what. They come as
//! server-sent events, or, where something in between holds those back, as answers that come late.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;

use booqing_protocol::message::Cursor;
use booqing_protocol::waiting::{Wait, Waited};
use booqing_protocol::{Id, VERSION};

use super::client::HubClient;
use crate::SyncError;

/// How long the stream may be silent: the hub shows every twenty seconds that it is there.
const SILENCE: Duration = Duration::from_secs(60);
/// The most bytes of an event that is not complete.
const LONGEST: usize = 64 * 1024;

/// How long the first sign of a stream may take: the hub gives it at once. Where something in
/// between holds streams back, it does not come.
const FIRST_SIGN: Duration = Duration::from_secs(5);
/// How long a desk asks to wait: less than what proxies usually allow a request.
const WAIT: u32 = 50;

/// What the hub tells.
#[derive(Debug)]
pub struct News(Heard);

#[derive(Debug)]
enum Heard {
    Streamed(Stream),
    /// Streams do not come through: a request at a time is answered late.
    Asked {
        hub: HubClient,
        administration: Id,
        known: Cursor,
    },
}

impl News {
    /// Listens to the hub, for news of an administration. It has a connection of its own: what comes
    /// over it has no end.
    ///
    /// # Errors
    /// What kept the hub from answering.
    pub async fn listen(mut hub: HubClient, administration: Id) -> Result<Self, SyncError> {
        let first = async {
            let mut stream = hub.stream().await?;
            stream.more().await.map(|()| stream)
        };
        if let Ok(stream) = tokio::time::timeout(FIRST_SIGN, first).await {
            return Ok(Self(Heard::Streamed(stream?)));
        }
        // What there is by now, before the sync that the news is for.
        let known = ask(&mut hub, administration, Cursor::default()).await?;
        Ok(Self(Heard::Asked { hub, administration, known }))
    }

    /// Waits until the hub has something new.
    ///
    /// # Errors
    /// When the stream ends, or nothing shows any more that the hub is there.
    pub async fn next(&mut self) -> Result<(), SyncError> {
        match &mut self.0 {
            Heard::Streamed(stream) => stream.next().await,
            Heard::Asked { hub, administration, known } => loop {
                let head = ask(hub, *administration, *known).await?;
                if head != *known {
                    *known = head;
                    return Ok(());
                }
            },
        }
    }

    /// Whether it comes as a stream.
    pub fn is_streamed(&self) -> bool {
        matches!(self.0, Heard::Streamed(_))
    }
}

async fn ask(hub: &mut HubClient, administration: Id, known: Cursor) -> Result<Cursor, SyncError> {
    let wait = Wait { version: VERSION, administration, known, seconds: WAIT };
    let patience = Duration::from_secs(u64::from(WAIT)) + SILENCE;
    let waited = tokio::time::timeout(patience, hub.ask("/v1/wait", &wait)).await;
    let Waited { head } = waited.map_err(|_| SyncError::Silent)??;
    Ok(head)
}

/// A stream of notifications.
#[derive(Debug)]
pub(super) struct Stream {
    address: String,
    body: Incoming,
    /// The connection ends when this is dropped.
    _open: SendRequest<Full<Bytes>>,
    rest: Vec<u8>,
}

impl Stream {
    pub(super) fn new(address: String, body: Incoming, open: SendRequest<Full<Bytes>>) -> Self {
        Self { address, body, _open: open, rest: Vec::new() }
    }

    /// Takes in what comes next.
    async fn more(&mut self) -> Result<(), SyncError> {
        let lost = |reason: &str| SyncError::Unreachable {
            address: self.address.clone(),
            reason: reason.to_owned(),
        };
        let frame = tokio::time::timeout(SILENCE, self.body.frame())
            .await
            .map_err(|_| SyncError::Silent)?
            .ok_or_else(|| lost("the stream of notifications ended"))?
            .map_err(|error| lost(&error.to_string()))?;
        if let Ok(bytes) = frame.into_data() {
            self.rest.extend_from_slice(&bytes);
        }
        if self.rest.len() > LONGEST {
            return Err(lost("a notification without an end"));
        }
        Ok(())
    }

    async fn next(&mut self) -> Result<(), SyncError> {
        while !has_event(&mut self.rest) {
            self.more().await?;
        }
        Ok(())
    }
}

/// Takes complete events out of what came; whether one of them carried data. A comment shows only
/// that the hub is there.
fn has_event(rest: &mut Vec<u8>) -> bool {
    let Some(end) = rest.windows(2).rposition(|two| two == b"\n\n") else { return false };
    let complete: Vec<u8> = rest.drain(..end + 2).collect();
    complete.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"data:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_taken_whole_and_comments_passed_over() {
        let mut rest = b":\n\n".to_vec();
        assert!(!has_event(&mut rest));
        assert!(rest.is_empty());
        rest.extend_from_slice(b"data: {\"rev\":");
        assert!(!has_event(&mut rest));
        rest.extend_from_slice(b"7}\n\n:\n");
        assert!(has_event(&mut rest));
        assert_eq!(rest, b":\n", "what is not complete waits");
    }
}
