//! Writes what Rust and TypeScript share with `lexicons/`: the names, so that no NSID is spelled by hand, and the
//! types of the video bundle's endpoints.
//!
//! `cargo run -p lexgen` writes the files; `cargo run -p lexgen -- --check` fails when a file differs from what it
//! would write.

mod contract;
mod lexicon;
mod names;
mod typescript;

use std::{error::Error, fs, path::Path, process::ExitCode};

/// Makes a file from the lexicons of a folder.
type Writer = fn(&Path) -> Result<String, Box<dyn Error>>;

/// What is generated: from the lexicons below a folder, into a file, how.
const OUTPUTS: &[(&str, &str, Writer)] = &[
    ("lexicons/run", "shared/release/src/nsid.rs", names::rust),
    ("lexicons/external", "shared/streamplace/src/nsid.rs", names::rust),
    ("lexicons/external/app/bsky/graph", "shared/runner/src/nsid.rs", names::rust),
    ("lexicons/app/streamhut/appview", "workers/appview/src/nsid.rs", names::rust),
    ("lexicons", "frontend/shared/nsid.ts", names::typescript),
    ("lexicons/app/streamhut/vod", "frontend/shared/contract.ts", contract::typescript),
];

fn main() -> ExitCode {
    let check = std::env::args().any(|arg| arg == "--check");
    match run(check) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("lexgen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<bool, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut current = true;
    for (from, to, write) in OUTPUTS {
        let text = write(&root.join(from))?;
        let file = root.join(to);
        if fs::read_to_string(&file).is_ok_and(|old| old == text) {
            continue;
        }
        if check {
            eprintln!("{to} differs from {from}: run `cargo run -p lexgen`");
            current = false;
        } else {
            fs::create_dir_all(file.parent().unwrap_or(&root))?;
            fs::write(&file, text)?;
            println!("wrote {to}");
        }
    }
    Ok(current)
}
