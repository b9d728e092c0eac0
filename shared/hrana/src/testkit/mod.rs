//! A real libSQL server on loopback, a client for it, and transports that misbehave: for tests.
//!
//! Everything here panics on misuse, as tests should. Enable it by the feature `testkit` among a crate's
//! dev-dependencies only.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that sets itself up wrongly is to stop at once"
)]

mod drops;
mod scripted;
mod sqld;
mod tcp;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

pub use drops::Drops;
pub use scripted::{Scripted, Sent, Step};
pub use sqld::Sqld;
pub use tcp::Tcp;

/// The outcome of a future that waits for nothing: these transports block.
pub fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("a future of the test waits for something"),
    }
}
