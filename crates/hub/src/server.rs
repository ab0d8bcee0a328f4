//! Connections: TLS, HTTP, and the routes of the hub.

mod routes;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use crate::authority::AuthorityError;
use crate::service::Service;
use crate::tls;

/// The most connections at once: more wait until one is closed.
const MOST_CONNECTIONS: usize = 4096;
/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long the head of a request may take.
const REQUEST_HEAD: Duration = Duration::from_secs(30);
/// How long requests under way may take when the hub ends.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// The most bytes of the head of a request.
const LARGEST_HEAD: usize = 16 * 1024;

/// Why a server could not start.
#[derive(Debug, Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("{address}: {source}")]
    Listen {
        /// The address.
        address: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The authority failed.
    #[error(transparent)]
    Authority(AuthorityError),
    /// TLS could not be set up.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// A hub that listens.
pub struct Server {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    service: Arc<Service>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Server").field("service", &self.service).finish_non_exhaustive()
    }
}

impl Server {
    /// Listens on an address; port 0 picks one.
    ///
    /// # Errors
    /// [`ServerError`].
    pub async fn bind(address: &str, service: Arc<Service>) -> Result<Self, ServerError> {
        let authority = Arc::clone(service.authority());
        let config = tls::server_config(authority, SystemTime::now())?;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| ServerError::Listen { address: address.to_owned(), source })?;
        Ok(Self { listener, acceptor: TlsAcceptor::from(Arc::new(config)), service })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until told to end; requests under way are finished.
    pub async fn run(self, end: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let (closing, closed) = tokio::sync::watch::channel(false);
        let mut end = std::pin::pin!(end);
        let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        loop {
            let place = tokio::select! {
                () = &mut end => break,
                place = Arc::clone(&places).acquire_owned() => place,
            };
            let stream = tokio::select! {
                () = &mut end => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _peer)) => stream,
                    // One connection that failed is not the end of the others. When there are
                    // no more file descriptors, the next one waits for one to be closed.
                    Err(_) => {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                },
            };
            let watcher = graceful.watcher();
            let (acceptor, service) = (self.acceptor.clone(), Arc::clone(&self.service));
            let closed = closed.clone();
            tokio::spawn(async move {
                let _place = place;
                if let Some((tls, certificate)) = handshake(&acceptor, stream).await {
                    let routes = routes::routes(service, certificate, closed);
                    let connection = hyper::server::conn::http1::Builder::new()
                        .timer(TokioTimer::new())
                        .header_read_timeout(REQUEST_HEAD)
                        .max_buf_size(LARGEST_HEAD)
                        .serve_connection(TokioIo::new(tls), TowerToHyperService::new(routes));
                    // How a connection ended is the other side's business.
                    let _ = watcher.watch(connection).await;
                }
            });
        }
        // Streams of notifications have no end of their own.
        let _ = closing.send(true);
        let _ = tokio::time::timeout(LAST_REQUESTS, graceful.shutdown()).await;
    }
}

type Tls = tokio_rustls::server::TlsStream<TcpStream>;

/// A connection and the hash of the certificate at its other end, if it has one.
async fn handshake(acceptor: &TlsAcceptor, stream: TcpStream) -> Option<(Tls, Option<[u8; 32]>)> {
    stream.set_nodelay(true).ok()?;
    let tls = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await.ok()?.ok()?;
    let certificate = tls
        .get_ref()
        .1
        .peer_certificates()
        .and_then(|chain| chain.first())
        .map(|leaf| booqing_protocol::id::identity(leaf));
    Some((tls, certificate))
}
