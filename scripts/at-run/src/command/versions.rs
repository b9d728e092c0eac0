//! `at-run versions`

use serde_json::{Value, json};

use super::list::{channels, lost, names};
use super::shelf;
use crate::arguments::{Global, Versions};
use crate::fault::Fault;
use crate::published::{Bundle, Published};
use crate::terminal::{Terminal, bytes, columns, line};

/// As much of a release's message as stands beside its version.
const MESSAGE: usize = 60;

/// Lists one bundle's versions, the newest first.
///
/// JSON: `{"did", "name", "versions": [{"version", "uri", "cid", "createdAt", "message", "size", "stored",
/// "channels"}], "channels": {"latest": "1.2.3"}}`; sizes are bytes, of the modules as loaded and as stored.
pub fn versions(global: &Global, options: &Versions, terminal: &Terminal) -> Result<(), Fault> {
    let name = options.bundle.parse()?;
    let shelf = shelf(global, options.did.as_deref(), terminal)?;
    let bundle = shelf.bundle(&name)?;
    let rows: Vec<_> = bundle.versions.iter().map(|published| row(bundle, published)).collect();
    let text: Vec<String> =
        std::iter::once(columns(0, &rows)).chain(lost(bundle)).filter(|l| !l.is_empty()).collect();
    let versions: Vec<Value> = bundle.versions.iter().map(|published| facts(bundle, published)).collect();
    let value = json!({"did": shelf.did, "name": name, "versions": versions, "channels": channels(bundle)});
    terminal.result(&text.join("\n"), &value);
    Ok(())
}

fn row(bundle: &Bundle, published: &Published) -> Vec<String> {
    let message = published.message.as_deref().map(|text| line(text, MESSAGE)).unwrap_or_default();
    let size = format!("{:>8}", bytes(published.size));
    vec![published.version.to_string(), published.day().to_owned(), size, names(bundle, published), message]
}

fn facts(bundle: &Bundle, published: &Published) -> Value {
    let mut value = json!(published.facts());
    let more = [
        ("size", json!(published.size)),
        ("stored", json!(published.stored)),
        ("channels", json!(bundle.channels_at(&published.version))),
    ];
    if let Some(fields) = value.as_object_mut() {
        fields.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    value
}
