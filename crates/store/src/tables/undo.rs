//! The steps a person can take back.

use booqing_model::Id;
use booqing_model::time::Moment;
use rusqlite::{Connection, OptionalExtension};

use crate::Result;

pub(crate) const CREATE: &str = "
CREATE TABLE undo_step (
    step INTEGER PRIMARY KEY AUTOINCREMENT,
    operation TEXT NOT NULL,
    at INTEGER NOT NULL,
    user BLOB,
    undoes INTEGER REFERENCES undo_step (step),
    undone_by INTEGER REFERENCES undo_step (step)
) STRICT;
";

/// Something a person did here, as one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoStep {
    /// Its number.
    pub step: i64,
    /// What was done, by its stable name.
    pub operation: String,
    /// When.
    pub at: Moment,
    /// By whom, where that is known.
    pub user: Option<Id>,
    /// The step it took back, when it is such a step.
    pub undoes: Option<i64>,
    /// The step that took it back.
    pub undone_by: Option<i64>,
}

/// Writes a step and gives its number.
pub(crate) fn add(
    connection: &Connection,
    operation: &str,
    at: Moment,
    user: Option<Id>,
    undoes: Option<i64>,
) -> Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO undo_step (operation, at, user, undoes) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((operation, at.0, user.map(|user| *user.as_bytes()), undoes))?;
    let step = connection.last_insert_rowid();
    if let Some(undone) = undoes {
        connection
            .prepare_cached("UPDATE undo_step SET undone_by = ?1 WHERE step = ?2")?
            .execute((step, undone))?;
    }
    Ok(step)
}

/// The step of that number.
pub(crate) fn get(connection: &Connection, step: i64) -> Result<Option<UndoStep>> {
    one(connection, "WHERE step = ?1", step)
}

/// The last step that can be taken back: not undone, and not an undoing itself.
pub(crate) fn last(connection: &Connection) -> Result<Option<UndoStep>> {
    one(
        connection,
        "WHERE ?1 = 0 AND undone_by IS NULL AND undoes IS NULL ORDER BY step DESC LIMIT 1",
        0,
    )
}

fn one(connection: &Connection, condition: &str, parameter: i64) -> Result<Option<UndoStep>> {
    let sql =
        format!("SELECT step, operation, at, user, undoes, undone_by FROM undo_step {condition}");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([parameter], |row| {
            Ok(UndoStep {
                step: row.get(0)?,
                operation: row.get(1)?,
                at: Moment(row.get(2)?),
                user: row.get::<_, Option<[u8; 16]>>(3)?.map(Id::from_bytes),
                undoes: row.get(4)?,
                undone_by: row.get(5)?,
            })
        })
        .optional()?)
}
