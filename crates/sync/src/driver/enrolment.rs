//! How a desk comes in, and how it lets another in.

use booqing_keys::{Secret, aead};
use booqing_protocol::message::{Invite, Join, Joined};
use booqing_protocol::{Id, Invitation, VERSION};
use booqing_store::tables::connection::Connection;
use rcgen::{CertificateParams, KeyPair};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::client::HubClient;
use crate::SyncError;
use crate::wire::model_id;

/// How long an invitation shown on a screen is valid, in seconds.
const IN_PERSON: u32 = 600;

/// A desk that has come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The administration.
    pub administration: Id,
    /// What reaches its hub and reads what comes from it.
    pub connection: Connection,
    /// Whether it is the first desk, which makes the administration's record.
    pub is_first: bool,
}

/// What a desk gives to the one it invites.
#[derive(Serialize, Deserialize)]
struct Bundle {
    administration_key: [u8; 32],
}

/// Comes in with an invitation, under an id that was never given before.
///
/// # Errors
/// [`SyncError::Refused`] when the invitation is used or has expired; otherwise what kept the hub
/// from answering. Nothing is kept then.
pub async fn join(invitation: &Invitation, desk: Id, name: &str) -> Result<Enrolled, SyncError> {
    let unusable =
        |reason: String| SyncError::Unreachable { address: invitation.address.clone(), reason };
    let key = KeyPair::generate().map_err(|error| unusable(error.to_string()))?;
    let request = CertificateParams::default()
        .serialize_request(&key)
        .map_err(|error| unusable(error.to_string()))?;
    let join = Join {
        version: VERSION,
        proof: invitation.proof(),
        desk,
        name: name.to_owned(),
        request: request.der().to_vec().into(),
    };
    let mut hub = HubClient::new(&invitation.address, *invitation.identity, None)?;
    let joined: Joined = hub.ask("/v1/join", &join).await?;
    let is_first = joined.bundle.is_none();
    let administration_key = match &joined.bundle {
        None => booqing_keys::random::bytes().map_err(|_| SyncError::NoRandom)?,
        Some(bundle) => open_bundle(invitation, bundle)?,
    };
    Ok(Enrolled {
        administration: joined.administration,
        connection: Connection {
            name: joined.name,
            desk: model_id(desk),
            address: invitation.address.clone(),
            hub_identity: *invitation.identity,
            certificate: joined.certificate.to_vec(),
            private_key: key.serialize_der(),
            administration_key,
        },
        is_first,
    })
}

/// Makes an invitation for another desk, to be shown on the screen: valid ten minutes, once.
///
/// # Errors
/// What kept the hub from answering. There is no invitation then.
pub async fn invite(
    hub: &mut HubClient,
    administration: Id,
    connection: &Connection,
) -> Result<Invitation, SyncError> {
    let secret: [u8; 32] = booqing_keys::random::bytes().map_err(|_| SyncError::NoRandom)?;
    let invitation = Invitation {
        address: connection.address.clone(),
        identity: connection.hub_identity.into(),
        administration,
        secret: secret.into(),
    };
    let bundle = Bundle { administration_key: connection.administration_key };
    let wrong = || SyncError::Content { class: "bundle".to_owned(), id: administration };
    let content = Zeroizing::new(serde_json::to_vec(&bundle).map_err(|_| wrong())?);
    let key = Secret::new(invitation.bundle_key());
    let sealed =
        aead::seal(&key, &place(&invitation), &content).map_err(|_| SyncError::NoRandom)?;
    let invite = Invite { proof: invitation.proof(), bundle: sealed.into(), seconds: IN_PERSON };
    let () = hub.ask("/v1/invite", &invite).await?;
    Ok(invitation)
}

fn open_bundle(invitation: &Invitation, bundle: &[u8]) -> Result<[u8; 32], SyncError> {
    let wrong =
        || SyncError::NotAuthentic { class: "bundle".to_owned(), id: invitation.administration };
    let key = Secret::new(invitation.bundle_key());
    let content = aead::open(&key, &place(invitation), bundle).map_err(|_| wrong())?;
    let bundle: Bundle = serde_json::from_slice(&content).map_err(|_| wrong())?;
    Ok(bundle.administration_key)
}

/// What a bundle is bound to.
fn place(invitation: &Invitation) -> Vec<u8> {
    let mut bytes = b"smartbooqing bundle 1".to_vec();
    bytes.extend_from_slice(&invitation.administration.0);
    bytes
}
