//! One connection, from the handshake to its end.

use std::sync::Arc;

use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use hyper_util::service::TowerToHyperService;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::exchange::{Exchange, Watched};
use super::routes::{self, Connection, Failed};
use crate::limits::{Gate, Standing};
use crate::metrics::Metrics;
use crate::service::Service;
use crate::storage::Desk;

/// The most bytes of the head of a request.
const LARGEST_HEAD: usize = 16 * 1024;
/// The most bytes of an answer that wait in the operating system. It would let them grow to several
/// pages for each connection, and nobody would see that the other end takes nothing off.
const ON_THE_WAY: usize = 512 * 1024;

/// What every connection is served with.
#[derive(Clone)]
pub(super) struct Serving {
    pub(super) acceptor: TlsAcceptor,
    pub(super) service: Arc<Service>,
    pub(super) gate: Arc<Gate>,
    pub(super) metrics: Arc<Metrics>,
    /// Becomes true when the hub ends.
    pub(super) closed: watch::Receiver<bool>,
}

impl Serving {
    /// Serves a connection until either end closes it.
    pub(super) async fn serve(self, stream: TcpStream, watcher: Watcher) {
        self.prepare(&stream);
        // Nobody is known by their address: an office may have one for all of its desks.
        let anybody = booqing_protocol::Id([0; 16]);
        let doorway = self.gate.handshakes.enter(anybody);
        let shaken = tokio::select! {
            shaken = self.handshake(stream) => shaken,
            () = doorway.displaced() => return self.metrics.closed("displaced"),
        };
        let Some((tls, certificate)) = shaken else { return self.metrics.closed("handshake") };
        if let Some(certificate) = &certificate {
            let mut closed = self.closed.clone();
            let may_be_looked_up = self.gate.pace.knock(certificate);
            tokio::select! {
                has_waited = may_be_looked_up => if has_waited { self.metrics.delayed() },
                () = doorway.displaced() => return self.metrics.closed("displaced"),
                _ = closed.wait_for(|closed| *closed) => return self.metrics.closed("handshake"),
                () = tokio::time::sleep(self.gate.limits.handshake) => {
                    return self.metrics.closed("handshake");
                }
            }
        }
        // Whose it is cannot be found out now: whoever it is comes again.
        let Ok(desk) = self.desk(certificate).await else {
            return self.metrics.closed("unknown");
        };
        let standing = match desk {
            Some(desk) => self.gate.desks.enter(desk.id),
            None => self.gate.strangers.enter(anybody),
        };
        drop(doorway);
        self.exchanges(tls, certificate, desk, &standing, watcher).await;
    }

    /// Finds out that the other end is gone also when it says nothing any more, and sends at once.
    /// Without either a connection does all the same.
    fn prepare(&self, stream: &TcpStream) {
        let idle = self.gate.limits.patience.idle;
        let socket = SockRef::from(stream);
        let _ = socket.set_tcp_nodelay(true);
        let _ = socket.set_send_buffer_size(ON_THE_WAY);
        let _ = socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(idle));
        #[cfg(target_os = "linux")]
        let _ = socket.set_tcp_user_timeout(Some(idle));
    }

    /// A connection and the hash of the certificate at its other end, if it has one.
    async fn handshake(&self, stream: TcpStream) -> Option<(Tls, Option<[u8; 32]>)> {
        let most = self.gate.limits.handshake;
        let tls = tokio::time::timeout(most, self.acceptor.accept(stream)).await.ok()?.ok()?;
        let certificate = tls
            .get_ref()
            .1
            .peer_certificates()
            .and_then(|chain| chain.first())
            .map(|leaf| booqing_protocol::id::identity(leaf));
        Some((tls, certificate))
    }

    /// Whose certificate it is; `None` for somebody who has none that is known.
    async fn desk(&self, certificate: Option<[u8; 32]>) -> Result<Option<Desk>, Failed> {
        let Some(certificate) = certificate else { return Ok(None) };
        let service = Arc::clone(&self.service);
        let found = tokio::task::spawn_blocking(move || service.desk(&certificate)).await;
        found.map_err(Failed::from).and_then(|found| Ok(found?)).inspect_err(|error| {
            tracing::error!("a certificate could not be looked up: {error}");
        })
    }

    async fn exchanges(
        self,
        tls: Tls,
        certificate: Option<[u8; 32]>,
        desk: Option<Desk>,
        standing: &Standing,
        watcher: Watcher,
    ) {
        let _counted = self.metrics.connected(desk.is_some());
        let limits = &self.gate.limits;
        let is_stranger = desk.is_none();
        let patience = if is_stranger { limits.patience_with_strangers } else { limits.patience };
        let exchange = Exchange::new();
        let bytes = Watched::new(tls, Arc::clone(&exchange), patience.idle);
        let routes = routes::routes(Arc::new(Connection {
            service: self.service,
            gate: Arc::clone(&self.gate),
            metrics: Arc::clone(&self.metrics),
            certificate,
            desk,
            exchange: Arc::clone(&exchange),
            closed: self.closed,
        }));
        let served = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(bytes), TowerToHyperService::new(routes));
        let reason = tokio::select! {
            served = watcher.watch(served) => {
                let is_late = served.is_err_and(|error| error.is_timeout());
                if is_late || exchange.has_stalled() {
                    "idle"
                } else {
                    // How it ended is the other side's business.
                    return;
                }
            },
            () = exchange.overdue() => "overdue",
            () = standing.displaced() => "displaced",
        };
        self.metrics.closed(reason);
        if let Some(desk) = desk {
            tracing::info!(desk = %desk.id, administration = %desk.administration, reason, "closed");
        }
    }
}

type Tls = tokio_rustls::server::TlsStream<TcpStream>;
