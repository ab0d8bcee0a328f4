//! The versions of a cache.
//!
//! A cache carries its version in `user_version`. A step to the next version is one transaction
//! that writes the version too, so a cut leaves the old version or the new. A cache of a newer
//! version is refused and not touched.

use std::collections::HashSet;
use std::path::Path;

use booqing_model::register;
use rusqlite::{Connection, TransactionBehavior};

use crate::{Identity, Result, StoreError, search, tables};

/// A step to the next version.
struct Step {
    /// The statements.
    sql: &'static [&'static str],
    /// What is done after them. It knows the records as this version has them: a later step that
    /// adds a column to one of them takes it over.
    then: Option<fn(&Connection) -> Result<()>>,
}

/// The steps in order; the last one's number is the version of this program.
const STEPS: &[Step] = &[
    Step { sql: FIRST, then: None },
    Step { sql: &[search::CREATE], then: Some(search::fill) },
    Step {
        sql: &[
            "DROP INDEX IF EXISTS document_by_client;",
            "DROP INDEX IF EXISTS booking_by_client;",
            tables::unread::CREATE_KEYS,
        ],
        then: None,
    },
    Step {
        sql: &[
            tables::digest::CREATE_PARTS,
            tables::connection::ADD_ACCEPTED_EPOCH,
            tables::synced::ADD_LINEAGE,
        ],
        then: Some(tables::digest::recount),
    },
    Step { sql: &[tables::witness::CREATE], then: None },
    Step { sql: &[tables::scan::CREATE], then: None },
    Step {
        sql: &[
            tables::chunk::CREATE,
            tables::attachment::ADD_STORED,
            tables::fiscal_year::ADD_ARCHIVE,
        ],
        then: None,
    },
    Step {
        sql: &[
            tables::booking::ADD_CLASH,
            tables::conflict::ADD_TIMES,
            tables::desk::CREATE,
            tables::late_entry::CREATE,
            tables::synced::ADD_PLAIN,
            tables::outbox::ADD_PLAIN,
            tables::connection::ADD_EXAMINED,
        ],
        then: None,
    },
    Step { sql: &[tables::number_series::CREATE, tables::document::ADD_NUMBERS], then: None },
    Step {
        sql: &[
            tables::connection::ADD_READ_WITH,
            tables::history::ADD_UNKNOWN,
            tables::deletion::CREATE,
        ],
        then: None,
    },
    Step { sql: &[tables::conflict::ADD_OVERTAKEN, tables::late_entry::ADD_OVERTAKEN], then: None },
    Step { sql: &[tables::witness::WITHOUT_HEADS], then: None },
];

/// Indexes of lists that no step makes: [`make_indexes`] does, which a full disk does not keep from
/// opening a cache.
const MADE_LATER: &[&str] = &[tables::document::COUNTED, tables::booking::COUNTED];

const FIRST: &[&str] = &[
    tables::identity::CREATE,
    tables::administration::CREATE,
    tables::client::CREATE,
    tables::resource::CREATE,
    tables::service::CREATE,
    tables::booking::CREATE,
    tables::document::CREATE,
    tables::fiscal_year::CREATE,
    tables::consent::CREATE,
    tables::disclosure::CREATE,
    tables::hold::CREATE,
    tables::user::CREATE,
    tables::attachment::CREATE,
    tables::audit_event::CREATE,
    tables::conflict::CREATE,
    tables::synced::CREATE,
    tables::base::CREATE,
    tables::sealing_key::CREATE,
    tables::unread::CREATE,
    tables::connection::CREATE,
    tables::refusal::CREATE,
    tables::history::CREATE,
    tables::undo::CREATE,
    tables::outbox::CREATE,
    search::CREATE_FIRST,
];

/// Brings a cache to this version.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<()> {
    migrate_with(connection, path, STEPS)
}

fn migrate_with(connection: &mut Connection, path: &Path, steps: &[Step]) -> Result<()> {
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(StoreError::Newer { path: path.to_path_buf(), found, known });
    }
    for (step, version) in steps.iter().zip(1..).skip(found as usize) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for sql in step.sql {
            transaction.execute_batch(sql)?;
        }
        if let Some(then) = step.then {
            then(&transaction)?;
        }
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Indexes that are kept up during a load: what is new comes at their end, or hardly ever into them.
const KEPT: &[&str] = &["_by_number", "_with_participants", "_with_clash", "_with_number"];

/// The indexes of the tables of records that are better made after a load: name and statement. What
/// keeps ids unique is part of a table and none of them.
fn indexes() -> Vec<(&'static str, &'static str)> {
    let mut indexes = Vec::new();
    let all = STEPS.iter().flat_map(|step| step.sql).chain(MADE_LATER);
    for statement in all.flat_map(|sql| sql.split(';')) {
        let statement = statement.trim();
        if let Some(dropped) = statement.strip_prefix("DROP INDEX IF EXISTS ") {
            indexes.retain(|(name, _)| *name != dropped);
        }
        let created = statement.strip_prefix("CREATE INDEX ").and_then(|rest| {
            let (name, on) = rest.split_once(" ON ")?;
            register::find(on.split_once(' ')?.0).map(|_| (name, statement))
        });
        indexes.extend(created.filter(|(name, _)| !KEPT.iter().any(|end| name.ends_with(end))));
    }
    indexes
}

/// Drops the indexes of lists, and lets the pieces of the search index lie beside each other.
pub(crate) fn begin_load(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (name, _) in indexes() {
        transaction.execute_batch(&format!("DROP INDEX IF EXISTS {name}"))?;
    }
    search::begin_load(&transaction)?;
    Ok(transaction.commit()?)
}

/// Makes the next index of a list that is not there, or puts some pieces of the search index together,
/// in a transaction of its own: whether there is more to do.
pub(crate) fn end_load(connection: &Connection) -> Result<bool> {
    if let Some((_, statement)) = missing_indexes(connection)?.first() {
        connection.execute_batch(statement)?;
        return Ok(true);
    }
    Ok(search::is_loading(connection)? && search::merge_some(connection)?)
}

/// Does all of that.
pub(crate) fn make_indexes(connection: &Connection) -> Result<()> {
    while end_load(connection)? {}
    Ok(())
}

/// Checks that no index of a list is missing.
///
/// # Errors
/// [`StoreError::Damaged`] with the first that is.
pub(crate) fn check_indexes(connection: &Connection) -> Result<()> {
    match missing_indexes(connection)?.first() {
        Some((name, _)) => Err(StoreError::Damaged(format!("the index {name} is missing"))),
        None => Ok(()),
    }
}

fn missing_indexes(connection: &Connection) -> Result<Vec<(&'static str, &'static str)>> {
    let there: HashSet<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(indexes().into_iter().filter(|(name, _)| !there.contains(*name)).collect())
}

/// Writes whose cache it is, once.
pub(crate) fn write_identity(connection: &Connection, identity: &Identity) -> Result<()> {
    connection.execute(
        "INSERT INTO identity (one, installation, administration) VALUES (1, ?1, ?2)",
        (&identity.installation, identity.administration.as_bytes()),
    )?;
    Ok(())
}

/// Refuses the cache of another installation or administration.
pub(crate) fn check_identity(
    connection: &Connection,
    identity: &Identity,
    path: &Path,
) -> Result<()> {
    let foreign = |whose| Err(StoreError::Foreign { path: path.to_path_buf(), whose });
    let (installation, administration): (String, Vec<u8>) = connection.query_row(
        "SELECT installation, administration FROM identity WHERE one = 1",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if installation != identity.installation {
        return foreign("installation");
    }
    if administration != identity.administration.as_bytes() {
        return foreign("administration");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use booqing_model::field::Kind;
    use booqing_model::register::RECORDS;

    use super::*;

    fn fresh() -> Connection {
        let mut connection = Connection::open_in_memory().expect("a database");
        migrate(&mut connection, Path::new("test")).expect("migrated");
        make_indexes(&connection).expect("made");
        connection
    }

    /// The tables are written by hand, so that a migration never changes by itself; this test
    /// keeps them and the register from parting.
    #[test]
    fn every_field_of_the_register_has_its_column_and_no_column_is_unregistered() {
        let connection = fresh();
        for record in RECORDS {
            let mut statement = connection
                .prepare("SELECT name, type FROM pragma_table_info(?1)")
                .expect("prepared");
            let mut columns: Vec<(String, String)> = statement
                .query_map([record.class], |row| Ok((row.get(0)?, row.get(1)?)))
                .expect("queried")
                .collect::<std::result::Result<_, _>>()
                .expect("columns");
            assert!(!columns.is_empty(), "there is no table {}", record.class);
            columns.retain(|(name, _)| {
                !["seq", "id", "version", "unknown"].contains(&name.as_str())
                    && !name.starts_with("derived_")
            });
            let mut expected: Vec<(String, String)> = record
                .fields
                .iter()
                .map(|field| {
                    let kind = match field.kind {
                        Kind::Text | Kind::Json | Kind::Stored => "TEXT",
                        Kind::Integer | Kind::Boolean => "INTEGER",
                        Kind::Id => "BLOB",
                    };
                    (field.name.to_owned(), kind.to_owned())
                })
                .collect();
            // A column that came later stands behind the others.
            columns.sort();
            expected.sort();
            assert_eq!(columns, expected, "table {}", record.class);
        }
    }

    #[test]
    fn every_table_is_strict() {
        let connection = fresh();
        let loose: Vec<String> = connection
            .prepare(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
                 AND strict = 0 AND name NOT LIKE 'sqlite_%'",
            )
            .expect("prepared")
            .query_map([], |row| row.get(0))
            .expect("queried")
            .collect::<std::result::Result<_, _>>()
            .expect("names");
        assert_eq!(loose, Vec::<String>::new());
    }

    #[test]
    fn a_step_that_fails_leaves_the_version_before_it() {
        let mut connection = Connection::open_in_memory().expect("a database");
        let good = Step { sql: &["CREATE TABLE one (a INTEGER) STRICT"], then: None };
        let bad = Step {
            sql: &["CREATE TABLE two (a INTEGER) STRICT", "CREATE TABLE one (b INTEGER)"],
            then: None,
        };
        assert!(migrate_with(&mut connection, Path::new("test"), &[good, bad]).is_err());
        let version: u32 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("a version");
        assert_eq!(version, 1);
        let two: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'two'", [], |row| {
                row.get(0)
            })
            .expect("counted");
        assert_eq!(two, 0, "nothing of the failed step is there");
    }

    #[test]
    fn indexes_that_were_dropped_for_a_load_are_made_again() {
        let mut connection = fresh();
        let schema = |connection: &Connection| -> Vec<(String, Option<String>)> {
            connection
                .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
                .expect("prepared")
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
                .expect("queried")
                .collect::<std::result::Result<_, _>>()
                .expect("rows")
        };
        let before = schema(&connection);
        begin_load(&mut connection).expect("dropped");
        let without = schema(&connection);
        for name in ["booking_by_start", "client_by_name", "document_by_year"] {
            assert!(before.iter().any(|(found, _)| found == name), "{name}");
            assert!(!without.iter().any(|(found, _)| found == name), "{name}");
        }
        assert!(matches!(check_indexes(&connection), Err(StoreError::Damaged(_))));
        make_indexes(&connection).expect("made");
        assert_eq!(schema(&connection), before);
        check_indexes(&connection).expect("complete");
    }

    /// The retention report reads every document and booking there is: by an index that is a tenth
    /// of the table, unless a column is asked for that is not in it.
    #[test]
    fn what_the_retention_report_counts_by_is_read_without_the_rows() {
        let connection = fresh();
        for (class, columns) in [
            ("document", "kind, document_date, supply_date, first_use, flags, client, fiscal_year"),
            ("booking", "starts, client, fiscal_year"),
        ] {
            let plan: String = connection
                .query_row(
                    &format!("EXPLAIN QUERY PLAN SELECT id, {columns} FROM {class}"),
                    [],
                    |row| row.get(3),
                )
                .expect("planned");
            assert_eq!(plan, format!("SCAN {class} USING COVERING INDEX {class}_of_client"));
        }
    }

    /// A cache of the first version has its records, and search finds them after the step.
    #[test]
    fn what_an_older_version_kept_is_found_by_the_new_index() {
        let mut connection = Connection::open_in_memory().expect("a database");
        let (first, path) = (STEPS.get(..1).expect("a step"), Path::new("test"));
        migrate_with(&mut connection, path, first).expect("the first version");
        connection
            .execute(
                "INSERT INTO client (id, version, number, family_name, email, derived_name, \
                 derived_city) VALUES (zeroblob(16), 1, 'C-0001', 'Özdemir', 'o@example.org', \
                 'ozdemir', '')",
                [],
            )
            .expect("a client");
        migrate(&mut connection, path).expect("migrated");
        for text in ["ozd", "c-0001", "example"] {
            let hits = search::find(&connection, text, 5).expect("searched");
            assert_eq!(hits.len(), 1, "{text}");
        }
        search::check(&connection).expect("the index fits");
    }

    /// What was summed up with heads in it is summed up anew from the beginning, also where a first sync was cut;
    /// what other desks sign with is not forgotten.
    #[test]
    fn sums_that_had_heads_in_them_begin_anew() {
        let mut connection = Connection::open_in_memory().expect("a database");
        let (before, path) = (STEPS.get(..11).expect("steps"), Path::new("test"));
        migrate_with(&mut connection, path, before).expect("the version before");
        connection
            .execute_batch(
                "INSERT INTO revision VALUES (7, 2, zeroblob(16), 1);
                 INSERT INTO head VALUES (zeroblob(16), zeroblob(32), 5, 7, 2, zeroblob(16), 1, 0);
                 INSERT INTO scan (one, epoch, rev, year, class, fiscal_year)
                 VALUES (1, 5, 7, 2026, 'client', 0);",
            )
            .expect("a first sync that was cut");
        migrate(&mut connection, path).expect("migrated");
        let asked =
            |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).expect("asked") };
        assert_eq!(asked("SELECT count(*) FROM revision"), 0);
        assert_eq!(asked("SELECT count(*) FROM scan"), 0);
        let known =
            "SELECT count(*) FROM head WHERE key = zeroblob(32) AND epoch = 0 AND checked = 1";
        assert_eq!(asked(known), 1);
    }

    #[test]
    fn a_newer_cache_is_refused() {
        let mut connection = fresh();
        connection.pragma_update(None, "user_version", 1_000).expect("set");
        let refused = migrate(&mut connection, Path::new("test"));
        assert!(matches!(refused, Err(StoreError::Newer { found: 1_000, .. })));
    }
}
