//! Work that no caller waits for: jobs, which the clock starts, and the queue's messages, each of which is one run of
//! a job or one attempt at a task.

use std::{rc::Rc, time::Duration};

use at_run::{ATTEMPT, REQUEST_ID};
use futures_util::{
    StreamExt,
    future::{Either, join_all, select},
    stream,
};
use serde_json::Value as Json;
use streamhut_atproto::Did;
use streamhut_ledger::{Ending, Kind, LedgerError, Message, Work};
use streamhut_outbound::Transport;
use streamhut_release::{BundleName, Selector};
use streamhut_runner::{Due, Fault, Installation, Resolved, Runner, Store};
use wasm_bindgen::JsValue;
use web_sys::{Headers, Request, RequestInit, RequestRedirect, Response};
use worker::{Delay, Env, MessageBatch, MessageExt, QueueRetryOptionsBuilder, RawMessage};

use crate::{body, call, ledger::LedgerClient, now_ms, start};

/// Bundles whose ledgers are asked at once.
const ASKED_AT_ONCE: usize = 6;
/// Bundles that one trigger starts.
const STARTS: usize = 4;
/// Milliseconds beside a run's deadline in which its release is resolved and its error read.
const AROUND_MS: u64 = 30_000;
/// Milliseconds in which its end is told.
const TELLING_MS: u64 = 60_000;
/// How often the ledger is told of an end before that is left to the run's lease.
const TELLINGS: u64 = 4;
/// Seconds after which the queue is to bring a message again that could not be looked at.
const AGAIN_SECONDS: u32 = 10;
/// How the name of a queue ends that takes what another gave up.
const DEAD_LETTERS: &str = "-dead";
/// Most bytes of a bundle's error that are looked at.
const MAX_ERROR_BYTES: usize = 16 * 1024;
/// Most bytes of a job's summary; a longer one is not kept.
const MAX_SUMMARY_BYTES: usize = 4 * 1024;

/// What the clock and the queue find in the isolate.
pub struct Background<T, S> {
    /// This isolate's runner.
    pub runner: Rc<Runner<T, S>>,
    /// The dispatcher's bindings.
    pub env: Env,
    /// Makes the id under which a run is found in the log.
    pub request_id: fn() -> String,
}

impl<T, S> Background<T, S>
where
    T: Transport + Send + Sync + 'static,
    S: Store + 'static,
{
    /// Claims what is due of the installed bundles' jobs, starts those bundles that this isolate has not started
    /// yet, and reads on whom the policy trusts. `scheduled` is the time that the trigger is for, in
    /// milliseconds since 1970; a late one counts for now.
    pub async fn trigger(&self, scheduled: u64) {
        let now = now_ms();
        self.runner.read_installations(now).await;
        let until = scheduled.max(now);
        stream::iter(self.runner.installed())
            .for_each_concurrent(ASKED_AT_ONCE, async |installation| {
                let bundle = format!("{}/{}", installation.did, installation.name);
                if let Err(reason) = self.claim(&installation, until).await {
                    worker::console_error!("the jobs of {bundle}: {reason}");
                }
            })
            .await;
        if self.runner.is_trust_due(now) {
            start::confirm(&self.runner, &self.env, &Due::Follows).await;
        }
        self.start_installed().await;
    }

    /// After a deploy of the runner, or an installation, nobody is to wait for the first start. One after the other, and few:
    /// each holds its modules in memory, and the platform runs no more than four at once for one invocation, of which one
    /// that hangs stays.
    async fn start_installed(&self) {
        let mut started = 0;
        for installation in self.runner.installed() {
            // As it stands after it was confirmed: what its author took back is not started.
            let Ok(resolved) = self.resolve(&installation).await else { continue };
            started += usize::from(start::unless_loaded(&self.runner, &self.env, &resolved).await);
            if started == STARTS {
                break;
            }
        }
    }

    async fn claim(&self, installation: &Installation, until: u64) -> Result<(), String> {
        let Installation { did, name, .. } = installation;
        let resolved = self.resolve(installation).await.map_err(|fault| fault.to_string())?;
        let jobs = &resolved.release.manifest.jobs;
        if !jobs.is_empty() {
            let ledger = LedgerClient::of(&self.env, did, name).map_err(|error| error.to_string())?;
            let claims = ledger.due(until, jobs).await.map_err(|error| error.to_string())?;
            for job in claims.skipped {
                worker::console_warn!("{did}/{name}: job {job} is skipped, because it still runs");
            }
            for reason in claims.invalid {
                worker::console_warn!("{did}/{name}: job {reason}");
            }
        }
        self.confirm(&resolved).await;
        Ok(())
    }

    /// Does the work of a batch of messages. What is given up by one queue arrives from another.
    pub async fn consume(&self, batch: &MessageBatch<()>) {
        let dead = batch.queue().ends_with(DEAD_LETTERS);
        join_all(batch.raw_iter().map(|raw| self.handle(raw, dead))).await;
    }

    async fn handle(&self, raw: RawMessage, dead: bool) {
        let Some(message) = read(&raw) else {
            worker::console_error!("a message of the queue is none of ours: {:?}", raw.body());
            return raw.ack();
        };
        let handled = if dead { self.bury(&message).await } else { self.run(&message).await };
        match handled {
            Ok(()) => raw.ack(),
            Err(error) => {
                worker::console_error!("{} {}: {error}", message.bundle, message.id);
                let later = QueueRetryOptionsBuilder::new().with_delay_seconds(AGAIN_SECONDS).build();
                raw.retry_with_options(&later);
            }
        }
    }

    async fn bury(&self, message: &Message) -> Result<(), LedgerError> {
        LedgerClient::named(&self.env, message.bundle.clone())?.given_up(message).await
    }

    async fn run(&self, message: &Message) -> Result<(), LedgerError> {
        let ledger = LedgerClient::named(&self.env, message.bundle.clone())?;
        let most = u64::from(self.runner.job_deadline_ms()) + AROUND_MS;
        let Some(work) = ledger.begin(message, most + TELLING_MS).await? else { return Ok(()) };
        let id = (self.request_id)();
        let label = format!("{id} {} {} of {}", message.kind.as_str(), work.name, message.bundle);
        let mut resolved = None;
        let over = Box::pin(Delay::from(Duration::from_millis(most)));
        let ending = match select(Box::pin(self.work(message, &work, &id, &mut resolved)), over).await {
            Either::Left((ending, _)) => ending,
            Either::Right(_) => failed("BundleTimeout", &format!("it did not end within {most} ms"), true),
        };
        if let Ending::Failed { error, .. } = &ending {
            worker::console_warn!("{label}: {error}");
        }
        // From here on the message is done with: brought again, it would begin nothing.
        for telling in 1..=TELLINGS {
            match ledger.end(message, ending.clone()).await {
                Ok(()) => break,
                Err(error) => worker::console_error!("{label}: its end is not told: {error}"),
            }
            Delay::from(Duration::from_secs(telling)).await;
        }
        if let Some(resolved) = resolved {
            self.confirm(&resolved).await;
        }
        Ok(())
    }

    /// Does the work with the release that is left in `used`.
    async fn work(
        &self,
        message: &Message,
        work: &Work,
        id: &str,
        used: &mut Option<Rc<Resolved>>,
    ) -> Ending {
        let resolved = match self.installed(message).await {
            Ok(resolved) => used.insert(resolved).clone(),
            Err(ending) => return ending,
        };
        let manifest = &resolved.release.manifest;
        let declared = match message.kind {
            Kind::Job => manifest.jobs.iter().any(|job| job.name == work.name),
            Kind::Task => manifest.tasks.iter().any(|task| task.name == work.name),
        };
        if !declared {
            // A release that this isolate doesn't know yet may declare it.
            let message = format!("{} declares no such {}", resolved.label(), message.kind.as_str());
            return failed("NotDeclared", &message, true);
        }
        self.call(&resolved, message.kind, work, id).await.unwrap_or_else(|fault| of_fault(&fault))
    }

    async fn installed(&self, message: &Message) -> Result<Rc<Resolved>, Ending> {
        let find = || {
            let (did, name) = bundle(message)?;
            self.runner.installations().get(&did, &name).cloned()
        };
        let mut found = find();
        if found.is_none() {
            // Another isolate may have installed it just now.
            self.runner.read_installations(now_ms()).await;
            found = find();
        }
        let installation =
            found.ok_or_else(|| failed("NotInstalled", "the bundle is not installed any longer", false))?;
        self.resolve(&installation).await.map_err(|fault| of_fault(&fault))
    }

    async fn resolve(&self, installation: &Installation) -> Result<Rc<Resolved>, Fault> {
        let selector = Selector::Channel(installation.channel.clone());
        self.runner.resolve(&installation.did, &installation.name, &selector, now_ms()).await
    }

    async fn call(
        &self,
        resolved: &Rc<Resolved>,
        kind: Kind,
        work: &Work,
        id: &str,
    ) -> Result<Ending, Fault> {
        let thrown = |error: JsValue| Fault::Internal(format!("{error:?}"));
        let loader = start::loader(&self.env).map_err(thrown)?;
        let request = request(kind, work, id).map_err(thrown)?;
        let ms = self.runner.job_deadline_ms();
        let response = call::call_within(&self.runner, &loader, resolved, &request, 0, ms).await?;
        Ok(ending(&response).await)
    }

    /// A later run finds what is new.
    async fn confirm(&self, resolved: &Resolved) {
        for due in &resolved.due {
            start::confirm(&self.runner, &self.env, due).await;
        }
    }
}

fn read(raw: &RawMessage) -> Option<Message> {
    let text = js_sys::JSON::stringify(&raw.body()).ok()?;
    serde_json::from_str(&String::from(text)).ok()
}

fn bundle(message: &Message) -> Option<(Did, BundleName)> {
    let (did, name) = message.bundle.split_once('/')?;
    Some((did.parse().ok()?, name.parse().ok()?))
}

fn request(kind: Kind, work: &Work, id: &str) -> Result<Request, JsValue> {
    let headers = Headers::new()?;
    headers.set(REQUEST_ID, id)?;
    headers.set(ATTEMPT, &work.attempt.to_string())?;
    let init = RequestInit::new();
    init.set_method("POST");
    if let Some(input) = &work.input {
        headers.set("content-type", "application/json")?;
        init.set_body(&JsValue::from_str(input));
    }
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    Request::new_with_str_and_init(&format!("https://bundle/{}/{}", kind.as_str(), work.name), &init)
}

/// How a run ended that the bundle answered. What it says is wrong with the input stays wrong; anything else may go
/// better another time.
async fn ending(response: &Response) -> Ending {
    let status = response.status();
    let body = response.body();
    if response.ok() {
        let said = match body {
            Some(body) => body::read(body, MAX_SUMMARY_BYTES).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let summary = Some(String::from_utf8_lossy(&said).into_owned()).filter(|summary| !summary.is_empty());
        return Ending::Done { summary };
    }
    let again = !(400..500).contains(&status) || matches!(status, 408 | 425 | 429);
    let bytes = match body {
        Some(body) => body::read(body, MAX_ERROR_BYTES).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let json: Json = serde_json::from_slice(&bytes).unwrap_or_default();
    let field = |name: &str| json.get(name).and_then(Json::as_str);
    match field("error") {
        Some(name) => failed(name, field("message").unwrap_or_default(), again),
        None => failed("BundleFailed", &format!("it answered with status {status}"), again),
    }
}

/// What a run failed of before or beside the bundle, told as it is told outside: anybody with a task's id may read it.
fn of_fault(fault: &Fault) -> Ending {
    worker::console_warn!("{fault}");
    let (status, name, message) = fault.public();
    failed(name, &message, status >= 500)
}

fn failed(name: &str, message: &str, again: bool) -> Ending {
    Ending::Failed { error: format!("{name}: {message}"), again }
}
