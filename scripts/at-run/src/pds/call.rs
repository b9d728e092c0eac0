//! One XRPC call: atrium's client over our HTTP.

use atrium_xrpc::error::{ErrorResponseBody, XrpcErrorKind};
use atrium_xrpc::http::{Method, Request, Response};
use atrium_xrpc::{Error, HttpClient, InputDataOrBytes, OutputDataOrBytes, XrpcClient, XrpcRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Service;
use super::http::{Http, Sent};
use super::token::Token;
use crate::fault::Fault;

/// A service, and the token with which it is called.
pub(super) struct Call<'a> {
    pub(super) http: &'a Http,
    pub(super) service: &'a Service,
    pub(super) token: Option<Token<'a>>,
    pub(super) sent: Sent<'a>,
}

impl Call<'_> {
    /// Asks (GET).
    pub(super) fn query<P, O>(&self, nsid: &str, parameters: P) -> Result<O, Fault>
    where
        P: Serialize + Send + Sync,
        O: DeserializeOwned + Send + Sync,
    {
        self.call(XrpcRequest::<P, Value> {
            method: Method::GET,
            nsid: nsid.to_owned(),
            parameters: Some(parameters),
            input: None,
            encoding: None,
        })
    }

    /// Does something (POST) with JSON, or with nothing.
    pub(super) fn procedure<I, O>(&self, nsid: &str, input: Option<I>) -> Result<O, Fault>
    where
        I: Serialize + Send + Sync,
        O: DeserializeOwned + Send + Sync,
    {
        self.call(XrpcRequest::<Value, I> {
            method: Method::POST,
            nsid: nsid.to_owned(),
            parameters: None,
            encoding: input.is_some().then(|| "application/json".to_owned()),
            input: input.map(InputDataOrBytes::Data),
        })
    }

    /// Does something (POST) whose answer says nothing.
    pub(super) fn order(&self, nsid: &str) -> Result<(), Fault> {
        let request = XrpcRequest::<Value, Value> {
            method: Method::POST,
            nsid: nsid.to_owned(),
            parameters: None,
            input: None,
            encoding: None,
        };
        self.raw::<Value, Value, Value>(&request).map(drop)
    }

    /// Sends a file (POST).
    pub(super) fn send<O>(&self, nsid: &str, bytes: &[u8], mime_type: &str) -> Result<O, Fault>
    where
        O: DeserializeOwned + Send + Sync,
    {
        self.call(XrpcRequest::<Value, Value> {
            method: Method::POST,
            nsid: nsid.to_owned(),
            parameters: None,
            input: Some(InputDataOrBytes::Bytes(bytes.to_vec())),
            encoding: Some(mime_type.to_owned()),
        })
    }

    fn call<P, I, O>(&self, request: XrpcRequest<P, I>) -> Result<O, Fault>
    where
        P: Serialize + Send + Sync,
        I: Serialize + Send + Sync,
        O: DeserializeOwned + Send + Sync,
    {
        match self.raw(&request)? {
            OutputDataOrBytes::Data(data) => Ok(data),
            OutputDataOrBytes::Bytes(_) => {
                Err(self.odd(&request.nsid, "it is not declared as JSON".to_owned()))
            }
        }
    }

    fn raw<P, I, O>(&self, request: &XrpcRequest<P, I>) -> Result<OutputDataOrBytes<O>, Fault>
    where
        P: Serialize + Send + Sync,
        I: Serialize + Send + Sync,
        O: DeserializeOwned + Send + Sync,
    {
        match pollster::block_on(self.send_xrpc::<P, I, O, ErrorResponseBody>(request)) {
            Ok(answer) => Ok(answer),
            Err(Error::XrpcResponse(response)) => {
                let body = match response.error {
                    Some(XrpcErrorKind::Custom(body) | XrpcErrorKind::Undefined(body)) => body,
                    None => ErrorResponseBody { error: None, message: None },
                };
                Err(self.refusal(&request.nsid, response.status.as_u16(), body))
            }
            Err(Error::HttpClient(error)) => Err(error
                .downcast::<Fault>()
                .map_or_else(|e| self.odd(&request.nsid, e.to_string()), |fault| *fault)),
            Err(other) => Err(self.odd(&request.nsid, other.to_string())),
        }
    }

    /// Sends a request with the token, and once more when the PDS wants its nonce in the proof.
    fn exchange(&self, mut request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Fault> {
        let Some(token) = self.token else { return self.http.send(request, self.sent) };
        let (method, uri) = (request.method().clone(), request.uri().clone());
        token.sign(&method, &uri, request.headers_mut());
        let answer = self.http.send(request.clone(), self.sent)?;
        if !token.wants_again(&uri, answer.status(), answer.headers()) {
            return Ok(answer);
        }
        token.sign(&method, &uri, request.headers_mut());
        self.http.send(request, self.sent)
    }

    fn refusal(&self, nsid: &str, status: u16, body: ErrorResponseBody) -> Fault {
        let url = format!("{}/xrpc/{nsid}", self.service.origin());
        let message = body.message.unwrap_or_default().chars().take(256).collect();
        if status == 429 || status >= 500 {
            return Fault::Unavailable { url, status, message };
        }
        let error = body.error.unwrap_or_default().chars().take(128).collect();
        Fault::Refused { url, status, error, message }
    }

    fn odd(&self, method: &str, reason: String) -> Fault {
        Fault::Answer { url: self.service.origin().to_owned(), method: method.to_owned(), reason }
    }
}

impl XrpcClient for Call<'_> {
    fn base_uri(&self) -> String {
        self.service.origin().to_owned()
    }
}

impl HttpClient for Call<'_> {
    async fn send_http(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, Box<dyn std::error::Error + Send + Sync + 'static>> {
        let mut answer = self.exchange(request)?;
        // With this header atrium would keep back the error's name, which says whether a token has expired.
        answer.headers_mut().remove(http::header::WWW_AUTHENTICATE);
        Ok(answer)
    }
}
