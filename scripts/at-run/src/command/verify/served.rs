//! What a runner says of the bundle, beside what its author signed.

use serde::Serialize;

use crate::chain::{Link, unproven};
use crate::fault::Fault;
use crate::runner::Description;

/// A runner, compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Served {
    url: String,
    /// Whether it runs what the author signed.
    agrees: bool,
    /// Whether it could not ask the PDS lately; null when it serves nothing.
    stale: Option<bool>,
    differences: Vec<Difference>,
}

/// One thing that the runner has otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    what: String,
    signed: String,
    runner: String,
}

impl Served {
    /// Holds a runner's answer against the release.
    ///
    /// # Errors
    /// When the runner can't be asked, or doesn't describe bundles. That it serves none is a difference.
    pub fn judge(url: &str, told: Result<Description, Fault>, link: &Link) -> Result<Self, Fault> {
        let (stale, differences) = match told {
            Ok(described) => (Some(described.stale), differences(&described, link)),
            Err(Fault::Refused { status, error, message, .. }) => {
                let runner = format!("nothing: {status} {error}, {message}");
                let what = "the bundle".to_owned();
                (None, vec![Difference { what, signed: link.version.to_string(), runner }])
            }
            Err(fault) => return Err(fault),
        };
        Ok(Self { url: url.to_owned(), agrees: differences.is_empty(), stale, differences })
    }

    /// Why the verification fails by it.
    pub fn fault(&self) -> Option<Fault> {
        let words = self.differences.iter().map(Difference::words).collect::<Vec<_>>().join("; ");
        (!self.agrees)
            .then(|| unproven(&self.url, format!("it does not run what the author signed: {words}")))
    }

    /// For people; several lines where it differs.
    pub fn words(&self) -> String {
        let stale = if self.stale == Some(true) { "; it could not ask the PDS lately" } else { "" };
        if self.agrees {
            return format!("{} runs what the author signed{stale}", self.url);
        }
        let lines = self.differences.iter().map(|difference| format!("\n{}", difference.words()));
        format!("{} does not run what the author signed{stale}{}", self.url, lines.collect::<String>())
    }

    /// Whether it runs what the author signed.
    pub fn agrees(&self) -> bool {
        self.agrees
    }
}

impl Difference {
    fn words(&self) -> String {
        let Self { what, signed, runner } = self;
        format!("{what}: signed {signed}, the runner has {runner}")
    }
}

fn differences(told: &Description, link: &Link) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut hold = |what: String, signed: String, runner: String| {
        if signed != runner {
            found.push(Difference { what, signed, runner });
        }
    };
    hold("version".to_owned(), link.version.to_string(), told.version.clone());
    hold("record".to_owned(), link.record.cid.to_string(), told.cid.clone());
    hold("main".to_owned(), link.release.main.clone(), told.main.clone());
    // The runner's proof may well be of an earlier commit: a release doesn't change. Of a later one than the PDS has
    // shown here it can't be, unless the PDS shows an old state.
    if told.rev.as_str() > link.record.rev.as_str() {
        hold(
            "commit's revision".to_owned(),
            format!("{}, which is older", link.record.rev),
            told.rev.clone(),
        );
    }
    let ours = |path: &str| link.release.modules.iter().find(|module| module.path == path);
    let theirs = |path: &str| told.modules.iter().find(|module| module.path == path);
    let paths = link.release.modules.iter().map(|module| module.path.as_str());
    let more = told.modules.iter().map(|module| module.path.as_str()).filter(|path| ours(path).is_none());
    for path in paths.chain(more) {
        let signed = ours(path).map_or_else(nothing, |module| {
            entry(&kind(module.kind), &module.blob.cid().to_string(), module.blob.size, module.size)
        });
        let runner = theirs(path)
            .map_or_else(nothing, |module| entry(&module.kind, &module.cid, module.stored, module.size));
        hold(format!("module {path}"), signed, runner);
    }
    found
}

fn nothing() -> String {
    "nothing".to_owned()
}

fn kind(kind: streamhut_release::ModuleType) -> String {
    serde_json::to_value(kind).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn entry(kind: &str, cid: &str, stored: u64, size: u64) -> String {
    format!("{cid} ({kind}, {stored} bytes stored, {size} loaded)")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::command::verify::report::tests::link;

    fn described(link: &Link) -> Value {
        let modules: Vec<Value> = link
            .release
            .modules
            .iter()
            .map(|module| {
                json!({"path": module.path, "type": module.kind, "cid": module.blob.cid(), "stored": module.blob.size, "size": module.size})
            })
            .collect();
        json!({
            "version": link.version, "cid": link.record.cid, "rev": link.record.rev, "main": link.release.main,
            "modules": modules, "stale": false, "unknown": {"here": 1},
        })
    }

    #[test]
    fn a_runner_agrees_or_says_what_it_has_otherwise() {
        let link = link();
        let table = [
            ("", json!(null), None),
            ("/rev", json!("3aaaaaaaaaaaa"), None),
            ("/rev", json!("3zzzzzzzzzzzz"), Some("commit's revision: signed ")),
            ("/version", json!("9.0.0"), Some("version: signed 1.0.0, the runner has 9.0.0")),
            ("/cid", json!("bafyother"), Some("the runner has bafyother")),
            ("/main", json!("x.js"), Some("main: signed index.js, the runner has x.js")),
            ("/modules/0/cid", json!("bafkother"), Some("module index.js: signed bafkrei")),
            ("/modules/0/size", json!(1), Some("1 loaded)")),
            (
                "/modules/0/path",
                json!("other.js"),
                Some("the runner has nothing; module other.js: signed nothing"),
            ),
            ("/modules", json!([]), Some("module index.js: signed bafkrei")),
        ];
        for (pointer, value, expect) in table {
            let mut told = described(&link);
            if !pointer.is_empty() {
                *told.pointer_mut(pointer).unwrap() = value;
            }
            let told = serde_json::from_value(told).unwrap();
            let served = Served::judge("https://run.dev", Ok(told), &link).unwrap();
            assert_eq!(served.agrees(), expect.is_none(), "{pointer}");
            let message = served.fault().map(|fault| fault.to_string()).unwrap_or_default();
            assert!(message.contains(expect.unwrap_or_default()), "{pointer}: {message}");
        }
    }

    #[test]
    fn a_runner_that_serves_nothing_differs_and_one_that_is_down_is_asked_in_vain() {
        let url = || "https://run.dev/x".to_owned();
        let link = link();
        let refused =
            Fault::Refused { url: url(), status: 403, error: "NotAdmitted".into(), message: "no".into() };
        let served = Served::judge("https://run.dev", Err(refused), &link).unwrap();
        assert!(served.words().contains("the runner has nothing: 403 NotAdmitted, no"), "{}", served.words());
        assert_eq!(served.fault().unwrap().verdict().exit as u8, 7);
        let down = Fault::Unreachable { url: url(), reason: "refused".into() };
        let fault = Served::judge("https://run.dev", Err(down), &link).unwrap_err();
        assert_eq!(fault.verdict().exit as u8, 6);
    }
}
