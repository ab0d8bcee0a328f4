//! What the operator of a hub can read: its files, its databases opened with their keys, a full dump.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use booqing_scratch_postgres::with_shared;
use rusqlite::Connection;

/// Bytes, and where they were found.
pub(crate) type Found = (String, Vec<u8>);

/// Every file of a folder and the folders in it, as it is on the disk.
pub(crate) fn files(folder: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            // A socket of a server is no file, and a server may take one away meanwhile.
            found.push((path.display().to_string(), bytes));
        }
    }
    found
}

/// The databases of a hub on files.
pub(crate) fn databases(folder: &Path) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(folder.join("administrations")).expect("a folder");
    let mut paths = vec![folder.join("directory.db")];
    paths.extend(inside.map(|entry| entry.expect("an entry").path()));
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "db"));
    paths
}

/// A database of a hub on files, opened with the key that lies beside it.
pub(crate) fn opened(folder: &Path, database: &Path) -> Connection {
    let key = std::fs::read_to_string(folder.join("storage.key")).expect("a key");
    let connection = Connection::open(database).expect("opened");
    connection.pragma_update(None, "key", format!("x'{key}'")).expect("the key");
    connection
}

/// Everything in the databases of a hub on files, without their encryption.
pub(crate) fn in_the_clear(folder: &Path) -> Vec<Found> {
    let place = tempfile::tempdir().expect("a folder");
    let plain = |path: &PathBuf| {
        let copy = place.path().join("plain.db");
        let connection = opened(folder, path);
        let copy_name = copy.to_str().expect("a name");
        connection.execute("ATTACH ?1 AS plain KEY ''", [copy_name]).expect("attached");
        let export = "SELECT sqlcipher_export('plain')";
        connection.query_row(export, [], |_| Ok(())).expect("exported");
        drop(connection);
        let bytes = std::fs::read(&copy).expect("a copy");
        assert!(bytes.starts_with(b"SQLite format 3\0"), "it is in the clear");
        std::fs::remove_file(&copy).expect("removed");
        (path.display().to_string(), bytes)
    };
    databases(folder).iter().map(plain).collect()
}

/// A full dump of a database of PostgreSQL, and every file of the server, its log of writes and what it
/// says among them.
pub(crate) fn postgres(database: &str) -> Vec<Found> {
    with_shared(|server| {
        server.sql("postgres", "CHECKPOINT")?;
        let mut found = vec![("the dump".to_owned(), server.dump(database)?)];
        found.extend(files(server.folder()));
        Ok(found)
    })
    .expect("read")
}

/// The columns of a hub on files, as table and column: those of an administration under the names that
/// PostgreSQL has for them.
pub(crate) fn columns(folder: &Path) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for path in databases(folder) {
        let is_directory = path.ends_with("directory.db");
        let connection = opened(folder, &path);
        let mut statement = connection
            .prepare("SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'")
            .expect("a statement");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        for row in rows {
            let (table, column): (String, String) = row.expect("a row");
            all.insert(match (is_directory, table.as_str(), column.as_str()) {
                (false, "state", _) => ("administration".to_owned(), column),
                (false, "desk", "id") => ("desk_state".to_owned(), "desk".to_owned()),
                (false, "desk", _) => ("desk_state".to_owned(), column),
                _ => (table, column),
            });
        }
    }
    all
}

/// The columns of a hub on PostgreSQL.
pub(crate) fn postgres_columns(database: &str) -> BTreeSet<(String, String)> {
    let asked = "SELECT table_name || ' ' || column_name FROM information_schema.columns \
                 WHERE table_schema = 'public'";
    let lines = with_shared(|server| server.sql(database, asked)).expect("read");
    let column = |line: &str| {
        let (table, column) = line.split_once(' ').expect("a table and a column");
        (table.to_owned(), column.to_owned())
    };
    lines.lines().map(column).collect()
}
