//! Whether a folder lies in a Cargo workspace.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// The workspace around a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The Cargo.toml that makes it.
    pub manifest: PathBuf,
    /// The folder, from the workspace's root, as `members` would name it.
    pub member: String,
    /// Whether `members` covers the folder already.
    pub has_member: bool,
}

impl Workspace {
    /// The nearest workspace above `folder` (absolute, its own Cargo.toml aside), unless that one excludes it.
    /// What can't be read or understood makes none: Cargo will say so itself.
    pub fn around(folder: &Path) -> Option<Self> {
        let parents = folder.ancestors().skip(1);
        let (root, workspace) = parents.into_iter().find_map(|parent| {
            let text = std::fs::read_to_string(parent.join("Cargo.toml")).ok()?;
            let table: Table = text.parse().ok()?;
            Some((parent, table.get("workspace")?.clone()))
        })?;
        let below = folder.strip_prefix(root).ok()?;
        let list = |field: &str| -> Vec<String> {
            let entries = workspace.get(field).and_then(Value::as_array).into_iter().flatten();
            entries.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        if list("exclude").iter().any(|excluded| below.starts_with(excluded)) {
            return None;
        }
        Some(Self {
            manifest: root.join("Cargo.toml"),
            member: below.to_string_lossy().into_owned(),
            has_member: list("members").iter().any(|member| covers(member, below)),
        })
    }
}

/// Whether an entry of `members` covers the path: literally, or with `*` for one whole segment, which is how globs
/// stand there.
fn covers(member: &str, path: &Path) -> bool {
    let (wanted, given) = (Path::new(member.trim_start_matches("./")).components(), path.components());
    wanted.clone().count() == given.clone().count()
        && wanted.zip(given).all(|(wanted, given)| wanted.as_os_str() == "*" || wanted == given)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_nearest_workspace_counts() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (place, text) in [
            ("w", "[workspace]\nmembers = [\"crates/*\", \"tool\", \"./near\"]\nexclude = [\"away\"]"),
            ("w/crates/one", "[package]\nname = \"one\""),
            ("w/odd", "this is no toml"),
            ("alone", "[package]\nname = \"alone\""),
        ] {
            fs::create_dir_all(root.join(place)).unwrap();
            fs::write(root.join(place).join("Cargo.toml"), text).unwrap();
        }
        for (place, expect) in [
            ("w/crates/two", Some(true)),
            ("w/tool", Some(true)),
            ("w/near", Some(true)),
            ("w/crates/two/deep", Some(false)),
            ("w/crates/one/inner", Some(false)),
            ("w/odd/x", Some(false)),
            ("w/other", Some(false)),
            ("w/away", None),
            ("w/away/x", None),
            ("alone/x", None),
            ("x", None),
        ] {
            let found = Workspace::around(&root.join(place));
            assert_eq!(found.as_ref().map(|workspace| workspace.has_member), expect, "{place}");
            if let Some(workspace) = found {
                assert_eq!(workspace.manifest, root.join("w/Cargo.toml"));
                assert_eq!(format!("w/{}", workspace.member), place);
            }
        }
    }
}
