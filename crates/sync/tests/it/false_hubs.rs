//! Hubs that prove who they are and are not to be used all the same: certificates out of their time
//! or of another's making, and answers that are no answers. Nothing is lost by any of them.

use std::sync::Arc;

use booqing_protocol::message::{Answer, Cursor, Incoming, Page};
use booqing_protocol::{Hash, encode};
use rcgen::{CertificateParams, Issuer, KeyPair, SanType, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
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

/// A hub with the authority of an office that answers every request with these bytes: its address.
async fn false_hub(office: &Office, certificate: &Certificate, body: Vec<u8>) -> String {
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
            let (acceptor, body) = (acceptor.clone(), body.clone());
            tokio::spawn(async move {
                // A desk that trusts nobody here goes away.
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut request = vec![0; 64 * 1024];
                while stream.read(&mut request).await.is_ok_and(|length| length > 0) {
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/cbor\r\n\
                         content-length: {}\r\n\r\n",
                        body.len()
                    );
                    if stream.write_all(head.as_bytes()).await.is_err()
                        || stream.write_all(&body).await.is_err()
                    {
                        return;
                    }
                }
            });
        }
    });
    address
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
        records: vec![Incoming {
            rev: 9,
            record: b"no record".to_vec().into(),
            passed: Vec::new(),
        }],
        root: Some(Hash([7; 16])),
        total: 1,
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
