//! The tools that make a bundle of a crate.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use super::tool::{Tool, Words, run};
use crate::fault::Fault;
use crate::terminal::Terminal;

/// Runs the crate's `manifest` binary on this machine. Gives what it prints.
pub fn manifest(folder: &Path, terminal: &Terminal) -> Result<Vec<u8>, Fault> {
    let mut command = tool(variable("CARGO").unwrap_or_else(|| "cargo".into()), folder);
    command.args(["run", "--quiet", "--bin", "manifest"]);
    Ok(run(command, Tool { name: "cargo run --bin manifest", words: words(terminal), deadline: None })?)
}

/// Runs `worker-build --release`, which leaves `build/` in the folder. `AT_RUN_WORKER_BUILD` names another program,
/// `AT_RUN_WORKER_BUILD_FLAGS` adds flags.
pub fn compile(folder: &Path, terminal: &Terminal) -> Result<(), Fault> {
    let flags = variable("AT_RUN_WORKER_BUILD_FLAGS").unwrap_or_default();
    let mut command = worker_build(folder);
    command.arg("--release").args(flags.to_string_lossy().split_whitespace());
    run(command, Tool { name: "worker-build", words: words(terminal), deadline: None })?;
    Ok(())
}

/// Runs `worker-build --dev` into `out`, below the folder: as quick as it gets, so nothing is optimised, and there is
/// nothing for a debugger, which could not reach it anyway. What failed leaves nothing that the next run waits for.
pub fn draft(folder: &Path, out: &str, words: Words) -> Result<(), Fault> {
    let mut command = worker_build(folder);
    command.args(["--dev", "--no-opt", "--out-dir", out, "--config", "profile.dev.debug=false"]);
    run(command, Tool { name: "worker-build", words, deadline: None }).inspect_err(|_| {
        // worker-build takes the rest of a failed run for a run under way, and gives it five seconds.
        let _ = std::fs::remove_dir_all(folder.join(out).join(".tmp"));
    })?;
    Ok(())
}

fn worker_build(folder: &Path) -> Command {
    let mut command = tool(variable("AT_RUN_WORKER_BUILD").unwrap_or_else(|| "worker-build".into()), folder);
    // When the crate doesn't compile, nobody wants to know where in worker-build that came out.
    command.env_remove("RUST_BACKTRACE").env_remove("RUST_LIB_BACKTRACE");
    command
}

/// A tool that runs the crate's own code, which gets none of what is for this program only.
fn tool(program: OsString, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for name in ["AT_RUN_ADMIN_TOKEN", "AT_RUN_PASSWORD", "AT_RUN_SECRET_VALUE"] {
        command.env_remove(name);
    }
    command
}

fn words(terminal: &Terminal) -> Words {
    if terminal.is_quiet() { Words::FEW } else { Words::Shown }
}

/// An environment variable that is set and not empty.
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
