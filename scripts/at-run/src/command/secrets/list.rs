//! `at-run secrets list`

use serde_json::{Value, json};
use streamhut_release::BundleName;
use streamhut_release::secret::RunnerPublicKey;

use super::{Sealed, published};
use crate::arguments::{Global, SecretsList};
use crate::command::account;
use crate::fault::Fault;
use crate::runner::Runner;
use crate::terminal::{Terminal, columns};

/// Lists the secrets that are published, and with `--runner` whether it can open them.
///
/// JSON: `{"did", "runner", "secrets": [{"bundle", "name", "key", "uri", "createdAt", "opens"}]}`; `opens` is
/// `current` or `previous` by the runner's key, `no` when it has no such key, null when no runner was asked.
pub fn list(global: &Global, options: &SecretsList, terminal: &Terminal) -> Result<(), Fault> {
    let bundle: Option<BundleName> = options.bundle.as_deref().map(str::parse).transpose()?;
    let account = account(global, terminal)?;
    let runner = global
        .runner(&options.runner)
        .map(|url| Runner::new(url, global.timeout(), *terminal))
        .transpose()?;
    let mut secrets = published(&account)?;
    secrets.retain(|sealed| bundle.as_ref().is_none_or(|bundle| &sealed.parts.bundle == bundle));
    let keys = runner.as_ref().filter(|_| !secrets.is_empty()).and_then(|runner| match runner.keys() {
        Ok(keys) => Some(keys),
        Err(fault) => {
            terminal.warn(&format!("whether the runner can open them is not known: {fault}"));
            None
        }
    });
    let opens = |sealed: &Sealed| keys.as_deref().map(|keys| opens(sealed, keys));
    let rows: Vec<_> = secrets.iter().map(|sealed| row(sealed, opens(sealed))).collect();
    let of = bundle.map(|bundle| format!(" for {bundle}")).unwrap_or_default();
    let text = if rows.is_empty() {
        format!("{} has published no secret{of}", account.did())
    } else {
        columns(0, &rows)
    };
    let facts: Vec<Value> = secrets.iter().map(|sealed| facts(sealed, opens(sealed))).collect();
    let origin = runner.as_ref().map(Runner::origin);
    terminal.result(&text, &json!({"did": account.did(), "runner": origin, "secrets": facts}));
    Ok(())
}

fn opens(sealed: &Sealed, keys: &[RunnerPublicKey]) -> &'static str {
    match keys.iter().position(|key| key.id() == &sealed.parts.key) {
        Some(0) => "current",
        Some(_) => "previous",
        None => "no",
    }
}

fn row(sealed: &Sealed, opens: Option<&str>) -> Vec<String> {
    let opens = match opens {
        Some("current") => "opens",
        Some("previous") => "opens for now: set it again for the runner's new key",
        Some(_) => "does not open there",
        None => "",
    };
    let parts = &sealed.parts;
    let day = created_at(sealed).and_then(|date| date.get(..10)).unwrap_or("no date");
    vec![
        parts.bundle.to_string(),
        parts.name.clone(),
        day.to_owned(),
        format!("key {}", parts.key),
        opens.to_owned(),
    ]
}

fn facts(sealed: &Sealed, opens: Option<&str>) -> Value {
    let parts = &sealed.parts;
    json!({
        "bundle": parts.bundle, "name": parts.name, "key": parts.key, "uri": sealed.record.uri,
        "createdAt": created_at(sealed), "opens": opens,
    })
}

fn created_at(sealed: &Sealed) -> Option<&str> {
    sealed.record.value.get("createdAt").and_then(Value::as_str)
}
