//! What a built module says of itself, asked of the module.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::File;
use super::compile::variable;
use super::tool::{Tool, Words, run};
use crate::fault::Fault;

const SCRIPT: &str = include_str!("report.mjs");
const DEADLINE: Duration = Duration::from_secs(30);

/// Loads `main` of the build folder in Node (`AT_RUN_NODE`, else `node`; 22.15 or newer) and asks its `AtRun` class
/// for the manifest. The bundle gets nothing of the environment, and only the modules of the release.
///
/// # Errors
/// `Fault::Tool` without a fit Node; `Fault::File` when the module doesn't answer with JSON.
pub fn manifest(build: &Path, main: &str, files: &[File]) -> Result<Value, Fault> {
    let build = build.canonicalize().map_err(|error| Fault::file(build, error))?;
    let program = variable("AT_RUN_NODE").unwrap_or_else(|| "node".into());
    let mut command = Command::new(program);
    command.env_clear().envs(variable("PATH").map(|path| ("PATH", path))).current_dir(&build);
    command.args(["--input-type=module", "--eval", SCRIPT, "--"]).arg(&build).arg(main);
    command.args(files.iter().map(|file| file.path.as_str()).filter(|path| *path != main));
    let place = build.join(main);
    let tool = Tool { name: "node", words: Words::FEW, deadline: Some(DEADLINE) };
    let said = run(command, tool).map_err(|failure| match failure.code {
        Some(1) => Fault::file(&place, failure.words),
        _ => failure.into(),
    })?;
    serde_json::from_slice(&said)
        .map_err(|error| Fault::file(&place, format!("its manifest is no JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use streamhut_release::ModuleType;

    use super::*;

    /// Needs a Node; the smallest module that there is stands for the compiled one.
    fn ask(main: &str) -> Result<Value, String> {
        let folder = tempfile::tempdir().unwrap();
        let files =
            [("index.js", main.as_bytes()), ("code.wasm", b"\0asm\x01\0\0\0")].map(|(path, bytes)| {
                std::fs::write(folder.path().join(path), bytes).unwrap();
                File { path: path.to_owned(), kind: ModuleType::Data, bytes: bytes.to_vec() }
            });
        manifest(folder.path(), "index.js", &files).map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_bundle_is_asked_with_the_platform_left_empty() {
        let said = ask(
            r#"import { WorkerEntrypoint } from "cloudflare:workers"; import code from "./code.wasm";
            console.log("noise"); addEventListener("error", () => {});
            export default class extends WorkerEntrypoint {};
            export class AtRun { static manifest() { return JSON.stringify({ wasm: code instanceof WebAssembly.Module, env: Object.keys(process.env) }) } }"#,
        );
        assert_eq!(said, Ok(json!({"wasm": true, "env": ["PATH"]})));
    }

    #[test]
    fn what_is_no_bundle_says_why() {
        for (main, expect) in [
            ("export default {}", "exports no AtRun.manifest"),
            ("import 'node:fs'", "imports \"node:fs\", which is not in the release"),
            ("import './other.js'", "imports \"./other.js\""),
            ("this is no javascript", "can't be loaded"),
            ("export class AtRun { static manifest() { throw new Error('inside') } }", "threw: inside"),
            ("export class AtRun { static manifest() { return 'x' } }", "no JSON"),
        ] {
            let message = ask(main).unwrap_err();
            assert!(message.contains(expect) && message.contains("index.js"), "{main}: {message}");
        }
    }
}
