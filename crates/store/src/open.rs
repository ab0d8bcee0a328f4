//! Opening a cache, step by step.
//!
//! There are several ways to get an unencrypted or an empty database without an error, so nothing
//! is taken for granted: the file is looked at before it is opened, the library and every setting
//! that protects are read back, and the file must say that it is this administration's.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use booqing_keys::CacheKey;
use booqing_model::Id;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::{Result, StoreError, ffi, schema};

/// What every cache of this program says it is: `Bqng`.
const APPLICATION_ID: i64 = 0x4271_6e67;
const PAGE: u64 = 4096;
const PLAIN_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Whose cache it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The installation that made it.
    pub installation: String,
    /// The administration it holds.
    pub administration: Id,
}

/// Makes a new, empty cache.
///
/// # Errors
/// [`StoreError::Present`] when there is a file already, whatever it is.
pub(crate) fn create(path: &Path, key: &CacheKey, identity: &Identity) -> Result<Connection> {
    make_file(path)?;
    let made = (|| {
        let mut connection = connect(path, key)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        schema::migrate(&mut connection, path)?;
        schema::make_indexes(&connection)?;
        schema::write_identity(&connection, identity)?;
        // What was made is looked at as what is found: encrypted, and of whole pages.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        look_at(path)?;
        guard(&mut connection)?;
        Ok(connection)
    })();
    if made.is_err() {
        // Nothing was in it yet.
        let _ = fs::remove_file(path);
    }
    made
}

/// Opens a cache that is there, and brings it to this version.
///
/// # Errors
/// [`StoreError`], one variant for each thing that can be wrong with the file.
pub(crate) fn open(path: &Path, key: &CacheKey, identity: &Identity) -> Result<Connection> {
    look_at(path)?;
    let mut connection = connect(path, key)?;
    let application: i64 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION_ID {
        return Err(StoreError::Foreign { path: path.to_path_buf(), whose: "program" });
    }
    // What belongs to another is not brought to this version either.
    schema::check_identity(&connection, identity, path)?;
    schema::migrate(&mut connection, path)?;
    // A load that was cut short left them out. Without room for them everything can still be read.
    match schema::make_indexes(&connection) {
        Ok(()) | Err(StoreError::DiskFull) => {}
        Err(error) => return Err(error),
    }
    guard(&mut connection)?;
    Ok(connection)
}

/// Opens one more connection to a cache that [`open`] has checked, for reading only.
pub(crate) fn open_reader(path: &Path, key: &CacheKey) -> Result<Connection> {
    let mut connection = connect(path, key)?;
    connection.pragma_update(None, "query_only", true)?;
    guard(&mut connection)?;
    Ok(connection)
}

/// Refuses what is no encrypted database before SQLite sees it.
fn look_at(path: &Path) -> Result<()> {
    let failed = |source| StoreError::File { path: path.to_path_buf(), source };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(StoreError::Absent(path.to_path_buf()));
        }
        Err(error) => return Err(failed(error)),
    };
    let length = file.metadata().map_err(failed)?.len();
    if length == 0 {
        return Err(StoreError::Empty(path.to_path_buf()));
    }
    let mut magic = [0; 16];
    if file.read_exact(&mut magic).is_ok() && &magic == PLAIN_MAGIC {
        return Err(StoreError::NotEncrypted(path.to_path_buf()));
    }
    if length % PAGE != 0 {
        return Err(StoreError::CutOff { path: path.to_path_buf(), length });
    }
    Ok(())
}

fn make_file(path: &Path) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(StoreError::Present(path.to_path_buf()))
        }
        Err(source) => Err(StoreError::File { path: path.to_path_buf(), source }),
    }
}

fn connect(path: &Path, key: &CacheKey) -> Result<Connection> {
    // Without SQLITE_OPEN_CREATE: a file that is not there is an error, not a new database.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // One at a time: several first openings at once have been seen to trip the library over making
    // itself ready.
    static OPENING: Mutex<()> = Mutex::new(());
    let opening = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    let connection = Connection::open_with_flags(path, flags)?;
    ffi::key(&connection, key)?;
    drop(opening);

    // The default writes warnings to standard error, and from there into the system's journal.
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    let cipher: Option<String> =
        connection.pragma_query_value(None, "cipher_version", |row| row.get(0)).ok();
    if cipher.is_none_or(|version| !version.starts_with("4.")) {
        return Err(StoreError::UnfitLibrary("it is not SQLCipher 4"));
    }
    connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))
        .map_err(|error| match StoreError::from(error) {
            StoreError::Damaged(_) => StoreError::WrongKey(path.to_path_buf()),
            other => other,
        })?;
    settings(&connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Statements that stay prepared: all that a day in an office needs.
const STATEMENTS: usize = 256;

/// The settings that keep what was acknowledged and leave no plain text behind: their names, what
/// they are set to, and what they read back as where that is told.
const SETTINGS: &[(&str, &str, Option<&str>)] = &[
    ("temp_store", "MEMORY", Some("2")),
    ("journal_mode", "WAL", Some("wal")),
    ("synchronous", "FULL", Some("2")),
    ("fullfsync", "ON", Some("1")),
    ("checkpoint_fullfsync", "ON", Some("1")),
    ("wal_autocheckpoint", "1000", Some("1000")),
    ("journal_size_limit", "16777216", Some("16777216")),
    ("foreign_keys", "ON", Some("1")),
    ("trusted_schema", "OFF", Some("0")),
    ("cell_size_check", "ON", Some("1")),
    // Encrypted pages are never mapped; the pragma then tells nothing.
    ("mmap_size", "0", None),
    ("secure_delete", "ON", Some("1")),
    ("cache_size", "-10240", Some("-10240")),
    ("busy_timeout", "5000", Some("5000")),
];

/// Sets what protects, and reads it back.
fn settings(connection: &Connection) -> Result<()> {
    for (name, value, expected) in SETTINGS {
        connection.pragma_update(None, name, value)?;
        let Some(expected) = expected else { continue };
        let found = connection.pragma_query_value(None, name, |row| {
            Ok(match row.get_ref(0)? {
                ValueRef::Integer(number) => number.to_string(),
                other => other.as_str()?.to_owned(),
            })
        })?;
        if found != *expected {
            return Err(StoreError::UnfitLibrary(name));
        }
    }
    if !connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)? {
        return Err(StoreError::UnfitLibrary("defensive mode"));
    }
    Ok(())
}

/// Denies, for the rest of the connection's life, every statement that could undo the settings or
/// reach another file.
fn guard(connection: &mut Connection) -> Result<()> {
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => Authorization::Deny,
        AuthAction::Pragma { pragma_name, pragma_value: Some(_) } if protects(pragma_name) => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }))?;
    Ok(())
}

/// Whether setting this pragma could take protection away.
fn protects(pragma: &str) -> bool {
    let pragma = pragma.to_ascii_lowercase();
    SETTINGS.iter().any(|(name, _, _)| *name == pragma)
        || pragma.starts_with("cipher")
        || pragma.ends_with("key")
        || pragma == "writable_schema"
}

#[cfg(test)]
mod tests {
    use booqing_keys::{NewSlot, Passphrase, Slots};

    use super::*;

    /// The recipe of the design, line by line: a change of one must be meant.
    #[test]
    fn the_settings_are_those_of_the_recipe() {
        let set: Vec<(&str, &str)> =
            SETTINGS.iter().map(|(name, value, _)| (*name, *value)).collect();
        for setting in [
            ("temp_store", "MEMORY"),
            ("journal_mode", "WAL"),
            ("synchronous", "FULL"),
            ("fullfsync", "ON"),
            ("checkpoint_fullfsync", "ON"),
            ("journal_size_limit", "16777216"),
            ("foreign_keys", "ON"),
            ("trusted_schema", "OFF"),
            ("cell_size_check", "ON"),
            ("mmap_size", "0"),
            ("secure_delete", "ON"),
            ("busy_timeout", "5000"),
        ] {
            assert!(set.contains(&setting), "{setting:?}");
        }
    }

    /// A cache that was altered while it was closed is refused, and stays as it is.
    #[test]
    fn a_newer_cache_and_that_of_another_program_are_refused_and_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let passphrase = Passphrase::new("vijf woorden voor een test".to_owned());
        let slot = NewSlot::Passphrase(&passphrase);
        let (_, key) = Slots::create(folder.path(), "i", &slot).expect("an installation");
        let administration = Id::from_bytes([1; 16]);
        let key = key.cache_key(administration.as_bytes());
        let identity = Identity { installation: "i".to_owned(), administration };
        let path = folder.path().join("cache.db");
        drop(create(&path, &key, &identity).expect("made"));
        let refused = |pragma: &str, value: i64| {
            let connection = connect(&path, &key).expect("connected");
            let before: i64 =
                connection.pragma_query_value(None, pragma, |row| row.get(0)).expect("a value");
            connection.pragma_update(None, pragma, value).expect("set");
            drop(connection);
            let bytes = fs::read(&path).expect("read");
            let error = open(&path, &key, &identity).expect_err("refused");
            assert_eq!(fs::read(&path).expect("read"), bytes, "the file is as it was");
            let connection = connect(&path, &key).expect("connected");
            connection.pragma_update(None, pragma, before).expect("set back");
            error
        };
        let newer = refused("user_version", 1_000);
        assert!(matches!(newer, StoreError::Newer { found: 1_000, .. }), "{newer}");
        let foreign = refused("application_id", 7);
        assert!(matches!(foreign, StoreError::Foreign { whose: "program", .. }), "{foreign}");
        open(&path, &key, &identity).expect("it opens again");
    }

    #[test]
    fn what_could_undo_the_settings_is_denied_and_the_rest_is_not() {
        let mut connection = Connection::open_in_memory().expect("a database");
        guard(&mut connection).expect("guarded");
        for statement in [
            "PRAGMA temp_store = FILE",
            "PRAGMA synchronous = OFF",
            "PRAGMA journal_mode = DELETE",
            "PRAGMA Secure_Delete = OFF",
            "PRAGMA trusted_schema = ON",
            "PRAGMA key = 'x'",
            "PRAGMA rekey = 'x'",
            "PRAGMA hexrekey = '00'",
            "PRAGMA textkey = 'x'",
            "PRAGMA cipher_page_size = 1024",
            "PRAGMA cipher_memory_security = OFF",
            "PRAGMA writable_schema = ON",
            "ATTACH 'other.db' AS other",
            "VACUUM INTO 'copy.db'",
        ] {
            assert!(connection.execute_batch(statement).is_err(), "{statement}");
        }
        for statement in ["PRAGMA synchronous", "PRAGMA user_version = 7", "CREATE TABLE a (b)"] {
            connection.execute_batch(statement).expect(statement);
        }
    }
}
