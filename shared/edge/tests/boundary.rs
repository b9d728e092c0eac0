//! The lines that may not be crossed, held as absences: read from the manifests and sources as they are.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let skipped = [
        "target",
        "node_modules",
        "build",
        "build-local",
        "dist",
        ".nuxt",
        ".output",
        ".git",
        ".localnet",
        ".wrangler",
    ];
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !skipped.contains(&name.as_str()) {
            found.extend(files(&path, wanted));
        } else if path.is_file() && wanted(&path) {
            found.push(path);
        }
    }
    found
}

fn with_extension(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    files(folder, &|path| path.extension().is_some_and(|e| extensions.iter().any(|x| *x == e)))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Source without its tests: everything before the first `#[cfg(test)]` (or `#[cfg(all(test`).
fn without_tests(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let end = text.find("#[cfg(test)]").or_else(|| text.find("#[cfg(all(test")).unwrap_or(text.len());
    text.get(..end).unwrap().to_owned()
}

#[test]
fn only_edge_and_workers_know_the_platform() {
    let platform = ["worker", "worker-sys", "js-sys", "web-sys", "wasm-bindgen", "wasm-bindgen-futures"];
    let manifests = files(&root(), &|path| path.ends_with("Cargo.toml"));
    assert!(manifests.len() > 10, "found only {manifests:?}");
    let mut crossings = Vec::new();
    for manifest in manifests {
        let place = shown(&manifest);
        // The benchmark of keyframes is wasm that Node runs: a shell, too.
        let shells = ["shared/edge/", "workers/", "scripts/localnet/bundles/", "scripts/benchmark/"];
        if place == "Cargo.toml" || shells.iter().any(|shell| place.starts_with(shell)) {
            continue;
        }
        for line in fs::read_to_string(&manifest).unwrap().lines() {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            if platform.contains(&name) {
                crossings.push(format!("{place}: {line}"));
            }
        }
    }
    assert_eq!(crossings, Vec::<String>::new());
}

#[test]
fn shells_hold_wiring_only() {
    let folder = root().join("workers/dispatcher");
    let mut sources = with_extension(&folder.join("src"), &["rs"]);
    sources.push(folder.join("entry.mjs"));
    for path in sources {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 300, "{} has {lines} lines", shown(&path));
    }
}

#[test]
fn no_nsid_is_spelled_by_hand() {
    let mut spelled = Vec::new();
    let mut sources = Vec::new();
    for folder in ["shared", "workers", "scripts/at-run"] {
        sources.extend(with_extension(&root().join(folder), &["rs"]));
    }
    for folder in ["frontend/app", "frontend/server", "frontend/shared"] {
        sources.extend(with_extension(&root().join(folder), &["ts", "vue"]));
    }
    for path in sources {
        let place = shown(&path);
        let generated = path.file_name().is_some_and(|name| name == "nsid.rs" || name == "nsid.ts");
        if generated || place.contains("/tests/") || place.contains("/testkit/") {
            continue;
        }
        for (number, line) in without_tests(&path).lines().enumerate() {
            let code = line.trim_start();
            let comment = code.starts_with("//") || code.starts_with('*') || code.starts_with("/*");
            let literal = ["run.at.", "place.stream.", "com.atproto.", "app.bsky."]
                .iter()
                .any(|nsid| ['"', '\'', '`'].iter().any(|quote| code.contains(&format!("{quote}{nsid}"))));
            if literal && !comment {
                spelled.push(format!("{place}:{}: {code}", number + 1));
            }
        }
    }
    assert_eq!(spelled, Vec::<String>::new());
}

#[test]
fn names_say_what_is_inside() {
    let vague = |path: &Path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        ["utils", "util", "helpers", "helper", "common", "manager", "misc"].contains(&stem.as_str())
    };
    let found: Vec<_> = files(&root(), &vague).iter().map(|path| shown(path)).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_deployed_configuration_has_no_way_to_loopback() {
    let configurations = files(&root(), &|path| path.file_name().is_some_and(|name| name == "wrangler.toml"));
    assert!(configurations.len() >= 2);
    for path in configurations {
        let text = fs::read_to_string(&path).unwrap();
        for word in ["LOOPBACK", "loopback", "localhost", "127.0.0.1", "localnet"] {
            assert!(!text.contains(word), "{} says {word}", shown(&path));
        }
    }
    // The setting is read in one place, which a build without the feature leaves out.
    let dispatcher = fs::read_to_string(root().join("workers/dispatcher/Cargo.toml")).unwrap();
    assert!(dispatcher.contains("loopback = [\"streamhut-outbound/loopback\"]"));
    assert!(
        !dispatcher.lines().any(|line| line.starts_with("default")),
        "no default feature may bring it in"
    );
}
