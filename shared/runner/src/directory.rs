//! What is asked of others and carries no proof.

use std::cell::RefCell;

use streamhut_atproto::{Did, Handle, HandleResolver};
use url::Url;

use crate::{BundleId, Fault, SettingsError, Versions, recent::Recent};

/// Who is asked for DNS records, unless `DOH_URL` says otherwise.
const DOH_URL: &str = "https://cloudflare-dns.com/dns-query";
/// Milliseconds that each answer about a handle has.
const DEADLINE_MS: u32 = 5_000;

/// Whom to ask for handles, and what was learnt a moment ago: where they lead, and lists of versions.
#[derive(Debug)]
pub struct Directory {
    pub(crate) resolver: HandleResolver,
    pub(crate) handles: RefCell<Recent<Handle, Result<Did, Fault>>>,
    pub(crate) listings: RefCell<Recent<BundleId, Versions>>,
}

impl Directory {
    /// Reads the settings through `var`.
    ///
    /// - `DOH_URL`: the DNS-over-HTTPS resolver, which answers `application/dns-json`.
    /// - `HANDLE_URL`: a server that knows handles under `.test`; read only when `with_tests`.
    ///
    /// # Errors
    /// A setting that is no URL.
    pub fn read(var: impl Fn(&str) -> Option<String>, with_tests: bool) -> Result<Self, SettingsError> {
        let url = |name: &'static str| {
            let Some(text) = var(name).filter(|text| !text.trim().is_empty()) else { return Ok(None) };
            let bad = |e: url::ParseError| SettingsError {
                name,
                value: text.chars().take(256).collect(),
                reason: e.to_string(),
            };
            Url::parse(text.trim()).map(Some).map_err(bad)
        };
        let dns = match url("DOH_URL")? {
            Some(dns) => dns,
            None => Url::parse(DOH_URL).map_err(|e| SettingsError {
                name: "DOH_URL",
                value: DOH_URL.to_owned(),
                reason: e.to_string(),
            })?,
        };
        let tests = if with_tests { url("HANDLE_URL")? } else { None };
        let resolver = HandleResolver { dns, tests, deadline_ms: DEADLINE_MS };
        Ok(Self { resolver, handles: RefCell::default(), listings: RefCell::default() })
    }
}
