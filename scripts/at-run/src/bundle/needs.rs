//! What building takes, as this machine has it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::compile::variable;
use super::tool::{Tool, Words, run};
use crate::fault::Fault;

/// Where a bundle runs.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Tools that `worker-build` fetches, unless these variables name them.
const NAMED: [&str; 3] = ["WASM_BINDGEN_BIN", "ESBUILD_BIN", "WASM_OPT_BIN"];

const DEADLINE: Duration = Duration::from_secs(30);

/// `cargo 1.91.0 (…)`, by the toolchain of the folder.
pub fn cargo(folder: &Path) -> Result<String, Fault> {
    ask(variable("CARGO").unwrap_or_else(|| "cargo".into()).into(), "cargo", &["--version"], folder)
}

/// Whether the folder's toolchain has the target that bundles are compiled for.
pub fn has_target(folder: &Path) -> Result<bool, Fault> {
    let sysroot = ask("rustc".into(), "rustc", &["--print", "sysroot"], folder)?;
    Ok(Path::new(&sysroot).join("lib/rustlib").join(TARGET).exists())
}

/// The version of `worker-build`, or of what `AT_RUN_WORKER_BUILD` names.
pub fn worker_build(folder: &Path) -> Result<String, Fault> {
    let program = variable("AT_RUN_WORKER_BUILD").unwrap_or_else(|| "worker-build".into());
    ask(program.into(), "worker-build", &["--version"], folder)
}

/// `v22.15.0`
pub fn node(folder: &Path) -> Result<String, Fault> {
    ask(variable("AT_RUN_NODE").unwrap_or_else(|| "node".into()).into(), "node", &["--version"], folder)
}

/// Variables that name a tool where none is.
pub fn named_in_vain() -> Vec<(&'static str, PathBuf)> {
    let named = NAMED.iter().filter_map(|name| Some((*name, PathBuf::from(variable(name)?))));
    named.filter(|(_, path)| !path.is_file()).collect()
}

fn ask(program: PathBuf, name: &'static str, arguments: &[&str], folder: &Path) -> Result<String, Fault> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    let said = run(command, Tool { name, words: Words::FEW, deadline: Some(DEADLINE) })?;
    let text = String::from_utf8_lossy(&said);
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}
