//! What can be asked of a hub: bytes in, bytes out, whatever they came over.

use std::time::SystemTime;

use booqing_protocol::message::Answer;
use booqing_protocol::{Refusal, decode, encode};
use minicbor::{Decode, Encode};

use crate::service::{Service, ServiceError};
use crate::storage::Desk;

/// What a hub says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The bytes of the answer.
    pub bytes: Vec<u8>,
    /// `done`, or the code of the refusal: what is counted and logged of it.
    pub outcome: &'static str,
}

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
    /// A desk that has nothing asks what there is.
    Manifest,
    /// It reads that.
    Scan,
    /// A desk asks for versions that a page had no room for.
    Recall,
    /// A desk has chunks.
    Offer,
    /// A desk waits for news. The answer is where the administration is now; whoever serves it holds
    /// it back while that is no news.
    Wait,
}

impl Endpoint {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Join,
        Self::Invite,
        Self::Push,
        Self::Pull,
        Self::Compare,
        Self::Fetch,
        Self::Manifest,
        Self::Scan,
        Self::Recall,
        Self::Offer,
        Self::Wait,
    ];

    /// Its path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Join => "/v1/join",
            Self::Invite => "/v1/invite",
            Self::Push => "/v1/push",
            Self::Pull => "/v1/pull",
            Self::Compare => "/v1/compare",
            Self::Fetch => "/v1/fetch",
            Self::Manifest => "/v1/manifest",
            Self::Scan => "/v1/scan",
            Self::Recall => "/v1/recall",
            Self::Offer => "/v1/offer",
            Self::Wait => "/v1/wait",
        }
    }

    /// Its name, for the operator.
    pub fn name(self) -> &'static str {
        self.path().trim_start_matches("/v1/")
    }

    /// Whether its answer is a page.
    pub fn gives_page(self) -> bool {
        matches!(self, Self::Pull | Self::Fetch | Self::Scan | Self::Recall)
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
    ) -> Result<Reply, ServiceError> {
        let desk = || certificate.map_or(Ok(None), |certificate| service.desk(certificate));
        match self {
            Self::Join => answer(body, |join| service.join(join, now)),
            Self::Invite => {
                as_desk(desk()?, body, |desk, invite| service.invite(desk, invite, now))
            }
            Self::Push => as_desk(desk()?, body, |desk, push| service.push(desk, push, now)),
            Self::Pull => as_desk(desk()?, body, |desk, pull| service.pull(desk, pull)),
            Self::Compare => as_desk(desk()?, body, |desk, asked| service.compare(desk, asked)),
            Self::Fetch => as_desk(desk()?, body, |desk, asked| service.fetch(desk, asked)),
            Self::Manifest => as_desk(desk()?, body, |desk, asked| service.manifest(desk, asked)),
            Self::Scan => as_desk(desk()?, body, |desk, asked| service.scan(desk, asked)),
            Self::Recall => as_desk(desk()?, body, |desk, asked| service.recall(desk, asked)),
            Self::Offer => as_desk(desk()?, body, |desk, asked| service.offer(desk, asked)),
            Self::Wait => as_desk(desk()?, body, |desk, asked| service.wait(desk, asked)),
        }
    }
}

fn as_desk<Asked, Given>(
    desk: Option<Desk>,
    body: &[u8],
    work: impl FnOnce(Desk, &Asked) -> Result<Result<Given, Refusal>, ServiceError>,
) -> Result<Reply, ServiceError>
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
) -> Result<Reply, ServiceError>
where
    Asked: for<'b> Decode<'b, ()>,
    Given: Encode<()>,
{
    let asked = match decode(body) {
        Ok(asked) => asked,
        Err(error) => return refused(Refusal::Malformed { reason: error.to_string() }),
    };
    match work(&asked)? {
        Ok(given) => Ok(Reply { bytes: encode(&Answer::Done(given))?, outcome: "done" }),
        Err(refusal) => refused(refusal),
    }
}

/// The answer that refuses.
pub(crate) fn refused(refusal: Refusal) -> Result<Reply, ServiceError> {
    let outcome = refusal.code();
    Ok(Reply { bytes: encode(&Answer::<()>::Refused(refusal))?, outcome })
}
