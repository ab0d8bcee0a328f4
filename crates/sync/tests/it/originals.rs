//! Originals and archives: sealed chunks to the hub and to other desks, over real TLS.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use booqing_model::Id;
use booqing_protocol::ChunkName;
use booqing_protocol::chunk::CHUNK_BYTES;
use booqing_store::ChunkFolder;
use booqing_sync::transfer::original::{self, Taken};
use booqing_sync::transfer::work::{TransferWork, stored_of};
use booqing_sync::transfer::{Errand, Event, Task, Transferred};
use booqing_sync::{Consent, SyncError, driver};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::fixture::{Desk, Office, id};

/// Bytes that are another with each seed.
fn bytes(seed: u8, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new().update(&[seed]).finalize_xof().fill(&mut bytes);
    bytes
}

fn work(desk: &Desk) -> TransferWork {
    TransferWork {
        cache: Arc::clone(&desk.cache),
        folder: ChunkFolder::open(&desk.folder.path().join("chunks")).expect("a folder"),
        administration: desk.sealer.administration(),
        surroundings: Arc::clone(&desk.surroundings),
    }
}

/// Makes chunks of bytes, as something that waits for the hub.
fn take(desk: &Desk, bytes: &[u8]) -> Taken {
    let folder = work(desk).folder;
    let taken = original::take(&desk.sealer, &folder, &mut Cursor::new(bytes)).expect("taken");
    desk.cache
        .write(|writer| {
            writer.batch(|batch| {
                taken.chunks.iter().try_for_each(|(name, bytes)| batch.add_chunk(name.0, *bytes, 1))
            })
        })
        .expect("noted");
    taken
}

/// Makes a chunk of bytes as they are, unsealed.
pub(crate) fn put_chunk(desk: &Desk, bytes: &[u8]) {
    let name = ChunkName::of(bytes);
    work(desk).folder.write(name.0, bytes).expect("written");
    let length = bytes.len() as u64;
    desk.cache
        .write(|writer| writer.batch(|batch| batch.add_chunk(name.0, length, 1)))
        .expect("noted");
}

/// A document with an original.
pub(crate) fn add(desk: &Desk, number: u8, bytes: &[u8]) -> Taken {
    let taken = take(desk, bytes);
    let value = json!({
        "fiscal_year": 2026, "document": id(100), "sha256": taken.sha256, "size": taken.size,
        "media_type": "application/pdf", "file_name": "bon.pdf", "stored": taken.stored,
    });
    desk.create("attachment", id(number), value);
    taken
}

/// A year with an archive.
pub(crate) fn archive(desk: &Desk, year: u8, bytes: &[u8]) -> Taken {
    let taken = take(desk, bytes);
    let value: Value = json!({
        "fiscal_year": 2000 + i64::from(year), "state": "sealed", "starts": "2020-01-01",
        "ends": "2020-12-31", "archive_sha256": taken.sha256, "archive_size": taken.size,
        "archive": taken.stored,
    });
    desk.create("fiscal_year", id(year), value);
    taken
}

pub(crate) fn pin(desk: &Desk, record: Id) {
    desk.cache.write(|writer| writer.batch(|batch| batch.pin(record, true))).expect("pinned");
}

async fn carry(desk: &mut Desk, errand: Errand) -> Result<Transferred, SyncError> {
    let work = work(desk);
    driver::transfer(&work, &mut desk.hub, errand, |_| ()).await
}

pub(crate) async fn carry_all(desk: &mut Desk) -> Transferred {
    carry(desk, Errand::All).await.expect("carried")
}

/// The bytes of an original, as far as they are here.
pub(crate) fn read(desk: &Desk, record: Id) -> Result<Vec<u8>, SyncError> {
    let fields = desk.fields("attachment", record).expect("the record came");
    let stored = stored_of(&fields).expect("it says where the bytes are");
    let mut bytes = Vec::new();
    let sha256 = fields.text("sha256").expect("a hash");
    original::write(&work(desk).folder, &stored, sha256, &mut bytes)?;
    Ok(bytes)
}

fn names(taken: &Taken) -> Vec<ChunkName> {
    taken.chunks.iter().map(|(name, _)| *name).collect()
}

/// Every file of the hub's store of chunks.
fn at_hub(office: &Office) -> Vec<std::path::PathBuf> {
    let objects = office.folder.path().join("objects");
    let found = crate::operator::files(&objects);
    found.into_iter().map(|(path, _)| path.into()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_goes_to_the_hub_and_comes_where_it_is_kept_or_asked_for() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let scan = bytes(1, 2 * CHUNK_BYTES + 77);
    let taken = add(&anna, 1, &scan);
    assert_eq!(carry_all(&mut anna).await, Transferred::default(), "the hub is not known yet");
    anna.sync().await;
    assert_eq!(carry_all(&mut anna).await, Transferred { sent: 3, came: 0, absent: 0 });
    assert_eq!(carry_all(&mut anna).await, Transferred::default(), "once");

    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    assert_eq!(carry_all(&mut bram).await, Transferred::default(), "nobody wants it here");
    assert!(matches!(read(&bram, id(1)), Err(SyncError::ChunkLost { .. })));
    pin(&bram, id(1));
    assert_eq!(carry_all(&mut bram).await, Transferred { sent: 0, came: 3, absent: 0 });
    assert!(read(&bram, id(1)).expect("here") == scan);

    let mut carla = anna.colleague(3).await;
    carla.sync().await;
    let asked = Errand::These(names(&taken));
    let came = carry(&mut carla, asked).await.expect("fetched");
    assert_eq!(came, Transferred { sent: 0, came: 3, absent: 0 });
    assert!(read(&carla, id(1)).expect("here") == scan);
    // Nothing of the file is at the hub, and the same file is there once.
    for path in at_hub(&office) {
        let chunk = std::fs::read(&path).expect("a chunk");
        assert!(!chunk.windows(16).any(|window| window == &scan[..16]), "{}", path.display());
    }
    add(&bram, 2, &scan);
    bram.sync().await;
    assert_eq!(carry_all(&mut bram).await.sent, 0, "it is there already");
    assert_eq!(at_hub(&office).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_that_was_not_sent_yet_is_absent_and_comes_later() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let taken = add(&anna, 1, b"a receipt");
    add(&anna, 2, b"another");
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    pin(&bram, id(1));
    assert_eq!(carry_all(&mut bram).await, Transferred { sent: 0, came: 0, absent: 1 });
    carry_all(&mut anna).await;
    assert_eq!(carry_all(&mut bram).await, Transferred { sent: 0, came: 1, absent: 0 });
    assert_eq!(read(&bram, id(1)).expect("here"), b"a receipt");

    // Damaged on this disk before it was sent, or gone: it is named, and what is whole goes.
    let folder = work(&anna).folder;
    let lost = add(&anna, 3, b"lost before it was sent");
    let whole = add(&anna, 4, b"whole");
    folder.write(lost.chunks[0].0.0, b"damaged").expect("written");
    let failed = carry(&mut anna, Errand::All).await.expect_err("it is told");
    assert!(matches!(failed, SyncError::ChunkLost { name } if name == lost.chunks[0].0));
    assert_eq!(carry_all(&mut anna).await, Transferred::default(), "it is told once");
    let there: Vec<String> = at_hub(&office)
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    assert!(there.contains(&whole.chunks[0].0.to_string()));
    assert!(there.contains(&taken.chunks[0].0.to_string()));
    assert!(!there.contains(&lost.chunks[0].0.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_gives_other_bytes_is_named_and_nothing_of_them_is_taken_in() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let scan = bytes(2, CHUNK_BYTES + 9);
    let taken = add(&anna, 1, &scan);
    anna.sync().await;
    carry_all(&mut anna).await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    pin(&bram, id(1));

    let altered = taken.chunks[0].0;
    let path = at_hub(&office).into_iter().find(|path| path.ends_with(altered.to_string()));
    let path = path.expect("it is there");
    let good = std::fs::read(&path).expect("read");
    let mut bad = good.clone();
    bad[1000] ^= 1;
    let cut = good[..500].to_vec();
    let mut long = good.clone();
    long.extend_from_slice(&[0; 64]);
    for wrong in [bad, cut, Vec::new(), long] {
        std::fs::write(&path, &wrong).expect("written");
        let failed = carry(&mut bram, Errand::All).await.expect_err("it is told");
        let is_named = match &failed {
            SyncError::ChunkAltered { name } => *name == altered,
            // More than a chunk can have is not even read.
            SyncError::Framing(_) => wrong.len() > good.len(),
            _ => false,
        };
        assert!(is_named, "{} bytes: {failed:?}", wrong.len());
        assert!(!bram.cache.read(|reader| reader.has_chunk(altered.0)).expect("read"));
    }
    std::fs::write(&path, &good).expect("written");
    carry_all(&mut bram).await;
    assert!(read(&bram, id(1)).expect("here") == scan);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_was_put_back_gets_again_what_it_lost() {
    let mut office = Office::open().await;
    let mut anna = office.first_desk().await;
    add(&anna, 1, b"a receipt");
    anna.sync().await;
    carry_all(&mut anna).await;
    assert_eq!(at_hub(&office).len(), 1);
    office.close().await;
    std::fs::remove_dir_all(office.folder.path().join("objects")).expect("lost");
    let office = office.reopen().await;
    office.service.put_back().expect("said");
    assert_eq!(carry_all(&mut anna).await.sent, 0, "what it said is believed until then");
    anna.sync_agreeing(Consent { put_back: true, deletions: false }).await.expect("synced");
    assert_eq!(carry_all(&mut anna).await.sent, 1);
    assert_eq!(at_hub(&office).len(), 1);

    // Its operator forgot to say so, and a person at the desk does.
    std::fs::remove_dir_all(office.folder.path().join("objects")).expect("lost");
    anna.sync_agreeing(Consent { put_back: true, deletions: false }).await.expect("synced");
    assert_eq!(carry_all(&mut anna).await.sent, 1);
}

/// A proxy that closes each connection after so many bytes in each direction, and counts them.
struct Cutting {
    address: String,
    went: Arc<[AtomicUsize; 2]>,
    connections: Arc<AtomicUsize>,
}

impl Cutting {
    async fn before(target: String, after: [usize; 2]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let went: Arc<[AtomicUsize; 2]> = Arc::default();
        let connections: Arc<AtomicUsize> = Arc::default();
        let (counted, opened) = (Arc::clone(&went), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((desk, _)) = listener.accept().await {
                opened.fetch_add(1, Ordering::Relaxed);
                let hub = TcpStream::connect(&target).await.expect("the hub");
                let counted = Arc::clone(&counted);
                tokio::spawn(async move {
                    let (mut from_desk, mut to_desk) = desk.into_split();
                    let (mut from_hub, mut to_hub) = hub.into_split();
                    tokio::select! {
                        () = pass(&mut from_desk, &mut to_hub, after[0], &counted[0]) => {}
                        () = pass(&mut from_hub, &mut to_desk, after[1], &counted[1]) => {}
                    }
                });
            }
        });
        Self { address, went, connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    fn went(&self, way: usize) -> usize {
        self.went[way].load(Ordering::Relaxed)
    }
}

/// Passes so many bytes on.
async fn pass(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    mut left: usize,
    went: &AtomicUsize,
) {
    let mut buffer = vec![0; 16 * 1024];
    while left > 0 {
        let room = left.min(buffer.len());
        let Ok(read @ 1..) = from.read(&mut buffer[..room]).await else { return };
        went.fetch_add(read, Ordering::Relaxed);
        left -= read;
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}

/// Carries until everything is there, however often the connection is cut.
async fn carry_through(desk: &mut Desk) {
    for attempt in 1..200 {
        match carry(desk, Errand::All).await {
            Ok(_) => return,
            Err(SyncError::Unreachable { .. } | SyncError::Silent) => {}
            Err(other) => panic!("attempt {attempt}: {other:?}"),
        }
    }
    panic!("it does not get through");
}

/// Archives of the size of a year of 125,000 records, over connections that are cut all the time: what
/// came stays, to the byte.
#[tokio::test(flavor = "multi_thread")]
async fn archives_come_newest_first_and_go_on_where_they_were_cut() {
    const SIZE: usize = 20_000_000;
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let older = archive(&anna, 24, &bytes(3, SIZE));
    let newer = archive(&anna, 25, &bytes(4, SIZE));
    add(&anna, 1, b"a receipt");
    anna.sync().await;

    // On the way up, a cut costs at most the chunk that was on its way.
    let up = Cutting::before(office.address.to_string(), [3_000_000, usize::MAX]).await;
    carry_through(anna.at(&up.address)).await;
    assert!(up.connections() > 10, "it was cut");
    assert_eq!(at_hub(&office).len(), 41);
    let (up, needed) = (up.went(0), 2 * SIZE);
    assert!(up < needed * 3 / 2, "{up} bytes went up for {needed}");

    anna.at(&office.address.to_string());
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    pin(&bram, id(1));
    let Event::Wanting(wanted) = work(&bram).perform(&Task::Want).expect("planned") else {
        panic!("what is wanted")
    };
    let archives = names(&newer).into_iter().chain(names(&older));
    assert!(wanted[..40].iter().copied().eq(archives), "the newest year first");
    assert_eq!(wanted.len(), 41, "and then what this desk keeps");

    // On the way down it costs what TLS had not given yet.
    let down = Cutting::before(office.address.to_string(), [usize::MAX, 700_001]).await;
    carry_through(bram.at(&down.address)).await;
    let cuts = down.connections();
    assert!(cuts > 50, "it was cut");
    let (down, needed) = (down.went(1), 2 * SIZE);
    assert!(down < needed + cuts * 40_000, "{down} bytes came down for {needed}");
    for (year, taken, seed) in [(24, &older, 3), (25, &newer, 4)] {
        let fields = bram.fields("fiscal_year", id(year)).expect("it came");
        let stored = fields.get("archive").expect("an archive").clone();
        let stored = serde_json::from_value(stored).expect("where it is");
        let mut came = Vec::new();
        original::write(&work(&bram).folder, &stored, &taken.sha256, &mut came).expect("whole");
        assert!(came == bytes(seed, SIZE), "20{year}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn room_is_made_of_what_is_at_the_hub_and_nobody_keeps() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let kept = add(&anna, 1, &bytes(5, 1000));
    let year = archive(&anna, 25, &bytes(6, 1000));
    let old = add(&anna, 2, &bytes(7, 1000));
    let new = add(&anna, 3, &bytes(8, 1000));
    pin(&anna, id(1));
    anna.sync().await;
    carry_all(&mut anna).await;
    let waiting = add(&anna, 4, &bytes(9, 1000));
    let used = [new.chunks[0].0.0];
    anna.cache.write(|writer| writer.batch(|batch| batch.use_chunks(&used, 9))).expect("used");

    let here = |taken: &Taken| {
        let name = taken.chunks[0].0.0;
        let row = anna.cache.read(|reader| reader.has_chunk(name)).expect("read");
        let file = work(&anna).folder.read(name).expect("read").is_some();
        assert_eq!(row, file, "the row and the file");
        row
    };
    work(&anna).make_room(4 * 1016).expect("made");
    let all = [&kept, &year, &old, &new, &waiting].map(here);
    assert_eq!(all, [true, true, false, true, true], "what was not used for longest");
    work(&anna).make_room(0).expect("made");
    let all = [&kept, &year, &old, &new, &waiting].map(here);
    assert_eq!(all, [true, true, false, false, true]);
}
