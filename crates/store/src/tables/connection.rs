//! The hub this administration syncs with, and how far it got: one row.

use booqing_model::Id;
use rusqlite::{Connection as Database, OptionalExtension};

use crate::Result;

pub(crate) const CREATE: &str = "
CREATE TABLE connection (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL,
    desk BLOB NOT NULL CHECK (length(desk) = 16),
    address TEXT NOT NULL,
    hub_identity BLOB NOT NULL CHECK (length(hub_identity) = 32),
    certificate BLOB NOT NULL,
    private_key BLOB NOT NULL,
    administration_key BLOB NOT NULL CHECK (length(administration_key) = 32),
    epoch INTEGER NOT NULL DEFAULT 0,
    rev INTEGER NOT NULL DEFAULT 0,
    synced_at INTEGER,
    equal INTEGER
) STRICT;
";

/// The epoch of a hub that was put back, once a person has said that it was.
pub(crate) const ADD_ACCEPTED_EPOCH: &str =
    "ALTER TABLE connection ADD COLUMN accepted_epoch INTEGER NOT NULL DEFAULT 0";

/// What a desk needs to reach its hub and to read what comes from it.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// The name of the administration.
    pub name: String,
    /// This desk, as the hub knows it.
    pub desk: Id,
    /// Where the hub is: `host:port`.
    pub address: String,
    /// The hash of the hub's public key.
    pub hub_identity: [u8; 32],
    /// This desk's certificate (X.509, DER).
    pub certificate: Vec<u8>,
    /// Its private key (PKCS #8, DER).
    pub private_key: Vec<u8>,
    /// The administration's key.
    pub administration_key: [u8; 32],
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("desk", &self.desk)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// How far the desk has read, and how the last sync ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// The epoch of the hub's database; 0 before the first page.
    pub epoch: i64,
    /// The last revision read.
    pub rev: i64,
    /// When the last sync ended well, in seconds since 1970.
    pub synced_at: Option<i64>,
    /// Whether both sides had the same then.
    pub equal: Option<bool>,
    /// The epoch that a person said was begun by putting the hub back; 0 for none.
    pub accepted_epoch: i64,
    /// The last head of the hub that was read up to: every version up to there was told of.
    pub whole: i64,
    /// The revision up to which what was told is summed up in one.
    pub folded: i64,
}

impl Progress {
    /// Whether it is at a hub that was put back, as a person has said.
    pub fn is_put_back(&self) -> bool {
        self.epoch != 0 && self.epoch == self.accepted_epoch
    }
}

/// Writes the connection, once.
pub(crate) fn set(database: &Database, connection: &Connection) -> Result<()> {
    database.execute(
        "INSERT INTO connection (one, name, desk, address, hub_identity, certificate, private_key, \
         administration_key) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            &connection.name,
            connection.desk.as_bytes(),
            &connection.address,
            connection.hub_identity,
            &connection.certificate,
            &connection.private_key,
            connection.administration_key,
        ),
    )?;
    Ok(())
}

/// Replaces the connection: the desk has come in again. How far it has read stays.
pub(crate) fn replace(database: &Database, connection: &Connection) -> Result<()> {
    database.execute(
        "UPDATE connection SET name = ?1, desk = ?2, address = ?3, hub_identity = ?4, \
         certificate = ?5, private_key = ?6, administration_key = ?7",
        (
            &connection.name,
            connection.desk.as_bytes(),
            &connection.address,
            connection.hub_identity,
            &connection.certificate,
            &connection.private_key,
            connection.administration_key,
        ),
    )?;
    Ok(())
}

/// The connection; `None` before the desk has joined.
pub(crate) fn get(database: &Database) -> Result<Option<Connection>> {
    Ok(database
        .prepare_cached(
            "SELECT name, desk, address, hub_identity, certificate, private_key, \
             administration_key FROM connection",
        )?
        .query_row([], |row| {
            Ok(Connection {
                name: row.get(0)?,
                desk: Id::from_bytes(row.get(1)?),
                address: row.get(2)?,
                hub_identity: row.get(3)?,
                certificate: row.get(4)?,
                private_key: row.get(5)?,
                administration_key: row.get(6)?,
            })
        })
        .optional()?)
}

/// When everything was last examined, in seconds since 1970.
pub(crate) const ADD_EXAMINED: &str = "ALTER TABLE connection ADD COLUMN examined_at INTEGER";

/// Notes when everything was last examined.
pub(crate) fn set_examined(database: &Database, at: i64) -> Result<()> {
    database.execute("UPDATE connection SET examined_at = ?1", [at])?;
    Ok(())
}

/// When everything was last examined; `None` before the first time.
pub(crate) fn examined(database: &Database) -> Result<Option<i64>> {
    Ok(database.query_row("SELECT examined_at FROM connection", [], |row| row.get(0))?)
}

/// With which register everything was last read: what it did not know may be known now.
pub(crate) const ADD_READ_WITH: &str =
    "ALTER TABLE connection ADD COLUMN read_with BLOB CHECK (length(read_with) = 16)";

/// Notes with which register everything was read.
pub(crate) fn set_read_with(database: &Database, register: [u8; 16]) -> Result<()> {
    database.execute("UPDATE connection SET read_with = ?1", [register])?;
    Ok(())
}

/// Notes that not everything was read with the register that is noted.
pub(crate) fn forget_read_with(database: &Database) -> Result<()> {
    database.execute("UPDATE connection SET read_with = NULL", [])?;
    Ok(())
}

/// With which register everything was last read; `None` before the first time.
pub(crate) fn read_with(database: &Database) -> Result<Option<[u8; 16]>> {
    let found = database
        .prepare_cached("SELECT read_with FROM connection")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// How far the desk has read.
pub(crate) fn progress(database: &Database) -> Result<Progress> {
    Ok(database
        .prepare_cached(
            "SELECT epoch, rev, synced_at, equal, accepted_epoch, whole, folded FROM connection",
        )?
        .query_row([], |row| {
            Ok(Progress {
                epoch: row.get(0)?,
                rev: row.get(1)?,
                synced_at: row.get(2)?,
                equal: row.get(3)?,
                accepted_epoch: row.get(4)?,
                whole: row.get(5)?,
                folded: row.get(6)?,
            })
        })
        .optional()?
        .unwrap_or_default())
}

/// Notes how far the desk has read.
pub(crate) fn set_progress(database: &Database, progress: &Progress) -> Result<()> {
    database
        .prepare_cached(
            "UPDATE connection SET epoch = ?1, rev = ?2, synced_at = ?3, equal = ?4, \
             accepted_epoch = ?5, whole = ?6, folded = ?7",
        )?
        .execute((
            progress.epoch,
            progress.rev,
            progress.synced_at,
            progress.equal,
            progress.accepted_epoch,
            progress.whole,
            progress.folded,
        ))?;
    Ok(())
}
