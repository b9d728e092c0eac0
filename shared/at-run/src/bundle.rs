//! The one value that a bundle is.

use std::{collections::BTreeMap, rc::Rc};

use futures_util::{FutureExt, future::LocalBoxFuture};
use serde::de::DeserializeOwned;
use streamhut_release::{
    BlobsPermission, Endpoint, Limits, Manifest, Method, NameError, Permissions, is_endpoint_name,
};

use crate::{Context, Error, IntoResponse, Response, Result, input};

type Handler = Rc<dyn Fn(Context, &Call<'_>) -> LocalBoxFuture<'static, Result<Response>>>;

/// A bundle: its name and version, what it may reach, and its handlers.
pub struct Bundle {
    name: String,
    version: String,
    permissions: Permissions,
    config: Vec<String>,
    limits: Limits,
    endpoints: Vec<Endpoint>,
    handlers: BTreeMap<(&'static str, String), Handler>,
}

/// What a runner asks of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// Endpoint, job or task: the runner's word, never the caller's.
    pub kind: CallKind,
    /// The name of the endpoint, job or task.
    pub name: &'a str,
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// The query string, without `?`.
    pub query: &'a str,
    /// The body, empty when there is none.
    pub body: &'a [u8],
}

/// The three kinds of call; `https://bundle/{kind}/{name}` is their address inside a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// Asked from outside.
    Endpoint,
    /// Asked by the clock.
    Job,
    /// Asked by the queue.
    Task,
}

impl Bundle {
    /// A bundle that answers to nothing yet. `name` is `[a-z0-9-]{1,64}`, `version` semantic; whether they are
    /// is said by [`Bundle::manifest`].
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            permissions: Permissions::default(),
            config: Vec::new(),
            limits: Limits::default(),
            endpoints: Vec::new(),
            handlers: BTreeMap::new(),
        }
    }

    /// Hosts it may reach: exact ones, `*.example.com`, `*`, or `config:NAME`.
    pub fn net<'a>(mut self, hosts: impl IntoIterator<Item = &'a str>) -> Self {
        self.permissions.net.extend(hosts.into_iter().map(str::to_owned));
        self
    }

    /// Storage of its own, at most that many bytes.
    pub fn blobs(mut self, max_bytes: u64) -> Self {
        self.permissions.blobs = Some(BlobsPermission { max_bytes });
        self
    }

    /// Settings that an operator may give.
    pub fn config<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.config.extend(names.into_iter().map(str::to_owned));
        self
    }

    /// What one call may cost (1,000 ms of CPU and 50 requests unless said).
    pub fn limits(mut self, cpu_ms: u32, sub_requests: u32) -> Self {
        self.limits = Limits { cpu_ms, sub_requests };
        self
    }

    /// An endpoint asked with GET; the input's fields come from the query.
    pub fn get<I, O, F>(self, name: &str, handler: impl Fn(Context, I) -> F + 'static) -> Self
    where
        I: DeserializeOwned,
        O: IntoResponse,
        F: Future<Output = Result<O>> + 'static,
    {
        self.endpoint(Method::Get, name, handler)
    }

    /// An endpoint asked with POST; the input is the JSON body.
    pub fn post<I, O, F>(self, name: &str, handler: impl Fn(Context, I) -> F + 'static) -> Self
    where
        I: DeserializeOwned,
        O: IntoResponse,
        F: Future<Output = Result<O>> + 'static,
    {
        self.endpoint(Method::Post, name, handler)
    }

    fn endpoint<I, O, F>(
        mut self,
        method: Method,
        name: &str,
        handler: impl Fn(Context, I) -> F + 'static,
    ) -> Self
    where
        I: DeserializeOwned,
        O: IntoResponse,
        F: Future<Output = Result<O>> + 'static,
    {
        self.endpoints.push(Endpoint {
            name: name.to_owned(),
            method,
            input: input::fields::<I>(),
            cache: None,
        });
        let erased: Handler =
            Rc::new(move |context, call| match input::read::<I>(method, call.query, call.body) {
                Ok(input) => handler(context, input).map(|result| result?.into_response()).boxed_local(),
                Err(error) => std::future::ready(Err(error)).boxed_local(),
            });
        self.handlers.insert((method.as_str(), name.to_owned()), erased);
        self
    }

    /// What the bundle says of itself; an error when a name breaks its grammar.
    pub fn manifest(&self) -> std::result::Result<Manifest, NameError> {
        if let Some(bad) = self.endpoints.iter().find(|endpoint| !is_endpoint_name(&endpoint.name)) {
            let rule = "a letter, then up to 63 letters and digits";
            return Err(NameError { kind: "endpoint name", value: bad.name.clone(), rule });
        }
        Ok(Manifest {
            name: self.name.parse()?,
            version: self.version.parse()?,
            endpoints: self.endpoints.clone(),
            jobs: Vec::new(),
            tasks: Vec::new(),
            permissions: self.permissions.clone(),
            secrets: Vec::new(),
            config: self.config.clone(),
            limits: self.limits,
        })
    }

    /// Answers one call. Every error has become a response; those that are the bundle's own fault are logged.
    pub async fn handle(&self, context: Context, call: Call<'_>) -> Response {
        let result = match self.handler(&call) {
            Ok(handler) => handler(context.clone(), &call).await,
            Err(error) => Err(error),
        };
        result.unwrap_or_else(|error| {
            if error.status >= 500 {
                context
                    .log()
                    .warn(format!("{}: {} {}: {}", call.name, error.status, error.name, error.message));
            }
            Response::from_error(&error)
        })
    }

    fn handler(&self, call: &Call<'_>) -> Result<&Handler> {
        let method = if call.method == "HEAD" { "GET" } else { call.method };
        if call.kind == CallKind::Endpoint
            && let Some(((_, _), handler)) =
                self.handlers.iter().find(|((m, n), _)| *m == method && n == call.name)
        {
            return Ok(handler);
        }
        let known = call.kind == CallKind::Endpoint && self.endpoints.iter().any(|e| e.name == call.name);
        Err(if known {
            Error::new(405, "MethodNotAllowed", format!("`{}` is not asked with {}", call.name, call.method))
        } else {
            Error::not_found("UnknownEndpoint", format!("this bundle has no `{}`", call.name))
        })
    }
}
