//! What a bundle logs. The platform shows what the dispatcher prints, and not what a loaded Worker does.

use streamhut_runner::{LogLevel, MAX_LOG_BYTES, log_lines};
use web_sys::{Request, Response};

use super::{Caller, Refused, answer::done, text};

pub(super) async fn print<T, S>(caller: &Caller<T, S>, request: &Request) -> Result<Response, Refused> {
    let (bundle, version) = (caller.grant.bundle(), &caller.grant.version);
    for (level, line) in log_lines(&text(request, MAX_LOG_BYTES).await?) {
        match level {
            LogLevel::Info => worker::console_log!("{bundle}@{version} {line}"),
            LogLevel::Warn => worker::console_warn!("{bundle}@{version} {line}"),
            LogLevel::Error => worker::console_error!("{bundle}@{version} {line}"),
        }
    }
    done()
}
