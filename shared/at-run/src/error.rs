//! What a handler answers when it can't answer.

use crate::{HttpError, RangeError};

/// A handler's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that goes out as `{"error": name, "message": message}` with a status.
///
/// The errors of everything that a handler reaches become one by `?`; a bundle's own faults are made here.
///
/// ```
/// use at_run::{Bundle, Context, Error, NoInput, Response, Result, testing::Harness};
///
/// async fn gone(_: Context, _: NoInput) -> Result<Response> {
///     Err(Error::not_found("NoSuchPage", "there is no such page"))
/// }
///
/// async fn broken(_: Context, _: NoInput) -> Result<Response> {
///     Err(Error::internal("the index is at version 3"))
/// }
///
/// let harness = Harness::new(Bundle::new("b", "1.0.0").get("gone", gone).get("broken", broken));
/// assert_eq!(harness.get("gone").text(), r#"{"error":"NoSuchPage","message":"there is no such page"}"#);
/// assert_eq!(harness.get("broken").text(), r#"{"error":"InternalError","message":"the bundle failed"}"#);
/// assert!(harness.log()[0].ends_with("the index is at version 3"));
/// ```
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
            HttpError::TooLarge { .. }
            | HttpError::Incomplete { .. }
            | HttpError::Shape { .. }
            | HttpError::NotAUrl(_)
            | HttpError::NotARange { .. } => Self::upstream(error.to_string()),
            HttpError::Failed { .. } => Self::unavailable(error.to_string(), 5),
        }
    }
}

impl From<RangeError> for Error {
    fn from(error: RangeError) -> Self {
        Self::new(416, "RangeNotSatisfiable", error.to_string())
    }
}
