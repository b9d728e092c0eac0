//! What the loader is told about a release: which environment, which gateway, which limits.

use std::{collections::BTreeMap, fmt, rc::Rc};

use serde_json::json;
use sha2::{Digest, Sha256};
use streamhut_outbound::{Allow, HostPattern};
use streamhut_release::Limits;
use url::Url;

use crate::{Grant, Resolved, Route, Runner, SecretState, route};

/// Set in the environment of every loaded bundle, so that it knows its calls come from a runner.
const RUNNER_MARK: (&str, &str) = ("AT_RUN_RUNNER", "1");

/// Everything but the code. Equal plans for equal code have equal ids, and nothing else has.
#[derive(Clone, PartialEq, Eq)]
pub struct Plan {
    /// The loader's id: a hash of the release record's CID and of all that follows. No time, no counter: the
    /// platform keeps one isolate for one id.
    pub id: String,
    /// Plain values of the bundle's environment: the settings that the operator gave and the author's secrets, both
    /// only as far as the release names them.
    pub env: BTreeMap<String, String>,
    /// What the bundle may ask of its runner.
    pub grant: Grant,
    /// The same in the form that its bindings carry.
    pub grant_json: String,
    /// Names and values of the secrets among `env`, as pairs in JSON: what is taken out of the bundle's log.
    pub hidden_json: String,
    /// Whether the platform tells the runner of the bundle's calls.
    pub is_watched: bool,
    /// What one call may cost.
    pub limits: Limits,
    /// The runtime's behaviour that it was built for.
    pub compatibility_date: String,
}

/// Without the environment, which holds secrets.
impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("id", &self.id).field("grant", &self.grant).finish_non_exhaustive()
    }
}

impl<T, S> Runner<T, S> {
    /// The plan of a resolved release for calls at that depth, made once per isolate.
    pub fn plan(&self, resolved: &Resolved, depth: u8) -> Rc<Plan> {
        if depth == 0 {
            return resolved.plan.get_or_init(|| self.known_plan(resolved, 0)).clone();
        }
        self.known_plan(resolved, depth)
    }

    fn known_plan(&self, resolved: &Resolved, depth: u8) -> Rc<Plan> {
        // A request that was resolved before something changed goes on with what it has, and leaves it to nobody.
        let current = self.memory.borrow().generation == resolved.generation;
        if current && let Some(plan) = self.memory.borrow().plan(&resolved.did, &resolved.cid, depth) {
            return plan;
        }
        let plan = Rc::new(self.make_plan(resolved, depth));
        if current {
            self.memory.borrow_mut().keep_plan(&resolved.did, resolved.cid, depth, plan.clone());
        }
        plan
    }

    fn make_plan(&self, resolved: &Resolved, depth: u8) -> Plan {
        let manifest = &resolved.release.manifest;
        let installations = self.installations();
        let installation = installations.get(&resolved.did, &manifest.name);
        // Only what the release itself names as a setting reaches it, or widens its reach.
        let setting = |name: &str| {
            let declared = manifest.config.iter().any(|declared| declared == name);
            installation.filter(|_| declared)?.config.get(name).map(String::as_str)
        };
        let mut env: BTreeMap<String, String> = manifest
            .config
            .iter()
            .filter_map(|name| setting(name).map(|value| (name.clone(), value.to_owned())))
            .collect();
        env.insert(RUNNER_MARK.0.to_owned(), RUNNER_MARK.1.to_owned());
        let caps = installation.map(|installation| installation.caps).unwrap_or_default().and(self.caps());
        let limits = caps.apply(manifest.limits);
        let grant = Grant {
            did: resolved.did.clone(),
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            host: self.host.clone(),
            allow: self.allowed(&manifest.permissions.net, setting),
            blobs: manifest
                .permissions
                .blobs
                .as_ref()
                .map(|blobs| caps.blob_bytes.map_or(blobs.max_bytes, |cap| cap.min(blobs.max_bytes))),
            calls: self.callable(&manifest.permissions.bundles, setting),
            tasks: installation.map(|_| manifest.tasks.clone()).unwrap_or_default(),
            cache: installations.purged(&resolved.did, &manifest.name),
            depth,
        };
        let grant_json = grant.to_json();
        let compatibility_date = resolved.release.compatibility_date.clone();
        let mut secrets = BTreeMap::new();
        for secret in resolved.secrets.iter() {
            if let SecretState::Given { value, cid } = &secret.state {
                // The record's CID says which value it is without saying it.
                secrets.insert(secret.name.as_str(), cid.to_string());
                env.insert(secret.name.clone(), value.to_string());
            }
        }
        let settings: BTreeMap<_, _> =
            env.iter().filter(|(name, _)| !secrets.contains_key(name.as_str())).collect();
        let hidden: Vec<_> = env.iter().filter(|(name, _)| secrets.contains_key(name.as_str())).collect();
        let hidden_json = json!(hidden).to_string();
        let is_watched = self.keeps_logs;
        let identity = json!({
            "release": resolved.cid.to_string(), "settings": settings, "secrets": secrets, "grant": grant_json,
            "limits": {"cpuMs": limits.cpu_ms, "subRequests": limits.sub_requests}, "date": compatibility_date,
            "watched": is_watched,
        });
        let id = Sha256::digest(identity.to_string()).iter().map(|byte| format!("{byte:02x}")).collect();
        Plan { id, env, grant, grant_json, hidden_json, is_watched, limits, compatibility_date }
    }

    fn allowed<'a>(&self, net: &[String], setting: impl Fn(&str) -> Option<&'a str>) -> Vec<String> {
        let patterns: Vec<HostPattern> =
            net.iter().filter_map(|entry| HostPattern::parse(entry).ok()).collect();
        Allow::resolve(&patterns, setting).entries()
    }

    /// `did/name` of every bundle that it may call; a configured URL counts when it leads to this runner.
    fn callable<'a>(&self, bundles: &[String], setting: impl Fn(&str) -> Option<&'a str>) -> Vec<String> {
        let of_url = |text: &str| {
            let url = Url::parse(text).ok().filter(|url| self.is_own(url))?;
            bundle_of(url.path())
        };
        bundles
            .iter()
            .filter_map(|entry| match entry.strip_prefix("config:") {
                Some(name) => setting(name).and_then(of_url),
                None => Some(entry.clone()),
            })
            .collect()
    }
}

/// `did/name` of a path `/bundle/{did}/{name}/…`.
fn bundle_of(path: &str) -> Option<String> {
    match route(&format!("{}/latest", address(path)?)).ok()? {
        Route::Describe { did, name, .. } => Some(format!("{did}/{name}")),
        _ => None,
    }
}

/// The first three parts of a path.
fn address(path: &str) -> Option<&str> {
    let end = path.match_indices('/').nth(3).map_or(path.len(), |(at, _)| at);
    path.get(..end)
}
