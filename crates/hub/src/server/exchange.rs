//! How far an exchange on a connection is, and how long it may still take.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{Instant, Sleep};

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing, or it takes in a request: it waits for the other end.
    Taking,
    /// The hub works: the other end is not waited for.
    Working,
    /// The answer is on its way.
    Giving,
    /// All of the answer was handed over, and some of it may not have left yet.
    Leaving,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// When the exchange has to be over.
    until: Option<Instant>,
    /// Whether the other end did nothing for too long.
    has_stalled: bool,
}

/// The exchange of one connection; its handler and its bytes both know it.
#[derive(Debug)]
pub(super) struct Exchange {
    state: Mutex<State>,
    changed: Notify,
}

impl Exchange {
    pub(super) fn new() -> Arc<Self> {
        let state = Mutex::new(State { phase: Phase::Taking, until: None, has_stalled: false });
        Arc::new(Self { state, changed: Notify::new() })
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether the other end did nothing for too long.
    pub(super) fn has_stalled(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).has_stalled
    }

    fn phase(&self) -> Phase {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).phase
    }

    /// A request begins, and has so long.
    pub(super) fn begin(self: &Arc<Self>, most: Duration) -> Under {
        let until = Some(Instant::now() + most);
        self.change(|state| (state.phase, state.until) = (Phase::Taking, until));
        self.changed.notify_one();
        Under(Some(Arc::clone(self)))
    }

    fn end(&self) {
        self.change(|state| (state.phase, state.until) = (Phase::Taking, None));
        self.changed.notify_one();
    }

    /// Waits until an exchange has taken too long.
    pub(super) async fn overdue(&self) {
        loop {
            let until = self.state.lock().unwrap_or_else(PoisonError::into_inner).until;
            // One change is remembered: none is missed between looking and waiting.
            match until {
                None => self.changed.notified().await,
                Some(until) => tokio::select! {
                    () = self.changed.notified() => {}
                    () = tokio::time::sleep_until(until) => return,
                },
            }
        }
    }

    /// Everything handed over has left.
    fn flushed(&self) {
        if self.phase() == Phase::Leaving {
            self.end();
        }
    }
}

/// A request under way. Dropped, its answer was handed over, or there is none.
#[derive(Debug)]
pub(super) struct Under(Option<Arc<Exchange>>);

impl Under {
    /// The request is there; the hub works.
    pub(super) fn works(&self) {
        self.is_in(Phase::Working);
    }

    /// The answer is there; the other end takes it.
    pub(super) fn gives(&self) {
        self.is_in(Phase::Giving);
    }

    /// What follows has no end of its own, and is given as long as the other end is there.
    pub(super) fn goes_on(mut self) {
        if let Some(exchange) = self.0.take() {
            exchange.end();
        }
    }

    fn is_in(&self, phase: Phase) {
        if let Some(exchange) = &self.0 {
            exchange.change(|state| state.phase = phase);
        }
    }
}

impl Drop for Under {
    fn drop(&mut self) {
        self.is_in(Phase::Leaving);
    }
}

/// The bytes of a connection, which end when the other end does nothing for too long.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    exchange: Arc<Exchange>,
    idle: Duration,
    moved: Instant,
    alarm: Pin<Box<Sleep>>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, exchange: Arc<Exchange>, idle: Duration) -> Self {
        let alarm = Box::pin(tokio::time::sleep(idle));
        Self { stream, exchange, idle, moved: Instant::now(), alarm }
    }

    /// What becomes of a step that has to wait for the other end.
    fn waits<T>(&mut self, context: &mut Context<'_>) -> Poll<std::io::Result<T>> {
        while self.alarm.as_mut().poll(context).is_ready() {
            let now = Instant::now();
            if self.exchange.phase() == Phase::Working {
                self.moved = now;
            }
            let due = self.moved + self.idle;
            if due <= now {
                return self.moved(Err(std::io::ErrorKind::TimedOut.into()));
            }
            self.alarm.as_mut().reset(due);
        }
        Poll::Pending
    }

    /// What a step came to that did not have to wait. The operating system, too, says when the other
    /// end takes nothing off.
    fn moved<T>(&mut self, result: std::io::Result<T>) -> Poll<std::io::Result<T>> {
        let is_late = |error: &std::io::Error| error.kind() == std::io::ErrorKind::TimedOut;
        if result.as_ref().is_err_and(is_late) {
            self.exchange.change(|state| state.has_stalled = true);
        }
        self.moved = Instant::now();
        Poll::Ready(result)
    }

    fn stepped<T>(
        &mut self,
        step: Poll<std::io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<T>> {
        match step {
            Poll::Ready(result) => self.moved(result),
            Poll::Pending => self.waits(context),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.stepped(read, context)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.stepped(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.stepped(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.exchange.flushed();
            // Nothing may have had to move.
            return flushed;
        }
        self.stepped(flushed, context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        let ended = Pin::new(&mut self.stream).poll_shutdown(context);
        self.stepped(ended, context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const IDLE: Duration = Duration::from_secs(60);
    const MOST: Duration = Duration::from_secs(600);

    #[tokio::test(start_paused = true)]
    async fn silence_ends_it_and_a_byte_begins_the_wait_again() {
        let (near, mut far) = duplex(16);
        let mut watched = Watched::new(near, Exchange::new(), IDLE);
        let begun = Instant::now();
        let feed = async {
            for _ in 0..3 {
                tokio::time::sleep(IDLE - Duration::from_secs(1)).await;
                far.write_all(&[7]).await.expect("taken");
            }
            std::future::pending::<()>().await;
        };
        let read = async {
            let mut all = Vec::new();
            (watched.read_to_end(&mut all).await.map_err(|error| error.kind()), all.len())
        };
        let (ended, read) = tokio::select! {
            () = feed => panic!("it ends first"),
            ended = read => ended,
        };
        assert_eq!((ended, read), (Err(std::io::ErrorKind::TimedOut), 3));
        assert_eq!(begun.elapsed().as_secs(), 3 * 59 + 60);
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_that_takes_nothing_off_is_not_waited_for_either() {
        let (near, _far) = duplex(16);
        let mut watched = Watched::new(near, Exchange::new(), IDLE);
        let written = watched.write_all(&[0; 17]).await.map_err(|error| error.kind());
        assert_eq!(written, Err(std::io::ErrorKind::TimedOut));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_blamed_for_the_time_the_hub_works() {
        let (near, mut far) = duplex(16);
        let exchange = Exchange::new();
        let mut watched = Watched::new(near, Arc::clone(&exchange), IDLE);
        let under = exchange.begin(MOST);
        under.works();
        let work = async {
            tokio::time::sleep(IDLE * 5).await;
            under.gives();
            far.write_all(&[7]).await.expect("taken");
        };
        let mut byte = [0];
        let (read, ()) = tokio::join!(watched.read_exact(&mut byte), work);
        assert_eq!(read.expect("read"), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_exchange_is_over_when_its_last_byte_has_left() {
        let (near, mut far) = duplex(16);
        let exchange = Exchange::new();
        let mut watched = Watched::new(near, Arc::clone(&exchange), MOST * 2);
        let begun = Instant::now();
        drop(exchange.begin(MOST));
        watched.flush().await.expect("flushed");
        let quick = tokio::time::timeout(MOST * 2, exchange.overdue()).await;
        assert!(quick.is_err(), "nothing is under way");
        assert_eq!(begun.elapsed(), MOST * 2);

        drop(exchange.begin(MOST));
        let leave = async {
            watched.write_all(&[0; 64]).await.expect("written");
            watched.flush().await.expect("flushed");
        };
        let slow = async {
            let mut byte = [0];
            loop {
                tokio::time::sleep(Duration::from_secs(30)).await;
                far.read_exact(&mut byte).await.expect("a byte");
            }
        };
        tokio::select! {
            () = exchange.overdue() => {}
            () = leave => panic!("it takes 24 minutes"),
            () = slow => {}
        }
        assert_eq!(begun.elapsed(), MOST * 3);
    }
}
