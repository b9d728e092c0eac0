//! What a handler may return.

use serde::Serialize;

use crate::{Cache, HttpStream, Response, Result};

/// What an endpoint's handler may return: a [`Response`], [`Json`], a [`Blob`](crate::Blob), an [`HttpStream`],
/// `()` for 204, and any of these beside the [`Cache`] policy or the status that it goes out with.
///
/// ```
/// use at_run::{Cache, IntoResponse, Json};
///
/// let kept = (Cache::public(30), Json([1, 2])).into_response().unwrap();
/// assert_eq!(kept.header_value("cache-control"), Some("public, max-age=30"));
/// let made = (201, Json("made")).into_response().unwrap();
/// assert_eq!(made.status, 201);
/// ```
pub trait IntoResponse {
    /// Makes the answer.
    fn into_response(self) -> Result<Response>;
}

impl IntoResponse for Response {
    fn into_response(self) -> Result<Response> {
        Ok(self)
    }
}

/// 200 with a JSON body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Result<Response> {
        Response::json(&self.0)
    }
}

impl IntoResponse for () {
    fn into_response(self) -> Result<Response> {
        Ok(Response::empty(204))
    }
}

impl<T: IntoResponse> IntoResponse for (Cache, T) {
    fn into_response(self) -> Result<Response> {
        Ok(self.1.into_response()?.cache(self.0))
    }
}

impl<T: IntoResponse> IntoResponse for (u16, T) {
    fn into_response(self) -> Result<Response> {
        Ok(self.1.into_response()?.with_status(self.0))
    }
}

impl IntoResponse for HttpStream {
    /// Status and body as they come, untouched, with what the origin says of the body itself.
    fn into_response(self) -> Result<Response> {
        const OF_THE_BODY: [&str; 5] =
            ["content-type", "content-range", "accept-ranges", "etag", "last-modified"];
        let response = Response { status: self.status, headers: Vec::new(), body: self.body };
        let of_the_body = self.headers.iter().filter(|(name, _)| OF_THE_BODY.contains(&name.as_str()));
        Ok(of_the_body.fold(response, |response, (name, value)| response.header(name, value)))
    }
}
