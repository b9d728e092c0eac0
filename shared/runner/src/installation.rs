//! Which bundles this runner runs, and with which settings.

use std::collections::BTreeMap;

use serde::Deserialize;
use streamhut_atproto::Did;
use streamhut_release::{BundleName, Channel};

use crate::Fault;

/// An author and a bundle of theirs.
pub type BundleId = (Did, BundleName);

/// A bundle that the operator installed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installation {
    /// The author.
    pub did: Did,
    /// The bundle.
    pub name: BundleName,
    /// The channel whose release its jobs run.
    pub channel: Channel,
    /// The operator's settings, by the names that the release declares.
    #[serde(default)]
    pub config: BTreeMap<String, String>,
}

/// Whose bundles may run beside the installed ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Admission {
    /// Nobody's.
    #[default]
    Installed,
    /// Anybody's.
    Open,
    /// Those of these authors.
    Authors(Vec<Did>),
}

/// The operator's word on what runs here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Installations {
    installed: BTreeMap<BundleId, Installation>,
    admission: Admission,
}

impl Installations {
    /// The installed bundles and the policy for all others.
    pub fn new(installed: Vec<Installation>, admission: Admission) -> Self {
        let installed = installed.into_iter().map(|i| ((i.did.clone(), i.name.clone()), i)).collect();
        Self { installed, admission }
    }

    /// Refuses what this runner doesn't run.
    pub fn admit(&self, did: &Did, name: &BundleName) -> Result<(), Fault> {
        let policy = match &self.admission {
            Admission::Open => return Ok(()),
            Admission::Authors(dids) if dids.contains(did) => return Ok(()),
            Admission::Authors(_) => "a list of authors",
            Admission::Installed => "installed bundles only",
        };
        if self.installed.contains_key(&(did.clone(), name.clone())) {
            return Ok(());
        }
        Err(Fault::NotAdmitted { did: did.clone(), name: name.to_string(), policy })
    }

    /// An installed bundle's setting.
    pub fn setting(&self, did: &Did, name: &BundleName, key: &str) -> Option<&str> {
        let installation = self.installed.get(&(did.clone(), name.clone()))?;
        installation.config.get(key).map(String::as_str)
    }
}
