//! The hub over real TLS, on files.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod admission;
mod apart;
mod backup;
mod changes;
mod chunks;
mod events;
mod examined;
mod fixture;
mod kept;
mod limits;
mod numbered;
mod occupied;
mod pages;
mod program;
mod recalled;
mod s3;
mod sealed;

/// What the hub keeps its records in.
mod backing {
    use std::path::Path;
    use std::sync::Arc;

    use booqing_hub::Storage;
    use booqing_hub::storage::embedded::Embedded;

    pub(crate) fn open(folder: &Path) -> Arc<dyn Storage> {
        Arc::new(Embedded::open(folder).expect("storage"))
    }

    /// Does something to the databases of the administrations that no hub does.
    fn meddle(folder: &Path, statements: &str) {
        let key = std::fs::read_to_string(folder.join("storage.key")).expect("a key");
        for entry in std::fs::read_dir(folder.join("administrations")).expect("listed") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|end| end != "db") {
                continue;
            }
            let database = rusqlite::Connection::open(path).expect("opened");
            database.pragma_update(None, "key", format!("x'{key}'")).expect("the key");
            database.execute_batch(statements).expect("done");
        }
    }

    /// Changes the bytes of a record.
    pub(crate) fn damage(folder: &Path, id: booqing_protocol::Id) {
        let statement = format!(
            "UPDATE record SET bytes = CAST(bytes || x'00' AS BLOB) WHERE id = x'{}'",
            hex(id)
        );
        meddle(folder, &statement);
    }

    fn hex(id: booqing_protocol::Id) -> String {
        id.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Changes what all records are said to add up to.
    pub(crate) fn miscount(folder: &Path) {
        meddle(folder, "UPDATE digest SET count = count + 1");
    }

    /// Makes the databases those of a hub that did not look at what is occupied or sealed.
    pub(crate) fn before_checks(folder: &Path) {
        let statements = "DROP INDEX record_by_slot; DROP INDEX record_by_long_slot; \
             DROP TABLE series_end; ALTER TABLE record DROP COLUMN resource; \
             ALTER TABLE record DROP COLUMN occupied_from; \
             ALTER TABLE record DROP COLUMN occupied_until; DROP TABLE sealed_year; \
             DROP TABLE desk_day; ALTER TABLE desk DROP COLUMN day; \
             PRAGMA user_version = 3;";
        meddle(folder, statements);
    }
}
