//! The bundle's log.

use std::rc::Rc;

/// `ctx.log()`. Each line says its level, the request, and the text.
pub struct Log {
    port: Rc<dyn Fn(&str)>,
    request_id: String,
}

impl Log {
    pub(crate) fn new(port: Rc<dyn Fn(&str)>, request_id: &str) -> Self {
        Self { port, request_id: request_id.to_owned() }
    }

    /// Something worth knowing.
    pub fn info(&self, text: impl AsRef<str>) {
        self.write("info", text.as_ref());
    }

    /// Something that went wrong and was dealt with.
    pub fn warn(&self, text: impl AsRef<str>) {
        self.write("warn", text.as_ref());
    }

    /// Something that went wrong and has to be looked at.
    pub fn error(&self, text: impl AsRef<str>) {
        self.write("error", text.as_ref());
    }

    /// A text of several lines stays recognisable in each of them.
    fn write(&self, level: &str, text: &str) {
        for line in text.lines() {
            (self.port)(&format!("{level} {} {line}", self.request_id));
        }
    }
}
