//! Connections: TLS, HTTP, and the routes of the hub.

mod chunks;
mod connection;
mod events;
mod exchange;
mod routes;
mod watching;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hyper_util::server::graceful::GracefulShutdown;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::authority::AuthorityError;
use crate::limits::{Gate, Limits};
use crate::metrics::Metrics;
use crate::service::Service;
use crate::tls;
use connection::Serving;

/// How often those are forgotten who have not asked for a while.
const FORGET: Duration = Duration::from_secs(60);

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
    /// The counters would be told to other machines.
    #[error(
        "{0} can be reached from other machines, and the counters are told in the clear: use an \
         address of this machine alone, such as 127.0.0.1:9464"
    )]
    NotHere(String),
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
    gate: Arc<Gate>,
    metrics: Arc<Metrics>,
    watched_at: Option<TcpListener>,
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
    pub async fn bind(
        address: &str,
        service: Arc<Service>,
        limits: Limits,
    ) -> Result<Self, ServerError> {
        let authority = Arc::clone(service.authority());
        let config = tls::server_config(authority, SystemTime::now())?;
        Ok(Self {
            listener: listen(address).await?,
            acceptor: TlsAcceptor::from(Arc::new(config)),
            service,
            gate: Arc::new(Gate::new(limits)),
            metrics: Arc::new(Metrics::new()),
            watched_at: None,
        })
    }

    /// Tells its counters (`/metrics`) and that it is well (`/healthz`) at an address of this
    /// machine, without TLS; gives the address.
    ///
    /// # Errors
    /// [`ServerError`], also when other machines could reach the address.
    pub async fn watched_at(&mut self, address: &str) -> Result<SocketAddr, ServerError> {
        let listener = watching::bind(address).await?;
        let at = listener.local_addr();
        self.watched_at = Some(listener);
        at.map_err(|source| ServerError::Listen { address: address.to_owned(), source })
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
        let Self { listener, acceptor, service, gate, metrics, watched_at } = self;
        let graceful = GracefulShutdown::new();
        let (closing, closed) = tokio::sync::watch::channel(false);
        let (tidied, limits) = (Arc::clone(&gate), gate.limits.clone());
        let mut beside = vec![Ended(tokio::spawn(async move { tidy(&tidied).await }))];
        if let Some(at) = watched_at {
            let of = (Arc::clone(&metrics), Arc::clone(&service));
            let told = watching::tell(at, of, Arc::clone(&gate));
            beside.push(Ended(tokio::spawn(told)));
        }
        let serving = Serving { acceptor, service, gate, metrics, closed };
        let mut end = std::pin::pin!(end);
        let places = Arc::new(Semaphore::new(limits.connections));
        loop {
            let place = tokio::select! {
                () = &mut end => break,
                place = Arc::clone(&places).acquire_owned() => place,
            };
            let stream = tokio::select! {
                () = &mut end => break,
                stream = accept(&listener) => stream,
            };
            let (serving, watcher) = (serving.clone(), graceful.watcher());
            tokio::spawn(async move {
                let _place = place;
                serving.serve(stream, watcher).await;
            });
        }
        // Nobody comes in any more, and streams of notifications have no end of their own.
        drop(listener);
        let _ = closing.send(true);
        let finished = tokio::time::timeout(limits.last_requests, graceful.shutdown()).await;
        if finished.is_err() {
            tracing::warn!("some requests were not finished in time");
        }
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _peer)) => return stream,
            // One connection that failed is not the end of the others. When there are no more file
            // descriptors, the next one waits for one to be closed.
            Err(error) => {
                tracing::warn!("a connection was not accepted: {error}");
                after_a_moment().await;
            }
        }
    }
}

async fn after_a_moment() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

async fn listen(address: &str) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServerError::Listen { address: address.to_owned(), source })
}

/// Forgets now and then who has not asked for a while.
async fn tidy(gate: &Gate) {
    let mut every = tokio::time::interval(FORGET);
    loop {
        every.tick().await;
        gate.pace.forget();
    }
}

/// A task that ends when this is dropped.
struct Ended(JoinHandle<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.abort();
    }
}
