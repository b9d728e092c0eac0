//! Hosts that ask for time get it: nobody else of theirs is begun with in the same run.

use std::collections::HashMap;

use streamhut_index::creators::Creator;
use url::Url;

/// Failures of a host after which it is left alone for the rest of a run.
const MAX_FAILURES: u32 = 3;

#[derive(Default)]
pub(crate) struct Hosts(HashMap<String, Host>);

#[derive(Default)]
struct Host {
    /// Milliseconds since 1970 until which it asked for time.
    until_ms: u64,
    failures: u32,
}

impl Hosts {
    /// Whether that creator's host may be asked now.
    pub(crate) fn takes(&self, creator: &Creator, now_ms: u64) -> bool {
        let Some(host) = creator.pds.as_deref().and_then(name) else { return true };
        self.0.get(&host).is_none_or(|host| host.failures < MAX_FAILURES && host.until_ms <= now_ms)
    }

    /// Milliseconds since 1970 until which that creator's host asked for time; 0 when it didn't.
    pub(crate) fn until_ms(&self, creator: &Creator) -> u64 {
        let host = creator.pds.as_deref().and_then(name).and_then(|host| self.0.get(&host));
        host.map_or(0, |host| host.until_ms)
    }

    /// A host didn't answer, or asked for time until then.
    pub(crate) fn failed(&mut self, pds: &Url, until_ms: Option<u64>) {
        if let Some(host) = name(pds.as_str()) {
            let host = self.0.entry(host).or_default();
            host.failures += 1;
            host.until_ms = host.until_ms.max(until_ms.unwrap_or_default());
        }
    }

    pub(crate) fn answered(&mut self, pds: &Url) {
        if let Some(host) = name(pds.as_str()).and_then(|host| self.0.get_mut(&host)) {
            host.failures = 0;
        }
    }
}

fn name(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}{port}", url.host_str()?))
}
