//! What a new bundle's crate is made of.

mod name;
mod sdk;
mod workspace;

use serde_json::Value;

pub use name::CrateName;
pub use sdk::Sdk;
pub use workspace::Workspace;

/// The files, by their place in the bundle's folder.
const FILES: [(&str, &str); 7] = [
    ("Cargo.toml", include_str!("template/bundle/Cargo.toml.tmpl")),
    ("README.md", include_str!("template/bundle/README.md.tmpl")),
    ("src/lib.rs", include_str!("template/bundle/lib.rs.tmpl")),
    ("src/bin/manifest.rs", include_str!("template/bundle/manifest.rs.tmpl")),
    ("tests/bundle.rs", include_str!("template/bundle/tests.rs.tmpl")),
    ("wrangler.toml", include_str!("template/bundle/wrangler.toml.tmpl")),
    (".gitignore", include_str!("template/bundle/gitignore.tmpl")),
];

/// Only the root of a workspace may have these.
const OWN_WORKSPACE: &str = include_str!("template/bundle/workspace.toml.tmpl");

/// The files of a bundle `name` that uses `sdk`; a crate that stands in no workspace gets one of its own.
/// Paths are relative to the bundle's folder.
pub fn files(name: &CrateName, sdk: &Sdk, in_workspace: bool) -> Vec<(&'static str, String)> {
    let fill = |text: &str| {
        text.replace("{{workspace}}", if in_workspace { "" } else { OWN_WORKSPACE })
            .replace("{{name}}", name.as_str())
            .replace("{{crate}}", &name.identifier())
            .replace("{{at-run}}", &sdk.dependency("shared/at-run"))
            .replace("{{at-run-edge}}", &sdk.dependency("shared/edge"))
    };
    FILES.iter().map(|(path, text)| (*path, fill(text))).collect()
}

/// Text as TOML has it: a JSON string is a basic string of TOML (TOML 1.0, "String").
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn made(in_workspace: bool) -> Vec<(&'static str, String)> {
        let sdk = Sdk::parse("https://example.com/at-run.git#v1", Path::new(".")).unwrap();
        files(&CrateName::parse("my-bundle").unwrap(), &sdk, in_workspace)
    }

    fn manifest(in_workspace: bool) -> toml::Table {
        made(in_workspace).into_iter().find(|(path, _)| *path == "Cargo.toml").unwrap().1.parse().unwrap()
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        for (path, text) in made(false) {
            assert!(!text.contains("{{") && !text.contains("}}"), "{path}: {text}");
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path} ends in one line end");
        }
    }

    #[test]
    fn the_crate_is_pinned_to_what_this_project_uses() {
        let root: toml::Table =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
                .unwrap()
                .parse()
                .unwrap();
        let version = |value: &toml::Value| {
            value.get("version").unwrap_or(value).as_str().map(str::to_owned).expect("a version")
        };
        let made = manifest(false);
        let wasm = &made["target"]["cfg(target_arch = \"wasm32\")"]["dependencies"];
        for name in ["worker", "wasm-bindgen"] {
            let ours = version(&root["workspace"]["dependencies"][name]);
            assert!(
                ours.starts_with('='),
                "{name} {ours}: the tools of this version and no other go with it"
            );
            assert_eq!(version(&wasm[name]), ours, "{name}");
        }
        assert_eq!(made["package"]["rust-version"], root["workspace"]["package"]["rust-version"]);
        // What single crates of this project are compiled with is no matter of other bundles.
        let mut ours = root["profile"]["release"].as_table().unwrap().clone();
        ours.remove("package");
        assert_eq!(made["profile"]["release"], ours.into(), "compiled as the project's own are");
        let sdk = &made["dependencies"]["at-run"];
        assert_eq!(
            (sdk["git"].as_str(), sdk["rev"].as_str()),
            (Some("https://example.com/at-run.git"), Some("v1"))
        );
    }

    #[test]
    fn only_the_root_of_a_workspace_says_so() {
        for (in_workspace, expect) in [(false, true), (true, false)] {
            let made = manifest(in_workspace);
            assert_eq!(made.contains_key("workspace"), expect);
            assert_eq!(made.contains_key("profile"), expect);
        }
    }
}
