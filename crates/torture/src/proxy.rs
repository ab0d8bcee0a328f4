//! A proxy that closes a connection after so many bytes in one direction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the desk to the hub.
    Up,
    /// From the hub to the desk.
    Down,
}

/// What is counted and cut, for the connection that is opened next.
#[derive(Debug, Default)]
struct Plan {
    /// After how many bytes up, and how many down, a connection is closed.
    up: AtomicUsize,
    down: AtomicUsize,
    /// How many went up and down since the plan was made.
    went_up: AtomicU64,
    went_down: AtomicU64,
}

/// A proxy in front of a hub.
pub(crate) struct Proxy {
    plan: Arc<Plan>,
    /// Where it listens.
    pub(crate) address: String,
}

impl Proxy {
    /// A proxy in front of what listens at an address.
    pub(crate) async fn start(target: String) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let plan = Arc::new(Plan::default());
        let shared = Arc::clone(&plan);
        tokio::spawn(async move {
            while let Ok((desk, _)) = listener.accept().await {
                let (plan, target) = (Arc::clone(&shared), target.clone());
                tokio::spawn(async move {
                    if let Ok(hub) = TcpStream::connect(&target).await {
                        carry(desk, hub, &plan).await;
                    }
                });
            }
        });
        Ok(Self { plan, address })
    }

    /// From now on closes each connection after so many bytes that way; without a limit none.
    pub(crate) fn cut(&self, limit: Option<(Way, usize)>) {
        let of = |way| match limit {
            Some((limited, bytes)) if limited == way => bytes,
            _ => usize::MAX,
        };
        self.plan.up.store(of(Way::Up), Ordering::SeqCst);
        self.plan.down.store(of(Way::Down), Ordering::SeqCst);
        self.plan.went_up.store(0, Ordering::SeqCst);
        self.plan.went_down.store(0, Ordering::SeqCst);
    }

    /// How many bytes went that way since.
    pub(crate) fn went(&self, way: Way) -> u64 {
        match way {
            Way::Up => self.plan.went_up.load(Ordering::SeqCst),
            Way::Down => self.plan.went_down.load(Ordering::SeqCst),
        }
    }
}

/// Carries bytes both ways until one side ends or a limit is reached; then both sides are closed.
async fn carry(desk: TcpStream, hub: TcpStream, plan: &Plan) {
    let _ = (desk.set_nodelay(true), hub.set_nodelay(true));
    let (mut from_desk, mut to_desk) = desk.into_split();
    let (mut from_hub, mut to_hub) = hub.into_split();
    let up = copy(&mut from_desk, &mut to_hub, &plan.up, &plan.went_up);
    let down = copy(&mut from_hub, &mut to_desk, &plan.down, &plan.went_down);
    tokio::select! {
        () = up => {}
        () = down => {}
    }
}

async fn copy(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    limit: &AtomicUsize,
    went: &AtomicU64,
) {
    let mut left = limit.load(Ordering::SeqCst);
    let mut buffer = vec![0; 16 * 1024];
    while left > 0 {
        let Ok(count) = from.read(&mut buffer).await else { return };
        let passed = count.min(left);
        if passed == 0 {
            return;
        }
        let Some(bytes) = buffer.get(..passed) else { return };
        if to.write_all(bytes).await.is_err() {
            return;
        }
        went.fetch_add(passed as u64, Ordering::SeqCst);
        left = left.saturating_sub(passed);
    }
}
