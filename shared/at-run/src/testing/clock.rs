//! A clock that stands still until it is told.

use std::{cell::Cell, rc::Rc};

/// Milliseconds since 1970, shared by everything in one harness.
#[derive(Clone)]
pub(super) struct ManualClock(Rc<Cell<u64>>);

impl ManualClock {
    pub(super) fn at(now: u64) -> Self {
        Self(Rc::new(Cell::new(now)))
    }

    pub(super) fn now(&self) -> u64 {
        self.0.get()
    }

    pub(super) fn advance(&self, ms: u64) {
        self.0.set(self.now().saturating_add(ms));
    }

    /// Moves on to `time`; never back.
    pub(super) fn reach(&self, time: u64) {
        self.0.set(self.now().max(time));
    }
}
