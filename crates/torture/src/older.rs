//! Databases as the version before left them, so that programs can be killed while they bring them up
//! to date.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::Outcome;
use crate::desk::cache_key;

/// Takes the last step of a cache back.
pub(crate) fn cache(folder: &Path) -> Outcome {
    let key = cache_key(folder)?;
    let key = String::from_utf8(key.specification().to_vec())?;
    let statements = "ALTER TABLE revision ADD COLUMN others INTEGER NOT NULL DEFAULT 1; \
                      PRAGMA user_version = 11;";
    take_back(&folder.join("cache.db"), &key, statements, 12)
}

/// Takes the last step of the data of the hub's administrations back.
pub(crate) fn hub(data: &Path) -> Outcome {
    let key = fs::read_to_string(data.join("storage.key"))?;
    let files = fs::read_dir(data.join("administrations"))?;
    let files: Vec<PathBuf> = files.map(|file| Ok(file?.path())).collect::<Outcome<_>>()?;
    for path in files.iter().filter(|path| path.extension().is_some_and(|end| end == "db")) {
        take_back(
            path,
            &format!("x'{key}'"),
            "DROP TABLE desk_day; ALTER TABLE desk DROP COLUMN day; PRAGMA user_version = 5;",
            6,
        )?;
    }
    Ok(())
}

/// Nothing happens where an earlier kill left the older version.
fn take_back(path: &Path, key: &str, statements: &str, version: u32) -> Outcome {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "key", key)?;
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > version {
        return Err(
            format!("{} has version {found}: say here how to go back", path.display()).into()
        );
    }
    if found == version {
        connection.execute_batch(&format!("BEGIN; {statements} COMMIT;"))?;
    }
    Ok(())
}
