//! The tools that make a bundle of a crate.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use super::tool::{Tool, run};
use crate::fault::Fault;
use crate::terminal::Terminal;

/// Runs the crate's `manifest` binary on this machine. Gives what it prints.
pub fn manifest(folder: &Path, terminal: &Terminal) -> Result<Vec<u8>, Fault> {
    let cargo = variable("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--bin", "manifest"]).current_dir(folder);
    Ok(run(command, Tool { name: "cargo run --bin manifest", held: terminal.is_quiet(), deadline: None })?)
}

/// Runs `worker-build --release`, which leaves `build/` in the folder. `AT_RUN_WORKER_BUILD` names another program,
/// `AT_RUN_WORKER_BUILD_FLAGS` adds flags.
pub fn compile(folder: &Path, terminal: &Terminal) -> Result<(), Fault> {
    let program = variable("AT_RUN_WORKER_BUILD").unwrap_or_else(|| "worker-build".into());
    let flags = variable("AT_RUN_WORKER_BUILD_FLAGS").unwrap_or_default();
    let mut command = Command::new(program);
    command.arg("--release").args(flags.to_string_lossy().split_whitespace()).current_dir(folder);
    run(command, Tool { name: "worker-build", held: terminal.is_quiet(), deadline: None })?;
    Ok(())
}

/// An environment variable that is set and not empty.
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
