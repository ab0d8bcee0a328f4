//! Full-text search over clients, bookings and documents, with diacritics folded.

use booqing_model::field::{Kind, RecordType};
use booqing_model::{Fields, Id, register};
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use crate::{Result, StoreError};

/// `search` holds the words only; what they are of stands in `search_entry` under the same rowid.
/// Deleted words are overwritten in the index, not only marked.
pub(crate) const CREATE: &str = "
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

/// Enters a record, or enters it again after a change.
pub(crate) fn put(connection: &Connection, class: &str, id: Id, fields: &Fields) -> Result<()> {
    let Some((title, body)) = words(class, fields) else { return Ok(()) };
    let current: Option<(i64, String, String)> = connection
        .prepare_cached("SELECT seq, title, body FROM search_entry WHERE record = ?1")?
        .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let seq = match current {
        Some((_, old_title, old_body)) if (&old_title, &old_body) == (&title, &body) => {
            return Ok(());
        }
        Some((seq, old_title, old_body)) => {
            forget(connection, seq, &old_title, &old_body)?;
            connection
                .prepare_cached("UPDATE search_entry SET title = ?2, body = ?3 WHERE seq = ?1")?
                .execute((seq, &title, &body))?;
            seq
        }
        None => {
            connection
                .prepare_cached(
                    "INSERT INTO search_entry (record, class, title, body) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((id.as_bytes(), class, &title, &body))?;
            connection.last_insert_rowid()
        }
    };
    connection
        .prepare_cached("INSERT INTO search (rowid, title, body) VALUES (?1, ?2, ?3)")?
        .execute((seq, title, body))?;
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

/// Takes a record out.
pub(crate) fn remove(connection: &Connection, id: Id) -> Result<()> {
    let gone: Option<(i64, String, String)> = connection
        .prepare_cached("DELETE FROM search_entry WHERE record = ?1 RETURNING seq, title, body")?
        .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    match gone {
        Some((seq, title, body)) => forget(connection, seq, &title, &body),
        None => Ok(()),
    }
}

fn forget(connection: &Connection, seq: i64, title: &str, body: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO search (search, rowid, title, body) VALUES ('delete', ?1, ?2, ?3)",
        )?
        .execute((seq, title, body))?;
    Ok(())
}

/// The words of a text that somebody looks for, quoted for the index.
pub(crate) struct Words(Vec<String>);

impl Words {
    /// The words of a text; `None` when it holds none.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let quoted: Vec<String> = text
            .split_whitespace()
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
            .collect();
        if quoted.is_empty() { None } else { Some(Self(quoted)) }
    }

    /// Asks for records that have every word whole.
    fn whole(&self) -> String {
        self.0.join(" ")
    }

    /// Asks for records in which every word begins a word.
    pub(crate) fn begins(&self) -> String {
        self.0.iter().map(|word| format!("{word}*")).collect::<Vec<_>>().join(" ")
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
    for query in [format!("title : ({whole})"), format!("title : ({begins})"), begins] {
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

/// The words of a record: those it is recognised by, and the others it is found by. `None` for a
/// record class that search does not find.
fn words(class: &str, fields: &Fields) -> Option<(String, String)> {
    let (_, titles) = TITLES.iter().find(|(titled, _)| *titled == class)?;
    let record: &RecordType = register::find(class)?;
    let title: Vec<&str> = titles.iter().filter_map(|name| fields.text(name)).collect();
    let mut body = Vec::new();
    for field in record.fields.iter().filter(|field| field.search && !titles.contains(&field.name))
    {
        match (field.kind, fields.get(field.name)) {
            (Kind::Json, Some(value)) => gather(value, &mut body),
            (_, Some(Value::String(text))) => body.push(text.clone()),
            _ => {}
        }
    }
    Some((title.join(" "), body.join("\n")))
}

/// The texts of a structure, except the ids in it.
fn gather(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) => words.push(text.clone()),
        Value::Array(elements) => elements.iter().for_each(|element| gather(element, words)),
        Value::Object(map) => map
            .iter()
            .filter(|(name, _)| !["key", "client", "kind", "role"].contains(&name.as_str()))
            .for_each(|(_, element)| gather(element, words)),
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
