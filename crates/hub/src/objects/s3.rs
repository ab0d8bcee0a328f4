//! A store that speaks S3, reached over TLS 1.3 by the hub's own client.
//!
//! Where it is and who asks stand in the environment by the names its tools use (`AWS_ENDPOINT`,
//! `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`), so that no secret stands on a command line.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use http_body_util::BodyExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::rt::TokioExecutor;
use object_store::aws::AmazonS3Builder;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    HttpResponse, HttpResponseBody, HttpService,
};
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore};
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

use crate::elsewhere::{NoAuthority, authorities, client_config, is_this_machine};

/// What is wrong with the address of a store.
#[derive(Debug, Error)]
pub enum AddressError {
    /// It is none.
    #[error("the store of chunks is named s3://bucket or s3://bucket/folder")]
    Unreadable,
    /// Another machine would be reached in the clear, or nobody vouches for it.
    #[error(
        "the store of chunks is on another machine, and nobody vouches for it: use an address that \
         begins with https:// in AWS_ENDPOINT, and name with --objects-ca a file (PEM) with the \
         certificates of the authorities to trust"
    )]
    Unprotected,
    /// The certificates cannot be read.
    #[error(transparent)]
    Certificate(#[from] NoAuthority),
    /// TLS could not be set up.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// Where a store is, and who asks.
#[derive(Debug, Clone)]
pub struct Address {
    builder: AmazonS3Builder,
    folder: Option<String>,
}

impl Address {
    /// Reads `s3://bucket/folder` and the environment.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse(url: &str, authority: Option<&Path>) -> Result<Self, AddressError> {
        Self::with(AmazonS3Builder::from_env(), url, authority)
    }

    /// Reads `s3://bucket/folder`, with everything else as it is given.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn with(
        builder: AmazonS3Builder,
        url: &str,
        authority: Option<&Path>,
    ) -> Result<Self, AddressError> {
        use object_store::aws::AmazonS3ConfigKey::Endpoint;
        let rest = url.strip_prefix("s3://").ok_or(AddressError::Unreadable)?;
        let (bucket, folder) = rest.split_once('/').unwrap_or((rest, ""));
        let folder = folder.trim_matches('/');
        if bucket.is_empty() {
            return Err(AddressError::Unreadable);
        }
        let endpoint = builder.get_config_value(&Endpoint);
        let is_near = endpoint.as_deref().is_some_and(is_near);
        let roots = match authority {
            Some(file) => authorities(file)?,
            None if is_near => RootCertStore::empty(),
            None => return Err(AddressError::Unprotected),
        };
        let builder = builder
            .with_bucket_name(bucket)
            .with_allow_http(is_near)
            .with_http_connector(Connector::new(roots)?);
        Ok(Self { builder, folder: (!folder.is_empty()).then(|| folder.to_owned()) })
    }

    /// A client for the store. Nothing is connected yet.
    pub(super) fn connect(&self) -> object_store::Result<Arc<dyn ObjectStore>> {
        let store = self.builder.clone().build()?;
        Ok(match &self.folder {
            Some(folder) => Arc::new(PrefixStore::new(store, folder.as_str())),
            None => Arc::new(store),
        })
    }
}

/// Whether an address leads to a port of this machine.
fn is_near(endpoint: &str) -> bool {
    let uri = endpoint.parse::<hyper::Uri>().ok();
    let host = uri.as_ref().and_then(hyper::Uri::host);
    host.is_some_and(|host| is_this_machine(host.trim_matches(['[', ']'])))
}

/// Makes connections to the store.
#[derive(Debug)]
struct Connector(Arc<ClientConfig>);

impl Connector {
    fn new(roots: RootCertStore) -> Result<Self, AddressError> {
        Ok(Self(Arc::new(client_config(Arc::new(roots))?)))
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let tls = HttpsConnectorBuilder::new()
            .with_tls_config(ClientConfig::clone(&self.0))
            .https_or_http()
            .enable_http1()
            .build();
        Ok(HttpClient::new(Connections(Client::builder(TokioExecutor::new()).build(tls))))
    }
}

/// Connections that are kept and used again.
#[derive(Debug)]
struct Connections(Client<HttpsConnector<Tcp>, HttpRequestBody>);

#[async_trait]
impl HttpService for Connections {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.request(request).await.map_err(|error| {
            let kind = if error.is_connect() {
                HttpErrorKind::Connect
            } else {
                HttpErrorKind::Interrupted
            };
            HttpError::new(kind, error)
        })?;
        Ok(answer.map(|body| {
            let cut = |error| HttpError::new(HttpErrorKind::Interrupted, error);
            HttpResponseBody::new(body.map_err(cut))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(endpoint: &str) -> Result<Address, AddressError> {
        Address::with(AmazonS3Builder::new().with_endpoint(endpoint), "s3://chunks/office", None)
    }

    #[test]
    fn a_store_elsewhere_is_reached_over_tls_or_not_at_all() {
        for near in ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"] {
            assert!(parsed(near).is_ok(), "{near}");
        }
        for far in [
            "http://store.example.org",
            "https://store.example.org",
            "http://127.0.0.1.example.org",
            "http://127.0.0.1@store.example.org",
        ] {
            assert!(matches!(parsed(far), Err(AddressError::Unprotected)), "{far}");
        }
        let nowhere = Address::with(AmazonS3Builder::new(), "s3://chunks", None);
        assert!(matches!(nowhere, Err(AddressError::Unprotected)), "the usual one is elsewhere");
    }

    #[test]
    fn an_address_that_is_none_says_how_one_looks() {
        for bad in ["chunks", "s3://", "s3:///office", "http://127.0.0.1/chunks"] {
            let refused = Address::with(
                AmazonS3Builder::new().with_endpoint("http://127.0.0.1:9"),
                bad,
                None,
            );
            assert!(matches!(refused, Err(AddressError::Unreadable)), "{bad}");
        }
    }
}
