//! Of what is sealed, nothing is at the hub: not in its databases, not in their logs of writes, not in
//! a full dump, in whatever way a value may be written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use aho_corasick::AhoCorasick;
use booqing_model::Id;
use booqing_model::field::{Field, FieldClass, Kind, Merge, RecordType};
use booqing_model::register::RECORDS;
use booqing_protocol::compare::{Compare, Compared};
use booqing_protocol::message::{ChangeSet, Cursor, Outgoing, Push, Pushed};
use booqing_protocol::{Hash, Route, Routing, SealedRecord, VERSION};
use serde_json::{Map, Value, json};

use crate::fixture::{Desk, Office, fields, id};
use crate::operator::{self, Found};
use crate::originals;

/// A value that is nowhere else, for a field of a record class.
struct Mark {
    field: String,
    /// As the bytes it may be written in.
    forms: Vec<Vec<u8>>,
}

/// The records that carry the marks.
struct Marked {
    marks: Vec<Mark>,
    records: Vec<(&'static RecordType, Id, Value)>,
    count: u8,
}

impl Marked {
    /// A record of every class, with a mark in every field that is sealed.
    fn new() -> Self {
        let mut marked = Self { marks: Vec::new(), records: Vec::new(), count: 0 };
        for record_type in RECORDS {
            let mut value = Map::new();
            for field in record_type.fields {
                let content = match field.class {
                    // A number is one that follows.
                    FieldClass::Routing if field.group == "issue" => None,
                    FieldClass::Routing => Some(routing(field)),
                    _ => marked.value(record_type, field),
                };
                value.extend(content.map(|content| (field.name.to_owned(), content)));
            }
            let id = marked.id();
            marked.records.push((record_type, id, Value::Object(value)));
        }
        marked
    }

    /// An original and the archive of a year, each with a mark in it, on their way to the hub.
    fn carried_by(&mut self, desk: &Desk) {
        for (field, number) in [("the original", 90), ("the archive", 20)] {
            let text = format!("Zq{:03}w{}", self.marks.len(), field.replace(' ', "-"));
            let bytes = format!("{text} {}", "and more of it ".repeat(1_000)).into_bytes();
            if number == 90 {
                originals::add(desk, number, &bytes);
                originals::pin(desk, id(number));
            } else {
                originals::archive(desk, number, &bytes);
            }
            self.marks.push(Mark { field: field.to_owned(), forms: of_bytes(text.as_bytes()) });
        }
    }

    fn id(&mut self) -> Id {
        self.count += 1;
        // Ids of records are the hub's to see; these have nothing in common with the marks.
        Id::from_bytes(*blake3::hash(&[self.count]).as_bytes().first_chunk().expect("16 bytes"))
    }

    /// A value for a field, noted as a mark. Of yes and no there is nothing to find.
    fn value(&mut self, record_type: &RecordType, field: &Field) -> Option<Value> {
        let name = format!("{}.{}", record_type.class, field.name);
        let number = self.marks.len();
        let text = format!("Zq{number:03}w{}", name.replace('.', "-"));
        let id = self.id();
        match field.kind {
            Kind::Boolean => None,
            Kind::Text => {
                self.marks.push(Mark { field: name, forms: of_bytes(text.as_bytes()) });
                Some(json!(text))
            }
            Kind::Id => {
                self.marks.push(Mark { field: name, forms: of_id(id) });
                Some(json!(id))
            }
            Kind::Integer => {
                let value = 7_215_000_000_003_i64 + i64::try_from(number).expect("few") * 10_007;
                let mut forms = of_bytes(value.to_string().as_bytes());
                forms.extend([value.to_be_bytes().to_vec(), value.to_le_bytes().to_vec()]);
                self.marks.push(Mark { field: name, forms });
                Some(json!(value))
            }
            // The key is what must not be seen; the names of chunks are the hub's own.
            Kind::Stored => {
                let key = *blake3::hash(text.as_bytes()).as_bytes();
                let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
                self.marks.push(Mark { field: name, forms: of_bytes(&key) });
                Some(json!({"key": hex, "chunks": []}))
            }
            Kind::Json => {
                let mut forms = of_bytes(text.as_bytes());
                forms.extend(of_id(id));
                self.marks.push(Mark { field: name, forms });
                Some(if field.merge == Merge::Set {
                    json!([text])
                } else {
                    json!([{"key": self.id(), "client": id, "name": text}])
                })
            }
        }
    }

    /// What is found, by field: where, once a place.
    fn find(&self, places: &[Found]) -> BTreeMap<&str, Vec<String>> {
        let forms: Vec<(&str, &[u8])> = self
            .marks
            .iter()
            .flat_map(|mark| mark.forms.iter().map(|form| (&*mark.field, form.as_slice())))
            .collect();
        let search = AhoCorasick::new(forms.iter().map(|(_, form)| form)).expect("a search");
        let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (place, bytes) in places {
            for hit in search.find_iter(bytes) {
                let (field, _) = forms[hit.pattern().as_usize()];
                let at = found.entry(field).or_default();
                if at.last() != Some(place) {
                    at.push(place.clone());
                }
            }
        }
        found
    }
}

/// Something for the hub to read.
fn routing(field: &Field) -> Value {
    match field.kind {
        Kind::Integer if field.name == "fiscal_year" => json!(2026),
        Kind::Integer => json!(1_700_000_000),
        Kind::Boolean => json!(true),
        Kind::Id => json!(Id::from_bytes([9; 16])),
        Kind::Text | Kind::Json | Kind::Stored => json!("draft"),
    }
}

/// Bytes as they are, and as text that carries them: UTF-16, hexadecimal, base 64 from each of its
/// three places.
fn of_bytes(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let utf16 = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
    let mut forms = vec![bytes.to_vec(), utf16, hex.to_uppercase().into_bytes(), hex.into_bytes()];
    forms.extend((0..3).map(|skipped| base64(bytes, skipped)));
    forms
}

/// An id, as its bytes and as people and PostgreSQL write it.
fn of_id(id: Id) -> Vec<Vec<u8>> {
    let mut forms = of_bytes(id.as_bytes());
    let written = id.to_string().into_bytes();
    forms.extend(of_bytes(&written));
    forms
}

/// The characters of base 64 that depend on these bytes alone, when they begin so many bytes after a
/// multiple of three.
fn base64(bytes: &[u8], skipped: usize) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<bool> = std::iter::repeat_n(false, skipped * 8)
        .chain(bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)))
        .collect();
    let letter =
        |bits: &[bool]| LETTERS[bits.iter().fold(0, |number, bit| number * 2 + usize::from(*bit))];
    let first = (skipped * 8).div_ceil(6);
    bits.chunks_exact(6).skip(first).map(letter).collect()
}

/// A record that nobody sealed: the marks of one field, where the hub reads.
async fn leak(desk: &mut Desk, mark: &str) {
    let administration = desk.sealer.administration();
    let asked = Compare { version: VERSION, administration, ranges: Vec::new() };
    let compared: Compared = desk.hub.ask("/v1/compare", &asked).await.expect("compared");
    let record = SealedRecord {
        id: booqing_protocol::Id([0x77; 16]),
        class: "booking".to_owned(),
        version: 1,
        lineage: Hash::default(),
        author: booqing_protocol::Id([1; 16]),
        routing: Routing([("state".to_owned(), Route::Word(mark.to_owned()))].into()),
        parts: Vec::new(),
        deleted: false,
        seed: [0; 12].into(),
    };
    let records = vec![Outgoing { record: record.to_bytes().expect("bytes").into() }];
    let push = Push {
        version: VERSION,
        administration,
        acknowledged: Cursor::default(),
        changes: vec![ChangeSet { n: compared.last_n + 1, records }],
    };
    let _: Pushed = desk.hub.ask("/v1/push", &push).await.expect("pushed");
}

/// A chunk that nobody sealed.
async fn leak_chunk(desk: &mut Desk, mark: &str) {
    originals::put_chunk(desk, mark.as_bytes());
    originals::carry_all(desk).await;
}

/// Sends a mark in every sealed field, in an original and in an archive, looks for it in what the operator
/// reads, and then shows that the same look finds one that was not sealed, in each of these `places`.
async fn nothing_sealed_is_found(office: &Office, places: &[&str], read: impl Fn() -> Vec<Found>) {
    let log = Log::begun();
    let read = || {
        let mut places = read();
        places.push(("the log".to_owned(), log.bytes()));
        places
    };
    let mut marked = Marked::new();
    let sealed = |record: &&RecordType| {
        record.fields.iter().filter(|field| field.class != FieldClass::Routing)
    };
    let expected = RECORDS.iter().flat_map(sealed).filter(|field| field.kind != Kind::Boolean);
    assert_eq!(marked.marks.len(), expected.count(), "every sealed field has a mark");

    let mut desk = office.first_desk().await;
    for (record_type, id, value) in &marked.records {
        desk.create(record_type.class, *id, value.clone());
    }
    marked.carried_by(&desk);
    let summary = desk.sync().await;
    assert!(summary.equal && summary.refused == 0, "{summary:?}");
    originals::carry_all(&mut desk).await;
    // They are at the hub: whoever has the keys gets each of them.
    let mut other = desk.colleague(2).await;
    other.sync().await;
    for (record_type, id, value) in &marked.records {
        let came = other.fields(record_type.class, *id);
        assert_eq!(came, Some(fields(value.clone())), "{}", record_type.class);
    }
    originals::pin(&other, id(90));
    originals::carry_all(&mut other).await;
    let original = originals::read(&other, id(90)).expect("it came");
    assert!(original.starts_with(&marked.marks[marked.marks.len() - 2].forms[0]));
    let found = marked.find(&read());
    assert!(found.is_empty(), "the hub has what it must not see: {found:#?}");

    let client = marked.marks.iter().find(|mark| mark.field == "client.given_name");
    let client = client.expect("a client has a name");
    let text = String::from_utf8(client.forms[0].clone()).expect("text");
    leak(&mut desk, &text).await;
    leak_chunk(&mut desk, &text).await;
    let found = marked.find(&read());
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), [client.field.as_str()], "{found:#?}");
    let found = &found[client.field.as_str()];
    for place in places {
        assert!(found.iter().any(|at| at.contains(place)), "in {place}: {found:#?}");
    }
    assert!(!found.iter().any(|place| place == "the log"), "{found:#?}");

    // The log does say what was asked, and the look finds what is in it.
    let lines = String::from_utf8(log.bytes()).expect("text");
    assert!(lines.contains("endpoint=\"push\" outcome=\"done\""), "{lines}");
    let leaked = [("a log".to_owned(), format!("{lines}INFO {text}\n").into_bytes())];
    assert_eq!(marked.find(&leaked).len(), 1);
}

/// What all hubs of this program log, in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Everything is logged from the first call on.
    fn begun() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        let begin = || {
            let log = Self::default();
            let written = log.clone();
            booqing_hub::log::start(booqing_hub::log::LevelFilter::TRACE, move || written.clone());
            log
        };
        LOG.get_or_init(begin).clone()
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().expect("the log").clone()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_is_nowhere_at_a_hub_on_files() {
    let office = Office::open().await;
    let folder = office.folder.path().to_path_buf();
    // Its databases are sealed on the disk, and looked at without that.
    nothing_sealed_is_found(&office, &["administrations", "objects"], || {
        let mut places = operator::files(&folder);
        places.extend(operator::in_the_clear(&folder));
        places
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_is_nowhere_at_a_hub_on_postgresql() {
    let (office, database) = Office::open_on_postgres().await;
    let folder = office.folder.path().to_path_buf();
    nothing_sealed_is_found(&office, &["the dump", "/base/", "/pg_wal/", "objects"], || {
        let mut places = operator::postgres(&database);
        places.extend(operator::files(&folder));
        places
    })
    .await;
}

#[test]
fn a_mark_is_known_in_each_place_of_base_64() {
    // "Mark", "aMark" and "abMark", as any program writes them.
    for (skipped, written) in ["TWFyaw==", "YU1hcms=", "YWJNYXJr"].iter().enumerate() {
        let form = String::from_utf8(base64(b"Mark", skipped)).expect("letters");
        assert!(form.len() >= 4 && written.contains(&form), "{form} is in {written}");
    }
}
