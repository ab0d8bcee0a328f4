//! The hub's own certification authority.
//!
//! Made at the first start. Its public key is the hub's identity, which every invitation carries:
//! a desk trusts this authority and no other, and the authority signs nothing but this hub and its
//! desks.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use booqing_protocol::Id;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData, SanType,
};
use rustls::pki_types::{CertificateDer, CertificateSigningRequestDer, PrivatePkcs8KeyDer};
use thiserror::Error;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

pub(crate) const KEY: &str = "authority.key";
pub(crate) const CERTIFICATE: &str = "authority.crt";
const AUTHORITY_DAYS: i64 = 3650;
const HUB_DAYS: i64 = 90;
/// A desk's certificate outlives the desk: what shuts a desk out is the hub's list of desks.
const DESK_DAYS: i64 = 3650;

/// Why the authority could not be made, read or used.
#[derive(Debug, Error)]
pub enum AuthorityError {
    /// A file cannot be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A certificate could not be made.
    #[error("a certificate could not be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// What a desk asks to be signed is no signing request.
    #[error("this is no certificate signing request")]
    NotARequest,
}

/// The certification authority of one hub.
pub struct Authority {
    key: Zeroizing<Vec<u8>>,
    certificate: CertificateDer<'static>,
    identity: [u8; 32],
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Authority").field("name", &self.server_name()).finish()
    }
}

/// A certificate of the hub with its key.
pub(crate) struct HubCertificate {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivatePkcs8KeyDer<'static>,
}

impl Authority {
    /// Reads the authority of a data folder, or makes it at the first start.
    ///
    /// # Errors
    /// [`AuthorityError`]. A folder that has one of the two files and not the other is refused: a
    /// new authority would lock every desk out.
    pub fn open(folder: &Path, now: SystemTime) -> Result<Self, AuthorityError> {
        let (key_path, certificate_path) = (folder.join(KEY), folder.join(CERTIFICATE));
        if !key_path.exists() && !certificate_path.exists() {
            make(&key_path, &certificate_path, now)?;
        }
        let read = |path: &Path| {
            fs::read(path)
                .map_err(|source| AuthorityError::File { path: path.to_path_buf(), source })
        };
        let key = Zeroizing::new(read(&key_path)?);
        let certificate = CertificateDer::from(read(&certificate_path)?);
        let identity = identity_of(&key_pair(&key)?);
        Ok(Self { key, certificate, identity })
    }

    /// The hub's identity: BLAKE3 over its public key (SubjectPublicKeyInfo, DER).
    pub fn identity(&self) -> &[u8; 32] {
        &self.identity
    }

    /// The name for which the hub's certificates are made. It follows from the identity and not
    /// from an address, so the hub may move.
    pub fn server_name(&self) -> String {
        booqing_protocol::id::server_name(&self.identity)
    }

    /// The authority's certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Makes a certificate for the hub itself.
    pub(crate) fn hub_certificate(
        &self,
        now: SystemTime,
    ) -> Result<HubCertificate, AuthorityError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Smartbooqing hub");
        params.subject_alt_names = vec![SanType::DnsName(self.server_name().try_into()?)];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        lasting(&mut params, now, HUB_DAYS);
        let certificate = params.signed_by(&key, &self.issuer()?)?;
        Ok(HubCertificate {
            chain: vec![certificate.der().clone(), self.certificate.clone()],
            key: PrivatePkcs8KeyDer::from(key.serialize_der()),
        })
    }

    /// Signs a desk's request. Of the request only the public key is used.
    ///
    /// # Errors
    /// [`AuthorityError::NotARequest`].
    pub fn sign_desk(
        &self,
        desk: Id,
        request: &[u8],
        now: SystemTime,
    ) -> Result<CertificateDer<'static>, AuthorityError> {
        let request = CertificateSigningRequestDer::from(request);
        let mut request = CertificateSigningRequestParams::from_der(&request)
            .map_err(|_| AuthorityError::NotARequest)?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, desk.to_string());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        lasting(&mut params, now, DESK_DAYS);
        request.params = params;
        Ok(request.signed_by(&self.issuer()?)?.der().clone())
    }

    fn issuer(&self) -> Result<Issuer<'static, KeyPair>, AuthorityError> {
        Ok(Issuer::from_ca_cert_der(&self.certificate, key_pair(&self.key)?)?)
    }
}

fn key_pair(der: &[u8]) -> Result<KeyPair, AuthorityError> {
    Ok(KeyPair::try_from(der)?)
}

fn identity_of(key: &KeyPair) -> [u8; 32] {
    booqing_protocol::id::identity(&key.subject_public_key_info())
}

fn make(key_path: &Path, certificate_path: &Path, now: SystemTime) -> Result<(), AuthorityError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Smartbooqing hub authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    lasting(&mut params, now, AUTHORITY_DAYS);
    let certificate = params.self_signed(&key)?;
    // The key first: a certificate without its key would be taken for a damaged authority.
    write_private(key_path, &key.serialize_der())?;
    write_private(certificate_path, certificate.der())
}

fn lasting(params: &mut CertificateParams, now: SystemTime, days: i64) {
    let now = OffsetDateTime::from(now);
    // A desk's clock may be a little behind.
    params.not_before = now - Duration::hours(1);
    params.not_after = now + Duration::days(days);
}

/// Writes a file that only its owner reads, whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), AuthorityError> {
    use std::io::Write;
    let write = || -> io::Result<()> {
        let folder = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        fs::File::open(folder)?.sync_all()
    };
    write().map_err(|source| AuthorityError::File { path: path.to_path_buf(), source })
}
