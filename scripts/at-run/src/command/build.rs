//! `at-run build`

use serde_json::{Value, json};

use super::now;
use crate::arguments::{Build, Global};
use crate::bundle::{self, BUILD, Package, Stored};
use crate::fault::Fault;
use crate::terminal::{Terminal, bytes};

/// Builds, checks, and writes `build/release.json`, the record as it would be published.
/// JSON: `{"name", "version", "file", "modules": [{"path", "type", "cid", "size", "stored"}], "record"}`.
pub fn build(global: &Global, options: &Build, terminal: &Terminal) -> Result<(), Fault> {
    let package = Package::new(bundle::build(&global.cwd, options, terminal)?)?;
    let release = package.release(&package.manifest.version, None, &now())?;
    let file = global.cwd.join(BUILD).join("release.json");
    let mut text = serde_json::to_string_pretty(&release).unwrap_or_default();
    text.push('\n');
    std::fs::write(&file, text).map_err(Fault::io(&file))?;
    let modules: Vec<Value> = package.modules.iter().map(facts).collect();
    for stored in &package.modules {
        terminal.note(&describe(stored));
    }
    let value = json!({
        "name": release.manifest.name, "version": release.manifest.version, "file": file,
        "modules": modules, "record": release,
    });
    terminal.result(&file.display().to_string(), &value);
    Ok(())
}

/// `index.js: 25.1 kB, 8.2 kB stored`
pub fn describe(stored: &Stored) -> String {
    let module = &stored.module;
    format!("{}: {}, {} stored", module.path, bytes(module.size), bytes(module.blob.size))
}

/// `{"path", "type", "cid", "size", "stored"}`
pub fn facts(stored: &Stored) -> Value {
    let module = &stored.module;
    json!({
        "path": module.path, "type": module.kind, "cid": module.blob.link.cid,
        "size": module.size, "stored": module.blob.size,
    })
}
