//! `ctx.single_flight()` of a bundle deployed alone: one holder at a time in this isolate. Another isolate may do the
//! same work meanwhile; only a runner can keep that from happening.

use std::{cell::RefCell, collections::HashMap, time::Duration};

use at_run::{Error, Lease, LeasePort};
use futures_util::{FutureExt, future::LocalBoxFuture};
use worker::Delay;

/// How often a waiting call looks. It asks a timer of its own: on this platform a call can't be woken by another's.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// From so many locks on, those whose time is over are looked for.
const MANY: usize = 1_000;

#[derive(Default)]
struct Locks {
    held: HashMap<String, Lock>,
    tokens: u64,
}

struct Lock {
    token: u64,
    until: u64,
}

thread_local! {
    static LOCKS: RefCell<Locks> = RefCell::default();
}

impl Locks {
    /// Who holds the key now; one whose time is over holds nothing.
    fn holder(&mut self, key: &str, now: u64) -> Option<u64> {
        if self.held.get(key).is_some_and(|lock| lock.until <= now) {
            self.held.remove(key);
        }
        self.held.get(key).map(|lock| lock.token)
    }

    fn take(&mut self, key: String, now: u64, until: u64) -> u64 {
        // Those that nobody gave back and nobody asked for again.
        if self.held.len() >= MANY {
            self.held.retain(|_, lock| lock.until > now);
        }
        self.tokens += 1;
        self.held.insert(key, Lock { token: self.tokens, until });
        self.tokens
    }

    fn give_back(&mut self, key: &str, token: u64) {
        if self.held.get(key).is_some_and(|lock| lock.token == token) {
            self.held.remove(key);
        }
    }
}

/// The locks of this isolate.
pub(super) struct IsolateLocks;

impl LeasePort for IsolateLocks {
    fn acquire(&self, key: String, ttl_ms: u64, wait_ms: u64) -> LocalBoxFuture<'_, Result<Lease, Error>> {
        async move {
            let start = crate::now_ms();
            let look = |now| LOCKS.with_borrow_mut(|locks| locks.holder(&key, now));
            let Some(holder) = look(start) else {
                let until = start.saturating_add(ttl_ms);
                let token = LOCKS.with_borrow_mut(|locks| locks.take(key, start, until));
                return Ok(Lease::Held { token: token.to_string() });
            };
            while crate::now_ms().saturating_sub(start) < wait_ms {
                Delay::from(LOOK_EVERY).await;
                if look(crate::now_ms()) != Some(holder) {
                    return Ok(Lease::Released);
                }
            }
            Ok(Lease::Busy)
        }
        .boxed_local()
    }

    fn release(&self, key: String, token: String) -> LocalBoxFuture<'_, Result<(), Error>> {
        if let Ok(token) = token.parse() {
            LOCKS.with_borrow_mut(|locks| locks.give_back(&key, token));
        }
        std::future::ready(Ok(())).boxed_local()
    }
}
