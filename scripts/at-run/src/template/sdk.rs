//! Where a new crate gets the SDK from.

use std::path::{Path, PathBuf};

use url::Url;

use super::quoted;
use crate::fault::Fault;

/// The SDK's crates, as Cargo names them in a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sdk {
    /// A checkout on this machine.
    Checkout {
        /// Its root, as the bundle's Cargo.toml names it.
        path: PathBuf,
    },
    /// A git repository.
    Git {
        /// Its URL.
        url: String,
        /// A commit, tag or branch; the default branch without it.
        rev: Option<String>,
    },
}

/// The crates that a bundle uses, below a checkout's root.
const CRATES: [&str; 2] = ["shared/at-run", "shared/edge"];

const LOCK: &str = "Cargo.lock";

/// The checkout that this program was built from.
const OWN_CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

impl Sdk {
    /// What `--sdk` names: a URL (`https`, `ssh` or `file`, with `#REVISION` if need be), or a checkout's root,
    /// relative to `here`.
    ///
    /// # Errors
    /// `Fault::Usage` for a path without the SDK, and for a URL that Cargo can't fetch.
    pub fn parse(text: &str, here: &Path) -> Result<Self, Fault> {
        if !text.contains("://") {
            return Self::checkout(&here.join(text)).ok_or_else(|| {
                Fault::Usage(format!(
                    "--sdk {text}: there is no {}/Cargo.toml in that folder",
                    CRATES.join(" or ")
                ))
            });
        }
        let refused = |reason: &str| Fault::Usage(format!("--sdk {text}: {reason}"));
        let mut url = Url::parse(text).map_err(|error| refused(&error.to_string()))?;
        if !matches!(url.scheme(), "https" | "ssh" | "file") {
            return Err(refused("it is neither https, ssh nor file"));
        }
        if url.password().is_some() {
            return Err(refused("a password doesn't belong into Cargo.toml"));
        }
        let rev = url.fragment().filter(|rev| !rev.is_empty()).map(str::to_owned);
        url.set_fragment(None);
        Ok(Self::Git { url: url.to_string(), rev })
    }

    /// The checkout that this program was built from, while it is there.
    ///
    /// # Errors
    /// `Fault::Usage` that says to give `--sdk`.
    pub fn own() -> Result<Self, Fault> {
        Self::checkout(Path::new(OWN_CHECKOUT)).ok_or_else(|| {
            Fault::Usage(
                "the checkout that at-run was built from is not here: say with --sdk where the SDK is"
                    .to_owned(),
            )
        })
    }

    fn checkout(root: &Path) -> Option<Self> {
        let path = root.canonicalize().ok()?;
        CRATES
            .iter()
            .all(|name| path.join(name).join("Cargo.toml").is_file())
            .then_some(Self::Checkout { path })
    }

    /// Named by a relative path where `folder` (absolute) lies in the checkout itself, so that both can move together.
    pub fn seen_from(self, folder: &Path) -> Self {
        match self {
            Self::Checkout { path } => match folder.strip_prefix(&path) {
                Ok(below) => Self::Checkout { path: below.components().map(|_| "..").collect() },
                Err(_) => Self::Checkout { path },
            },
            git => git,
        }
    }

    /// The checkout's lock file, as a bundle's own: so it begins with the versions that the SDK is tested with. Cargo
    /// drops what the bundle doesn't use.
    pub fn lock_file(&self) -> Option<(&'static str, String)> {
        let Self::Checkout { path } = self else { return None };
        std::fs::read_to_string(path.join(LOCK)).ok().map(|text| (LOCK, text))
    }

    /// The value of a dependency on the SDK's crate at `place`: `{ path = "…" }` or `{ git = "…", rev = "…" }`.
    pub fn dependency(&self, place: &str) -> String {
        match self {
            Self::Checkout { path } => {
                format!("{{ path = {} }}", quoted(&path.join(place).to_string_lossy()))
            }
            Self::Git { url, rev: None } => format!("{{ git = {} }}", quoted(url)),
            Self::Git { url, rev: Some(rev) } => {
                format!("{{ git = {}, rev = {} }}", quoted(url), quoted(rev))
            }
        }
    }
}

impl std::fmt::Display for Sdk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Checkout { path } => path.display().fmt(f),
            Self::Git { url, rev: None } => f.write_str(url),
            Self::Git { url, rev: Some(rev) } => write!(f, "{url}#{rev}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_paths() {
        let here = Path::new(OWN_CHECKOUT);
        for (text, expect) in [
            ("https://example.com/a.git", Ok("{ git = \"https://example.com/a.git\" }")),
            ("https://example.com/a#0af3", Ok("{ git = \"https://example.com/a\", rev = \"0af3\" }")),
            ("ssh://git@example.com/a", Ok("{ git = \"ssh://git@example.com/a\" }")),
            ("http://example.com/a", Err("neither https")),
            ("https://u:p@example.com/a", Err("password")),
            ("https://", Err("--sdk https://: ")),
            ("scripts", Err("no shared/at-run or shared/edge/Cargo.toml")),
            ("/nowhere", Err("/nowhere")),
        ] {
            match (Sdk::parse(text, here), expect) {
                (Ok(sdk), Ok(expect)) => assert_eq!(sdk.dependency("shared/at-run"), expect),
                (Err(fault), Err(part)) => assert!(fault.to_string().contains(part), "{text}: {fault}"),
                (other, _) => panic!("{text}: {other:?}"),
            }
        }
        assert_eq!(Sdk::parse(".", here).unwrap(), Sdk::own().unwrap());
    }

    #[test]
    fn a_bundle_inside_the_checkout_names_it_by_a_relative_path() {
        let sdk = |path: &str| Sdk::Checkout { path: path.into() };
        for (folder, expect) in [
            ("/code/at-run/workers/hello", "{ path = \"../../shared/edge\" }"),
            ("/code/at-run-2/hello", "{ path = \"/code/at-run/shared/edge\" }"),
            ("/home/me", "{ path = \"/code/at-run/shared/edge\" }"),
        ] {
            assert_eq!(sdk("/code/at-run").seen_from(Path::new(folder)).dependency("shared/edge"), expect);
        }
        assert_eq!(sdk("/it's \"here\"").dependency("x"), "{ path = \"/it's \\\"here\\\"/x\" }");
    }
}
