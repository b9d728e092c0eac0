//! Whether a checkout builds to what is published.

use std::path::{Path, PathBuf};

use serde::Serialize;
use streamhut_atproto::BlobCid;

use crate::bundle::{self, Package, first_difference};
use crate::chain::{Link, unproven};
use crate::fault::Fault;
use crate::publish::content;

/// A build, compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checkout {
    dir: PathBuf,
    /// Whether it is what is published, byte for byte.
    matches: bool,
    modules: Vec<Module>,
    /// Where the rest of the record differs: a JSON pointer, with what was built and what is published.
    declaration: Option<Declared>,
}

/// A module, compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Module {
    path: String,
    /// Whether both are the same.
    same: bool,
    published: Option<BlobCid>,
    built: Option<BlobCid>,
}

/// The first thing that the record says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Declared {
    at: String,
    built: String,
    published: String,
}

impl Checkout {
    /// Holds a build against the release. When and with which words it was published doesn't count.
    pub fn compare(dir: &Path, built: bundle::Bundle, link: &Link) -> Result<Self, Fault> {
        let name = &link.release.manifest.name;
        if built.manifest.name != *name {
            let reason = format!("it holds the bundle {}, not {name}", built.manifest.name);
            return Err(unproven(dir.display(), reason));
        }
        let package = Package::new(built)?;
        // A snapshot's version is made from the content, so it is never the one of the source.
        let release = package.release(&link.version, None, &link.created_at)?;
        let value = serde_json::to_value(&release).map_err(|error| Fault::Usage(error.to_string()))?;
        let published = |path: &str| link.release.module(path).map(|module| module.blob.cid());
        let mut modules: Vec<Module> = link
            .release
            .modules
            .iter()
            .map(|module| {
                let built = release.module(&module.path).map(|built| built.blob.cid());
                let published = module.blob.cid();
                Module {
                    path: module.path.clone(),
                    same: built == Some(published),
                    published: Some(published),
                    built,
                }
            })
            .collect();
        modules.extend(release.modules.iter().filter(|module| published(&module.path).is_none()).map(
            |module| Module {
                path: module.path.clone(),
                same: false,
                published: None,
                built: Some(module.blob.cid()),
            },
        ));
        let matches = content(&value)? == content(&link.value)?;
        let declaration = first_difference(&stripped(&value), &stripped(&link.value))
            .map(|(at, built, published)| Declared { at, built, published });
        Ok(Self { dir: dir.to_owned(), matches, modules, declaration })
    }

    /// Why the verification fails by it.
    pub fn fault(&self) -> Option<Fault> {
        let words = self.differences().join("; ");
        (!self.matches)
            .then(|| unproven(self.dir.display(), format!("it does not build to what is published: {words}")))
    }

    /// For people; several lines where it differs.
    pub fn words(&self) -> String {
        let dir = self.dir.display();
        if self.matches {
            return format!("{dir} builds to these very bytes");
        }
        let lines: String = self.differences().iter().map(|line| format!("\n{line}")).collect();
        format!("{dir} does not build to what is published{lines}")
    }

    /// Whether it is what is published.
    pub fn matches(&self) -> bool {
        self.matches
    }

    fn differences(&self) -> Vec<String> {
        let text = |cid: Option<BlobCid>| cid.map_or_else(|| "nothing".to_owned(), |cid| cid.to_string());
        let modules = self.modules.iter().map(|module| match module.same {
            true => format!("module {}: the same", module.path),
            false => {
                let (published, built) = (text(module.published), text(module.built));
                format!("module {}: published {published}, built {built}", module.path)
            }
        });
        let declared = self.declaration.iter().map(|Declared { at, built, published }| {
            format!("record at {at}: published {published}, built {built}")
        });
        modules.chain(declared).collect()
    }
}

/// A record without its modules, and without what doesn't count.
fn stripped(value: &serde_json::Value) -> serde_json::Value {
    let mut value = value.clone();
    if let Some(fields) = value.as_object_mut() {
        for field in ["modules", "createdAt", "message"] {
            fields.remove(field);
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use streamhut_release::ModuleType;

    use super::*;
    use crate::command::verify::report::tests::{CODE, link};

    fn built(code: &str, change: impl Fn(&mut bundle::Bundle)) -> bundle::Bundle {
        let release = link().release;
        let file = bundle::File { path: "index.js".into(), kind: ModuleType::Esm, bytes: code.into() };
        let mut bundle = bundle::Bundle {
            manifest: release.manifest,
            compatibility_date: release.compatibility_date,
            main: release.main,
            files: vec![file],
        };
        bundle.manifest.version = "1.0.0-other".parse().unwrap();
        change(&mut bundle);
        bundle
    }

    #[test]
    fn a_build_is_what_is_published_or_says_where_not() {
        let more = |bundle: &mut bundle::Bundle| {
            bundle.files.push(bundle::File { path: "b.js".into(), kind: ModuleType::Esm, bytes: vec![b' '] });
        };
        type Change<'a> = &'a dyn Fn(&mut bundle::Bundle);
        let table: [(&str, Change, &str); 5] = [
            (CODE, &|_| {}, ""),
            ("export default 1", &|_| {}, "module index.js: published bafkrei"),
            (CODE, &more, "module b.js: published nothing, built bafkrei"),
            (CODE, &|b| b.manifest.limits.cpu_ms = 9, "record at /limits/cpuMs: published 50, built 9"),
            (CODE, &|b| b.compatibility_date = "2026-11-02".into(), "record at /compatibilityDate"),
        ];
        for (code, change, expect) in table {
            let checkout = Checkout::compare(Path::new("/x"), built(code, change), &link()).unwrap();
            assert_eq!(checkout.matches(), expect.is_empty(), "{expect}: {}", checkout.words());
            let message = checkout.fault().map(|fault| fault.to_string()).unwrap_or_default();
            assert!(message.contains(expect), "{expect}: {message}");
        }
        let other = built(CODE, |bundle| bundle.manifest.name = "other".parse().unwrap());
        let message = Checkout::compare(Path::new("/x"), other, &link()).unwrap_err().to_string();
        assert!(message.contains("it holds the bundle other, not demo"), "{message}");
    }
}
