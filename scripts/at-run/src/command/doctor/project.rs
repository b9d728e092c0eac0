//! The bundle in the folder.

use std::path::Path;

use streamhut_release::BundleName;

use super::check::Check;
use crate::bundle::{self, Package, project};
use crate::command::now;
use crate::fault::Fault;

/// The name of the bundle in the folder, as its last build says.
pub fn name(folder: &Path) -> Option<BundleName> {
    Some(bundle::as_built(folder).ok().flatten()?.manifest.name)
}

/// Looks at what is there without compiling it.
pub fn look(folder: &Path) -> Check {
    examine(folder).unwrap_or_else(|fault| Check::fault("project", &fault))
}

fn examine(folder: &Path) -> Result<Check, Fault> {
    let is_built = folder.join(bundle::BUILD).exists() && folder.join("wrangler.toml").exists();
    if !(is_built || project::is_bundle(folder)?) {
        return Ok(Check::ok("project", "no bundle in this folder"));
    }
    let date = project::compatibility_date(&folder.join("wrangler.toml"))?;
    let Some(built) = bundle::as_built(folder)? else {
        return Ok(Check::ok("project", format!("compatibility date {date}, not built yet")));
    };
    let package = Package::new(built)?;
    let release = package.release(&package.manifest.version, None, &now())?;
    let manifest = &release.manifest;
    Ok(Check::ok("project", format!("{} {}, compatibility date {date}", manifest.name, manifest.version)))
}
