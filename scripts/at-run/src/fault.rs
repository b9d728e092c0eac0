//! What can go wrong, in the words that people and scripts get to read.

mod verdict;

use std::path::PathBuf;

use streamhut_release::secret::SecretError;
use streamhut_release::{NameError, ReleaseError, WasmError};

pub use verdict::{ExitCode, Verdict};

/// Why a command did not do what it was asked for. [`Fault::verdict`] says what scripts see of it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The command line asks for something that can't be.
    #[error("{0}")]
    Usage(String),
    /// A URL that no request with a password or token may go to.
    #[error("`{url}` is not a service's address: {rule}")]
    Service {
        /// As given.
        url: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// A name, version or channel that breaks its grammar.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A settings file that can't be understood.
    #[error("{}: {reason}", .path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// A folder that should be a bundle's.
    #[error("{} holds no bundle", .folder.display())]
    NoBundleHere {
        /// The folder.
        folder: PathBuf,
    },
    /// A question that nobody is there to answer.
    #[error("nobody can be asked whether to {act}")]
    Unconfirmed {
        /// What would be done after a yes.
        act: &'static str,
    },
    /// A question that was answered with no.
    #[error("nothing was changed")]
    Declined,
    /// Ctrl-C.
    #[error("interrupted: {meanwhile}")]
    Interrupted {
        /// What was done until then.
        meanwhile: &'static str,
    },

    /// No session is stored under this profile.
    #[error("not logged in (profile `{profile}`)")]
    NotLoggedIn {
        /// The profile's name.
        profile: String,
    },
    /// The session belongs to another service than the one asked for.
    #[error("the session of profile `{profile}` is for {session}, not for {asked}")]
    OtherService {
        /// The profile's name.
        profile: String,
        /// Where the session was made.
        session: String,
        /// What `--service` says.
        asked: String,
    },
    /// The service doesn't accept identifier and password, or wants more than them.
    #[error("{service} refuses the log-in: {message}")]
    LogIn {
        /// The PDS.
        service: String,
        /// Its words.
        message: String,
    },
    /// Access and refresh token are both no longer accepted.
    #[error("the session at {service} has ended: {message}")]
    SessionEnded {
        /// The PDS.
        service: String,
        /// Its words.
        message: String,
    },

    /// The system's keyring does not do what it is asked for.
    #[error("the keyring, by {tool}: {reason}")]
    Keyring {
        /// The tool that was run.
        tool: &'static str,
        /// What it said.
        reason: String,
    },

    /// No such account or record.
    #[error("{service} does not know {what}")]
    NotFound {
        /// The PDS.
        service: String,
        /// What was asked for.
        what: String,
    },
    /// An account that has no such bundle, version, channel or secret.
    #[error("{did} has published no {what}")]
    Unpublished {
        /// The account.
        did: String,
        /// What was asked for.
        what: String,
    },
    /// Nothing to roll back to.
    #[error("{what}")]
    NoEarlier {
        /// What is missing.
        what: String,
    },
    /// A version that can't be deleted while channels point at it.
    #[error("channel {channels} points at {name} {version}")]
    InUse {
        /// The bundle.
        name: String,
        /// The version.
        version: String,
        /// The channels, by commas.
        channels: String,
    },
    /// Somebody else wrote into the repo between looking and writing.
    #[error("{did} was changed by somebody else meanwhile, and nothing was written")]
    Overtaken {
        /// The account.
        did: String,
    },
    /// A version that is already published with other content.
    #[error("{uri} is published with other content, and a release never changes")]
    Published {
        /// The at-uri of the release.
        uri: String,
    },

    /// No connection, no answer in time, or an answer cut off.
    #[error("{url} can't be reached: {reason}")]
    Unreachable {
        /// Scheme, host and path.
        url: String,
        /// What the network said.
        reason: String,
    },
    /// 429 or 5xx.
    #[error("{url} can't answer now: {status} {message}")]
    Unavailable {
        /// Scheme, host and path.
        url: String,
        /// HTTP status.
        status: u16,
        /// The service's words.
        message: String,
    },
    /// Any other refusal.
    #[error("{url} answered {status} {error}: {message}")]
    Refused {
        /// Scheme, host and path.
        url: String,
        /// HTTP status.
        status: u16,
        /// The error's name.
        error: String,
        /// The service's words.
        message: String,
    },
    /// An answer that is not what the method promises.
    #[error("{url} answered something else than {method} promises: {reason}")]
    Answer {
        /// Scheme and host.
        url: String,
        /// The NSID that was called.
        method: String,
        /// What is wrong.
        reason: String,
    },
    /// The PDS stored something else than it was sent.
    #[error("{what} is {ours}, but the PDS calls it {theirs}")]
    OtherCid {
        /// The module or record.
        what: String,
        /// The CID of what was sent.
        ours: String,
        /// The CID in the answer.
        theirs: String,
    },

    /// Something that is not what its author signed.
    #[error("{what}: {reason}")]
    Unproven {
        /// The link of the chain, or who was compared.
        what: String,
        /// What doesn't hold.
        reason: String,
    },

    /// A secret that can't be sealed.
    #[error("the secret can't be sealed: {0}")]
    Secret(#[from] SecretError),
    /// A runner to which nothing can be sealed.
    #[error("{runner} publishes no key that a secret could be sealed to")]
    NoRunnerKey {
        /// Its origin.
        runner: String,
    },

    /// A stored module above what the PDS takes.
    #[error("module `{module}` is {size} bytes as stored, and {service} takes blobs of at most {limit}")]
    BlobLimit {
        /// The module's path.
        module: String,
        /// Stored bytes.
        size: u64,
        /// The PDS's `blobUploadLimit`.
        limit: u64,
        /// The PDS.
        service: String,
    },
    /// A file of the bundle that can't be published.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A WebAssembly module that no runner would load.
    #[error("module `{module}` {source}")]
    Wasm {
        /// The module's path.
        module: String,
        /// Why.
        source: WasmError,
    },
    /// A record that no runner would accept.
    #[error("the release would be refused: {0}")]
    Release(#[from] ReleaseError),
    /// A job whose due times can't be understood.
    #[error("job `{job}`: {source}")]
    Cron {
        /// The job's name.
        job: String,
        /// Why.
        source: streamhut_ledger::cron::CronError,
    },
    /// The built module says something else of itself than the crate's source.
    #[error(
        "the built module's manifest differs from the crate's at `{at}`: built {built}, source {source_says}"
    )]
    ManifestDiffers {
        /// JSON pointer to the first difference.
        at: String,
        /// What the wasm says there.
        built: String,
        /// What the `manifest` binary says there.
        source_says: String,
    },

    /// Files that a command would have to overwrite.
    #[error("{} is there already, and is left as it is", .path.display())]
    Exists {
        /// The first of them.
        path: PathBuf,
    },
    /// A tool that is missing or failed.
    #[error("{tool}: {reason}")]
    Tool {
        /// Its name or path.
        tool: String,
        /// How it failed.
        reason: String,
        /// Whether it ran and said itself that it failed.
        ended: bool,
    },
    /// A file of this tool's own that can't be read or written.
    #[error("{path}: {reason}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
}

impl Fault {
    /// For `map_err` on file operations of this tool's own.
    pub fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |error| Self::Io { path, reason: error.to_string() }
    }

    /// For `map_err` on files of the bundle.
    pub fn file(path: impl Into<PathBuf>, reason: impl ToString) -> Self {
        Self::File { path: path.into(), reason: reason.to_string() }
    }
}
