//! What came of a verification, for people and for scripts.

use serde::Serialize;
use serde_json::{Value, json};
use streamhut_release::{BundleName, Selector};

use super::{Checkout, Served};
use crate::chain::{Account, Address, Chain, Module, Record};
use crate::fault::Verdict;
use crate::terminal::{bytes, columns};

/// As much as was verified, and what ended it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether all of it holds.
    verified: bool,
    name: BundleName,
    /// The version or channel that was asked for.
    asked: String,
    /// As many links as hold.
    #[serde(flatten)]
    pub chain: Chain,
    /// Null when none was asked.
    pub runner: Option<Served>,
    /// Null when none was built.
    pub checkout: Option<Checkout>,
    #[serde(skip)]
    error: Option<Verdict>,
}

impl Report {
    /// Nothing is verified yet.
    pub fn new(address: &Address, selector: &Selector) -> Self {
        Self {
            verified: false,
            name: address.name.clone(),
            asked: selector.to_string(),
            chain: Chain::default(),
            runner: None,
            checkout: None,
            error: None,
        }
    }

    /// Notes how it ended.
    pub fn conclude(&mut self, verdict: Option<&Verdict>) {
        self.verified = verdict.is_none();
        self.error = verdict.cloned();
    }

    /// `{"verified", "name", "asked", "account", "channel", "release", "modules", "runner", "checkout"}`, with `error`
    /// where something is not verified.
    pub fn facts(&self) -> Value {
        let mut value = json!(self);
        if let (Some(fields), Some(verdict)) = (value.as_object_mut(), &self.error) {
            fields.extend(verdict.to_json().as_object().cloned().unwrap_or_default());
        }
        value
    }

    /// A line or more for each step.
    pub fn words(&self) -> String {
        let mut rows = Vec::new();
        let mut row = |holds: bool, label: &str, words: String| {
            for (line, words) in words.lines().enumerate() {
                let (mark, label) = if line == 0 { (mark(holds), label) } else { ("", "") };
                rows.push(vec![mark.to_owned(), label.to_owned(), words.to_owned()]);
            }
        };
        let Chain { account, channel, release, modules } = &self.chain;
        if let Some(account) = account {
            row(true, "account", account_words(account));
        }
        if let Some(channel) = channel {
            let words =
                format!("{} points at {}\n{}", channel.name, channel.version, proof_words(&channel.record));
            row(true, "channel", words);
        }
        if let Some(link) = release {
            let words = format!("{}, {}\n{}", link.version, link.created_at, proof_words(&link.record));
            row(true, "release", words);
        }
        for module in modules {
            row(true, "module", module_words(module));
        }
        if let Some(runner) = &self.runner {
            row(runner.agrees(), "runner", runner.words());
        }
        if let Some(checkout) = &self.checkout {
            row(checkout.matches(), "checkout", checkout.words());
        }
        let compared =
            [self.runner.as_ref().map(Served::agrees), self.checkout.as_ref().map(Checkout::matches)];
        if let Some(verdict) = &self.error
            && !compared.contains(&Some(false))
        {
            row(false, "here", verdict.message.clone());
        }
        let end = if self.verified { "verified" } else { "not verified" };
        format!("{}\n{} {}: {end}", columns(0, &rows), self.name, self.asked)
    }
}

fn mark(holds: bool) -> &'static str {
    if holds { "✓" } else { "✗" }
}

fn account_words(account: &Account) -> String {
    let Account { did, handle, directory, signing_key, pds } = account;
    let handle = handle.as_ref().map(|handle| format!(" ({handle})")).unwrap_or_default();
    format!("{did}{handle}, says {directory}\nkey {signing_key}\nPDS {pds}")
}

fn proof_words(record: &Record) -> String {
    let Record { uri, cid, commit, rev } = record;
    format!("record {uri}\nrecord CID {cid}\nin the signed commit {commit}, rev {rev}")
}

fn module_words(module: &Module) -> String {
    let Module { path, kind, cid, stored, size } = module;
    let kind = json!(kind);
    let kind = kind.as_str().unwrap_or_default();
    format!("{path}, {kind}, {} stored, {} loaded\nCID {cid}", bytes(*stored), bytes(*size))
}

#[cfg(test)]
pub mod tests {
    use streamhut_atproto::{BlobCid, BlobRef, RecordCid};
    use streamhut_release::{check, nsid};

    use super::*;
    use crate::chain::{Link, unproven};

    pub const CODE: &str = "export default {}";

    /// A release of one module, proven.
    pub fn link() -> Link {
        let did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
        let blob = BlobRef::new(BlobCid::of(CODE.as_bytes()), "text/javascript", CODE.len() as u64);
        let value = json!({
            "$type": nsid::RUN_AT_RELEASE, "name": "demo", "version": "1.0.0", "main": "index.js", "endpoints": [],
            "modules": [{"path": "index.js", "type": "esm", "size": CODE.len(), "blob": blob}], "permissions": {},
            "limits": {"cpuMs": 50, "subRequests": 5}, "compatibilityDate": "2026-11-01", "message": "first",
            "createdAt": "2026-11-01T00:00:00Z",
        });
        let version = "1.0.0".parse().unwrap();
        let release = check(&value, &"demo".parse().unwrap(), &version).unwrap();
        let uri = format!("at://{did}/run.at.release/demo:1.0.0").parse().unwrap();
        let cid = RecordCid::of(b"record");
        let record = Record { uri, cid, commit: "bafycommit".into(), rev: "3m2wa26p2vt2d".parse().unwrap() };
        Link { version, record, created_at: release.created_at.clone(), value, release }
    }

    fn report() -> Report {
        let address = Address::parse("did:plc:ewvi7nxzyoun6zhxrhs64oiz/demo").unwrap();
        let mut report = Report::new(&address, &"1.0.0".parse().unwrap());
        report.chain.release = Some(link());
        report
    }

    #[test]
    fn one_object_whatever_came_of_it() {
        let mut report = report();
        report.conclude(None);
        let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
        let whole = "account asked channel checkout modules name release runner verified";
        assert_eq!((fields(&report.facts()).as_str(), &report.facts()["verified"]), (whole, &json!(true)));
        let release = "cid commit createdAt rev uri version";
        assert_eq!(fields(&report.facts()["release"]), release);
        assert!(report.words().ends_with("demo 1.0.0: verified"), "{}", report.words());

        report.conclude(Some(&unproven("module index.js", "spoiled").verdict()));
        let facts = report.facts();
        assert_eq!(facts["error"]["code"], "NotVerified");
        assert_eq!(fields(&facts), whole.replace(" modules", " error modules"));
        let words = report.words();
        assert!(words.contains("✗  here     module index.js: spoiled\n"), "{words}");
        assert!(words.ends_with("demo 1.0.0: not verified"), "{words}");
    }
}
