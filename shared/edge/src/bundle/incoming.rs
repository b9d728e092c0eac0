//! A request as the SDK takes it.

use std::rc::Rc;

use at_run::{BASE, BodyError, Call, CallKind, Error, Named};
use url::Url;
use web_sys::Request;

use crate::body;

/// Most bytes of a request's body.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// A request, read whole.
pub(super) struct Asked {
    kind: CallKind,
    name: String,
    method: String,
    query: String,
    headers: Named,
    body: Vec<u8>,
}

/// Reads a request. Only behind a runner does the path say what kind of call it is: anybody can write a path.
pub(super) async fn read(request: &Request, alone: bool) -> Result<Asked, Error> {
    let url =
        Url::parse(&request.url()).map_err(|_| Error::invalid("InvalidUrl", "the URL can't be read"))?;
    let path = url.path().trim_start_matches('/');
    let (kind, name) = match path.split_once('/') {
        _ if alone => (CallKind::Endpoint, path),
        Some(("job", name)) => (CallKind::Job, name),
        Some(("task", name)) => (CallKind::Task, name),
        Some((_, name)) => (CallKind::Endpoint, name),
        None => (CallKind::Endpoint, ""),
    };
    let body = match request.body() {
        None => Vec::new(),
        Some(stream) => body::read(stream, MAX_BODY_BYTES).await.map_err(|error| match error {
            BodyError::TooLarge { max } => {
                Error::new(413, "BodyTooLarge", format!("a request's body may have {max} bytes"))
            }
            BodyError::Broken(reason) => {
                Error::invalid("BodyBrokenOff", format!("the request's body broke off: {reason}"))
            }
        })?,
    };
    let headers = request.headers();
    let own = alone.then(|| url.origin().ascii_serialization());
    Ok(Asked {
        kind,
        name: name.to_owned(),
        method: request.method(),
        query: url.query().unwrap_or_default().to_owned(),
        headers: Rc::new(move |name| match &own {
            Some(origin) if name == BASE => Some(origin.clone()),
            _ => headers.get(name).ok().flatten(),
        }),
        body,
    })
}

impl Asked {
    pub(super) fn call(&self) -> Call<'_> {
        Call {
            kind: self.kind,
            name: &self.name,
            method: &self.method,
            query: &self.query,
            headers: self.headers.clone(),
            body: &self.body,
        }
    }
}
