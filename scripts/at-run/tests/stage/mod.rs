//! A stage for the program: a bundle made by hand, a folder for its session, and its answers.
#![allow(dead_code, missing_docs)]

pub mod pds;
pub mod server;
pub mod snapshot;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Whose account it is.
pub const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

/// Settings of whoever runs the tests, which mean nothing to them.
const VARIABLES: [&str; 12] = [
    "AT_RUN_PASSWORD",
    "AT_RUN_IDENTIFIER",
    "AT_RUN_PROFILE",
    "AT_RUN_SERVICE",
    "AT_RUN_RUNNER",
    "AT_RUN_TIMEOUT",
    "AT_RUN_CONFIG",
    "AT_RUN_SECRET_VALUE",
    "AT_RUN_SDK",
    "AT_RUN_PLC",
    "AT_RUN_DNS",
    "BROWSER",
];

pub struct Stage {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

#[derive(Debug)]
pub struct Outcome {
    pub exit: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// The one JSON object on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Exit code and error name of a failure under `--json`.
    pub fn error(&self) -> (Option<i32>, String) {
        let error = &self.json()["error"];
        for field in ["code", "message", "hint"] {
            assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {self:?}");
        }
        (self.exit, error["code"].as_str().unwrap().to_owned())
    }
}

impl Stage {
    /// A stage with the bundle `name` in version 0.1.0.
    pub fn new(name: &str) -> Self {
        let stage = Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() };
        let bundle = stage.bundle();
        fs::create_dir_all(bundle.join("build")).unwrap();
        fs::write(bundle.join("wrangler.toml"), "name = \"x\"\ncompatibility_date = \"2020-01-31\"\n")
            .unwrap();
        fs::write(bundle.join("build/index_bg.wasm"), module_of(name)).unwrap();
        stage.declare(name, "0.1.0");
        stage.code("one");
        stage
    }

    pub fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    /// Gives the manifest that the crate's source would.
    pub fn declare(&self, name: &str, version: &str) {
        let manifest = json!({
            "name": name, "version": version, "endpoints": [{"name": "hello", "method": "GET"}],
            "permissions": {"net": ["stream.place"]}, "limits": {"cpuMs": 50, "subRequests": 5},
        });
        fs::write(self.bundle().join("manifest.json"), manifest.to_string()).unwrap();
    }

    /// Writes the built module: it answers `text`, and reports the manifest as declared now.
    pub fn code(&self, text: &str) {
        let manifest = fs::read_to_string(self.bundle().join("manifest.json")).unwrap();
        let code = format!(
            "import code from './index_bg.wasm'\nimport {{ WorkerEntrypoint }} from 'cloudflare:workers'\n\
             export class AtRun {{ static manifest() {{ return {} }} }}\n\
             export default class extends WorkerEntrypoint {{ fetch() {{ return new Response({}) }} }}\n",
            Value::from(manifest),
            Value::from(text),
        );
        self.write("build/index.js", code.as_bytes());
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        fs::write(self.bundle().join(path), bytes).unwrap();
    }

    pub fn set(&mut self, variable: &str, value: &str) {
        self.variables.push((variable.to_owned(), value.to_owned()));
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(arguments, "")
    }

    pub fn run_with(&self, arguments: &[&str], input: &str) -> Outcome {
        let mut child = self.command(arguments).spawn().unwrap();
        // The program may end before it has read its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Outcome {
            exit: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The program about to be run, all its ends in the test's hands.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_at-run"));
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        command.args(arguments).env("AT_RUN_CONFIG_DIR", self.config()).env("AT_RUN_NO_KEYRING", "1");
        command.envs(self.variables.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// `at-run deploy` of the bundle as built, with JSON.
    pub fn deploy(&self, more: &[&str]) -> Outcome {
        self.on_bundle("deploy", more)
    }

    pub fn on_bundle(&self, verb: &str, more: &[&str]) -> Outcome {
        let bundle = self.bundle();
        let manifest = bundle.join("manifest.json");
        let fixed = [verb, "-C", text(&bundle), "--prebuilt", "--manifest", text(&manifest), "--json"];
        self.run(&[&fixed, more].concat())
    }

    /// Stores a session as a log-in would.
    pub fn session(&self, service: &str, access: &str) {
        fs::create_dir_all(self.config()).unwrap();
        let session = json!({
            "service": service, "did": DID, "handle": "aurora.test",
            "accessJwt": access, "refreshJwt": "refresh",
        });
        fs::write(self.config().join("default.session.json"), session.to_string()).unwrap();
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A WebAssembly module that does nothing, and that no other bundle has: one custom section with the bundle's name.
fn module_of(name: &str) -> Vec<u8> {
    let length = u8::try_from(name.len()).unwrap();
    let mut bytes = b"\0asm\x01\0\0\0\0".to_vec();
    bytes.extend([length + 1, length]);
    bytes.extend(name.bytes());
    bytes
}
