//! What the loader is told about a release: which environment, which gateway, which limits.

use std::{collections::BTreeMap, rc::Rc};

use serde_json::json;
use sha2::{Digest, Sha256};
use streamhut_outbound::{Allow, HostPattern};
use streamhut_release::Limits;

use crate::{Resolved, Runner};

/// Set in the environment of every loaded bundle, so that it knows its calls come from a runner.
const RUNNER_MARK: (&str, &str) = ("AT_RUN_RUNNER", "1");

/// Everything but the code. Equal plans for equal code have equal ids, and nothing else has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The loader's id: a hash of the release record's CID and of all that follows. No time, no counter: the
    /// platform keeps one isolate for one id.
    pub id: String,
    /// Plain values of the bundle's environment: the settings that the release names and the operator gave.
    pub env: BTreeMap<String, String>,
    /// The hosts that its gateway admits, in the form of [`Allow::entries`].
    pub allow: Vec<String>,
    /// The host that this runner answers on, which that gateway never leads back to.
    pub host: String,
    /// The prefix of its blobs, when it may keep any.
    pub blobs: Option<String>,
    /// What one call may cost.
    pub limits: Limits,
    /// The runtime's behaviour that it was built for.
    pub compatibility_date: String,
}

impl<T, S> Runner<T, S> {
    /// The plan of a resolved release, made once per isolate.
    pub fn plan(&self, resolved: &Resolved) -> Rc<Plan> {
        if let Some(plan) = self.memory.borrow().plan(&resolved.did, &resolved.cid) {
            return plan;
        }
        let plan = Rc::new(self.make_plan(resolved));
        self.memory.borrow_mut().keep_plan(&resolved.did, resolved.cid, plan.clone());
        plan
    }

    fn make_plan(&self, resolved: &Resolved) -> Plan {
        let manifest = &resolved.release.manifest;
        let setting = |name: &str| self.installations.setting(&resolved.did, &manifest.name, name);
        let mut env: BTreeMap<String, String> = manifest
            .config
            .iter()
            .filter_map(|name| setting(name).map(|value| (name.clone(), value.to_owned())))
            .collect();
        env.insert(RUNNER_MARK.0.to_owned(), RUNNER_MARK.1.to_owned());
        let patterns: Vec<HostPattern> =
            manifest.permissions.net.iter().filter_map(|entry| HostPattern::parse(entry).ok()).collect();
        // Only what the release itself names as a setting can widen its reach.
        let declared =
            |name: &str| if manifest.config.iter().any(|c| c == name) { setting(name) } else { None };
        let allow = Allow::resolve(&patterns, declared).entries();
        let blobs =
            manifest.permissions.blobs.as_ref().map(|_| format!("blobs/{}/{}/", resolved.did, manifest.name));
        let limits = manifest.limits;
        let compatibility_date = resolved.release.compatibility_date.clone();
        let identity = json!({
            "release": resolved.cid.to_string(), "did": resolved.did.to_string(), "env": env, "allow": allow, "blobs": blobs,
            "host": self.host, "limits": {"cpuMs": limits.cpu_ms, "subRequests": limits.sub_requests}, "date": compatibility_date,
        });
        let id = Sha256::digest(identity.to_string()).iter().map(|byte| format!("{byte:02x}")).collect();
        Plan { id, env, allow, host: self.host.clone(), blobs, limits, compatibility_date }
    }
}
