//! Opening a cache, step by step.
//!
//! There are several ways to get an unencrypted or an empty database without an error, so nothing
//! is taken for granted: the file is looked at before it is opened, the library and every setting
//! that protects are read back, and the file must say that it is this administration's.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;

use booqing_keys::CacheKey;
use booqing_model::Id;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
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
        schema::write_identity(&connection, identity)?;
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
    schema::migrate(&mut connection, path)?;
    schema::check_identity(&connection, identity, path)?;
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
    let connection = Connection::open_with_flags(path, flags)?;
    ffi::key(&connection, key)?;

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
    Ok(connection)
}

/// The settings that keep what was acknowledged and leave no plain text behind. Each is read back.
fn settings(connection: &Connection) -> Result<()> {
    let set = |name: &str, value: &str| connection.pragma_update(None, name, value);
    set("temp_store", "MEMORY")?;
    set("journal_mode", "WAL")?;
    set("synchronous", "FULL")?;
    set("fullfsync", "1")?;
    set("checkpoint_fullfsync", "1")?;
    set("wal_autocheckpoint", "1000")?;
    set("journal_size_limit", "16777216")?;
    set("foreign_keys", "ON")?;
    set("trusted_schema", "OFF")?;
    set("cell_size_check", "ON")?;
    set("mmap_size", "0")?;
    set("secure_delete", "ON")?;
    set("cache_size", "-16384")?;
    set("busy_timeout", "5000")?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;

    let is = |name: &str, expected: i64| -> Result<bool> {
        let found: i64 = connection.pragma_query_value(None, name, |row| row.get(0))?;
        Ok(found == expected)
    };
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" || !is("synchronous", 2)? {
        return Err(StoreError::UnfitLibrary("it does not keep what it acknowledged"));
    }
    if !is("temp_store", 2)? || !is("secure_delete", 1)? {
        return Err(StoreError::UnfitLibrary("it would leave plain text behind"));
    }
    Ok(())
}

/// Denies, for the rest of the connection's life, every statement that could undo the settings.
fn guard(connection: &mut Connection) -> Result<()> {
    const PROTECTED: [&str; 7] =
        ["key", "rekey", "hexkey", "temp_store", "writable_schema", "secure_delete", "synchronous"];
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Attach { .. } => Authorization::Deny,
        AuthAction::Pragma { pragma_name, pragma_value: Some(_) }
            if PROTECTED.iter().any(|name| pragma_name.eq_ignore_ascii_case(name))
                || pragma_name.to_ascii_lowercase().starts_with("cipher") =>
        {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }))?;
    Ok(())
}
