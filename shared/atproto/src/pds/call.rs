//! One XRPC query: atrium's client over our transport, within limits.

use atrium_xrpc::error::ErrorResponseBody;
use atrium_xrpc::http::{Method, Request, Response};
use atrium_xrpc::{HttpClient, OutputDataOrBytes, XrpcClient, XrpcRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use streamhut_outbound::{self as outbound, FetchError, Limits, Redirects, Refusal, Transport};
use url::Url;

use super::{Pds, PdsError};

/// Large PDS hosts redirect `getBlob` to where they keep blobs.
const MAX_REDIRECTS: u8 = 3;

pub(super) struct Call<'a, T> {
    pub(super) pds: &'a Pds<'a, T>,
    pub(super) limits: Limits,
    /// The answer may be of any media type: a blob may well be JSON.
    pub(super) any_type: bool,
}

impl<T: Transport + Send + Sync> Call<'_, T> {
    /// Asks for a file.
    pub(super) async fn bytes<P>(&self, method: &'static str, params: P) -> Result<Vec<u8>, PdsError>
    where
        P: Serialize + Send + Sync,
    {
        match self.send::<P, serde_json::Value>(method, params).await? {
            OutputDataOrBytes::Bytes(bytes) => Ok(bytes),
            OutputDataOrBytes::Data(_) => Err(self.pds.malformed(method, "it is JSON where bytes belong")),
        }
    }

    /// Asks for a JSON answer.
    pub(super) async fn json<P, O>(&self, method: &'static str, params: P) -> Result<O, PdsError>
    where
        P: Serialize + Send + Sync,
        O: DeserializeOwned + Send + Sync,
    {
        match self.send::<P, O>(method, params).await? {
            OutputDataOrBytes::Data(data) => Ok(data),
            OutputDataOrBytes::Bytes(_) => Err(self.pds.malformed(method, "it is not declared as JSON")),
        }
    }

    async fn send<P, O>(&self, method: &'static str, params: P) -> Result<OutputDataOrBytes<O>, PdsError>
    where
        P: Serialize + Send + Sync,
        O: DeserializeOwned + Send + Sync,
    {
        let request = XrpcRequest::<P, ()> {
            method: Method::GET,
            nsid: method.to_owned(),
            parameters: Some(params),
            input: None,
            encoding: None,
        };
        self.send_xrpc::<P, (), O, ErrorResponseBody>(&request)
            .await
            .map_err(|error| PdsError::from_xrpc(error, &self.pds.endpoint, method))
    }
}

impl<T: Transport + Send + Sync> XrpcClient for Call<'_, T> {
    fn base_uri(&self) -> String {
        self.pds.endpoint.as_str().trim_end_matches('/').to_owned()
    }
}

impl<T: Transport + Send + Sync> HttpClient for Call<'_, T> {
    async fn send_http(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, Box<dyn std::error::Error + Send + Sync + 'static>> {
        let text = request.uri().to_string();
        let url = Url::parse(&text).map_err(|_| FetchError::Refused(Refusal::NotAUrl(text)))?;
        let answer = outbound::fetch(
            self.pds.transport,
            self.pds.policy,
            outbound::Request::get(url),
            self.limits,
            Redirects::Follow(MAX_REDIRECTS),
        )
        .await?;
        let mut response = Response::builder().status(answer.status);
        for (name, value) in &answer.headers {
            // By it, atrium would read the body as JSON.
            if self.any_type
                && (200..300).contains(&answer.status)
                && name.eq_ignore_ascii_case("content-type")
            {
                continue;
            }
            response = response.header(name, value);
        }
        Ok(response.body(answer.body)?)
    }
}
