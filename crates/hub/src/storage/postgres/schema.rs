//! The tables, who may see which rows, and whom the database belongs to.

use std::collections::BTreeSet;

use booqing_protocol::{Id, SealedRecord, Slot, YEAR_CLASS};
use deadpool_postgres::{Object, Transaction};
use tokio_postgres::error::SqlState;

use super::{Scope, uuid};
use crate::storage::StorageError;

/// The statements that lead from each version to the next. Every key begins with the administration,
/// so that a database spread over machines can keep an administration in one place.
const STEPS: &[&str] = &[
    "
CREATE TABLE administration (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    epoch bigint NOT NULL,
    rev bigint NOT NULL,
    since bigint NOT NULL
);

CREATE TABLE invitation (
    proof_hash bytea PRIMARY KEY,
    administration uuid NOT NULL REFERENCES administration (id),
    bundle bytea,
    expires bigint NOT NULL
);

CREATE TABLE desk (
    id uuid PRIMARY KEY,
    administration uuid NOT NULL REFERENCES administration (id),
    name text NOT NULL,
    certificate bytea NOT NULL UNIQUE CHECK (octet_length(certificate) = 32),
    joined bigint NOT NULL
);

CREATE TABLE desk_state (
    administration uuid NOT NULL REFERENCES administration (id),
    desk uuid NOT NULL,
    last_n bigint NOT NULL,
    acknowledged bigint NOT NULL,
    PRIMARY KEY (administration, desk)
);

CREATE TABLE result (
    administration uuid NOT NULL,
    desk uuid NOT NULL,
    n bigint NOT NULL,
    change_hash bytea NOT NULL CHECK (octet_length(change_hash) = 16),
    bytes bytea NOT NULL,
    PRIMARY KEY (administration, desk, n),
    FOREIGN KEY (administration, desk) REFERENCES desk_state (administration, desk)
);

CREATE TABLE record (
    administration uuid NOT NULL REFERENCES administration (id),
    id uuid NOT NULL,
    rev bigint NOT NULL,
    class text NOT NULL,
    fiscal_year bigint NOT NULL,
    last smallint NOT NULL,
    deleted boolean NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 16),
    lineage bytea NOT NULL CHECK (octet_length(lineage) = 16),
    bytes bytea NOT NULL,
    PRIMARY KEY (administration, id)
);
CREATE INDEX record_by_rev ON record (administration, rev, id);
CREATE INDEX record_by_end ON record (administration, class, fiscal_year, last);

CREATE TABLE passed (
    administration uuid NOT NULL REFERENCES administration (id),
    id uuid NOT NULL,
    rev bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 16),
    PRIMARY KEY (administration, id, rev)
);

CREATE TABLE digest_part (
    administration uuid NOT NULL REFERENCES administration (id),
    class text NOT NULL,
    fiscal_year bigint NOT NULL,
    last smallint NOT NULL,
    count bigint NOT NULL,
    sum bytea NOT NULL CHECK (octet_length(sum) = 16),
    PRIMARY KEY (administration, class, fiscal_year, last)
);

CREATE TABLE digest (
    administration uuid NOT NULL REFERENCES administration (id),
    class text NOT NULL,
    fiscal_year bigint NOT NULL,
    count bigint NOT NULL,
    sum bytea NOT NULL CHECK (octet_length(sum) = 16),
    PRIMARY KEY (administration, class, fiscal_year)
);
",
    "
CREATE INDEX record_by_stretch ON record (administration, class, fiscal_year, id)
    WHERE NOT deleted;
CREATE INDEX record_deleted ON record (administration, id) WHERE deleted;
",
    "
ALTER TABLE record ADD COLUMN resource uuid, ADD COLUMN occupied_from bigint,
    ADD COLUMN occupied_until bigint;
CREATE INDEX record_by_slot ON record (administration, resource, occupied_until)
    WHERE resource IS NOT NULL;
ALTER TABLE administration ADD COLUMN sealed bigint[] NOT NULL DEFAULT '{}';
",
    "
CREATE INDEX record_by_long_slot ON record (administration, resource, occupied_until)
    WHERE occupied_until - occupied_from > 86400;

CREATE TABLE series_end (
    administration uuid NOT NULL REFERENCES administration (id),
    series uuid NOT NULL,
    last bigint NOT NULL,
    link text NOT NULL,
    PRIMARY KEY (administration, series)
);
",
    "
ALTER TABLE desk ADD COLUMN revoked bigint;
",
    "
ALTER TABLE desk_state ADD COLUMN day bigint NOT NULL DEFAULT 0;
CREATE TABLE desk_day (
    administration uuid NOT NULL REFERENCES administration (id),
    desk uuid NOT NULL,
    day bigint NOT NULL,
    last_n bigint NOT NULL,
    PRIMARY KEY (administration, desk, day)
);
",
];

/// The tables of which a transaction sees the rows of its administration and no others.
const GUARDED: &[(&str, &str)] = &[
    ("administration", "id"),
    ("invitation", "administration"),
    ("desk", "administration"),
    ("desk_state", "administration"),
    ("result", "administration"),
    ("record", "administration"),
    ("passed", "administration"),
    ("digest_part", "administration"),
    ("digest", "administration"),
];

/// Those that came with the fourth step.
const GUARDED_LATER: &[(&str, &str)] = &[("series_end", "administration")];

/// Those that came with the sixth.
const GUARDED_LAST: &[(&str, &str)] = &[("desk_day", "administration")];

/// The few rows that are seen before it is known which administration it is about: the desk of the
/// certificate at the other end, the invitation whose secret was shown, and for the operator which
/// administrations there are.
const OPENINGS: &str = "
CREATE POLICY by_certificate ON desk FOR SELECT USING
    (certificate = decode(NULLIF(current_setting('booqing.certificate', true), ''), 'hex'));
CREATE POLICY by_proof ON invitation FOR SELECT USING
    (proof_hash = decode(NULLIF(current_setting('booqing.proof', true), ''), 'hex'));
CREATE POLICY used_by_proof ON invitation FOR DELETE USING
    (proof_hash = decode(NULLIF(current_setting('booqing.proof', true), ''), 'hex'));
CREATE POLICY by_operator ON administration FOR SELECT USING
    (current_setting('booqing.operator', true) = 'on');
";

/// Row-level security of all tables, forced, so that it binds their owner too.
fn guards(tables: &[(&str, &str)]) -> String {
    let mut statements = String::new();
    for (table, column) in tables {
        statements.push_str(&format!(
            "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
             ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
             CREATE POLICY by_administration ON {table} USING
                 ({column} = NULLIF(current_setting('booqing.administration', true), '')::uuid);"
        ));
    }
    statements
}

/// How many records are read at a time.
const AT_ONCE: i64 = 1_000;

/// Notes what each record occupies, and which fiscal years are sealed, as the bytes of records say.
async fn read_routing(transaction: &Transaction<'_>) -> Result<(), StorageError> {
    transaction.batch_execute(&Scope::Operator.statement()).await?;
    let all = transaction.query("SELECT id FROM administration", &[]).await?;
    for row in &all {
        let administration: uuid::Uuid = row.try_get(0)?;
        let scope = Scope::Administration(Id(*administration.as_bytes()));
        transaction.batch_execute(&scope.statement()).await?;
        let mut after = uuid::Uuid::nil();
        let mut sealed = BTreeSet::new();
        loop {
            let rows = transaction
                .query(
                    "SELECT id, bytes FROM record WHERE administration = $1 AND id > $2 \
                     AND NOT deleted ORDER BY id LIMIT $3",
                    &[&administration, &after, &AT_ONCE],
                )
                .await?;
            let Some(last) = rows.last() else { break };
            after = last.try_get(0)?;
            for row in &rows {
                let id: uuid::Uuid = row.try_get(0)?;
                let record = SealedRecord::from_bytes(row.try_get(1)?)?;
                if record.class == YEAR_CLASS && record.routing.is_sealed() {
                    sealed.insert(record.routing.fiscal_year());
                }
                let Some(Slot { resource, from, until }) = record.slot() else { continue };
                transaction
                    .execute(
                        "UPDATE record SET resource = $3, occupied_from = $4, occupied_until = $5 \
                         WHERE administration = $1 AND id = $2",
                        &[&administration, &id, &uuid(resource), &from, &until],
                    )
                    .await?;
            }
        }
        let sealed: Vec<i64> = sealed.into_iter().collect();
        let statement = "UPDATE administration SET sealed = $2 WHERE id = $1";
        transaction.execute(statement, &[&administration, &sealed]).await?;
    }
    Ok(())
}

/// Checks the role, brings the tables to the version of this hub, and notes whose database it is.
pub(super) async fn prepare(
    connection: &mut Object,
    identity: &[u8; 32],
) -> Result<(), StorageError> {
    let role = connection
        .query_one(
            "SELECT rolname::text, rolsuper OR rolbypassrls FROM pg_roles \
             WHERE rolname = current_user",
            &[],
        )
        .await?;
    if role.try_get::<_, bool>(1)? {
        return Err(StorageError::Unguarded(role.try_get(0)?));
    }
    // Hubs that start at once on an empty database make this one table together.
    let made = connection
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS hub (one boolean PRIMARY KEY CHECK (one), \
             version integer NOT NULL, identity bytea NOT NULL)",
        )
        .await;
    let at_once = [&SqlState::UNIQUE_VIOLATION, &SqlState::DUPLICATE_TABLE];
    if let Err(error) = made
        && !at_once.iter().any(|code| error.code() == Some(code))
    {
        return Err(error.into());
    }
    connection
        .execute(
            "INSERT INTO hub (one, version, identity) VALUES (true, 0, $1) ON CONFLICT DO NOTHING",
            &[&identity.as_slice()],
        )
        .await?;
    let transaction = connection.transaction().await?;
    // From here on one hub at a time.
    let row = transaction.query_one("SELECT version, identity FROM hub FOR UPDATE", &[]).await?;
    let (version, owner): (i32, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
    if owner != identity {
        return Err(StorageError::OtherAuthority);
    }
    let (found, known) = (version.unsigned_abs(), u32::try_from(STEPS.len()).unwrap_or(u32::MAX));
    if found > known {
        return Err(StorageError::Newer { file: "the database".to_owned(), found, known });
    }
    for (step, number) in STEPS.iter().zip(1_i32..).skip(found as usize) {
        transaction.batch_execute(step).await?;
        if number == 1 {
            transaction.batch_execute(&guards(GUARDED)).await?;
            transaction.batch_execute(OPENINGS).await?;
        }
        if number == 3 {
            read_routing(&transaction).await?;
        }
        if number == 4 {
            transaction.batch_execute(&guards(GUARDED_LATER)).await?;
        }
        if number == 6 {
            transaction.batch_execute(&guards(GUARDED_LAST)).await?;
        }
        transaction.execute("UPDATE hub SET version = $1", &[&number]).await?;
    }
    transaction.commit().await?;
    Ok(())
}
