//! A hub that listens, and desks that call it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use booqing_hub::authority::Authority;
use booqing_hub::{Limits, Objects, Server, Service};
use booqing_protocol::message::{
    Answer, ChangeResult, ChangeSet, Cursor, Invite, Join, Joined, Outcome, Outgoing, Page, Pull,
    Push, Pushed,
};
use booqing_protocol::{
    Hash, Id, Invitation, Part, PartClass, Refusal, Route, Routing, SealedRecord, VERSION, decode,
    encode,
};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;

/// A hub that listens on a port of its own.
pub(crate) struct Hub {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) service: Arc<Service>,
    pub(crate) address: SocketAddr,
    watched_at: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl Hub {
    pub(crate) async fn start() -> Self {
        Self::start_in(tempfile::tempdir().expect("a folder")).await
    }

    pub(crate) async fn start_in(folder: tempfile::TempDir) -> Self {
        Self::start_within(folder, Limits::default()).await
    }

    /// With limits of its own.
    pub(crate) async fn start_within(folder: tempfile::TempDir, limits: Limits) -> Self {
        let storage = crate::backing::open(folder.path());
        let authority = Authority::open(folder.path(), SystemTime::now()).expect("an authority");
        let objects = Objects::in_folder(&Objects::folder_of(folder.path())).expect("a folder");
        let service = Arc::new(Service::new(storage, objects, authority));
        service.hear_others().expect("heard");
        let bound = Server::bind("127.0.0.1:0", Arc::clone(&service), limits).await;
        let mut server = bound.expect("a port");
        let address = server.address().expect("its address");
        let watched_at = server.watched_at("127.0.0.1:0").await.expect("another port");
        let (end, ended) = oneshot::channel::<()>();
        let task = tokio::spawn(server.run(async {
            let _ = ended.await;
        }));
        Self { folder, service, address, watched_at, end: Some(end), task: Some(task) }
    }

    /// Ends the hub and starts it again on the same data.
    pub(crate) async fn restart(self) -> Self {
        self.restart_after(|_| ()).await
    }

    /// The same, with something done to its data in between.
    pub(crate) async fn restart_after(mut self, work: impl FnOnce(&std::path::Path)) -> Self {
        self.tell_to_end();
        self.task.take().expect("it runs").await.expect("it ended");
        drop(self.service);
        work(self.folder.path());
        Self::start_in(self.folder).await
    }

    pub(crate) fn tell_to_end(&mut self) {
        drop(self.end.take());
    }

    /// One of its counters, named with its labels; 0 while it was never counted.
    pub(crate) async fn counter(&self, name: &str) -> u64 {
        let page = watched(self.watched_at, "/metrics").await;
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0, |number| number.parse().expect("a number"))
    }

    pub(crate) fn administration(&self, name: &str) -> Invitation {
        self.service
            .create_administration(name, &self.address.to_string(), SystemTime::now())
            .expect("an administration")
    }

    /// A desk of a new administration.
    pub(crate) async fn first_desk(&self) -> Desk {
        let invitation = self.administration("Kantoor Van Dijk");
        self.join(&invitation, 1).await.expect("joined")
    }

    pub(crate) async fn join(&self, invitation: &Invitation, number: u16) -> Result<Desk, Refusal> {
        let key = KeyPair::generate().expect("a key");
        let request = CertificateParams::default().serialize_request(&key).expect("a request");
        let join = Join {
            version: VERSION,
            proof: invitation.proof(),
            desk: desk_id(number),
            name: format!("desk {number}"),
            request: request.der().to_vec().into(),
        };
        let mut stranger = Caller::connect(self, None).await.expect("connected");
        let joined: Joined = stranger.ask("/v1/join", &join).await?;
        let certificate = CertificateDer::from(joined.certificate.to_vec());
        Ok(Desk {
            id: desk_id(number),
            administration: joined.administration,
            identity: (certificate, key.serialize_der()),
            joined,
        })
    }
}

/// What a hub tells programs on its machine.
pub(crate) async fn watched(at: SocketAddr, path: &str) -> String {
    let (status, text) = looked_at(at, path).await;
    assert_eq!(status, 200, "{path}");
    text
}

/// The same, with its status.
pub(crate) async fn looked_at(at: SocketAddr, path: &str) -> (u16, String) {
    let stream = TcpStream::connect(at).await.expect("connected");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
    tokio::spawn(connection);
    let request = Request::get(path).header("host", "hub").body(Full::<Bytes>::default());
    let answer = sender.send_request(request.expect("a request")).await.expect("answered");
    let status = answer.status().as_u16();
    let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

/// The id of a desk in a test.
fn desk_id(number: u16) -> Id {
    match u8::try_from(number) {
        Ok(number) => Id([number; 16]),
        Err(_) => Id(number.to_be_bytes().repeat(8).try_into().expect("an id")),
    }
}

/// A desk that was let in.
pub(crate) struct Desk {
    pub(crate) id: Id,
    pub(crate) administration: Id,
    pub(crate) joined: Joined,
    identity: (CertificateDer<'static>, Vec<u8>),
}

impl Desk {
    /// Another desk, which this one invites.
    pub(crate) async fn bring(&self, hub: &Hub, number: u16) -> Self {
        let invitation = self.invitation(hub, number).await;
        hub.join(&invitation, number).await.expect("joined")
    }

    /// An invitation by this desk.
    pub(crate) async fn invitation(&self, hub: &Hub, number: u16) -> Invitation {
        let invitation = Invitation {
            address: hub.address.to_string(),
            identity: (*hub.service.authority().identity()).into(),
            administration: self.administration,
            secret: desk_id(number)
                .0
                .repeat(2)
                .try_into()
                .map(|secret: [u8; 32]| secret.into())
                .expect("a secret"),
        };
        let bundle = vec![1, 2, 3].into();
        let invite = Invite { proof: invitation.proof(), bundle, seconds: 600 };
        let () = self.call(hub).await.ask("/v1/invite", &invite).await.expect("invited");
        invitation
    }

    pub(crate) async fn call(&self, hub: &Hub) -> Caller {
        Caller::connect(hub, Some(self)).await.expect("connected")
    }

    pub(crate) async fn push(&self, hub: &Hub, changes: Vec<ChangeSet>) -> Result<Pushed, Refusal> {
        let push = Push {
            version: VERSION,
            administration: self.administration,
            acknowledged: Cursor::default(),
            changes,
        };
        self.call(hub).await.ask("/v1/push", &push).await
    }

    pub(crate) async fn outcomes(&self, hub: &Hub, changes: Vec<ChangeSet>) -> Vec<Outcome> {
        let pushed = self.push(hub, changes).await.expect("pushed");
        pushed
            .results
            .iter()
            .map(|bytes| decode::<ChangeResult>(bytes).expect("a result").outcome)
            .collect()
    }

    pub(crate) async fn pull(&self, hub: &Hub, cursor: Cursor) -> Result<Page, Refusal> {
        let (administration, whole) = (self.administration, cursor.rev);
        let pull = Pull { version: VERSION, administration, cursor, whole };
        self.call(hub).await.ask("/v1/pull", &pull).await
    }

    /// Everything the hub has, page by page.
    pub(crate) async fn pull_all(&self, hub: &Hub) -> (Vec<(u64, Vec<u8>)>, Page) {
        let (mut records, mut cursor) = (Vec::new(), Cursor::default());
        loop {
            let page = self.pull(hub, cursor).await.expect("a page");
            cursor = page.cursor;
            records.extend(page.records.iter().map(|record| (record.rev, record.record.to_vec())));
            if page.root.is_some() {
                return (records, page);
            }
        }
    }
}

/// A connection to the hub.
pub(crate) struct Caller(hyper::client::conn::http1::SendRequest<Full<Bytes>>);

/// A connection whose bytes a test writes itself.
pub(crate) type Raw = tokio_rustls::client::TlsStream<TcpStream>;

impl Caller {
    pub(crate) async fn connect(hub: &Hub, desk: Option<&Desk>) -> std::io::Result<Self> {
        let tls = Self::raw(hub, desk).await?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(tls)).await.expect("HTTP");
        tokio::spawn(connection);
        Ok(Self(sender))
    }

    /// The bytes under a connection. They wait in as little of the operating system as can be.
    pub(crate) async fn raw(hub: &Hub, desk: Option<&Desk>) -> std::io::Result<Raw> {
        let mut roots = RootCertStore::empty();
        roots.add(hub.service.authority().certificate().clone()).expect("a root");
        let config = ClientConfig::builder().with_root_certificates(roots);
        let config = match desk {
            None => config.with_no_client_auth(),
            Some(desk) => {
                let (certificate, key) = desk.identity.clone();
                let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key));
                config.with_client_auth_cert(vec![certificate], key).expect("a certificate")
            }
        };
        let name = hub.service.authority().server_name();
        let name = ServerName::try_from(name).expect("a name");
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(64 * 1024)?;
        let stream = socket.connect(hub.address).await?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        body: Vec<u8>,
    ) -> hyper::Result<Response<Incoming>> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "hub")
            .body(Full::new(Bytes::from(body)))
            .expect("a request");
        self.send_request(request).await
    }

    pub(crate) async fn send_request(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> hyper::Result<Response<Incoming>> {
        self.0.ready().await?;
        self.0.send_request(request).await
    }

    /// Sends bytes and reads the answer as one of this protocol.
    pub(crate) async fn ask_bytes<Given>(
        &mut self,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Given, Refusal>
    where
        Given: for<'b> minicbor::Decode<'b, ()>,
    {
        let answer = self.send("POST", path, body).await.expect("answered");
        assert_eq!(answer.status(), 200, "{path}");
        let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
        match decode(&bytes).expect("an answer") {
            Answer::Done(given) => Ok(given),
            Answer::Refused(refusal) => Err(refusal),
        }
    }

    pub(crate) async fn ask<Asked, Given>(
        &mut self,
        path: &str,
        asked: &Asked,
    ) -> Result<Given, Refusal>
    where
        Asked: minicbor::Encode<()>,
        Given: for<'b> minicbor::Decode<'b, ()>,
    {
        self.ask_bytes(path, encode(asked).expect("bytes")).await
    }
}

/// A record as the desk 1 would seal it; to the hub the parts are noise.
pub(crate) fn record(number: u16, version: u64, size: usize) -> SealedRecord {
    let mut id = [0; 16];
    id[..2].copy_from_slice(&number.to_be_bytes());
    SealedRecord {
        id: Id(id),
        class: if number.is_multiple_of(2) { "client" } else { "booking" }.to_owned(),
        version,
        lineage: Hash::default(),
        author: Id([1; 16]),
        routing: Routing(BTreeMap::from([(
            "fiscal_year".to_owned(),
            Route::Number(2020 + i64::from(number % 3)),
        )])),
        parts: vec![Part {
            class: PartClass::Working,
            sealed: vec![0x5a; size].into(),
            seed: None,
        }],
        deleted: false,
        seed: [0; 12].into(),
    }
}

/// A change of records, each with the revision it was made upon.
pub(crate) fn change(n: u64, records: &[SealedRecord]) -> ChangeSet {
    let records = records
        .iter()
        .map(|record| Outgoing { record: record.to_bytes().expect("bytes").into() })
        .collect();
    ChangeSet { n, records }
}

/// The next version of a record, made upon this one.
pub(crate) fn upon(before: &SealedRecord, version: u64, size: usize) -> SealedRecord {
    let lineage = before.lineage.followed_by(Hash::of(&before.to_bytes().expect("bytes")));
    let parts =
        vec![Part { class: PartClass::Working, sealed: vec![0x5a; size].into(), seed: None }];
    SealedRecord { version, lineage, parts, ..before.clone() }
}
