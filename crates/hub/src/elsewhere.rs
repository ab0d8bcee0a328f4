//! What a hub itself reaches: a database, a store of chunks. On this machine, or over TLS to whom a named
//! authority vouches for.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

/// That certificates of authorities cannot be read.
#[derive(Debug, Error)]
#[error("{file}: {reason}")]
pub struct NoAuthority {
    /// The file.
    file: String,
    /// What is wrong with it.
    reason: String,
}

/// The authorities whose certificates (PEM) stand in a file.
pub(crate) fn authorities(path: &Path) -> Result<RootCertStore, NoAuthority> {
    let failed = |reason: String| NoAuthority { file: path.display().to_string(), reason };
    let mut roots = RootCertStore::empty();
    for certificate in
        CertificateDer::pem_file_iter(path).map_err(|error| failed(error.to_string()))?
    {
        let certificate = certificate.map_err(|error| failed(error.to_string()))?;
        roots.add(certificate).map_err(|error| failed(error.to_string()))?;
    }
    if roots.is_empty() { Err(failed("it holds no certificate".to_owned())) } else { Ok(roots) }
}

/// TLS 1.3, and nothing older, to whom these authorities vouch for.
pub(crate) fn client_config(roots: Arc<RootCertStore>) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Whether a host is this machine: then nobody listens on the way.
pub(crate) fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
