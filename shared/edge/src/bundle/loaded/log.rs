//! `ctx.log()` behind a runner. The platform shows nobody what a loaded Worker prints, so the lines go to the runner.
//!
//! A call has a number of requests to spend, and lines may come at any rate: they are sent in batches, the first at
//! once (a call that hangs is told of, too) and each further one after twice the pause, until the call is over.

use std::{cell::RefCell, future::poll_fn, rc::Rc, task::Poll, task::Waker, time::Duration};

use futures_util::future::select;
use worker::{Context, Delay};

use super::{Ask, Host};

/// Most bytes of lines that wait; a runner takes twice as many at once.
const MAX_WAITING_BYTES: usize = 32 * 1024;
/// Milliseconds between the first two batches.
const FIRST_PAUSE_MS: u64 = 250;
/// Milliseconds between any two, at most.
const MAX_PAUSE_MS: u64 = 30_000;

/// The log of one call. It is over when nobody can write to it any more.
pub(super) struct HostLog(Rc<Sender>);

struct Sender {
    host: Rc<Host>,
    context: Rc<Context>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    waiting: String,
    /// Lines for which there was no room.
    lost: u32,
    is_sending: bool,
    is_over: bool,
    pause_ms: u64,
    paused: Option<Waker>,
}

impl HostLog {
    pub(super) fn new(host: Rc<Host>, context: Rc<Context>) -> Self {
        Self(Rc::new(Sender { host, context, state: RefCell::default() }))
    }

    /// Takes a line, to be sent soon.
    pub(super) fn write(&self, line: &str) {
        if self.0.state.borrow_mut().take(line) {
            let sender = self.0.clone();
            self.0.context.wait_until(async move { sender.send().await });
        }
    }
}

impl Drop for HostLog {
    fn drop(&mut self) {
        let mut state = self.0.state.borrow_mut();
        state.is_over = true;
        if let Some(paused) = state.paused.take() {
            paused.wake();
        }
    }
}

impl State {
    /// Whether somebody has to begin to send.
    fn take(&mut self, line: &str) -> bool {
        if self.waiting.len() + line.len() < MAX_WAITING_BYTES {
            self.waiting.push_str(line);
            self.waiting.push('\n');
        } else {
            self.lost = self.lost.saturating_add(1);
        }
        !std::mem::replace(&mut self.is_sending, true)
    }

    /// What is to be sent now; `None` ends the sending.
    fn batch(&mut self) -> Option<String> {
        let mut batch = std::mem::take(&mut self.waiting);
        match std::mem::take(&mut self.lost) {
            0 => {}
            lost => {
                batch.push_str(&format!("warn - {lost} more lines came faster than they could be sent\n"))
            }
        }
        self.is_sending = !batch.is_empty();
        self.is_sending.then_some(batch)
    }
}

impl Sender {
    async fn send(&self) {
        loop {
            self.pause().await;
            let Some(batch) = self.state.borrow_mut().batch() else { return };
            let mut ask = Ask::new("POST", "/log".to_owned());
            ask.body = Some(batch.as_bytes());
            match self.host.ask_well(ask).await {
                Ok(answer) => answer.discard(),
                Err(error) => worker::console_warn!("{batch}(the runner did not take these lines: {error})"),
            }
            let mut state = self.state.borrow_mut();
            state.pause_ms = (state.pause_ms * 2).clamp(FIRST_PAUSE_MS, MAX_PAUSE_MS);
        }
    }

    async fn pause(&self) {
        let ms = self.state.borrow().pause_ms;
        let over = poll_fn(|cx| {
            let mut state = self.state.borrow_mut();
            if state.is_over || ms == 0 {
                return Poll::Ready(());
            }
            state.paused = Some(cx.waker().clone());
            Poll::Pending
        });
        select(over, Box::pin(Delay::from(Duration::from_millis(ms)))).await;
    }
}
