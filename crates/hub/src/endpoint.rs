//! What can be asked of a hub: bytes in, bytes out, whatever they came over.

use std::time::SystemTime;

use booqing_protocol::message::Answer;
use booqing_protocol::{Refusal, decode, encode};
use minicbor::{Decode, Encode};

use crate::service::{Service, ServiceError};
use crate::storage::Desk;

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// A desk comes in.
    Join,
    /// A desk makes an invitation.
    Invite,
    /// A desk sends changes.
    Push,
    /// A desk asks what is new.
    Pull,
    /// A desk compares what it has.
    Compare,
    /// A desk asks for records by their ids.
    Fetch,
}

impl Endpoint {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Join, Self::Invite, Self::Push, Self::Pull, Self::Compare, Self::Fetch];

    /// Its path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Join => "/v1/join",
            Self::Invite => "/v1/invite",
            Self::Push => "/v1/push",
            Self::Pull => "/v1/pull",
            Self::Compare => "/v1/compare",
            Self::Fetch => "/v1/fetch",
        }
    }

    /// The answer to a request, from the desk with this certificate. The call blocks.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing is stored then.
    pub fn answer(
        self,
        service: &Service,
        certificate: Option<&[u8; 32]>,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Vec<u8>, ServiceError> {
        let desk = || certificate.map_or(Ok(None), |certificate| service.desk(certificate));
        match self {
            Self::Join => answer(body, |join| service.join(join, now)),
            Self::Invite => {
                as_desk(desk()?, body, |desk, invite| service.invite(desk, invite, now))
            }
            Self::Push => as_desk(desk()?, body, |desk, push| service.push(desk, push)),
            Self::Pull => as_desk(desk()?, body, |desk, pull| service.pull(desk, pull)),
            Self::Compare => as_desk(desk()?, body, |desk, asked| service.compare(desk, asked)),
            Self::Fetch => as_desk(desk()?, body, |desk, asked| service.fetch(desk, asked)),
        }
    }
}

fn as_desk<Asked, Given>(
    desk: Option<Desk>,
    body: &[u8],
    work: impl FnOnce(Desk, &Asked) -> Result<Result<Given, Refusal>, ServiceError>,
) -> Result<Vec<u8>, ServiceError>
where
    Asked: for<'b> Decode<'b, ()>,
    Given: Encode<()>,
{
    match desk {
        Some(desk) => answer(body, |asked| work(desk, asked)),
        None => refused(Refusal::UnknownDesk),
    }
}

fn answer<Asked, Given>(
    body: &[u8],
    work: impl FnOnce(&Asked) -> Result<Result<Given, Refusal>, ServiceError>,
) -> Result<Vec<u8>, ServiceError>
where
    Asked: for<'b> Decode<'b, ()>,
    Given: Encode<()>,
{
    let asked = match decode(body) {
        Ok(asked) => asked,
        Err(error) => return refused(Refusal::Malformed { reason: error.to_string() }),
    };
    match work(&asked)? {
        Ok(given) => Ok(encode(&Answer::Done(given))?),
        Err(refusal) => refused(refusal),
    }
}

/// The answer that refuses.
pub(crate) fn refused(refusal: Refusal) -> Result<Vec<u8>, ServiceError> {
    Ok(encode(&Answer::<()>::Refused(refusal))?)
}
