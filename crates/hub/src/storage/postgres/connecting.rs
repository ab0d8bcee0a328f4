//! Where the database is, and how it is reached.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use thiserror::Error;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::elsewhere::{NoAuthority, authorities, client_config, is_this_machine};
use crate::storage::StorageError;

/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(10);
/// What every connection is set to: no statement hangs for ever, and what is said to be stored is
/// on the disk, whatever the server's own settings are.
const SETTINGS: &str = "-c statement_timeout=60s -c lock_timeout=30s \
     -c idle_in_transaction_session_timeout=60s -c synchronous_commit=on";

/// Why an address is none.
#[derive(Debug, Error)]
pub enum AddressError {
    /// It cannot be read. What it says is not repeated: it may hold a password.
    #[error("this is no address of a database; write postgres://user@host:5432/database")]
    Unreadable,
    /// It names another machine and no certificate to know it by.
    #[error(
        "the database is on another machine ({0}); name the certificate of its authority with \
         --database-ca, so that the connection is encrypted and nobody else answers in its place"
    )]
    Unprotected(String),
    /// The certificate of the authority cannot be read.
    #[error(transparent)]
    Certificate(#[from] NoAuthority),
}

/// Where a database is.
#[derive(Clone)]
pub struct Address {
    config: Config,
    authority: Option<Arc<RootCertStore>>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Address").field("hosts", &self.config.get_hosts()).finish()
    }
}

impl Address {
    /// Reads `postgres://user:password@host:port/database`; the certificates (PEM) are those of the
    /// authority that vouches for a database on another machine.
    ///
    /// # Errors
    /// [`AddressError`]; a database on another machine is reached over TLS or not at all.
    pub fn parse(url: &str, authority: Option<&Path>) -> Result<Self, AddressError> {
        let mut config: Config = url.parse().map_err(|_| AddressError::Unreadable)?;
        if config.get_hosts().is_empty() {
            return Err(AddressError::Unreadable);
        }
        let authority = authority.map(authorities).transpose()?;
        // An address beside the name is the one that is connected to, whatever the name says.
        let addresses = config.get_hostaddrs().iter().map(ToString::to_string);
        let names = config.get_hosts().iter().filter_map(|host| match host {
            Host::Tcp(name) => Some(name.clone()),
            #[cfg(unix)]
            Host::Unix(_) => None,
        });
        let elsewhere = names.chain(addresses).find(|host| !is_this_machine(host));
        match (&authority, elsewhere) {
            (None, Some(host)) => return Err(AddressError::Unprotected(host)),
            (Some(_), _) => config.ssl_mode(SslMode::Require),
            (None, None) => config.ssl_mode(SslMode::Disable),
        };
        config.application_name("booqing-hub").connect_timeout(CONNECTING).options(SETTINGS);
        Ok(Self { config, authority: authority.map(Arc::new) })
    }

    pub(super) fn config(&self) -> Config {
        self.config.clone()
    }

    /// How connections are protected; `None` within this machine.
    pub(super) fn tls(&self) -> Result<Option<MakeRustlsConnect>, StorageError> {
        let Some(authority) = &self.authority else { return Ok(None) };
        let config = client_config(Arc::clone(authority))
            .map_err(|error| StorageError::Unreachable(error.to_string()))?;
        Ok(Some(MakeRustlsConnect::new(config)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, AddressError};

    #[test]
    fn a_database_elsewhere_is_reached_over_tls_or_not_at_all() {
        for near in ["postgres://hub@localhost/hub", "postgres://hub@127.0.0.1:5433/hub"] {
            assert!(Address::parse(near, None).is_ok(), "{near}");
        }
        assert!(Address::parse("postgres://hub@%2Frun%2Fpostgresql/hub", None).is_ok());
        let far = Address::parse("postgres://hub:secret@db.example.org/hub", None);
        assert!(matches!(far, Err(AddressError::Unprotected(host)) if host == "db.example.org"));
        for far in [
            "postgres://hub@localhost/hub?hostaddr=192.0.2.1",
            "postgres://hub@localhost,db.example.org/hub",
        ] {
            let parsed = Address::parse(far, None);
            assert!(matches!(parsed, Err(AddressError::Unprotected(_))), "{far}: {parsed:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_repeated() {
        for bad in ["postgres://hub:secret@db.example.org:none/hub", "mysql://secret", "postgres:"]
        {
            let error = Address::parse(bad, None).err().map(|error| error.to_string());
            let error = error.unwrap_or_default();
            assert!(error.contains("no address") && !error.contains("secret"), "{bad}: {error}");
        }
    }
}
