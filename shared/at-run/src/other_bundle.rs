//! `ctx.call(bundle, endpoint)`.

use std::rc::Rc;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use streamhut_atproto::Did;
use streamhut_release::BundleName;
use url::Url;

use crate::{CallsPort, Error, Response, Result};

/// Most bytes of another bundle's answer that is read as JSON, unless said.
const DEFAULT_MAX_BYTES: usize = 1024 * 1024;

/// Why another bundle's answer is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// What should have named a bundle.
    #[error(
        "`{0}` names no bundle: neither did/name, nor config:NAME of a URL that ends in /bundle/did/name/version"
    )]
    NotABundle(String),
    /// A query or a body that can't be written.
    #[error("the input of {endpoint} can't be written: {reason}")]
    Input {
        /// The endpoint.
        endpoint: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The platform did not make the call: not permitted, or not possible.
    #[error(transparent)]
    Platform(#[from] Error),
    /// It answered with an error.
    #[error("{bundle} answered {endpoint} with {status} {name}: {message}")]
    Answered {
        /// `did/name`.
        bundle: String,
        /// The endpoint.
        endpoint: String,
        /// HTTP status.
        status: u16,
        /// The error's name.
        name: String,
        /// Its message.
        message: String,
        /// Seconds after which another try makes sense.
        retry_after: Option<u32>,
    },
    /// It answered, and not in the shape that was asked for.
    #[error("{bundle} answered {endpoint} with something unexpected: {reason}")]
    Shape {
        /// `did/name`.
        bundle: String,
        /// The endpoint.
        endpoint: String,
        /// What was unexpected.
        reason: String,
    },
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        let text = error.to_string();
        match error {
            CallError::Platform(error) => error,
            CallError::NotABundle(_) | CallError::Input { .. } => Self::internal(text),
            CallError::Answered { status: 508, name, .. } => Self::new(508, name, text),
            CallError::Answered { status: 429 | 503, retry_after, .. } => {
                Self::unavailable(text, retry_after.unwrap_or(5))
            }
            CallError::Answered { status: 504, .. } => Self::new(504, "UpstreamTimeout", text),
            CallError::Answered { .. } | CallError::Shape { .. } => Self::upstream(text),
        }
    }
}

/// A call of another bundle, about to be made: with GET, or with POST when it has a body.
///
/// ```
/// use at_run::{Bundle, Context, Json, NoInput, Response, Result, testing::Harness};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Sum {
///     sum: u32,
/// }
///
/// const ADDER: &str = "did:web:adder.dev/adder";
///
/// async fn add(ctx: Context, _: NoInput) -> Result<Json<u32>> {
///     let sum: Sum = ctx.call(ADDER, "add").query(&[("a", "1"), ("b", "2")]).json().await?;
///     Ok(Json(sum.sum))
/// }
///
/// let bundle = Bundle::new("caller", "1.0.0").bundles([ADDER]).get("add", add);
/// let harness = Harness::new(bundle).bundle(ADDER, "add", |call| {
///     assert_eq!(call.query, "a=1&b=2");
///     Response::json(&Sum { sum: 3 })
/// });
/// assert_eq!(harness.get("add").json(), 3);
/// ```
#[must_use = "nothing is called before `send` or `json`"]
pub struct OtherBundle {
    port: Rc<dyn CallsPort>,
    bundle: Result<String, CallError>,
    endpoint: String,
    query: Result<String, CallError>,
    body: Option<Result<Vec<u8>, CallError>>,
    max_bytes: usize,
}

impl OtherBundle {
    pub(crate) fn new(
        port: Rc<dyn CallsPort>,
        bundle: &str,
        endpoint: &str,
        configured: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let bundle = resolve(bundle, configured)
            .ok_or_else(|| CallError::NotABundle(bundle.chars().take(256).collect()));
        let endpoint = endpoint.to_owned();
        Self { port, bundle, endpoint, query: Ok(String::new()), body: None, max_bytes: DEFAULT_MAX_BYTES }
    }

    /// The query: a struct or a list of pairs.
    pub fn query(mut self, input: &impl Serialize) -> Self {
        self.query = serde_html_form::to_string(input).map_err(|e| self.input_error(&e));
        self
    }

    /// A JSON body, which makes it a POST.
    pub fn body(mut self, input: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(input).map_err(|e| self.input_error(&e)));
        self
    }

    /// Most bytes of the answer that [`OtherBundle::json`] reads (1 MiB unless said).
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    fn input_error(&self, error: &dyn std::fmt::Display) -> CallError {
        CallError::Input { endpoint: self.endpoint.clone(), reason: error.to_string() }
    }

    /// Makes the call. Any status is an answer; its body can be passed on unread.
    ///
    /// # Errors
    /// `NotABundle`, `Input`, and what the platform says when it makes no such call.
    pub async fn send(self) -> Result<Response, CallError> {
        let body = self.body.transpose()?;
        Ok(self.port.call(self.bundle?, self.endpoint, self.query?, body).await?)
    }

    /// Makes the call and reads the answer as JSON of that shape.
    ///
    /// # Errors
    /// Those of [`OtherBundle::send`]; `Answered` for a status other than 2xx; `Shape` when it isn't what was
    /// asked for.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, CallError> {
        let (endpoint, max) = (self.endpoint.clone(), self.max_bytes);
        let bundle = self.bundle.clone()?;
        let answer = self.send().await?;
        let status = answer.status;
        let retry_after = answer.header_value("retry-after").and_then(|text| text.parse().ok());
        let body = answer.body.bytes(max).await;
        if !(200..300).contains(&status) {
            let ErrorBody { error, message } = body
                .ok()
                .and_then(|bytes| serde_json::from_slice(&bytes).ok())
                .unwrap_or_else(|| ErrorBody { error: "Unknown".into(), message: String::new() });
            return Err(CallError::Answered { bundle, endpoint, status, name: error, message, retry_after });
        }
        let shape = |reason| CallError::Shape { bundle, endpoint, reason };
        match body {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| shape(e.to_string())),
            Err(error) => Err(shape(error.to_string())),
        }
    }
}

/// An error as bundles and runners write it.
#[derive(Deserialize)]
struct ErrorBody {
    error: String,
    #[serde(default)]
    message: String,
}

/// `did/name` of an entry that names it so, or of the URL that is configured.
pub(crate) fn resolve<T: AsRef<str>>(entry: &str, configured: impl Fn(&str) -> Option<T>) -> Option<String> {
    match entry.strip_prefix("config:") {
        Some(name) => configured(name).and_then(|url| bundle_of_url(url.as_ref())),
        None => bundle_name(entry),
    }
}

/// `did/name`, when it is one.
pub(crate) fn bundle_name(text: &str) -> Option<String> {
    let (did, name) = text.rsplit_once('/')?;
    let (did, name) = (Did::parse(did).ok()?, name.parse::<BundleName>().ok()?);
    Some(format!("{did}/{name}"))
}

/// `did/name` out of a URL that ends in `/bundle/{did}/{name}/{version}`.
fn bundle_of_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let mut segments = url.path_segments()?.rev().skip_while(|segment| segment.is_empty());
    let (_version, name, did, bundle) =
        (segments.next()?, segments.next()?, segments.next()?, segments.next()?);
    let did = did.replace("%3A", ":").replace("%3a", ":");
    (bundle == "bundle").then(|| bundle_name(&format!("{did}/{name}")))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_by_name_and_by_url() {
        const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
        let expect = format!("{DID}/app-view");
        assert_eq!(bundle_name(&expect), Some(expect.clone()));
        for text in
            ["", "/", DID, "did:plc:x/a/b", "alice.dev/app-view", "did:web:a.dev/App", "did:web:a.dev/"]
        {
            assert_eq!(bundle_name(text), None, "{text}");
        }
        for url in [
            format!("https://run.dev/bundle/{DID}/app-view/latest"),
            format!("https://run.dev/bundle/{DID}/app-view/1.0.0/"),
            format!("https://run.dev/below/bundle/{DID}/app-view/latest?x=1#y"),
            format!("https://run.dev/bundle/{}/app-view/latest", DID.replace(':', "%3A")),
        ] {
            assert_eq!(bundle_of_url(&url), Some(expect.clone()), "{url}");
        }
        for url in [
            "",
            "https://run.dev/",
            &format!("https://run.dev/bundle/{DID}/app-view"),
            &format!("https://run.dev/bundles/{DID}/app-view/latest"),
            &format!("/bundle/{DID}/app-view/latest"),
            "https://run.dev/bundle/alice.dev/app-view/latest",
        ] {
            assert_eq!(bundle_of_url(url), None, "{url}");
        }
    }
}
