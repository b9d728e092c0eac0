//! What a runner serves, beside what is published.

use serde::Serialize;
use streamhut_atproto::Did;
use streamhut_release::{BundleName, Channel, Selector};

use crate::fault::Fault;
use crate::published::Bundle;
use crate::runner::{Runner, Served};

/// A runner's answer for one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    url: String,
    channel: Channel,
    /// Whether there was an answer of any kind.
    answers: bool,
    version: Option<String>,
    cid: Option<String>,
    /// Whether it is the record that the channel points at; none when it serves nothing.
    current: Option<bool>,
    stale: Option<bool>,
    message: String,
}

impl Answer {
    /// Asks the runner. That it can't be asked is an answer too.
    pub fn ask(
        runner: &Runner,
        did: &Did,
        name: &BundleName,
        channel: &Channel,
        bundle: Option<&Bundle>,
    ) -> Self {
        let selector = Selector::Channel(channel.clone());
        let expected = bundle.and_then(|bundle| bundle.select(&selector));
        let expected =
            expected.map(|published| (published.version.to_string(), published.reference.cid.clone()));
        let told = runner.served(did, name, &selector);
        Self::judge(runner.origin(), channel, told, expected)
    }

    fn judge(
        url: &str,
        channel: &Channel,
        told: Result<Served, Fault>,
        expected: Option<(String, String)>,
    ) -> Self {
        let (answers, served, message) = match told {
            Ok(served) => {
                let message = match &expected {
                    Some((_, cid)) if *cid == served.cid => "as published".to_owned(),
                    Some((version, _)) => {
                        format!(
                            "while the channel points at {version}: a runner follows within half a minute"
                        )
                    }
                    None => "while the channel points at no release".to_owned(),
                };
                (true, Some(served), message)
            }
            Err(Fault::Refused { status, message, .. } | Fault::Unavailable { status, message, .. }) => {
                (true, None, format!("{status} {message}"))
            }
            Err(Fault::Unreachable { reason, .. }) => (false, None, reason),
            Err(fault) => (true, None, fault.to_string()),
        };
        Self {
            url: url.to_owned(),
            channel: channel.clone(),
            answers,
            current: served.as_ref().map(|served| expected.is_some_and(|(_, cid)| cid == served.cid)),
            stale: served.as_ref().map(|served| served.stale),
            version: served.as_ref().map(|served| served.version.clone()),
            cid: served.map(|served| served.cid),
            message,
        }
    }

    /// For people.
    pub fn words(&self) -> String {
        let Self { url, channel, version, cid, message, .. } = self;
        match (version, cid) {
            (Some(version), Some(cid)) => {
                let stale = if self.stale == Some(true) { "; it could not ask the PDS lately" } else { "" };
                format!("{url} serves {channel}: {version} ({cid}), {message}{stale}")
            }
            _ if self.answers => format!("{url} does not serve {channel}: {message}"),
            _ => format!("{url} is not reached: {message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_runner_says_beside_what_is_published() {
        let served = |stale| Ok(Served { version: "1.0.0".into(), cid: "bafyA".into(), stale });
        let expected = |cid: &str| Some(("1.1.0".to_owned(), cid.to_owned()));
        let url = || "https://run.example.com/x".to_owned();
        type Case = (Result<Served, Fault>, Option<(String, String)>, Option<bool>, &'static str);
        let table: [Case; 7] = [
            (served(false), expected("bafyA"), Some(true), "serves latest: 1.0.0 (bafyA), as published"),
            (served(true), expected("bafyA"), Some(true), "as published; it could not ask the PDS lately"),
            (
                served(false),
                expected("bafyB"),
                Some(false),
                "(bafyA), while the channel points at 1.1.0: a runner follows",
            ),
            (served(false), None, Some(false), "(bafyA), while the channel points at no release"),
            (
                Err(Fault::Refused {
                    url: url(),
                    status: 403,
                    error: "NotAdmitted".into(),
                    message: "not here".into(),
                }),
                expected("bafyA"),
                None,
                "does not serve latest: 403 not here",
            ),
            (
                Err(Fault::Unavailable { url: url(), status: 502, message: "no PDS".into() }),
                expected("bafyA"),
                None,
                "does not serve latest: 502 no PDS",
            ),
            (
                Err(Fault::Unreachable { url: url(), reason: "refused".into() }),
                expected("bafyA"),
                None,
                "is not reached: refused",
            ),
        ];
        for (told, expected, current, words) in table {
            let answer = Answer::judge("https://run.example.com", &"latest".parse().unwrap(), told, expected);
            assert_eq!(answer.current, current, "{words}");
            assert!(answer.words().contains(words), "{}", answer.words());
            assert_eq!(answer.answers, !words.contains("not reached"));
        }
    }
}
