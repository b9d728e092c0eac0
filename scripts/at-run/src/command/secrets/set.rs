//! `at-run secrets set`

use crypto_box::aead::OsRng;
use serde_json::{Value, json};
use streamhut_release::secret::{MAX_CIPHERTEXT_BYTES, Secret, SecretRecord, seal, secret_key};
use streamhut_release::{BundleName, nsid};

use super::{bundle_name, published, secret_name};
use crate::arguments::{Global, SecretsSet};
use crate::command::{account, now};
use crate::fault::Fault;
use crate::interruption;
use crate::pds::{Account, Write, WriteKind, record_cid};
use crate::published::Shelf;
use crate::runner::Runner;
use crate::terminal::Terminal;

/// Seals a value to a runner's current key and publishes it; what was sealed to the runner's previous keys goes.
///
/// JSON: `{"did", "bundle", "name", "runner", "key", "state", "uri", "cid", "deleted": ["at://…"]}`; `state` is
/// `created` or `replaced`.
pub fn set(global: &Global, options: &SecretsSet, terminal: &Terminal) -> Result<(), Fault> {
    let name = secret_name(&options.name)?;
    let runner = global.trusted_runner(&options.runner);
    let runner = runner.ok_or_else(|| {
        Fault::Usage(
            "--runner URL is needed: a secret is sealed to one (a project's at-run.toml is not asked which)"
                .to_owned(),
        )
    })?;
    let runner = Runner::new(runner, global.timeout(), *terminal)?;
    let account = account(global, terminal)?;
    let bundle = bundle_name(global, options.bundle.as_deref(), terminal)?;
    let keys = runner.keys()?;
    let (Some(key), previous) = (keys.first(), keys.get(1..).unwrap_or_default()) else {
        return Err(Fault::NoRunnerKey { runner: runner.origin().to_owned() });
    };
    let prompt = format!("Value of {name} for {bundle}: ");
    let value =
        terminal.hidden("AT_RUN_SECRET_VALUE", &prompt, "secret value", MAX_CIPHERTEXT_BYTES as u64)?;
    warn_if_undeclared(&account, &bundle, name, terminal)?;

    let secret = Secret::new(account.did().clone(), bundle.clone(), name.to_owned(), value);
    let record = SecretRecord::new(seal(key, &secret, &mut OsRng)?, now());
    let value = serde_json::to_value(record).map_err(|error| Fault::Usage(error.to_string()))?;
    let cid = record_cid(&value)?.to_string();
    let mine = published(&account)?;
    let mine = || mine.iter().filter(|sealed| sealed.parts.bundle == bundle && sealed.parts.name == name);
    let replaced = mine().any(|sealed| &sealed.parts.key == key.id());
    let kind = if replaced { WriteKind::Update } else { WriteKind::Create };
    let write =
        Write { kind, collection: nsid::RUN_AT_SECRET, key: secret_key(&bundle, name, key.id()), value };
    let outlived = mine().filter(|sealed| previous.iter().any(|key| key.id() == &sealed.parts.key));
    let outlived = outlived.map(|sealed| Write::delete(nsid::RUN_AT_SECRET, sealed.record.key.clone()));
    let writes: Vec<Write> = std::iter::once(write).chain(outlived).collect();
    interruption::meanwhile("the secret may be published; see `at-run secrets list`");
    account.write(&writes, None)?;

    let mut uris = writes.iter().map(|write| write.uri(account.did()));
    let uri = uris.next();
    let deleted: Vec<String> = uris.collect();
    let (state, origin) = (if replaced { "replaced" } else { "created" }, runner.origin());
    let facts = json!({
        "did": account.did(), "bundle": bundle, "name": name, "runner": origin, "key": key.id(), "state": state,
        "uri": uri, "cid": cid, "deleted": deleted,
    });
    terminal.result(&format!("{bundle}: {name} is sealed to key {} of {origin}", key.id()), &facts);
    Ok(())
}

/// A runner gives a bundle only the secrets that its release names.
fn warn_if_undeclared(
    account: &Account,
    bundle: &BundleName,
    name: &str,
    terminal: &Terminal,
) -> Result<(), Fault> {
    let shelf = Shelf::ask(account.pds(), account.did())?;
    let Some(newest) = shelf.find(bundle).and_then(|bundle| bundle.versions.first()) else { return Ok(()) };
    let declared = newest.value.get("secrets").and_then(Value::as_array);
    if !declared.is_some_and(|names| names.iter().any(|declared| declared == name)) {
        terminal.warn(&format!(
            "{bundle} {} does not declare {name}, and a bundle gets only the secrets that it declares",
            newest.version
        ));
    }
    Ok(())
}
