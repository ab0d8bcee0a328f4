//! Which administrations there are, who was invited, which desks came.

use booqing_protocol::{Hash, Id};
use deadpool_postgres::Object;
use futures_executor::block_on;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::{Scope, uuid};
use crate::storage::{Admission, Admitted, Desk, NewDesk, NewInvitation, StorageError};

type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

fn execute(connection: &Object, statement: &str, values: Values<'_>) -> Result<u64, StorageError> {
    block_on(async {
        let statement = connection.prepare_cached(statement).await?;
        Ok(connection.execute(&statement, values).await?)
    })
}

fn optional(
    connection: &Object,
    statement: &str,
    values: Values<'_>,
) -> Result<Option<Row>, StorageError> {
    block_on(async {
        let statement = connection.prepare_cached(statement).await?;
        Ok(connection.query_opt(&statement, values).await?)
    })
}

/// By what the directory knows an invitation.
pub(super) fn proof_hash(proof: Hash) -> [u8; 16] {
    Hash::of(&proof.0).0
}

pub(super) fn add_administration(
    connection: &Object,
    id: Id,
    name: &str,
    epoch: i64,
) -> Result<(), StorageError> {
    execute(
        connection,
        "INSERT INTO administration (id, name, epoch, rev, since) VALUES ($1, $2, $3, 0, 0)",
        &[&uuid(id), &name, &epoch],
    )?;
    Ok(())
}

pub(super) fn administrations(connection: &Object) -> Result<Vec<Id>, StorageError> {
    let rows = block_on(connection.query("SELECT id FROM administration ORDER BY id", &[]))?;
    rows.iter().map(|row| id(row, 0)).collect()
}

pub(super) fn begin_again(
    connection: &Object,
    administration: Id,
    epoch: i64,
) -> Result<(), StorageError> {
    let changed = execute(
        connection,
        "UPDATE administration SET epoch = $2, since = rev WHERE id = $1",
        &[&uuid(administration), &epoch],
    )?;
    if changed == 0 { Err(StorageError::NoAdministration(administration)) } else { Ok(()) }
}

pub(super) fn add_invitation(
    connection: &Object,
    invitation: &NewInvitation,
) -> Result<(), StorageError> {
    execute(
        connection,
        "INSERT INTO invitation (proof_hash, administration, bundle, expires) \
         VALUES ($1, $2, $3, $4)",
        &[
            &proof_hash(invitation.proof).as_slice(),
            &uuid(invitation.administration),
            &invitation.bundle,
            &invitation.expires,
        ],
    )?;
    Ok(())
}

pub(super) fn admit(
    connection: &Object,
    desk: &NewDesk,
    now: i64,
) -> Result<Option<Admitted>, StorageError> {
    let used = optional(
        connection,
        "DELETE FROM invitation WHERE proof_hash = $1 RETURNING administration, bundle, expires",
        &[&proof_hash(desk.proof).as_slice()],
    )?;
    // An invitation that has expired is used up by the attempt.
    let Some(used) = used else { return Ok(None) };
    if used.try_get::<_, i64>(2)? <= now {
        return Ok(None);
    }
    let administration = id(&used, 0)?;
    block_on(connection.batch_execute(&Scope::Administration(administration).statement()))?;
    execute(
        connection,
        "INSERT INTO desk (id, administration, name, certificate, joined) \
         VALUES ($1, $2, $3, $4, $5)",
        &[&uuid(desk.desk), &uuid(administration), &desk.name, &desk.certificate.as_slice(), &now],
    )?;
    let name = optional(
        connection,
        "SELECT name FROM administration WHERE id = $1",
        &[&uuid(administration)],
    )?;
    let name = name.ok_or(StorageError::NoAdministration(administration))?.try_get(0)?;
    Ok(Some(Admitted { administration, name, bundle: used.try_get(1)? }))
}

pub(super) fn desk(
    connection: &Object,
    certificate: &[u8; 32],
) -> Result<Option<Desk>, StorageError> {
    let found = optional(
        connection,
        "SELECT id, administration FROM desk WHERE certificate = $1 AND revoked IS NULL",
        &[&certificate.as_slice()],
    )?;
    found.map(|row| Ok(Desk { id: id(&row, 0)?, administration: id(&row, 1)? })).transpose()
}

pub(super) fn revoke(connection: &Object, desk: Desk, now: i64) -> Result<bool, StorageError> {
    let changed = execute(
        connection,
        "UPDATE desk SET revoked = $3 WHERE administration = $1 AND id = $2 AND revoked IS NULL",
        &[&uuid(desk.administration), &uuid(desk.id), &now],
    )?;
    if changed > 0 {
        // Nobody knows which of them it made.
        execute(
            connection,
            "DELETE FROM invitation WHERE administration = $1",
            &[&uuid(desk.administration)],
        )?;
    }
    Ok(changed > 0)
}

pub(super) fn desks(
    connection: &Object,
    administration: Id,
) -> Result<Vec<Admission>, StorageError> {
    let rows = block_on(connection.query(
        "SELECT id, name, joined, revoked FROM desk WHERE administration = $1 ORDER BY joined, id",
        &[&uuid(administration)],
    ))?;
    let admission = |row: &Row| {
        Ok(Admission {
            desk: id(row, 0)?,
            name: row.try_get(1)?,
            joined: row.try_get(2)?,
            revoked: row.try_get(3)?,
        })
    };
    rows.iter().map(admission).collect()
}

fn id(row: &Row, column: usize) -> Result<Id, StorageError> {
    Ok(Id(*row.try_get::<_, uuid::Uuid>(column)?.as_bytes()))
}
