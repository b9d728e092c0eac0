//! `at-run secrets unset`

use serde_json::json;
use streamhut_release::nsid;

use super::{bundle_name, published, secret_name};
use crate::arguments::{Global, SecretsUnset};
use crate::command::account;
use crate::fault::Fault;
use crate::interruption;
use crate::pds::Write;
use crate::terminal::Terminal;

/// Deletes a secret, for whichever runners it was sealed. JSON: `{"did", "bundle", "name", "deleted": ["at://…"]}`
pub fn unset(global: &Global, options: &SecretsUnset, terminal: &Terminal) -> Result<(), Fault> {
    let name = secret_name(&options.name)?;
    let account = account(global, terminal)?;
    let bundle = bundle_name(global, options.bundle.as_deref(), terminal)?;
    let secrets = published(&account)?;
    let mine =
        secrets.into_iter().filter(|sealed| sealed.parts.bundle == bundle && sealed.parts.name == name);
    let writes: Vec<Write> =
        mine.map(|sealed| Write::delete(nsid::RUN_AT_SECRET, sealed.record.key)).collect();
    if writes.is_empty() {
        let what = format!("secret `{name}` for `{bundle}`");
        return Err(Fault::Unpublished { did: account.did().to_string(), what });
    }
    interruption::meanwhile("the secret may be deleted; see `at-run secrets list`");
    account.write(&writes, None)?;
    let deleted: Vec<String> = writes.iter().map(|write| write.uri(account.did())).collect();
    let text = match deleted.len() {
        1 => format!("{bundle}: deleted {name}"),
        keys => format!("{bundle}: deleted {name}, sealed to {keys} keys"),
    };
    let facts = json!({"did": account.did(), "bundle": bundle, "name": name, "deleted": deleted});
    terminal.result(&text, &facts);
    Ok(())
}
