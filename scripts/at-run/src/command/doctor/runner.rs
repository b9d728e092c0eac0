//! The runner that serves the account's bundles.

use streamhut_atproto::Did;
use streamhut_release::{BundleName, CHANNEL_KEY_LATEST, Channel, Selector};

use super::check::Check;
use crate::arguments::Global;
use crate::fault::Fault;
use crate::runner::{About, Runner};
use crate::terminal::Terminal;

/// Whether a runner runs a bundle.
type Admitted = Result<(), Fault>;

/// Looks whether it is there, and whether it runs this author's bundles.
pub fn look(
    global: &Global,
    option: &Option<String>,
    did: Option<&Did>,
    name: Option<&BundleName>,
    terminal: &Terminal,
) -> Vec<Check> {
    let Some(url) = global.runner(option) else { return Vec::new() };
    let about = Runner::new(url, global.timeout(), *terminal)
        .and_then(|runner| runner.about().map(|about| (runner, about)));
    let (runner, about) = match about {
        Ok(found) => found,
        Err(fault) => {
            return vec![Check::fail("runner", fault.to_string(), "check --runner, or ask its operator")];
        }
    };
    // Whom a runner admits is decided before it looks for the bundle, so any name tells as much.
    let stand_in = || "at-run-doctor".parse().ok();
    let asked = did.zip(name.cloned().or_else(stand_in)).zip(CHANNEL_KEY_LATEST.parse::<Channel>().ok());
    let admitted =
        asked.map(|((did, name), channel)| runner.served(did, &name, &Selector::Channel(channel)).map(drop));
    vec![judge(url, &about, admitted, name)]
}

fn judge(url: &str, about: &About, admitted: Option<Admitted>, name: Option<&BundleName>) -> Check {
    let About { software, version, policy } = about;
    if software != "at-run" {
        let message = format!("{url} is {software} {version}, and no at-run");
        return Check::fail("runner", message, "check --runner");
    }
    let is = format!("{url}, at-run {version}, policy {policy}");
    match admitted {
        None => Check::warn(
            "runner",
            format!("{is}; whether it runs your bundles shows once you log in"),
            "at-run login",
        ),
        Some(Err(Fault::Refused { error, .. })) if error == "NotAdmitted" => {
            let what = match name {
                Some(name) => format!("does not run {name} of yours"),
                None => "runs no bundle of yours but installed ones".to_owned(),
            };
            Check::warn(
                "runner",
                format!("{is}; it {what}"),
                "ask its operator to install the bundle or to admit you",
            )
        }
        Some(Err(fault @ (Fault::Unreachable { .. } | Fault::Unavailable { .. }))) => Check::warn(
            "runner",
            format!("{is}; it can't say whether it runs your bundles: {fault}"),
            "look again in a while",
        ),
        Some(_) => Check::ok("runner", format!("{is}; it runs your bundles")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::State::{Fail, Ok as Fit, Warn};
    use super::*;

    #[test]
    fn runners() {
        let about = |software: &str| About {
            software: software.into(),
            version: "0.1.0".into(),
            policy: "installed".into(),
        };
        let url = || "https://run.dev".to_owned();
        let refused = |error: &str| {
            Some(Err(Fault::Refused { url: url(), status: 403, error: error.into(), message: "no".into() }))
        };
        let down = Some(Err(Fault::Unavailable { url: url(), status: 503, message: "no".into() }));
        let demo: BundleName = "demo".parse().unwrap();
        for (software, admitted, name, state, part) in [
            ("at-run", Some(Ok(())), Some(&demo), Fit, "policy installed; it runs your bundles"),
            ("at-run", refused("UnknownBundle"), Some(&demo), Fit, "it runs your bundles"),
            ("at-run", refused("NotAdmitted"), Some(&demo), Warn, "it does not run demo of yours"),
            ("at-run", refused("NotAdmitted"), None, Warn, "it runs no bundle of yours but installed ones"),
            ("at-run", down, None, Warn, "can't say"),
            ("at-run", None, None, Warn, "once you log in"),
            ("else", Some(Ok(())), None, Fail, "no at-run"),
        ] {
            let check = judge("https://run.dev", &about(software), admitted, name);
            assert!(check.state == state && check.message.contains(part), "{check:?}");
        }
    }
}
