//! What a record was at the hub before it was changed here: the base of a merge.

use booqing_model::{Fields, Id};
use rusqlite::{Connection, OptionalExtension};

use crate::{Result, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE base (
    record BLOB PRIMARY KEY CHECK (length(record) = 16),
    fields TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Keeps a base, unless there is one already: the first change since the hub counts.
pub(crate) fn keep(connection: &Connection, record: Id, fields: &Fields) -> Result<()> {
    write(
        connection,
        "INSERT INTO base (record, fields) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        record,
        fields,
    )
}

/// Replaces a base: the hub has got further.
pub(crate) fn put(connection: &Connection, record: Id, fields: &Fields) -> Result<()> {
    write(
        connection,
        "INSERT OR REPLACE INTO base (record, fields) VALUES (?1, ?2)",
        record,
        fields,
    )
}

fn write(connection: &Connection, sql: &str, record: Id, fields: &Fields) -> Result<()> {
    let text =
        serde_json::to_string(fields).map_err(|error| StoreError::Damaged(error.to_string()))?;
    connection.prepare_cached(sql)?.execute((record.as_bytes(), text))?;
    Ok(())
}

/// The base of a record; `None` when it was not changed here since the hub had it.
pub(crate) fn get(connection: &Connection, record: Id) -> Result<Option<Fields>> {
    let text: Option<String> = connection
        .prepare_cached("SELECT fields FROM base WHERE record = ?1")?
        .query_row([record.as_bytes()], |row| row.get(0))
        .optional()?;
    text.map(|text| {
        serde_json::from_str(&text)
            .map_err(|_| StoreError::Damaged(format!("the base of {record} cannot be read")))
    })
    .transpose()
}

/// Forgets a base: here and at the hub it is the same.
pub(crate) fn forget(connection: &Connection, record: Id) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM base WHERE record = ?1")?
        .execute([record.as_bytes()])?;
    Ok(())
}
