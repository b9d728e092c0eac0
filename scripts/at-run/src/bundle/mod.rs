//! From a crate's folder to the modules and the manifest of a release.

mod compile;
mod difference;
mod files;
mod package;
mod project;
mod reported;
mod tool;

use std::path::Path;

use streamhut_release::{Manifest, ModuleType, check_wasm};

use crate::arguments::Build;
use crate::fault::Fault;
use crate::terminal::Terminal;

pub use package::{Package, Stored};

/// Where a build leaves its output, below the bundle's folder.
pub const BUILD: &str = "build";

/// The files that `worker-build` makes and a release takes; the first is `main`.
const OUTPUT: [(&str, ModuleType); 2] = [("index.js", ModuleType::Esm), ("index_bg.wasm", ModuleType::Wasm)];

/// A file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Relative to the build folder, as other modules import it.
    pub path: String,
    /// How a runner loads it.
    pub kind: ModuleType,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What was built: enough for a release record but its version, message and date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// What the crate says of itself, and the built module too.
    pub manifest: Manifest,
    /// `YYYY-MM-DD`
    pub compatibility_date: String,
    /// Path of the module that handles requests.
    pub main: String,
    /// All modules.
    pub files: Vec<File>,
}

/// Builds the bundle in `folder`, or takes it as built, and checks all that can be checked before publishing: the
/// files are plain files of that folder, the WebAssembly is such as a runner loads, and it reports the manifest of
/// its source.
///
/// # Errors
/// `Fault::Tool` when a tool is missing or fails; `File`, `Wasm`, `ManifestDiffers` for what can't be published.
pub fn build(folder: &Path, how: &Build, terminal: &Terminal) -> Result<Bundle, Fault> {
    let compatibility_date = project::compatibility_date(&folder.join("wrangler.toml"))?;
    let declared = match &how.manifest {
        Some(file) => {
            project::manifest(&std::fs::read(file).map_err(Fault::io(file))?, &file.to_string_lossy())?
        }
        None => {
            terminal.note("asking the crate for its manifest");
            project::manifest(&compile::manifest(folder, terminal)?, "the crate's `manifest` binary")?
        }
    };
    if !how.prebuilt {
        terminal.note(&format!("building {} {}", declared.1.name, declared.1.version));
        compile::compile(folder, terminal)?;
    }
    let build = folder.join(BUILD);
    let files = files::read(&build, &OUTPUT)?;
    for file in files.iter().filter(|file| file.kind == ModuleType::Wasm) {
        check_wasm(&file.bytes).map_err(|source| Fault::Wasm { module: file.path.clone(), source })?;
    }
    let (declared, manifest) = declared;
    let [(main, _), ..] = OUTPUT;
    let reported = reported::manifest(&build, main, &files)?;
    difference::refuse(&reported, &declared)?;
    Ok(Bundle { manifest, compatibility_date, main: main.to_owned(), files })
}
