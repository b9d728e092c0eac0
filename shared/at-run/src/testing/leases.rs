//! Leases by the manual clock: waiting for one moves the clock on.

use std::{cell::RefCell, collections::BTreeMap};

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::clock::ManualClock;
use crate::{Error, Lease, LeasePort};

/// What another isolate that holds a lease will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// Gives it back after that many milliseconds.
    GivesBackAfter(u64),
    /// Never comes back: the lease lapses after that many milliseconds.
    LapsesAfter(u64),
}

struct Holder {
    token: String,
    /// When it is free again.
    until: u64,
    /// Whether it is free because its holder says so.
    given_back: bool,
}

pub(super) struct ManualLeases {
    clock: ManualClock,
    held: RefCell<BTreeMap<String, Holder>>,
    given: RefCell<u64>,
}

impl ManualLeases {
    pub(super) fn new(clock: ManualClock) -> Self {
        Self { clock, held: RefCell::default(), given: RefCell::default() }
    }

    pub(super) fn hold_elsewhere(&self, key: &str, elsewhere: Elsewhere) {
        let (ms, given_back) = match elsewhere {
            Elsewhere::GivesBackAfter(ms) => (ms, true),
            Elsewhere::LapsesAfter(ms) => (ms, false),
        };
        let until = self.clock.now().saturating_add(ms);
        self.held
            .borrow_mut()
            .insert(key.to_owned(), Holder { token: "elsewhere".into(), until, given_back });
    }

    pub(super) fn held(&self) -> Vec<String> {
        let held = self.held.borrow();
        held.iter()
            .filter(|(_, holder)| holder.until > self.clock.now())
            .map(|(key, _)| key.clone())
            .collect()
    }

    fn ask(&self, key: String, ttl_ms: u64, wait_ms: u64) -> Lease {
        let mut held = self.held.borrow_mut();
        if let Some(holder) = held.get(&key).filter(|holder| holder.until > self.clock.now()) {
            if holder.until - self.clock.now() > wait_ms {
                self.clock.advance(wait_ms);
                return Lease::Busy;
            }
            self.clock.reach(holder.until);
            let given_back = holder.given_back;
            held.remove(&key);
            if given_back {
                return Lease::Released;
            }
        }
        let mut given = self.given.borrow_mut();
        *given += 1;
        let token = given.to_string();
        let until = self.clock.now().saturating_add(ttl_ms);
        held.insert(key, Holder { token: token.clone(), until, given_back: false });
        Lease::Held { token }
    }
}

impl LeasePort for ManualLeases {
    fn acquire(&self, key: String, ttl_ms: u64, wait_ms: u64) -> LocalBoxFuture<'_, Result<Lease, Error>> {
        std::future::ready(Ok(self.ask(key, ttl_ms, wait_ms))).boxed_local()
    }

    fn release(&self, key: String, token: String) -> LocalBoxFuture<'_, Result<(), Error>> {
        // A lease that lapsed may be another's by now.
        let mut held = self.held.borrow_mut();
        if held.get(&key).is_some_and(|holder| holder.token == token) {
            held.remove(&key);
        }
        std::future::ready(Ok(())).boxed_local()
    }
}
