//! Everything that can keep a request from its answer, and how each is told outside.

use streamhut_atproto::{Did, Handle, HandleError};
use streamhut_outbound::FetchError;
use streamhut_release::{ModuleError, NameError, ReleaseError};

use crate::SourceError;

/// Why there is no answer. `Display` is for the log and carries every value; [`Fault::public`] is for outside.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A path that is none of ours.
    #[error("no route `{path}`")]
    UnknownRoute {
        /// The path, cut.
        path: String,
    },
    /// A DID that is none, or whose host may not be asked.
    #[error("{reason}")]
    InvalidDid {
        /// What is wrong with it.
        reason: String,
    },
    /// What stands for a handle is none.
    #[error("{reason}")]
    InvalidHandle {
        /// What is wrong with it.
        reason: String,
    },
    /// A handle that leads to no account, or to one that doesn't bear it.
    #[error("{reason}")]
    UnknownHandle {
        /// Why.
        reason: String,
    },
    /// Nobody could say where a handle leads.
    #[error("{source}")]
    HandleUnavailable {
        /// The handle.
        handle: Handle,
        /// What went wrong.
        source: HandleError,
    },
    /// A bundle name, version or channel that breaks its grammar.
    #[error("{reason}")]
    InvalidName {
        /// What is wrong with it.
        reason: NameError,
    },
    /// An endpoint name that breaks its grammar.
    #[error("`{endpoint}` can't name an endpoint")]
    InvalidEndpoint {
        /// The name.
        endpoint: String,
    },
    /// Nobody has this DID, or the account is gone.
    #[error("{did}: {reason}")]
    UnknownAccount {
        /// The DID.
        did: Did,
        /// Who says so.
        reason: String,
    },
    /// The account exists and has no such release or channel.
    #[error("{did} has no {record}")]
    UnknownBundle {
        /// The author.
        did: Did,
        /// The record that isn't there, as `collection/rkey`.
        record: String,
    },
    /// The release has no such endpoint.
    #[error("{bundle} has no endpoint `{endpoint}`")]
    UnknownEndpoint {
        /// The release.
        bundle: String,
        /// The endpoint.
        endpoint: String,
    },
    /// The endpoint is asked with another method.
    #[error("`{endpoint}` is asked with {allowed}, not {method}")]
    MethodNotAllowed {
        /// The endpoint.
        endpoint: String,
        /// The request's method.
        method: String,
        /// What it may be, as an Allow header says it.
        allowed: String,
    },
    /// This runner doesn't run that author's bundles.
    #[error("this runner does not run {did}/{name}: its policy is {policy}")]
    NotAdmitted {
        /// The author.
        did: Did,
        /// The bundle.
        name: String,
        /// Whom the policy admits.
        policy: String,
    },
    /// Whom the policy trusts could not be read.
    #[error("whom {did} follows: {source}")]
    TrustUnavailable {
        /// The account whose follows are trusted.
        did: Did,
        /// What went wrong.
        source: SourceError,
    },
    /// The author is not among those whom the policy trusts, as far as they are read.
    #[error("this runner is still reading whom it trusts; {did} is not among those that it has read")]
    TrustIncomplete {
        /// The author.
        did: Did,
    },
    /// A request body without a length.
    #[error("a request with a body has to say its length")]
    LengthRequired,
    /// A request body over the cap.
    #[error("the request's body has {length} bytes, and {max} may be")]
    BodyTooLarge {
        /// As declared.
        length: u64,
        /// The cap.
        max: u64,
    },
    /// The author's identity or PDS gave no usable answer.
    #[error("{did}: {source}")]
    Source {
        /// The author.
        did: Did,
        /// What went wrong.
        source: SourceError,
    },
    /// The proven record is no release.
    #[error("{bundle}: {source}")]
    Release {
        /// The release.
        bundle: String,
        /// Why.
        source: ReleaseError,
    },
    /// The channel points at something that is no release of this bundle.
    #[error("channel {channel} points at {target}, which is no release of that bundle")]
    Channel {
        /// `did/name@channel`.
        channel: String,
        /// What it points at.
        target: String,
    },
    /// A version that was known as one record now is another.
    #[error("{bundle} was {known} and now is {found}: releases are immutable")]
    ReleaseChanged {
        /// The release.
        bundle: String,
        /// The CID that this runner knows.
        known: String,
        /// The CID that was found.
        found: String,
    },
    /// A module's bytes are not what the release names, or may not be loaded.
    #[error("{bundle}: {source}")]
    Module {
        /// The release.
        bundle: String,
        /// Why.
        source: ModuleError,
    },
    /// The bundle's code could not be started, or threw.
    #[error("{bundle} failed: {reason}")]
    BundleFailed {
        /// The release.
        bundle: String,
        /// What the platform said.
        reason: String,
    },
    /// The platform stopped the bundle at a limit.
    #[error("{bundle} was stopped at a limit: {reason}")]
    BundleLimit {
        /// The release.
        bundle: String,
        /// What the platform said.
        reason: String,
    },
    /// The platform found that the bundle waits for nothing that could ever come.
    #[error("{bundle} waits for ever: {reason}")]
    BundleHung {
        /// The release.
        bundle: String,
        /// What the platform said.
        reason: String,
    },
    /// The bundle did not answer in time.
    #[error("{bundle} did not answer within {ms} ms")]
    BundleDeadline {
        /// The release.
        bundle: String,
        /// The deadline.
        ms: u32,
    },
    /// A host that no bundle can have.
    #[error("`{host}` can't be a bundle's own host: {reason}")]
    InvalidHost {
        /// The host.
        host: String,
        /// Why.
        reason: String,
    },
    /// A host that another bundle has.
    #[error("`{host}` is the host of {bundle}")]
    HostTaken {
        /// The host.
        host: String,
        /// `did/name` of the other one.
        bundle: String,
    },
    /// A bundle that the runner's environment installs.
    #[error("{did}/{name} is installed by the variable BUNDLES, and only a deployment changes that")]
    InstalledByEnvironment {
        /// The author.
        did: Did,
        /// The bundle.
        name: String,
    },
    /// The runner's own storage failed where nothing can be done without it.
    #[error("the store failed: {reason}")]
    StoreFailed {
        /// What the platform said.
        reason: String,
    },
    /// Nobody set a usable token for `/admin`.
    #[error("/admin is closed: {reason}")]
    AdminClosed {
        /// What is missing.
        reason: &'static str,
    },
    /// A request to `/admin` without its token.
    #[error("/admin takes the header `Authorization: Bearer` with the runner's ADMIN_TOKEN")]
    Unauthorized,
    /// A parameter or body that can't be read.
    #[error("{reason}")]
    InvalidInput {
        /// What is wrong with it.
        reason: String,
    },
    /// Settings that the release does not read.
    #[error("{bundle} has no setting {}; it has {}", listed(unknown), listed(known))]
    UnknownSetting {
        /// The release.
        bundle: String,
        /// The names that were given.
        unknown: Vec<String>,
        /// The names that it declares.
        known: Vec<String>,
    },
    /// A bundle that would have to be installed.
    #[error("{did}/{name} is not installed")]
    NotInstalled {
        /// The author.
        did: Did,
        /// The bundle.
        name: String,
    },
    /// A job that the release does not have.
    #[error("{bundle} has no job {job}; it has {}", listed(known))]
    UnknownJob {
        /// The release.
        bundle: String,
        /// The job.
        job: String,
        /// The jobs that it has.
        known: Vec<String>,
    },
    /// A task that nobody enqueued, or that ended long ago.
    #[error("there is no task {id}")]
    UnknownTask {
        /// The id, cut.
        id: String,
    },
    /// The ledger of a bundle refused, or did not answer.
    #[error("the ledger: {reason}")]
    Ledger {
        /// 4xx for what the caller got wrong; its text goes out then.
        status: u16,
        /// The error's name.
        name: &'static str,
        /// What the ledger said.
        reason: String,
    },
    /// Somebody who may not read a log: 401 without a token that counts, 403 for another's bundle.
    #[error("{reason}")]
    LogsClosed {
        /// Whether the token is good, and not for this.
        forbidden: bool,
        /// Why.
        reason: String,
    },
    /// A fault of our own.
    #[error("internal: {0}")]
    Internal(String),
}

impl Fault {
    /// Sorts what the platform said when a bundle's code did not answer.
    pub fn of_bundle(bundle: String, reason: String) -> Self {
        let text = reason.to_ascii_lowercase();
        let limits = [
            "exceeded cpu",
            "cpu time limit",
            "exceeded memory",
            "memory limit",
            "too many subrequests",
            "subrequest limit",
            "limit exceeded",
        ];
        if limits.iter().any(|limit| text.contains(limit)) {
            Self::BundleLimit { bundle, reason }
        } else if text.contains("would never generate a response") {
            Self::BundleHung { bundle, reason }
        } else {
            Self::BundleFailed { bundle, reason }
        }
    }

    /// The HTTP status: 4xx for what the caller got wrong, 502 for a bundle or PDS at fault, 503 for a limit of
    /// the platform, 504 for a deadline.
    pub fn status(&self) -> u16 {
        self.outside().0
    }

    /// `(status, name, message)` as they go out. What the caller got wrong is told in full; of the rest, whose
    /// fault it is, while the details stay in the log.
    pub fn public(&self) -> (u16, &'static str, String) {
        let (status, name, message) = self.outside();
        (status, name, message.map_or_else(|| self.to_string(), str::to_owned))
    }

    fn outside(&self) -> (u16, &'static str, Option<&'static str>) {
        match self {
            Self::UnknownRoute { .. } => (404, "NotFound", None),
            Self::InvalidDid { .. } => (400, "InvalidDid", None),
            Self::InvalidHandle { .. } => (400, "InvalidHandle", None),
            Self::UnknownHandle { .. } => (404, "UnknownHandle", None),
            Self::HandleUnavailable { source, .. } => {
                let is_late = matches!(source, HandleError::Fetch { reason, .. } if is_deadline(reason));
                let text = "neither DNS nor the handle's own host said where it leads";
                (if is_late { 504 } else { 502 }, "HandleUnavailable", Some(text))
            }
            Self::InvalidName { .. } => (400, "InvalidName", None),
            Self::InvalidEndpoint { .. } => (400, "InvalidEndpoint", None),
            Self::UnknownAccount { .. } => (404, "UnknownAccount", None),
            Self::UnknownBundle { .. } => (404, "UnknownBundle", None),
            Self::UnknownEndpoint { .. } => (404, "UnknownEndpoint", None),
            Self::MethodNotAllowed { .. } => (405, "MethodNotAllowed", None),
            Self::NotAdmitted { .. } => (403, "NotAdmitted", None),
            Self::TrustUnavailable { source, .. } => {
                let text = "whom this runner's policy trusts could not be read";
                (source.outside().0, "TrustUnavailable", Some(text))
            }
            Self::TrustIncomplete { .. } => (
                503,
                "TrustIncomplete",
                Some("this runner is still reading whom it trusts, and the author is not among those so far"),
            ),
            Self::LengthRequired => (411, "LengthRequired", None),
            Self::BodyTooLarge { .. } => (413, "BodyTooLarge", None),
            Self::Source { source, .. } => source.outside(),
            Self::Release { .. } => {
                (502, "InvalidRelease", Some("the record is signed by its author but is no valid release"))
            }
            Self::Channel { .. } => {
                (502, "InvalidChannel", Some("the channel points at no release of this bundle"))
            }
            Self::ReleaseChanged { .. } => (
                502,
                "ReleaseChanged",
                Some("the author rewrote a version that this runner knows; releases are immutable"),
            ),
            Self::Module { .. } => (
                502,
                "InvalidModule",
                Some("a module of the release is not what the release says, or may not be loaded"),
            ),
            Self::BundleFailed { .. } => (502, "BundleFailed", Some("the bundle failed")),
            Self::BundleLimit { .. } => {
                (503, "BundleLimit", Some("the bundle was stopped at a limit of CPU, memory or requests"))
            }
            Self::BundleHung { .. } | Self::BundleDeadline { .. } => {
                (504, "BundleTimeout", Some("the bundle did not answer in time"))
            }
            Self::InvalidHost { .. } => (400, "InvalidHost", None),
            Self::HostTaken { .. } => (409, "HostTaken", None),
            Self::InstalledByEnvironment { .. } => (409, "InstalledByEnvironment", None),
            Self::StoreFailed { .. } => {
                (503, "StoreUnavailable", Some("the runner's storage does not answer"))
            }
            Self::AdminClosed { .. } => (403, "AdminClosed", None),
            Self::Unauthorized => (401, "Unauthorized", None),
            Self::InvalidInput { .. } => (400, "InvalidInput", None),
            Self::UnknownSetting { .. } => (400, "UnknownSetting", None),
            Self::NotInstalled { .. } => (404, "NotInstalled", None),
            Self::UnknownJob { .. } => (404, "UnknownJob", None),
            Self::UnknownTask { .. } => (404, "UnknownTask", None),
            Self::Ledger { status, name, .. } => {
                (*status, name, (*status >= 500).then_some("the bundle's ledger does not answer"))
            }
            Self::LogsClosed { forbidden: false, .. } => (401, "Unauthorized", None),
            Self::LogsClosed { forbidden: true, .. } => (403, "Forbidden", None),
            Self::Internal(_) => (500, "InternalError", Some("the runner failed")),
        }
    }
}

/// Names for a message; `none` when there are none.
fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Whether a request failed for want of time rather than for what came back.
pub(crate) fn is_deadline(error: &FetchError) -> bool {
    matches!(error, FetchError::Transport(streamhut_outbound::TransportError::Deadline { .. }))
}
