//! The directory: which administrations there are, who was invited, which desks came.

use booqing_protocol::{Hash, Id};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::storage::{Admission, Admitted, Desk, NewDesk, NewInvitation, StorageError};

pub(super) const STEPS: &[&str] = &[
    "
CREATE TABLE administration (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
    proof_hash BLOB PRIMARY KEY,
    administration BLOB NOT NULL REFERENCES administration (id),
    bundle BLOB,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE desk (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    administration BLOB NOT NULL REFERENCES administration (id),
    name TEXT NOT NULL,
    certificate BLOB NOT NULL UNIQUE CHECK (length(certificate) = 32),
    joined INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
",
    "ALTER TABLE desk ADD COLUMN revoked INTEGER",
];

pub(super) fn add_administration(
    connection: &Connection,
    id: Id,
    name: &str,
) -> Result<(), StorageError> {
    connection.execute("INSERT INTO administration (id, name) VALUES (?1, ?2)", (id.0, name))?;
    Ok(())
}

pub(super) fn administrations(connection: &Connection) -> Result<Vec<Id>, StorageError> {
    let mut statement = connection.prepare("SELECT id FROM administration ORDER BY id")?;
    let ids =
        statement.query_map([], |row| row.get(0).map(Id))?.collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}

pub(super) fn has_administration(connection: &Connection, id: Id) -> Result<bool, StorageError> {
    let found = connection
        .query_row("SELECT 1 FROM administration WHERE id = ?1", [id.0], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

pub(super) fn add_invitation(
    connection: &Connection,
    invitation: &NewInvitation,
) -> Result<(), StorageError> {
    connection.execute(
        "INSERT INTO invitation (proof_hash, administration, bundle, expires) \
         VALUES (?1, ?2, ?3, ?4)",
        (
            Hash::of(&invitation.proof.0).0,
            invitation.administration.0,
            &invitation.bundle,
            invitation.expires,
        ),
    )?;
    Ok(())
}

pub(super) fn admit(
    connection: &mut Connection,
    desk: &NewDesk,
    now: i64,
) -> Result<Option<Admitted>, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let used: Option<([u8; 16], Option<Vec<u8>>, i64)> = transaction
        .query_row(
            "DELETE FROM invitation WHERE proof_hash = ?1 \
             RETURNING administration, bundle, expires",
            [Hash::of(&desk.proof.0).0],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((administration, bundle, _)) = used.filter(|(_, _, expires)| now < *expires) else {
        // An invitation that has expired is used up by the attempt.
        transaction.commit()?;
        return Ok(None);
    };
    transaction.execute(
        "INSERT INTO desk (id, administration, name, certificate, joined) \
         VALUES (?1, ?2, ?3, ?4, ?5)",
        (desk.desk.0, administration, &desk.name, desk.certificate, now),
    )?;
    let name = transaction.query_row(
        "SELECT name FROM administration WHERE id = ?1",
        [administration],
        |row| row.get(0),
    )?;
    transaction.commit()?;
    Ok(Some(Admitted { administration: Id(administration), name, bundle }))
}

pub(super) fn desk(
    connection: &Connection,
    certificate: &[u8; 32],
) -> Result<Option<Desk>, StorageError> {
    Ok(connection
        .prepare_cached(
            "SELECT id, administration FROM desk WHERE certificate = ?1 AND revoked IS NULL",
        )?
        .query_row([certificate], |row| {
            Ok(Desk { id: Id(row.get(0)?), administration: Id(row.get(1)?) })
        })
        .optional()?)
}

pub(super) fn revoke(
    connection: &mut Connection,
    desk: Desk,
    now: i64,
) -> Result<bool, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let changed = transaction.execute(
        "UPDATE desk SET revoked = ?3 WHERE administration = ?1 AND id = ?2 AND revoked IS NULL",
        (desk.administration.0, desk.id.0, now),
    )?;
    if changed > 0 {
        // Nobody knows which of them it made.
        transaction
            .execute("DELETE FROM invitation WHERE administration = ?1", [desk.administration.0])?;
    }
    transaction.commit()?;
    Ok(changed > 0)
}

pub(super) fn desks(
    connection: &Connection,
    administration: Id,
) -> Result<Vec<Admission>, StorageError> {
    let mut statement = connection.prepare(
        "SELECT id, name, joined, revoked FROM desk WHERE administration = ?1 ORDER BY joined, id",
    )?;
    let desks = statement.query_map([administration.0], |row| {
        Ok(Admission {
            desk: Id(row.get(0)?),
            name: row.get(1)?,
            joined: row.get(2)?,
            revoked: row.get(3)?,
        })
    })?;
    Ok(desks.collect::<rusqlite::Result<_>>()?)
}
