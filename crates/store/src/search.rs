//! Full-text search over clients, bookings and documents, with diacritics folded.
//!
//! What a record is found by are its words ([`booqing_model::text::words`]): made here, so that the
//! index holds exactly these, each once a record. A change takes out and puts in the words that
//! changed, and those that begin like one: the index also holds beginnings of two and three letters,
//! which several words share. The others stay untouched, since to take a word out overwrites it.

use std::collections::BTreeSet;

use booqing_model::field::{Kind, RecordType};
use booqing_model::{Fields, Id, register, text};
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use crate::{Result, StoreError, rows};

/// The index of the first version: texts as they were, cut into words by the library.
pub(crate) const CREATE_FIRST: &str = "
CREATE TABLE search_entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    record BLOB NOT NULL UNIQUE CHECK (length(record) = 16),
    class TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE search USING fts5 (
    title, body,
    content = 'search_entry', content_rowid = 'seq',
    tokenize = \"unicode61 remove_diacritics 2\", prefix = '2 3'
);

INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
";

/// `search` holds the words only; what they are of stands in `search_entry` under the same rowid:
/// the words it is recognised by, and the other ones. Where in a text a word stands is not kept.
/// Deleted words are overwritten in the index, not only marked.
pub(crate) const CREATE: &str = "
DROP TABLE search;
DROP TABLE search_entry;

CREATE TABLE search_entry (
    seq INTEGER PRIMARY KEY,
    record BLOB NOT NULL UNIQUE CHECK (length(record) = 16),
    class TEXT NOT NULL,
    title TEXT NOT NULL,
    named TEXT NOT NULL,
    others TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE search USING fts5 (
    named, others,
    content = 'search_entry', content_rowid = 'seq', columnsize = 0, detail = column,
    tokenize = 'ascii', prefix = '2 3'
);

INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
";

/// A record that search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The record class.
    pub class: String,
    /// The record.
    pub id: Id,
    /// By what a person recognises it: name and number.
    pub title: String,
}

/// Record classes that search finds, and the fields by which a person recognises each.
const TITLES: &[(&str, &[&str])] = &[
    ("client", &["number", "company_name", "given_name", "infix", "family_name"]),
    ("booking", &["number", "title"]),
    ("document", &["number"]),
];

/// What a record is found by.
#[derive(PartialEq, Eq)]
struct Entry {
    /// By what a person recognises it.
    title: String,
    /// The words of that, sorted, each once.
    named: Vec<String>,
    /// The words that are not among those, sorted, each once.
    others: Vec<String>,
}

impl Entry {
    /// The entry of a record; `None` for a record class that search does not find.
    fn of(class: &str, fields: &Fields) -> Option<Self> {
        let (_, titles) = TITLES.iter().find(|(titled, _)| *titled == class)?;
        let record: &RecordType = register::find(class)?;
        let title: Vec<&str> = titles.iter().filter_map(|name| fields.text(name)).collect();
        let title = title.join(" ");
        let named = sorted(text::words(&title));
        let mut others = Vec::new();
        let mut add = |text: &str| {
            let words = text::words(text).into_iter();
            others.extend(words.filter(|word| named.binary_search(word).is_err()));
        };
        let searched =
            record.fields.iter().filter(|field| field.search && !titles.contains(&field.name));
        for field in searched {
            match (field.kind, fields.get(field.name)) {
                (Kind::Json, Some(value)) => gather(value, &mut add),
                (_, Some(Value::String(text))) => add(text),
                _ => {}
            }
        }
        Some(Self { title, named, others: sorted(others) })
    }

    /// The two columns of the index, with every word or with those that begin in one of these ways.
    fn columns(&self, beginnings: Option<&BTreeSet<String>>) -> (String, String) {
        let column = |words: &[String]| {
            let kept = words.iter().filter(|word| {
                beginnings.is_none_or(|beginnings| beginnings.contains(&beginning(word)))
            });
            kept.map(String::as_str).collect::<Vec<_>>().join(" ")
        };
        (column(&self.named), column(&self.others))
    }

    /// The beginnings of the words in which two entries differ.
    fn difference(&self, other: &Self) -> BTreeSet<String> {
        let mut beginnings = BTreeSet::new();
        for (one, two) in [(&self.named, &other.named), (&self.others, &other.others)] {
            let is_in = |words: &[String], word: &String| words.binary_search(word).is_ok();
            let gone = one.iter().filter(|word| !is_in(two, word));
            let came = two.iter().filter(|word| !is_in(one, word));
            beginnings.extend(gone.chain(came).map(|word| beginning(word)));
        }
        beginnings
    }
}

/// These words sorted, each once.
fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort_unstable();
    words.dedup();
    words
}

/// What words share that have a beginning in common: the shortest beginning that the index holds.
fn beginning(word: &str) -> String {
    word.chars().take(2).collect()
}

fn read_entry(connection: &Connection, id: Id) -> Result<Option<(i64, Entry)>> {
    let words = |text: String| -> Vec<String> {
        text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    Ok(connection
        .prepare_cached("SELECT seq, title, named, others FROM search_entry WHERE record = ?1")?
        .query_row([id.as_bytes()], |row| {
            let (named, others) = (words(row.get(2)?), words(row.get(3)?));
            Ok((row.get(0)?, Entry { title: row.get(1)?, named, others }))
        })
        .optional()?)
}

/// An entry of a record that is not there yet, as it is written.
pub(crate) struct NewEntry {
    title: String,
    named: String,
    others: String,
}

impl NewEntry {
    /// The entry of a record; `None` for a record class that search does not find.
    pub(crate) fn of(class: &str, fields: &Fields) -> Option<Self> {
        let entry = Entry::of(class, fields)?;
        let (named, others) = entry.columns(None);
        Some(Self { title: entry.title, named, others })
    }

    /// Enters it.
    pub(crate) fn add(&self, connection: &Connection, class: &str, id: Id) -> Result<()> {
        let Self { title, named, others } = self;
        connection
            .prepare_cached(
                "INSERT INTO search_entry (record, class, title, named, others) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((id.as_bytes(), class, title, named, others))?;
        index(connection, connection.last_insert_rowid(), named, others)
    }
}

/// Enters a record that was not there.
pub(crate) fn add(connection: &Connection, class: &str, id: Id, fields: &Fields) -> Result<()> {
    NewEntry::of(class, fields).map_or(Ok(()), |entry| entry.add(connection, class, id))
}

/// Enters a record again after a change.
pub(crate) fn put(connection: &Connection, class: &str, id: Id, fields: &Fields) -> Result<()> {
    let Some(entry) = Entry::of(class, fields) else { return Ok(()) };
    let Some((seq, before)) = read_entry(connection, id)? else {
        return add(connection, class, id, fields);
    };
    if before == entry {
        return Ok(());
    }
    let changed = before.difference(&entry);
    if !changed.is_empty() {
        let (named, others) = before.columns(Some(&changed));
        forget(connection, seq, &named, &others)?;
        let (named, others) = entry.columns(Some(&changed));
        index(connection, seq, &named, &others)?;
    }
    let (named, others) = entry.columns(None);
    connection
        .prepare_cached(
            "UPDATE search_entry SET title = ?2, named = ?3, others = ?4 WHERE seq = ?1",
        )?
        .execute((seq, &entry.title, named, others))?;
    Ok(())
}

/// Enters every record again, in the order in which they came, into an index that is empty.
pub(crate) fn fill(connection: &Connection) -> Result<()> {
    for (class, _) in TITLES {
        let record =
            register::find(class).ok_or_else(|| StoreError::NoClass((*class).to_owned()))?;
        let names: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
        for id in rows::ids(connection, class)? {
            if let Some(fields) = rows::get_some(connection, class, id, &names)? {
                add(connection, class, id, &fields)?;
            }
        }
    }
    Ok(())
}

/// Takes a record out of the entries only: the index is made again afterwards. Taking words out one
/// record at a time overwrites each, which takes too long for thousands.
pub(crate) fn remove_entry(connection: &Connection, id: Id) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM search_entry WHERE record = ?1")?
        .execute([id.as_bytes()])?;
    Ok(())
}

/// Makes the index again from the entries; the old one is overwritten whole.
pub(crate) fn rebuild(connection: &Connection) -> Result<()> {
    connection.execute("INSERT INTO search (search) VALUES ('rebuild')", [])?;
    Ok(())
}

/// How the index is kept up while much comes in: pieces of it are laid beside each other.
const LOADING: &[(&str, i64)] = &[("automerge", 0), ("crisismerge", 1_000), ("hashsize", 4 << 20)];
/// How it is kept up otherwise: pieces are put together as they come (the library's own settings).
const RESTING: &[(&str, i64)] = &[("automerge", 4), ("crisismerge", 16), ("hashsize", 1 << 20)];
/// With so many pieces, search is as quick as with one, and those that come later are put together with
/// them anyhow.
const FEW: i64 = 16;
/// How many pages of the index are put together in one go.
const MERGED_AT_ONCE: i64 = 2_000;

/// Lays the pieces of the index beside each other from now on. Search finds everything meanwhile, and
/// more slowly the more pieces there are.
pub(crate) fn begin_load(connection: &Connection) -> Result<()> {
    configure(connection, LOADING)
}

/// Whether a load has begun and not ended.
pub(crate) fn is_loading(connection: &Connection) -> Result<bool> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT v FROM search_config WHERE k = 'automerge'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(found == Some(0))
}

/// Puts some of the pieces together: whether there are more. When they are few enough, the index is kept
/// up as otherwise.
pub(crate) fn merge_some(connection: &Connection) -> Result<bool> {
    let pieces: i64 = connection
        .prepare_cached("SELECT count(DISTINCT segid) FROM search_idx")?
        .query_row([], |row| row.get(0))?;
    if pieces < FEW {
        configure(connection, RESTING)?;
        return Ok(false);
    }
    let before = connection.total_changes();
    // Negative: pieces of all sizes, down to one.
    connection
        .prepare_cached("INSERT INTO search (search, rank) VALUES ('merge', ?1)")?
        .execute([-MERGED_AT_ONCE])?;
    // The library says so: one change is this statement's own.
    let has_more = connection.total_changes() - before >= 2;
    if !has_more {
        configure(connection, RESTING)?;
    }
    Ok(has_more)
}

fn configure(connection: &Connection, settings: &[(&str, i64)]) -> Result<()> {
    let mut statement =
        connection.prepare_cached("INSERT INTO search (search, rank) VALUES (?1, ?2)")?;
    settings.iter().try_for_each(|setting| statement.execute(*setting).map(drop))?;
    Ok(())
}

/// Takes a record out.
pub(crate) fn remove(connection: &Connection, id: Id) -> Result<()> {
    let gone: Option<(i64, String, String)> = connection
        .prepare_cached("DELETE FROM search_entry WHERE record = ?1 RETURNING seq, named, others")?
        .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    match gone {
        Some((seq, named, others)) => forget(connection, seq, &named, &others),
        None => Ok(()),
    }
}

fn index(connection: &Connection, seq: i64, named: &str, others: &str) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO search (rowid, named, others) VALUES (?1, ?2, ?3)")?
        .execute((seq, named, others))?;
    Ok(())
}

fn forget(connection: &Connection, seq: i64, named: &str, others: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO search (search, rowid, named, others) VALUES ('delete', ?1, ?2, ?3)",
        )?
        .execute((seq, named, others))?;
    Ok(())
}

/// The words that somebody looks for.
pub(crate) struct Words(Vec<Wanted>);

struct Wanted {
    word: String,
    /// Whether the word may go on. Of `B-0012` the first part is whole. One letter is a word and not
    /// a beginning: nearly everything begins with it.
    may_go_on: bool,
}

impl Words {
    /// The words of a text; `None` when it holds none.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let mut wanted = Vec::new();
        for typed in text.split_whitespace() {
            let mut words = text::words(typed).into_iter().peekable();
            while let Some(word) = words.next() {
                let is_letter = word.len() == 1;
                wanted.push(Wanted { word, may_go_on: words.peek().is_none() && !is_letter });
            }
        }
        if wanted.is_empty() { None } else { Some(Self(wanted)) }
    }

    /// Asks for records that have every word whole. Folded words are letters and digits only:
    /// nothing in them means anything to the index.
    fn whole(&self) -> String {
        self.0.iter().map(|wanted| format!("\"{}\" ", wanted.word)).collect()
    }

    /// Asks for records in which every word begins a word.
    pub(crate) fn begins(&self) -> String {
        let quoted = self.0.iter().map(|wanted| {
            let star = if wanted.may_go_on { "*" } else { "" };
            format!("\"{}\"{star} ", wanted.word)
        });
        quoted.collect()
    }
}

/// The records in which every word of the text begins a word, best first: whole words of the
/// title, then beginnings of words of the title, then the rest; within each, the latest first.
///
/// # Errors
/// When the database fails. Text that holds no word finds nothing.
pub(crate) fn find(connection: &Connection, text: &str, limit: usize) -> Result<Vec<Hit>> {
    let Some(words) = Words::of(text) else { return Ok(Vec::new()) };
    let (whole, begins) = (words.whole(), words.begins());
    let mut hits: Vec<Hit> = Vec::new();
    for query in [format!("named : ({whole})"), format!("named : ({begins})"), begins] {
        let wanted = limit.saturating_sub(hits.len());
        if wanted == 0 {
            break;
        }
        // Hits of an earlier, better query come again in the later ones.
        let ask = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = connection.prepare_cached(
            "SELECT entry.class, entry.record, entry.title FROM \
             (SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid DESC LIMIT ?2) found \
             JOIN search_entry entry ON entry.seq = found.rowid ORDER BY found.rowid DESC",
        )?;
        let mut rows = statement.query((query, ask))?;
        while let Some(row) = rows.next()? {
            let id = Id::from_bytes(row.get(1)?);
            if hits.len() < limit && !hits.iter().any(|hit| hit.id == id) {
                hits.push(Hit { class: row.get(0)?, id, title: row.get(2)? });
            }
        }
    }
    Ok(hits)
}

/// The texts of a structure, except the ids in it.
fn gather(value: &Value, add: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => add(text),
        Value::Array(elements) => elements.iter().for_each(|element| gather(element, add)),
        Value::Object(map) => map
            .iter()
            .filter(|(name, _)| !["key", "client", "kind", "role"].contains(&name.as_str()))
            .for_each(|(_, element)| gather(element, add)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Checks that the index fits what it was made from.
///
/// # Errors
/// [`StoreError::Damaged`].
pub(crate) fn check(connection: &Connection) -> Result<()> {
    connection
        .execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)", [])
        .map_err(|error| StoreError::Damaged(format!("the search index does not fit: {error}")))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::schema;

    fn fresh() -> Connection {
        let mut connection = Connection::open_in_memory().expect("a database");
        schema::migrate(&mut connection, Path::new("test")).expect("migrated");
        connection
    }

    /// What lies side by side after a load is put together, and kept up as before.
    #[test]
    fn after_a_load_the_pieces_of_the_index_are_put_together() {
        let mut connection = fresh();
        let pieces = |connection: &Connection| -> i64 {
            connection
                .query_row("SELECT count(DISTINCT segid) FROM search_idx", [], |row| row.get(0))
                .expect("counted")
        };
        let found =
            |connection: &Connection, text: &str| find(connection, text, 100).expect("found").len();
        assert!(!is_loading(&connection).expect("read"));
        schema::begin_load(&mut connection).expect("begun");
        for number in 0..60_u8 {
            let fields = [("family_name", Value::from(format!("Jansen {number}")))];
            let fields = fields.into_iter().collect::<Fields>();
            add(&connection, "client", Id::new(1, [number; 10]), &fields).expect("added");
        }
        assert!(is_loading(&connection).expect("read"));
        assert_eq!(pieces(&connection), 60);
        assert_eq!((found(&connection, "jansen"), found(&connection, "59")), (60, 1));
        while schema::end_load(&connection).expect("a step") {}
        assert!(!is_loading(&connection).expect("read"));
        assert_eq!(pieces(&connection), 1);
        assert_eq!((found(&connection, "jan"), found(&connection, "59")), (60, 1));
        check(&connection).expect("it fits");
        assert!(!schema::end_load(&connection).expect("nothing is left"));
    }

    /// A word that was taken out is overwritten in the index and not only marked.
    #[test]
    fn the_index_overwrites_what_is_taken_out() {
        let connection = fresh();
        let mode: i64 = connection
            .query_row("SELECT v FROM search_config WHERE k = 'secure-delete'", [], |row| {
                row.get(0)
            })
            .expect("it is set");
        assert_eq!(mode, 1);
    }
}
