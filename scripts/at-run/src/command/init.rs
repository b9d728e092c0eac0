//! `at-run init`

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use serde_json::json;

use crate::arguments::{Global, Init};
use crate::fault::Fault;
use crate::template::{CrateName, Sdk, Workspace, files};
use crate::terminal::Terminal;

/// Makes a bundle's crate. A file that is there is never overwritten; when one is, nothing is written at all.
///
/// JSON: `{"name", "dir", "files": ["Cargo.toml", …], "sdk", "workspace", "next": ["cd …", …]}`; `sdk` is the path or
/// URL, `workspace` the Cargo.toml of the workspace around it, else null.
pub fn init(global: &Global, options: &Init, terminal: &Terminal) -> Result<(), Fault> {
    let folder = absolute(&global.cwd.join(&options.dir))?;
    let name = match &options.name {
        Some(name) => CrateName::parse(name)?,
        None => from_folder(&folder)?,
    };
    let sdk = match &options.sdk {
        Some(text) => Sdk::parse(text, Path::new("."))?,
        None => Sdk::own()?,
    };
    let workspace = Workspace::around(&folder);
    let mut files = files(&name, &sdk.clone().seen_from(&folder), workspace.is_some());
    if workspace.is_none() {
        files.extend(sdk.lock_file());
    }
    write(&folder, &files)?;

    let next = next(&global.cwd, &options.dir, workspace.as_ref());
    terminal.note(&format!("made the bundle {name} of {} files", files.len()));
    terminal.note(&format!("next: {}", next.join("\n      ")));
    let value = json!({
        "name": name.as_str(), "dir": folder, "files": files.iter().map(|(path, _)| path).collect::<Vec<_>>(),
        "sdk": sdk.to_string(), "workspace": workspace.map(|workspace| workspace.manifest), "next": next,
    });
    terminal.result(&folder.display().to_string(), &value);
    Ok(())
}

/// The folder without `.` and `..`, links followed as far as it exists.
fn absolute(folder: &Path) -> Result<PathBuf, Fault> {
    let whole = std::path::absolute(folder).map_err(Fault::io(folder))?;
    let mut found = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::ParentDir => {
                found.pop();
            }
            part => found.push(part),
        }
        if let Ok(real) = found.canonicalize() {
            found = real;
        }
    }
    Ok(found)
}

fn from_folder(folder: &Path) -> Result<CrateName, Fault> {
    let text = folder.file_name().unwrap_or_default().to_string_lossy();
    CrateName::parse(&text).map_err(|error| {
        Fault::Usage(format!("the folder's name can't be the bundle's, so give --name: {error}"))
    })
}

fn write(folder: &Path, files: &[(&str, String)]) -> Result<(), Fault> {
    if let Some(path) =
        files.iter().map(|(path, _)| folder.join(path)).find(|path| path.symlink_metadata().is_ok())
    {
        return Err(Fault::Exists { path });
    }
    for (path, text) in files {
        let place = folder.join(path);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(Fault::io(parent))?;
        }
        let written = OpenOptions::new().write(true).create_new(true).open(&place);
        written.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Fault::Exists { path: place.clone() },
            _ => Fault::io(&place)(error),
        })?;
    }
    Ok(())
}

/// What to do next, each a command or a sentence.
fn next(cwd: &Path, dir: &Path, workspace: Option<&Workspace>) -> Vec<String> {
    let mut steps = Vec::new();
    if let Some(Workspace { manifest, member, has_member: false }) = workspace {
        steps.push(format!("add \"{member}\" to the members in {}", manifest.display()));
    }
    let folder = if cwd == Path::new(".") { dir.to_owned() } else { cwd.join(dir) };
    if !folder.components().all(|part| part == Component::CurDir) {
        steps.push(format!("cd {}", shell_word(&folder.to_string_lossy())));
    }
    steps.extend(["cargo test", "at-run build", "at-run dev"].map(str::to_owned));
    steps
}

/// As a shell reads it back.
fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-~+".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_leads_through_the_folder_and_the_workspace() {
        let workspace =
            |has_member| Workspace { manifest: "/w/Cargo.toml".into(), member: "x".into(), has_member };
        for (cwd, dir, workspace, expect) in [
            (".", ".", None, "cargo test"),
            (".", "hello", None, "cd hello"),
            ("/w", "it's new", None, r"cd '/w/it'\''s new'"),
            (".", ".", Some(workspace(true)), "cargo test"),
            (".", ".", Some(workspace(false)), "add \"x\" to the members in /w/Cargo.toml"),
        ] {
            let steps = next(Path::new(cwd), Path::new(dir), workspace.as_ref());
            assert_eq!(steps.first().map(String::as_str), Some(expect), "{dir}");
            assert_eq!(steps.last().map(String::as_str), Some("at-run dev"));
        }
    }
}
