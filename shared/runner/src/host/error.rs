//! Why a bundle's request to its runner is refused.

use super::MAX_KEY_BYTES;

/// A refusal, told to the bundle in full: it concerns its own request and its own things.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// A path that the protocol doesn't have.
    #[error("the runner has no `{path}`")]
    UnknownPath {
        /// The path, cut.
        path: String,
    },
    /// A path asked with a method that it doesn't take.
    #[error("`{path}` is not asked with {method}")]
    MethodNotAllowed {
        /// The path, cut.
        path: String,
        /// The method, cut.
        method: String,
    },
    /// A key that can't be one.
    #[error("`{key}` is not a key of 1 to {MAX_KEY_BYTES} bytes: {reason}")]
    InvalidKey {
        /// The key, cut.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A query parameter or header that is missing or can't be read.
    #[error("`{name}` is `{value}`, which it can't be")]
    InvalidParameter {
        /// Its name.
        name: &'static str,
        /// Its value, cut.
        value: String,
    },
    /// A DID or a bundle's name that breaks its grammar.
    #[error("{reason}")]
    InvalidBundle {
        /// What is wrong with it.
        reason: String,
    },
    /// A body without a length.
    #[error("a body has to say its length")]
    LengthRequired,
    /// A body over its cap.
    #[error("the body is longer than {max} bytes")]
    BodyTooLarge {
        /// The cap.
        max: u64,
    },
    /// The body ended before its length, or went on after it.
    #[error("the body is not as long as it says, or broke off: {reason}")]
    BodyBroken {
        /// What the platform said.
        reason: String,
    },
    /// The release has no `blobs` permission.
    #[error("the release declares no storage of its own")]
    NotPermitted,
    /// Nothing is stored under the key.
    #[error("nothing is stored under `{key}`")]
    NoSuchBlob {
        /// The key.
        key: String,
    },
    /// Nothing is cached under the key.
    #[error("nothing is cached under `{key}`")]
    NotCached {
        /// The key.
        key: String,
    },
    /// A range that picks no byte.
    #[error("the range holds no byte of the blob")]
    RangeNotSatisfiable {
        /// Bytes of the blob, when known.
        size: Option<u64>,
    },
    /// The condition of a put doesn't hold.
    #[error("what is stored under `{key}` is not what the put depends on")]
    PreconditionFailed {
        /// The key.
        key: String,
    },
    /// No room.
    #[error("no room: {used} of {max} bytes are used")]
    QuotaExceeded {
        /// Bytes stored or reserved.
        used: u64,
        /// Most bytes that may be.
        max: u64,
    },
    /// The release has no such task.
    #[error("the release has no task `{task}`")]
    UnknownTask {
        /// The name, cut.
        task: String,
    },
    /// Tasks are for installed bundles.
    #[error("tasks run for installed bundles, and this runner's operator has not installed {bundle}")]
    NotInstalled {
        /// `did/name`.
        bundle: String,
    },
    /// There is no such task of this bundle, or it ended long ago.
    #[error("no task of this bundle has the id `{id}`")]
    NoSuchTask {
        /// The id, cut.
        id: String,
    },
    /// The release doesn't declare the bundle that it calls.
    #[error("`{bundle}` is not among the bundles that the release declares")]
    UndeclaredBundle {
        /// `did/name`.
        bundle: String,
    },
    /// Too many bundles in a row.
    #[error("{depth} bundles called one another, and none may be called after that")]
    LoopDetected {
        /// How many.
        depth: u8,
    },
}

impl HostError {
    pub(crate) fn parameter(name: &'static str, value: &str) -> Self {
        Self::InvalidParameter { name, value: shorten(value) }
    }

    /// `(status, name)`, of which the name is what a bundle's code matches on.
    pub fn outside(&self) -> (u16, &'static str) {
        match self {
            Self::UnknownPath { .. } => (404, "NotFound"),
            Self::MethodNotAllowed { .. } => (405, "MethodNotAllowed"),
            Self::InvalidKey { .. } => (400, "InvalidKey"),
            Self::InvalidParameter { .. } => (400, "InvalidParameter"),
            Self::InvalidBundle { .. } => (400, "InvalidBundle"),
            Self::LengthRequired => (411, "LengthRequired"),
            Self::BodyTooLarge { .. } => (413, "BodyTooLarge"),
            Self::BodyBroken { .. } => (400, "BodyBroken"),
            Self::NotPermitted => (403, "NotPermitted"),
            Self::NoSuchBlob { .. } => (404, "NoSuchBlob"),
            Self::NotCached { .. } => (404, "NotCached"),
            Self::RangeNotSatisfiable { .. } => (416, "RangeNotSatisfiable"),
            Self::PreconditionFailed { .. } => (412, "PreconditionFailed"),
            Self::QuotaExceeded { .. } => (507, "QuotaExceeded"),
            Self::UnknownTask { .. } => (404, "UnknownTask"),
            Self::NotInstalled { .. } => (409, "NotInstalled"),
            Self::NoSuchTask { .. } => (404, "NoSuchTask"),
            Self::UndeclaredBundle { .. } => (403, "UndeclaredBundle"),
            Self::LoopDetected { .. } => (508, "LoopDetected"),
        }
    }
}

pub(super) fn shorten(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(96).collect()
}
