//! From a crate's folder to the modules and the manifest of a release.

mod compile;
mod difference;
mod files;
pub mod needs;
mod package;
pub mod project;
mod reported;
mod tool;

use std::path::Path;

use serde_json::Value;
use streamhut_ledger::cron::Schedule;
use streamhut_release::{BundleName, Manifest, ModuleType, check_wasm};

use crate::arguments::Build;
use crate::fault::Fault;
use crate::terminal::Terminal;

pub use difference::first as first_difference;
pub use package::{Package, Stored};
pub use tool::Words;

/// Where a build leaves its output, below the bundle's folder.
pub const BUILD: &str = "build";

/// Where a draft goes, which no deployment may take for a build.
const DRAFT: &str = "build/draft";

const MAIN: &str = "index.js";

/// The files that `worker-build` makes and a release takes.
const OUTPUT: [(&str, ModuleType); 2] = [(MAIN, ModuleType::Esm), ("index_bg.wasm", ModuleType::Wasm)];

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
    let (files, reported) = built(&folder.join(BUILD))?;
    let (declared, manifest) = declared;
    difference::refuse(&reported, &declared)?;
    for job in &manifest.jobs {
        // A runner would never run it, and say so in its own log only.
        Schedule::parse(&job.cron).map_err(|source| Fault::Cron { job: job.name.clone(), source })?;
    }
    Ok(Bundle { manifest, compatibility_date, main: MAIN.to_owned(), files })
}

/// Builds the bundle in `folder` as quickly as can be, for trying out: nothing is optimised, and the manifest is asked
/// of the built module alone. Leaves `build/` as it was.
///
/// # Errors
/// As [`build`], but for `ManifestDiffers`.
pub fn draft(folder: &Path, words: Words) -> Result<Bundle, Fault> {
    let compatibility_date = project::compatibility_date(&folder.join("wrangler.toml"))?;
    compile::draft(folder, DRAFT, words)?;
    let place = folder.join(DRAFT);
    let (files, reported) = built(&place)?;
    let manifest = serde_json::from_value(reported)
        .map_err(|error| Fault::file(place.join(MAIN), format!("no manifest: {error}")))?;
    Ok(Bundle { manifest, compatibility_date, main: MAIN.to_owned(), files })
}

/// What the last build left in `folder`, with the manifest that the built module itself reports; `None` when nothing
/// was built there.
///
/// # Errors
/// As [`build`], but for `ManifestDiffers`; `NoBundleHere` when the folder is not a bundle's.
pub fn as_built(folder: &Path) -> Result<Option<Bundle>, Fault> {
    if !folder.join(BUILD).join(MAIN).exists() {
        let is_crate = folder.join("Cargo.toml").exists();
        return if is_crate { Ok(None) } else { Err(Fault::NoBundleHere { folder: folder.to_owned() }) };
    }
    let compatibility_date = project::compatibility_date(&folder.join("wrangler.toml"))?;
    let (files, reported) = built(&folder.join(BUILD))?;
    let manifest = serde_json::from_value(reported)
        .map_err(|error| Fault::file(folder.join(BUILD).join(MAIN), format!("no manifest: {error}")))?;
    Ok(Some(Bundle { manifest, compatibility_date, main: MAIN.to_owned(), files }))
}

/// The name of the bundle in `folder`, as the last build says, else as its source does.
pub fn name(folder: &Path, terminal: &Terminal) -> Result<BundleName, Fault> {
    if let Some(bundle) = as_built(folder)? {
        return Ok(bundle.manifest.name);
    }
    terminal.note("asking the crate for its manifest");
    let (_, manifest) =
        project::manifest(&compile::manifest(folder, terminal)?, "the crate's `manifest` binary")?;
    Ok(manifest.name)
}

/// The files in a build folder, fit for a runner, and what they say of themselves.
fn built(build: &Path) -> Result<(Vec<File>, Value), Fault> {
    let files = files::read(build, &OUTPUT)?;
    for file in files.iter().filter(|file| file.kind == ModuleType::Wasm) {
        check_wasm(&file.bytes).map_err(|source| Fault::Wasm { module: file.path.clone(), source })?;
    }
    let reported = reported::manifest(build, MAIN, &files)?;
    Ok((files, reported))
}
