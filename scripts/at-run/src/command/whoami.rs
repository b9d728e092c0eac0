//! `at-run whoami`

use serde_json::json;

use super::account;
use crate::arguments::Global;
use crate::fault::Fault;
use crate::session::Credentials;
use crate::terminal::Terminal;

/// Shows the account, and asks its PDS whether the session is still good; one that has ended is an error.
/// JSON: `{"did", "handle", "service", "profile", "active", "status", "login", "scope"}`; `status` says why an account is
/// not active, `login` is `oauth` or `app-password`, `scope` what was granted.
pub fn whoami(global: &Global, terminal: &Terminal) -> Result<(), Fault> {
    let account = account(global, terminal)?;
    let standing = account.standing()?;
    if standing.active {
        terminal.note("the session is good");
    } else {
        let status = standing.status.as_deref().unwrap_or("without a reason given");
        terminal.warn(&format!("the session is good, but the account is not active: {status}"));
    }
    let credentials = account.credentials();
    let (did, service) = (account.did(), account.pds().origin());
    let value = json!({
        "did": did, "handle": standing.handle, "service": service, "profile": global.profile(),
        "active": standing.active, "status": standing.status, "login": credentials.method(),
        "scope": credentials.scope(),
    });
    let how = match &credentials {
        Credentials::OAuth { oauth } => format!("by OAuth of {}, which allows {}", oauth.issuer, oauth.scope),
        Credentials::AppPassword { .. } => "by app password".to_owned(),
    };
    terminal.result(&format!("{} ({did}) at {service}\nlogged in {how}", standing.handle), &value);
    Ok(())
}
