//! TLS as the hub speaks it: 1.3 and nothing older, its own authority, desks by certificate.

use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig};

use crate::authority::{Authority, AuthorityError};
use crate::server::ServerError;

/// A certificate is made anew after this time: long before its 90 days are over.
const RENEW_AFTER: Duration = Duration::from_secs(30 * 24 * 3600);

/// The hub's present certificate, made anew while the hub runs.
#[derive(Debug)]
struct Renewing {
    authority: Arc<Authority>,
    present: RwLock<(Arc<CertifiedKey>, SystemTime)>,
}

impl Renewing {
    fn new(authority: Arc<Authority>, now: SystemTime) -> Result<Self, ServerError> {
        let present = RwLock::new((certified(&authority, now)?, now));
        Ok(Self { authority, present })
    }

    fn get(&self, now: SystemTime) -> Option<Arc<CertifiedKey>> {
        let (present, made) = self.present.read().ok().map(|held| (held.0.clone(), held.1))?;
        if now.duration_since(made).is_ok_and(|age| age < RENEW_AFTER) {
            return Some(present);
        }
        // The old one is still good for two months when a new one cannot be made.
        let Ok(renewed) = certified(&self.authority, now) else { return Some(present) };
        if let Ok(mut held) = self.present.write() {
            *held = (Arc::clone(&renewed), now);
        }
        Some(renewed)
    }
}

impl ResolvesServerCert for Renewing {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.get(SystemTime::now())
    }
}

fn certified(authority: &Authority, now: SystemTime) -> Result<Arc<CertifiedKey>, ServerError> {
    let made = authority.hub_certificate(now)?;
    let key = aws_lc_rs::sign::any_supported_type(&PrivateKeyDer::from(made.key))?;
    Ok(Arc::new(CertifiedKey::new(made.chain, key)))
}

/// The configuration of the hub's side of a connection.
///
/// A client without a certificate may connect: it can join and nothing else.
pub(crate) fn server_config(
    authority: Arc<Authority>,
    now: SystemTime,
) -> Result<ServerConfig, ServerError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate().clone())?;
    let clients =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()
            .map_err(|error| ServerError::Tls(rustls::Error::General(error.to_string())))?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(clients)
        .with_cert_resolver(Arc::new(Renewing::new(authority, now)?));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // No data before the handshake is complete: what is sent early can be sent again by others.
    config.max_early_data_size = 0;
    Ok(config)
}

impl From<AuthorityError> for ServerError {
    fn from(error: AuthorityError) -> Self {
        Self::Authority(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_made_anew_in_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let authority = Arc::new(Authority::open(folder.path(), start).expect("an authority"));
        let renewing = Renewing::new(authority, start).expect("a certificate");
        let certificate = |days: u64| {
            let at = start + Duration::from_secs(days * 24 * 3600);
            renewing.get(at).expect("a certificate").cert.first().expect("a leaf").clone()
        };
        let first = certificate(0);
        assert_eq!(certificate(29), first);
        let second = certificate(31);
        assert_ne!(second, first);
        assert_eq!(certificate(32), second);
    }
}
