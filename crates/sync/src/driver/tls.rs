//! TLS as a desk speaks it: 1.3 and nothing older, to the hub it joined and no other.

use std::sync::Arc;

use booqing_protocol::id::identity;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError,
    RootCertStore, SignatureScheme,
};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::error::Trouble;

/// Trusts the certification authority with one public key, wherever it is found, and nothing else.
#[derive(Debug)]
struct PinnedHub {
    identity: [u8; 32],
    provider: Arc<CryptoProvider>,
}

/// That the hub is another one than the one that was joined.
#[derive(Debug)]
struct AnotherHub;

impl std::fmt::Display for AnotherHub {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the hub has another identity")
    }
}

impl std::error::Error for AnotherHub {}

impl ServerCertVerifier for PinnedHub {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let another =
            || Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(AnotherHub))));
        let authority = intermediates
            .iter()
            .find(|certificate| public_key_hash(certificate) == Some(self.identity))
            .ok_or_else(another)?;
        let mut roots = RootCertStore::empty();
        roots.add(authority.clone().into_owned())?;
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map_err(|error| Error::General(error.to_string()))?
            .verify_server_cert(end_entity, &[], server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not spoken".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn public_key_hash(certificate: &CertificateDer<'_>) -> Option<[u8; 32]> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    Some(identity(parsed.public_key().raw))
}

/// The configuration of a desk's side of a connection. Without a certificate a desk can join and
/// nothing else.
pub(super) fn client_config(
    hub_identity: [u8; 32],
    certificate: Option<(&[u8], &[u8])>,
) -> Result<ClientConfig, Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = PinnedHub { identity: hub_identity, provider: Arc::clone(&provider) };
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match certificate {
        None => config.with_no_client_auth(),
        Some((certificate, key)) => {
            let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.to_vec()));
            config.with_client_auth_cert(vec![CertificateDer::from(certificate.to_vec())], key)?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// What is wrong with a connection, for a person.
pub(super) fn trouble(error: &std::io::Error) -> Option<Trouble> {
    let error = error.get_ref()?.downcast_ref::<Error>()?;
    Some(match error {
        Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Trouble::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Trouble::NotYetValid
            }
            CertificateError::Other(OtherError(other))
                if other.downcast_ref::<AnotherHub>().is_some() =>
            {
                Trouble::IdentityMismatch
            }
            _ => Trouble::Untrusted,
        },
        Error::PeerIncompatible(_) | Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            Trouble::Version
        }
        Error::InvalidMessage(_) => Trouble::NotTls,
        _ => Trouble::Handshake,
    })
}
