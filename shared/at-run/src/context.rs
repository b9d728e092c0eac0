//! What a handler is given beside its input.

use std::rc::Rc;

use url::Url;

use crate::{
    Blobs, ByteRange, CacheStore, Call, CallKind, Error, Http, Log, Memory, OtherBundle, Ports, Result,
    Secret, SingleFlight, SocketRequest, Tasks,
    call::{ATTEMPT, BASE, REQUEST_ID},
    memory::Kept,
    port::Named,
};

/// Handed to each handler: everything that it can reach. Cheap to clone.
///
/// ```
/// use at_run::{Bundle, Context, Json, NoInput, Result, testing::Harness};
///
/// async fn about(ctx: Context, _: NoInput) -> Result<Json<serde_json::Value>> {
///     ctx.log().info("somebody asks");
///     let place = ctx.config("PLACE").unwrap_or_else(|| "nowhere".into());
///     Ok(Json(serde_json::json!({"place": place, "now": ctx.now()})))
/// }
///
/// let bundle = Bundle::new("about", "1.0.0").config(["PLACE"]).get("about", about);
/// let harness = Harness::new(bundle).config("PLACE", "Bern");
/// assert_eq!(harness.get("about").json()["place"], "Bern");
/// assert_eq!(harness.log(), ["info 0000000000000001 somebody asks"]);
/// ```
#[derive(Clone)]
pub struct Context(Rc<Inner>);

struct Inner {
    ports: Rc<Ports>,
    headers: Named,
    method: String,
    request_id: String,
    attempt: u32,
    memory: Rc<Kept>,
}

impl Context {
    pub(crate) fn new(ports: Rc<Ports>, call: &Call<'_>, memory: Rc<Kept>) -> Self {
        // From outside this header may hold anything, and it goes into each line of the log.
        let request_id = (call.headers)(REQUEST_ID)
            .filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric()))
            .unwrap_or_else(|| "-".to_owned());
        let attempt = match call.kind {
            CallKind::Task => (call.headers)(ATTEMPT).and_then(|text| text.parse().ok()).unwrap_or(1),
            CallKind::Endpoint | CallKind::Job => 1,
        };
        let method = call.method.to_owned();
        Self(Rc::new(Inner { ports, headers: call.headers.clone(), method, request_id, attempt, memory }))
    }

    /// Requests to elsewhere, within the release's `net` permission.
    pub fn http(&self) -> Http {
        Http::new(self.0.ports.http.clone())
    }

    /// A WebSocket to elsewhere, within the same permission; to be opened with [`SocketRequest::connect`].
    pub fn websocket(&self, url: impl AsRef<str>) -> SocketRequest {
        SocketRequest::new(self.0.ports.websocket.clone(), url.as_ref())
    }

    /// The bundle's own storage.
    pub fn blobs(&self) -> Blobs {
        Blobs::new(self.0.ports.blobs.clone())
    }

    /// The bundle's own cache.
    pub fn cache(&self) -> CacheStore {
        CacheStore::new(self.0.ports.cache.clone())
    }

    /// What this isolate remembers between calls.
    pub fn memory(&self) -> Memory {
        Memory::new(self.0.memory.clone(), self.now())
    }

    /// Work that the answer doesn't wait for, such as keeping what it was made of. It begins at once, and a runner lets it go on
    /// for some seconds after the answer is out; what has to be done for certain is a task.
    ///
    /// ```
    /// use at_run::{Bundle, Context, NoInput, Response, Result, testing::Harness};
    ///
    /// async fn page(ctx: Context, _: NoInput) -> Result<Response> {
    ///     let cache = ctx.cache();
    ///     ctx.later(async move { cache.put("page", "kept", 60).await });
    ///     Ok(Response::text("made"))
    /// }
    ///
    /// let harness = Harness::new(Bundle::new("b", "1.0.0").get("page", page));
    /// assert_eq!(harness.get("page").text(), "made");
    /// assert_eq!(harness.port_calls(), 1);
    /// ```
    pub fn later(&self, work: impl Future<Output = ()> + 'static) {
        (self.0.ports.later)(Box::pin(work));
    }

    /// Work of which each piece is done by one call at a time, across all isolates of the bundle.
    pub fn single_flight(&self, key: impl Into<String>) -> SingleFlight {
        SingleFlight::new(self.clone(), self.0.ports.leases.clone(), key.into())
    }

    /// Background work.
    pub fn tasks(&self) -> Tasks {
        Tasks::new(self.0.ports.tasks.clone())
    }

    /// An endpoint of another bundle on the same runner. `bundle` is `did/name`, or `config:NAME` for the bundle
    /// whose URL the operator configured under that name.
    pub fn call(&self, bundle: &str, endpoint: &str) -> OtherBundle {
        let configured = |name: &str| self.config(name);
        OtherBundle::new(self.0.ports.calls.clone(), bundle, endpoint, configured)
    }

    /// The author's secret of that name.
    ///
    /// # Errors
    /// 503 `SecretMissing` when the release doesn't declare it, or the author gave this runner none.
    pub fn secret(&self, name: &str) -> Result<Secret> {
        let given = (self.0.ports.secrets)(name).filter(|value| !value.is_empty());
        let missing = || Error::new(503, "SecretMissing", format!("the secret `{name}` is not given"));
        given.map(Secret::new).ok_or_else(missing)
    }

    /// The operator's setting of that name; `None` when it is not set or empty.
    pub fn config(&self, name: &str) -> Option<String> {
        (self.0.ports.config)(name).filter(|value| !value.is_empty())
    }

    /// Milliseconds since 1970, UTC.
    pub fn now(&self) -> u64 {
        (self.0.ports.clock)()
    }

    /// Does nothing for that many milliseconds: before another try, say. The call's deadline goes on.
    pub async fn sleep(&self, ms: u32) {
        (self.0.ports.sleep)(ms).await;
    }

    /// The bundle's log.
    pub fn log(&self) -> Log {
        Log::new(self.0.ports.log.clone(), &self.0.request_id)
    }

    /// A header of the request, by its name in lower case, such as `accept` or `authorization`.
    pub fn header(&self, name: &str) -> Option<String> {
        (self.0.headers)(name)
    }

    /// `GET`, `HEAD` or `POST`.
    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// The part that the caller asks for with a `Range` header. Only GET knows parts.
    ///
    /// # Errors
    /// 416 when the header names several ranges, or none that makes sense.
    pub fn range(&self) -> Result<Option<ByteRange>> {
        let header = self.header("range").filter(|_| self.0.method == "GET");
        Ok(header.map(|text| ByteRange::parse(&text)).transpose()?.flatten())
    }

    /// Where this bundle was asked, as the caller wrote it: an endpoint's address is this, a slash, and its name. It has
    /// neither query nor slash at the end. `None` in jobs, tasks, and calls of other bundles.
    pub fn base(&self) -> Option<Url> {
        let base = Url::parse(&self.header(BASE)?).ok()?;
        matches!(base.scheme(), "http" | "https").then_some(base)
    }

    /// Names this call in the log, here and at the runner; `-` when the platform gave it no name.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// How often this task was begun, this time included; 1 for endpoints and jobs.
    pub fn attempt(&self) -> u32 {
        self.0.attempt
    }
}
