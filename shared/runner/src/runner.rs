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
}

impl<T, S> Runner<T, S> {
    /// A runner that remembers nothing yet.
    pub fn new(settings: Settings, transport: T, store: S) -> Self {
        let Settings { source, installations } = settings;
        Self { transport, store, source, installations, memory: RefCell::default() }
    }

    /// The outbound policy, for the gateway of loaded bundles.
    pub fn policy(&self) -> &Policy {
        &self.source.policy
    }
}
