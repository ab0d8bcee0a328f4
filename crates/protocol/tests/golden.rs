//! The frames of the protocol as it stands: every message, byte for byte. They freeze with the first
//! release; until then `cargo xtask docs` writes them again when one is changed on purpose.

#![allow(clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use booqing_protocol::chunk::{Kept, Lacking, Offer};
use booqing_protocol::compare::{Compare, Compared, Contents, Counted, Fetch, Fetched, Range};
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::{
    Answer, ChangeResult, ChangeSet, Cursor, Incoming, Invite, Join, Joined, Occupied, Outcome,
    Outgoing, Page, Passed, Pull, Push, Pushed,
};
use booqing_protocol::recall::{Between, Recall, Recalled, Versions};
use booqing_protocol::scan::{Manifest, Scan, Scanned, Stretch, Survey};
use booqing_protocol::waiting::{Wait, Waited};
use booqing_protocol::{
    ChunkName, Digest, Hash, Id, Part, PartClass, Refusal, Route, Routing, SealedRecord, decode,
    encode,
};
use minicbor::{Decode, Encode};

/// The frames, each by its name.
struct Frames(BTreeMap<&'static str, Vec<u8>>);

impl Frames {
    /// Adds a frame, which reads as what was written.
    #[expect(clippy::needless_pass_by_value, reason = "it is made for this")]
    fn add<T>(&mut self, name: &'static str, value: T)
    where
        T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + std::fmt::Debug,
    {
        let bytes = encode(&value).expect("bytes");
        assert_eq!(decode::<T>(&bytes).expect("a message"), value, "{name}");
        assert!(self.0.insert(name, bytes).is_none(), "{name} is there twice");
    }
}

const ADMINISTRATION: Id = Id([0xad; 16]);
const DESK: Id = Id([0xde; 16]);
const RECORD: Id = Id([0x01; 16]);
const AT: Cursor = Cursor { epoch: 0x1122_3344_5566_7788, rev: 300 };

fn record() -> SealedRecord {
    SealedRecord {
        id: RECORD,
        class: "booking".to_owned(),
        version: 2,
        lineage: Hash([0x11; 16]),
        author: DESK,
        routing: Routing(BTreeMap::from([
            ("fiscal_year".to_owned(), Route::Number(2026)),
            ("state".to_owned(), Route::Word("confirmed".to_owned())),
            ("exclusive".to_owned(), Route::Flag(true)),
            ("resource".to_owned(), Route::Record(Id([0x02; 16]))),
        ])),
        parts: vec![
            Part { class: PartClass::Working, sealed: vec![1, 2, 3].into(), seed: None },
            Part { class: PartClass::Statutory, sealed: vec![4, 5].into(), seed: None },
            Part {
                class: PartClass::Personal,
                sealed: vec![6].into(),
                seed: Some([0x99; 12].into()),
            },
        ],
        seed: [0x23; 12].into(),
        deleted: false,
    }
}

fn frames() -> Frames {
    let mut frames = Frames(BTreeMap::new());
    let bytes = record().to_bytes().expect("bytes");
    frames.0.insert("record", bytes.clone());
    let deleted = SealedRecord { parts: Vec::new(), deleted: true, version: 3, ..record() };
    frames.0.insert("record deleted", deleted.to_bytes().expect("bytes"));
    let records = vec![Outgoing { record: bytes.clone().into() }];
    frames.add(
        "push",
        Push {
            version: 1,
            administration: ADMINISTRATION,
            acknowledged: AT,
            changes: vec![ChangeSet { n: 7, records }, ChangeSet { n: 8, records: Vec::new() }],
        },
    );
    let outcomes = [
        ("result accepted", Outcome::Accepted { rev: 301 }),
        ("result stale", Outcome::Stale { records: vec![RECORD] }),
        (
            "result refused",
            Outcome::Refused { code: "class_changed".to_owned(), record: Some(RECORD) },
        ),
        (
            "result occupied",
            Outcome::Occupied { records: vec![Occupied { record: RECORD, by: Id([0x02; 16]) }] },
        ),
        ("result not next", Outcome::NotNext { record: RECORD }),
    ];
    for (name, outcome) in outcomes {
        frames.add(name, ChangeResult { n: 7, outcome });
    }
    for (name, root) in [("pushed", None), ("pushed alone", Some(Hash([0x45; 16])))] {
        let results = vec![vec![0x82].into()];
        frames.add(name, Answer::Done(Pushed { results, head: 301, root }));
    }
    frames.add("pull", Pull { version: 1, administration: ADMINISTRATION, cursor: AT, whole: 299 });
    let passed = vec![Passed { rev: 12, hash: Hash([0x33; 16]) }];
    let incoming =
        || Incoming { passed: passed.clone(), ..Incoming::alone(301, bytes.clone().to_vec()) };
    frames.add(
        "page",
        Answer::Done(Page {
            cursor: AT,
            records: vec![incoming()],
            root: Some(Hash([0x44; 16])),
            total: 9,
            since: 1,
        }),
    );
    let range = Range { class: "booking".to_owned(), fiscal_year: 2026, tail: vec![1, 15].into() };
    frames.add(
        "compare",
        Compare { version: 1, administration: ADMINISTRATION, ranges: vec![range] },
    );
    let bucket = Bucket { count: 2, sum: Hash([0x55; 16]) };
    let digest = Digest(BTreeMap::from([(("booking".to_owned(), 2026), bucket)]));
    let counted = vec![Counted { id: RECORD, hash: Hash([0x66; 16]) }];
    frames.add(
        "compared",
        Answer::Done(Compared {
            cursor: AT,
            since: 1,
            last_n: 8,
            digest: Some(digest),
            ranges: vec![Contents::Parts(vec![bucket; 16]), Contents::Records(counted)],
        }),
    );
    frames
        .add("fetch", Fetch { version: 1, administration: ADMINISTRATION, records: vec![RECORD] });
    frames.add(
        "fetched",
        Answer::Done(Fetched { cursor: AT, answered: 1, records: vec![incoming()] }),
    );
    frames.add("survey", Survey { version: 1, administration: ADMINISTRATION });
    let holdings = Digest(BTreeMap::from([(("booking".to_owned(), 2026), bucket)]));
    frames.add("manifest", Answer::Done(Manifest { at: AT, since: 1, holdings, deleted: 4 }));
    let stretches =
        vec![Stretch::Bucket { class: "booking".to_owned(), fiscal_year: 2026 }, Stretch::Deleted];
    frames.add(
        "scan",
        Scan { version: 1, administration: ADMINISTRATION, at: AT, stretches, after: Some(RECORD) },
    );
    let records = vec![incoming()];
    frames.add("scanned", Answer::Done(Scanned { records, ended: 1, after: Some(RECORD) }));
    let records = vec![Incoming { rest: Some(12), ..incoming() }];
    let cut = Scanned { records, ended: 1, after: Some(RECORD) };
    frames.add("scanned without room for all that passed", Answer::Done(cut));
    let between = vec![Between { id: RECORD, after: 12, before: 301 }];
    frames.add(
        "recall",
        Recall { version: 1, administration: ADMINISTRATION, epoch: 7, records: between },
    );
    let told = vec![
        Versions { passed: passed.clone(), rest: Some(12) },
        Versions { passed: passed.clone(), rest: None },
    ];
    frames.add("recalled", Answer::Done(Recalled { records: told }));
    let names = vec![ChunkName([0xcc; 32])];
    let offer = Offer { version: 1, administration: ADMINISTRATION, names: names.clone() };
    frames.add("offer", offer);
    frames.add("lacking", Answer::Done(Lacking { names }));
    frames.add("kept", Answer::Done(Kept { bytes: 1_048_592 }));
    frames.add("wait", Wait { version: 1, administration: ADMINISTRATION, known: AT, seconds: 50 });
    frames.add("waited", Answer::Done(Waited { head: AT }));
    frames.add(
        "join",
        Join {
            version: 1,
            proof: Hash([0x77; 16]),
            desk: DESK,
            name: "Balie".to_owned(),
            request: vec![0x30].into(),
        },
    );
    frames.add(
        "joined",
        Answer::Done(Joined {
            administration: ADMINISTRATION,
            name: "Kantoor".to_owned(),
            certificate: vec![0x30].into(),
            bundle: Some(vec![9].into()),
        }),
    );
    frames.add("invite", Invite { proof: Hash([0x88; 16]), bundle: vec![9].into(), seconds: 600 });
    let refusals = [
        Refusal::Gap { expected: 5 },
        Refusal::ForkedDesk { n: 4 },
        Refusal::EpochChanged,
        Refusal::UnknownDesk,
        Refusal::WrongAdministration,
        Refusal::Malformed { reason: "?".to_owned() },
        Refusal::TooLarge,
        Refusal::UpgradeRequired { minimum: 2 },
        Refusal::InvitationInvalid,
        Refusal::HubFailed,
        Refusal::NoChunk,
        Refusal::OtherChunk,
    ];
    for refusal in refusals {
        frames.add(name_of(&refusal), Answer::<()>::Refused(refusal));
    }
    frames
}

/// A refusal that is added has a frame as well: it does not compile otherwise.
fn name_of(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Gap { .. } => "refused gap",
        Refusal::ForkedDesk { .. } => "refused forked_desk",
        Refusal::EpochChanged => "refused epoch_changed",
        Refusal::UnknownDesk => "refused unknown_desk",
        Refusal::WrongAdministration => "refused wrong_administration",
        Refusal::Malformed { .. } => "refused malformed",
        Refusal::TooLarge => "refused too_large",
        Refusal::UpgradeRequired { .. } => "refused upgrade_required",
        Refusal::InvitationInvalid => "refused invitation_invalid",
        Refusal::HubFailed => "refused hub_failed",
        Refusal::NoChunk => "refused no_chunk",
        Refusal::OtherChunk => "refused other_chunk",
    }
}

fn written(frames: &Frames) -> String {
    let mut text = String::from("# Frames of version 1 of the protocol (CBOR), in hexadecimal.\n");
    for (name, bytes) in &frames.0 {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(text, "{name}: {hex}").expect("written");
    }
    text
}

#[test]
fn every_frame_is_as_it_was() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/frames.txt");
    let text = written(&frames());
    if std::env::var_os("BOOQING_WRITE_DOCS").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        std::fs::write(&file, &text).expect("written");
    }
    let golden = std::fs::read_to_string(&file).expect("the frames are committed");
    assert_eq!(text, golden, "a frame has changed: on purpose, `cargo xtask docs` writes it again");
}

/// What a newer version adds is passed over by an older one: numbered fields that are not known.
#[test]
fn fields_of_a_newer_version_are_passed_over() {
    let known = Wait { version: 1, administration: ADMINISTRATION, known: AT, seconds: 50 };
    let mut bytes = encode(&known).expect("bytes");
    let first = bytes.first_mut().expect("the head of a map");
    assert_eq!(*first, 0xa4, "a map of four");
    *first = 0xa5;
    bytes.extend([0x18, 0x63, 0x82, 0x01, 0x61, b'x']);
    assert_eq!(decode::<Wait>(&bytes).expect("read"), known);
}
