//! What a hub does while its database makes it wait, or cannot tell it what is new.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, SystemTime};

use booqing_hub::Storage;
use booqing_hub::authority::Authority;
use booqing_hub::storage::postgres::{Address, Postgres};
use booqing_hub::storage::{Desk, Heard, News};
use booqing_protocol::message::{Cursor, Push};
use booqing_protocol::{Id, VERSION};

use crate::fixture::{Caller, Hub, change, record};

fn open(url: &str) -> (Arc<Postgres>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::open(folder.path(), SystemTime::now()).expect("an authority");
    let address = Address::parse(url, None).expect("an address");
    (Arc::new(Postgres::open(address, authority.identity()).expect("storage")), folder)
}

fn desk(administration: u8) -> Desk {
    Desk { id: Id([1; 16]), administration: Id([administration; 16]) }
}

fn push(desk: Desk, n: u64) -> Push {
    Push {
        version: VERSION,
        administration: desk.administration,
        acknowledged: Cursor::default(),
        changes: vec![change(n, &[record(u16::try_from(n).expect("small"), 1, 40)])],
    }
}

/// More requests of one administration wait than a hub has connections, and another one does not notice.
#[tokio::test(flavor = "multi_thread")]
async fn an_administration_that_waits_takes_no_connection_from_another() {
    const WAITING: u64 = 48;
    let url = booqing_scratch_postgres::database().expect("a database");
    let (storage, _folder) = open(&url);
    for administration in [1, 2] {
        let id = Id([administration; 16]);
        storage.create_administration(id, "Kantoor").expect("an administration");
    }
    // Somebody holds the first one's row.
    let (holder, connection) =
        tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("connected");
    tokio::spawn(connection);
    let first = uuid::Uuid::from_bytes([1; 16]);
    let hold = format!(
        "BEGIN; SELECT set_config('booqing.administration', '{first}', true); \
         SELECT 1 FROM administration WHERE id = '{first}' FOR UPDATE;"
    );
    holder.batch_execute(&hold).await.expect("held");

    let begun = Arc::new(AtomicU64::new(0));
    let pushed = |desk: Desk, n| {
        let (storage, begun) = (Arc::clone(&storage), Arc::clone(&begun));
        tokio::task::spawn_blocking(move || {
            begun.fetch_add(1, Ordering::SeqCst);
            storage.push(desk, &push(desk, n), 0)
        })
    };
    let waiting: Vec<_> = (1..=WAITING).map(|_| pushed(desk(1), 1)).collect();
    // All of them are at it, and the database has one to keep waiting.
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    loop {
        let row = holder.query_one(waits, &[]).await.expect("asked");
        if begun.load(Ordering::SeqCst) == WAITING && row.get::<_, i64>(0) > 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    let others = pushed(desk(2), 1).await.expect("ran").expect("the database answers");
    assert_eq!(others.expect("stored").head, 1);
    assert!(waiting.iter().all(|one| !one.is_finished()), "they wait");

    holder.batch_execute("COMMIT").await.expect("let go");
    for one in waiting {
        let pushed = one.await.expect("ran").expect("the database answers");
        assert_eq!(pushed.expect("stored once, and told again").head, 1);
    }
}

/// Whose a certificate is cannot be looked up: nothing is said to the desk, which comes again. It is not told
/// that it is none.
#[tokio::test]
async fn a_desk_that_cannot_be_looked_up_is_no_stranger() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    crate::backing::meddle(hub.folder.path(), "ALTER TABLE desk RENAME TO gone");
    let answered = match Caller::connect(&hub, Some(&desk)).await {
        Ok(mut call) => call.send("GET", "/healthz", Vec::new()).await.is_ok(),
        Err(_) => false,
    };
    assert!(!answered, "it was served as somebody");
    assert_eq!(hub.counter(r#"booqing_hub_closed_total{reason="unknown"}"#).await, 1);
    crate::backing::meddle(hub.folder.path(), "ALTER TABLE gone RENAME TO desk");
    assert!(desk.pull(&hub, Cursor::default()).await.is_ok());
}

/// A database that does not know `LISTEN`: the hub serves, and tells desks to look for themselves.
#[test]
fn without_notifications_desks_are_told_to_look() {
    let url = booqing_scratch_postgres::database().expect("a database");
    // The folder of its socket, whose name has the port in it.
    let (user, place) = url.split_once('@').expect("a user");
    let (folder, rest) = place.split_once(':').expect("a folder");
    let (port, _) = rest.split_once('/').expect("a port");
    let between = tempfile::tempdir().expect("a folder");
    let socket = format!(".s.PGSQL.{port}");
    let there = Path::new(&folder.replace("%2F", "/")).join(&socket);
    forgets_listen(&between.path().join(socket), there);
    let folder = between.path().display().to_string().replace('/', "%2F");
    let (storage, _folder) = open(&format!("{user}@{folder}:{rest}"));
    let (tell, told) = mpsc::channel();
    let tell = std::sync::Mutex::new(tell);
    let heard = Arc::new(move |heard| {
        let _ = tell.lock().expect("a lock").send(heard);
    });
    storage.listen(heard).expect("it serves all the same");
    // Also while it has something to tell itself, all the time.
    let news = News { administration: Id([1; 16]), rev: 1 };
    for _ in 0..2 {
        let told = loop {
            storage.announce(news);
            match told.recv_timeout(Duration::from_millis(20)) {
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                told => break told,
            }
        };
        assert_eq!(told, Ok(Heard::Missed));
    }
}

/// Passes bytes on to a database, but for one word.
fn forgets_listen(at: &Path, database: PathBuf) {
    let listener = UnixListener::bind(at).expect("a socket");
    std::thread::spawn(move || {
        while let Ok((near, _)) = listener.accept() {
            let far = UnixStream::connect(&database).expect("connected");
            let (back_from, back_to) = (far.try_clone(), near.try_clone());
            std::thread::spawn(move || pass(near, far));
            std::thread::spawn(move || pass(back_from.expect("one"), back_to.expect("one")));
        }
    });
}

fn pass(mut from: UnixStream, mut to: UnixStream) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(length) = from.read(&mut bytes) {
        let some = &mut bytes[..length];
        // It comes whole: a statement of its own in a packet of its own.
        if let Some(at) = some.windows(7).position(|word| word == b"LISTEN ") {
            some[at..at + 7].copy_from_slice(b"LISTEM ");
        }
        if length == 0 || to.write_all(some).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
