//! The Durable Object that keeps a bundle's ledger. What is decided, `streamhut_ledger` decides; here are its clock,
//! its storage, its alarm, the way to the queue, and those who wait for a lease.

// The methods that the macro makes have no words.
#![allow(missing_docs)]

mod storage;
mod waiters;

use std::{
    cell::{Cell, OnceCell},
    panic::{RefUnwindSafe, UnwindSafe},
    time::Duration,
};

use futures_util::future::{Either, select};
use js_sys::Date;
use serde_json::Value as Json;
pub(crate) use storage::Storage;
use streamhut_ledger::{Command, Effects, Lease, LedgerError, Message, Request, rules::MAX_WAIT_MS};
use waiters::Waiters;
use wasm_bindgen::{JsCast, JsValue, throw_str};
use web_sys::WorkerGlobalScope;
use worker::{
    BatchMessageBuilder, Delay, DurableObject, Env, Response, ScheduledTime, State, durable_object,
};

use crate::now_ms;

/// The binding of the queue that runs jobs and tasks.
const QUEUE: &str = "QUEUE";

/// Messages that are sent at once: fewer than 256 kB of them, however long a DID is.
const SENT_AT_ONCE: usize = 50;

/// The ledger of one bundle.
#[durable_object(alarm)]
pub struct Ledger {
    state: State,
    env: Env,
    ledger: OnceCell<streamhut_ledger::Ledger<Storage>>,
    waiters: Waiters,
    /// The alarm as this instance set it last.
    alarm: Cell<Option<Option<u64>>>,
}

// A panic ends one command: the storage rolls back what it wrote, and what is kept here changes in single steps.
impl UnwindSafe for Ledger {}
impl RefUnwindSafe for Ledger {}

impl DurableObject for Ledger {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, ledger: OnceCell::new(), waiters: Waiters::default(), alarm: Cell::new(None) }
    }

    async fn fetch(&self, mut request: worker::Request) -> worker::Result<Response> {
        let request: Request = request.json().await?;
        Response::from_json(&self.answer(&request).await)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.alarm.set(None);
        let woken = self.ledger().and_then(|ledger| ledger.wake(now_ms(), &mut random));
        // The platform calls again after an error.
        self.carry_out(woken.map_err(|error| worker::Error::RustError(error.to_string()))?).await;
        Response::empty()
    }
}

impl Ledger {
    fn ledger(&self) -> Result<&streamhut_ledger::Ledger<Storage>, LedgerError> {
        if let Some(ledger) = self.ledger.get() {
            return Ok(ledger);
        }
        let ledger = streamhut_ledger::Ledger::open(Storage::new(&self.state.storage()))?;
        Ok(self.ledger.get_or_init(|| ledger))
    }

    async fn answer(&self, request: &Request) -> Result<Json, LedgerError> {
        let now = now_ms();
        let ledger = self.ledger()?;
        let (answer, effects) = ledger.answer(request, now, &mut random)?;
        // Nothing is awaited between the command and this: who waits misses no release.
        let waiting = match &request.command {
            Command::Acquire { key, wait_ms, .. } if *wait_ms > 0 && is_busy(&answer) => {
                let lapse = ledger.held_until(key, now)?;
                lapse.and_then(|lapse| self.wait(key, lapse.saturating_sub(now), *wait_ms))
            }
            Command::Release { key, .. } => {
                if ledger.held_until(key, now)?.is_none() {
                    self.waiters.wake(key);
                }
                None
            }
            Command::Forget => {
                self.waiters.wake_all();
                None
            }
            _ => None,
        };
        self.carry_out(effects).await;
        match waiting {
            Some(waiting) => {
                serde_json::to_value(waiting.await).map_err(|error| storage::failed(error.to_string()))
            }
            None => Ok(answer),
        }
    }

    /// Waits for a release, at most `wait_ms`. `None` when too many wait.
    fn wait(&self, key: &str, lapses_in: u64, wait_ms: u64) -> Option<impl Future<Output = Lease> + use<>> {
        let released = self.waiters.enter(key)?;
        let wait_ms = wait_ms.min(MAX_WAIT_MS);
        Some(async move {
            let over = Delay::from(Duration::from_millis(wait_ms.min(lapses_in)));
            match select(released, Box::pin(over)).await {
                Either::Left(_) => Lease::Released,
                // A holder that is never heard of again lets go as well.
                Either::Right(_) if lapses_in <= wait_ms => Lease::Released,
                Either::Right(_) => Lease::Busy,
            }
        })
    }

    /// Sets the alarm, which the platform stores together with what the command wrote, and sends the messages, which
    /// the platform holds back until both are safe.
    async fn carry_out(&self, effects: Effects) {
        self.set_alarm(effects.wake_at).await;
        for messages in effects.send.chunks(SENT_AT_ONCE) {
            if let Err(error) = self.send(messages).await {
                worker::console_error!("the queue took {} messages not: {error}", messages.len());
                match self.ledger().and_then(|ledger| ledger.unsent(messages, now_ms())) {
                    Ok(wake_at) => self.set_alarm(wake_at).await,
                    // They are sent again all the same, only later.
                    Err(error) => worker::console_error!("{error}"),
                }
            }
        }
    }

    async fn send(&self, messages: &[Message]) -> worker::Result<()> {
        let batch = BatchMessageBuilder::new().messages(messages.iter().cloned()).build();
        self.env.queue(QUEUE)?.send_batch(batch).await
    }

    async fn set_alarm(&self, at: Option<u64>) {
        if self.alarm.replace(Some(at)) == Some(at) {
            return;
        }
        let storage = self.state.storage();
        let outcome = match at {
            Some(at) => {
                let time = Date::new(&JsValue::from_f64(at as f64));
                storage.set_alarm(ScheduledTime::new(time)).await
            }
            None => storage.delete_alarm().await,
        };
        if let Err(error) = outcome {
            self.alarm.set(None);
            worker::console_error!("the alarm is not set: {error}");
        }
    }
}

fn is_busy(answer: &Json) -> bool {
    serde_json::to_value(Lease::Busy).is_ok_and(|busy| busy == *answer)
}

/// 64 bits that nobody can guess.
fn random() -> u64 {
    let mut bytes = [0; 8];
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    let drawn = scope.crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    match drawn {
        Ok(_) => u64::from_le_bytes(bytes),
        // Without randomness there is no token and no id.
        Err(_) => throw_str("crypto.getRandomValues failed"),
    }
}
