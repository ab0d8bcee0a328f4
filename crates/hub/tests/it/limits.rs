//! What one desk, one administration or a stranger may ask, and what becomes of who asks for more:
//! others do not notice.

use std::time::Duration;

use booqing_hub::Limits;
use booqing_hub::limits::{Patience, Share, rate};
use booqing_protocol::message::{Cursor, Page, Pull, Push};
use booqing_protocol::{LARGEST_MESSAGE, VERSION, encode};
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::fixture::{Caller, Desk, Hub, change, record};

/// Long enough that no test waits for it.
const LONG: Duration = Duration::from_secs(3600);
/// Short enough to wait for, where the hub has to lose its patience.
const SHORT: Duration = Duration::from_millis(300);

async fn within(limits: Limits) -> Hub {
    Hub::start_within(tempfile::tempdir().expect("a folder"), limits).await
}

fn patience(idle: Duration, exchange: Duration) -> Limits {
    Limits { patience: Patience { idle, exchange }, head: LONG, ..Limits::default() }
}

fn pull(desk: &Desk) -> Pull {
    let (administration, cursor) = (desk.administration, Cursor::default());
    Pull { version: VERSION, administration, cursor, whole: 0 }
}

/// A request with a head and no body yet.
fn head(path: &str, fields: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nhost: hub\r\n{fields}\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn who_begins_a_request_and_says_no_more_is_let_go() {
    let hub = within(patience(SHORT, LONG)).await;
    let desk = hub.first_desk().await;
    let mut slow = Caller::raw(&hub, Some(&desk)).await.expect("connected");
    slow.write_all(&head("/v1/push", "content-length: 1000")).await.expect("written");
    let _ = slow.read_to_end(&mut Vec::new()).await;
    assert_eq!(hub.counter("booqing_hub_closed_total{reason=\"idle\"}").await, 1);
    assert!(desk.pull(&hub, Cursor::default()).await.is_ok(), "it may come back");
}

#[tokio::test]
async fn who_goes_on_for_ever_byte_by_byte_is_let_go() {
    let hub = within(patience(LONG, SHORT)).await;
    let desk = hub.first_desk().await;
    let mut slow = Caller::raw(&hub, Some(&desk)).await.expect("connected");
    let length = format!("content-length: {LARGEST_MESSAGE}");
    slow.write_all(&head("/v1/push", &length)).await.expect("written");
    while slow.write_all(&[0]).await.is_ok() && slow.flush().await.is_ok() {}
    assert_eq!(hub.counter("booqing_hub_closed_total{reason=\"overdue\"}").await, 1);
}

#[tokio::test]
async fn who_does_not_take_its_page_holds_up_others_only_until_it_is_let_go() {
    let pages = Share { desk: 1, administration: 1, all: 1 };
    let hub = within(Limits { pages, ..patience(SHORT, LONG) }).await;
    let desk = hub.first_desk().await;
    let other = desk.bring(&hub, 2).await;
    // One set, so that it is one page: more than connections hold on the way.
    let large = [1, 2, 3, 4].map(|number| record(number, 1, 900_000));
    desk.outcomes(&hub, vec![change(1, &large)]).await;
    let mut slow = Caller::raw(&hub, Some(&desk)).await.expect("connected");
    let asked = encode(&pull(&desk)).expect("bytes");
    slow.write_all(&head("/v1/pull", &format!("content-length: {}", asked.len()))).await.expect("");
    slow.write_all(&asked).await.expect("written");
    // The first byte of its answer: it has the only page there is, and takes no more of it.
    slow.read_exact(&mut [0]).await.expect("a byte");
    assert!(other.pull(&hub, Cursor::default()).await.is_ok());
    assert_eq!(hub.counter("booqing_hub_closed_total{reason=\"idle\"}").await, 1);
}

#[tokio::test]
async fn a_request_without_an_end_is_refused_where_it_gets_too_large() {
    let hub = within(patience(LONG, LONG)).await;
    let desk = hub.first_desk().await;
    let mut endless = Caller::raw(&hub, Some(&desk)).await.expect("connected");
    endless.write_all(&head("/v1/push", "transfer-encoding: chunked")).await.expect("written");
    let chunk = [b"10000\r\n".as_slice(), &[0; 0x10000], b"\r\n"].concat();
    let mut written = 0;
    while endless.write_all(&chunk).await.is_ok() && endless.flush().await.is_ok() {
        written += chunk.len();
        assert!(written < 4 * LARGEST_MESSAGE, "somebody reads all of it");
    }
    assert_eq!(hub.counter("booqing_hub_waiting").await, 0);

    let mut call = desk.call(&hub).await;
    let told = head("/v1/push", &format!("content-length: {}", LARGEST_MESSAGE + 1));
    let mut large = Caller::raw(&hub, Some(&desk)).await.expect("connected");
    large.write_all(&told).await.expect("written");
    let mut status = [0; 12];
    large.read_exact(&mut status).await.expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 413", "before any of it is sent");
    assert!(call.ask::<_, Page>("/v1/pull", &pull(&desk)).await.is_ok());
}

#[tokio::test]
async fn nothing_compressed_is_unpacked() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let mut raw = Caller::raw(&hub, Some(&desk)).await.expect("connected");
    let fields = "content-length: 4\r\ncontent-encoding: gzip";
    raw.write_all(&head("/v1/push", fields)).await.expect("written");
    raw.write_all(&[0x1f, 0x8b, 8, 0]).await.expect("written");
    let mut status = [0; 12];
    raw.read_exact(&mut status).await.expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 415");
}

#[tokio::test]
async fn one_connection_too_many_closes_the_oldest_of_that_desk() {
    let hub = within(Limits { connections_of_a_desk: 2, ..Limits::default() }).await;
    let desk = hub.first_desk().await;
    let other = desk.bring(&hub, 2).await;
    let mut others = other.call(&hub).await;
    let asked = pull(&desk);
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut call = desk.call(&hub).await;
        // An answer shows that the hub knows whose connection it is.
        assert!(call.ask::<_, Page>("/v1/pull", &asked).await.is_ok());
        open.push(call);
    }
    let [first, second, third] = open.as_mut_slice() else { panic!("three") };
    let closed = async { while first.send("GET", "/healthz", Vec::new()).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(60), closed).await.expect("it is closed");
    for open in [second, third, &mut others] {
        assert!(open.ask::<_, Page>("/v1/pull", &asked).await.is_ok());
    }
    assert!(hub.counter("booqing_hub_closed_total{reason=\"displaced\"}").await >= 1);
}

/// Who holds a door open keeps nobody out.
#[tokio::test]
async fn strangers_displace_strangers_and_no_desk() {
    let hub = within(Limits { handshakes: 2, strangers: 2, ..Limits::default() }).await;
    let desk = hub.first_desk().await;
    let mut call = desk.call(&hub).await;
    let mut silent = Vec::new();
    for _ in 0..5 {
        // The handshake is not even begun.
        silent.push(tokio::net::TcpStream::connect(hub.address).await.expect("connected"));
    }
    assert!(desk.pull(&hub, Cursor::default()).await.is_ok(), "it comes in all the same");
    assert!(call.ask::<_, Page>("/v1/pull", &pull(&desk)).await.is_ok());
    let first = silent.first_mut().expect("one of them");
    assert_eq!(first.read(&mut [0]).await.expect("closed"), 0);

    // Nor does who finishes it and joins nothing.
    let mut idle = Vec::new();
    for _ in 0..5 {
        let mut stranger = Caller::connect(&hub, None).await.expect("connected");
        assert!(stranger.send("GET", "/healthz", Vec::new()).await.is_ok());
        idle.push(stranger);
    }
    let first = idle.first_mut().expect("one of them");
    let closed = async { while first.send("GET", "/healthz", Vec::new()).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(60), closed).await.expect("it is closed");
    assert!(call.ask::<_, Page>("/v1/pull", &pull(&desk)).await.is_ok());
    desk.bring(&hub, 2).await;
}

#[tokio::test]
async fn with_one_place_for_everything_everybody_has_its_turn() {
    let one = Share { desk: 1, administration: 1, all: 1 };
    let connections_of_a_desk = 64;
    let limits =
        Limits { pages: one, units: one, working: one, connections_of_a_desk, ..Limits::default() };
    let hub = within(limits).await;
    let first = hub.first_desk().await;
    let second = hub.join(&hub.administration("Kantoor De Wit"), 2).await.expect("joined");
    let tasks = (0..20_u64).map(|number| {
        let (hub, desk) = (&hub, if number.is_multiple_of(2) { &first } else { &second });
        async move {
            let mut large = desk.call(hub).await;
            // Noise of more than one unit: it is refused, after it was taken in.
            let answer = large.send("POST", "/v1/push", vec![0xff; 200_000]).await;
            let body = answer.expect("answered").into_body().collect().await.expect("a body");
            assert!(!body.to_bytes().is_empty());
            desk.pull(hub, Cursor::default()).await.is_ok()
        }
    });
    let done = futures_util::future::join_all(tasks).await;
    assert!(done.into_iter().all(|done| done));
}

#[tokio::test]
async fn who_asks_too_fast_waits_for_its_turn_and_is_not_refused() {
    let hub = within(Limits { rate: rate(2, 1), ..Limits::default() }).await;
    let desk = hub.first_desk().await;
    let mut call = desk.call(&hub).await;
    for _ in 0..3 {
        assert!(call.ask::<_, Page>("/v1/pull", &pull(&desk)).await.is_ok());
    }
    assert!(hub.counter("booqing_hub_delayed_total").await >= 1);
}

/// A stream of notifications is asked for like anything else.
#[tokio::test]
async fn who_asks_for_notifications_too_fast_waits_for_its_turn() {
    let hub = within(Limits { rate: rate(1, 1), ..Limits::default() }).await;
    let desk = hub.first_desk().await;
    // A machine that is busy may need longer than the turn.
    for _ in 0..20 {
        let mut call = desk.call(&hub).await;
        assert!(call.ask::<_, Page>("/v1/pull", &pull(&desk)).await.is_ok());
        let before = hub.counter("booqing_hub_delayed_total").await;
        let answer = call.send("GET", "/v1/events", Vec::new()).await.expect("answered");
        assert!(answer.status().is_success());
        if hub.counter("booqing_hub_delayed_total").await > before {
            return;
        }
    }
    panic!("nobody ever waited");
}

/// So is who a desk is, each time it comes.
#[tokio::test]
async fn who_comes_again_too_fast_waits_to_be_looked_up() {
    let hub = within(Limits { rate: rate(1, 1), ..Limits::default() }).await;
    let desk = hub.first_desk().await;
    for _ in 0..20 {
        let mut call = desk.call(&hub).await;
        let answer = call.send("GET", "/healthz", Vec::new()).await.expect("answered");
        assert!(answer.status().is_success());
        if hub.counter("booqing_hub_delayed_total").await > 0 {
            return;
        }
    }
    panic!("nobody ever waited");
}

/// A desk whose request is on its way when the hub is told to end gets its answer; nobody new comes
/// in meanwhile.
#[tokio::test]
async fn what_is_under_way_when_it_is_told_to_end_is_finished() {
    let mut hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let body = encode(&Push {
        version: VERSION,
        administration: desk.administration,
        acknowledged: Cursor::default(),
        changes: vec![change(1, &[record(1, 1, 5000)])],
    });
    let body = body.expect("bytes");
    let (begin, rest) = body.split_at(100);
    let mut raw = Caller::raw(&hub, Some(&desk)).await.expect("connected");
    // The hub says that it reads on once it is at work on the request (RFC 9110, section 10.1.1).
    let length = format!("content-length: {}\r\nexpect: 100-continue", body.len());
    raw.write_all(&head("/v1/push", &length)).await.expect("written");
    raw.flush().await.expect("written");
    let mut told = Vec::new();
    while !told.ends_with(b"\r\n\r\n") {
        told.push(raw.read_u8().await.expect("it reads on"));
    }
    assert!(told.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&told));
    raw.write_all(begin).await.expect("written");
    raw.flush().await.expect("written");

    hub.tell_to_end();
    while tokio::net::TcpStream::connect(hub.address).await.is_ok() {}
    raw.write_all(rest).await.expect("written");
    let mut answer = Vec::new();
    let _ = raw.read_to_end(&mut answer).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    let hub = hub.restart().await;
    let page = desk.pull(&hub, Cursor::default()).await.expect("a page");
    assert_eq!(page.records.len(), 1, "it was stored");
}

/// The hub was away, and a whole office comes back in the same moment.
#[tokio::test]
async fn five_hundred_desks_come_back_at_once() {
    const DESKS: u16 = 500;
    // Each connection has two ends here.
    rlimit::increase_nofile_limit(8192).expect("files");
    let hub = Hub::start().await;
    let first = hub.first_desk().await;
    first.outcomes(&hub, vec![change(1, &[record(1, 1, 1000)])]).await;
    let mut desks = Vec::new();
    for number in 0..DESKS {
        desks.push(first.bring(&hub, 1000 + number).await);
    }
    let hub = hub.restart().await;
    let back = desks.iter().map(|desk| {
        let hub = &hub;
        async move {
            let mut listening = desk.call(hub).await;
            let stream = listening.send("GET", "/v1/events", Vec::new()).await.expect("answered");
            let page = desk.pull(hub, Cursor::default()).await.expect("a page");
            (page.records.len(), listening, stream.into_body())
        }
    });
    let mut back = futures_util::future::join_all(back).await;
    assert!(back.iter().all(|(records, ..)| *records == 1));
    assert_eq!(hub.counter("booqing_hub_listening").await, u64::from(DESKS));

    first.outcomes(&hub, vec![change(2, &[record(2, 1, 1000)])]).await;
    for (_, _, events) in &mut back {
        let event = crate::events::next(events).await;
        assert_eq!(event.as_deref(), Some("data: {\"rev\":2}\n\n"));
    }
    assert_eq!(
        hub.counter("booqing_hub_requests_total{endpoint=\"pull\",outcome=\"failed\"}").await,
        0
    );
}
