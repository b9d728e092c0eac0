//! The one value that a bundle is.

use std::rc::Rc;

use futures_util::{FutureExt, future::LocalBoxFuture};
use serde::de::DeserializeOwned;
use streamhut_release::{BlobsPermission, Endpoint, Job, Limits, Method, Permissions, Task};

use crate::{Cache, Call, CallKind, Context, IntoResponse, Outcome, Response, Result, input, memory::Kept};

pub(crate) type Handler = Rc<dyn Fn(Context, &Call<'_>) -> LocalBoxFuture<'static, Result<Response>>>;

/// A bundle: its name and version, what it may reach, and its handlers.
///
/// ```
/// use at_run::{Bundle, Cache, Context, Json, NoInput, Result};
///
/// async fn list(_: Context, _: NoInput) -> Result<Json<Vec<String>>> {
///     Ok(Json(Vec::new()))
/// }
///
/// async fn sync(ctx: Context) -> Result<String> {
///     Ok(format!("looked at {} records", 0))
/// }
///
/// let bundle = Bundle::new("records", "1.2.0")
///     .net(["*.bsky.network", "config:INDEX_URL"])
///     .config(["INDEX_URL"])
///     .secrets(["INDEX_TOKEN"])
///     .blobs(100 << 20)
///     .limits(500, 100)
///     .get("list", list)
///     .cached(Cache::public(30))
///     .job("sync", "*/10 * * * *", sync);
///
/// let manifest = bundle.manifest().unwrap();
/// assert_eq!(manifest.endpoints[0].cache.as_deref(), Some("public, max-age=30"));
/// assert_eq!(manifest.jobs[0].cron, "*/10 * * * *");
/// ```
pub struct Bundle {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) permissions: Permissions,
    pub(crate) secrets: Vec<String>,
    pub(crate) config: Vec<String>,
    pub(crate) limits: Limits,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) routes: Vec<Route>,
    /// A `cached` before any endpoint: told by the manifest, because a builder has no other way to say so.
    pub(crate) stray_cache: bool,
    /// What calls remember for one another; an isolate has one value of each bundle.
    pub(crate) memory: Rc<Kept>,
}

/// What answers to one kind, method and name.
pub(crate) struct Route {
    pub(crate) kind: CallKind,
    pub(crate) method: Method,
    pub(crate) name: String,
    pub(crate) cache: Option<Cache>,
    pub(crate) handler: Handler,
}

impl Bundle {
    /// A bundle that answers to nothing yet. `name` is `[a-z0-9-]{1,64}`, `version` semantic; whether they are
    /// is said by [`Bundle::manifest`].
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            permissions: Permissions::default(),
            secrets: Vec::new(),
            config: Vec::new(),
            limits: Limits::default(),
            endpoints: Vec::new(),
            jobs: Vec::new(),
            tasks: Vec::new(),
            routes: Vec::new(),
            stray_cache: false,
            memory: Rc::default(),
        }
    }

    /// Hosts it may reach: exact ones, `*.example.com`, `*`, or `config:NAME`.
    #[must_use]
    pub fn net<'a>(mut self, hosts: impl IntoIterator<Item = &'a str>) -> Self {
        self.permissions.net.extend(hosts.into_iter().map(str::to_owned));
        self
    }

    /// Storage of its own, at most that many bytes.
    #[must_use]
    pub fn blobs(mut self, max_bytes: u64) -> Self {
        self.permissions.blobs = Some(BlobsPermission { max_bytes });
        self
    }

    /// Bundles it may call: `did/name`, or `config:NAME` for the bundle whose URL is configured under that name.
    #[must_use]
    pub fn bundles<'a>(mut self, bundles: impl IntoIterator<Item = &'a str>) -> Self {
        self.permissions.bundles.extend(bundles.into_iter().map(str::to_owned));
        self
    }

    /// Secrets that its author gives: `[A-Z][A-Z0-9_]*`.
    #[must_use]
    pub fn secrets<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.secrets.extend(names.into_iter().map(str::to_owned));
        self
    }

    /// Settings that an operator may give: `[A-Z][A-Z0-9_]*`.
    #[must_use]
    pub fn config<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.config.extend(names.into_iter().map(str::to_owned));
        self
    }

    /// What one call may cost (1,000 ms of CPU and 50 requests unless said).
    #[must_use]
    pub fn limits(mut self, cpu_ms: u32, sub_requests: u32) -> Self {
        self.limits = Limits { cpu_ms, sub_requests };
        self
    }

    /// An endpoint asked with GET; the input's fields come from the query.
    #[must_use]
    pub fn get<I, O, F>(self, name: &str, handler: impl Fn(Context, I) -> F + 'static) -> Self
    where
        I: DeserializeOwned,
        O: IntoResponse,
        F: Future<Output = Result<O>> + 'static,
    {
        self.endpoint(Method::Get, name, handler)
    }

    /// An endpoint asked with POST; the input is the JSON body.
    #[must_use]
    pub fn post<I, O, F>(self, name: &str, handler: impl Fn(Context, I) -> F + 'static) -> Self
    where
        I: DeserializeOwned,
        O: IntoResponse,
        F: Future<Output = Result<O>> + 'static,
    {
        self.endpoint(Method::Post, name, handler)
    }

    /// How long every answer of the endpoint declared just before may be kept. It stands in the manifest. Errors,
    /// and answers that say it themselves, go by their own.
    #[must_use]
    pub fn cached(mut self, cache: Cache) -> Self {
        match (self.endpoints.last_mut(), self.routes.last_mut()) {
            (Some(endpoint), Some(route)) if route.kind == CallKind::Endpoint => {
                endpoint.cache = Some(cache.to_string());
                route.cache = Some(cache);
            }
            _ => self.stray_cache = true,
        }
        self
    }

    /// Background work: at most `concurrency` (1 to 64) at once, and a failed one tried again `retries` (0 to 16)
    /// times. It may run more than once, so it has to bear that.
    #[must_use]
    pub fn task<I, O, F>(
        mut self,
        name: &str,
        concurrency: u32,
        retries: u32,
        handler: impl Fn(Context, I) -> F + 'static,
    ) -> Self
    where
        I: DeserializeOwned,
        O: Outcome,
        F: Future<Output = Result<O>> + 'static,
    {
        self.tasks.push(Task { name: name.to_owned(), concurrency, retries });
        let erased: Handler =
            Rc::new(move |context, call| match input::read::<I>(Method::Post, "", call.body) {
                Ok(input) => ended(context.clone(), call, handler(context, input)),
                Err(error) => std::future::ready(Err(error)).boxed_local(),
            });
        self.route(CallKind::Task, Method::Post, name, erased)
    }

    /// Work by the clock, in UTC: `cron` has five fields (minute, hour, day, month, weekday). It may run more than
    /// once for a time, so it has to bear that.
    #[must_use]
    pub fn job<O, F>(mut self, name: &str, cron: &str, handler: impl Fn(Context) -> F + 'static) -> Self
    where
        O: Outcome,
        F: Future<Output = Result<O>> + 'static,
    {
        self.jobs.push(Job { name: name.to_owned(), cron: cron.to_owned() });
        let erased: Handler = Rc::new(move |context, call| ended(context.clone(), call, handler(context)));
        self.route(CallKind::Job, Method::Post, name, erased)
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
        let input = input::fields::<I>();
        self.endpoints.push(Endpoint { name: name.to_owned(), method, input, cache: None });
        let erased: Handler =
            Rc::new(move |context, call| match input::read::<I>(method, call.query, call.body) {
                Ok(input) => handler(context, input).map(|result| result?.into_response()).boxed_local(),
                Err(error) => std::future::ready(Err(error)).boxed_local(),
            });
        self.route(CallKind::Endpoint, method, name, erased)
    }

    fn route(mut self, kind: CallKind, method: Method, name: &str, handler: Handler) -> Self {
        self.routes.push(Route { kind, method, name: name.to_owned(), cache: None, handler });
        self
    }
}

/// The answer of a job or a task: 204, or 200 with the line that says what was done.
fn ended<O: Outcome>(
    context: Context,
    call: &Call<'_>,
    work: impl Future<Output = Result<O>> + 'static,
) -> LocalBoxFuture<'static, Result<Response>> {
    let label = format!("{} {}", call.kind.as_str(), call.name);
    work.map(move |result| {
        Ok(match result?.summary() {
            None => Response::empty(204),
            Some(summary) => {
                context.log().info(format!("{label}: {summary}"));
                Response::text(summary)
            }
        })
    })
    .boxed_local()
}
