//! `at-run list`

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::shelf;
use crate::arguments::{Global, List};
use crate::fault::Fault;
use crate::published::{Bundle, Published};
use crate::terminal::{Terminal, columns};

/// Lists the bundles of the account logged in, or of `--did` at the same or another `--service`.
///
/// JSON: `{"did", "bundles": [{"name", "versions": [{"version", "uri", "cid", "createdAt", "message"}], "channels":
/// {"latest": "1.2.3"}}]}`; a channel whose release is gone is null.
pub fn list(global: &Global, options: &List, terminal: &Terminal) -> Result<(), Fault> {
    let shelf = shelf(global, options.did.as_deref(), terminal)?;
    let text = match shelf.bundles.as_slice() {
        [] => format!("{} has published no bundle", shelf.did),
        bundles => bundles.iter().map(words).collect::<Vec<_>>().join("\n"),
    };
    let bundles: Vec<Value> = shelf.bundles.iter().map(facts).collect();
    terminal.result(&text, &json!({"did": shelf.did, "bundles": bundles}));
    Ok(())
}

fn facts(bundle: &Bundle) -> Value {
    let versions: Vec<_> = bundle.versions.iter().map(Published::facts).collect();
    json!({"name": bundle.name, "versions": versions, "channels": channels(bundle)})
}

/// `{"latest": "1.2.3"}`; null for a channel whose release is gone.
pub fn channels(bundle: &Bundle) -> BTreeMap<String, Value> {
    bundle.pointers.iter().map(|pointer| (pointer.channel.to_string(), json!(pointer.version))).collect()
}

fn words(bundle: &Bundle) -> String {
    let rows = bundle.versions.iter().map(|published| {
        vec![published.version.to_string(), published.day().to_owned(), names(bundle, published)]
    });
    let rows: Vec<_> = rows.collect();
    let lost = lost(bundle).map(|line| format!("  {line}"));
    let lines = [bundle.name.to_string(), columns(2, &rows)].into_iter().chain(lost);
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The channels at that version, by commas.
pub fn names(bundle: &Bundle, published: &Published) -> String {
    let names: Vec<String> = bundle.channels_at(&published.version).iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// A line for each channel that leads nowhere.
pub fn lost(bundle: &Bundle) -> impl Iterator<Item = String> {
    let lost = bundle.pointers.iter().filter(|pointer| pointer.version.is_none());
    lost.map(|pointer| format!("channel {} points at no release", pointer.channel))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::Pointer;
    use crate::published::tests::bundle;

    #[test]
    fn versions_and_channels_below_the_name() {
        let mut bundle = bundle(&["1.9.0", "1.10.0"]);
        bundle.pointers.push(Pointer { channel: "gone".parse().unwrap(), version: None });
        assert_eq!(
            words(&bundle),
            "a\n  1.10.0  2026-11-02  latest\n  1.9.0   2026-11-01\n  channel gone points at no release"
        );
        let value = facts(&bundle);
        assert_eq!(value["channels"], json!({"gone": null, "latest": "1.10.0"}));
        let fields: Vec<_> = value["versions"][0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, ["cid", "createdAt", "message", "uri", "version"]);
        bundle.versions.clear();
        assert!(words(&bundle).starts_with("a\n  channel gone"), "{}", words(&bundle));
    }
}
