//! Whoever has the hub's database, and not the times at which records came, does not link bookings to
//! clients.

use std::collections::{HashMap, HashSet};

use booqing_model::Id;
use serde_json::json;

use crate::fixture::{Desk, Office};
use crate::operator;

const CLIENTS: usize = 60;
const BOOKINGS: usize = 300;
/// By chance one in `CLIENTS` is right: 5 of 300. More than 24 are right by chance once in ten
/// thousand million tries (Poisson).
const MOST_BY_CHANCE: usize = 24;
/// Bytes that are compared at a time. Sealed bytes share five by chance once in 2^40 pairs.
const LENGTH: usize = 5;
/// Bytes that more records share say nothing of two of them: names of fields, the ids of desks.
const SHARED_BY_MOST: usize = 20;

/// A record, as the operator has it.
#[derive(Clone)]
struct Seen {
    id: Id,
    class: String,
    /// Its bytes, without the beginning of its id, which tells when it was made.
    bytes: Vec<u8>,
}

type Grams = HashSet<[u8; LENGTH]>;

/// What the operator has: the records, and what their bytes have in common.
struct View {
    bookings: Vec<Seen>,
    clients: Vec<Seen>,
    telling: HashMap<Id, Grams>,
    /// By record: how many bytes it has in common with each key.
    with_keys: HashMap<Id, Vec<i64>>,
}

impl View {
    fn new(records: &[Seen]) -> Self {
        let mut in_records: HashMap<[u8; LENGTH], usize> = HashMap::new();
        for record in records {
            for gram in grams(&record.bytes) {
                *in_records.entry(gram).or_default() += 1;
            }
        }
        let telling = |record: &Seen| -> Grams {
            let mut grams = grams(&record.bytes);
            grams.retain(|gram| (2..=SHARED_BY_MOST).contains(&in_records[gram]));
            grams
        };
        let of = |class: &str| -> Vec<Seen> {
            records.iter().filter(|record| record.class == class).cloned().collect()
        };
        let keys: Vec<Grams> = of("key").iter().map(telling).collect();
        let telling: HashMap<Id, Grams> =
            records.iter().map(|record| (record.id, telling(record))).collect();
        let with_keys = |grams: &Grams| keys.iter().map(|key| count(key, grams)).collect();
        Self {
            bookings: of("booking"),
            clients: of("client"),
            with_keys: telling.iter().map(|(id, grams)| (*id, with_keys(grams))).collect(),
            telling,
        }
    }

    /// How many bytes a booking and a client have in common that few others have.
    fn in_common(&self, booking: &Seen, client: &Seen) -> i64 {
        count(&self.telling[&booking.id], &self.telling[&client.id])
    }

    /// How many bytes both have in common with the same key, over all keys.
    fn by_way_of_a_key(&self, booking: &Seen, client: &Seen) -> i64 {
        let pairs = self.with_keys[&booking.id].iter().zip(&self.with_keys[&client.id]);
        pairs.map(|(booking, client)| *booking.min(client)).sum()
    }

    /// How near the lengths are, each within its class: a client with a long name makes long bookings.
    fn by_length(&self, booking: &Seen, client: &Seen) -> i64 {
        let place = |all: &[Seen], record: &Seen| {
            let shorter = all.iter().filter(|other| other.bytes.len() < record.bytes.len()).count();
            i64::try_from(shorter * 1_000 / all.len()).expect("few")
        };
        -(place(&self.bookings, booking) - place(&self.clients, client)).abs()
    }

    /// For how many bookings the client that this says is most likely is the right one.
    fn right(
        &self,
        truth: &HashMap<Id, Id>,
        random: &mut fastrand::Rng,
        likely: impl Fn(&Self, &Seen, &Seen) -> i64,
    ) -> usize {
        let mut is_right = |booking: &&Seen| {
            // Among equals any.
            let best = self
                .clients
                .iter()
                .max_by_key(|client| (likely(self, booking, client), random.u64(..)))
                .expect("there are clients");
            truth[&booking.id] == best.id
        };
        self.bookings.iter().filter(|booking| is_right(booking)).count()
    }
}

fn grams(bytes: &[u8]) -> Grams {
    bytes.windows(LENGTH).map(|window| *window.first_chunk().expect("so many")).collect()
}

fn count(one: &Grams, other: &Grams) -> i64 {
    let (few, many) = if one.len() < other.len() { (one, other) } else { (other, one) };
    few.iter().filter(|gram| many.contains(*gram)).count().try_into().expect("few")
}

/// The records of a hub on files.
fn seen(office: &Office) -> Vec<Seen> {
    let folder = office.folder.path();
    let databases = operator::databases(folder);
    let books = databases.iter().find(|path| !path.ends_with("directory.db")).expect("the books");
    let connection = operator::opened(folder, books);
    let mut statement =
        connection.prepare("SELECT id, class, bytes FROM record ORDER BY id").expect("prepared");
    let rows = statement
        .query_map([], |row| {
            let (id, class, mut bytes): ([u8; 16], _, Vec<u8>) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let start = bytes.windows(16).position(|window| window == id).expect("its id");
            bytes.drain(start..start + 6);
            Ok(Seen { id: Id::from_bytes(id), class, bytes })
        })
        .expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}

fn text(random: &mut fastrand::Rng, most: usize) -> String {
    (0..random.usize(2..most)).map(|_| random.alphabetic()).collect()
}

/// An office with clients and bookings, each entered by one of two desks. The answer is whose
/// booking is whose.
async fn fill(random: &mut fastrand::Rng, desks: &mut [Desk; 2]) -> HashMap<Id, Id> {
    let mut truth = HashMap::new();
    let mut clients = Vec::new();
    for number in 0..CLIENTS + BOOKINGS {
        let desk = &desks[random.usize(..2)];
        let id = Id::new(1_000, std::array::from_fn(|_| random.u8(..)));
        if number < CLIENTS {
            let name = text(random, 20);
            desk.create(
                "client",
                id,
                json!({"kind": "person", "state": "active", "number": format!("C-{number:04}"),
                    "given_name": name, "email": format!("{name}@example.org"),
                    "phone": text(random, 14), "note": text(random, 40)}),
            );
            clients.push((id, name));
        } else {
            let (client, name) = &clients[random.usize(..CLIENTS)];
            desk.create(
                "booking",
                id,
                json!({"state": "confirmed", "number": format!("B-{number:04}"),
                    "fiscal_year": 2026, "starts": "2026-10-12T19:00:00",
                    "ends": "2026-10-12T20:00:00", "zone": "Europe/Amsterdam", "client": client,
                    "title": text(random, 30), "resource": Id::from_bytes([random.u8(..5); 16]),
                    "participants": [{"key": id, "client": client, "name": name}]}),
            );
            truth.insert(id, *client);
        }
        if number + 1 == CLIENTS {
            // Either desk may book for any client: it must have them.
            for desk in [0, 1, 0] {
                desks[desk].sync().await;
            }
        }
    }
    for desk in [0, 1, 0] {
        let summary = desks[desk].sync().await;
        assert_eq!(summary.refused, 0);
    }
    truth
}

#[tokio::test(flavor = "multi_thread")]
async fn bookings_are_not_linked_to_clients() {
    let seed = 20_261_127;
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let office = Office::open().await;
    let mut first = office.first_desk().await;
    let second = first.colleague(2).await;
    let truth = fill(&mut random, &mut [first, second]).await;
    let records = seen(&office);
    let view = View::new(&records);
    assert_eq!((view.clients.len(), view.bookings.len()), (CLIENTS, BOOKINGS));
    let keys: Vec<Id> =
        records.iter().filter(|record| record.class == "key").map(|record| record.id).collect();
    assert!(keys.len() > CLIENTS, "every client has keys: {}", keys.len());

    let by_bytes = view.right(&truth, &mut random, View::in_common);
    let by_keys = view.right(&truth, &mut random, View::by_way_of_a_key);
    let by_length = view.right(&truth, &mut random, View::by_length);
    println!("of {BOOKINGS} right: by bytes {by_bytes}, by keys {by_keys}, by length {by_length}");
    // Parts are not padded. Lengths tell a little, here of nine bookings instead of five, and no more.
    for (right, how) in [(by_bytes, "bytes"), (by_keys, "keys"), (by_length, "length")] {
        assert!(right <= MOST_BY_CHANCE, "{right} of {BOOKINGS} are right by {how}");
    }

    // The same looks find a link where there is one: the end of the client's id in its bookings, or
    // the name of a key in both.
    let mut open = records.clone();
    for record in open.iter_mut().filter(|record| record.class == "booking") {
        record.bytes.extend_from_slice(&truth[&record.id].as_bytes()[6..]);
    }
    let found = View::new(&open).right(&truth, &mut random, View::in_common);
    assert!(found > BOOKINGS * 9 / 10, "the look for bytes finds {found} of {BOOKINGS}");

    let key_of: HashMap<Id, Id> = view.clients.iter().map(|client| client.id).zip(keys).collect();
    let mut open = records;
    for record in &mut open {
        let client = truth.get(&record.id).unwrap_or(&record.id);
        if let Some(key) = key_of.get(client) {
            record.bytes.extend_from_slice(&key.as_bytes()[6..]);
        }
    }
    let found = View::new(&open).right(&truth, &mut random, View::by_way_of_a_key);
    assert!(found > BOOKINGS * 9 / 10, "the look for keys finds {found} of {BOOKINGS}");
}
