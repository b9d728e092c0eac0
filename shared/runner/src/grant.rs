//! What one loaded bundle may ask of its runner.

use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;
use streamhut_release::{BundleName, Task, Version};

/// How many bundles may call one another in a row: a call from this depth is refused.
pub const MAX_DEPTH: u8 = 3;

/// Everything that a loaded bundle was granted. It travels with the bindings that the bundle is handed, which only
/// the runner can make, so the bundle can't write itself another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// The author.
    pub did: Did,
    /// The bundle.
    pub name: BundleName,
    /// The release that runs.
    pub version: Version,
    /// The host that this runner answers on.
    pub host: String,
    /// Hosts that it may reach, in the form of [`streamhut_outbound::Allow::entries`].
    pub allow: Vec<String>,
    /// Most bytes that it may keep; `None` when it may keep none.
    pub blobs: Option<u64>,
    /// Bundles that it may call, as `did/name`.
    pub calls: Vec<String>,
    /// Its tasks; empty unless the operator installed it.
    pub tasks: Vec<Task>,
    /// How often its cache was purged: what was cached before is under another count.
    pub cache: u64,
    /// How many bundles stand between this one and the caller outside.
    pub depth: u8,
}

impl Grant {
    /// The form that a binding carries.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Grant::to_json`] wrote. `None` grants nothing.
    pub fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// `did/name`.
    pub fn bundle(&self) -> String {
        format!("{}/{}", self.did, self.name)
    }

    /// The prefix of its blobs in the bucket.
    pub fn prefix(&self) -> String {
        format!("blobs/{}/{}/", self.did, self.name)
    }

    /// Whether it may call that bundle.
    pub fn may_call(&self, did: &Did, name: &BundleName) -> bool {
        let bundle = format!("{did}/{name}");
        self.calls.contains(&bundle)
    }
}
