//! What a release is, as it is told to programs and, by way of [`crate::page`], to people: the chain of content
//! addresses from the author's commit to the code, and everything that the code may do.

use serde::Serialize;
use serde_json::{Value, json};
use streamhut_atproto::Did;
use streamhut_release::{BundleName, Endpoint, Job, Limits, ModuleType, Permissions, Task, Version, nsid};

use crate::{Resolved, Runner, SecretState, Store, words};

/// A release, described.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// The author.
    pub did: Did,
    /// The bundle.
    pub name: BundleName,
    /// The release's version.
    pub version: Version,
    /// What changed, in its author's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// As its author wrote it.
    pub created_at: String,
    /// The at-uri of the record.
    pub record: String,
    /// The PDS that it came from.
    pub pds: String,
    /// RFC 3339: when the PDS was last asked; it confirmed the release unless [`Description::stale`].
    pub checked_at: String,
    /// The author's key that signed the commit, as a Multikey.
    pub signing_key: String,
    /// The CID of the commit that proves the record.
    pub commit: String,
    /// That commit's revision.
    pub rev: String,
    /// The CID of the record.
    pub cid: String,
    /// The path of the module that handles requests.
    pub main: String,
    /// The code.
    pub modules: Vec<ModuleEntry>,
    /// What it answers to.
    pub endpoints: Vec<Endpoint>,
    /// What it runs by the clock.
    pub jobs: Vec<Job>,
    /// What it does in the background.
    pub tasks: Vec<Task>,
    /// What it may reach.
    pub permissions: Permissions,
    /// The same and all else that it may do, one sentence each.
    pub permissions_in_words: Vec<String>,
    /// Names of its settings.
    pub config: Vec<String>,
    /// Its secrets.
    pub secrets: Vec<SecretEntry>,
    /// What one call may cost, as it declares.
    pub limits: Limits,
    /// What one call may cost here, after the operator's own limits.
    pub limits_here: Limits,
    /// Whether the operator installed the bundle: only then its jobs run and its tasks are taken.
    pub installed: bool,
    /// Whether it is served although it could not be confirmed.
    pub stale: bool,
}

/// One module.
#[derive(Clone, Debug, Serialize)]
pub struct ModuleEntry {
    /// As other modules import it.
    pub path: String,
    /// How it is loaded.
    #[serde(rename = "type")]
    pub kind: ModuleType,
    /// The CID of the stored bytes.
    pub cid: String,
    /// How many are stored.
    pub stored: u64,
    /// How many they are when decoded.
    pub size: u64,
}

/// A secret, without its value.
#[derive(Clone, Debug, Serialize)]
pub struct SecretEntry {
    /// Its name.
    pub name: String,
    /// `given` when the author sealed one for this runner, `absent` when not, `refused` when it doesn't open.
    pub state: &'static str,
}

impl<T, S: Store> Runner<T, S> {
    /// Describes a release.
    pub fn describe(&self, resolved: &Resolved) -> Description {
        let release = &resolved.release;
        let manifest = &release.manifest;
        let modules = release.modules.iter().map(|module| ModuleEntry {
            path: module.path.clone(),
            kind: module.kind,
            cid: module.blob.cid().to_string(),
            stored: module.blob.size,
            size: module.size,
        });
        let secrets = resolved.secrets.iter().map(|secret| SecretEntry {
            name: secret.name.clone(),
            state: match &secret.state {
                SecretState::Given { .. } => "given",
                SecretState::Absent => "absent",
                SecretState::Refused(_) => "refused",
            },
        });
        Description {
            did: resolved.did.clone(),
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            message: release.message.clone().filter(|message| !message.is_empty()),
            created_at: release.created_at.clone(),
            record: format!(
                "at://{}/{}/{}:{}",
                resolved.did,
                nsid::RUN_AT_RELEASE,
                manifest.name,
                manifest.version
            ),
            pds: resolved.pds.clone(),
            checked_at: words::time(resolved.checked_at),
            signing_key: resolved.key.to_string(),
            commit: resolved.commit.clone(),
            rev: resolved.rev.to_string(),
            cid: resolved.cid.to_string(),
            main: release.main.clone(),
            modules: modules.collect(),
            endpoints: manifest.endpoints.clone(),
            jobs: manifest.jobs.clone(),
            tasks: manifest.tasks.clone(),
            permissions: manifest.permissions.clone(),
            permissions_in_words: words::permissions(manifest),
            config: manifest.config.clone(),
            secrets: secrets.collect(),
            limits: manifest.limits,
            limits_here: self.plan(resolved, 0).limits,
            installed: self.installations().get(&resolved.did, &manifest.name).is_some(),
            stale: resolved.stale.is_some(),
        }
    }

    /// What this runner is, as `/.well-known/at-run.json` tells it: the keys that secrets are sealed to (the current
    /// one first), the policy and whom it trusts, and what a call may cost. Nobody is asked for it.
    pub async fn about(&self, now: u64) -> Value {
        json!({
            "software": "at-run",
            "version": env!("CARGO_PKG_VERSION"),
            "keys": self.public_keys,
            "policy": self.policy_name(),
            "trusts": self.trusts(now).await,
            "limits": self.caps(),
            "deadlines": {"callMs": self.call_deadline_ms(), "jobMs": self.job_deadline_ms()},
            "maxBodyBytes": crate::MAX_BODY_BYTES,
        })
    }
}
