//! From a handle to the DID that it names, by both ways that a handle's owner may have chosen.
//!
//! Source: <https://atproto.com/specs/handle#handle-resolution>. What comes out is the handle's word alone: it
//! counts once the DID's document names the handle too ([`crate::DidDocument::handle`]).

use atrium_api::com::atproto::identity::resolve_handle;
use futures_util::future::{Either, select};
use serde::Deserialize;
use streamhut_outbound::{
    FetchError, HostError, Limits, Policy, PublicHost, Redirects, Refusal, Request, Response, Transport,
    TransportError, fetch,
};
use url::Url;

use crate::{Did, Handle, HandleRecords};

/// Most bytes of any answer here: a DID, or a handful of DNS records.
const MAX_ANSWER_BYTES: usize = 16 * 1024;
/// A host may serve its well-known files from elsewhere.
const MAX_REDIRECTS: u8 = 3;
/// What a DNS server says of a name that nobody has.
const NO_SUCH_NAME: u16 = 3;

/// What Workers get in place of an answer of a host that has no address.
const NO_ORIGIN: u16 = 530;

/// Whom to ask for handles, and how long to wait.
#[derive(Debug, Clone)]
pub struct HandleResolver {
    /// A DNS-over-HTTPS resolver that answers `application/dns-json`, set by the operator.
    pub dns: Url,
    /// A server whose `com.atproto.identity.resolveHandle` is believed for handles under `.test`, which no DNS
    /// knows. `None` refuses them.
    pub tests: Option<Url>,
    /// Milliseconds until an answer must be there.
    pub deadline_ms: u32,
}

/// Why a handle leads to no DID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// A handle that no public host can have. Nothing was sent.
    #[error("{handle} names no public host: {reason}")]
    Host {
        /// The handle.
        handle: Handle,
        /// Why its host is refused.
        reason: HostError,
    },
    /// Neither DNS nor its own host says a DID for it.
    #[error("{handle} names no account")]
    Unknown {
        /// The handle.
        handle: Handle,
    },
    /// Its DNS records name several DIDs, so that none counts.
    #[error("{handle} names {count} DIDs in DNS, where one may stand")]
    Ambiguous {
        /// The handle.
        handle: Handle,
        /// How many.
        count: usize,
    },
    /// What stands where a DID belongs is none.
    #[error("{handle} names `{found}`, which is no DID")]
    Invalid {
        /// The handle.
        handle: Handle,
        /// What stands there, cut.
        found: String,
    },
    /// An answer that is neither a DID nor a clear no.
    #[error("{url} answered {status} for {handle}")]
    Status {
        /// The handle.
        handle: Handle,
        /// Who was asked.
        url: String,
        /// The HTTP status, or the DNS response code.
        status: u16,
    },
    /// No answer, or one that the policy stops.
    #[error("the DID of {handle}: {reason}")]
    Fetch {
        /// The handle.
        handle: Handle,
        /// What stopped it.
        reason: FetchError,
    },
}

impl HandleError {
    /// Whether nothing was learnt about the handle: whoever should know gave no usable answer.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Status { .. } | Self::Fetch { .. })
    }

    /// Whether there is no host to ask, as far as one can tell.
    fn is_no_host(&self) -> bool {
        match self {
            Self::Status { status, .. } => *status == NO_ORIGIN,
            Self::Fetch { reason, .. } => {
                matches!(reason, FetchError::Transport(TransportError::Failed { .. }))
            }
            _ => false,
        }
    }

    /// Whether somebody did answer for this handle, wrongly: then no other way is tried.
    fn is_an_answer(&self) -> bool {
        matches!(self, Self::Ambiguous { .. } | Self::Invalid { .. })
    }
}

impl HandleResolver {
    /// Asks DNS and the handle's own host at once. DNS goes first where both answer; where it doesn't answer, or
    /// has nothing, the host's word counts.
    ///
    /// # Errors
    /// [`HandleError`].
    pub async fn resolve<T: Transport>(
        &self,
        transport: &T,
        policy: &Policy,
        handle: &Handle,
    ) -> Result<Did, HandleError> {
        if let Some(server) = self.tests.as_ref().filter(|_| handle.is_test()) {
            return self.by_server(transport, policy, server, handle).await;
        }
        PublicHost::parse(handle.as_str())
            .map_err(|reason| HandleError::Host { handle: handle.clone(), reason })?;
        let dns = Box::pin(self.by_dns(transport, policy, handle));
        let host = Box::pin(self.by_host(transport, policy, handle));
        let (by_dns, host) = match select(dns, host).await {
            Either::Left((by_dns, host)) => (by_dns, Either::Left(host)),
            Either::Right((by_host, dns)) => (dns.await, Either::Right(by_host)),
        };
        let unanswered = match by_dns {
            Err(error) if !error.is_an_answer() => error,
            answered => return answered,
        };
        let by_host = match host {
            Either::Left(host) => host.await,
            Either::Right(by_host) => by_host,
        };
        by_host.map_err(|error| match error {
            error if error.is_an_answer() => error,
            _ if unanswered.is_unavailable() => unanswered,
            // Where DNS clearly has nothing, a host that isn't there has nothing either.
            error if error.is_no_host() => unanswered,
            error => error,
        })
    }

    async fn by_dns<T: Transport>(
        &self,
        transport: &T,
        policy: &Policy,
        handle: &Handle,
    ) -> Result<Did, HandleError> {
        let mut url = self.dns.clone();
        url.query_pairs_mut().append_pair("name", &format!("_atproto.{handle}")).append_pair("type", "TXT");
        let asked = url.to_string();
        let mut request = Request::get(url);
        request.headers.push(("accept".to_owned(), "application/dns-json".to_owned()));
        let response = self.send(transport, policy, request, handle).await?;
        let bad = |status| HandleError::Status { handle: handle.clone(), url: asked.clone(), status };
        if response.status != 200 {
            return Err(bad(response.status));
        }
        let records = HandleRecords::parse(&response.body).map_err(|_| bad(response.status))?;
        match records.code {
            0 => one(handle, &records.dids),
            NO_SUCH_NAME => Err(HandleError::Unknown { handle: handle.clone() }),
            status => Err(bad(status)),
        }
    }

    async fn by_host<T: Transport>(
        &self,
        transport: &T,
        policy: &Policy,
        handle: &Handle,
    ) -> Result<Did, HandleError> {
        let url = parsed(&format!("https://{handle}/.well-known/atproto-did"), handle)?;
        let asked = url.to_string();
        let response = self.send(transport, policy, Request::get(url), handle).await?;
        match response.status {
            200 => did(handle, String::from_utf8_lossy(&response.body).trim()),
            400..=499 if response.status != 429 => Err(HandleError::Unknown { handle: handle.clone() }),
            status => Err(HandleError::Status { handle: handle.clone(), url: asked, status }),
        }
    }

    async fn by_server<T: Transport>(
        &self,
        transport: &T,
        policy: &Policy,
        server: &Url,
        handle: &Handle,
    ) -> Result<Did, HandleError> {
        let base = server.as_str().trim_end_matches('/');
        let url = parsed(&format!("{base}/xrpc/{}?handle={handle}", resolve_handle::NSID), handle)?;
        let asked = url.to_string();
        let response = self.send(transport, policy, Request::get(url), handle).await?;
        match response.status {
            200 => {
                let answer: Resolved = serde_json::from_slice(&response.body)
                    .map_err(|_| HandleError::Status { handle: handle.clone(), url: asked, status: 200 })?;
                did(handle, &answer.did)
            }
            400 | 404 => Err(HandleError::Unknown { handle: handle.clone() }),
            status => Err(HandleError::Status { handle: handle.clone(), url: asked, status }),
        }
    }

    async fn send<T: Transport>(
        &self,
        transport: &T,
        policy: &Policy,
        request: Request,
        handle: &Handle,
    ) -> Result<Response, HandleError> {
        let limits = Limits { max_bytes: MAX_ANSWER_BYTES, deadline_ms: self.deadline_ms };
        fetch(transport, policy, request, limits, Redirects::Follow(MAX_REDIRECTS))
            .await
            .map_err(|reason| HandleError::Fetch { handle: handle.clone(), reason })
    }
}

#[derive(Deserialize)]
struct Resolved {
    did: String,
}

fn one(handle: &Handle, dids: &[String]) -> Result<Did, HandleError> {
    match dids {
        [] => Err(HandleError::Unknown { handle: handle.clone() }),
        [only] => did(handle, only),
        several => Err(HandleError::Ambiguous { handle: handle.clone(), count: several.len() }),
    }
}

fn did(handle: &Handle, text: &str) -> Result<Did, HandleError> {
    let found = || text.chars().take(128).collect();
    Did::parse(text).map_err(|_| HandleError::Invalid { handle: handle.clone(), found: found() })
}

fn parsed(text: &str, handle: &Handle) -> Result<Url, HandleError> {
    let refused = |_| FetchError::Refused(Refusal::NotAUrl(text.to_owned()));
    Url::parse(text).map_err(refused).map_err(|reason| HandleError::Fetch { handle: handle.clone(), reason })
}
