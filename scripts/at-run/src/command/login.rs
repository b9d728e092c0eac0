//! `at-run login`

use serde_json::json;

use crate::arguments::{Global, Login};
use crate::fault::Fault;
use crate::pds::{Pds, Service};
use crate::session::SessionFile;
use crate::terminal::Terminal;

/// Longer than any password that a PDS takes.
const MAX_PASSWORD_BYTES: u64 = 4096;

/// Logs in and stores the session. JSON: `{"did", "handle", "service", "profile", "file"}`.
pub fn login(global: &Global, options: &Login, terminal: &Terminal) -> Result<(), Fault> {
    let need = |what: &str| Fault::Usage(format!("{what} is needed"));
    let place = "--service URL (a project's at-run.toml is not asked where a password goes)";
    let service = Service::parse(global.trusted_service().ok_or_else(|| need(place))?)?;
    let identifier = options.identifier.as_deref().ok_or_else(|| need("--identifier HANDLE_OR_DID"))?;
    let file = SessionFile::of(global.profile())?;
    let prompt = format!("App password of {identifier} at {}: ", service.origin());
    let password = terminal.hidden("AT_RUN_PASSWORD", &prompt, "app password", MAX_PASSWORD_BYTES)?;
    let session = Pds::new(service, global.timeout(), *terminal).log_in(identifier, &password)?;
    file.write(&session)?;
    terminal.warn(&format!(
        "the session is stored unencrypted in {}, readable by you only",
        file.path().display()
    ));
    let value = json!({
        "did": session.did, "handle": session.handle, "service": session.service,
        "profile": global.profile(), "file": file.path(),
    });
    terminal
        .result(&format!("logged in as {} ({}) at {}", session.handle, session.did, session.service), &value);
    Ok(())
}
