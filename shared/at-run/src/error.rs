//! What a handler answers when it can't answer.

use crate::HttpError;

/// A handler's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that goes out as `{"error": name, "message": message}` with a status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {message}")]
pub struct Error {
    /// HTTP status, 400 to 599.
    pub status: u16,
    /// A name that a caller can match on, in CamelCase.
    pub name: String,
    /// For people. That of a 4xx goes out; that of a 5xx goes to the log, and outside a general text stands for it.
    pub message: String,
    /// Seconds after which another try makes sense.
    pub retry_after: Option<u32>,
}

impl Error {
    /// An error of any status.
    pub fn new(status: u16, name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, name: name.into(), message: message.into(), retry_after: None }
    }

    /// 400: the caller's input is wrong.
    pub fn invalid(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(400, name, message)
    }

    /// 404: what was asked for doesn't exist.
    pub fn not_found(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(404, name, message)
    }

    /// 502: somebody upstream answered with something that makes no sense.
    pub fn upstream(message: impl Into<String>) -> Self {
        Self::new(502, "UpstreamFailed", message)
    }

    /// 503: not now; try again after `seconds`.
    pub fn unavailable(message: impl Into<String>, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(503, "UpstreamUnavailable", message) }
    }

    /// 500: a fault of the bundle itself.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "InternalError", message)
    }
}

impl From<HttpError> for Error {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Deadline { .. } => Self::new(504, "UpstreamTimeout", error.to_string()),
            HttpError::Refused { .. } => Self::new(500, "NotPermitted", error.to_string()),
            HttpError::TooLarge { .. } | HttpError::Shape { .. } | HttpError::NotAUrl(_) => {
                Self::upstream(error.to_string())
            }
            HttpError::Failed { .. } => Self::unavailable(error.to_string(), 5),
        }
    }
}
