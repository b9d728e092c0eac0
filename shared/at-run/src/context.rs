//! What a handler is given beside its input.

use std::rc::Rc;

use crate::{Http, HttpPort};

/// The configured value of a name.
pub type ConfigPort = Rc<dyn Fn(&str) -> Option<String>>;

/// What a platform provides to one call.
pub struct Ports {
    /// The network, within the release's permissions.
    pub http: Rc<dyn HttpPort>,
    /// The operator's settings.
    pub config: ConfigPort,
    /// Milliseconds since 1970.
    pub clock: Rc<dyn Fn() -> u64>,
    /// Where log lines go.
    pub log: Rc<dyn Fn(&str)>,
}

/// Handed to each handler; cheap to clone.
#[derive(Clone)]
pub struct Context(Rc<Ports>);

impl Context {
    /// A context over a platform's ports.
    pub fn new(ports: Ports) -> Self {
        Self(Rc::new(ports))
    }

    /// Requests to elsewhere.
    pub fn http(&self) -> Http {
        Http::new(self.0.http.clone())
    }

    /// The operator's setting of that name; `None` when it is not set or empty.
    pub fn config(&self, name: &str) -> Option<String> {
        (self.0.config)(name).filter(|value| !value.is_empty())
    }

    /// Milliseconds since 1970, UTC.
    pub fn now(&self) -> u64 {
        (self.0.clock)()
    }

    /// The bundle's log.
    pub fn log(&self) -> Log<'_> {
        Log(&self.0)
    }
}

/// `ctx.log()`.
pub struct Log<'a>(&'a Ports);

impl Log<'_> {
    /// Something worth knowing.
    pub fn info(&self, text: impl AsRef<str>) {
        (self.0.log)(&format!("info {}", text.as_ref()));
    }

    /// Something that went wrong and was dealt with.
    pub fn warn(&self, text: impl AsRef<str>) {
        (self.0.log)(&format!("warn {}", text.as_ref()));
    }
}
