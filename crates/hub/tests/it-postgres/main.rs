//! The hub over real TLS, on a real PostgreSQL: everything it does on files, and what only several
//! hubs on one database do.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

#[path = "../it/admission.rs"]
mod admission;
mod alike;
#[path = "../it/apart.rs"]
mod apart;
#[path = "../it/changes.rs"]
mod changes;
#[path = "../it/chunks.rs"]
mod chunks;
#[path = "../it/events.rs"]
mod events;
#[path = "../it/examined.rs"]
mod examined;
#[path = "../it/fixture.rs"]
mod fixture;
mod guarded;
#[path = "../it/kept.rs"]
mod kept;
#[path = "../it/limits.rs"]
mod limits;
#[path = "../it/numbered.rs"]
mod numbered;
#[path = "../it/occupied.rs"]
mod occupied;
#[path = "../it/pages.rs"]
mod pages;
mod protected;
#[path = "../it/recalled.rs"]
mod recalled;
#[path = "../it/sealed.rs"]
mod sealed;
mod together;
mod waiting;

/// What the hub keeps its records in.
mod backing {
    use std::path::Path;
    use std::sync::Arc;
    use std::time::SystemTime;

    use booqing_hub::Storage;
    use booqing_hub::authority::Authority;
    use booqing_hub::storage::postgres::{Address, Postgres};

    /// A hub's folder says which database is its own.
    pub(crate) fn open(folder: &Path) -> Arc<dyn Storage> {
        let file = folder.join("database");
        if !file.exists() {
            let url = booqing_scratch_postgres::database().expect("a database");
            std::fs::write(&file, url).expect("written");
        }
        Arc::new(connect(folder, &std::fs::read_to_string(&file).expect("a URL")).expect("storage"))
    }

    /// Does something to the database that no hub does.
    pub(crate) fn meddle(folder: &Path, statements: &str) {
        let url = std::fs::read_to_string(folder.join("database")).expect("a URL");
        let (_, name) = url.rsplit_once('/').expect("a name");
        booqing_scratch_postgres::with_shared(|server| server.sql(name, statements)).expect("done");
    }

    /// Changes the bytes of a record.
    pub(crate) fn damage(folder: &Path, id: booqing_protocol::Id) {
        let hex: String = id.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let statement =
            format!("UPDATE record SET bytes = bytes || '\\x00' WHERE id = '{hex}'::uuid");
        meddle(folder, &statement);
    }

    /// Changes what all records are said to add up to.
    pub(crate) fn miscount(folder: &Path) {
        meddle(folder, "UPDATE digest SET count = count + 1");
    }

    /// Makes the database that of a hub that did not look at what is occupied or sealed.
    pub(crate) fn before_checks(folder: &Path) {
        let statements = "DROP TABLE desk_day; ALTER TABLE desk_state DROP COLUMN day; \
             ALTER TABLE desk DROP COLUMN revoked; DROP INDEX record_by_slot; \
             DROP INDEX record_by_long_slot; DROP TABLE series_end; \
             ALTER TABLE record DROP COLUMN resource, \
             DROP COLUMN occupied_from, DROP COLUMN occupied_until; \
             ALTER TABLE administration DROP COLUMN sealed; UPDATE hub SET version = 2;";
        meddle(folder, statements);
    }

    /// Cuts every connection to the database, as a server does that goes away and comes back.
    pub(crate) fn sever(folder: &Path) {
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        meddle(folder, others);
    }

    pub(crate) fn connect(folder: &Path, url: &str) -> Result<Postgres, booqing_hub::StorageError> {
        let authority = Authority::open(folder, SystemTime::now()).expect("an authority");
        let address = Address::parse(url, None).expect("an address");
        Postgres::open(address, authority.identity())
    }
}
