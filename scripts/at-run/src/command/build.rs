//! `at-run build`

use serde_json::json;

use super::facts::{ModuleFacts, describe};
use super::now;
use crate::arguments::{Build, Global};
use crate::bundle::{self, BUILD, Package};
use crate::fault::Fault;
use crate::terminal::Terminal;

/// Builds, checks, and writes `build/release.json`, the record as it would be published.
/// JSON: `{"name", "version", "file", "modules": [{"path", "type", "cid", "size", "stored"}], "record"}`.
pub fn build(global: &Global, options: &Build, terminal: &Terminal) -> Result<(), Fault> {
    let package = Package::new(bundle::build(&global.cwd, options, terminal)?)?;
    let release = package.release(&package.manifest.version, None, &now())?;
    let file = global.cwd.join(BUILD).join("release.json");
    let mut text = serde_json::to_string_pretty(&release).unwrap_or_default();
    text.push('\n');
    std::fs::write(&file, text).map_err(Fault::io(&file))?;
    for stored in &package.modules {
        terminal.note(&describe(stored));
    }
    let modules: Vec<_> = package.modules.iter().map(|stored| ModuleFacts::of(stored, None)).collect();
    let value = json!({
        "name": release.manifest.name, "version": release.manifest.version, "file": file,
        "modules": modules, "record": release,
    });
    terminal.result(&file.display().to_string(), &value);
    Ok(())
}
