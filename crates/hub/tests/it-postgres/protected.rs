//! A database that is reached over TLS.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use booqing_hub::authority::Authority;
use booqing_hub::storage::postgres::{Address, Postgres};
use booqing_hub::{Storage, StorageError};
use booqing_protocol::Id;
use booqing_scratch_postgres::Server;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// An authority, as a file with its certificate, and a server certificate that it signed.
fn vouched(folder: &Path, name: &str) -> (PathBuf, String, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).expect("an authority");
    let file = folder.join(format!("{name}.pem"));
    std::fs::write(&file, authority.pem()).expect("written");
    let server = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let issuer = Issuer::from_ca_cert_der(authority.der(), key).expect("an issuer");
    let certificate = params.signed_by(&server, &issuer).expect("a certificate");
    (file, certificate.pem(), server.serialize_pem())
}

#[test]
fn the_connection_is_encrypted_and_nobody_else_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let (own, certificate, key) = vouched(folder.path(), "own");
    let (foreign, ..) = vouched(folder.path(), "foreign");
    let server = Server::start_over_tls(&certificate, &key).expect("a server");
    let url = server.database().expect("a database");
    let name = url.rsplit('/').next().expect("a name");
    let url = format!("postgres://{name}@localhost:{}/{name}", server.port());
    let authority = Authority::open(folder.path(), SystemTime::now()).expect("an authority");
    let open = |file: &Path| {
        let address = Address::parse(&url, Some(file)).expect("an address");
        Postgres::open(address, authority.identity())
    };

    let refused = open(&foreign).err();
    assert!(matches!(refused, Some(StorageError::Unreachable(_))), "{refused:?}");
    let storage = open(&own).expect("storage");
    storage.create_administration(Id([1; 16]), "Kantoor").expect("an administration");
    let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                     WHERE application_name = 'booqing-hub'";
    assert_eq!(server.sql(name, encrypted).expect("asked"), "t");
}
