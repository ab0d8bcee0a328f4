//! A connection to a hub: requests one after the other.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use booqing_protocol::message::Answer;
use booqing_protocol::{FramingError, LARGEST_MESSAGE, decode, encode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::header::HOST;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use minicbor::{Decode, Encode};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::news::Stream;
use super::tls;
use crate::SyncError;

/// How long connecting and the handshake may take, each.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a whole exchange may take.
pub(super) const EXCHANGE: Duration = Duration::from_secs(600);

/// What a hub is called in requests. Who it is, its certificate has said.
const HUB: &str = "hub";
/// How long a connection is kept without a request on it: less than a hub keeps it. By the clock on the
/// wall, which goes on while a laptop sleeps: its connections are gone then, and it does not know.
const KEPT: Duration = Duration::from_secs(20);

/// What reaches one hub.
pub struct HubClient {
    address: String,
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
    open: Option<SendRequest<Full<Bytes>>>,
    /// When it was used last.
    used: SystemTime,
}

impl std::fmt::Debug for HubClient {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("HubClient").field("address", &self.address).finish_non_exhaustive()
    }
}

impl HubClient {
    /// A client for the hub with this identity. Nothing is connected yet.
    ///
    /// # Errors
    /// [`SyncError::Unreachable`] when the desk's certificate cannot be used.
    pub fn new(
        address: &str,
        hub_identity: [u8; 32],
        certificate: Option<(&[u8], &[u8])>,
    ) -> Result<Self, SyncError> {
        let unreachable =
            |reason: String| SyncError::Unreachable { address: address.to_owned(), reason };
        let config = tls::client_config(hub_identity, certificate)
            .map_err(|error| unreachable(error.to_string()))?;
        let name = booqing_protocol::id::server_name(&hub_identity);
        let name = ServerName::try_from(name).map_err(|error| unreachable(error.to_string()))?;
        Ok(Self {
            address: address.to_owned(),
            name,
            config: Arc::new(config),
            open: None,
            used: UNIX_EPOCH,
        })
    }

    /// Asks the hub something.
    ///
    /// # Errors
    /// [`SyncError::Refused`] when the hub refuses; otherwise what kept it from answering.
    pub async fn ask<Asked, Given>(&mut self, path: &str, asked: &Asked) -> Result<Given, SyncError>
    where
        Asked: Encode<()>,
        Given: for<'b> Decode<'b, ()>,
    {
        match decode(&self.exchange(path, encode(asked)?).await?)? {
            Answer::Done(given) => Ok(given),
            Answer::Refused(refusal) => Err(SyncError::Refused(refusal)),
        }
    }

    /// Sends a message and gives the answer as it came.
    ///
    /// # Errors
    /// What kept the hub from answering.
    pub async fn exchange(&mut self, path: &str, body: Vec<u8>) -> Result<Bytes, SyncError> {
        let answered = tokio::time::timeout(EXCHANGE, self.send(path, body)).await;
        let answered = answered.unwrap_or(Err(SyncError::Silent));
        if answered.is_err() {
            self.open = None;
        }
        answered
    }

    async fn send(&mut self, path: &str, body: Vec<u8>) -> Result<Bytes, SyncError> {
        // A hub takes one type of message, and a small change is hardly longer than the name of it.
        let request = self.request(Method::POST, path);
        let answer = self.begin(request.body(Full::new(Bytes::from(body)))).await?;
        if answer.status() != StatusCode::OK {
            return Err(SyncError::NotTheHub(answer.status().as_u16()));
        }
        self.message(answer).await
    }

    /// A request, before anything is said in it.
    pub(super) fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        Request::builder().method(method).uri(path).header(HOST, HUB)
    }

    /// Sends a request and gives the head of the answer. Its body is to be read before the next one.
    pub(super) async fn begin(
        &mut self,
        request: hyper::http::Result<Request<Full<Bytes>>>,
    ) -> Result<Response<Incoming>, SyncError> {
        let request = request.map_err(|error| self.lost(error.to_string()))?;
        let now = SystemTime::now();
        let is_fresh = now.duration_since(self.used).is_ok_and(|unused| unused < KEPT);
        let kept = self.open.take().filter(|open| is_fresh && !open.is_closed());
        self.used = now;
        // What the hub has closed in the meantime is made anew. Nothing is done twice by asking twice.
        if let Some(mut open) = kept
            && let Ok(answer) = ask(&mut open, request.clone()).await
        {
            self.open = Some(open);
            return Ok(answer);
        }
        let mut open = self.connect().await?;
        let answer = ask(&mut open, request).await.map_err(|error| self.lost(error.to_string()))?;
        self.open = Some(open);
        Ok(answer)
    }

    /// Reads an answer that is a message.
    pub(super) async fn message(&mut self, answer: Response<Incoming>) -> Result<Bytes, SyncError> {
        let lost = |reason: String| self.lost(reason);
        // Room for a page beyond the usual: a change set is never cut.
        let limit = 2 * LARGEST_MESSAGE;
        let body = Limited::new(answer.into_body(), limit).collect().await;
        let bytes = body.map_err(|error| {
            if error.is::<LengthLimitError>() {
                FramingError::TooLarge { bytes: limit + 1, limit }.into()
            } else {
                lost(error.to_string())
            }
        })?;
        Ok(bytes.to_bytes())
    }

    /// That the hub cannot be reached, or no longer.
    pub(super) fn lost(&self, reason: String) -> SyncError {
        SyncError::Unreachable { address: self.address.clone(), reason }
    }

    /// The connection is not used again: an answer on it was not read to its end.
    pub(super) fn give_up(&mut self) {
        self.open = None;
    }

    /// Opens the stream on which the hub tells that it has something new, on a connection of its own.
    pub(super) async fn stream(&self) -> Result<Stream, SyncError> {
        let lost = |reason: String| self.lost(reason);
        let mut open = self.connect().await?;
        let request = Request::get("/v1/events")
            .header(HOST, HUB)
            .body(Full::new(Bytes::new()))
            .map_err(|error| lost(error.to_string()))?;
        let answered = tokio::time::timeout(CONNECT, open.send_request(request)).await;
        let answer =
            answered.map_err(|_| SyncError::Silent)?.map_err(|error| lost(error.to_string()))?;
        if answer.status() != StatusCode::OK {
            return Err(SyncError::NotTheHub(answer.status().as_u16()));
        }
        Ok(Stream::new(self.address.clone(), answer.into_body(), open))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, SyncError> {
        let lost = |reason: String| self.lost(reason);
        let stream = tokio::time::timeout(CONNECT, TcpStream::connect(&self.address))
            .await
            .map_err(|_| lost("it does not answer".to_owned()))?
            .map_err(|error| lost(error.to_string()))?;
        stream.set_nodelay(true).map_err(|error| lost(error.to_string()))?;
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let tls = tokio::time::timeout(CONNECT, connector.connect(self.name.clone(), stream))
            .await
            .map_err(|_| lost("it does not finish the handshake".to_owned()))?
            .map_err(|error| match tls::trouble(&error) {
                Some(trouble) => SyncError::Untrusted { address: self.address.clone(), trouble },
                // Also when it closes: it may be ending, or have too much to do.
                None => lost(error.to_string()),
            })?;
        let (open, connection) = hyper::client::conn::http1::handshake(TokioIo::new(tls))
            .await
            .map_err(|error| lost(error.to_string()))?;
        // It ends when the sender is dropped; how is of no interest then.
        tokio::spawn(async move {
            let _ = connection.await;
        });
        Ok(open)
    }
}

async fn ask(
    open: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> hyper::Result<Response<Incoming>> {
    open.ready().await?;
    open.send_request(request).await
}
