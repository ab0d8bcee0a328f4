//! Desks that sync by themselves, over TLS with a real hub.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use booqing_desk::client::ClientQuery;
use booqing_desk::demo;
use booqing_desk::document::DocumentQuery;
use booqing_desk::live::{self, Phase, SyncState};
use booqing_desk::opening::{self, JoinRequest};
use booqing_desk::originals::Whereabouts;
use booqing_desk::synchronise::Consent;
use booqing_desk::{Desk, Home, Language};
use booqing_hub::authority::Authority;
use booqing_hub::storage::embedded::Embedded;
use booqing_hub::{Limits, Objects, Server, Service};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

struct Hub {
    folder: tempfile::TempDir,
    service: Arc<Service>,
    address: SocketAddr,
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Hub {
    async fn open(folder: tempfile::TempDir, address: &str) -> Self {
        let storage = Embedded::open(folder.path()).expect("storage");
        let authority = Authority::open(folder.path(), SystemTime::now()).expect("an authority");
        let objects = Objects::in_folder(&Objects::folder_of(folder.path())).expect("a folder");
        let service = Arc::new(Service::new(Arc::new(storage), objects, authority));
        let server =
            Server::bind(address, Arc::clone(&service), Limits::default()).await.expect("a port");
        let address = server.address().expect("its address");
        let (end, ended) = oneshot::channel::<()>();
        let task = tokio::spawn(server.run(async {
            let _ = ended.await;
        }));
        Self { folder, service, address, end, task }
    }

    async fn close(self) -> (tempfile::TempDir, String) {
        drop(self.end);
        self.task.await.expect("it closed");
        (self.folder, self.address.to_string())
    }
}

/// A desk that syncs by itself, and its last state.
struct Living {
    desk: Arc<Desk>,
    state: watch::Receiver<Option<SyncState>>,
    /// Every phase that was told, with the changes that waited then.
    told: Arc<Mutex<Vec<(Phase, u64)>>>,
    task: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Drop for Living {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Living {
    async fn join(invitation: String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Arc::new(Home::open(&folder.path().join("desk")).expect("a home"));
        let passphrase = Some("correct horse battery".to_owned());
        let request = JoinRequest { invitation, name: "Balie".to_owned(), passphrase };
        let (_, desk) = opening::join(&home, request).await.expect("joined");
        let desk = Arc::new(desk);
        let (tell, state) = watch::channel(None);
        let told = Arc::<Mutex<Vec<_>>>::default();
        let all = Arc::clone(&told);
        let task = tokio::spawn(live::run(
            Arc::clone(&desk),
            || Language::En,
            move |state: SyncState| {
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.push((state.phase, state.waiting));
                tell.send_replace(Some(state));
            },
        ));
        Self { desk, state, told, task, _folder: folder }
    }

    fn add(&self, name: &str) {
        let values = [format!("family_name={name}")];
        let values = self.desk.read_values("client", &values).expect("values");
        self.desk.add_client(&values).expect("entered");
    }

    fn clients(&self) -> u64 {
        self.desk.clients(&ClientQuery::default()).expect("listed").total
    }

    /// Waits until there are so many clients here.
    async fn has(&self, clients: u64) {
        let mut changes = self.desk.listen();
        let arrival = async {
            while self.clients() < clients {
                changes.next().await.expect("the desk is there");
            }
        };
        tokio::time::timeout(PATIENCE, arrival).await.expect("they came");
    }

    /// Waits until the sync is in this phase with so many changes waiting.
    async fn is(&mut self, phase: Phase, waiting: u64) -> SyncState {
        let reached = self.state.wait_for(|state| {
            state.as_ref().is_some_and(|state| state.phase == phase && state.waiting == waiting)
        });
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        let reached = reached.map(|state| state.expect("it is told").clone().expect("a state"));
        reached.unwrap_or_else(|_| {
            panic!("not {phase:?} with {waiting} in time: {:?}", self.state.borrow())
        })
    }
}

/// Two desks of a new administration, with nothing to do.
async fn two_desks(hub: &Hub) -> (Living, Living) {
    let invitation = hub
        .service
        .create_administration("Kantoor", &hub.address.to_string(), SystemTime::now())
        .expect("an administration");
    let mut anna = Living::join(invitation.to_line()).await;
    anna.is(Phase::Idle, 0).await;
    let mut bram = Living::join(anna.desk.invite().await.expect("an invitation")).await;
    bram.is(Phase::Idle, 0).await;
    (anna, bram)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_on_the_other_desk_without_being_asked_for_and_waits_while_there_is_no_hub() {
    // No other test listens there: the port stays free while there is no hub.
    let hub = Hub::open(tempfile::tempdir().expect("a folder"), "127.0.0.2:0").await;
    let (mut anna, bram) = two_desks(&hub).await;

    anna.add("Berg");
    bram.has(1).await;
    // While it is on its way nobody is told that everything is at the hub.
    let told = anna.told.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(told.contains(&(Phase::Running, 1)), "{told:?}");

    let (folder, address) = hub.close().await;
    anna.add("Jansen");
    let offline = anna.is(Phase::Offline, 1).await;
    let problem = offline.problem.expect("it says why");
    assert_eq!(problem.code, "hub_unreachable");
    assert!(problem.message.contains("All changes are kept here"), "{}", problem.message);
    assert_eq!((anna.clients(), bram.clients()), (2, 1));

    let _hub = Hub::open(folder, &address).await;
    bram.has(2).await;
    let state = anna.is(Phase::Idle, 0).await;
    assert_eq!(state.equal, Some(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_the_sync_works_on_and_lets_it_go_on() {
    let hub = Hub::open(tempfile::tempdir().expect("a folder"), "127.0.0.1:0").await;
    let (mut anna, mut bram) = two_desks(&hub).await;

    bram.desk.pause_sync();
    bram.is(Phase::Paused, 0).await;
    anna.add("Berg");
    anna.is(Phase::Idle, 0).await;
    bram.add("Jansen");
    assert_eq!(bram.clients(), 1, "nothing comes");
    assert_eq!(bram.desk.status().expect("a status").waiting, 1, "nothing goes");

    bram.desk.synchronise_now(Consent::default());
    bram.has(2).await;
    anna.has(2).await;
    bram.is(Phase::Idle, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_goes_by_itself_and_comes_by_itself_where_it_is_kept() {
    let hub = Hub::open(tempfile::tempdir().expect("a folder"), "127.0.0.1:0").await;
    let (anna, bram) = two_desks(&hub).await;
    let mut plan = demo::Plan::new(jiff::civil::date(2026, 6, 1));
    (plan.clients, plan.bookings) = (20, 30);
    anna.desk.fill_with_demo(&plan, |_| ()).expect("filled");
    let documents = DocumentQuery { limit: 1, ..DocumentQuery::default() };
    let document = anna.desk.documents(&documents).expect("listed").rows[0].id.to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bon.txt");
    std::fs::write(&file, b"a receipt").expect("written");
    let added = anna.desk.add_original(&document, &file).expect("added");
    let id = added.id.to_string();

    let is = async |living: &Living, wanted: Whereabouts| {
        let mut changes = living.desk.listen();
        let arrival = async {
            while living.desk.original(&id).ok().map(|line| line.whereabouts) != Some(wanted) {
                changes.next().await.expect("the desk is there");
            }
        };
        tokio::time::timeout(PATIENCE, arrival).await.expect("in time");
    };
    is(&anna, Whereabouts::Here).await;
    is(&bram, Whereabouts::Hub).await;
    bram.desk.keep_original(&id, true).expect("kept");
    is(&bram, Whereabouts::Here).await;
    let to = folder.path().join("kopie.txt");
    bram.desk.save_original(&id, Some(&to)).await.expect("saved");
    assert_eq!(std::fs::read(to).expect("read"), b"a receipt");
}
