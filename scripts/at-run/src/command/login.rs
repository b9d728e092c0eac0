//! `at-run login`

use std::io::Read;

use serde_json::json;

use super::timeout;
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
    let service = Service::parse(global.service.as_deref().ok_or_else(|| need("--service URL"))?)?;
    let identifier = options.identifier.as_deref().ok_or_else(|| need("--identifier HANDLE_OR_DID"))?;
    let file = SessionFile::of(&global.profile)?;
    let password = password(terminal)?;
    let session = Pds::new(service, timeout(global), *terminal).log_in(identifier, &password)?;
    file.write(&session)?;
    terminal.warn(&format!(
        "the session is stored unencrypted in {}, readable by you only",
        file.path().display()
    ));
    let value = json!({
        "did": session.did, "handle": session.handle, "service": session.service,
        "profile": global.profile, "file": file.path(),
    });
    terminal
        .result(&format!("logged in as {} ({}) at {}", session.handle, session.did, session.service), &value);
    Ok(())
}

/// From `AT_RUN_PASSWORD`, from a person, or from stdin; never from the command line, which other users can read.
fn password(terminal: &Terminal) -> Result<String, Fault> {
    let password = match std::env::var("AT_RUN_PASSWORD") {
        Ok(password) if !password.is_empty() => password,
        _ if terminal.may_ask() => {
            rpassword::prompt_password("App password: ").map_err(Fault::io("the terminal"))?
        }
        _ => {
            let mut text = String::new();
            std::io::stdin()
                .take(MAX_PASSWORD_BYTES)
                .read_to_string(&mut text)
                .map_err(Fault::io("stdin"))?;
            text
        }
    };
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Fault::Usage("no app password on stdin or in AT_RUN_PASSWORD".to_owned()));
    }
    Ok(password.to_owned())
}
