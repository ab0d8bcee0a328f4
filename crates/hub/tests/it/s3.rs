//! The same chunks in a folder and in a store that speaks S3 and checks who asks.

use std::net::SocketAddr;

use booqing_hub::Objects;
use booqing_hub::objects::s3::Address;
use booqing_protocol::{ChunkName, Id};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use object_store::GetRange;
use object_store::aws::AmazonS3Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

const OFFICE: Id = Id([1; 16]);
const OTHER: Id = Id([2; 16]);

/// A store with one bucket.
struct Store {
    folder: tempfile::TempDir,
    address: SocketAddr,
}

impl Store {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("chunks")).expect("a bucket");
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).expect("a store"));
        service.set_auth(SimpleAuth::from_single("the-hub", "its secret"));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let http = Builder::new(TokioExecutor::new());
                    // It ends when the other end goes.
                    let _ = http.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { folder, address }
    }

    fn objects(&self, secret: &str, url: &str) -> Objects {
        let builder = AmazonS3Builder::new()
            .with_endpoint(format!("http://{}", self.address))
            .with_region("eu-central-1")
            .with_access_key_id("the-hub")
            .with_secret_access_key(secret);
        Objects::in_store(&Address::with(builder, url, None).expect("an address"))
            .expect("a client")
    }
}

/// Everything that is asked of a place for chunks.
async fn keeps_and_gives(objects: &Objects) {
    let chunk: Vec<u8> = (0..300_000_u32).map(|index| (index % 241) as u8).collect();
    let (name, absent) = (ChunkName::of(&chunk), ChunkName::of(b"absent"));
    let asked = [name, absent];
    assert_eq!(objects.lacking(OFFICE, &asked).await.expect("asked"), asked);
    for _ in 0..2 {
        objects.keep(OFFICE, name, chunk.clone().into()).await.expect("kept");
    }
    assert_eq!(objects.lacking(OFFICE, &asked).await.expect("asked"), [absent]);
    assert_eq!(objects.lacking(OTHER, &asked).await.expect("asked"), asked, "another's are not");

    let all = objects.give(OFFICE, name, None).await.expect("asked").expect("there");
    assert!(all.bytes == chunk && all.range == (0..300_000) && all.of == 300_000);
    let range = Some(GetRange::Offset(299_990));
    let end = objects.give(OFFICE, name, range).await.expect("asked").expect("there");
    assert!(end.bytes == chunk[299_990..] && end.of == 300_000, "{:?}", end.range);
    let range = Some(GetRange::Offset(300_000));
    let past = objects.give(OFFICE, name, range).await.expect("asked").expect("there");
    assert!(past.is_none());
    for (office, name) in [(OFFICE, absent), (OTHER, name)] {
        for range in [None, Some(GetRange::Offset(7))] {
            assert!(objects.give(office, name, range).await.expect("asked").is_none());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_and_a_store_keep_chunks_alike() {
    let folder = tempfile::tempdir().expect("a folder");
    let objects = Objects::in_folder(&folder.path().join("objects")).expect("a folder");
    keeps_and_gives(&objects).await;
    let store = Store::start().await;
    keeps_and_gives(&store.objects("its secret", "s3://chunks/hub/one")).await;
    // What one hub keeps in its folder of the bucket is nothing to another.
    keeps_and_gives(&store.objects("its secret", "s3://chunks/hub/two")).await;
    let kept = store.folder.path().join("chunks/hub/one").join(OFFICE.to_string());
    assert!(kept.is_dir(), "where the address says");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_does_not_know_the_hub_keeps_nothing_and_says_so() {
    let store = Store::start().await;
    let objects = store.objects("another secret", "s3://chunks");
    let kept = objects.keep(OFFICE, ChunkName::of(b"chunk"), b"chunk".to_vec().into()).await;
    let told = kept.expect_err("it is refused").to_string();
    assert!(told.starts_with("the store of chunks failed"), "{told}");
    assert!(!told.contains("another secret"), "{told}");
    let bucket = store.folder.path().join("chunks");
    assert_eq!(std::fs::read_dir(bucket).expect("listed").count(), 0);
}
