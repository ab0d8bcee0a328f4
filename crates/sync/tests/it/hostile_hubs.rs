//! Hubs that are not the one to talk to. Each is named for what it is, and nothing is lost.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

use booqing_sync::SyncError;
use serde_json::json;

use crate::fixture::{Desk, Office, id};

/// Points a desk that has something to send at another address.
pub(crate) async fn code_at(desk: &mut Desk, address: &str) -> String {
    desk.at(address);
    let waiting = desk.waiting();
    assert!(waiting > 0);
    let error = desk.try_sync().await.expect_err("it is refused");
    assert_eq!(desk.waiting(), waiting, "nothing left the outbox");
    error.code().to_owned()
}

async fn desk(office: &Office) -> Desk {
    let desk = office.first_desk().await;
    desk.create("client", id(1), json!({"number": "C-1"}));
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn another_hub_is_not_this_one() {
    let (office, other) = (Office::open().await, Office::open().await);
    let mut anna = desk(&office).await;
    let code = code_at(&mut anna, &other.address.to_string()).await;
    assert_eq!(code, "hub_identity_mismatch");
    let invitation = {
        let mut invitation = office.invitation();
        invitation.address = other.address.to_string();
        invitation
    };
    let refused = Desk::join(&invitation, 3).await.err().expect("refused");
    assert_eq!(refused.code(), "hub_identity_mismatch", "joining looks too");
}

/// A server in a thread that answers one connection.
fn server(answer: impl FnOnce(std::net::TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        if let Ok((stream, _)) = listener.accept() {
            answer(stream);
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn what_speaks_no_tls_is_told_from_a_hub() {
    let office = Office::open().await;
    let mut anna = desk(&office).await;
    let http = server(|mut stream| {
        let mut head = [0; 16];
        let _ = stream.read(&mut head);
        let _ = stream.write_all(b"HTTP/1.1 301 Moved\r\nLocation: http://example.org/\r\n\r\n");
    });
    assert_eq!(code_at(&mut anna, &http.to_string()).await, "not_tls");
    let closing = server(drop);
    let code = code_at(&mut anna, &closing.to_string()).await;
    assert!(["not_tls", "hub_unreachable"].contains(&code.as_str()), "{code}");
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("its address")
    };
    assert_eq!(code_at(&mut anna, &nobody.to_string()).await, "hub_unreachable");
}

/// A process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An openssl that serves a certificate of its own in this way, on a port of its own.
fn openssl_server(folder: &std::path::Path, arguments: &[&str]) -> (Running, String) {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-subj", "/CN=hub", "-days", "30", "-keyout", "key.pem", "-out", "crt.pem"])
        .current_dir(folder)
        .stderr(Stdio::null())
        .status()
        .expect("openssl is installed");
    assert!(made.success());
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("its address").to_string()
    };
    let child = Command::new("openssl")
        .args(["s_server", "-quiet", "-key", "key.pem", "-cert", "crt.pem", "-accept", &address])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let running = Running(child);
    while std::net::TcpStream::connect(&address).is_err() {
        std::thread::yield_now();
    }
    (running, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_of_an_older_tls_or_with_a_certificate_of_its_own_is_refused() {
    let office = Office::open().await;
    let mut anna = desk(&office).await;
    let folder = tempfile::tempdir().expect("a folder");
    let (_old, address) = openssl_server(folder.path(), &["-tls1_2"]);
    assert_eq!(code_at(&mut anna, &address).await, "tls_version");
    let (_own, address) = openssl_server(folder.path(), &["-tls1_3"]);
    assert_eq!(code_at(&mut anna, &address).await, "hub_identity_mismatch");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_was_used_is_refused_in_words() {
    let office = Office::open().await;
    let invitation = office.invitation();
    Desk::join(&invitation, 1).await.expect("joined");
    let refused = Desk::join(&invitation, 2).await.err().expect("refused");
    assert!(matches!(refused, SyncError::Refused(_)));
    assert_eq!(refused.code(), "invitation_invalid");
}
