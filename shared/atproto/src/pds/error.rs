//! What a PDS can answer instead of what it was asked for.

use atrium_xrpc::Error;
use atrium_xrpc::error::{ErrorResponseBody, XrpcErrorKind};
use streamhut_outbound::{FetchError, Refusal};
use url::Url;

use crate::resolve::is_unreachable;

/// Why a PDS gave no usable answer. `pds` is its URL, `method` the NSID that was called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdsError {
    /// The policy does not admit the endpoint. Nothing was sent.
    #[error("the PDS endpoint is refused: {0}")]
    Endpoint(#[from] Refusal),
    /// No answer, or one that the policy stops: a redirect to a forbidden place, too many bytes.
    #[error("{method}: {reason}")]
    Fetch {
        /// The NSID that was called.
        method: String,
        /// What stopped it.
        reason: FetchError,
    },
    /// The server is there, but can't answer now: 429 or 5xx.
    #[error("{pds} answered {method} with {status}")]
    Unavailable {
        /// The PDS's URL.
        pds: String,
        /// The NSID that was called.
        method: String,
        /// The HTTP status.
        status: u16,
    },
    /// This server holds no such repository.
    #[error("{pds} has no such repository")]
    RepoNotFound {
        /// The PDS's URL.
        pds: String,
    },
    /// The account is switched off by its owner.
    #[error("the account is deactivated, says {pds}")]
    RepoDeactivated {
        /// The PDS's URL.
        pds: String,
    },
    /// The account was taken down by the server's moderators.
    #[error("the account is taken down, says {pds}")]
    RepoTakendown {
        /// The PDS's URL.
        pds: String,
    },
    /// The account is suspended by the server's moderators.
    #[error("the account is suspended, says {pds}")]
    RepoSuspended {
        /// The PDS's URL.
        pds: String,
    },
    /// No such record, by the server's mere word.
    #[error("{pds} has no such record")]
    RecordNotFound {
        /// The PDS's URL.
        pds: String,
    },
    /// No such blob, or none that a record refers to.
    #[error("{pds} has no such blob")]
    BlobNotFound {
        /// The PDS's URL.
        pds: String,
    },
    /// Any other refusal.
    #[error("{pds} refused {method} with {status} {error}: {message}")]
    Refused {
        /// The PDS's URL.
        pds: String,
        /// The NSID that was called.
        method: String,
        /// The HTTP status.
        status: u16,
        /// The error's name as the server gave it, cut after 128 characters.
        error: String,
        /// The server's explanation, cut after 256 characters.
        message: String,
    },
    /// An answer that is not what the method's lexicon promises.
    #[error("{pds} answered {method} with something else: {message}")]
    Malformed {
        /// The PDS's URL.
        pds: String,
        /// The NSID that was called.
        method: String,
        /// What is wrong with it.
        message: String,
    },
}

impl PdsError {
    /// Whether nothing was learnt about the repository, so that what was verified before may go
    /// on being used.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unavailable { .. } => true,
            Self::Fetch { reason, .. } => is_unreachable(reason),
            _ => false,
        }
    }

    pub(super) fn from_xrpc(error: Error<ErrorResponseBody>, pds: &Url, method: &str) -> Self {
        let (pds, method) = (pds.to_string(), method.to_owned());
        match error {
            Error::HttpClient(error) => match error.downcast::<FetchError>() {
                Ok(reason) => Self::Fetch { method, reason: *reason },
                Err(other) => Self::Malformed { pds, method, message: other.to_string() },
            },
            Error::Authentication(_) => Self::Refused {
                pds,
                method,
                status: 401,
                error: "AuthenticationRequired".to_owned(),
                message: "the server wants a log-in".to_owned(),
            },
            Error::XrpcResponse(response) => {
                let status = response.status.as_u16();
                let body = match response.error {
                    Some(XrpcErrorKind::Custom(body) | XrpcErrorKind::Undefined(body)) => body,
                    None => ErrorResponseBody { error: None, message: None },
                };
                Self::from_answer(status, body, pds, method)
            }
            other => Self::Malformed { pds, method, message: other.to_string() },
        }
    }

    /// By the error names of the lexicons of `com.atproto.sync`.
    fn from_answer(status: u16, body: ErrorResponseBody, pds: String, method: String) -> Self {
        match body.error.as_deref().unwrap_or_default() {
            "RepoNotFound" => Self::RepoNotFound { pds },
            "RepoDeactivated" => Self::RepoDeactivated { pds },
            "RepoTakendown" => Self::RepoTakendown { pds },
            "RepoSuspended" => Self::RepoSuspended { pds },
            "RecordNotFound" => Self::RecordNotFound { pds },
            "BlobNotFound" => Self::BlobNotFound { pds },
            _ if status == 429 || status >= 500 => Self::Unavailable { pds, method, status },
            name => Self::Refused {
                pds,
                method,
                status,
                error: name.chars().take(128).collect(),
                message: body.message.unwrap_or_default().chars().take(256).collect(),
            },
        }
    }
}
