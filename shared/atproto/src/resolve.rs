//! From a DID to its document.
//!
//! Source: <https://atproto.com/specs/did#blessed-did-methods>.

use streamhut_outbound::{
    FetchError, HostError, Limits, Policy, PublicHost, Redirects, Refusal, Request, Response, Transport,
    TransportError, fetch,
};
use url::Url;

use crate::{Did, DidDocument, DidDocumentError, MAX_DID_DOCUMENT_BYTES};

/// Whom to ask, and how long to wait.
#[derive(Debug, Clone)]
pub struct Resolver {
    /// The PLC directory's URL, set by the operator.
    pub plc: Url,
    /// Milliseconds until a document must be there.
    pub deadline_ms: u32,
}

/// Why a DID has no usable document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// A `did:web` of a host that may not be called. Nothing was sent.
    #[error("{did} names no public host: {reason}")]
    Host {
        /// The DID.
        did: Did,
        /// Why its host is refused.
        reason: HostError,
    },
    /// Nobody knows this account.
    #[error("{did} does not exist")]
    UnknownAccount {
        /// The DID.
        did: Did,
    },
    /// The account existed and was given up for good.
    #[error("{did} has been deleted")]
    Tombstoned {
        /// The DID.
        did: Did,
    },
    /// An answer that is neither a document nor a clear no.
    #[error("{url} answered {status} for {did}")]
    Status {
        /// The DID.
        did: Did,
        /// Who was asked.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// No answer, or one that the policy stops: a redirect, more than 512 KiB.
    #[error("the document of {did}: {reason}")]
    Fetch {
        /// The DID.
        did: Did,
        /// What stopped it.
        reason: FetchError,
    },
    /// An answer that is no document of this account.
    #[error(transparent)]
    Document(#[from] DidDocumentError),
}

impl ResolveError {
    /// Whether nothing was learnt about the account, so that what was known before may go on
    /// being used.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            Self::Fetch { reason, .. } => is_unreachable(reason),
            _ => false,
        }
    }
}

/// Whether a request failed for want of a whole answer, rather than because of the answer.
pub(crate) fn is_unreachable(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::Transport(
            TransportError::Deadline { .. }
                | TransportError::Failed { .. }
                | TransportError::Incomplete { .. }
        )
    )
}

impl Resolver {
    /// Fetches and reads the document of `did`: a `did:plc` from the directory, a `did:web`
    /// from its own host. Redirects are not followed, and 512 KiB is the most that is read.
    ///
    /// # Errors
    /// [`ResolveError`].
    pub async fn resolve<T: Transport>(
        &self,
        transport: &T,
        policy: &Policy,
        did: &Did,
    ) -> Result<DidDocument, ResolveError> {
        let url = self.document_url(did)?;
        let limits = Limits { max_bytes: MAX_DID_DOCUMENT_BYTES, deadline_ms: self.deadline_ms };
        let asked = url.to_string();
        let response = fetch(transport, policy, Request::get(url), limits, Redirects::Refuse)
            .await
            .map_err(|reason| ResolveError::Fetch { did: did.clone(), reason })?;
        read(response, asked, did)
    }

    fn document_url(&self, did: &Did) -> Result<Url, ResolveError> {
        let text = match did.web_host() {
            Some(host) => {
                let host = PublicHost::parse(host)
                    .map_err(|reason| ResolveError::Host { did: did.clone(), reason })?;
                format!("https://{host}/.well-known/did.json")
            }
            None => format!("{}/{did}", self.plc.as_str().trim_end_matches('/')),
        };
        Url::parse(&text).map_err(|_| ResolveError::Fetch {
            did: did.clone(),
            reason: FetchError::Refused(Refusal::NotAUrl(text)),
        })
    }
}

fn read(response: Response, url: String, did: &Did) -> Result<DidDocument, ResolveError> {
    let did = did.clone();
    match response.status {
        200 => Ok(DidDocument::parse(&response.body, &did)?),
        404 => Err(ResolveError::UnknownAccount { did }),
        410 => Err(ResolveError::Tombstoned { did }),
        status => Err(ResolveError::Status { did, url, status }),
    }
}
