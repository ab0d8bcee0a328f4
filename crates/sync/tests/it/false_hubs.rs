//! Hubs that prove who they are and are not to be used all the same: certificates out of their time
//! or of another's making, and answers that are no answers. Nothing is lost by any of them.

use std::sync::Arc;
use std::time::Duration;

use booqing_protocol::message::{Answer, Cursor, Incoming, Page};
use booqing_protocol::{Hash, Refusal, encode};
use booqing_sync::driver::{HubClient, News};
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rcgen::{CertificateParams, Issuer, KeyPair, SanType, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio_rustls::TlsAcceptor;

use crate::fixture::{Desk, Office, id};
use crate::hostile_hubs::code_at;

/// In which years the certificate is valid, and whether the hub's authority made it.
struct Certificate {
    from: i32,
    until: i32,
    is_of_the_authority: bool,
}

const GOOD: Certificate = Certificate { from: 2020, until: 2090, is_of_the_authority: true };

type Tls = tokio_rustls::server::TlsStream<TcpStream>;

/// A server with the authority of an office, which does this with every connection: its address.
async fn server<Served>(
    office: &Office,
    certificate: &Certificate,
    serve: impl Fn(Tls) -> Served + Clone + Send + 'static,
) -> String
where
    Served: Future<Output = ()> + Send,
{
    let read = |name: &str| std::fs::read(office.folder.path().join(name)).expect("read");
    let authority = CertificateDer::from(read("authority.crt"));
    let signing = if certificate.is_of_the_authority {
        KeyPair::try_from(read("authority.key").as_slice()).expect("a key")
    } else {
        KeyPair::generate().expect("a key")
    };
    let issuer = Issuer::from_ca_cert_der(&authority, signing).expect("an issuer");
    let name = office.service.authority().server_name();
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::DnsName(name.try_into().expect("a name"))];
    params.not_before = date_time_ymd(certificate.from, 1, 1);
    params.not_after = date_time_ymd(certificate.until, 1, 1);
    let leaf = params.signed_by(&key, &issuer).expect("signed");
    let config = ServerConfig::builder_with_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_protocol_versions(&[&rustls::version::TLS13])
    .expect("TLS 1.3")
    .with_no_client_auth()
    .with_single_cert(
        vec![leaf.der().clone(), authority],
        PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
    )
    .expect("a configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, serve) = (acceptor.clone(), serve.clone());
            tokio::spawn(async move {
                // A desk that trusts nobody here goes away.
                if let Ok(stream) = acceptor.accept(stream).await {
                    serve(stream).await;
                }
            });
        }
    });
    address
}

/// A hub that answers every request with these bytes.
async fn false_hub(office: &Office, certificate: &Certificate, body: Vec<u8>) -> String {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/cbor\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let answer = [head.into_bytes(), body].concat();
    let serve = move |mut stream: Tls| {
        let answer = answer.clone();
        async move {
            let mut request = vec![0; 64 * 1024];
            while stream.read(&mut request).await.is_ok_and(|length| length > 0) {
                if stream.write_all(&answer).await.is_err() {
                    return;
                }
            }
        }
    };
    server(office, certificate, serve).await
}

async fn desk(office: &Office) -> Desk {
    let mut desk = office.first_desk().await;
    desk.sync().await;
    desk.create("client", id(1), json!({"number": "C-1"}));
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_out_of_its_time_or_of_another_is_named() {
    let office = Office::open().await;
    let mut anna = desk(&office).await;
    for (certificate, code) in [
        (Certificate { from: 2001, until: 2002, ..GOOD }, "cert_expired"),
        (Certificate { from: 2080, until: 2090, ..GOOD }, "cert_not_yet_valid"),
        (Certificate { is_of_the_authority: false, ..GOOD }, "cert_untrusted"),
    ] {
        let address = false_hub(&office, &certificate, Vec::new()).await;
        assert_eq!(code_at(&mut anna, &address).await, code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_none_changes_nothing() {
    let office = Office::open().await;
    let mut anna = desk(&office).await;
    let page = Page {
        cursor: Cursor { epoch: 1, rev: 9 },
        // Two numbers, where an envelope and what is sealed should be.
        records: vec![Incoming::alone(9, vec![1, 2])],
        root: Some(Hash([7; 16])),
        total: 1,
        since: 0,
    };
    let whole = encode(&Answer::Done(page)).expect("bytes");
    let cut = whole[..whole.len() / 2].to_vec();
    // A length that says there are more bytes than any page has.
    let boast = [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff].to_vec();
    let large = vec![0; 17 * 1024 * 1024];
    let cases = [b"<html>Welcome</html>".to_vec(), Vec::new(), cut, boast, large, whole];
    for (number, body) in cases.into_iter().enumerate() {
        let address = false_hub(&office, &GOOD, body).await;
        let code = code_at(&mut anna, &address).await;
        assert_eq!(code, "bad_message", "answer {number}");
        assert_eq!(anna.fields("client", id(1)).expect("there").text("number"), Some("C-1"));
    }
    anna.at(&office.address.to_string()).sync().await;
    assert_eq!(anna.waiting(), 0, "the true hub takes what waited");
}

/// What becomes of a question on its way to a hub.
enum Instead {
    /// It goes to the hub.
    Asked,
    /// It is answered like this.
    Answered(Vec<u8>),
    /// It is held back until there is an end to it.
    Held,
}

/// Something between a desk and its hub.
async fn between(hub: Arc<Mutex<HubClient>>, instead: fn(&str) -> Instead, stream: Tls) {
    let answer = service_fn(move |request: Request<hyper::body::Incoming>| {
        let hub = Arc::clone(&hub);
        async move {
            let path = request.uri().path().to_owned();
            let body = request.into_body().collect().await?.to_bytes().to_vec();
            let answer = match instead(&path) {
                Instead::Asked => hub.lock().await.exchange(&path, body).await.expect("an answer"),
                Instead::Answered(answer) => answer.into(),
                Instead::Held => std::future::pending().await,
            };
            hyper::Result::Ok(Response::new(Full::new(answer)))
        }
    });
    // It ends with the desk.
    let http = hyper::server::conn::http1::Builder::new();
    let _ = http.serve_connection(TokioIo::new(stream), answer).await;
}

/// Puts something between this desk and its hub, and says where it listens.
async fn put_between(office: &Office, desk: &Desk, instead: fn(&str) -> Instead) -> String {
    let hub = Arc::new(Mutex::new(desk.client(&office.address.to_string())));
    server(office, &GOOD, move |stream| between(Arc::clone(&hub), instead, stream)).await
}

/// A hub of a later version, which takes no changes any more of desks of this one.
fn wants_another_version(path: &str) -> Instead {
    let refused = Answer::<()>::Refused(Refusal::UpgradeRequired { minimum: 2 });
    match path {
        "/v1/push" => Instead::Answered(encode(&refused).expect("bytes")),
        _ => Instead::Asked,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_is_too_old_to_send_takes_in_all_the_same_and_keeps_what_waits() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.create("client", id(1), json!({"number": "C-1"}));
    bram.sync().await;
    anna.create("client", id(2), json!({"number": "C-2"}));
    let address = put_between(&office, &anna, wants_another_version).await;
    // Also once it was sent and has no outcome: it is sent again first, and that is refused.
    for attempt in 0..2 {
        bram.change("client", id(1), json!({"phone": attempt.to_string()}));
        bram.sync().await;
        assert_eq!(code_at(&mut anna, &address).await, "upgrade_required");
        let phone = anna.fields("client", id(1)).expect("it came").text("phone").map(str::to_owned);
        assert_eq!(phone, Some(attempt.to_string()));
        assert_eq!(anna.waiting(), 1);
    }
    // After the upgrade what waited goes along.
    anna.at(&office.address.to_string());
    assert_eq!(anna.sync().await.pushed, 1);
    bram.sync().await;
    assert_eq!(bram.fields("client", id(2)).expect("it came").text("number"), Some("C-2"));
}

/// What some proxies do with a stream.
fn holds_streams_back(path: &str) -> Instead {
    if path == "/v1/events" { Instead::Held } else { Instead::Asked }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_streams_are_held_back_news_comes_as_a_late_answer() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    let administration = anna.sealer.administration();
    let straight = anna.client(&office.address.to_string());
    let mut streamed = News::listen(straight, administration).await.expect("it listens");
    assert!(streamed.is_streamed(), "nothing is in between");

    let address = put_between(&office, &anna, holds_streams_back).await;
    let mut asked = News::listen(anna.client(&address), administration).await.expect("it listens");
    assert!(!asked.is_streamed());
    for number in 1..=3 {
        bram.create("client", id(number), json!({"number": format!("C-{number}")}));
        bram.sync().await;
        for news in [&mut streamed, &mut asked] {
            let told = tokio::time::timeout(Duration::from_secs(60), news.next()).await;
            told.expect("in time").expect("told");
        }
    }
}
