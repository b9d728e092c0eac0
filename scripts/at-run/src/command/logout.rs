//! `at-run logout`

use serde_json::json;

use super::account;
use crate::arguments::Global;
use crate::fault::Fault;
use crate::session::SessionFile;
use crate::terminal::Terminal;

/// Ends the session at the PDS, or where it was granted, and forgets it. A PDS that can't be told is no reason to keep the file.
/// JSON: `{"did", "handle", "service", "profile", "file", "ended"}`; `ended` is whether the PDS ended it.
pub fn logout(global: &Global, terminal: &Terminal) -> Result<(), Fault> {
    let file = SessionFile::of(global.profile())?;
    let _lock = file.lock()?;
    let session = file.read()?;
    let ended = match account(global, terminal)?.log_out() {
        Ok(()) | Err(Fault::SessionEnded { .. }) => true,
        Err(fault) => {
            terminal.warn(&format!(
                "the PDS was not told, and the session stays good there until it expires: {fault}"
            ));
            false
        }
    };
    file.remove()?;
    let value = json!({
        "did": session.did, "handle": session.handle, "service": session.service,
        "profile": global.profile(), "file": file.path(), "ended": ended,
    });
    terminal
        .result(&format!("logged out {} ({}) at {}", session.handle, session.did, session.service), &value);
    Ok(())
}
