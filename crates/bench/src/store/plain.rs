//! The baseline: the same library without a key, the same tables and rows, the same statements.
//!
//! The statements are those of `booqing-store`; what they read is turned into the same values.

use std::collections::BTreeSet;
use std::path::Path;

use booqing_keys::CacheKey;
use booqing_model::field::{Kind, RecordType};
use booqing_model::fields::Patch;
use booqing_model::{Fields, Id, register, text};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params_from_iter};
use serde_json::Value;

use crate::measure::Outcome;

/// Writes what an encrypted cache holds into a file without a key.
pub(crate) fn export(cipher: &Path, key: &CacheKey, plain: &Path) -> Outcome {
    let connection = Connection::open(cipher)?;
    let key = key.specification();
    connection.execute_batch(&format!("PRAGMA key = \"{}\"", std::str::from_utf8(&key)?))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    connection.execute("ATTACH DATABASE ?1 AS plain KEY ''", [plain.to_string_lossy()])?;
    connection.query_row("SELECT sqlcipher_export('plain')", [], |_| Ok(()))?;
    connection.execute_batch(&format!("PRAGMA plain.user_version = {version}"))?;
    connection.execute_batch("DETACH DATABASE plain")?;
    Ok(())
}

/// A plain database.
#[derive(Debug)]
pub(crate) struct Plain {
    connection: Connection,
    record: &'static RecordType,
    select: String,
    update: String,
}

impl Plain {
    /// Opens it with the settings of a cache.
    pub(crate) fn open(path: &Path) -> Outcome<Self> {
        let connection = Connection::open(path)?;
        for (name, value) in [
            ("temp_store", "MEMORY"),
            ("journal_mode", "WAL"),
            ("synchronous", "FULL"),
            ("foreign_keys", "ON"),
            ("secure_delete", "ON"),
            ("cache_size", "-16384"),
            ("wal_autocheckpoint", "1000"),
            ("journal_size_limit", "16777216"),
        ] {
            connection.pragma_update(None, name, value)?;
        }
        connection.query_row("SELECT installation FROM identity", [], |_| Ok(()))?;
        let record = register::find("booking").ok_or("there are no bookings")?;
        let names: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
        let sets: Vec<String> =
            names.iter().zip(4..).map(|(name, n)| format!("{name} = ?{n}")).collect();
        let select = format!(
            "SELECT seq, id, version, unknown, {} FROM booking WHERE id = ?1",
            names.join(", ")
        );
        let update = format!(
            "UPDATE booking SET version = ?2, unknown = ?3, {} WHERE id = ?1",
            sets.join(", ")
        );
        Ok(Self { connection, record, select, update })
    }

    /// The records that `search` finds: how many.
    pub(crate) fn search(&self, text: &str, limit: usize) -> Outcome<usize> {
        let (mut whole, mut begins) = (String::new(), String::new());
        for typed in text.split_whitespace() {
            let words = text::words(typed);
            for (word, left) in words.iter().zip((0..words.len()).rev()) {
                let star = if left == 0 && word.len() > 1 { "*" } else { "" };
                whole += &format!("\"{word}\" ");
                begins += &format!("\"{word}\"{star} ");
            }
        }
        let mut hits: Vec<(Vec<u8>, String, String)> = Vec::new();
        for query in [format!("named : ({whole})"), format!("named : ({begins})"), begins] {
            if hits.len() >= limit {
                break;
            }
            let mut statement = self.connection.prepare_cached(
                "SELECT entry.class, entry.record, entry.title FROM \
                 (SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid DESC LIMIT ?2) found \
                 JOIN search_entry entry ON entry.seq = found.rowid ORDER BY found.rowid DESC",
            )?;
            let mut rows = statement.query((query, limit as i64))?;
            while let Some(row) = rows.next()? {
                let id: Vec<u8> = row.get(1)?;
                if hits.len() < limit && !hits.iter().any(|(other, ..)| *other == id) {
                    hits.push((id, row.get(0)?, row.get(2)?));
                }
            }
        }
        Ok(hits.len())
    }

    /// The bookings that begin between two moments: counted, and those asked for read.
    pub(crate) fn week(&self, from: &str, until: &str, limit: u32) -> Outcome<usize> {
        let filter = "WHERE starts >= ?1 AND starts < ?2";
        let _total: i64 = self
            .connection
            .prepare_cached(&format!("SELECT count(*) FROM booking {filter}"))?
            .query_row([from, until], |row| row.get(0))?;
        let columns = self.select.split(" FROM ").next().unwrap_or_default();
        let sql = format!(
            "{columns} FROM booking WHERE seq IN (SELECT seq FROM booking {filter} \
             ORDER BY starts, seq LIMIT ?3 OFFSET 0) ORDER BY starts, seq"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query((from, until, limit))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(self.record, row)?);
        }
        Ok(found.len())
    }

    /// Saves a change of a booking with its history, index, outbox entry and undo step.
    pub(crate) fn save(&mut self, id: Id, patch: &Patch) -> Outcome {
        let (at, bytes) = (1_790_000_000, id.as_bytes());
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (version, before) =
            get(&transaction, self.record, &self.select, bytes)?.ok_or("no such booking")?;
        transaction
            .prepare_cached("SELECT rev FROM synced WHERE id = ?1")?
            .query_row([bytes], |_| Ok(()))
            .optional()?;
        transaction
            .prepare_cached(
                "INSERT INTO base (record, fields) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?
            .execute((bytes, serde_json::to_string(&before)?))?;
        let after = before.with(patch);
        let mut values = vec![Sql::Blob(bytes.to_vec()), Sql::Integer(version + 1), Sql::Null];
        values.extend(
            self.record.fields.iter().map(|field| to_sql(field.kind, after.get(field.name))),
        );
        transaction.prepare_cached(&self.update)?.execute(params_from_iter(values))?;
        index(&transaction, bytes, &after)?;
        transaction
            .prepare_cached("INSERT INTO undo_step (operation, at) VALUES ('booking.set', ?1)")?
            .execute([at])?;
        let step = transaction.last_insert_rowid();
        transaction
            .prepare_cached(
                "INSERT INTO history (class, record, version, at, user, step, kind, before, after) \
                 VALUES ('booking', ?1, ?2, ?3, NULL, ?4, 'change', ?5, ?6)",
            )?
            .execute((bytes, version + 1, at, step, "{}", serde_json::to_string(patch)?))?;
        transaction.prepare_cached("INSERT INTO outbox (at) VALUES (?1)")?.execute([at])?;
        let n = transaction.last_insert_rowid();
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO outbox_record (n, record, class, version) \
                 VALUES (?1, ?2, 'booking', ?3)",
            )?
            .execute((n, bytes, version + 1))?;
        transaction.commit()?;
        Ok(())
    }
}

/// Enters the words of a booking again: those that changed, and those that begin like one.
fn index(connection: &Connection, id: &[u8; 16], fields: &Fields) -> Outcome {
    let text = |name: &str| fields.text(name).unwrap_or_default();
    let title = format!("{} {}", text("number"), text("title"));
    let named: BTreeSet<String> = text::words(&title).into_iter().collect();
    let others: BTreeSet<String> = text::words(text("note")).into_iter().collect();
    let join = |words: Vec<&String>| words.into_iter().cloned().collect::<Vec<_>>().join(" ");
    let (seq, old_named, old_others): (i64, String, String) = connection
        .prepare_cached("SELECT seq, named, others FROM search_entry WHERE record = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let words = |named: &str, others: &str| -> BTreeSet<(bool, String)> {
        let named = named.split(' ').map(|word| (true, word.to_owned()));
        named.chain(others.split(' ').map(|word| (false, word.to_owned()))).collect()
    };
    let (named, others) = (join(named.iter().collect()), join(others.difference(&named).collect()));
    let beginning = |word: &str| word.chars().take(2).collect::<String>();
    let changed: BTreeSet<String> = words(&old_named, &old_others)
        .symmetric_difference(&words(&named, &others))
        .map(|(_, word)| beginning(word))
        .collect();
    let kept = |text: &str| {
        let words = text.split(' ').filter(|word| changed.contains(&beginning(word)));
        words.collect::<Vec<_>>().join(" ")
    };
    connection
        .prepare_cached(
            "INSERT INTO search (search, rowid, named, others) VALUES ('delete', ?1, ?2, ?3)",
        )?
        .execute((seq, kept(&old_named), kept(&old_others)))?;
    connection
        .prepare_cached("INSERT INTO search (rowid, named, others) VALUES (?1, ?2, ?3)")?
        .execute((seq, kept(&named), kept(&others)))?;
    connection
        .prepare_cached(
            "UPDATE search_entry SET title = ?2, named = ?3, others = ?4 WHERE seq = ?1",
        )?
        .execute((seq, &title, named, others))?;
    Ok(())
}

fn get(
    connection: &Connection,
    record: &RecordType,
    select: &str,
    id: &[u8; 16],
) -> Outcome<Option<(i64, Fields)>> {
    let mut statement = connection.prepare_cached(select)?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(|row| Ok((row.get(2)?, read(record, row)?))).transpose()
}

fn read(record: &RecordType, row: &rusqlite::Row<'_>) -> Outcome<Fields> {
    let mut fields = Fields::new();
    for (field, index) in record.fields.iter().zip(4..) {
        fields.set(field.name, from_sql(field.kind, row.get_ref(index)?)?);
    }
    Ok(fields)
}

fn from_sql(kind: Kind, column: ValueRef<'_>) -> Outcome<Value> {
    Ok(match (kind, column) {
        (Kind::Json, ValueRef::Text(text)) => serde_json::from_slice(text)?,
        (Kind::Id, ValueRef::Blob(bytes)) => Id::from_bytes(bytes.try_into()?).to_string().into(),
        (_, ValueRef::Text(text)) => std::str::from_utf8(text)?.into(),
        (_, ValueRef::Integer(number)) => number.into(),
        _ => Value::Null,
    })
}

fn to_sql(kind: Kind, value: Option<&Value>) -> Sql {
    match (kind, value) {
        (Kind::Id, Some(Value::String(text))) => {
            text.parse::<Id>().map_or(Sql::Null, |id| Sql::Blob(id.as_bytes().to_vec()))
        }
        (_, Some(Value::String(text))) => Sql::Text(text.clone()),
        (_, Some(Value::Number(number))) => Sql::Integer(number.as_i64().unwrap_or_default()),
        (Kind::Json, Some(value)) => Sql::Text(value.to_string()),
        _ => Sql::Null,
    }
}
