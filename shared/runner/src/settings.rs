//! The runner's settings, read from its environment.

use streamhut_atproto::{Did, resolve::Resolver};
use streamhut_outbound::{LoopbackOrigins, Policy};
use url::Url;

use crate::{Admission, Installation, Installations, source::Source};

/// Milliseconds that an identity or a PDS has for one answer.
const DEADLINE_MS: u32 = 10_000;
/// Milliseconds that a bundle has until its answer begins, unless `DEADLINE_MS` says otherwise.
const CALL_DEADLINE_MS: u32 = 30_000;

/// What an operator sets.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) source: Source,
    pub(crate) installations: Installations,
    pub(crate) call_deadline_ms: u32,
    pub(crate) host: String,
}

/// A setting that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is `{value}`: {reason}")]
pub struct SettingsError {
    /// Its name.
    pub name: &'static str,
    /// Its value, cut.
    pub value: String,
    /// What is wrong.
    pub reason: String,
}

impl Settings {
    /// Reads the variables through `var`; `host` is the one that the request at hand was sent to, which no bundle
    /// and no DID may lead back to.
    ///
    /// - `PLC_URL`: the PLC directory, `https://plc.directory` unless set.
    /// - `BUNDLES`: the installed bundles, a JSON array of [`Installation`].
    /// - `POLICY`: `installed` (unless set), `open`, or DIDs parted by white space.
    /// - `OWN_HOSTS`: further hosts that this runner answers on, parted by white space.
    /// - `DEADLINE_MS`: milliseconds that a bundle has until its answer begins, 30,000 unless set.
    /// - `LOOPBACK_ORIGINS`: only in builds with the feature `loopback`.
    pub fn read(
        var: impl Fn(&str) -> Option<String>,
        host: String,
        loopback: LoopbackOrigins,
    ) -> Result<Self, SettingsError> {
        let mut own_hosts: Vec<String> =
            var("OWN_HOSTS").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        own_hosts.push(host.clone());
        let bad = |name: &'static str, value: &str, reason: String| SettingsError {
            name,
            value: value.chars().take(256).collect(),
            reason,
        };
        let text = var("PLC_URL").unwrap_or_else(|| "https://plc.directory".to_owned());
        let plc = Url::parse(&text).map_err(|e| bad("PLC_URL", &text, e.to_string()))?;
        let bundles =
            var("BUNDLES").filter(|text| !text.trim().is_empty()).unwrap_or_else(|| "[]".to_owned());
        let installed: Vec<Installation> =
            serde_json::from_str(&bundles).map_err(|e| bad("BUNDLES", &bundles, e.to_string()))?;
        let policy = var("POLICY").unwrap_or_default();
        let admission = match policy.trim() {
            "" | "installed" => Admission::Installed,
            "open" => Admission::Open,
            list => {
                let dids: Result<Vec<Did>, _> = list.split_whitespace().map(Did::parse).collect();
                Admission::Authors(dids.map_err(|e| bad("POLICY", &policy, e.to_string()))?)
            }
        };
        let deadline = var("DEADLINE_MS").filter(|text| !text.is_empty());
        let call_deadline_ms = match &deadline {
            None => CALL_DEADLINE_MS,
            Some(text) => {
                text.parse().map_err(|e: std::num::ParseIntError| bad("DEADLINE_MS", text, e.to_string()))?
            }
        };
        Ok(Self {
            call_deadline_ms,
            host,
            source: Source {
                resolver: Resolver { plc, deadline_ms: DEADLINE_MS },
                policy: Policy::new(own_hosts, loopback),
                deadline_ms: DEADLINE_MS,
            },
            installations: Installations::new(installed, admission),
        })
    }
}
