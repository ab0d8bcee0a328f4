//! Two administrations at one hub: whatever a desk of one asks, no byte of the other comes back.

use booqing_hub::Endpoint;
use booqing_protocol::chunk::{CHUNKS, Offer};
use booqing_protocol::compare::{Compare, Compared, Contents, Fetch, Fetched, Range};
use booqing_protocol::message::{
    Answer, ChangeSet, Cursor, Invite, Join, Outgoing, Page, Pull, Push,
};
use booqing_protocol::recall::{Between, Recall};
use booqing_protocol::scan::{Scan, Scanned, Stretch, Survey};
use booqing_protocol::waiting::Wait;
use booqing_protocol::{
    ChunkName, Hash, Id, LARGEST_MESSAGE, Part, PartClass, Route, Routing, SealedRecord, VERSION,
    decode, encode,
};
use http_body_util::{BodyExt, Limited};

use crate::fixture::{Caller, Desk, Hub};

/// Values that are nowhere but in the first administration.
const CLASS: &str = "marked-class";
const WORD: &str = "marked-word";
const NAME: &str = "Marked & Sons";
const DESK: &str = "desk 161";
const BUNDLE: &[u8] = b"marked bundle";
const PART: &[u8] = b"marked part";
const SEED: &[u8; 12] = b"marked seed!";
const MARKS: [&[u8]; 6] =
    [CLASS.as_bytes(), WORD.as_bytes(), NAME.as_bytes(), DESK.as_bytes(), BUNDLE, PART];
/// A chunk of the first.
const CHUNK: &[u8] = b"a marked chunk";
const YEAR: i64 = 2031;
const RECORD: Id = Id(*b"a marked record!");
/// The id of the first desk.
const AUTHOR: Id = Id([0xa1; 16]);

/// A record with all marks. The second version shows that what passed is kept apart too.
fn marked(version: u64, lineage: Hash) -> SealedRecord {
    SealedRecord {
        id: RECORD,
        class: CLASS.to_owned(),
        version,
        lineage,
        author: AUTHOR,
        routing: Routing(
            [
                ("fiscal_year".to_owned(), Route::Number(YEAR)),
                ("state".to_owned(), Route::Word(WORD.to_owned())),
            ]
            .into(),
        ),
        parts: vec![Part { class: PartClass::Working, sealed: PART.to_vec().into(), seed: None }],
        deleted: false,
        seed: (*SEED).into(),
    }
}

fn set(n: u64, records: &[SealedRecord]) -> ChangeSet {
    let bytes = |record: &SealedRecord| record.to_bytes().expect("bytes");
    let outgoing = |record| Outgoing { record: bytes(record).into() };
    ChangeSet { n, records: records.iter().map(outgoing).collect() }
}

/// Everything a desk may ask about the first administration, as a desk of this one.
fn questions(as_one_of: Id, by: Id, proof: Hash) -> Vec<(&'static str, Vec<u8>)> {
    let (version, administration) = (VERSION, as_one_of);
    let first = marked(1, Hash::default());
    let lineage = Hash::default().followed_by(Hash::of(&first.to_bytes().expect("bytes")));
    let mut questions = Vec::new();
    let mut ask = |path, bytes| questions.push((path, bytes));
    for (epoch, rev) in [(0, 0), (0, 1), (u64::MAX, 0), (u64::MAX, u64::MAX)] {
        let pull = Pull { version, administration, cursor: Cursor { epoch, rev }, whole: 0 };
        ask("/v1/pull", encode(&pull).expect("bytes"));
    }
    let whole = Range::whole(CLASS, YEAR);
    for ranges in [vec![], vec![whole.clone(), whole.narrowed(b'!' & 15)]] {
        ask("/v1/compare", encode(&Compare { version, administration, ranges }).expect("bytes"));
    }
    let fetch = Fetch { version, administration, records: vec![RECORD, AUTHOR] };
    ask("/v1/fetch", encode(&fetch).expect("bytes"));
    ask("/v1/manifest", encode(&Survey { version, administration }).expect("bytes"));
    for known in [Cursor::default(), Cursor { epoch: u64::MAX, rev: 9 }] {
        let wait = Wait { version, administration, known, seconds: 0 };
        ask("/v1/wait", encode(&wait).expect("bytes"));
    }
    let names = vec![ChunkName::of(CHUNK)];
    ask("/v1/offer", encode(&Offer { version, administration, names }).expect("bytes"));
    for epoch in [0, u64::MAX] {
        let bucket = Stretch::Bucket { class: CLASS.to_owned(), fiscal_year: YEAR };
        let stretches = vec![bucket, Stretch::Deleted];
        let at = Cursor { epoch, rev: 0 };
        let scan = Scan { version, administration, at, stretches, after: None };
        ask("/v1/scan", encode(&scan).expect("bytes"));
        let records = vec![Between { id: RECORD, after: 0, before: u64::MAX }];
        let recall = Recall { version, administration, epoch, records };
        ask("/v1/recall", encode(&recall).expect("bytes"));
    }
    // A number that the first administration has results for, and a change upon its record.
    let mut upon = marked(2, lineage);
    upon.author = by;
    for changes in [vec![], vec![set(1, &[])], vec![set(2, &[upon])]] {
        let acknowledged = Cursor::default();
        let push = Push { version, administration, acknowledged, changes };
        ask("/v1/push", encode(&push).expect("bytes"));
    }
    let invite = Invite { proof, bundle: vec![0].into(), seconds: 1 };
    ask("/v1/invite", encode(&invite).expect("bytes"));
    let request = vec![0x30, 0].into();
    let join = Join { version, proof, desk: AUTHOR, name: "other".to_owned(), request };
    ask("/v1/join", encode(&join).expect("bytes"));
    questions
}

/// Nothing that can be asked of a hub is left out.
#[test]
fn everything_that_can_be_asked_is_asked() {
    let asked = questions(Id([1; 16]), Id([2; 16]), Hash::default());
    for endpoint in Endpoint::ALL {
        let is_asked = asked.iter().any(|(path, _)| *path == endpoint.path());
        assert!(is_asked, "{} is not among the questions", endpoint.path());
    }
}

/// A desk of each administration.
async fn two(hub: &Hub) -> (Desk, Desk) {
    let first = hub.join(&hub.administration(NAME), 0xa1).await.expect("joined");
    let other = hub.join(&hub.administration("Other"), 0xb2).await.expect("joined");
    (first, other)
}

/// The whole answer, head and body, as the bytes that came; behind them the records of a page, whose
/// envelopes are compressed on the way.
async fn answer(hub: &Hub, desk: Option<&Desk>, path: &str, body: Vec<u8>) -> Vec<u8> {
    let mut caller = Caller::connect(hub, desk).await.expect("connected");
    let answer = caller.send("POST", path, body).await.expect("answered");
    let mut bytes = format!("{:?}", answer.headers()).into_bytes();
    let body = Limited::new(answer.into_body(), LARGEST_MESSAGE).collect().await;
    let body = body.expect("a body").to_bytes();
    bytes.extend_from_slice(&body);
    let records = match (decode(&body), decode(&body), decode(&body)) {
        (Ok(Answer::Done(Page { records, .. })), ..) => records,
        (_, Ok(Answer::Done(Fetched { records, .. })), _) => records,
        (.., Ok(Answer::Done(Scanned { records, .. }))) => records,
        _ => Vec::new(),
    };
    records.iter().for_each(|record| bytes.extend_from_slice(&record.record));
    bytes
}

/// What is given of a chunk by its name, by each way of asking, and whether that name can be taken for other
/// bytes.
async fn chunk(hub: &Hub, desk: Option<&Desk>) -> Vec<u8> {
    let path = format!("{CHUNKS}{}", ChunkName::of(CHUNK));
    let mut given = Vec::new();
    for (method, body) in [("GET", &b""[..]), ("HEAD", b""), ("PUT", b"other bytes")] {
        let mut caller = Caller::connect(hub, desk).await.expect("connected");
        let answer = caller.send(method, &path, body.to_vec()).await.expect("answered");
        given.extend(format!("{:?}", answer.headers()).into_bytes());
        let body = Limited::new(answer.into_body(), LARGEST_MESSAGE).collect().await;
        given.extend(body.expect("a body").to_bytes());
    }
    given
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

#[tokio::test]
async fn nothing_of_one_administration_is_in_an_answer_to_another() {
    let hub = Hub::start().await;
    let (first, other) = two(&hub).await;
    let one = marked(1, Hash::default());
    let lineage = Hash::default().followed_by(Hash::of(&one.to_bytes().expect("bytes")));
    let two = marked(2, lineage);
    first.outcomes(&hub, vec![set(1, &[one]), set(2, std::slice::from_ref(&two))]).await;
    let kept = first.call(&hub).await;
    crate::chunks::keep_whole(kept, CHUNK).await;
    // An invitation that waits: its bundle is for whoever has its secret.
    let proof = Hash(*b"a marked proof!!");
    let invite = Invite { proof, bundle: BUNDLE.to_vec().into(), seconds: 600 };
    let () = first.call(&hub).await.ask("/v1/invite", &invite).await.expect("invited");
    // Something of its own, so that its answers are not merely empty.
    let mut own = marked(1, Hash::default());
    (own.id, own.class) = (Id([7; 16]), "client".to_owned());
    (own.routing, own.parts) = (Routing::default(), Vec::new());
    (own.author, own.seed) = (other.id, [7; 12].into());
    other.outcomes(&hub, vec![set(1, &[own])]).await;

    // The control: the first desk's own answers hold what is asked about.
    assert_eq!(first.joined.name, NAME);
    let mut seen = chunk(&hub, Some(&first)).await;
    for (path, body) in questions(first.administration, first.id, Hash([3; 16])) {
        seen.extend(answer(&hub, Some(&first), path, body).await);
    }
    for mark in [CLASS.as_bytes(), WORD.as_bytes(), PART, &RECORD.0, &AUTHOR.0, SEED, CHUNK] {
        assert!(holds(&seen, mark), "{} is found where it is", String::from_utf8_lossy(mark));
    }

    let ids = [RECORD.0.to_vec(), AUTHOR.0.to_vec(), first.administration.0.to_vec()];
    let hashes = [SEED.to_vec(), lineage.0.to_vec()];
    let secret = hashes.iter().chain(&ids).map(Vec::as_slice).chain(MARKS);
    let secret: Vec<&[u8]> = secret.collect();
    let wrong = Hash([4; 16]);
    for administration in [first.administration, other.administration] {
        for (path, body) in questions(administration, other.id, wrong) {
            for desk in [Some(&other), None] {
                let given = answer(&hub, desk, path, body.clone()).await;
                // What stands in the question says nothing when it comes back.
                for mark in secret.iter().filter(|mark| !holds(&body, mark)) {
                    assert!(
                        !holds(&given, mark),
                        "{path}, {}, gives {}",
                        if desk.is_some() { "another's desk" } else { "a stranger" },
                        String::from_utf8_lossy(mark)
                    );
                }
            }
        }
    }
    for desk in [Some(&other), None] {
        let given = chunk(&hub, desk).await;
        assert!(!secret.iter().chain([&CHUNK]).any(|mark| holds(&given, mark)), "a chunk");
    }
    // A stream of notifications that began before says nothing of what the first does.
    let mut call = other.call(&hub).await;
    let answer = call.send("GET", "/v1/events", Vec::new()).await.expect("answered");
    let mut events = answer.into_body();
    let mut third = two;
    (third.version, third.lineage) =
        (3, third.lineage.followed_by(Hash::of(&third.to_bytes().expect("bytes"))));
    first.outcomes(&hub, vec![set(3, std::slice::from_ref(&third))]).await;
    let mut own = marked(1, Hash::default());
    (own.id, own.class) = (Id([8; 16]), "client".to_owned());
    (own.routing, own.parts) = (Routing::default(), Vec::new());
    (own.author, own.seed) = (other.id, [8; 12].into());
    let last = other.pull_all(&hub).await.1.cursor.rev;
    other.outcomes(&hub, vec![set(3, &[own])]).await;
    let said = crate::events::next(&mut events).await.expect("an event");
    assert_eq!(said, format!("data: {{\"rev\":{}}}\n\n", last + 1), "of its own change alone");
    // What the other asked changed nothing of the first.
    let (records, page) = first.pull_all(&hub).await;
    assert_eq!(records.len(), 1);
    assert_eq!(page.cursor.rev, 3);
}

/// The ids of records are a desk's own choice: those of one administration mean nothing in another.
#[tokio::test]
async fn the_same_ids_in_two_administrations_are_two_records() {
    let hub = Hub::start().await;
    let (first, other) = two(&hub).await;
    let mine = marked(1, Hash::default());
    let mut theirs = mine.clone();
    theirs.author = other.id;
    theirs.parts[0].sealed = b"theirs".to_vec().into();
    first.outcomes(&hub, vec![set(1, std::slice::from_ref(&mine))]).await;
    other.outcomes(&hub, vec![set(1, std::slice::from_ref(&theirs))]).await;
    for (desk, record) in [(&first, mine), (&other, theirs)] {
        let (records, _) = desk.pull_all(&hub).await;
        assert_eq!(records, [(1, record.to_bytes().expect("bytes"))]);
        let ranges = vec![Range::whole(CLASS, YEAR)];
        let asked = Compare { version: VERSION, administration: desk.administration, ranges };
        let compared: Compared =
            desk.call(&hub).await.ask("/v1/compare", &asked).await.expect("compared");
        let [Contents::Records(counted)] = &compared.ranges[..] else { panic!("one record") };
        assert_eq!(counted[0].hash, Hash::of(&record.to_bytes().expect("bytes")));
    }
}
