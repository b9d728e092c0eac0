//! `at-run runner key`

use std::io::Read;

use crypto_box::aead::OsRng;
use serde_json::json;
use streamhut_release::secret::{RunnerKey, RunnerKeys};

use crate::arguments;
use crate::fault::Fault;
use crate::terminal::Terminal;

/// More than any number of keys that makes sense.
const MAX_BYTES: u64 = 4096;

/// Makes a runner's private key and prints the value of `RUNNER_KEYS`: the new key, and with `--rotate` the current
/// one as the previous.
///
/// JSON: `{"value", "keys": [{"id", "publicKey"}], "dropped": ["id"]}`
pub fn runner_key(options: &arguments::RunnerKey, terminal: &Terminal) -> Result<(), Fault> {
    let present = if options.rotate { read()? } else { RunnerKeys::default() };
    let keys: Vec<RunnerKey> =
        std::iter::once(RunnerKey::generate(&mut OsRng)).chain(present.current().cloned()).collect();
    for (key, role) in
        keys.iter().zip(["current, secrets are sealed to it", "previous, it still opens secrets"])
    {
        terminal.note(&format!("key {} ({role})", key.id()));
    }
    let dropped: Vec<_> = present.iter().skip(1).map(RunnerKey::id).collect();
    for id in &dropped {
        terminal.warn(&format!("key {id} is dropped: what is sealed to it opens no more"));
    }
    let value = keys.iter().map(RunnerKey::to_base64).collect::<Vec<_>>().join(" ");
    let public: Vec<_> = keys.iter().map(RunnerKey::public).collect();
    terminal.result(&value, &json!({"value": value, "keys": public, "dropped": dropped}));
    Ok(())
}

fn read() -> Result<RunnerKeys, Fault> {
    let mut text = String::new();
    std::io::stdin().take(MAX_BYTES).read_to_string(&mut text).map_err(Fault::io("stdin"))?;
    let keys = RunnerKeys::parse(&text)?;
    if keys.current().is_none() {
        return Err(Fault::Usage("--rotate needs the present value of RUNNER_KEYS on stdin".to_owned()));
    }
    Ok(keys)
}
