//! A cache in memory, by the manual clock.

use std::{cell::RefCell, collections::BTreeMap};

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::clock::ManualClock;
use crate::CachePort;

pub(super) struct MemoryCache {
    clock: ManualClock,
    /// Bytes, and when they are forgotten.
    kept: RefCell<BTreeMap<String, (u64, Vec<u8>)>>,
}

impl MemoryCache {
    pub(super) fn new(clock: ManualClock) -> Self {
        Self { clock, kept: RefCell::default() }
    }

    pub(super) fn clear(&self) {
        self.kept.borrow_mut().clear();
    }
}

impl CachePort for MemoryCache {
    fn get(&self, key: String) -> LocalBoxFuture<'_, Option<Vec<u8>>> {
        let kept = self.kept.borrow();
        let fresh = kept.get(&key).filter(|(until, _)| *until > self.clock.now());
        std::future::ready(fresh.map(|(_, bytes)| bytes.clone())).boxed_local()
    }

    fn put(&self, key: String, bytes: Vec<u8>, seconds: u32) -> LocalBoxFuture<'_, ()> {
        let until = self.clock.now() + u64::from(seconds) * 1_000;
        self.kept.borrow_mut().insert(key, (until, bytes));
        std::future::ready(()).boxed_local()
    }

    fn delete(&self, key: String) -> LocalBoxFuture<'_, ()> {
        self.kept.borrow_mut().remove(&key);
        std::future::ready(()).boxed_local()
    }
}
