//! What a bundle logs by the SDK. It comes while the call still runs, where the platform tells only afterwards.

use streamhut_journal::{Line, Redaction};
use streamhut_runner::{MAX_LOG_BYTES, log_lines};
use web_sys::{Request, Response};

use super::{Caller, Refused, answer::done, text};
use crate::{journal, now_ms};

pub(super) async fn print<T, S>(caller: &Caller<T, S>, request: &Request) -> Result<Response, Refused> {
    let (bundle, version) = (caller.grant.bundle(), caller.grant.version.to_string());
    let redaction = Redaction::parse(&caller.hidden);
    for (level, request, said) in log_lines(&text(request, MAX_LOG_BYTES).await?) {
        let line = Line {
            at: now_ms(),
            level,
            request,
            call: String::new(),
            version: version.clone(),
            text: redaction.apply(&said),
        };
        journal::print(&bundle, &line);
        if caller.runner.keeps_logs() {
            journal::wrote(&bundle, line);
        }
    }
    done()
}
