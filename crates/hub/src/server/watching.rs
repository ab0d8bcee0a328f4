//! What a hub tells whoever keeps it running: its counters and whether it is well, in the clear,
//! to programs on the same machine.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::{ServerError, after_a_moment, listen};
use crate::limits::Gate;
use crate::metrics::Metrics;
use crate::service::Service;

/// The most programs that look at once.
const MOST: usize = 8;
/// How soon the storage has to answer.
const AT_ONCE: Duration = Duration::from_secs(1);
/// OpenMetrics 1.0.0, its text format.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Listens for programs on this machine only.
pub(super) async fn bind(address: &str) -> Result<TcpListener, ServerError> {
    let listener = listen(address).await?;
    let is_here = listener.local_addr().is_ok_and(|at: SocketAddr| at.ip().is_loopback());
    if is_here { Ok(listener) } else { Err(ServerError::NotHere(address.to_owned())) }
}

/// Tells whoever asks, for ever.
pub(super) async fn tell(
    listener: TcpListener,
    (metrics, service): (Arc<Metrics>, Arc<Service>),
    gate: Arc<Gate>,
) {
    let routes = Router::new()
        .route("/metrics", get(page))
        .with_state(metrics)
        .route("/healthz", get(health))
        .with_state(Health { service, asking: Arc::new(Semaphore::new(1)) });
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            after_a_moment().await;
            continue;
        };
        let served = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(gate.limits.head)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes.clone()));
        let most = gate.limits.patience.exchange;
        tokio::spawn(async move {
            let _place = place;
            // How it ended is the other side's business.
            let _ = tokio::time::timeout(most, served).await;
        });
    }
}

/// What is asked whether the hub is well.
#[derive(Clone)]
struct Health {
    service: Arc<Service>,
    asking: Arc<Semaphore>,
}

/// `ok` when what the hub keeps can be reached, within a second.
async fn health(State(health): State<Health>) -> Response {
    let asked = async {
        // One at a time: a storage that does not answer holds a thread.
        let turn = Arc::clone(&health.asking).acquire_owned().await.ok();
        let ask = move || {
            let _turn = turn;
            health.service.is_there()
        };
        tokio::task::spawn_blocking(ask).await
    };
    match tokio::time::timeout(AT_ONCE, asked).await {
        Ok(Ok(Ok(()))) => "ok".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the storage does not answer").into_response(),
    }
}

async fn page(State(metrics): State<Arc<Metrics>>) -> Response {
    match metrics.page() {
        Ok(page) => ([(header::CONTENT_TYPE, OPEN_METRICS)], page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
