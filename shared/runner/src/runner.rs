//! The runner: ports, settings and memory, in one place.

use std::cell::RefCell;

use streamhut_outbound::Policy;

use crate::{Installations, Settings, memory::Memory, source::Source};

/// Everything that lives as long as an isolate. Its methods are in `resolve`, `records`, `modules` and `plan`.
pub struct Runner<T, S> {
    pub(crate) transport: T,
    pub(crate) store: S,
    pub(crate) source: Source,
    pub(crate) installations: Installations,
    pub(crate) memory: RefCell<Memory>,
    pub(crate) host: String,
    call_deadline_ms: u32,
}

impl<T, S> Runner<T, S> {
    /// A runner that remembers nothing yet.
    pub fn new(settings: Settings, transport: T, store: S) -> Self {
        let Settings { source, installations, call_deadline_ms, host } = settings;
        Self { transport, store, source, installations, memory: RefCell::default(), host, call_deadline_ms }
    }

    /// Milliseconds that a bundle has until its answer begins.
    pub fn call_deadline_ms(&self) -> u32 {
        self.call_deadline_ms
    }

    /// The outbound policy, for the gateway of loaded bundles.
    pub fn policy(&self) -> &Policy {
        &self.source.policy
    }
}
