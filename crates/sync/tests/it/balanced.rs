//! Two hubs on one database behind one TCP balancer: a desk meets another hub with every connection,
//! also within a sync, and notices nothing of it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use booqing_protocol::Invitation;
use booqing_sync::driver::News;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::fixture::{Desk, Office, id};

/// How many bytes a connection carries to a desk before the balancer lets go of it: after an answer of
/// a page or two the next question goes to the other hub.
const PATIENCE: usize = 5 * 1024;

/// A balancer that hands connections to each hub in turn, and how many each of them got.
async fn balancer(hubs: [SocketAddr; 2]) -> (SocketAddr, Arc<[AtomicUsize; 2]>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let counts = Arc::<[AtomicUsize; 2]>::default();
    let counted = Arc::clone(&counts);
    tokio::spawn(async move {
        let mut turn = 0;
        while let Ok((desk, _)) = listener.accept().await {
            turn = (turn + 1) % 2;
            counted[turn].fetch_add(1, Ordering::Relaxed);
            tokio::spawn(carry(desk, hubs[turn]));
        }
    });
    (address, counts)
}

/// Carries bytes both ways, until the hub has said a good deal and the desk asks again.
async fn carry(desk: TcpStream, hub: SocketAddr) -> std::io::Result<()> {
    let hub = TcpStream::connect(hub).await?;
    let ((mut from_desk, mut to_desk), (mut from_hub, mut to_hub)) =
        (desk.into_split(), hub.into_split());
    let said = Arc::new(AtomicUsize::new(0));
    let heard = Arc::clone(&said);
    let up = async move {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let length = from_desk.read(&mut buffer).await?;
            if length == 0 || heard.load(Ordering::Relaxed) > PATIENCE {
                return std::io::Result::Ok(());
            }
            to_hub.write_all(&buffer[..length]).await?;
        }
    };
    let down = async move {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let length = from_hub.read(&mut buffer).await?;
            if length == 0 {
                return std::io::Result::Ok(());
            }
            to_desk.write_all(&buffer[..length]).await?;
            said.fetch_add(length, Ordering::Relaxed);
        }
    };
    tokio::select! {
        up = up => up,
        down = down => down,
    }
}

/// Syncs until it comes to an end: what the balancer lets go of in the middle is asked again.
async fn get_through(desk: &mut Desk) {
    for _ in 0..50 {
        if matches!(desk.try_sync().await, Ok(summary) if summary.equal) {
            return;
        }
    }
    panic!("it does not get through");
}

#[tokio::test(flavor = "multi_thread")]
async fn desks_behind_a_balancer_meet_both_hubs_and_come_to_the_same() {
    let (office, _) = Office::open_on_postgres().await;
    let second = office.beside().await;
    let (address, counts) = balancer([office.address, second.address]).await;
    let address = address.to_string();
    let mut anna = office.first_desk().await;
    anna.at(&address);
    let mut bram = anna.colleague(2).await;
    bram.at(&address);
    let administration = anna.sealer.administration();
    let mut news = [
        News::listen(anna.client(&office.address.to_string()), administration).await,
        News::listen(anna.client(&second.address.to_string()), administration).await,
    ]
    .map(|news| news.expect("it listens"));
    for round in 0..10_u8 {
        let desks = [&mut anna, &mut bram];
        for (desk, own) in desks.into_iter().zip(0..) {
            for number in 0..12 {
                let id = id(1 + round * 24 + own * 12 + number);
                desk.create("client", id, json!({"number": "C", "note": "x".repeat(700)}));
            }
            get_through(desk).await;
            for news in &mut news {
                let told = tokio::time::timeout(Duration::from_secs(60), news.next()).await;
                told.expect("in time").expect("whichever hub stored it, both tell");
            }
        }
    }
    get_through(&mut anna).await;
    get_through(&mut bram).await;
    for desk in [&anna, &bram] {
        assert_eq!(desk.cache.read(|reader| reader.ids("client")).expect("read").len(), 240);
        assert_eq!(desk.waiting(), 0);
    }
    let met = [0, 1].map(|hub: usize| counts[hub].load(Ordering::Relaxed));
    assert!(met.iter().all(|count| *count > 5), "{met:?}");
}

/// A hub's program, which ends with this value.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The hub's program with these arguments, on a folder and a database.
fn program(arguments: &[&str], folder: &Path, url: &str) -> Command {
    let tests = std::env::current_exe().expect("this program");
    let path = tests.ancestors().nth(2).expect("where programs are").join("booqing-hub");
    // The tests of the workspace have built it with themselves; built alone it would be built once more.
    if !path.exists() {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "-p", "booqing-hub"]);
        let build = if cfg!(debug_assertions) { &mut build } else { build.arg("--release") };
        assert!(build.status().expect("cargo").success());
    }
    let mut command = Command::new(path);
    command.args(arguments).arg("--data").arg(folder).env("BOOQING_DATABASE", url);
    command
}

/// A program that serves, and where.
fn serve(folder: &Path, url: &str) -> (Program, SocketAddr) {
    let mut command = program(&["serve", "--listen", "127.0.0.1:0"], folder, url);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("started");
    let output = child.stdout.take().expect("its output");
    let program = Program(child);
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).expect("a line");
    let said: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    (program, said["listening"].as_str().expect("where").parse().expect("an address"))
}

/// The programs themselves. One of them is killed on the way, and whoever it served goes to the other.
#[tokio::test(flavor = "multi_thread")]
async fn desks_behind_a_balancer_go_on_when_one_of_two_programs_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = booqing_scratch_postgres::database().expect("a database");
    let (_first, one) = serve(folder.path(), &url);
    let (second, other) = serve(folder.path(), &url);
    let (address, counts) = balancer([one, other]).await;
    let address = address.to_string();
    let create = ["administration", "create", "Kantoor", "--address", &address];
    let made = program(&create, folder.path(), &url).output().expect("ran");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let line = String::from_utf8(made.stdout).expect("a line");
    let invitation = Invitation::from_line(line.trim()).expect("an invitation");
    let mut anna = Desk::join(&invitation, 1).await.expect("joined");
    let mut bram = anna.colleague(2).await;
    let mut second = Some(second);
    for round in 0..6_u8 {
        if round == 3 {
            drop(second.take());
        }
        for (desk, own) in [&mut anna, &mut bram].into_iter().zip(0..) {
            for number in 0..8 {
                let id = id(1 + round * 16 + own * 8 + number);
                desk.create("client", id, json!({"number": "C", "note": "x".repeat(700)}));
            }
            get_through(desk).await;
        }
    }
    get_through(&mut anna).await;
    get_through(&mut bram).await;
    for desk in [&anna, &bram] {
        assert_eq!(desk.cache.read(|reader| reader.ids("client")).expect("read").len(), 96);
        assert_eq!(desk.waiting(), 0);
    }
    let met = [0, 1].map(|hub: usize| counts[hub].load(Ordering::Relaxed));
    assert!(met.iter().all(|count| *count > 3), "{met:?}");
}
