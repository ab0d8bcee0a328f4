//! Chunks over real TLS: kept under the hash of their bytes, given whole or from a byte on, to their own
//! administration.

use booqing_protocol::chunk::{CHUNKS, Kept, LARGEST_CHUNK, Lacking, MOST_OFFERED, Offer};
use booqing_protocol::message::Answer;
use booqing_protocol::{ChunkName, Id, Refusal, VERSION, decode};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::fixture::{Caller, Desk, Hub};

fn path(name: ChunkName) -> String {
    format!("{CHUNKS}{name}")
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 253) as u8).collect()
}

async fn keep(caller: &mut Caller, name: ChunkName, bytes: Vec<u8>) -> Result<u64, Refusal> {
    let answer = caller.send("PUT", &path(name), bytes).await.expect("answered");
    assert_eq!(answer.status(), StatusCode::OK);
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    match decode::<Answer<Kept>>(&body).expect("an answer") {
        Answer::Done(kept) => Ok(kept.bytes),
        Answer::Refused(refusal) => Err(refusal),
    }
}

/// Keeps a chunk, for a test that is about something else.
pub(crate) async fn keep_whole(mut caller: Caller, bytes: &[u8]) {
    keep(&mut caller, ChunkName::of(bytes), bytes.to_vec()).await.expect("kept");
}

async fn give(caller: &mut Caller, name: ChunkName, range: Option<&str>) -> Response<Bytes> {
    let mut request = Request::get(path(name)).header("host", "hub");
    if let Some(range) = range {
        request = request.header("range", range);
    }
    let request = request.body(Full::new(Bytes::new())).expect("a request");
    let (head, body) = caller.send_request(request).await.expect("answered").into_parts();
    Response::from_parts(head, body.collect().await.expect("a body").to_bytes())
}

/// The refusal in an answer that is no chunk.
fn refusal(answer: &Response<Bytes>) -> Refusal {
    assert_eq!(answer.headers()["content-type"], "application/cbor");
    match decode::<Answer<()>>(answer.body()).expect("an answer") {
        Answer::Refused(refusal) => refusal,
        Answer::Done(()) => panic!("nothing is refused"),
    }
}

async fn offer(
    hub: &Hub,
    desk: &Desk,
    administration: Id,
    names: Vec<ChunkName>,
) -> Result<Vec<ChunkName>, Refusal> {
    let offer = Offer { version: VERSION, administration, names };
    let lacking: Result<Lacking, Refusal> = desk.call(hub).await.ask("/v1/offer", &offer).await;
    lacking.map(|lacking| lacking.names)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_given_whole_or_from_a_byte_on_also_after_a_restart() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let mut caller = desk.call(&hub).await;
    let (large, small) = (bytes(LARGEST_CHUNK), b"x".to_vec());
    let names = [ChunkName::of(&large), ChunkName::of(&small), ChunkName::of(b"neither")];
    let lacking = offer(&hub, &desk, desk.administration, names.to_vec()).await;
    assert_eq!(lacking, Ok(names.to_vec()), "nothing is there yet");

    assert_eq!(keep(&mut caller, names[0], large.clone()).await, Ok(large.len() as u64));
    assert_eq!(keep(&mut caller, names[0], large.clone()).await, Ok(large.len() as u64), "again");
    assert_eq!(keep(&mut caller, names[1], small.clone()).await, Ok(1));
    let lacking = offer(&hub, &desk, desk.administration, names.to_vec()).await;
    assert_eq!(lacking, Ok(vec![names[2]]));

    let hub = hub.restart().await;
    let mut caller = desk.call(&hub).await;
    let whole = give(&mut caller, names[0], None).await;
    assert_eq!(whole.status(), StatusCode::OK);
    assert!(whole.body() == &large, "every byte");
    let last = large.len() - 1;
    for (range, first, end) in [
        ("bytes=0-0".to_owned(), 0, 0),
        ("bytes=700000-".to_owned(), 700_000, last),
        (format!("bytes={last}-"), last, last),
        ("bytes=5-9".to_owned(), 5, 9),
        (format!("bytes=5-{}", u64::MAX), 5, last),
    ] {
        let part = give(&mut caller, names[0], Some(&range)).await;
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        let told = format!("bytes {first}-{end}/{}", large.len());
        assert_eq!(part.headers()["content-range"], told, "{range}");
        assert!(part.body() == &large[first..=end], "{range}");
    }
    // A range of another kind may be passed over.
    let whole = give(&mut caller, names[1], Some("bytes=-1")).await;
    assert_eq!((whole.status(), &whole.body()[..]), (StatusCode::OK, &small[..]));
    let past = give(&mut caller, names[1], Some("bytes=1-")).await;
    assert_eq!(past.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(past.headers()["content-range"], "bytes */1");
    assert_eq!(refusal(&give(&mut caller, names[2], None).await), Refusal::NoChunk);
    assert_eq!(refusal(&give(&mut caller, names[2], Some("bytes=1-")).await), Refusal::NoChunk);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_is_called_is_not_kept() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let mut caller = desk.call(&hub).await;
    let name = ChunkName::of(b"one");
    assert_eq!(keep(&mut caller, name, b"another".to_vec()).await, Err(Refusal::OtherChunk));
    assert_eq!(refusal(&give(&mut caller, name, None).await), Refusal::NoChunk);
    let objects = hub.folder.path().join("objects");
    assert_eq!(std::fs::read_dir(objects).expect("listed").count(), 0, "nothing was written");

    // Too large: the hub says so before any of it is sent.
    let mut large = Caller::raw(&hub, Some(&desk)).await.expect("connected");
    let told = LARGEST_CHUNK + 1;
    let head =
        format!("PUT {} HTTP/1.1\r\nhost: hub\r\ncontent-length: {told}\r\n\r\n", path(name));
    large.write_all(head.as_bytes()).await.expect("written");
    let mut status = [0; 12];
    large.read_exact(&mut status).await.expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 413");
    // Under a name that is none, by another method.
    for (method, path, status) in [
        ("PUT", format!("{CHUNKS}..%2f..%2fauthority.key"), StatusCode::NOT_FOUND),
        ("GET", format!("{CHUNKS}{}", name.to_string().to_uppercase()), StatusCode::NOT_FOUND),
        ("DELETE", path(name), StatusCode::METHOD_NOT_ALLOWED),
        ("POST", path(name), StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let mut caller = desk.call(&hub).await;
        let answer = caller.send(method, &path, Vec::new()).await.expect("answered");
        assert_eq!(answer.status(), status, "{method} {path}");
    }
    let many = vec![name; MOST_OFFERED + 1];
    assert_eq!(offer(&hub, &desk, desk.administration, many).await, Err(Refusal::TooLarge));
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_of_one_administration_are_not_there_for_another() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let other = hub.join(&hub.administration("Other"), 2).await.expect("joined");
    let chunk = b"of the first".to_vec();
    let name = ChunkName::of(&chunk);
    keep(&mut desk.call(&hub).await, name, chunk.clone()).await.expect("kept");

    let mut caller = other.call(&hub).await;
    for range in [None, Some("bytes=1-"), Some("bytes=99-")] {
        assert_eq!(refusal(&give(&mut caller, name, range).await), Refusal::NoChunk, "{range:?}");
    }
    let lacking = offer(&hub, &other, other.administration, vec![name]).await;
    assert_eq!(lacking, Ok(vec![name]), "it is not said that somebody has it");
    let asked = offer(&hub, &other, desk.administration, vec![name]).await;
    assert_eq!(asked, Err(Refusal::WrongAdministration));
    // It may keep the same bytes: they are two.
    keep(&mut caller, name, chunk).await.expect("kept");

    let mut stranger = Caller::connect(&hub, None).await.expect("connected");
    assert_eq!(refusal(&give(&mut stranger, name, None).await), Refusal::UnknownDesk);
    let mut stranger = Caller::connect(&hub, None).await.expect("connected");
    let kept = keep(&mut stranger, name, b"of the first".to_vec()).await;
    assert_eq!(kept, Err(Refusal::UnknownDesk));
}
