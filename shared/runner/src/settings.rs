//! The runner's settings, read from its environment.

use streamhut_atproto::resolve::Resolver;
use streamhut_outbound::{LoopbackOrigins, Policy};
use streamhut_release::secret::RunnerKeys;
use url::Url;

use crate::{Admission, Caps, Installation, Installations, source::Source};

/// Milliseconds that an identity or a PDS has for one answer.
const DEADLINE_MS: u32 = 10_000;
/// Milliseconds that a bundle has until its answer begins, unless `DEADLINE_MS` says otherwise.
const CALL_DEADLINE_MS: u32 = 30_000;
/// Milliseconds that a run of a job or task has, unless `JOB_DEADLINE_MS` says otherwise.
const JOB_DEADLINE_MS: u32 = 600_000;
/// Milliseconds after which follows are confirmed, unless `FOLLOWS_FRESH_MS` says otherwise.
const FOLLOWS_FRESH_MS: u32 = 300_000;

/// What an operator sets.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) source: Source,
    pub(crate) installations: Installations,
    pub(crate) call_deadline_ms: u32,
    pub(crate) job_deadline_ms: u32,
    pub(crate) host: String,
    pub(crate) own: Vec<String>,
    pub(crate) keys: RunnerKeys,
    pub(crate) caps: Caps,
    pub(crate) keeps_logs: bool,
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
    /// Reads the variables through `var`; `host` is the one that the request at hand was sent to (with its port, where
    /// that is not the scheme's own), which no bundle and no DID may lead back to.
    ///
    /// - `PLC_URL`: the PLC directory, `https://plc.directory` unless set.
    /// - `BUNDLES`: the installed bundles, a JSON array of [`Installation`].
    /// - `POLICY`: `installed` (unless set), `open`, `follows:DID`, `follows-of-follows:DID`, or DIDs parted by white
    ///   space.
    /// - `FOLLOWS_FRESH_MS`: milliseconds after which it is confirmed whom an account follows, 300,000 unless set.
    /// - `OWN_HOSTS`: the hosts that this runner answers on, parted by white space, its main one first: jobs and tasks
    ///   run under that one.
    /// - `DEADLINE_MS`: milliseconds that a bundle has until its answer begins, 30,000 unless set.
    /// - `JOB_DEADLINE_MS`: milliseconds that a run of a job or task has, 600,000 unless set.
    /// - `MAX_CPU_MS`, `MAX_SUB_REQUESTS`: what a call of any bundle may cost at most.
    /// - `LOGS`: `on` (unless set) or `off`: whether logs and metrics of bundles are collected.
    /// - `RUNNER_KEYS`: private keys in base64, parted by white space, the current one first.
    /// - `LOOPBACK_ORIGINS`: only in builds with the feature `loopback`.
    pub fn read(
        var: impl Fn(&str) -> Option<String>,
        host: String,
        loopback: LoopbackOrigins,
    ) -> Result<Self, SettingsError> {
        let named = var("OWN_HOSTS").unwrap_or_default();
        // What runs by the clock has no request whose host it could take.
        let host = if host.is_empty() {
            named.split_whitespace().next().unwrap_or_default().to_owned()
        } else {
            host
        };
        let own_hosts =
            named.split_whitespace().chain([host.as_str()]).map(without_port).map(str::to_owned).collect();
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
        let number = |name: &'static str| -> Result<Option<u32>, SettingsError> {
            let Some(text) = var(name).filter(|text| !text.trim().is_empty()) else { return Ok(None) };
            text.trim()
                .parse()
                .map(Some)
                .map_err(|e: std::num::ParseIntError| bad(name, &text, e.to_string()))
        };
        let logs = var("LOGS").unwrap_or_default();
        let keeps_logs = match logs.trim() {
            "" | "on" => true,
            "off" => false,
            _ => return Err(bad("LOGS", &logs, "it may be on or off".to_owned())),
        };
        let fresh_ms = number("FOLLOWS_FRESH_MS")?.unwrap_or(FOLLOWS_FRESH_MS);
        let admission =
            Admission::parse(&policy, fresh_ms).map_err(|reason| bad("POLICY", &policy, reason))?;
        // A key that can't be read is not shown.
        let keys = var("RUNNER_KEYS").unwrap_or_default();
        let keys = RunnerKeys::parse(&keys).map_err(|e| bad("RUNNER_KEYS", "…", e.to_string()))?;
        Ok(Self {
            call_deadline_ms: number("DEADLINE_MS")?.unwrap_or(CALL_DEADLINE_MS),
            job_deadline_ms: number("JOB_DEADLINE_MS")?.unwrap_or(JOB_DEADLINE_MS),
            caps: Caps {
                cpu_ms: number("MAX_CPU_MS")?,
                sub_requests: number("MAX_SUB_REQUESTS")?,
                blob_bytes: None,
            },
            keeps_logs,
            keys,
            own: named.split_whitespace().map(str::to_owned).collect(),
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

/// A host as policies compare it.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}
