//! A native platform for a bundle's own tests: scripted HTTP, storage in memory, a clock that stands still, tasks
//! that run when they are told to, a log to read.
//!
//! It holds a bundle to what its release declares, as a runner does: a host, a secret, a setting, a bundle or a
//! task that isn't declared is not there.

mod answer;
mod blobs;
mod cache;
mod calls;
mod clock;
mod leases;
mod meter;
mod network;
mod no_runner;
mod platform;
mod request;
mod scripted;
mod socket;
mod tasks;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use futures_util::{FutureExt, future::LocalBoxFuture};

use crate::{Bundle, Call, CallKind, Error, Message, Put, RawRequest, Response, Result, TaskStatus};
pub use answer::Answer;
pub use calls::Called;
pub use leases::Elsewhere;
pub use meter::Mishap;
pub use request::TestRequest;
pub use scripted::Scripted;
pub use socket::SocketEvent;
pub use tasks::TaskRun;

use blobs::MemoryBlobs;
use cache::MemoryCache;
use calls::Scripts;
use clock::ManualClock;
use leases::ManualLeases;
use meter::Meter;
use scripted::HttpScripts;
use socket::SocketScripts;
use tasks::ManualTasks;

/// Whose tasks those of a harness are.
const OWN_BUNDLE: &str = "did:web:author.example.com/bundle";

/// Most tasks that one `run_tasks` runs: more is taken for a task that queues itself for ever.
const MAX_TASK_RUNS: usize = 10_000;

/// A bundle on the native platform.
///
/// ```
/// use at_run::{Bundle, Context, NoInput, Response, testing::{Harness, Scripted}};
///
/// async fn relay(ctx: Context, _: NoInput) -> at_run::Result<Response> {
///     let answer = ctx.http().get("https://origin.dev/a").send().await?;
///     Ok(Response::text(answer.text()))
/// }
///
/// let bundle = Bundle::new("relay", "1.0.0").net(["origin.dev"]).get("relay", relay);
/// let harness = Harness::new(bundle).http("https://origin.dev/a", Scripted::text(200, "hi"));
/// assert_eq!(harness.get("relay").text(), "hi");
/// assert_eq!(harness.requests(), ["GET https://origin.dev/a"]);
/// ```
pub struct Harness {
    bundle: Bundle,
    clock: ManualClock,
    http: HttpScripts,
    sockets: SocketScripts,
    calls: Scripts,
    blobs: Rc<MemoryBlobs>,
    cache: Rc<MemoryCache>,
    leases: Rc<ManualLeases>,
    tasks: Rc<ManualTasks>,
    config: BTreeMap<String, String>,
    secrets: BTreeMap<String, String>,
    log: Rc<RefCell<Vec<String>>>,
    requests: Cell<u64>,
    meter: Rc<Meter>,
    alone: bool,
    base: String,
    later: Rc<RefCell<Vec<LocalBoxFuture<'static, ()>>>>,
}

impl Harness {
    /// A harness in which nothing is configured, nothing is stored, and every host is silent.
    pub fn new(bundle: Bundle) -> Self {
        let clock = ManualClock::at(1_790_000_000_000);
        let max_bytes = bundle.permissions.blobs.as_ref().map(|blobs| blobs.max_bytes);
        let tasks = bundle.tasks.iter().map(|task| (task.name.clone(), task.retries)).collect();
        Self {
            bundle,
            http: HttpScripts::default(),
            sockets: SocketScripts::default(),
            calls: Scripts::default(),
            blobs: Rc::new(MemoryBlobs::new(max_bytes, clock.clone())),
            cache: Rc::new(MemoryCache::new(clock.clone())),
            leases: Rc::new(ManualLeases::new(clock.clone())),
            tasks: Rc::new(ManualTasks::new(tasks, clock.clone())),
            config: BTreeMap::new(),
            secrets: BTreeMap::new(),
            log: Rc::default(),
            requests: Cell::new(0),
            meter: Rc::default(),
            alone: false,
            later: Rc::default(),
            base: "https://run.example.com/bundle/did:web:author.example.com/bundle/latest".to_owned(),
            clock,
        }
    }

    /// Scripts the answer of a URL. Answers given for the same URL come in turn, the last for ever.
    #[must_use]
    pub fn http(self, url: &str, answer: Scripted) -> Self {
        self.http.script(url, answer);
        self
    }

    /// Answers requests to URLs that have no script, by what is asked: a server with a state of its own, say.
    ///
    /// ```
    /// # use at_run::{Bundle, Context, NoInput, Response, testing::{Harness, Scripted}};
    /// # async fn relay(ctx: Context, _: NoInput) -> at_run::Result<Response> {
    /// #     Ok(Response::text(ctx.http().get("https://origin.dev/a").send().await?.text()))
    /// # }
    /// # let bundle = Bundle::new("relay", "1.0.0").net(["origin.dev"]).get("relay", relay);
    /// let asked = std::cell::Cell::new(0);
    /// let harness = Harness::new(bundle).http_by(move |request| {
    ///     asked.set(asked.get() + 1);
    ///     Scripted::text(200, &format!("{} {}", request.url.path(), asked.get()))
    /// });
    /// assert_eq!(harness.get("relay").text(), "/a 1");
    /// assert_eq!(harness.get("relay").text(), "/a 2");
    /// harness.rescript("https://origin.dev/a", [Scripted::text(200, "a script comes first")]);
    /// assert_eq!(harness.get("relay").text(), "a script comes first");
    /// ```
    #[must_use]
    pub fn http_by(self, answer: impl Fn(&RawRequest) -> Scripted + 'static) -> Self {
        self.http.serve(Rc::new(answer));
        self
    }

    /// From now on, that URL has these answers and no others: they come in turn, the last for ever.
    ///
    /// ```
    /// # use at_run::{Bundle, Context, NoInput, Response, testing::{Harness, Scripted}};
    /// # async fn relay(ctx: Context, _: NoInput) -> at_run::Result<Response> {
    /// #     Ok(Response::text(ctx.http().get("https://origin.dev/a").send().await?.text()))
    /// # }
    /// # let bundle = Bundle::new("relay", "1.0.0").net(["origin.dev"]).get("relay", relay);
    /// let harness = Harness::new(bundle).http("https://origin.dev/a", Scripted::text(200, "hi"));
    /// harness.rescript("https://origin.dev/a", [Scripted::Failed, Scripted::text(200, "ho")]);
    /// assert_eq!(harness.get("relay").status(), 503);
    /// assert_eq!(harness.get("relay").text(), "ho");
    /// ```
    pub fn rescript(&self, url: &str, answers: impl IntoIterator<Item = Scripted>) {
        self.http.replace(url, answers.into_iter().collect());
    }

    /// Scripts one connection to the WebSocket at that URL: what comes from the other side, which then closes.
    #[must_use]
    pub fn websocket(self, url: &str, events: impl IntoIterator<Item = impl Into<SocketEvent>>) -> Self {
        self.sockets.script(url, events.into_iter().map(Into::into).collect());
        self
    }

    /// Scripts an endpoint of another bundle, which is `did/name`.
    #[must_use]
    pub fn bundle(
        self,
        bundle: &str,
        endpoint: &str,
        answer: impl Fn(&Called) -> Result<Response> + 'static,
    ) -> Self {
        self.calls.add(bundle, endpoint, Rc::new(answer));
        self
    }

    /// The bundle is deployed by itself: what needs a runner, tasks and calls of other bundles, is refused.
    ///
    /// ```
    /// use at_run::{Bundle, Context, NoInput, Response, Result, testing::Harness};
    ///
    /// async fn later(ctx: Context, _: NoInput) -> Result<Response> {
    ///     ctx.tasks().enqueue("work", &1).await.map(Response::text)
    /// }
    ///
    /// let harness = Harness::new(Bundle::new("b", "1.0.0").get("later", later)).alone();
    /// assert_eq!(harness.get("later").status(), 501);
    /// ```
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Where endpoints are asked (`https://run.example.com/bundle/did:web:author.example.com/bundle/latest` unless said).
    #[must_use]
    pub fn base(mut self, url: &str) -> Self {
        self.base = url.to_owned();
        self
    }

    /// Sets a configured value.
    #[must_use]
    pub fn config(mut self, name: &str, value: &str) -> Self {
        self.config.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Gives a secret.
    #[must_use]
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Asks an endpoint with GET: its name, and a query after `?`.
    pub fn get(&self, target: &str) -> Answer {
        self.request().get(target)
    }

    /// Asks an endpoint with POST and a JSON body.
    pub fn post(&self, name: &str, body: &serde_json::Value) -> Answer {
        self.request().post(name, body)
    }

    /// A request with headers.
    pub fn request(&self) -> TestRequest<'_> {
        TestRequest::new(self)
    }

    /// Runs a job now.
    ///
    /// ```
    /// use at_run::{Bundle, Context, Result, testing::Harness};
    ///
    /// async fn sweep(ctx: Context) -> Result<String> {
    ///     let old = ctx.blobs().list("tmp/", None, 100).await?.blobs;
    ///     for blob in &old {
    ///         ctx.blobs().delete(&blob.key).await?;
    ///     }
    ///     Ok(format!("{} forgotten", old.len()))
    /// }
    ///
    /// let harness = Harness::new(Bundle::new("b", "1.0.0").blobs(100).job("sweep", "0 4 * * *", sweep));
    /// harness.put_blob("tmp/a", "x");
    /// assert_eq!(harness.run_job("sweep").text(), "1 forgotten");
    /// assert!(harness.blob_keys().is_empty());
    /// ```
    pub fn run_job(&self, name: &str) -> Answer {
        self.request().call(CallKind::Job, "POST", name, "", &[])
    }

    /// Runs the queued tasks and those that they queue, each when it is due: the clock moves on to that time. One
    /// that fails is tried again at once, as often as it declares.
    ///
    /// # Panics
    /// When there is no end to them.
    pub fn run_tasks(&self) -> Vec<TaskRun> {
        let mut runs = Vec::new();
        while let Some(run) = self.run_task() {
            assert!(runs.len() < MAX_TASK_RUNS, "tasks without end: {run:?}");
            runs.push(run);
        }
        runs
    }

    /// Runs one attempt at the queued task that is due first; `None` when no task waits. The clock moves on to that
    /// time.
    pub fn run_task(&self) -> Option<TaskRun> {
        let task = self.tasks.begin()?;
        let (status, input) = (task.status, task.input);
        let request = self.request().header(crate::ATTEMPT, &status.attempts.to_string());
        let answer = request.call(CallKind::Task, "POST", &status.task, "", input.as_bytes());
        self.tasks.end(&status.id, &answer);
        Some(TaskRun { id: status.id, task: status.task, attempt: status.attempts, answer })
    }

    /// All tasks so far, in the order in which they were queued.
    pub fn tasks(&self) -> Vec<TaskStatus> {
        self.tasks.statuses()
    }

    /// Any call.
    ///
    /// # Panics
    /// When the handler waits for something that this platform never brings.
    #[allow(clippy::expect_used)]
    pub fn call(&self, call: Call<'_>) -> Answer {
        self.meter.revive();
        let response = self.bundle.handle(self.ports(), call).now_or_never();
        if self.meter.has_ended() {
            self.later.take();
            return Answer::of(Response::from_error(&Error::new(500, "Gone", "the isolate is gone")));
        }
        let response = response.expect("a handler under test waits for nothing but scripted answers");
        // What is left for later may leave more, and goes with its isolate.
        while let Some(work) = { self.later.borrow_mut().pop() } {
            let done = work.now_or_never();
            if self.meter.has_ended() {
                self.later.take();
                break;
            }
            done.expect("work for later waits for nothing but scripted answers");
        }
        Answer::of(response)
    }

    /// Calls that were made of the platform so far: requests, and what was asked of storage, cache, leases, tasks and
    /// other bundles. The pieces of a body count for nothing.
    pub fn port_calls(&self) -> u64 {
        self.meter.made()
    }

    /// Has one call of the platform go wrong: the next is 1.
    ///
    /// ```
    /// use at_run::{Bundle, Context, NoInput, Response, Result, testing::{Harness, Mishap}};
    ///
    /// async fn twice(ctx: Context, _: NoInput) -> Result<Response> {
    ///     ctx.blobs().put("a", b"1".to_vec()).await?;
    ///     ctx.blobs().put("b", b"2".to_vec()).await?;
    ///     Ok(Response::text("both"))
    /// }
    ///
    /// let harness = || Harness::new(Bundle::new("b", "1.0.0").blobs(100).get("twice", twice));
    /// for (nth, mishap, answered, kept) in [
    ///     (1, Mishap::Fails, 503, 0),
    ///     (2, Mishap::Fails, 503, 1),
    ///     (2, Mishap::Ends, 500, 1),
    ///     (3, Mishap::Ends, 200, 2),
    /// ] {
    ///     let harness = harness();
    ///     harness.interrupt(nth, mishap);
    ///     assert_eq!((harness.get("twice").status(), harness.blob_keys().len()), (answered, kept));
    /// }
    /// ```
    pub fn interrupt(&self, nth: u64, mishap: Mishap) {
        self.meter.interrupt(nth, mishap);
    }

    /// Moves the clock on.
    pub fn advance(&self, ms: u64) {
        self.clock.advance(ms);
    }

    /// What the clock shows: milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// The bytes that are stored under a key.
    pub fn blob(&self, key: &str) -> Option<Vec<u8>> {
        self.blobs.bytes(key)
    }

    /// The keys under which something is stored.
    pub fn blob_keys(&self) -> Vec<String> {
        self.blobs.keys()
    }

    /// Stores bytes before a call, held to the bundle's quota.
    ///
    /// # Panics
    /// When the bundle declares no storage, or not enough.
    #[allow(clippy::expect_used)]
    pub fn put_blob(&self, key: &str, bytes: impl Into<Vec<u8>>) {
        self.blobs.store(key, bytes.into(), Put::new()).expect("room for a blob");
    }

    /// Another isolate stores bytes, so many milliseconds from now.
    ///
    /// ```
    /// use at_run::{Bundle, Context, NoInput, Response, Result, testing::{Elsewhere, Harness}};
    ///
    /// async fn once(ctx: Context, _: NoInput) -> Result<Response> {
    ///     let check = async || {
    ///         let found = ctx.blobs().get("it").await?;
    ///         found.map(at_run::IntoResponse::into_response).transpose()
    ///     };
    ///     ctx.single_flight("it").run(check, async || Ok(Response::text("made here"))).await
    /// }
    ///
    /// let harness = Harness::new(Bundle::new("b", "1.0.0").blobs(100).get("once", once));
    /// harness.hold_lease("it", Elsewhere::GivesBackAfter(1_500));
    /// harness.put_blob_later(1_000, "it", "made there");
    /// assert_eq!(harness.get("once").text(), "made there");
    /// ```
    pub fn put_blob_later(&self, ms: u64, key: &str, bytes: impl Into<Vec<u8>>) {
        self.blobs.store_later(ms, key, bytes.into());
    }

    /// Forgets a stored blob, as an operator might.
    pub fn delete_blob(&self, key: &str) {
        self.blobs.forget(key);
    }

    /// Whether the storage fails from now on.
    pub fn fail_blobs(&self, failing: bool) {
        self.blobs.fail(failing);
    }

    /// From now on calls are answered by another isolate, which remembers nothing.
    pub fn another_isolate(&self) {
        self.bundle.memory.clear();
    }

    /// The cache forgets everything, as it may at any time.
    pub fn forget_cache(&self) {
        self.cache.clear();
    }

    /// Has another isolate hold the lease of a key. A call that waits for it moves the clock on.
    ///
    /// ```
    /// use at_run::{Bundle, Context, NoInput, Response, Result, testing::{Elsewhere, Harness}};
    ///
    /// async fn once(ctx: Context, _: NoInput) -> Result<Response> {
    ///     let flight = ctx.single_flight("it").wait_ms(1_000);
    ///     flight.run(async || Ok(None), async || Ok(Response::text("made"))).await
    /// }
    ///
    /// let harness = Harness::new(Bundle::new("b", "1.0.0").get("once", once));
    /// harness.hold_lease("it", Elsewhere::LapsesAfter(1_500));
    /// assert_eq!(harness.get("once").json()["error"], "Busy");
    /// assert_eq!(harness.get("once").text(), "made");
    /// ```
    pub fn hold_lease(&self, key: &str, elsewhere: Elsewhere) {
        self.leases.hold_elsewhere(key, elsewhere);
    }

    /// The keys whose leases are held now.
    pub fn leases(&self) -> Vec<String> {
        self.leases.held()
    }

    /// The requests sent so far, as `METHOD url`.
    pub fn requests(&self) -> Vec<String> {
        self.http.requests().iter().map(scripted::shown).collect()
    }

    /// The requests sent so far, with headers and bodies.
    pub fn raw_requests(&self) -> Vec<RawRequest> {
        self.http.requests()
    }

    /// The messages sent over WebSockets so far.
    pub fn sent(&self) -> Vec<Message> {
        self.sockets.sent()
    }

    /// The log lines so far.
    pub fn log(&self) -> Vec<String> {
        self.log.borrow().clone()
    }

    fn next_request_id(&self) -> String {
        self.requests.set(self.requests.get() + 1);
        format!("{:016x}", self.requests.get())
    }
}
