//! The runner: ports, settings and memory, in one place.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use streamhut_outbound::Policy;
use streamhut_release::secret::{RunnerKeys, RunnerPublicKey};
use url::Url;

use crate::{Caps, Installations, Settings, follows::Trusted, memory::Memory, source::Source};

/// Everything that lives as long as an isolate. Its methods are in `resolve`, `records`, `modules` and `plan`.
pub struct Runner<T, S> {
    pub(crate) transport: T,
    pub(crate) store: S,
    pub(crate) source: Source,
    pub(crate) installations: RefCell<Rc<Installations>>,
    /// Milliseconds since 1970 of the last look at what is installed.
    pub(crate) installations_read_at: Cell<Option<u64>>,
    /// Whether that look, if there was one, found a list that it can read.
    pub(crate) reads_storage: Cell<bool>,
    pub(crate) memory: RefCell<Memory>,
    pub(crate) trusted: RefCell<Trusted>,
    pub(crate) host: String,
    /// The hosts that it answers on beside that one, with their ports.
    own: Vec<String>,
    pub(crate) private_keys: RunnerKeys,
    pub(crate) public_keys: Vec<RunnerPublicKey>,
    caps: Caps,
    call_deadline_ms: u32,
    job_deadline_ms: u32,
    pub(crate) keeps_logs: bool,
}

impl<T, S> Runner<T, S> {
    /// A runner that remembers nothing yet.
    pub fn new(settings: Settings, transport: T, store: S) -> Self {
        let Settings {
            source,
            installations,
            call_deadline_ms,
            job_deadline_ms,
            host,
            own,
            keys,
            caps,
            keeps_logs,
        } = settings;
        Self {
            transport,
            store,
            source,
            installations: RefCell::new(Rc::new(installations)),
            installations_read_at: Cell::default(),
            reads_storage: Cell::new(true),
            memory: RefCell::default(),
            trusted: RefCell::default(),
            host,
            own,
            public_keys: keys.iter().map(|key| key.public()).collect(),
            private_keys: keys,
            caps,
            call_deadline_ms,
            job_deadline_ms,
            keeps_logs,
        }
    }

    /// Whether logs and metrics of bundles are collected.
    pub fn keeps_logs(&self) -> bool {
        self.keeps_logs
    }

    /// The hosts that it answers on, with their ports.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.host.as_str()).chain(self.own.iter().map(String::as_str))
    }

    /// Milliseconds that a bundle has until its answer begins.
    pub fn call_deadline_ms(&self) -> u32 {
        self.call_deadline_ms
    }

    /// Milliseconds that a run of a job or task has.
    pub fn job_deadline_ms(&self) -> u32 {
        self.job_deadline_ms
    }

    /// What a call of any bundle may cost at most.
    pub fn caps(&self) -> Caps {
        self.caps
    }

    /// The host, with its port, that this runner answers on.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether a URL leads back to this runner: one of its hosts, with the very port.
    pub fn is_own(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let is = |own: &str| match url.port() {
            None => own == host,
            Some(port) => {
                own.strip_prefix(host).and_then(|rest| rest.strip_prefix(':')) == Some(&port.to_string())
            }
        };
        is(&self.host) || self.own.iter().any(|own| is(own))
    }

    /// Whether a host, without port, is one of the runner's own, where all bundles are served.
    pub(crate) fn answers_on(&self, host: &str) -> bool {
        let name = |own: &str| own.rsplit_once(':').map_or(own, |(name, _)| name) == host;
        name(&self.host) || self.own.iter().any(|own| name(own))
    }

    /// The outbound policy, for the gateway of loaded bundles.
    pub fn policy(&self) -> &Policy {
        &self.source.policy
    }
}
