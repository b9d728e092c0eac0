//! The programs that a build runs.

use std::path::Path;

use super::check::Check;
use crate::bundle::needs;
use crate::fault::Fault;

/// The oldest Rust that compiles the SDK.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");
/// The oldest Node whose modules can be hooked into, as [`crate::bundle`] does.
const NODE: &str = "22.15";

/// Looks at Rust, its target, worker-build and Node.
pub fn look(folder: &Path) -> Vec<Check> {
    vec![
        rust(needs::cargo(folder)),
        target(needs::has_target(folder)),
        worker_build(needs::worker_build(folder), &needs::named_in_vain()),
        node(needs::node(folder)),
    ]
}

fn rust(said: Result<String, Fault>) -> Check {
    let next = format!("install Rust {RUST} or newer: https://rustup.rs");
    match said {
        Ok(text) if at_least(&text, RUST) => Check::ok("rust", text),
        Ok(text) => Check::fail("rust", format!("{text} is too old"), next),
        Err(fault) => Check::fail("rust", fault.to_string(), next),
    }
}

fn target(found: Result<bool, Fault>) -> Check {
    let next = format!("rustup target add {}", needs::TARGET);
    match found {
        Ok(true) => Check::ok("target", needs::TARGET),
        Ok(false) => Check::fail("target", format!("Rust has no {} here", needs::TARGET), next),
        Err(fault) => Check::fail("target", fault.to_string(), next),
    }
}

fn worker_build(said: Result<String, Fault>, in_vain: &[(&'static str, std::path::PathBuf)]) -> Check {
    match (said, in_vain) {
        (Ok(_), [(name, path), ..]) => Check::fail(
            "worker-build",
            format!("{name} names {}, where no file is", path.display()),
            format!("unset {name}: worker-build fetches the tool itself"),
        ),
        (Ok(version), []) => Check::ok("worker-build", version),
        (Err(fault), _) => Check::fail(
            "worker-build",
            fault.to_string(),
            "cargo install worker-build, or name it by AT_RUN_WORKER_BUILD",
        ),
    }
}

fn node(said: Result<String, Fault>) -> Check {
    let next = format!("install Node {NODE} or newer, or name one by AT_RUN_NODE");
    match said {
        Ok(text) if at_least(&text, NODE) => Check::ok("node", text),
        Ok(text) => Check::fail("node", format!("{text} is too old"), next),
        Err(fault) => Check::fail("node", fault.to_string(), next),
    }
}

/// Whether the first version in a text (`cargo 1.91.0 (…)`, `v22.15.0`) is at least that.
fn at_least(text: &str, least: &str) -> bool {
    let numbers = |text: &str| {
        let from = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        let version = text.get(from..).unwrap_or_default();
        let parts = version.split(|c: char| !c.is_ascii_digit()).map_while(|part| part.parse::<u32>().ok());
        parts.take(3).collect::<Vec<_>>()
    };
    numbers(text) >= numbers(least)
}

#[cfg(test)]
mod tests {
    use super::super::check::State::{Fail, Ok as Fit};
    use super::*;

    #[test]
    fn versions() {
        for (text, least, expect) in [
            ("cargo 1.91.0 (ea2d97820 2025-10-10)", "1.91", true),
            ("cargo 1.90.0 (x)", "1.91", false),
            ("cargo 1.100.0-nightly", "1.91", true),
            ("v22.15.0", "22.15", true),
            ("v22.14.9", "22.15", false),
            ("v100.0.0", "22.15", true),
            ("v9.0.0", "22.15", false),
            ("no version", "22.15", false),
        ] {
            assert_eq!(at_least(text, least), expect, "{text}");
        }
    }

    #[test]
    fn what_a_build_lacks_comes_with_the_way_to_it() {
        let missing = || Fault::Tool { tool: "x".into(), reason: "can't be started".into(), ended: false };
        let vain = [("ESBUILD_BIN", "/nowhere".into())];
        for (check, state, next) in [
            (rust(Ok("cargo 1.99.0".into())), Fit, ""),
            (rust(Ok("cargo 1.60.0".into())), Fail, "rustup.rs"),
            (rust(Err(missing())), Fail, "rustup.rs"),
            (target(Ok(true)), Fit, ""),
            (target(Ok(false)), Fail, "rustup target add wasm32-unknown-unknown"),
            (target(Err(missing())), Fail, "rustup target add"),
            (worker_build(Ok("0.8.7".into()), &[]), Fit, ""),
            (worker_build(Ok("0.8.7".into()), &vain), Fail, "unset ESBUILD_BIN"),
            (worker_build(Err(missing()), &[]), Fail, "cargo install worker-build"),
            (node(Ok("v24.1.0".into())), Fit, ""),
            (node(Ok("v20.1.0".into())), Fail, "Node 22.15"),
            (node(Err(missing())), Fail, "AT_RUN_NODE"),
        ] {
            assert_eq!(check.state, state, "{check:?}");
            assert!(check.next.clone().unwrap_or_default().contains(next), "{check:?}");
        }
    }
}
