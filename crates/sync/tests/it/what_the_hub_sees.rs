//! `docs/what-the-hub-sees.md`, generated: every column of the hub's databases, every field it reads
//! in a record, every question it is asked.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use booqing_hub::endpoint::Endpoint;
use booqing_model::field::FieldClass;
use booqing_model::register::{self, RECORDS};
use booqing_protocol::SealedRecord;

use crate::fixture::Office;
use crate::operator;

/// Which hubs have a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hubs {
    All,
    OnFiles,
    OnPostgres,
}
use Hubs::{All, OnFiles, OnPostgres};

/// Every column of the hub's databases: table, column, which hubs have it, what it holds.
const COLUMNS: &[(&str, &str, Hubs, &str)] = &[
    ("administration", "id", All, "a random id"),
    ("administration", "name", All, "the name the operator gave it"),
    ("administration", "epoch", All, "a random number, another after a copy was put back"),
    ("administration", "rev", All, "how many changes it has had"),
    ("administration", "since", All, "the change at which this epoch began"),
    ("administration", "sealed", OnPostgres, "the fiscal years that are sealed"),
    ("administration", "one", OnFiles, "nothing: the table has one row"),
    ("desk", "id", All, "a random id"),
    ("desk", "administration", All, "whose desk it is"),
    ("desk", "name", All, "the name a person gave the desk when it joined"),
    ("desk", "certificate", All, "the hash of its certificate"),
    ("desk", "joined", All, "when it joined"),
    ("desk", "revoked", All, "since when it is kept out"),
    ("desk_state", "administration", OnPostgres, "whose desk it is"),
    ("desk_state", "desk", All, "which desk"),
    ("desk_state", "last_n", All, "how many changes it has sent"),
    ("desk_state", "acknowledged", All, "up to which change it has read"),
    ("desk_state", "day", All, "the day of its last push"),
    ("desk_day", "administration", OnPostgres, "whose desk"),
    ("desk_day", "desk", All, "which desk"),
    (
        "desk_day",
        "day",
        All,
        "a day on which it pushed, of the last 90 days or so before its last push",
    ),
    ("desk_day", "last_n", All, "the number of its last change before that day"),
    ("digest", "administration", OnPostgres, "whose records"),
    ("digest", "class", All, "a record class"),
    ("digest", "fiscal_year", All, "a fiscal year"),
    ("digest", "count", All, "how many records there are of both"),
    ("digest", "sum", All, "the sum of the hashes of their sealed bytes"),
    ("digest_part", "administration", OnPostgres, "whose records"),
    ("digest_part", "class", All, "a record class"),
    ("digest_part", "fiscal_year", All, "a fiscal year"),
    ("digest_part", "last", All, "the last byte of an id"),
    ("digest_part", "count", All, "how many records there are of all three"),
    ("digest_part", "sum", All, "the sum of the hashes of their sealed bytes"),
    ("hub", "one", OnPostgres, "nothing: the table has one row"),
    ("hub", "version", OnPostgres, "the version of the tables"),
    ("hub", "identity", OnPostgres, "the hash of the public key of the hub's authority"),
    ("invitation", "proof_hash", All, "a hash of a hash of the invitation's secret"),
    ("invitation", "administration", All, "to which it invites"),
    ("invitation", "bundle", All, "keys, sealed under the secret that the hub does not have"),
    ("invitation", "expires", All, "until when it is valid"),
    ("passed", "administration", OnPostgres, "whose record"),
    ("passed", "id", All, "the id of a record"),
    ("passed", "rev", All, "with which change an earlier version of it came"),
    ("passed", "hash", All, "the hash of the sealed bytes of that version"),
    ("record", "administration", OnPostgres, "whose record"),
    ("record", "id", All, "its id, which begins with when it was made"),
    ("record", "rev", All, "with which change it came last"),
    ("record", "class", All, "its record class"),
    ("record", "fiscal_year", All, "the fiscal year it falls in"),
    ("record", "last", OnPostgres, "the last byte of its id"),
    ("record", "deleted", All, "whether it was deleted"),
    ("record", "hash", All, "the hash of its bytes"),
    ("record", "lineage", All, "which version it was made from, as a hash"),
    ("record", "bytes", All, "the record, as below"),
    ("record", "resource", All, "the id of the resource it occupies"),
    ("record", "occupied_from", All, "from when"),
    ("record", "occupied_until", All, "until when"),
    ("sealed_year", "fiscal_year", OnFiles, "a fiscal year that is sealed"),
    ("series_end", "administration", OnPostgres, "whose number series"),
    ("series_end", "series", All, "the id of a number series"),
    ("series_end", "last", All, "the last number it gave"),
    ("series_end", "link", All, "a keyed hash over the document that has it and all before"),
    ("result", "administration", OnPostgres, "whose desk"),
    ("result", "desk", All, "which desk"),
    ("result", "n", All, "the number of a change of that desk"),
    ("result", "change_hash", All, "the hash of the change"),
    ("result", "bytes", All, "what became of it: its revision, or ids of records and a code"),
];

/// What a record consists of, in the order in which it is written. What is added to a record does not
/// compile here before it is named.
fn parts_of_a_record(record: &SealedRecord) -> Vec<(&'static str, &'static str)> {
    let SealedRecord {
        id: _,
        class: _,
        version: _,
        lineage: _,
        author: _,
        routing: _,
        parts: _,
        seed: _,
        deleted: _,
    } = record;
    vec![
        (
            "id",
            "its id: when it was made (48 bits), then 80 random bits; of a key without that moment, of a \
             number series, a head or an incident a hash",
        ),
        ("class", "its record class, or `key`: a key, sealed under another"),
        ("version", "how many versions of it the hub has had"),
        ("lineage", "a hash of all versions before"),
        ("author", "the desk that made this version"),
        ("routing", "the values of the table below"),
        (
            "parts",
            "how many there are, which of them are working, statutory or personal, how long each is; \
             not under which key, nor whose",
        ),
        ("seed", "random bytes"),
        ("deleted", "whether it was deleted; then nothing is left but what the hub reads"),
    ]
}

/// What a question tells.
fn told_by(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Join => {
            "a hash of an invitation's secret, the new desk's id, name and public key"
        }
        Endpoint::Invite => {
            "a hash of a new invitation's secret, the keys sealed under it, how long"
        }
        Endpoint::Push => {
            "which records change together, their sealed bytes, what the desk has read"
        }
        Endpoint::Pull => "how far the desk has read",
        Endpoint::Compare => "which classes, years and ends of ids a desk looks for differences in",
        Endpoint::Fetch => "which records a desk asks for again: those that differed",
        Endpoint::Manifest => "that the desk has nothing yet, or not everything",
        Endpoint::Scan => "what it reads first, and how far it is",
        Endpoint::Recall => "that a page had no room for all that passed before a record",
        Endpoint::Offer => "which chunks the desk has, by their hashes",
        Endpoint::Wait => "that the desk is at work, and how far it knows the hub to be",
    }
}

fn page() -> String {
    let mut page = String::from(
        "# What the hub sees\n\n\
         Generated from the protocol, the register and the hub's tables; `cargo xtask docs` writes it\n\
         again. Tests hold it to the truth: one compares the columns with those of a hub on files and\n\
         of one on PostgreSQL, one looks for marked values of every sealed field in all that an\n\
         operator can read, one tries to link bookings to clients.\n\n\
         ## In its databases\n\n\
         | Table | Column | Hubs | What it holds |\n|---|---|---|---|\n",
    );
    let mut row = |line: String| {
        page.push_str(&line);
        page.push('\n');
    };
    for (table, column, hubs, meaning) in COLUMNS {
        let hubs = match hubs {
            All => "all",
            OnFiles => "on files",
            OnPostgres => "on PostgreSQL",
        };
        row(format!("| {table} | `{column}` | {hubs} | {meaning} |"));
    }
    row("\n## In the bytes of a record\n\n| What | What the hub sees of it |\n|---|---|".to_owned());
    let any = SealedRecord {
        id: booqing_protocol::Id([0; 16]),
        class: String::new(),
        version: 0,
        lineage: booqing_protocol::Hash::default(),
        author: booqing_protocol::Id([0; 16]),
        routing: booqing_protocol::Routing::default(),
        parts: Vec::new(),
        deleted: false,
        seed: [0; 12].into(),
    };
    for (part, meaning) in parts_of_a_record(&any) {
        row(format!("| {part} | {meaning} |"));
    }
    row("\n## Routing\n\nThe values of a record that lie open.\n\n\
         | Record class | Field | Holds | Meaning |\n|---|---|---|---|"
        .to_owned());
    for line in register::lines().filter(|line| line.class == FieldClass::Routing.name()) {
        let holds = match line.refers {
            Some(target) => format!("{} of a {target}", line.kind),
            None => line.kind.to_owned(),
        };
        row(format!("| {} | `{}` | {holds} | {} |", line.record, line.field, line.meaning));
    }
    row("\n## In questions\n\n| Question | What it tells |\n|---|---|".to_owned());
    for endpoint in Endpoint::ALL {
        row(format!("| `POST {}` | {} |", endpoint.path(), told_by(endpoint)));
    }
    row("| `PUT /v1/chunks/…` | a chunk, sealed |".to_owned());
    row("| `GET /v1/chunks/…` | which chunk the desk lacks, and how much of it |".to_owned());
    row("| `GET /v1/events` | that the desk is at work |".to_owned());
    row("\n## In its store of chunks\n\n\
         Originals and archives, in sealed pieces of at most 1 MiB. Of each the hub sees whose\n\
         administration's it is, the hash of its sealed bytes, how many there are and when it came; not what\n\
         it is a piece of, nor which pieces belong together. Pieces that come one soon after the other, and\n\
         shorter ones at the end, let the size of a file be guessed. The same file in one administration is\n\
         the same pieces; in another it is others."
        .to_owned());
    row("\n## In its log and its counters\n\n\
         The log names desks and administrations by their ids, and of requests what was asked, what\n\
         came of it, how long it took and how many bytes it had; it says nothing of records. The\n\
         counters tell neither desks nor administrations apart."
        .to_owned());
    row("\n## From lengths and times\n\n\
         The address a desk calls from, when it does, how long its questions and the answers are. Parts\n\
         are compressed and not padded: a length tells how much was written, not what. Records that\n\
         are entered one soon after the other, or change together in a set, are likely to belong\n\
         together; the order of changes and the beginning of an id tell when. Without times, the bytes\n\
         that records and keys have in common link a booking to its client no better than by chance.\n\
         A record of class `head` is what a desk says of what it was told: when it says so, and that it has\n\
         something to say, is seen, and nothing of what.\n\
         Lengths tell a little: a long name makes a longer client and longer bookings. In the office of\n\
         the test, with 60 clients, the nearest length is right for some nine of 300 bookings, and\n\
         chance for five.\n\n\
         ## What it does not see\n\n\
         | Record class | Statutory | Personal | Working |\n|---|---|---|---|"
        .to_owned());
    for record in RECORDS {
        let sealed = |class: &str| {
            let names = record.fields.iter().filter(|field| field.class.name() == class);
            let names: Vec<String> = names.map(|field| format!("`{}`", field.name)).collect();
            names.join(", ")
        };
        let mut line = format!("| {} |", record.class);
        for class in ["statutory", "personal", "working"] {
            // Writing to a string cannot fail.
            let _ = write!(line, " {} |", sealed(class));
        }
        row(line);
    }
    page
}

#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/what-the-hub-sees.md");
    let page = page();
    if std::env::var_os("BOOQING_WRITE_DOCS").is_some() {
        std::fs::write(&path, page).expect("the page is written");
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "docs/what-the-hub-sees.md is out of date: run `cargo xtask docs`");
}

fn described(here: Hubs) -> BTreeSet<(String, String)> {
    let columns = COLUMNS.iter().filter(|(_, _, hubs, _)| *hubs == All || *hubs == here);
    columns.map(|(table, column, ..)| ((*table).to_owned(), (*column).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_of_a_hub_on_files_is_described() {
    let office = Office::open().await;
    let _desk = office.first_desk().await;
    assert_eq!(operator::columns(office.folder.path()), described(OnFiles));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_of_a_hub_on_postgresql_is_described() {
    let (_office, database) = Office::open_on_postgres().await;
    assert_eq!(operator::postgres_columns(&database), described(OnPostgres));
}
