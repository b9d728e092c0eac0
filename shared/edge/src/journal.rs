//! What this isolate knows of bundles' calls, and the way to their journals: one Durable Object for each bundle, named
//! `did/name`.
//!
//! Calls and lines are collected in memory, where the warm path writes nothing else; every few seconds, or a second after
//! a line, `journal.mjs` has them handed over by [`hand_over`]. What an isolate knew when the platform ended it is lost.

use std::{cell::RefCell, collections::BTreeMap};

use futures_util::future::join_all;
use serde::{Deserialize, de::DeserializeOwned};
use streamhut_journal::{
    BOUNDS_MS, Collected, Command, Durations, Kind, Line, Page, Query, Reading, Redaction, Sums, TailEvent,
};
use streamhut_ledger::LedgerError;
use streamhut_release::Version;
use worker::{Env, ObjectNamespace};

use crate::{ledger, now_ms};

/// The binding of the Durable Objects.
const BINDING: &str = "JOURNAL";

/// Most bundles that are collected for; the calls of others are not counted until the next handing over.
const MAX_BUNDLES: usize = 256;

thread_local! {
    static COLLECTED: RefCell<BTreeMap<String, Collected>> = const { RefCell::new(BTreeMap::new()) };
}

/// Adds to what is known of `bundle`, `did/name`.
pub fn note(bundle: &str, change: impl FnOnce(&mut Collected)) {
    COLLECTED.with_borrow_mut(|all| {
        if let Some(collected) = all.get_mut(bundle) {
            change(collected);
        } else if all.len() < MAX_BUNDLES {
            change(all.entry(bundle.to_owned()).or_default());
        }
    });
}

/// Adds a call of `https://bundle/{kind}/{name}` that took `ms`.
pub fn called(bundle: &str, url: &str, outcome: &str, ms: u64) {
    let path = url.strip_prefix("https://bundle/").unwrap_or_default();
    let Some((kind, name)) = path.split_once('/') else { return };
    let Some(kind) = Kind::parse(kind) else { return };
    let name = name.split('?').next().unwrap_or_default();
    note(bundle, |collected| collected.sums.called(kind, name, outcome, ms));
}

/// Adds a line of a bundle's log.
pub fn wrote(bundle: &str, line: Line) {
    note(bundle, |collected| collected.write(line));
}

/// Adds what the platform tells of a bundle's calls, and prints its lines. Whether there are lines.
pub fn tail(bundle: &str, version: &Version, events: &str, redaction: &Redaction) -> bool {
    let (version, now) = (version.to_string(), now_ms());
    let mut fresh = Collected::default();
    for event in TailEvent::parse(events) {
        event.collect(&version, redaction, now, &mut fresh);
    }
    let (lines, sums) = fresh.into_parts();
    for line in &lines {
        print(bundle, line);
    }
    let any = !lines.is_empty();
    note(bundle, |collected| collected.take_back(lines, &sums));
    any
}

/// Shows a line where the platform shows what the dispatcher prints.
pub fn print(bundle: &str, line: &Line) {
    use streamhut_journal::Level;
    let request = line.request.as_deref().unwrap_or("-");
    let text = format!("{bundle}@{} {} {request} {}", line.version, line.level.as_str(), line.text);
    match line.level {
        Level::Debug | Level::Info => worker::console_log!("{text}"),
        Level::Warn => worker::console_warn!("{text}"),
        Level::Error => worker::console_error!("{text}"),
    }
}

/// What the warm path counted of an endpoint.
#[derive(Deserialize)]
struct Metered(String, String, Vec<(String, u64)>, [u64; BOUNDS_MS.len() + 1], u64);

/// Adds what was counted in JavaScript: JSON, of the warm path a list of bundle, endpoint, counts by outcome, classes of
/// durations, and the milliseconds of all together; and a list of bundle and milliseconds of CPU.
pub fn metered(json: &str) {
    let Ok((all, cpu)) = serde_json::from_str::<(Vec<Metered>, Vec<(String, u64)>)>(json) else { return };
    for (bundle, ms) in cpu {
        note(&bundle, |collected| collected.sums.ended("ok", ms));
    }
    for Metered(bundle, endpoint, outcomes, classes, total_ms) in all {
        let mut sums = Sums::default();
        let kind = Kind::Endpoint.as_str();
        for (outcome, count) in outcomes {
            sums.calls.insert(format!("{kind} {endpoint} {outcome}"), count);
        }
        sums.durations.insert(kind.to_owned(), Durations { classes, total_ms });
        note(&bundle, |collected| collected.sums.merge(&sums));
    }
}

/// Hands everything over to the journals. What one of them doesn't take is kept for the next time.
pub async fn hand_over(env: &Env) {
    let all = COLLECTED.with_borrow_mut(std::mem::take);
    join_all(all.into_iter().map(async |(bundle, collected)| {
        let (lines, sums) = collected.into_parts();
        if lines.is_empty() && sums.is_empty() {
            return;
        }
        let kept = async {
            let command = Command::Keep { lines: lines.clone(), sums: sums.clone() };
            JournalClient::named(env, bundle.clone())?.ask::<()>(command).await
        };
        if let Err(error) = kept.await {
            worker::console_error!("the journal of {bundle}: {error}");
            note(&bundle, |collected| collected.take_back(lines, &sums));
        }
    }))
    .await;
}

/// Asks the journal of one bundle.
#[derive(Clone, Debug)]
pub struct JournalClient {
    namespace: ObjectNamespace,
    bundle: String,
}

impl JournalClient {
    /// The journal of a bundle by `did/name`.
    ///
    /// # Errors
    /// When no namespace is bound as `JOURNAL`.
    pub fn named(env: &Env, bundle: String) -> Result<Self, LedgerError> {
        let namespace = env.durable_object(BINDING).map_err(ledger::unreachable)?;
        Ok(Self { namespace, bundle })
    }

    /// Lines of the log.
    pub async fn read(&self, query: Query) -> Result<Page, LedgerError> {
        self.ask(Command::Read { query }).await
    }

    /// What was counted.
    pub async fn sums(&self) -> Result<Reading, LedgerError> {
        self.ask(Command::Sums).await
    }

    /// Uses a token up; whether this is its first use.
    pub async fn spend(&self, token: String, until: u64) -> Result<bool, LedgerError> {
        self.ask(Command::Spend { token, until }).await
    }

    /// Forgets lines and sums.
    pub async fn forget(&self) -> Result<(), LedgerError> {
        self.ask(Command::Forget).await
    }

    async fn ask<R: DeserializeOwned>(&self, command: Command) -> Result<R, LedgerError> {
        ledger::ask(&self.namespace, &self.bundle, "https://journal/", &command).await
    }
}
