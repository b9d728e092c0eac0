//! The documents that `build --json` and `deploy --json` print.

use serde::Serialize;
use streamhut_atproto::{BlobCid, Did};
use streamhut_release::{BundleName, Channel, ModuleType, Release, Version};

use super::health::Health;
use crate::bundle::Stored;
use crate::publish::Change;
use crate::terminal::bytes;

/// A module.
#[derive(Debug, Serialize)]
pub struct ModuleFacts<'a> {
    path: &'a str,
    #[serde(rename = "type")]
    kind: ModuleType,
    /// The id of the stored bytes.
    cid: BlobCid,
    /// Bytes as loaded.
    size: u64,
    /// Bytes as stored.
    stored: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<ModuleState>,
}

/// Whether the PDS has a module already.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ModuleState {
    /// It has to be uploaded.
    New,
    /// An earlier release has it.
    Unchanged,
}

/// What a deployment did, or with `dryRun` would do.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment<'a> {
    /// Whose release it is.
    pub did: &'a Did,
    /// The bundle.
    pub name: &'a BundleName,
    /// The version published, which for a snapshot is not the manifest's.
    pub version: &'a Version,
    /// At-uri of the release.
    pub uri: &'a str,
    /// The id of the release's record; in a dry run of the record as shown.
    pub cid: &'a str,
    /// `created` or `unchanged`.
    pub release: Change,
    /// The channel.
    pub channel: ChannelFacts<'a>,
    /// The modules, in the order of the release.
    pub modules: Vec<ModuleFacts<'a>>,
    /// Where the runner serves it; null without `--runner`.
    pub url: Option<&'a str>,
    /// What the runner said; null without `--runner` and in a dry run.
    pub health: Option<Health>,
    /// True in a dry run: nothing was written.
    pub dry_run: bool,
    /// The exact record, in a dry run only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<&'a Release>,
}

/// A channel after a deployment.
#[derive(Debug, Serialize)]
pub struct ChannelFacts<'a> {
    /// Its name.
    pub name: &'a Channel,
    /// `created`, `moved` or `unchanged`.
    pub state: Change,
}

impl<'a> ModuleFacts<'a> {
    /// The facts of a packed module; `state` where a PDS was asked.
    pub fn of(stored: &'a Stored, state: Option<ModuleState>) -> Self {
        let module = &stored.module;
        Self {
            path: &module.path,
            kind: module.kind,
            cid: module.blob.cid(),
            size: module.size,
            stored: module.blob.size,
            state,
        }
    }
}

/// `index.js: 25.1 kB, 8.2 kB stored`
pub fn describe(stored: &Stored) -> String {
    let module = &stored.module;
    format!("{}: {}, {} stored", module.path, bytes(module.size), bytes(module.blob.size))
}
