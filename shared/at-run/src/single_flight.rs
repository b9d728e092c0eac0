//! `ctx.single_flight(key)`.

use std::{cell::Cell, rc::Rc};

use futures_util::FutureExt;

use crate::{Context, Error, Lease, LeasePort, Result, blob::check_key};

/// How long a lease holds when its holder never comes back, unless said.
const DEFAULT_TTL_MS: u64 = 30_000;
/// How long another's work is waited for, unless said.
const DEFAULT_WAIT_MS: u64 = 20_000;

/// How often a lease that others gave back is asked for again.
const MAX_ROUNDS: u32 = 32;

/// A piece of work that one call does while the others wait for what it makes.
///
/// ```
/// use at_run::{Bundle, Context, NoInput, Response, Result, testing::Harness};
///
/// async fn report(ctx: Context, _: NoInput) -> Result<Response> {
///     let check = async || Ok(ctx.cache().get("report").await);
///     let work = async || {
///         let made = b"costly".to_vec();
///         ctx.cache().put("report", made.clone(), 600).await;
///         Ok(made)
///     };
///     let report = ctx.single_flight("report").wait_ms(5_000).run(check, work).await?;
///     Ok(Response::new("text/plain", report))
/// }
///
/// let harness = Harness::new(Bundle::new("reports", "1.0.0").get("report", report));
/// assert_eq!(harness.get("report").text(), "costly");
/// ```
#[must_use = "nothing is done before `run`"]
pub struct SingleFlight {
    ctx: Context,
    port: Rc<dyn LeasePort>,
    key: String,
    ttl_ms: u64,
    wait_ms: u64,
    answers_first: bool,
}

impl SingleFlight {
    pub(crate) fn new(ctx: Context, port: Rc<dyn LeasePort>, key: String) -> Self {
        Self { ctx, port, key, ttl_ms: DEFAULT_TTL_MS, wait_ms: DEFAULT_WAIT_MS, answers_first: false }
    }

    /// Milliseconds for which the work is nobody else's (30,000 unless said). Longer than it ever takes: after
    /// that another may begin it too.
    pub fn ttl_ms(mut self, ms: u64) -> Self {
        self.ttl_ms = ms;
        self
    }

    /// Milliseconds that another's work is waited for (20,000 unless said).
    pub fn wait_ms(mut self, ms: u64) -> Self {
        self.wait_ms = ms;
        self
    }

    /// Lets those who wait go on beside the answer, not before it. The same call must not ask for the same work twice.
    pub fn answers_first(mut self) -> Self {
        self.answers_first = true;
        self
    }

    /// Gives what `check` finds; else does `work`, unless somebody else does it just now: then waits for that and
    /// checks again. `work` has to leave its result where `check` finds it.
    ///
    /// # Errors
    /// Those of `check` and `work`; 503 `Busy` with `Retry-After` when somebody else's work took too long; that of
    /// the platform when it has no leases to give.
    pub async fn run<T>(
        self,
        check: impl AsyncFn() -> Result<Option<T>>,
        work: impl AsyncFnOnce() -> Result<T>,
    ) -> Result<T> {
        let token = match self.enter(&check).await? {
            Entered::Found(found) => return Ok(found),
            Entered::Held(token) => token,
        };
        let outcome = work().await;
        self.leave(token).await;
        outcome
    }

    /// As [`run`](Self::run), and what was begun goes on to its end when the call doesn't: when whoever asked hangs
    /// up, or the runner's deadline passes. Work that takes seconds is then not begun anew by each who won't wait for
    /// it. The platform gives it some 30 s after that.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_to_end<T: 'static>(
        self,
        check: impl AsyncFn() -> Result<Option<T>>,
        work: impl Future<Output = Result<T>> + 'static,
    ) -> Result<T> {
        let token = match self.enter(&check).await? {
            Entered::Found(found) => return Ok(found),
            Entered::Held(token) => token,
        };
        let (ctx, kept) = (self.ctx.clone(), Rc::new(Cell::new(None)));
        let done = {
            let kept = kept.clone();
            // Whichever of the two is still there drives it: the call, or what the platform keeps for later.
            async move {
                kept.set(Some(work.await));
                self.leave(token).await;
            }
            .boxed_local()
            .shared()
        };
        ctx.later(done.clone());
        done.await;
        kept.take().ok_or_else(|| Error::internal("the work ended without an outcome"))?
    }

    /// What `check` finds, else the lease, when nothing is found under it either.
    async fn enter<T>(&self, check: &impl AsyncFn() -> Result<Option<T>>) -> Result<Entered<T>> {
        check_key(&self.key)?;
        let start = self.ctx.now();
        for _ in 0..MAX_ROUNDS {
            if let Some(found) = check().await? {
                return Ok(Entered::Found(found));
            }
            let left = self.wait_ms.saturating_sub(self.ctx.now().saturating_sub(start));
            let token = match self.port.acquire(self.key.clone(), self.ttl_ms, left).await? {
                Lease::Held { token } => token,
                Lease::Released if left > 0 => continue,
                Lease::Released | Lease::Busy => return Err(self.busy()),
            };
            // Whoever held it before us may have made it between our look and our lease.
            match check().await {
                Ok(None) => return Ok(Entered::Held(token)),
                Ok(Some(found)) => {
                    self.leave(token).await;
                    return Ok(Entered::Found(found));
                }
                Err(error) => {
                    self.leave(token).await;
                    return Err(error);
                }
            }
        }
        Err(self.busy())
    }

    /// Gives the lease back.
    async fn leave(&self, token: String) {
        let (port, key, ctx) = (self.port.clone(), self.key.clone(), self.ctx.clone());
        let release = async move {
            if let Err(error) = port.release(key.clone(), token).await {
                ctx.log().warn(format!("the lease of `{key}` will lapse by itself: {error}"));
            }
        };
        if self.answers_first { self.ctx.later(release) } else { release.await }
    }

    fn busy(&self) -> Error {
        let text = format!("`{}` is still being made by another call after {} ms", self.key, self.wait_ms);
        Error { name: "Busy".into(), ..Error::unavailable(text, 5) }
    }
}

enum Entered<T> {
    Found(T),
    /// Under which token.
    Held(String),
}
