//! The hub's notifications: server-sent events that say that there is something new, and nothing
//! about what.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;

use crate::SyncError;

/// How long the stream may be silent: the hub shows every twenty seconds that it is there.
const SILENCE: Duration = Duration::from_secs(60);
/// The most bytes of an event that is not complete.
const LONGEST: usize = 64 * 1024;

/// A stream of notifications.
#[derive(Debug)]
pub struct News {
    address: String,
    body: Incoming,
    /// The connection ends when this is dropped.
    _open: SendRequest<Full<Bytes>>,
    rest: Vec<u8>,
}

impl News {
    pub(super) fn new(address: String, body: Incoming, open: SendRequest<Full<Bytes>>) -> Self {
        Self { address, body, _open: open, rest: Vec::new() }
    }

    /// Waits until the hub has something new.
    ///
    /// # Errors
    /// When the stream ends, or nothing shows any more that the hub is there.
    pub async fn next(&mut self) -> Result<(), SyncError> {
        let lost = |reason: &str| SyncError::Unreachable {
            address: self.address.clone(),
            reason: reason.to_owned(),
        };
        loop {
            if has_event(&mut self.rest) {
                return Ok(());
            }
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
        }
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
