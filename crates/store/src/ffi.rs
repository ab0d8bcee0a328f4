//! The one piece of unsafe code of the inner crates: handing SQLCipher its key.
//!
//! `PRAGMA key` would put the key into SQL text, which stays on the heap and reaches trace hooks.
//! `sqlite3_key_v2` takes it from a buffer that we wipe.

#![allow(unsafe_code, reason = "rusqlite has no safe call for sqlite3_key_v2")]

use std::ffi::c_int;

use booqing_keys::CacheKey;
use rusqlite::{Connection, ffi};

use crate::{Result, StoreError};

/// The bytes of a raw key specification with its salt. SQLCipher takes any other length for a
/// passphrase, without an error.
const SPECIFICATION: usize = 99;

/// Gives a connection its key. Nothing is read yet, so a wrong key is noticed only later.
pub(crate) fn key(connection: &Connection, key: &CacheKey) -> Result<()> {
    let specification = key.specification();
    if specification.len() != SPECIFICATION {
        return Err(StoreError::UnfitLibrary("the key specification has another length"));
    }
    let length = c_int::try_from(specification.len())
        .map_err(|_| StoreError::UnfitLibrary("the key specification is too long"))?;
    // SAFETY: the handle is that of an open connection, which outlives the call; the name is a C
    // string; the buffer has `length` bytes and SQLCipher copies them before it returns.
    let code = unsafe {
        ffi::sqlite3_key_v2(
            connection.handle(),
            c"main".as_ptr(),
            specification.as_ptr().cast(),
            length,
        )
    };
    if code == ffi::SQLITE_OK {
        Ok(())
    } else {
        Err(StoreError::UnfitLibrary("the database library takes no key"))
    }
}
